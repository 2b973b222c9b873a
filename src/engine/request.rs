//! Requests of a person to the engine.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

use super::{DeviceChoice, DeviceError};
use crate::data::Dataset;
use crate::runs::{RunConfig, RunError, RunId, SweepPlace};
use crate::systems::ConfigError;

/// How an engine works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EngineOptions {
    /// How many runs train at a time; the others queue.
    pub parallel: usize,
    /// Time between two checkpoints, made longer where they are slow. There is always one at the end, on pause and on stop.
    pub checkpoint_every: Duration,
}

impl Default for EngineOptions {
    /// One run at a time, which already uses every core; a checkpoint every 30 seconds.
    fn default() -> Self {
        Self {
            parallel: 1,
            checkpoint_every: Duration::from_secs(30),
        }
    }
}

/// A run to start.
#[derive(Debug, Clone)]
pub struct RunRequest {
    /// System, seed, data, parameters.
    pub config: RunConfig,
    /// Its name; the system and the id's last digits if absent.
    pub name: Option<String>,
    /// Where to train.
    pub device: DeviceChoice,
    /// The folder that relative data paths start from.
    pub base: PathBuf,
    /// The data, if it is in memory already; else the run reads it.
    pub data: Option<Dataset>,
    /// The sweep that it is a trial of.
    pub sweep: Option<SweepPlace>,
}

/// A command of a person to a run. It takes effect between two units of work.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Write a checkpoint and wait, keeping everything in memory; the next run in the queue may begin.
    Pause,
    /// Go on; also tries again what could not be written.
    Resume,
    /// Write a checkpoint and results, and end. The run can be resumed later.
    Stop,
    /// Write a checkpoint now.
    Checkpoint,
    /// Change a live parameter.
    Set {
        /// Its key.
        key: String,
        /// Its new value.
        value: Value,
    },
    /// Write the run into another runs folder from now on: for a disk that is full or gone. What the old folder still
    /// gives is copied; then the run goes on.
    MoveTo(PathBuf),
    /// Call the run something else.
    Rename(String),
}

/// Why the engine cannot do it.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The config does not hold.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The run folder cannot be read or written.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The device is not there.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// No thread works on this run.
    #[error("{0} is not running; resume it first")]
    NotActive(RunId),
    /// The run has nothing left to do.
    #[error("{0} has finished; start a new run with more epochs to go further")]
    Finished(RunId),
    /// The run is in the middle of a long step with many commands waiting.
    #[error("{0} is busy; try again in a moment")]
    Busy(RunId),
    /// The program is closing.
    #[error("the program is closing")]
    Closing,
    /// The system has no thread left.
    #[error("{}", super::machine::no_thread(.0))]
    Thread(#[source] std::io::Error),
}
