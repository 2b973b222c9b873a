//! A run as a row.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use crate::runs::{RunId, RunSummary};

/// A run as a row of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its folder's name.
    pub id: RunId,
    /// Its folder.
    pub path: PathBuf,
    /// Its `run.json`.
    pub summary: RunSummary,
    /// What was set, by key as `--set` takes it (`hidden`, `data.test_fraction`, `seed`): complete, defaults included.
    pub parameters: BTreeMap<String, Value>,
}
