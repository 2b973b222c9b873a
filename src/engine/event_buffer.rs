//! Reports of a trainer during one unit of work, as events.

use crate::record::{Alarm, Artifact, Best, Event, LogLevel, Recorder, files};

/// Keeps events without a step until the unit of work is over, when it is known ([`Event::at`]), and the files that go with them.
#[derive(Debug, Default)]
pub(super) struct EventBuffer {
    pub(super) events: Vec<Event>,
    pub(super) artifacts: Vec<Artifact>,
}

impl Recorder for EventBuffer {
    fn scalar(&mut self, name: &str, value: f64) {
        self.events.push(Event::Scalar {
            name: name.to_owned(),
            step: 0,
            epoch: 0.0,
            seconds: 0.0,
            value,
        });
    }

    /// One whose name is no plain file name is refused: nothing may be written outside `artifacts/`.
    fn artifact(&mut self, artifact: Artifact) {
        let name = &artifact.file_name;
        if !files::is_plain_name(name) {
            let message = format!("`{name}` cannot be the name of an artifact");
            self.log(LogLevel::Error, &message);
            return;
        }
        self.events.push(Event::Snapshot {
            kind: artifact.kind.clone(),
            step: 0,
            file: name.clone(),
        });
        self.artifacts.push(artifact);
    }

    fn log(&mut self, level: LogLevel, message: &str) {
        self.events.push(Event::Log {
            level,
            step: 0,
            message: message.to_owned(),
        });
    }

    fn alarms(&mut self, alarms: Vec<Alarm>) {
        self.events.push(Event::Alarms { step: 0, alarms });
    }

    fn best_restored(&mut self, best: Best) {
        self.events.push(Event::BestRestored {
            step: 0,
            seconds: 0.0,
            best,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::ArtifactKind;

    #[test]
    fn no_artifact_leaves_its_folder() {
        let mut buffer = EventBuffer::default();
        for name in ["", ".hidden", "../up.csv", "a/b.csv", "c:d"] {
            buffer.artifact(Artifact::new(ArtifactKind::TABLE, name, Vec::new()));
        }
        assert!(buffer.artifacts.is_empty());
        let is_error =
            |event: &Event| matches!(event, Event::Log { level, .. } if *level == LogLevel::Error);
        assert_eq!(
            buffer.events.iter().filter(|event| is_error(event)).count(),
            5
        );
    }
}
