//! Errors of run folders.

use std::io;
use std::path::{Path, PathBuf};

use super::{ConfigFileError, LabelError};

/// A run folder that cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The folder is no run.
    #[error("{} is not a run folder: {reason}", path.display())]
    NotARun {
        /// The folder.
        path: PathBuf,
        /// The missing part.
        reason: String,
    },
    /// A file could not be read or written.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// `read`, `write`, …
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        source: io::Error,
    },
    /// A file says something that cannot be.
    #[error("{} is damaged: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The problem.
        reason: String,
    },
    /// A newer version of the program wrote it.
    #[error(
        "{} was written by a newer version of Atelier: {reason}; open it with that version or a later one",
        path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// What this version does not know.
        reason: String,
    },
    /// The config does not hold.
    #[error(transparent)]
    Config(#[from] ConfigFileError),
    /// What a person wants to write beside the run cannot stand there.
    #[error("{}: {error}", path.display())]
    Labels {
        /// The run's folder.
        path: PathBuf,
        /// The problem.
        error: LabelError,
    },
    /// A process is working on the run.
    #[error("{} is in use: pause or stop the run first, or close the program that runs it", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
    },
}

impl RunError {
    /// For `map_err`.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io {
            action,
            path,
            source,
        }
    }
}
