//! How a sweep stands: a fold over its folder and its runs' summaries.

use std::path::PathBuf;

use super::{SweepConfig, SweepId, Trial};
use crate::record::Status;

/// How a sweep stands.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepState {
    /// Its folder's name.
    pub id: SweepId,
    /// Its folder.
    pub path: PathBuf,
    /// Its question.
    pub config: SweepConfig,
    /// How it stands.
    pub status: SweepStatus,
    /// Why, where there is something to say.
    pub message: Option<String>,
    /// All trials that were handed out.
    pub trials: Vec<TrialState>,
    /// How many trials it will have, as far as known.
    pub planned: usize,
    /// Seconds left, once something has ended.
    pub seconds_left: Option<f64>,
}

/// How a sweep stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SweepStatus {
    /// Its trials run, here or on a cluster.
    Running,
    /// A person paused it.
    Paused,
    /// A person stopped it.
    Stopped,
    /// The process that launched its runs is gone; it can be resumed.
    Interrupted,
    /// All is done.
    Finished,
    /// It cannot go on.
    Failed,
}

/// How a trial stands.
#[derive(Debug, Clone, PartialEq)]
pub struct TrialState {
    /// What it is.
    pub trial: Trial,
    /// Its run's folder, once there is one.
    pub run: Option<PathBuf>,
    /// How its run stands.
    pub status: Status,
    /// Done share, 0 to 1.
    pub progress: f64,
    /// The measures of the sweep, as measured (not negated), in its order; `None` before the first.
    pub measures: Vec<Option<f64>>,
    /// Stopped as a loser.
    pub stopped_early: bool,
    /// Why it failed.
    pub message: Option<String>,
}
