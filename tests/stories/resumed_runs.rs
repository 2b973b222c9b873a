//! A run that is stopped and resumed ends as one that never stopped: same weights, bit for bit, same curves.
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use atelier::data::{Dataset, RatingsData, RatingsSource};
use atelier::engine::{Command, DeviceChoice, Engine, RunConfig, RunRequest};
use atelier::record::{Event, Status};
use atelier::runs::{RunFolder, RunId};

const PATIENCE: Duration = Duration::from_secs(60);

/// 30 users × 20 items, about a third rated, a tenth of that for testing.
fn ratings() -> Dataset {
    let cells = (0..30_u32).flat_map(|user| (0..20_u32).map(move |item| (user, item)));
    let hash = |user: u32, item: u32| (user * 7919 + item * 104_729 + user * item * 31) % 97;
    let (mut train, mut test) = (Vec::new(), Vec::new());
    for (user, item) in cells {
        let chance = hash(user, item);
        let rating = 1.0 + ((user % 3) * 2 + (item % 4) + chance % 2) as f32 / 2.0;
        match chance {
            0..=29 => train.push((user, item, rating)),
            30..=32 => test.push((user, item, rating)),
            _ => {}
        }
    }
    Dataset::Ratings(Arc::new(RatingsData::from_triplets(30, 20, &train, &test)))
}

fn request(system: &str, settings: &[&str]) -> RunRequest {
    let path = PathBuf::from("ratings.csv");
    let mut config = RunConfig::new(
        system,
        RatingsSource {
            path,
            ..RatingsSource::default()
        },
    );
    for setting in settings {
        config.set(setting).unwrap();
    }
    RunRequest {
        config,
        name: None,
        device: DeviceChoice::Cpu,
        base: PathBuf::new(),
        data: Some(ratings()),
        sweep: None,
    }
}

fn wait(engine: &Engine, run: &RunId, is_it: impl Fn(&Event) -> bool) {
    let end = Instant::now() + PATIENCE;
    loop {
        let (id, event) = engine.events().recv_deadline(end).unwrap();
        if id == *run && is_it(&event) {
            return;
        }
        if let Event::Status {
            status: Status::Failed,
            message,
            ..
        } = event
        {
            panic!("{message:?}");
        }
    }
}

fn wait_for_end(engine: &Engine, run: &RunId) -> Status {
    wait(
        engine,
        run,
        |event| matches!(event, Event::Status { status, .. } if !status.is_active()),
    );
    while engine.is_active(run) {
        std::thread::sleep(Duration::from_millis(1));
    }
    let folder = RunFolder::open(&engine.folder(run).unwrap()).unwrap();
    folder.summary().unwrap().status
}

/// The arrays of a checkpoint, by file.
fn weights_in(checkpoint: &Path) -> BTreeMap<String, Vec<u8>> {
    fs::read_dir(checkpoint)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "safetensors"))
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read(path).unwrap())
        })
        .collect()
}

type Curves = BTreeMap<String, (Vec<u64>, Vec<u64>)>;

fn curves(folder: &RunFolder) -> Curves {
    let replay = folder.replay().unwrap();
    assert_eq!(replay.bad_lines, 0);
    replay
        .state
        .series
        .into_iter()
        .filter(|(name, _)| !name.starts_with("time/"))
        .map(|(name, series)| {
            let bits = series.values.iter().map(|value| value.to_bits()).collect();
            (name, (series.steps, bits))
        })
        .collect()
}

fn stopped_twice_equals_never_stopped(system: &str, settings: &[&str], steps: u64) {
    let runs = tempfile::tempdir().unwrap();
    let engine = Engine::new(runs.path().to_owned());
    let whole = engine.start(request(system, settings)).unwrap();
    assert_eq!(wait_for_end(&engine, &whole), Status::Finished);

    let parts = engine.start(request(system, settings)).unwrap();
    let place = engine.folder(&parts).unwrap();
    let mut stops = Vec::new();
    for share in [3, 2] {
        wait(
            &engine,
            &parts,
            |event| matches!(event, Event::Scalar { step, .. } if *step >= steps / share),
        );
        engine.send(&parts, Command::Stop).unwrap();
        assert_eq!(wait_for_end(&engine, &parts), Status::Stopped);
        stops.push(RunFolder::open(&place).unwrap().summary().unwrap().step);
        engine
            .resume_with(&place, DeviceChoice::Cpu, Some(ratings()))
            .unwrap();
    }
    assert_eq!(wait_for_end(&engine, &parts), Status::Finished);
    assert!(stops[0] < stops[1] && stops[1] < steps, "{stops:?}");

    let whole = RunFolder::open(&engine.folder(&whole).unwrap()).unwrap();
    let parts = RunFolder::open(&place).unwrap();
    let weights = weights_in(&whole.checkpoint().unwrap());
    let resumed = weights_in(&parts.checkpoint().unwrap());
    assert!(!weights.is_empty() && weights.keys().eq(resumed.keys()));
    for (name, bytes) in &weights {
        assert!(resumed[name] == *bytes, "{system} {settings:?}: {name}");
    }
    let whole_curves = curves(&whole);
    for (name, (steps, values)) in curves(&parts) {
        let (all_steps, all_values) = &whole_curves[&name];
        for (step, value) in steps.iter().zip(&values) {
            // A stop measures the best weights so far, as the end does.
            if let Ok(at) = all_steps.binary_search(step)
                && !stops.contains(step)
            {
                assert_eq!(*value, all_values[at], "{system} {name} at step {step}");
            }
        }
        assert!(steps.len() >= all_steps.len(), "{system} {name}");
    }
    assert_eq!(
        fs::read(whole.artifact("predictions.csv")).unwrap(),
        fs::read(parts.artifact("predictions.csv")).unwrap()
    );
}

#[test]
fn autorec_with_rprop() {
    let settings = ["epochs=900", "hidden=16", "validation_fraction=0.1"];
    stopped_twice_equals_never_stopped("autorec", &settings, 900);
}

#[test]
fn autorec_with_adam_on_mini_batches() {
    let settings = ["epochs=300", "hidden=16", "optimizer=adam", "batch_size=8"];
    stopped_twice_equals_never_stopped("autorec", &settings, 900);
}

#[test]
fn autorec_with_lbfgs() {
    let settings = ["epochs=600", "hidden=16", "optimizer=lbfgs"];
    stopped_twice_equals_never_stopped("autorec", &settings, 600);
}

#[test]
fn deep_autorec_with_pretraining() {
    let settings = [
        "epochs=600",
        "hidden=12,8,12",
        "pretraining_epochs=20",
        "side=user",
    ];
    stopped_twice_equals_never_stopped("autorec", &settings, 600);
}

#[test]
fn matrix_factorization() {
    let settings = ["epochs=6000", "factors=8", "patience=0"];
    stopped_twice_equals_never_stopped("matrix_factorization", &settings, 6000);
}
