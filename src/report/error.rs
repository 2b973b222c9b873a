//! Why a report was not written.

use std::io;

use crate::experiments::sweep::SweepError;
use crate::runs::RunError;

/// Why a report was not written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// No run was named.
    #[error("there is nothing to report: name at least one run or sweep")]
    Nothing,
    /// None of the runs can be read.
    #[error("none of the runs can be read: {0}")]
    Unreadable(String),
    /// A run folder cannot be read.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The folder of a sweep cannot be read.
    #[error(transparent)]
    Sweep(#[from] SweepError),
    /// It was canceled.
    #[error("canceled")]
    Canceled,
    /// It cannot be written.
    #[error("cannot write: {0}")]
    Write(#[from] io::Error),
    /// The template does not hold.
    #[error("cannot fill the template of reports: {0}")]
    Template(#[from] minijinja::Error),
}
