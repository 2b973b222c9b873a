//! The engine's own file beside the trainer's in a checkpoint.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{RunError, seal};
use crate::record::files;
use crate::systems::{ConfigMap, Position};

/// The longest that is read, in bytes.
const MOST: u64 = 1 << 20;

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
    /// The hashes of the trainer's files, by name; filled in by [`Self::write`]. Earlier versions wrote none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) files: BTreeMap<String, String>,
}

impl CheckpointInfo {
    /// Trainers must not use this name.
    pub(super) const NAME: &str = "engine.json";

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
        let path = checkpoint.join(Self::NAME);
        let text = files::read(&path, MOST).map_err(RunError::io("read", &path))?;
        serde_json::from_slice(&text).map_err(|error| RunError::Damaged {
            path,
            reason: error.to_string(),
        })
    }

    /// The same; `None` if it is not there, as in weights that another program put there.
    ///
    /// # Errors
    /// If it is no longer what was written.
    pub(super) fn find(checkpoint: &Path) -> Result<Option<Self>, RunError> {
        if fs::symlink_metadata(checkpoint.join(Self::NAME)).is_err() {
            return Ok(None);
        }
        Self::read(checkpoint).map(Some)
    }

    /// Writes it beside the trainer's files, with their hashes.
    ///
    /// # Errors
    /// If the file system refuses.
    pub(crate) fn write(&self, checkpoint: &Path) -> Result<(), RunError> {
        let path = checkpoint.join(Self::NAME);
        seal::hashes(checkpoint, Self::NAME)
            .and_then(|files| {
                let sealed = Self {
                    files,
                    ..self.clone()
                };
                Ok(serde_json::to_vec_pretty(&sealed)?)
            })
            .and_then(|text| fs::write(&path, text))
            .map_err(RunError::io("write", &path))
    }
}
