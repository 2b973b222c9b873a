//! Errors of sweeps.

use std::io;
use std::path::{Path, PathBuf};

use crate::data::DataError;
use crate::engine::EngineError;
use crate::record::schema::ConfigError;
use crate::runs::{ConfigFileError, RunError};

/// Why a sweep cannot be read, written or go on.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// The folder is no sweep.
    #[error("{} is not a sweep's folder: {reason}", path.display())]
    NotASweep {
        /// The folder.
        path: PathBuf,
        /// What is missing.
        reason: String,
    },
    /// A file could not be read or written.
    #[error("cannot {action} {}: {source}{}", path.display(), full(source))]
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
        /// The problem and its remedy.
        reason: String,
    },
    /// The config file does not hold.
    #[error(transparent)]
    File(#[from] ConfigFileError),
    /// The question does not hold.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Another process launches its runs.
    #[error("{} is in use: pause or stop it where it was started, or close that program", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// The runs beside it cannot be read.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A run cannot be started.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The data cannot be read.
    #[error(transparent)]
    Data(#[from] DataError),
}

/// What to do where there is no room; empty for other errors.
fn full(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "; free some space there: finished runs are kept, and the sweep goes on from them"
        }
        _ => "",
    }
}

impl SweepError {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_said_with_what_to_do() {
        let error =
            |kind: io::ErrorKind| SweepError::io("write", Path::new("s/trials"))(kind.into());
        let full = error(io::ErrorKind::StorageFull).to_string();
        assert!(full.starts_with("cannot write s/trials: "), "{full}");
        assert!(
            full.contains("free some space there: finished runs are kept"),
            "{full}"
        );
        let other = error(io::ErrorKind::PermissionDenied).to_string();
        assert!(!other.contains("free some space"), "{other}");
    }
}
