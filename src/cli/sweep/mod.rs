//! `atelier sweep`: many runs as one question.

mod args;
mod follow;
mod list;
mod table;

pub(super) use args::SweepArgs;
pub(super) use follow::follow;
pub(super) use list::rows;
pub(super) use table::{value_text, write as write_table};

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::FollowArgs;
use super::failure::{Failure, Outcome, ResultExt as _};
use super::output::{Output, say};
use super::{interrupt, plain_text, run, runs_dir, slurm};
use crate::engine::Engine;
use crate::experiments::local::{LocalOptions, LocalSweep};
use crate::experiments::sweep::{SweepConfig, SweepError, SweepFolder, SweepState, SweepStatus};
use crate::record::Status;
use crate::runs;

/// Asks the question of a config file, or goes on with a sweep.
pub(super) fn run(args: &SweepArgs, out: &mut Output) -> Outcome {
    let found = runs_dir::find_run(&args.target, &args.runs);
    if found.is_dir() {
        if let Some(flag) = args.only_for_new() {
            return Err(Failure::wrong(format!(
                "{flag} is for a new sweep: the question of {} was asked already",
                plain_text::path(&found)
            )));
        }
        let slurm = &args.slurm;
        let folder = || SweepFolder::open(&found).map_err(refusal);
        if slurm.status {
            return slurm::status(&folder()?, slurm.weights, out);
        } else if slurm.cancel {
            return slurm::cancel(&folder()?);
        } else if slurm.resubmit || slurm.on == slurm::On::Slurm {
            return slurm::resubmit(&folder()?, slurm, args.follow.device, out);
        }
        return go_on(&found, &args.follow, args.parallel.map(usize::from), out);
    }
    if let Some(flag) = args.slurm.only_for_submitted() {
        return Err(Failure::wrong(format!(
            "{flag} is for a sweep that was submitted: give its folder, not {}",
            plain_text::path(&args.target)
        )));
    }
    let config = read(args)?;
    let base = folder_of(&args.target);
    let runs = runs_dir::resolve(&args.runs);
    if args.slurm.on == slurm::On::Slurm {
        let device = args.follow.device;
        return slurm::submit(&config, &base, &runs, &args.slurm, device, out);
    }
    if let Some(flag) = args.slurm.only_for_clusters() {
        return Err(Failure::wrong(format!(
            "{flag} is for a cluster: add --on slurm"
        )));
    }
    let (folder, notes) = SweepFolder::create(&runs, &config, &base).map_err(refusal)?;
    if !args.follow.quiet {
        say!("{}", described(&config));
        for note in notes {
            say!("{note}");
        }
        say!("sweep folder: {}", plain_text::path(folder.path()));
    }
    launch(folder, &args.follow, args.parallel.map(usize::from), out)
}

/// Goes on with the sweep in a folder.
pub(super) fn go_on(
    path: &Path,
    follow: &FollowArgs,
    parallel: Option<usize>,
    out: &mut Output,
) -> Outcome {
    let folder = SweepFolder::open(path).map_err(refusal)?;
    slurm::check_not_there(&folder)?;
    launch(folder, follow, parallel, out)
}

/// Shows a sweep: how it stands, and its table.
pub(super) fn show(path: &Path, out: &mut Output) -> Outcome {
    let folder = SweepFolder::open(path).map_err(refusal)?;
    let state = folder
        .state(&runs::list(folder.runs()).or_wrong()?)
        .map_err(refusal)?;
    table::overview(out, &state)?;
    table::write(out, &state)
}

/// The question of a config file with `--set` over it, checked.
pub(super) fn read(args: &SweepArgs) -> Outcome<SweepConfig> {
    let path = &args.target;
    let text = run::read_text(path)?;
    let mut config = SweepConfig::parse(&text, path).or_wrong()?;
    for assignment in &args.set {
        let wrong =
            |error: &dyn std::fmt::Display| Failure::wrong(format!("--set {assignment}: {error}"));
        let key = assignment.split('=').next().unwrap_or_default().trim();
        if config.sweep.values.contains_key(key) {
            return Err(wrong(&"the sweep varies it: change [sweep.values]"));
        }
        config.base.set(assignment).map_err(|error| wrong(&error))?;
    }
    if let Some(name) = &args.name {
        config.sweep.name = Some(name.clone());
    }
    config
        .check()
        .map_err(|error| Failure::wrong(format!("{}: {error}", path.display())))?;
    Ok(config)
}

/// The folder that relative paths of a config file start from.
pub(super) fn folder_of(config: &Path) -> PathBuf {
    config.parent().map_or_else(PathBuf::new, Path::to_path_buf)
}

/// `12 settings × 3 seeds, by grid`.
fn described(config: &SweepConfig) -> String {
    let count = |number: usize, one: &str, many: &str| match number {
        1 => format!("1 {one}"),
        number => format!("{number} {many}"),
    };
    let settings = config.settings_planned().unwrap_or(0);
    format!(
        "{}: {} × {} by {}",
        config.title(),
        count(settings, "setting", "settings"),
        count(config.seeds().len(), "seed", "seeds"),
        config.sweep.method.name()
    )
}

fn launch(
    folder: SweepFolder,
    follow: &FollowArgs,
    parallel: Option<usize>,
    out: &mut Output,
) -> Outcome {
    interrupt::watch();
    let engine = Arc::new(super::follow::engine(folder.runs().to_path_buf(), follow));
    let options = LocalOptions {
        device: follow.device.into(),
        parallel,
    };
    let sweep = LocalSweep::start(Arc::clone(&engine), folder, options).map_err(refusal)?;
    follow::follow(&engine, &sweep, follow.quiet);
    let state = sweep.state();
    // The runs have ended, but for those whose sweep cannot go on.
    Engine::shutdown(&engine);
    conclude(out, &state, follow.quiet)
}

/// The table, the result, and what the exit code says.
fn conclude(out: &mut Output, state: &SweepState, quiet: bool) -> Outcome {
    let path = plain_text::path(&state.path);
    match state.status {
        SweepStatus::Failed => {
            let begun = state
                .trials
                .iter()
                .any(|own| own.measures.iter().any(Option::is_some));
            let message = state.message.as_deref().unwrap_or("no reason is known");
            let message = format!("{message}\n  sweep folder: {path}");
            Err(if begun {
                Failure::failed(message)
            } else {
                Failure::wrong(message)
            })
        }
        SweepStatus::Finished => {
            table::write(out, state)?;
            let failed = state
                .trials
                .iter()
                .filter(|own| own.status == Status::Failed);
            let failed: Vec<_> = failed.collect();
            if let Some(first) = failed.first() {
                say!(
                    "warning: {} of {} runs failed; the first: {}",
                    failed.len(),
                    state.trials.len(),
                    first.message.as_deref().unwrap_or("no reason is known")
                );
            }
            Ok(())
        }
        _ => {
            table::write(out, state)?;
            if !quiet {
                say!("{} of {} runs are done", state.done(), state.planned);
                say!("go on with: atelier sweep {path}");
            }
            Err(Failure::Stopped)
        }
    }
}

/// Which exit code an error of a sweep has.
pub(super) fn refusal(error: SweepError) -> Failure {
    match error {
        SweepError::Engine(error) => super::follow::refusal(error),
        SweepError::Io { .. } => Failure::Failed(error.into()),
        _ => Failure::Wrong(error.into()),
    }
}
