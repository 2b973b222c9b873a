//! Checkpoints: a folder with named arrays in `tensors.safetensors` and everything else in `state.json`.
//!
//! [`CheckpointWriter`] collects both and writes the folder; [`Checkpoint`] reads it back, as well as the folders of earlier versions,
//! whose formats have one file each: [`legacy_folder`] and [`legacy_optimizer`].

mod folder;
mod legacy_folder;
mod legacy_optimizer;
mod module;
mod pytorch;
mod tensors;

use std::path::{Path, PathBuf};

pub use folder::{Checkpoint, CheckpointWriter};
pub use legacy_optimizer::LegacyOptimizer;
pub use module::{HostTensor, shapes_of, tensors_of, with_values};
pub use pytorch::pytorch_to_safetensors;
pub use tensors::{Element, TensorFile, TensorWriter};

/// A checkpoint could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// A file could not be written.
    #[error("cannot write {path}: {reason}")]
    Write {
        /// The file.
        path: PathBuf,
        /// The reason.
        reason: String,
    },
    /// Weights that are no longer numbers: writing them would lose the last good ones.
    #[error("the array {array} holds values that are not finite")]
    NotFinite {
        /// Its name.
        array: String,
    },
    /// A file is missing, damaged, or of another run.
    #[error("cannot read {path}: {reason}")]
    Read {
        /// The file.
        path: PathBuf,
        /// The problem with it.
        reason: String,
    },
}

impl CheckpointError {
    pub(crate) fn write(path: &Path, reason: impl ToString) -> Self {
        Self::Write {
            path: path.to_owned(),
            reason: reason.to_string(),
        }
    }

    pub(crate) fn read(path: &Path, reason: impl ToString) -> Self {
        Self::Read {
            path: path.to_owned(),
            reason: reason.to_string(),
        }
    }
}
