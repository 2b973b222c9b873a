//! `atelier run`.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::args::RunArgs;
use super::failure::{Failure, Outcome, ResultExt as _};
use super::follow::{conclude, engine, follow, refusal};
use super::output::Output;
use super::progress::Progress;
use super::{interrupt, loading, runs_dir};
use crate::engine::{RunConfig, RunRequest};
use crate::record::files;
use crate::runs::RunState;
use crate::systems;

/// Trains what a config file says.
pub(super) fn run(args: &RunArgs, out: &mut Output) -> Outcome {
    let config = read_config(args)?;
    let base = args
        .config
        .parent()
        .map_or_else(PathBuf::new, Path::to_path_buf);
    interrupt::watch();
    let mut progress = Progress::new(args.follow.quiet);
    let data = match loading::load(&config, &base, &mut progress) {
        Ok(data) => data,
        Err(failure) => {
            progress.finish();
            return Err(failure);
        }
    };
    let runs = runs_dir::resolve(&args.runs);
    let engine = engine(runs.clone(), &args.follow);
    let id = engine
        .start(RunRequest {
            config,
            name: args.name.clone(),
            device: args.follow.device.into(),
            base,
            data: Some(data),
            sweep: None,
        })
        .map_err(refusal)?;
    let (state, ended) = follow(&engine, &id, RunState::default(), &mut progress);
    progress.finish();
    let folder = engine.folder(&id).unwrap_or_else(|| runs.join(id.as_str()));
    engine.shutdown();
    conclude(out, &folder, &state, ended, args.follow.quiet)
}

/// The text of a config file, or of what a shell passes on.
fn read_bounded(path: &Path) -> io::Result<String> {
    let most = RunConfig::MAX_BYTES as u64;
    if !is_passed_on(path) {
        return files::read_named_text(path, most);
    }
    // One byte more than is allowed, so that it is refused by its length.
    let mut text = String::new();
    File::open(path)?.take(most + 1).read_to_string(&mut text)?;
    Ok(text)
}

/// True for what is open already, such as `/dev/stdin` and the `<(…)` of shells: it may be a pipe.
fn is_passed_on(path: &Path) -> bool {
    path == Path::new("/dev/stdin")
        || ["/dev/fd", "/proc/self/fd"]
            .iter()
            .any(|folder| path.starts_with(folder))
}

/// The text of a config file.
pub(super) fn read_text(path: &Path) -> Outcome<String> {
    read_bounded(path).map_err(|error| {
        let hint = if error.kind() == std::io::ErrorKind::NotFound {
            "; check the path, or write example configs: atelier sample DIR"
        } else if path.is_dir() {
            "; give a config file, not a folder"
        } else {
            ""
        };
        Failure::wrong(format!("cannot read {}: {error}{hint}", path.display()))
    })
}

/// The config file with `--set` and `--seed` over it, checked.
fn read_config(args: &RunArgs) -> Outcome<RunConfig> {
    let path = &args.config;
    let text = read_text(path)?;
    let mut config = RunConfig::parse(&text, path).or_wrong()?;
    for assignment in &args.set {
        config
            .set(assignment)
            .map_err(|error| Failure::wrong(format!("--set {assignment}: {error}")))?;
    }
    if let Some(seed) = args.seed {
        config.seed = seed;
    }
    if let Some(system) = systems::find(&config.system) {
        config
            .resolve(system)
            .map_err(|error| Failure::wrong(format!("--set: {error}")))?;
    }
    Ok(config)
}
