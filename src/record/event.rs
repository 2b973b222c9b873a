//! Events: the only thing that leaves a run.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::float;
use super::{Alarm, ArtifactKind, Best, LogLevel};

/// One line of `events.jsonl`, and one message to the window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A measure.
    Scalar {
        /// `part/measure`.
        name: String,
        /// Updates of the weights so far.
        step: u64,
        /// Passes over the data so far.
        #[serde(with = "float")]
        epoch: f64,
        /// Seconds of training so far, pauses left out.
        #[serde(with = "float")]
        seconds: f64,
        /// The value; NaN and infinities travel as strings.
        #[serde(with = "float")]
        value: f64,
    },
    /// A result to look at.
    Snapshot {
        /// Its contents.
        kind: ArtifactKind,
        /// When.
        step: u64,
        /// The file, in `artifacts`.
        file: String,
    },
    /// A parameter changed while running.
    Parameter {
        /// The config key.
        key: String,
        /// Its new value.
        value: Value,
        /// When.
        step: u64,
        /// Seconds of training so far.
        seconds: f64,
    },
    /// A sentence.
    Log {
        /// How much it matters.
        level: LogLevel,
        /// When.
        step: u64,
        /// The sentence.
        message: String,
    },
    /// Everything that is wrong with the results as of this step; takes the place of earlier alarms.
    Alarms {
        /// When.
        step: u64,
        /// None: all is well.
        alarms: Vec<Alarm>,
    },
    /// The weights are those of an earlier step again, the best so far.
    BestRestored {
        /// When.
        step: u64,
        /// Seconds of training so far.
        seconds: f64,
        /// Whose weights they are.
        best: Best,
    },
    /// A checkpoint is complete on disk.
    Checkpoint {
        /// When.
        step: u64,
        /// True if `best/` was written too.
        best: bool,
    },
    /// The run began, paused, resumed, ended. A `Running` at an earlier step than the newest scalar means that the run went
    /// back to its checkpoint: what came after that step no longer counts.
    Status {
        /// The new status.
        status: Status,
        /// When.
        step: u64,
        /// Steps at the end, 0 if unknown.
        total_steps: u64,
        /// Why, where there is something to say.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<String>,
    },
}

impl Event {
    /// The same at this step, after this many passes over the data and seconds of training.
    #[must_use]
    pub fn at(mut self, now: u64, passes: f64, time: f64) -> Self {
        match &mut self {
            Self::Scalar {
                step,
                epoch,
                seconds,
                ..
            } => (*step, *epoch, *seconds) = (now, passes, time),
            Self::Parameter { step, seconds, .. } | Self::BestRestored { step, seconds, .. } => {
                (*step, *seconds) = (now, time);
            }
            Self::Snapshot { step, .. }
            | Self::Log { step, .. }
            | Self::Alarms { step, .. }
            | Self::Checkpoint { step, .. }
            | Self::Status { step, .. } => *step = now,
        }
        self
    }
}

/// The status of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Waits for its turn.
    Queued,
    /// Trains.
    Running,
    /// Waits for a person.
    Paused,
    /// A person ended it; it can resume.
    Stopped,
    /// Reached its end.
    Finished,
    /// Ended by an error; the message says why.
    Failed,
    /// Its process ended without a word; it can resume. Never written, only found when a folder is opened.
    Interrupted,
}

impl Status {
    /// True if the run's thread is there: it waits, trains or is paused.
    #[must_use]
    pub fn is_active(self) -> bool {
        matches!(self, Self::Queued | Self::Running | Self::Paused)
    }

    /// The word for it, lower case.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Stopped => "stopped",
            Self::Finished => "finished",
            Self::Failed => "failed",
            Self::Interrupted => "interrupted",
        }
    }
}
