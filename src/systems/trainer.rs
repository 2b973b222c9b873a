//! The interface of trainers to the engine.

use std::path::Path;

use super::ConfigError;
use crate::nn::checkpoint::CheckpointError;
use crate::record::Recorder;

/// Where a trainer is.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Position {
    /// Units of work done: updates of the weights.
    pub step: u64,
    /// Passes over the data, with the begun one as a fraction.
    pub epoch: f64,
    /// Steps at the end of the run, as far as known (early stopping can end it sooner).
    pub total_steps: u64,
}

/// The outcome of one unit of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// There is more to do.
    Continue,
    /// The run has reached its end; `finish` comes next.
    Done,
}

/// Does small units of work and reports through a recorder. Never sleeps, prints, opens a window or touches a run folder.
///
/// Lives on the run's thread and never leaves it. `C` is the system's config.
pub trait Trainer<C> {
    /// Where it is.
    fn position(&self) -> Position;
    /// One unit of work, a fraction of a second to a few seconds.
    fn step(&mut self, recorder: &mut dyn Recorder) -> Result<Outcome, TrainError>;
    /// Measures and writes results of the weights as they are, without changing the run: at the end, or when a person stops it.
    fn finish(&mut self, recorder: &mut dyn Recorder) -> Result<(), TrainError>;
    /// Writes everything needed to go on exactly into an empty folder.
    fn save(&self, folder: &Path) -> Result<(), TrainError>;
    /// Comes back from what `save` wrote, into a trainer made with the config of that moment, the same data and seed. No live parameter is
    /// part of a checkpoint: whoever keeps the config keeps their values.
    fn load(&mut self, folder: &Path) -> Result<(), TrainError>;
    /// The step of the best weights so far, if the system keeps them.
    fn best_step(&self) -> Option<u64> {
        None
    }
    /// Writes the best weights, enough for predictions, into an empty folder.
    fn save_best(&self, _folder: &Path) -> Result<(), TrainError> {
        Ok(())
    }
    /// Goes on with another config, which has been checked and differs in parameters marked live in the schema alone; takes effect with
    /// the next step. A system without such parameters has nothing to do.
    fn reconfigure(&mut self, _config: &C) -> Result<(), ConfigError> {
        Ok(())
    }
}

/// Why a trainer cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// The data does not suit the system; says why and what to do.
    #[error("{0}")]
    Data(String),
    /// A config that no check caught.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The loss or the weights are no longer finite.
    #[error(
        "the loss became {value} at step {step}: lower the learning rate or increase the regularization"
    )]
    Diverged {
        /// When.
        step: u64,
        /// NaN or infinite.
        value: f64,
    },
    /// The weights are no longer finite, although no loss told.
    #[error(
        "the array {array} holds values that are no longer finite: lower the learning rate or increase the regularization"
    )]
    NotFinite {
        /// Its name.
        array: String,
    },
    /// A checkpoint could not be written.
    #[error("cannot write {path}: {reason}")]
    Write {
        /// The file.
        path: std::path::PathBuf,
        /// The operating system's error.
        reason: String,
    },
    /// A checkpoint does not fit this run or is damaged.
    #[error(
        "cannot read {path}: {reason}; copy the run folder from a backup, or train again with its config.toml"
    )]
    Checkpoint {
        /// The file.
        path: std::path::PathBuf,
        /// The problem with it.
        reason: String,
    },
    /// The device failed.
    #[error("the device failed: {0}")]
    Device(String),
    /// A person canceled slow work.
    #[error("canceled")]
    Canceled,
}

impl From<CheckpointError> for TrainError {
    fn from(error: CheckpointError) -> Self {
        match error {
            CheckpointError::Write { path, reason } => Self::Write { path, reason },
            CheckpointError::Read { path, reason } => Self::Checkpoint { path, reason },
            CheckpointError::NotFinite { array } => Self::NotFinite { array },
        }
    }
}
