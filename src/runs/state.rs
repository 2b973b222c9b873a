//! What a run looks like: a fold over its events, live or read from disk.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Event, Status};
use crate::systems::{ArtifactKind, LogLevel};

/// One measure over the course of a run: parallel columns, ascending in `steps`.
#[derive(Debug, Clone, Default)]
pub struct Series {
    /// Updates of the weights.
    pub steps: Vec<u64>,
    /// Passes over the data.
    pub epochs: Vec<f64>,
    /// Seconds of training.
    pub seconds: Vec<f64>,
    /// The values; may hold NaN.
    pub values: Vec<f64>,
}

/// A live parameter's change.
#[derive(Debug, Clone)]
pub struct Mark {
    /// The config key.
    pub key: String,
    /// Its new value.
    pub value: Value,
    /// When.
    pub step: u64,
    /// When, in seconds of training.
    pub seconds: f64,
}

/// A line of the log.
#[derive(Debug, Clone)]
pub struct LogLine {
    /// How much it matters.
    pub level: LogLevel,
    /// When.
    pub step: u64,
    /// The sentence.
    pub message: String,
}

/// A snapshot's file.
#[derive(Debug, Clone)]
pub struct SnapshotRef {
    /// What it shows.
    pub kind: ArtifactKind,
    /// When.
    pub step: u64,
    /// The file, in `artifacts`.
    pub file: String,
}

/// Everything the events of a run say.
#[derive(Debug, Clone, Default)]
pub struct RunState {
    /// The status, `None` before the first status event.
    pub status: Option<Status>,
    /// Why, where the last status had something to say.
    pub message: Option<String>,
    /// Updates of the weights.
    pub step: u64,
    /// Steps at the end, 0 if unknown.
    pub total_steps: u64,
    /// Passes over the data.
    pub epoch: f64,
    /// Seconds of training.
    pub seconds: f64,
    /// Measures by name.
    pub series: BTreeMap<String, Series>,
    /// Changes of live parameters.
    pub marks: Vec<Mark>,
    /// Snapshots, in order.
    pub snapshots: Vec<SnapshotRef>,
    /// The log.
    pub log: Vec<LogLine>,
    /// Step of the newest checkpoint.
    pub checkpoint: Option<u64>,
    /// Grows by one with each event: tells a view that something changed.
    pub revision: u64,
}

impl RunState {
    /// Takes one event in.
    pub fn apply(&mut self, event: &Event) {
        let _ = event;
        self.revision += 1;
    }
}
