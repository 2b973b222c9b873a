//! A process that is killed at any moment leaves a folder that opens, and the run resumes to the weights of one that was never
//! killed.
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Instant;

use crate::support::Place;
use crate::support::kills::{Until, written};
use atelier::record::Status;
use atelier::runs::{RunFolder, Series};
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};

const KILLS: usize = 20;

const CONFIG: &str = r#"
system = "autorec"
[data]
path = "ratings.csv"
test_fraction = 0.2
[autorec]
hidden = 48
optimizer = "adam"
batch_size = 4
epochs = 400
validation_fraction = 0.1
"#;

/// A fresh folder with the config above, whose runs go to `runs`.
fn place() -> Place {
    let place = Place::new(1);
    place.write("config.toml", CONFIG);
    place
}

fn run() -> Vec<String> {
    ["run", "config.toml", "--runs", "runs"]
        .map(str::to_owned)
        .to_vec()
}

fn resume(run: &Path) -> Vec<String> {
    vec!["resume".to_owned(), run.display().to_string()]
}

/// Starts the program, kills it at its time unless it ended by itself; whether it ended well.
fn live(place: &Place, arguments: &[String], until: Until) -> bool {
    let mut arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    arguments.extend(["--device", "cpu", "--quiet", "--checkpoint-every", "0.01"]);
    let mut child = place
        .command(&arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    until.kill(&place.path("runs"), &mut child);
    let output = child.wait_with_output().unwrap();
    let ended_well = output.status.success();
    assert!(
        ended_well || !matches!(until, Until::TheEnd),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    ended_well
}

/// The only run there is; none if the process was killed before it made one.
fn only_run(place: &Place) -> Option<PathBuf> {
    let listed = atelier::runs::list(&place.path("runs")).unwrap();
    assert!(listed.len() <= 1);
    listed.into_iter().next().map(|run| run.path)
}

/// The arrays of a folder, by file.
fn arrays(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "safetensors"))
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read(path).unwrap())
        })
        .collect()
}

/// What a finished run came to: last and best weights, predictions, curves.
#[derive(PartialEq)]
struct Results {
    weights: BTreeMap<String, Vec<u8>>,
    best: BTreeMap<String, Vec<u8>>,
    predictions: Vec<u8>,
    curves: Vec<(String, Vec<u64>, Vec<f64>)>,
}

fn results(run: &Path) -> Results {
    let folder = RunFolder::open(run).unwrap();
    assert_eq!(folder.summary().unwrap().status, Status::Finished);
    let replay = folder.replay().unwrap();
    assert_eq!(replay.bad_lines, 0);
    let curve = |(name, series): (String, Series)| (name, series.steps, series.values);
    let results = Results {
        weights: arrays(&folder.checkpoint().unwrap()),
        best: arrays(&folder.best().unwrap()),
        predictions: fs::read(folder.artifact("predictions.csv")).unwrap(),
        curves: replay
            .state
            .series
            .into_iter()
            .filter(|(name, _)| !name.starts_with("time/"))
            .map(curve)
            .collect(),
    };
    assert!(!results.weights.is_empty() && !results.best.is_empty());
    results
}

/// Opens a folder whose process was killed; the step it would go on from.
fn opens(run: &Path) -> u64 {
    let folder = RunFolder::open(run).unwrap();
    let summary = folder.summary().unwrap();
    assert_eq!(summary.status, Status::Interrupted);
    let replay = folder.replay().unwrap();
    assert_eq!(replay.bad_lines, 0, "{:?}", replay.first_bad);
    folder.config().unwrap();
    replay.state.checkpoint.unwrap_or(0)
}

#[test]
fn killed_at_twenty_random_moments_a_run_opens_and_resumes_to_the_same_weights() {
    let whole = place();
    // The first start reads the program from disk; the second tells how long a run takes.
    assert!(live(&place(), &run(), Until::TheEnd));
    let begun = Instant::now();
    assert!(live(&whole, &run(), Until::TheEnd));
    let took = begun.elapsed();
    let expected = results(&only_run(&whole).unwrap());
    let events = written(&whole.path("runs"));

    let mut rng = ChaCha8Rng::seed_from_u64(20);
    let (mut nothing_yet, mut killed_while_training, mut ended) = (0, 0, 0);
    for kill in 0..KILLS {
        let place = place();
        let mut until = || Until::any(&mut rng, took, events);
        if live(&place, &run(), until()) {
            ended += 1;
        }
        let Some(folder) = only_run(&place) else {
            nothing_yet += 1;
            continue;
        };
        let mut alive =
            RunFolder::open(&folder).unwrap().summary().unwrap().status != Status::Finished;
        if alive {
            killed_while_training += usize::from(opens(&folder) > 0);
        }
        // Every second one is killed again while it makes up for it.
        if alive && kill % 2 == 0 && !live(&place, &resume(&folder), until()) {
            opens_or_finished(&folder);
        }
        alive = RunFolder::open(&folder).unwrap().summary().unwrap().status != Status::Finished;
        if alive {
            assert!(live(&place, &resume(&folder), Until::TheEnd));
        }
        let found = results(&folder);
        assert!(found.weights == expected.weights, "kill {kill}: weights");
        assert!(found.best == expected.best, "kill {kill}: best weights");
        assert!(
            found.predictions == expected.predictions,
            "kill {kill}: predictions"
        );
        assert!(found.curves == expected.curves, "kill {kill}: curves");
    }
    eprintln!(
        "a run takes {took:.1?}; of {KILLS} killed, {nothing_yet} had no folder yet, \
         {killed_while_training} went back to a checkpoint, {ended} had ended"
    );
    assert!(killed_while_training >= KILLS / 4);
}

/// Killed after its last write, a run is finished; before it, it opens as interrupted.
fn opens_or_finished(run: &Path) {
    if RunFolder::open(run).unwrap().summary().unwrap().status != Status::Finished {
        opens(run);
    }
}
