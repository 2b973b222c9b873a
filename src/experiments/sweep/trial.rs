//! One run of a sweep.

use serde::{Deserialize, Serialize};

use crate::experiments::Setting;

/// Names a sweep: its folder's name, beside its runs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SweepId(pub(super) String);

impl SweepId {
    /// The folder's name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One run of a sweep: a file of its own in the sweep's folder, written once.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// From 0, in the order in which they were handed out.
    pub number: u32,
    /// What it is for.
    pub purpose: Purpose,
    /// Its values.
    pub setting: Setting,
    /// Its seed.
    pub seed: u64,
}

/// What a run of a sweep is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To choose a setting, by validation measures.
    Search,
    /// The result: the chosen setting trained on all training data and measured on the test set.
    Result,
}
