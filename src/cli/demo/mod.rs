//! `atelier demo`.

mod co_clusters;
mod ratings;
mod sweep;
mod translation;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::DemoArgs;
use super::failure::{Failure, Outcome, ResultExt as _};
use super::follow::{Ended, follow, refusal};
use super::output::{Output, say};
use super::progress::Progress;
use super::sample::CONFIGS;
use super::{interrupt, loading, plain_text, runs_dir};
use crate::data::{self, Dataset, Source};
use crate::engine::{DeviceChoice, Engine, RunConfig, RunRequest};
use crate::runs::{RunFolder, RunState};
use crate::systems;

/// Epochs of `--quick`.
const QUICK_EPOCHS: u64 = 10;
const SEED: u64 = 1;
/// Where the sample ratings are in a checkout, and where they are made otherwise.
const SAMPLE: &str = "sample_data/ratings";

/// Trains every system on the sample data, compares them and draws pictures.
pub(super) fn run(args: &DemoArgs, out: &mut Output) -> Outcome {
    interrupt::watch();
    let runs = runs_dir::resolve(&args.runs);
    let pictures = runs.join("pictures");
    let mut demo = Demo {
        sample: sample_folder(SAMPLE, "ratings.csv", |folder| {
            data::sample::write_ratings(folder, SEED)
        })?,
        engine: Arc::new(Engine::new(runs.clone())),
        runs: &runs,
        quick: args.quick,
        pictures,
        drawn: Vec::new(),
    };
    fs::create_dir_all(&demo.pictures).map_err(|error| {
        Failure::failed(format!(
            "cannot create {}: {error}",
            demo.pictures.display()
        ))
    })?;
    ratings::run(&mut demo, out)?;
    out.line("")?;
    sweep::run(&mut demo, out)?;
    out.line("")?;
    co_clusters::run(&mut demo, out)?;
    out.line("")?;
    translation::run(&mut demo, out)?;
    demo.engine.shutdown();
    out.line("")?;
    for path in demo.drawn.iter().filter(|path| path.is_file()) {
        out.line(&format!("picture  {}", plain_text::path(path)))?;
    }
    Ok(())
}

/// State shared by the parts of the demo.
struct Demo<'a> {
    /// The folder of the sample ratings.
    sample: PathBuf,
    engine: Arc<Engine>,
    runs: &'a Path,
    quick: bool,
    pictures: PathBuf,
    drawn: Vec<PathBuf>,
}

/// One trained system.
struct Trained {
    name: String,
    is_baseline: bool,
    folder: RunFolder,
    state: RunState,
}

impl Trained {
    fn metric(&self, name: &str) -> Option<f64> {
        self.state.series.get(name)?.last()
    }
}

/// A measure in a table; nothing where there is none.
fn metric_text(value: Option<f64>) -> String {
    value.map_or_else(String::new, plain_text::number)
}

impl Demo<'_> {
    /// Where a picture is to be drawn; it is named at the end.
    fn picture(&mut self, name: &str) -> PathBuf {
        let path = self.pictures.join(name);
        self.drawn.push(path.clone());
        path
    }

    fn load(&self, source: &Source) -> Outcome<Dataset> {
        let mut progress = Progress::new(false);
        let mut config = RunConfig::new("", source.clone());
        config.seed = SEED;
        let dataset = loading::load(&config, Path::new(""), &mut progress);
        progress.finish();
        dataset
    }

    /// Trains the baselines of a kind of data as they are, and its sample configs.
    fn train_all(&self, data: &Source, dataset: &Dataset) -> Outcome<Vec<Trained>> {
        self.plan(data)?
            .into_iter()
            .map(|(name, config)| self.train(&name, config, dataset))
            .collect()
    }

    fn plan(&self, data: &Source) -> Outcome<Vec<(String, RunConfig)>> {
        let kind = data.kind();
        let mut planned = Vec::new();
        let of_kind = systems::all()
            .into_iter()
            .filter(|system| system.data_kind() == kind);
        for system in of_kind.filter(|system| system.is_baseline()) {
            let mut config = RunConfig::new(system.id(), data.clone());
            if data.matrix().is_some() {
                co_clusters::set_counts(&mut config)?;
            }
            planned.push((system.label().to_owned(), config));
        }
        for sample in CONFIGS {
            let Some(name) = sample.name else {
                continue;
            };
            let mut config = RunConfig::parse(sample.text, Path::new(sample.file)).or_failed()?;
            if config.data.kind() == kind {
                config.data = data.clone();
                planned.push((name.to_owned(), config));
            }
        }
        for (_, config) in &mut planned {
            config.seed = SEED;
            if data.images().is_some() {
                translation::shorten(config, self.quick)?;
            } else if self.quick && has_key(&config.system, "epochs") {
                let epochs = QUICK_EPOCHS.to_string();
                config.set_key("epochs", &epochs).or_failed()?;
            }
        }
        Ok(planned)
    }

    fn train(&self, name: &str, config: RunConfig, dataset: &Dataset) -> Outcome<Trained> {
        let is_baseline = systems::find(&config.system).is_some_and(|system| system.is_baseline());
        let id = self
            .engine
            .start(RunRequest {
                config,
                name: Some(name.to_owned()),
                device: DeviceChoice::Auto,
                base: PathBuf::new(),
                data: Some(dataset.clone()),
                sweep: None,
            })
            .map_err(refusal)?;
        say!("{name}");
        let mut progress = Progress::new(false);
        let (state, ended) = follow(&self.engine, &id, RunState::default(), &mut progress);
        progress.finish();
        match ended {
            Ended::Finished => Ok(Trained {
                name: name.to_owned(),
                is_baseline,
                folder: RunFolder::open(&self.runs.join(id.as_str())).or_failed()?,
                state,
            }),
            Ended::Stopped => Err(Failure::Stopped),
            Ended::Failed(message) | Ended::Unsaved(message) => {
                Err(Failure::failed(format!("{name}: {message}")))
            }
        }
    }
}

/// True if a system has a parameter of this name.
fn has_key(system: &str, key: &str) -> bool {
    systems::find(system)
        .is_some_and(|system| system.parameters().iter().any(|spec| spec.key == key))
}

/// A folder of sample data: that of the checkout or beside the program, else made once in the person's data folder. `holds` is a file in
/// it.
fn sample_folder(
    name: &str,
    holds: &str,
    make: impl FnOnce(&Path) -> Result<(), data::DataError>,
) -> Outcome<PathBuf> {
    let program = std::env::current_exe().ok();
    let near_program = program
        .iter()
        .flat_map(|path| path.ancestors().skip(1).take(4));
    let found = std::iter::once(Path::new(""))
        .chain(near_program)
        .map(|folder| folder.join(name))
        .find(|folder| folder.join(holds).is_file());
    if let Some(folder) = found {
        return std::path::absolute(folder).or_failed();
    }
    let made = runs_dir::data_folder()
        .unwrap_or_else(std::env::temp_dir)
        .join(name);
    if !made.join(holds).is_file() {
        make(&made).or_failed()?;
    }
    Ok(made)
}
