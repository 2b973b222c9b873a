//! Runs of every system that are killed at random moments open, resume and come to what one that was never killed comes to: the same
//! weights, curves and results, bit for bit, and the same `run.json` but for times.
//!
//! A campaign; a small share of it runs with all tests. The whole is started by hand, as the README says:
//!
//! ```text
//! ATELIER_KILLS=1000 ATELIER_SEED=7 cargo test --release --test stories -- --ignored --nocapture campaign_of_kills
//! ```

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use atelier::data::DataKind;
use atelier::runs::RunFolder;
use atelier::systems;
use rand::RngExt as _;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use serde_json::Value;

use crate::earlier_runs::copied;
use crate::mutated_files::number;
use crate::support::kills::{Until, written};
use crate::support::{Place, summary};

/// Kills where no number is given.
const WHOLE: u64 = 1000;
/// The systems of the share that runs with all tests, one kill each: a kind of data and of training each.
const SHARE: [&str; 3] = ["matrix_factorization", "deepcc", "pix2pix"];

#[test]
fn a_killed_run_of_each_kind_comes_to_the_same() {
    campaign(SHARE.len() as u64, |system| SHARE.contains(&system));
}

#[test]
#[ignore = "takes hours: 1,000 kills of runs of every system; the README says how to start it"]
fn campaign_of_kills() {
    let only = std::env::var("ATELIER_SYSTEM").unwrap_or_default();
    campaign(number("ATELIER_KILLS", WHOLE), |system| {
        system.contains(&only)
    });
}

/// A config to train, and what it comes to undisturbed.
struct Case {
    name: String,
    config: String,
    took: Duration,
    /// Bytes of its events.
    events: u64,
    expected: Results,
}

fn campaign(kills: u64, wanted: impl Fn(&str) -> bool) {
    let seed = number("ATELIER_SEED", 11);
    let place = Place::new(1);
    let fixtures = copied(&place);
    let mut cases: Vec<Case> = configs()
        .into_iter()
        .filter(|(system, ..)| wanted(system))
        .map(|(_, name, config)| Case::of(&place, &fixtures, name, config))
        .collect();
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut counts = Counts::default();
    let mut wrong = Vec::new();
    for kill in 0..kills {
        let count = cases.len();
        let case = &mut cases[usize::try_from(kill).unwrap() % count];
        if let Err(why) = case.killed(&place, &fixtures, kill, &mut rng, &mut counts) {
            let why = format!("kill {kill}, {}: {why}", case.name);
            eprintln!("{why}");
            wrong.push(why);
        }
        if kill % 50 == 49 {
            eprintln!("{} kills: {counts:?}, {} wrong", kill + 1, wrong.len());
        }
    }
    eprintln!(
        "{kills} runs of {} kinds, seed {seed}: {counts:?}, {} wrong",
        cases.len(),
        wrong.len()
    );
    assert!(wrong.is_empty(), "seed {seed}:\n{}", wrong.join("\n"));
}

/// How the killed runs stood.
#[derive(Debug, Default)]
struct Counts {
    kills: u64,
    nothing_yet: u64,
    before_a_checkpoint: u64,
    after_a_checkpoint: u64,
    ended: u64,
}

/// A config for every system, and several where it trains in several ways: the system, a name, the text. Paths start at the fixtures.
fn configs() -> Vec<(String, String, String)> {
    let mut all = Vec::new();
    for run in [
        "autorec_stopped",
        "autorec_lbfgs_stopped",
        "autorec_rprop_stopped",
        "matrix_factorization_stopped",
        "deepcc_stopped",
        "spectral_finished",
        "cyclegan_stopped",
        "pix2pix_stopped",
        "auggan_stopped",
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/fixtures/earlier_runs")
            .join(run)
            .join("config.toml");
        let config = fs::read_to_string(path).unwrap();
        let first = config.lines().find(|line| line.starts_with("system"));
        let system = first.unwrap().split('"').nth(1).unwrap().to_owned();
        all.push((system, run.to_owned(), config));
    }
    for system in systems::all() {
        // Other stories bring systems of their own.
        if crate::fifth_system::is_one(system.id()) || all.iter().any(|(id, ..)| id == system.id())
        {
            continue;
        }
        let mut config = format!(
            "system = \"{}\"\nseed = 5\n\n[data]\npath = \"../data/ratings.csv\"\n",
            system.id()
        );
        if system.data_kind() == DataKind::Ratings {
            config += "test_fraction = 0.2\n";
        }
        assert!(
            system.data_kind() != DataKind::Images,
            "{} needs a config here",
            system.id()
        );
        config += &format!("\n[{}]\n", system.id());
        for key in ["row_clusters", "column_clusters"] {
            if system.parameter(key).is_some() {
                config += &format!("{key} = 3\n");
            }
        }
        all.push((system.id().to_owned(), system.id().to_owned(), config));
    }
    all
}

impl Case {
    fn of(place: &Place, fixtures: &Path, name: String, config: String) -> Self {
        let folder = fixtures.join(format!("config_{name}"));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("config.toml"), &config).unwrap();
        let mut case = Self {
            name,
            config: format!("{}/config.toml", folder.display()),
            took: Duration::ZERO,
            events: 0,
            expected: Results::default(),
        };
        let runs = fixtures.join(format!("whole_{}", case.name));
        // The first start reads the program and the data from disk; the second tells how long a run takes.
        for _ in 0..2 {
            let _ = fs::remove_dir_all(&runs);
            let begun = Instant::now();
            live(place, &case.run(&runs), &runs, Until::TheEnd).unwrap();
            case.took = begun.elapsed();
            case.events = written(&runs);
        }
        case.expected = results(&only_run(&runs).unwrap()).unwrap();
        assert!(!case.expected.files.is_empty(), "{}", case.name);
        case
    }

    fn run(&self, runs: &Path) -> Vec<String> {
        vec![
            "run".into(),
            self.config.clone(),
            "--runs".into(),
            runs.display().to_string(),
        ]
    }

    /// Kills a run, resumes it (sometimes killed again) and holds it against the undisturbed one.
    fn killed(
        &mut self,
        place: &Place,
        fixtures: &Path,
        kill: u64,
        rng: &mut ChaCha8Rng,
        counts: &mut Counts,
    ) -> Result<(), String> {
        let runs = fixtures.join(format!("killed_{kill}"));
        let mut moment = || Until::any(rng, self.took, self.events);
        let first = moment();
        let again = [moment(), moment()];
        let twice = rng.random_bool(0.4);
        counts.kills += 1;
        let begun = Instant::now();
        let ended = live(place, &self.run(&runs), &runs, first)?;
        if ended {
            // The machine is faster than it was: kills come earlier from now on.
            self.took = self.took.min(begun.elapsed()).mul_f64(0.9);
        }
        let Some(run) = only_run(&runs) else {
            counts.nothing_yet += 1;
            let _ = fs::remove_dir_all(&runs);
            return Ok(());
        };
        if ended {
            counts.ended += 1;
        } else {
            opens(&run)?;
            let resumed = RunFolder::open(&run).unwrap().checkpoint().is_some();
            *(if resumed {
                &mut counts.after_a_checkpoint
            } else {
                &mut counts.before_a_checkpoint
            }) += 1;
        }
        let resume = vec!["resume".to_owned(), run.display().to_string()];
        for moment in again.into_iter().take(if twice { 2 } else { 0 }) {
            if !is_finished(&run) {
                counts.kills += 1;
                live(place, &resume, &runs, moment)?;
                opens(&run)?;
            }
        }
        // Killed after its last write, it is finished, and nobody opens it any more.
        let resumed = !is_finished(&run);
        if resumed {
            live(place, &resume, &runs, Until::TheEnd)?;
        }
        let found = results(&run)?;
        let left: Vec<_> = leftovers(&runs);
        found.compare(&self.expected)?;
        if !left.is_empty() && resumed {
            return Err(format!("left behind: {left:?}"));
        }
        let _ = fs::remove_dir_all(&runs);
        Ok(())
    }
}

/// Starts the program, whose only run is in `runs`, and kills it at its time; whether it ended well by itself.
fn live(place: &Place, arguments: &[String], runs: &Path, until: Until) -> Result<bool, String> {
    let mut arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    arguments.extend(["--device", "cpu", "--quiet", "--checkpoint-every", "0.01"]);
    let mut child = place
        .command(&arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    until.kill(runs, &mut child);
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    let ended_well = output.status.success();
    if said.contains("panicked")
        || (!ended_well && (matches!(until, Until::TheEnd) || output.status.code().is_some()))
    {
        return Err(format!("{arguments:?}: {} {said}", output.status));
    }
    Ok(ended_well)
}

/// The only run; none if the process was killed before it made one.
fn only_run(runs: &Path) -> Option<PathBuf> {
    let listed = atelier::runs::list(runs).unwrap();
    assert!(listed.len() <= 1);
    listed.into_iter().next().map(|run| run.path)
}

fn is_finished(run: &Path) -> bool {
    summary(run)["status"] == "finished"
}

/// A killed run can be looked at.
fn opens(run: &Path) -> Result<(), String> {
    let folder = RunFolder::open(run).map_err(|error| error.to_string())?;
    folder.summary().map_err(|error| error.to_string())?;
    folder.config().map_err(|error| error.to_string())?;
    folder.weights().map_err(|error| error.to_string())?;
    let replay = folder.replay().map_err(|error| error.to_string())?;
    match replay.first_bad {
        Some(bad) => Err(format!("a line of the log is damaged: {bad:?}")),
        None => Ok(()),
    }
}

/// Unfinished files in a folder of runs.
fn leftovers(runs: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![runs.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            }
            if name.ends_with(".tmp") || name.ends_with(".old") {
                found.push(name);
            }
        }
    }
    found
}

/// What a finished run came to.
#[derive(Default)]
struct Results {
    /// Hashes of the weights and of the artifacts, by path.
    files: BTreeMap<String, String>,
    curves: BTreeMap<String, (Vec<u64>, Vec<u64>)>,
    summary: Value,
}

fn results(run: &Path) -> Result<Results, String> {
    let folder = RunFolder::open(run).map_err(|error| error.to_string())?;
    let mut files = BTreeMap::new();
    for part in ["checkpoint", "best", "artifacts"] {
        let Ok(entries) = fs::read_dir(run.join(part)) else {
            continue;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            // States hold times.
            if path.is_file() && (part == "artifacts" || name.ends_with("safetensors")) {
                let hash = blake3::hash(&fs::read(&path).unwrap()).to_hex().to_string();
                files.insert(format!("{part}/{name}"), hash);
            }
        }
    }
    let replay = folder.replay().map_err(|error| error.to_string())?;
    let bits = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect();
    let series = replay.state.series.iter();
    let curves = series
        .filter(|(name, _)| !name.starts_with("time/"))
        .map(|(name, own)| (name.clone(), (own.steps.clone(), bits(&own.values))))
        .collect();
    let mut summary = summary(run);
    let fields = summary.as_object_mut().unwrap();
    for times in ["id", "name", "created", "updated", "seconds"] {
        fields.remove(times);
    }
    let metrics = fields
        .get_mut("metrics")
        .and_then(Value::as_object_mut)
        .unwrap();
    metrics.retain(|name, _| !name.starts_with("time/"));
    Ok(Results {
        files,
        curves,
        summary,
    })
}

impl Results {
    fn compare(&self, expected: &Self) -> Result<(), String> {
        if self.files != expected.files {
            let differs =
                |(name, hash): &(&String, &String)| expected.files.get(*name) != Some(*hash);
            let files: Vec<&String> = self
                .files
                .iter()
                .filter(differs)
                .map(|(name, _)| name)
                .collect();
            return Err(format!(
                "other files: {files:?}, {} for {}",
                self.files.len(),
                expected.files.len()
            ));
        }
        if self.curves != expected.curves {
            let differs = |name: &&String| self.curves.get(*name) != expected.curves.get(*name);
            let names: Vec<&String> = expected.curves.keys().filter(differs).collect();
            return Err(format!("other curves: {names:?}"));
        }
        if self.summary != expected.summary {
            return Err(format!(
                "other run.json:\n{}\nfor\n{}",
                self.summary, expected.summary
            ));
        }
        Ok(())
    }
}
