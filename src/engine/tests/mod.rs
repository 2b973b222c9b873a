//! The engine with a system for tests: its threads, folders and commands are the real ones.

mod commands;
mod failures;
mod random_walk;
mod relocate;
mod resume;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Command, DeviceChoice, Engine, EngineOptions, RunConfig, RunRequest};
use crate::data::{Dataset, RatingsData, RatingsSource};
use crate::record::LogLevel;
use crate::record::{Event, Status};
use crate::runs::{RunFolder, RunId, RunState};
use crate::systems;
use random_walk::{RandomWalkConfig, WALK, Weights, saved};

/// Long enough for a busy machine; a test that waits this long has failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// An engine with a runs folder of its own.
struct Lab {
    folder: TempDir,
    engine: Engine,
}

fn data() -> Dataset {
    let ratings = [(0, 0, 4.0), (0, 1, 3.0), (1, 0, 5.0)];
    Dataset::Ratings(Arc::new(RatingsData::from_triplets(2, 2, &ratings, &[])))
}

fn config(parameters: &Value) -> RunConfig {
    systems::register(&WALK);
    let mut config = RunConfig::new(
        "walk",
        RatingsSource {
            path: PathBuf::from("ratings.csv"),
            ..RatingsSource::default()
        },
    );
    config.seed = 7;
    config.parameters = parameters.as_object().unwrap().clone();
    config
}

fn walk_config(parameters: &Value) -> RandomWalkConfig {
    serde_json::from_value(parameters.clone()).unwrap()
}

fn engine(runs: &Path) -> Engine {
    let options = EngineOptions {
        parallel: 1,
        checkpoint_every: Duration::from_millis(20),
    };
    systems::register(&WALK);
    Engine::with_options(runs.to_owned(), options)
}

fn request(parameters: &Value) -> RunRequest {
    RunRequest {
        config: config(parameters),
        name: None,
        device: DeviceChoice::Cpu,
        base: PathBuf::from("."),
        data: Some(data()),
        sweep: None,
    }
}

impl Lab {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let engine = engine(&folder.path().join("runs"));
        Self { folder, engine }
    }

    fn start(&self, parameters: &Value) -> RunId {
        self.engine.start(request(parameters)).unwrap()
    }

    /// Goes on with a run; the data in memory stands for the file there is not.
    fn resume(&self, id: &RunId) {
        let folder = self.run(id);
        self.engine
            .resume_with(folder.path(), DeviceChoice::Cpu, Some(data()))
            .unwrap();
    }

    fn send(&self, id: &RunId, command: Command) {
        self.engine.send(id, command).unwrap();
    }

    /// Waits for an event of a run; events of others are dropped.
    fn wait_for(&self, id: &RunId, is_it: impl Fn(&Event) -> bool) -> Event {
        let end = Instant::now() + PATIENCE;
        loop {
            let (of, event) = self
                .engine
                .events()
                .recv_deadline(end)
                .expect("the event did not come");
            if of == *id && is_it(&event) {
                return event;
            }
        }
    }

    fn wait_for_step(&self, id: &RunId, at_least: u64) {
        self.wait_for(
            id,
            |event| matches!(event, Event::Scalar { step, .. } if *step >= at_least),
        );
    }

    fn wait_for_status(&self, id: &RunId, wanted: Status) -> Option<String> {
        let event = self.wait_for(
            id,
            |event| matches!(event, Event::Status { status, message, .. } if *status == wanted && message.as_deref() != Some("reading the data")),
        );
        let Event::Status { message, .. } = event else {
            unreachable!()
        };
        message
    }

    /// Waits until the thread is gone, and its lock with it.
    fn wait_for_end(&self, id: &RunId, wanted: Status) -> Option<String> {
        let message = self.wait_for_status(id, wanted);
        let end = Instant::now() + PATIENCE;
        while self.engine.is_active(id) {
            assert!(Instant::now() < end, "the thread did not end");
            std::thread::sleep(Duration::from_millis(2));
        }
        message
    }

    fn run(&self, id: &RunId) -> RunFolder {
        let place = self.engine.folder(id);
        let place = place.unwrap_or_else(|| self.engine.runs().join(id.as_str()));
        RunFolder::open(&place).unwrap()
    }

    fn weights(&self, id: &RunId) -> Weights {
        saved(&self.run(id).checkpoint().unwrap())
    }

    fn state(&self, id: &RunId) -> RunState {
        let replay = self.run(id).replay().unwrap();
        assert_eq!(replay.bad_lines, 0);
        replay.state
    }
}

/// Every scalar but the measured times.
fn curves(state: &RunState) -> Vec<(String, Vec<u64>, Vec<f64>)> {
    state
        .series
        .iter()
        .filter(|(name, _)| !name.starts_with("time/"))
        .map(|(name, series)| (name.clone(), series.steps.clone(), series.values.clone()))
        .collect()
}
