//! Calls into a trainer: neither its errors nor its panics end more than its own run.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

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
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(outcome) => outcome.map_err(WorkError::from),
        Err(payload) => Err(WorkError::Failed(format!(
            "internal error: {}",
            panic_message(payload.as_ref())
        ))),
    }
}

/// The message of a panic.
pub(super) fn panic_message(payload: &(dyn Any + Send)) -> &str {
    payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("panicked without a message")
}
