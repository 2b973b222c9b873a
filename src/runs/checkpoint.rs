//! The engine's own file beside the trainer's in a checkpoint.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::RunError;
use crate::systems::{ConfigMap, Position};

/// Trainers must not use this name.
const NAME: &str = "engine.json";

/// `engine.json`, in `checkpoint/` and in `best/`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct CheckpointInfo {
    /// Updates of the weights.
    pub(crate) step: u64,
    /// Passes over the data.
    pub(crate) epoch: f64,
    /// Steps at the end, 0 if unknown.
    pub(crate) total_steps: u64,
    /// Seconds of training.
    pub(crate) seconds: f64,
    /// True if the trainer has reached its end and only results are left to write.
    pub(crate) done: bool,
    /// Live parameters that were changed, by key.
    pub(crate) parameters: ConfigMap,
}

impl CheckpointInfo {
    pub(crate) fn position(&self) -> Position {
        Position {
            step: self.step,
            epoch: self.epoch,
            total_steps: self.total_steps,
        }
    }

    /// # Errors
    /// If it is not there or no longer what was written.
    pub(crate) fn read(checkpoint: &Path) -> Result<Self, RunError> {
        let path = checkpoint.join(NAME);
        let text = fs::read(&path).map_err(RunError::io("read", &path))?;
        serde_json::from_slice(&text).map_err(|error| RunError::Damaged {
            path,
            reason: error.to_string(),
        })
    }

    /// # Errors
    /// If the file system refuses.
    pub(crate) fn write(&self, checkpoint: &Path) -> Result<(), RunError> {
        let path = checkpoint.join(NAME);
        serde_json::to_vec_pretty(self)
            .map_err(std::io::Error::from)
            .and_then(|text| fs::write(&path, text))
            .map_err(RunError::io("write", &path))
    }
}
