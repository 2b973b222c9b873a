//! `atelier demo`.

use std::fs;
use std::path::{Path, PathBuf};

use super::args::DemoArgs;
use super::failure::{Blame as _, Failure, Outcome};
use super::follow::{Ended, follow, refusal};
use super::model::{Model, items_table, read_predictions};
use super::output::Output;
use super::pictures::{
    CurvePanel, PopularityLine, Recommendations, curves, popularity, predicted_against_true,
    recommendations,
};
use super::progress::Progress;
use super::sample::CONFIGS;
use super::table::{Align, Table};
use super::{interrupt, loading, runs_dir, words};
use crate::data::{self, DataConfig, Dataset};
use crate::engine::{DeviceChoice, Engine, RunConfig, RunRequest};
use crate::runs::{RunFolder, RunState};
use crate::systems;

/// Held out for the test.
const TEST_FRACTION: f32 = 0.1;
/// Epochs of `--quick`.
const QUICK_EPOCHS: u64 = 10;
const SEED: u64 = 1;
/// Rows of the recommendations.
const ROWS: usize = 10;
/// Where the sample data is in a checkout, and where it is made otherwise.
const SAMPLE: &str = "sample_data/ratings";

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

    /// Whether its test error moves enough over the epochs to be worth a curve.
    fn has_curve(&self) -> bool {
        let Some(series) = self.state.series.get("test/rmse") else {
            return false;
        };
        let low = series.values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = series.values.iter().copied().fold(0.0, f64::max);
        series.len() > 2 && high > low * 1.05
    }

    fn error(&self) -> f64 {
        self.metric("test/rmse").unwrap_or(f64::INFINITY)
    }
}

/// Trains every system on the sample data, compares them and draws pictures.
pub(super) fn run(args: &DemoArgs, out: &mut Output) -> Outcome {
    interrupt::watch();
    let config = DataConfig {
        path: sample_folder()?.join("ratings.csv"),
        test_fraction: Some(TEST_FRACTION),
        ..DataConfig::default()
    };
    let mut progress = Progress::new(false);
    let dataset = loading::load(&config, Path::new(""), SEED, &mut progress);
    progress.finish();
    let dataset = dataset?;
    let ratings = loading::ratings(&dataset)?;
    eprintln!(
        "sample data: {} users, {} items, {} ratings to learn from and {} to test on",
        ratings.users.len(),
        ratings.items.len(),
        ratings.train.len(),
        ratings.test.len()
    );
    let runs = runs_dir::resolve(&args.runs);
    let engine = Engine::new(runs.clone());
    let mut trained = Vec::new();
    for (name, config) in plan(&config, args.quick)? {
        trained.push(train(&engine, &runs, &name, config, &dataset)?);
    }
    engine.shutdown();
    compare(out, &trained)?;
    let pictures = runs.join("pictures");
    fs::create_dir_all(&pictures).map_err(|error| {
        Failure::failed(format!("cannot create {}: {error}", pictures.display()))
    })?;
    draw(out, &pictures, &trained, &dataset)
}

/// The sample data: that of the checkout or beside the program, else made once in the person's data folder.
fn sample_folder() -> Outcome<PathBuf> {
    let program = std::env::current_exe().ok();
    let near_program = program
        .iter()
        .flat_map(|path| path.ancestors().skip(1).take(4));
    let found = std::iter::once(Path::new(""))
        .chain(near_program)
        .map(|folder| folder.join(SAMPLE))
        .find(|folder| folder.join("ratings.csv").is_file());
    if let Some(folder) = found {
        return std::path::absolute(folder).or_failed();
    }
    let made = runs_dir::data_folder()
        .unwrap_or_else(std::env::temp_dir)
        .join(SAMPLE);
    if !made.join("ratings.csv").is_file() {
        data::sample::write_ratings(&made, SEED).or_failed()?;
    }
    Ok(made)
}

/// What is trained: the baselines as they are, and the sample configs.
fn plan(data: &DataConfig, quick: bool) -> Outcome<Vec<(String, RunConfig)>> {
    let mut planned = Vec::new();
    for system in systems::all().iter().filter(|system| system.is_baseline()) {
        planned.push((
            system.label().to_owned(),
            RunConfig::new(system.id(), data.clone()),
        ));
    }
    for sample in CONFIGS {
        if let Some(name) = sample.name {
            let mut config = RunConfig::parse(sample.text, Path::new(sample.file)).or_failed()?;
            config.data = data.clone();
            planned.push((name.to_owned(), config));
        }
    }
    for (_, config) in &mut planned {
        config.seed = SEED;
        let has_epochs = systems::find(&config.system).is_some_and(|system| {
            systems::parameters(system)
                .iter()
                .any(|spec| spec.key == "epochs")
        });
        if quick && has_epochs {
            let epochs = QUICK_EPOCHS.to_string();
            config.set_key("epochs", &epochs).or_failed()?;
        }
    }
    Ok(planned)
}

fn train(
    engine: &Engine,
    runs: &Path,
    name: &str,
    config: RunConfig,
    dataset: &Dataset,
) -> Outcome<Trained> {
    let is_baseline = systems::find(&config.system).is_some_and(|system| system.is_baseline());
    let id = engine
        .start(RunRequest {
            config,
            name: Some(name.to_owned()),
            device: DeviceChoice::Auto,
            base: PathBuf::new(),
            data: Some(dataset.clone()),
        })
        .map_err(refusal)?;
    eprintln!("{name}");
    let mut progress = Progress::new(false);
    let (state, ended) = follow(engine, &id, RunState::default(), &mut progress);
    progress.finish();
    match ended {
        Ended::Finished => Ok(Trained {
            name: name.to_owned(),
            is_baseline,
            folder: RunFolder::open(&runs.join(id.as_str())).or_failed()?,
            state,
        }),
        Ended::Stopped => Err(Failure::Stopped),
        Ended::Failed(message) => Err(Failure::failed(format!("{name}: {message}"))),
    }
}

fn compare(out: &mut Output, trained: &[Trained]) -> Outcome {
    let mut table = Table::new(&[
        ("system", Align::Left),
        ("test RMSE", Align::Right),
        ("test MAE", Align::Right),
        ("epochs", Align::Right),
        ("time", Align::Right),
        ("run", Align::Left),
    ]);
    let metric = |value: Option<f64>| value.map_or_else(String::new, words::number);
    for run in trained {
        table.row([
            run.name.clone(),
            metric(run.metric("test/rmse")),
            metric(run.metric("test/mae")),
            format!("{:.0}", run.state.epoch),
            words::duration(run.state.seconds),
            words::path(run.folder.path()),
        ]);
    }
    table.write(out)?;
    Ok(())
}

fn draw(out: &mut Output, folder: &Path, trained: &[Trained], dataset: &Dataset) -> Outcome {
    let learned: Vec<&Trained> = trained.iter().filter(|run| run.has_curve()).collect();
    let references: Vec<(String, f64)> = trained
        .iter()
        .filter(|run| !run.has_curve())
        .map(|run| (run.name.clone(), run.error()))
        .collect();
    let panels: Vec<CurvePanel<'_>> = learned
        .iter()
        .map(|run| CurvePanel {
            name: &run.name,
            state: &run.state,
        })
        .collect();
    let mut drawn = Vec::new();
    let mut place = |name: &str| {
        let path = folder.join(name);
        drawn.push(path.clone());
        path
    };
    curves(&place("curves.png"), &panels, &references).or_failed()?;
    let best = trained
        .iter()
        .filter(|run| !run.is_baseline)
        .min_by(|a, b| a.error().total_cmp(&b.error()));
    if let Some(best) = best {
        let ratings = loading::ratings(dataset)?;
        let predictions = read_predictions(&best.folder.artifact("predictions.csv"), ratings)?;
        predicted_against_true(&place("predicted.png"), &best.name, &predictions).or_failed()?;
        let mut lines = Vec::new();
        for run in trained {
            lines.push(PopularityLine {
                name: run.name.clone(),
                predictions: read_predictions(&run.folder.artifact("predictions.csv"), ratings)?,
            });
        }
        let counts: Vec<usize> = (0..ratings.train.items())
            .map(|item| ratings.train.by_item().row(item).0.len())
            .collect();
        popularity(&place("popularity.png"), &lines, &counts).or_failed()?;
        recommend(out, &place("recommendations.png"), best, dataset)?;
    }
    out.line("")?;
    for path in drawn.iter().filter(|path| path.is_file()) {
        out.line(&format!("picture  {}", words::path(path)))?;
    }
    Ok(())
}

/// The recommendations for the user with the median number of ratings, as a table and as a picture.
fn recommend(out: &mut Output, path: &Path, run: &Trained, dataset: &Dataset) -> Outcome {
    let model = Model::with_data(&run.folder, dataset.clone())?;
    let data = model.data();
    let mut by_activity: Vec<usize> = (0..data.train.users()).collect();
    by_activity.sort_by_key(|user| data.train.by_user().row(*user).0.len());
    let Some(user) = by_activity.get(by_activity.len() / 2).copied() else {
        return Ok(());
    };
    let (items, ratings) = data.train.by_user().row(user);
    let mut rated: Vec<(u32, f32)> = items.iter().copied().zip(ratings.iter().copied()).collect();
    rated.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let title = |item: usize| data.items.display(item).to_owned();
    let top = model.top(user, ROWS);
    let user_name = match data.users.title(user) {
        Some(name) => format!("{name} (user {})", data.users.id(user)),
        None => format!("user {}", data.users.id(user)),
    };
    out.line(&format!("\nwhat {user_name} would like, says {}", run.name))?;
    items_table(&data.items, &top, "prediction").write(out)?;
    recommendations(
        path,
        &Recommendations {
            user: &user_name,
            name: &run.name,
            rated_total: rated.len(),
            rated: rated
                .iter()
                .take(ROWS)
                .map(|(item, rating)| (title(*item as usize), *rating))
                .collect(),
            liked: top
                .iter()
                .map(|(item, rating)| (title(*item), *rating))
                .collect(),
            scale: data.scale,
        },
    )
    .or_failed()
}
