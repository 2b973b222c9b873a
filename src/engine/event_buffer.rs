//! What a trainer reports during one unit of work.

use crate::record::{Alarm, Artifact, Best, Event, LogLevel, Recorder};
use crate::systems::Position;

/// Keeps reports until the unit of work is over, when the step they belong to is known.
#[derive(Debug, Default)]
pub(super) struct EventBuffer(Vec<PendingEvent>);

#[derive(Debug)]
pub(super) enum PendingEvent {
    Scalar(String, f64),
    Artifact(Artifact),
    Log(LogLevel, String),
    Alarms(Vec<Alarm>),
    BestRestored(Best),
}

impl EventBuffer {
    /// Takes them out.
    pub(super) fn drain(&mut self) -> impl Iterator<Item = PendingEvent> + use<'_> {
        self.0.drain(..)
    }
}

impl Recorder for EventBuffer {
    fn scalar(&mut self, name: &str, value: f64) {
        self.0.push(PendingEvent::Scalar(name.to_owned(), value));
    }

    fn artifact(&mut self, artifact: Artifact) {
        self.0.push(PendingEvent::Artifact(artifact));
    }

    fn log(&mut self, level: LogLevel, message: &str) {
        self.0.push(PendingEvent::Log(level, message.to_owned()));
    }

    fn alarms(&mut self, alarms: Vec<Alarm>) {
        self.0.push(PendingEvent::Alarms(alarms));
    }

    fn best_restored(&mut self, best: Best) {
        self.0.push(PendingEvent::BestRestored(best));
    }
}

impl PendingEvent {
    /// The event, and the file that goes with it. An artifact whose name is no plain file name is refused: nothing may be
    /// written outside `artifacts/`.
    pub(super) fn into_event(self, position: Position, seconds: f64) -> (Event, Option<Artifact>) {
        let step = position.step;
        match self {
            Self::Scalar(name, value) => {
                let scalar = Event::Scalar {
                    name,
                    step,
                    epoch: position.epoch,
                    seconds,
                    value,
                };
                (scalar, None)
            }
            Self::Log(level, message) => (log(level, step, message), None),
            Self::Alarms(alarms) => (Event::Alarms { step, alarms }, None),
            Self::BestRestored(best) => {
                let restored = Event::BestRestored {
                    step,
                    seconds,
                    best,
                };
                (restored, None)
            }
            Self::Artifact(artifact) if is_file_name(&artifact.file_name) => {
                let snapshot = Event::Snapshot {
                    kind: artifact.kind.clone(),
                    step,
                    file: artifact.file_name.clone(),
                };
                (snapshot, Some(artifact))
            }
            Self::Artifact(artifact) => {
                let message = format!("`{}` is no name for an artifact", artifact.file_name);
                (log(LogLevel::Error, step, message), None)
            }
        }
    }
}

/// A log event.
pub(super) fn log(level: LogLevel, step: u64, message: impl Into<String>) -> Event {
    Event::Log {
        level,
        step,
        message: message.into(),
    }
}

fn is_file_name(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', ':', '\0'])
}
