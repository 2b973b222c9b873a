//! How a trainer reports.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Takes what a trainer reports; adds step, epoch and time itself.
pub trait Recorder {
    /// A measure, named `part/measure` (`train/rmse`, `loss/cross`).
    fn scalar(&mut self, name: &str, value: f64);
    /// A result to look at: a file for the run's `artifacts` folder. A later one of the same name replaces it.
    fn artifact(&mut self, artifact: Artifact);
    /// A sentence for the log.
    fn log(&mut self, level: LogLevel, message: &str);
    /// Everything that is wrong with the results as of now; takes the place of what was reported before. None: all is well.
    fn alarms(&mut self, alarms: Vec<Alarm>) {
        for alarm in alarms {
            self.log(LogLevel::Warning, &alarm.message);
        }
    }
    /// The weights are those of an earlier step again, the best so far.
    fn best_restored(&mut self, _best: Best) {}
}

/// A result that looks wrong, such as translations that are all alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alarm {
    /// The scalar that shows it: `fake_b/variance`.
    pub scalar: String,
    /// The problem, and what can help.
    pub message: String,
}

/// The best weights of a run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Best {
    /// Updates of the weights up to them.
    pub step: u64,
    /// Passes over the data up to them.
    pub epoch: f64,
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
    /// The newest alarms.
    pub alarms: Vec<Alarm>,
    /// The best weights that came back, if they did.
    pub restored: Option<Best>,
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

    fn alarms(&mut self, alarms: Vec<Alarm>) {
        self.alarms = alarms;
    }

    fn best_restored(&mut self, best: Best) {
        self.restored = Some(best);
    }
}

/// A result that a trainer made, and the file that it becomes.
#[derive(Debug, Clone)]
pub struct Artifact {
    /// Its contents.
    pub kind: ArtifactKind,
    /// `predictions.csv`; no folders.
    pub file_name: String,
    /// The result itself.
    pub content: Arc<dyn ArtifactContent>,
}

impl Artifact {
    /// A result with the name of its file.
    pub fn new(
        kind: ArtifactKind,
        file_name: impl Into<String>,
        content: impl ArtifactContent,
    ) -> Self {
        Self {
            kind,
            file_name: file_name.into(),
            content: Arc::new(content),
        }
    }

    /// The bytes of its file.
    #[must_use]
    pub fn bytes(&self) -> Cow<'_, [u8]> {
        self.content.encode()
    }
}

/// A result in memory: plain data of the host, which becomes a file where one is written.
pub trait ArtifactContent: Any + fmt::Debug + Send + Sync {
    /// The bytes of its file. May take a while.
    fn encode(&self) -> Cow<'_, [u8]>;

    /// True if it is the bytes of its file already.
    fn is_encoded(&self) -> bool {
        false
    }
}

/// Bytes are a file as they are.
impl ArtifactContent for Vec<u8> {
    fn encode(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(self)
    }

    fn is_encoded(&self) -> bool {
        true
    }
}

/// The kind of an artifact; the window picks a view by it. Systems may have kinds of their own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ArtifactKind(Cow<'static, str>);

impl ArtifactKind {
    /// Predicted ratings of the test pairs: [`super::Predictions`], a CSV file.
    pub const PREDICTIONS: Self = Self::new("predictions");
    /// Clusters of rows and columns at one step: [`super::CoClusters`], an NPZ file.
    pub const CO_CLUSTERS: Self = Self::new("co_clusters");
    /// Test pictures and their translations at one step: [`super::Translations`], a PNG file.
    pub const TRANSLATIONS: Self = Self::new("translations");
    /// Any other table: a CSV file.
    pub const TABLE: Self = Self::new("table");
    /// Any other picture: a PNG file.
    pub const IMAGE: Self = Self::new("image");

    /// The kind of this name.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// Its name, as in `events.jsonl`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }
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
