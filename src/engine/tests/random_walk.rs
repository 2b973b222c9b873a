//! A system for tests: weights on a random walk, whose every step depends on the one before, on the generator's state and on the
//! learning rate.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rand::RngExt;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::data::RatingsData;
use crate::record::{
    Artifact, ArtifactKind, Better, LogLevel, Measure, Measures, Part, Recorder, Role,
};
use crate::systems::{
    ConfigError, Erased, Info, Outcome, Place, Position, Preset, System, TrainError, Trainer,
};

const MEASURES: Measures = Measures {
    all: &[Measure::new("*/rmse", "RMSE", Better::Lower).parts(&[
        Part::with_role("train", "train", Role::Training),
        Part::with_role("test", "test", Role::Test),
    ])],
    main: &["test/rmse"],
};

/// How to walk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct RandomWalkConfig {
    /// Steps to go.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub(super) steps: u64,
    /// Length of a step.
    #[schemars(range(min = 0.0, max = 10.0), extend("x-live" = true))]
    pub(super) learning_rate: f64,
    /// Milliseconds a step takes.
    #[schemars(range(min = 0, max = 1000))]
    pub(super) millis: u64,
    /// The step that panics; 0 is none.
    pub(super) panic_at: u64,
    /// The step that fails; 0 is none.
    pub(super) fail_at: u64,
}

impl Default for RandomWalkConfig {
    fn default() -> Self {
        Self {
            steps: 50,
            learning_rate: 0.5,
            millis: 2,
            panic_at: 0,
            fail_at: 0,
        }
    }
}

pub(super) struct RandomWalk;

pub(super) static WALK: Erased<RandomWalk> = Erased::new();

/// Everything that matters: what a checkpoint holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Weights {
    pub(super) step: u64,
    #[serde(with = "bits")]
    pub(super) weights: [f64; 3],
    rng: ChaCha8Rng,
}

/// Floats as their bits: what serde_json reads can differ from what it wrote in the last one.
mod bits {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(
        weights: &[f64; 3],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        weights.map(f64::to_bits).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<[f64; 3], D::Error> {
        Ok(<[u64; 3]>::deserialize(deserializer)?.map(f64::from_bits))
    }
}

pub(super) const WEIGHTS: &str = "weights.json";

struct RandomWalkTrainer {
    config: RandomWalkConfig,
    state: Weights,
}

/// The weights after `config.steps` steps without an engine; `changes` are learning rates that hold from after a step on.
pub(super) fn reference(config: &RandomWalkConfig, seed: u64, changes: &[(u64, f64)]) -> Weights {
    let mut walker = RandomWalkTrainer::new(config.clone(), seed);
    for step in 0..config.steps {
        for (at, rate) in changes {
            if *at == step {
                walker.config.learning_rate = *rate;
            }
        }
        walker.walk();
    }
    walker.state
}

impl RandomWalkTrainer {
    fn new(config: RandomWalkConfig, seed: u64) -> Self {
        Self {
            config,
            state: Weights {
                step: 0,
                weights: [0.0; 3],
                rng: ChaCha8Rng::seed_from_u64(seed),
            },
        }
    }

    fn walk(&mut self) {
        for weight in &mut self.state.weights {
            *weight += self.config.learning_rate * (self.state.rng.random::<f64>() - *weight);
        }
        self.state.step += 1;
    }
}

impl Trainer<RandomWalkConfig> for RandomWalkTrainer {
    fn position(&self) -> Position {
        Position {
            step: self.state.step,
            epoch: self.state.step as f64 / 10.0,
            total_steps: self.config.steps,
        }
    }

    fn step(&mut self, recorder: &mut dyn Recorder) -> Result<Outcome, TrainError> {
        std::thread::sleep(Duration::from_millis(self.config.millis));
        self.walk();
        let step = self.state.step;
        assert!(step != self.config.panic_at, "weights of step {step} lost");
        if step == self.config.fail_at {
            return Err(TrainError::Diverged {
                step,
                value: f64::NAN,
            });
        }
        recorder.scalar("train/rmse", self.state.weights[0]);
        recorder.scalar("loss/walk", self.state.weights[1]);
        if step.is_multiple_of(10) {
            recorder.log(LogLevel::Info, "ten more");
        }
        Ok(if step >= self.config.steps {
            Outcome::Done
        } else {
            Outcome::Continue
        })
    }

    fn finish(&mut self, recorder: &mut dyn Recorder) -> Result<(), TrainError> {
        recorder.scalar("test/rmse", self.state.weights[2]);
        recorder.artifact(Artifact::new(
            ArtifactKind::TABLE,
            "weights.csv",
            format!("{:?}", self.state.weights).into_bytes(),
        ));
        Ok(())
    }

    fn save(&self, folder: &Path) -> Result<(), TrainError> {
        let path = folder.join(WEIGHTS);
        fs::write(&path, serde_json::to_vec(&self.state).unwrap()).map_err(|error| {
            TrainError::Write {
                path,
                reason: error.to_string(),
            }
        })
    }

    fn load(&mut self, folder: &Path) -> Result<(), TrainError> {
        self.state = saved(folder);
        Ok(())
    }

    fn best_step(&self) -> Option<u64> {
        // Every tenth step is better than the ones before.
        Some(self.state.step / 10 * 10).filter(|step| *step > 0)
    }

    fn save_best(&self, folder: &Path) -> Result<(), TrainError> {
        self.save(folder)
    }

    fn reconfigure(&mut self, config: &RandomWalkConfig) -> Result<(), ConfigError> {
        self.config.clone_from(config);
        Ok(())
    }
}

/// The weights in a checkpoint.
pub(super) fn saved(checkpoint: &Path) -> Weights {
    serde_json::from_slice(&fs::read(checkpoint.join(WEIGHTS)).unwrap()).unwrap()
}

impl System for RandomWalk {
    const INFO: Info = Info::new("walk", "Walk", "For tests.");
    const MEASURES: Measures = MEASURES;
    type Config = RandomWalkConfig;
    type Data = RatingsData;

    fn presets() -> Vec<Preset> {
        Vec::new()
    }

    /// A step may be long or there may be many of them.
    fn check(config: &RandomWalkConfig) -> Result<(), ConfigError> {
        if config.learning_rate > 5.0 && config.steps < 10 {
            let problem = "must be at most 5 in a run of fewer than 10 steps";
            return Err(ConfigError::new("learning_rate", problem));
        }
        Ok(())
    }

    fn trainer(
        config: RandomWalkConfig,
        _: &Arc<RatingsData>,
        place: &Place,
    ) -> Result<Box<dyn Trainer<RandomWalkConfig>>, TrainError> {
        Ok(Box::new(RandomWalkTrainer::new(config, place.seed)))
    }
}
