//! Calls into a trainer: neither its errors nor its panics end more than its own run.

use crate::record::panics;
use crate::runs::RunError;
use crate::systems::TrainError;

/// Why something that a run does did not work.
#[derive(Debug)]
pub(super) enum WorkError {
    /// A file could not be written: the state in memory is whole, and another try or another place may help.
    Write(RunError),
    /// The trainer gave up or panicked.
    Failed(String),
}

impl From<RunError> for WorkError {
    fn from(error: RunError) -> Self {
        Self::Write(error)
    }
}

impl From<TrainError> for WorkError {
    fn from(error: TrainError) -> Self {
        match error {
            TrainError::Write { path, reason } => Self::Write(RunError::Io {
                action: "write",
                path,
                source: std::io::Error::other(reason),
            }),
            error => Self::Failed(error.to_string()),
        }
    }
}

/// Calls something that may panic. Whatever it left half done must not be used afterward.
pub(super) fn guarded<T>(call: impl FnOnce() -> Result<T, TrainError>) -> Result<T, WorkError> {
    match panics::catch(call) {
        Ok(outcome) => outcome.map_err(WorkError::from),
        Err(message) => Err(WorkError::Failed(format!("internal error: {message}"))),
    }
}
