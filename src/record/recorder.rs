//! How a trainer reports.

use serde::{Deserialize, Serialize};

/// Takes what a trainer reports; adds step, epoch and time itself.
pub trait Recorder {
    /// A measure, named `part/measure` (`train/rmse`, `loss/cross`).
    fn scalar(&mut self, name: &str, value: f64);
    /// A result to look at: a file for the run's `artifacts` folder. A later one of the same name replaces it.
    fn artifact(&mut self, artifact: Artifact);
    /// A sentence for the log.
    fn log(&mut self, level: LogLevel, message: &str);
}

/// Keeps what it is told, for whoever drives a trainer without an engine: tests, benches, scripts.
#[derive(Debug, Clone, Default)]
pub struct Recorded {
    /// Measures, in order.
    pub scalars: Vec<(String, f64)>,
    /// Results, in order.
    pub artifacts: Vec<Artifact>,
    /// The log, in order.
    pub logs: Vec<(LogLevel, String)>,
}

impl Recorded {
    /// The newest value of a measure.
    #[must_use]
    pub fn last(&self, name: &str) -> Option<f64> {
        self.series(name).last()
    }

    /// All values of a measure, in order.
    pub fn series(&self, name: &str) -> impl Iterator<Item = f64> {
        self.scalars
            .iter()
            .filter(move |(own, _)| own == name)
            .map(|(_, value)| *value)
    }
}

impl Recorder for Recorded {
    fn scalar(&mut self, name: &str, value: f64) {
        self.scalars.push((name.to_owned(), value));
    }

    fn artifact(&mut self, artifact: Artifact) {
        self.artifacts.push(artifact);
    }

    fn log(&mut self, level: LogLevel, message: &str) {
        self.logs.push((level, message.to_owned()));
    }
}

/// A file that a trainer made.
#[derive(Debug, Clone)]
pub struct Artifact {
    /// What it shows.
    pub kind: ArtifactKind,
    /// `predictions.csv`; no folders.
    pub file_name: String,
    /// The content.
    pub bytes: Vec<u8>,
}

/// What an artifact shows; the window picks a view by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ArtifactKind {
    /// CSV `user,item,rating,prediction` of the test pairs.
    Predictions,
    /// Clusters of rows and columns at one step: what [`super::CoClusters::to_npz`] writes.
    CoClusters,
    /// Test pictures and their translations at one step: what [`super::Translations::to_png`] writes.
    Translations,
    /// Any other table.
    Table,
    /// A picture.
    Image,
}

/// How much a log line matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogLevel {
    /// Good to know.
    Info,
    /// Something a person should look at.
    Warning,
    /// Something failed.
    Error,
}
