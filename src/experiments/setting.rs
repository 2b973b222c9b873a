//! One point of a search space, and what came of it.

use std::collections::BTreeMap;

use serde_json::Value;

/// The values that one run is given: by key, written as `--set` takes it (`hidden`, `data.test_fraction`).
pub type Setting = BTreeMap<String, Value>;

/// A setting that was tried.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// The values.
    pub setting: Setting,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a setting.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It was handed out and has not ended.
    Pending,
    /// The objectives, in the order of the sweep's measures; the smaller the better (a measure of which more is better is negated).
    Done(Vec<f64>),
    /// Stopped early as a loser, with the objectives as they were then.
    StoppedEarly(Vec<f64>),
    /// It failed, or its objective is not a number.
    Failed,
}
