//! The state of a run: a fold over its events, live or read from disk.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::record::{Alarm, ArtifactKind, Best, Event, LogLevel, Status, files};

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

/// A return to the best weights.
#[derive(Debug, Clone, Copy)]
pub struct Restored {
    /// When.
    pub step: u64,
    /// When, in seconds of training.
    pub seconds: f64,
    /// Whose weights they are.
    pub best: Best,
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
    /// Its contents.
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
    /// Returns to the best weights.
    pub restored: Vec<Restored>,
    /// Problems of the results, at every step where they were examined.
    pub examined: Vec<(u64, Vec<Alarm>)>,
    /// Snapshots, in order.
    pub snapshots: Vec<SnapshotRef>,
    /// The log.
    pub log: Vec<LogLine>,
    /// Step of the newest checkpoint.
    pub checkpoint: Option<u64>,
    /// Grows by one with each event: tells a view that something changed.
    pub revision: u64,
}

impl Series {
    /// Number of points.
    #[must_use]
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// True if there is no point.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The newest value.
    #[must_use]
    pub fn last(&self) -> Option<f64> {
        self.values.last().copied()
    }

    /// Adds a point at the end; one at the step of the newest replaces it, so that steps stay strictly ascending.
    fn push(&mut self, step: u64, epoch: f64, seconds: f64, value: f64) {
        if self.steps.last().is_some_and(|last| *last >= step) {
            self.truncate(self.steps.partition_point(|own| *own < step));
        }
        self.steps.push(step);
        self.epochs.push(epoch);
        self.seconds.push(seconds);
        self.values.push(value);
    }

    fn truncate(&mut self, len: usize) {
        self.steps.truncate(len);
        self.epochs.truncate(len);
        self.seconds.truncate(len);
        self.values.truncate(len);
    }
}

impl RunState {
    /// Takes one event in.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Scalar {
                name,
                step,
                epoch,
                seconds,
                value,
            } => self.apply_scalar(name, *step, *epoch, *seconds, *value),
            Event::Snapshot { kind, step, file } => {
                self.revision += 1;
                if !files::is_plain_name(file) {
                    self.log.push(LogLine {
                        level: LogLevel::Warning,
                        step: *step,
                        message: format!(
                            "the artifact {file:?} is left out: its name leads out of the run folder"
                        ),
                    });
                    return;
                }
                // The file on disk is the later one.
                self.snapshots.retain(|snapshot| snapshot.file != *file);
                self.snapshots.push(SnapshotRef {
                    kind: kind.clone(),
                    step: *step,
                    file: file.clone(),
                });
            }
            Event::Parameter {
                key,
                value,
                step,
                seconds,
            } => {
                self.revision += 1;
                self.marks.push(Mark {
                    key: key.clone(),
                    value: value.clone(),
                    step: *step,
                    seconds: *seconds,
                });
            }
            Event::Log {
                level,
                step,
                message,
            } => {
                self.revision += 1;
                self.log.push(LogLine {
                    level: *level,
                    step: *step,
                    message: message.clone(),
                });
            }
            Event::Alarms { step, alarms } => {
                self.revision += 1;
                self.log.extend(alarms.iter().map(|alarm| LogLine {
                    level: LogLevel::Warning,
                    step: *step,
                    message: alarm.message.clone(),
                }));
                self.examined.push((*step, alarms.clone()));
            }
            Event::BestRestored {
                step,
                seconds,
                best,
            } => {
                self.revision += 1;
                self.restored.push(Restored {
                    step: *step,
                    seconds: *seconds,
                    best: *best,
                });
            }
            Event::Checkpoint { step, .. } => {
                self.revision += 1;
                self.checkpoint = Some(*step);
            }
            Event::Status {
                status,
                step,
                total_steps,
                message,
            } => {
                self.revision += 1;
                if *status == Status::Running {
                    self.roll_back(*step);
                }
                self.status = Some(*status);
                self.message.clone_from(message);
                self.step = *step;
                if *total_steps > 0 {
                    self.total_steps = *total_steps;
                }
            }
        }
    }

    /// Takes a scalar in: `apply` without an event to own the name.
    pub(super) fn apply_scalar(
        &mut self,
        name: &str,
        step: u64,
        epoch: f64,
        seconds: f64,
        value: f64,
    ) {
        self.revision += 1;
        self.step = step;
        self.epoch = epoch;
        self.seconds = seconds;
        if let Some(series) = self.series.get_mut(name) {
            series.push(step, epoch, seconds, value);
        } else {
            self.series
                .entry(name.to_owned())
                .or_default()
                .push(step, epoch, seconds, value);
        }
    }

    /// The newest change of each live parameter.
    pub fn live_parameters(&self) -> impl Iterator<Item = (&str, &Value)> {
        let newest: BTreeMap<&str, &Value> = self
            .marks
            .iter()
            .map(|mark| (mark.key.as_str(), &mark.value))
            .collect();
        newest.into_iter()
    }

    /// Problems of the newest results that were examined.
    #[must_use]
    pub fn alarms(&self) -> &[Alarm] {
        self.examined.last().map_or(&[], |(_, alarms)| alarms)
    }

    /// Drops what came after `step`: the run went back to its checkpoint.
    fn roll_back(&mut self, step: u64) {
        let mut newest: Option<(f64, f64)> = None;
        for series in self.series.values_mut() {
            let len = series.steps.partition_point(|own| *own <= step);
            series.truncate(len);
            if let (Some(&epoch), Some(&seconds)) = (series.epochs.last(), series.seconds.last())
                && newest.is_none_or(|(_, latest)| seconds > latest)
            {
                newest = Some((epoch, seconds));
            }
        }
        self.series.retain(|_, series| !series.is_empty());
        self.marks.retain(|mark| mark.step <= step);
        self.restored.retain(|restored| restored.step <= step);
        self.examined.retain(|(examined, _)| *examined <= step);
        self.snapshots.retain(|snapshot| snapshot.step <= step);
        self.log.retain(|line| line.step <= step);
        self.checkpoint = self.checkpoint.map(|own| own.min(step));
        (self.epoch, self.seconds) = newest.unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scalar(name: &str, step: u64, value: f64) -> Event {
        Event::Scalar {
            name: name.to_owned(),
            step,
            epoch: step as f64 / 10.0,
            seconds: step as f64 * 2.0,
            value,
        }
    }

    fn status(status: Status, step: u64) -> Event {
        Event::Status {
            status,
            step,
            total_steps: 100,
            message: None,
        }
    }

    fn fold(events: &[Event]) -> RunState {
        let mut state = RunState::default();
        for event in events {
            state.apply(event);
        }
        assert_eq!(state.revision, events.len() as u64);
        state
    }

    #[test]
    fn going_back_to_a_checkpoint_drops_what_came_after_it() {
        let log = |step| Event::Log {
            level: LogLevel::Info,
            step,
            message: format!("at {step}"),
        };
        let parameter = |step, value: f64| Event::Parameter {
            key: "learning_rate".to_owned(),
            value: value.into(),
            step,
            seconds: 0.0,
        };
        let snapshot = |step| Event::Snapshot {
            kind: ArtifactKind::IMAGE,
            step,
            file: format!("{step}.png"),
        };
        let mut events = vec![status(Status::Running, 0), parameter(1, 0.1)];
        for step in 1..=6 {
            events.push(scalar("train/rmse", step, step as f64));
            events.extend([log(step), snapshot(step)]);
        }
        events.extend([
            Event::Checkpoint {
                step: 4,
                best: false,
            },
            parameter(6, 0.2),
            scalar("test/rmse", 6, 1.0),
            status(Status::Running, 4),
        ]);
        let state = fold(&events);
        assert_eq!(state.series["train/rmse"].steps, [1, 2, 3, 4]);
        assert!(!state.series.contains_key("test/rmse"));
        assert_eq!(state.marks.len(), 1);
        assert_eq!(state.snapshots.len(), 4);
        assert_eq!(state.log.len(), 4);
        assert_eq!((state.step, state.epoch, state.seconds), (4, 0.4, 8.0));
        let live: Vec<_> = state.live_parameters().collect();
        assert_eq!(live, [("learning_rate", &Value::from(0.1))]);
    }

    #[test]
    fn alarms_are_those_of_the_newest_examination_and_stay_in_the_log() {
        let alarms = |step, messages: &[&str]| Event::Alarms {
            step,
            alarms: messages
                .iter()
                .map(|message| Alarm {
                    scalar: "fake_b/variance".to_owned(),
                    message: (*message).to_owned(),
                })
                .collect(),
        };
        let mut state = fold(&[alarms(10, &["all alike", "a checkerboard"])]);
        assert_eq!(state.alarms().len(), 2);
        state.apply(&alarms(20, &[]));
        assert!(state.alarms().is_empty());
        assert_eq!(state.log.len(), 2);
        state.apply(&status(Status::Running, 15));
        assert_eq!(state.alarms()[0].message, "all alike");
    }

    #[test]
    fn pausing_and_going_on_drops_nothing() {
        let state = fold(&[
            status(Status::Running, 0),
            scalar("train/rmse", 1, 3.0),
            scalar("train/rmse", 2, 2.0),
            status(Status::Paused, 2),
            status(Status::Running, 2),
            scalar("train/rmse", 3, 1.0),
        ]);
        assert_eq!(state.series["train/rmse"].values, [3.0, 2.0, 1.0]);
        assert_eq!(state.status, Some(Status::Running));
    }

    #[test]
    fn a_second_value_of_a_step_replaces_the_first() {
        let state = fold(&[
            scalar("test/rmse", 1, 3.0),
            scalar("test/rmse", 2, 2.0),
            scalar("test/rmse", 2, 1.0),
        ]);
        assert_eq!(state.series["test/rmse"].values, [3.0, 1.0]);
    }

    #[test]
    fn a_snapshot_written_over_counts_once_with_its_last_step() {
        let snapshot = |step| Event::Snapshot {
            kind: ArtifactKind::PREDICTIONS,
            step,
            file: "predictions.csv".to_owned(),
        };
        let state = fold(&[snapshot(1), snapshot(9)]);
        assert_eq!(state.snapshots.len(), 1);
        assert_eq!(state.snapshots[0].step, 9);
    }
}
