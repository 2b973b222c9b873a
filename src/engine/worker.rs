//! A run's thread.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crossbeam_channel::Receiver;

use super::event_buffer::EventBuffer;
use super::guard::{WorkError, guarded};
use super::outbox::Outbox;
use super::pace::{CheckpointClock, Pace};
use super::slots::{Slot, Slots};
use super::{Command, DeviceChoice};
use crate::data::{Dataset, Fingerprint};
use crate::record::{Event, LogLevel, STEP_TIME, Status};
use crate::runs::{CheckpointInfo, RunConfig, RunWriter};
use crate::systems::{AnySystem, ConfigMap, Outcome, Position, TrainError, Trainer};

/// How often a waiting run looks whether the program is closing.
pub(super) const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// The start of a run's thread.
pub(super) struct Plan {
    pub(super) system: &'static dyn AnySystem,
    pub(super) config: RunConfig,
    /// As the run began, complete and checked.
    pub(super) parameters: ConfigMap,
    pub(super) device: DeviceChoice,
    pub(super) data: Option<Dataset>,
    /// The expected data, where it was seen before.
    pub(super) expected_data: Option<Fingerprint>,
}

/// The run's thread: owns the trainer, and alone writes the run folder.
pub(super) struct Worker {
    pub(super) plan: Plan,
    pub(super) writer: RunWriter,
    pub(super) commands: Receiver<Command>,
    pub(super) outbox: Outbox,
    pub(super) slots: Arc<Slots>,
    pub(super) slot: Option<Slot>,
    /// Of how many equal shares of the machine it has one.
    pub(super) beside: usize,
    /// The run folder, for others to see.
    pub(super) place: Arc<Mutex<PathBuf>>,
    pub(super) trainer: Option<Box<dyn Trainer<ConfigMap>>>,
    pub(super) progress: Progress,
    pub(super) clock: CheckpointClock,
    pub(super) pace: Pace,
    /// True if a person wants it to wait.
    pub(super) paused: bool,
    /// Contents of the newest checkpoint, and the step of the weights in `best/`.
    pub(super) saved: Option<Progress>,
    pub(super) saved_best: Option<u64>,
}

impl Plan {
    /// The complete config with some live parameters changed.
    pub(super) fn config_with(&self, live: &ConfigMap) -> ConfigMap {
        let mut config = self.parameters.clone();
        config.extend(live.clone());
        config.retain(|_, value| !value.is_null());
        config
    }
}

/// How far a run is.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Progress {
    pub(super) position: Position,
    pub(super) seconds: f64,
    pub(super) done: bool,
    /// Live parameters that were changed, null where an optional one has no value: the only place where they are kept.
    pub(super) live: ConfigMap,
}

/// Why the thread ends.
#[derive(Debug)]
pub(super) enum End {
    Finished,
    /// A person stopped it: what there is has to be saved.
    StopAsked,
    /// The program is closing: what there is has to be saved, quickly.
    Closing,
    /// It ends as it is.
    Stopped(Option<String>),
    Failed(String),
}

impl Worker {
    /// The life of the run.
    pub(super) fn run(mut self) {
        let end = match self.work() {
            Ok(()) => End::Finished,
            Err(End::StopAsked) => self.stop().unwrap_or_else(|end| end),
            Err(end) => end,
        };
        let end = match end {
            End::Closing => self.close(),
            end => end,
        };
        self.conclude(&end);
        // Its destructor is the trainer's too.
        if let Some(trainer) = self.trainer.take() {
            let dropped = guarded(|| {
                drop(trainer);
                Ok(())
            });
            if let Err(WorkError::Failed(message)) = dropped {
                tracing::warn!("{}: {message}", self.writer.path().display());
            }
        }
    }

    fn work(&mut self) -> Result<(), End> {
        let checkpoint = self.restore_progress()?;
        self.await_turn()?;
        self.prepare(checkpoint.as_deref())?;
        while !self.progress.done {
            self.process_commands()?;
            self.step()?;
            self.persist(|worker| Ok(worker.writer.tick()?))?;
            if self.clock.is_due() {
                self.persist(Self::checkpoint)?;
            }
        }
        // Killed from here on, the run has only its results left to write.
        self.persist(Self::checkpoint)?;
        self.finish().map_err(End::Failed)?;
        self.persist(|worker| Ok(worker.writer.flush()?))
    }

    /// One unit of work.
    fn step(&mut self) -> Result<(), End> {
        let Some(trainer) = &mut self.trainer else {
            return Err(End::Failed("there is no trainer".to_owned()));
        };
        let mut event_buffer = EventBuffer::default();
        let before = trainer.position();
        let begun = Instant::now();
        let mut diverged = false;
        let outcome = guarded(|| {
            let outcome = trainer.step(&mut event_buffer).inspect_err(|error| {
                diverged = matches!(error, TrainError::Diverged { .. });
            })?;
            Ok((outcome, trainer.position()))
        });
        let took = begun.elapsed().as_secs_f64();
        self.progress.seconds += took;
        if let Ok((outcome, position)) = &outcome {
            self.progress.position = *position;
            self.progress.done = *outcome == Outcome::Done;
            // A unit may measure instead of learning.
            if position.step != before.step {
                self.pace.push(took);
            }
            if let Some(median) = self.pace.report() {
                crate::record::Recorder::scalar(&mut event_buffer, STEP_TIME, median);
            }
        }
        let wrong = self.not_a_number(&event_buffer);
        let position = self.progress.position;
        if position.total_steps != before.total_steps && !self.progress.done {
            // Where the end is only found out on the way, whoever follows hears of it.
            self.emit(Event::Status {
                status: Status::Running,
                step: position.step,
                total_steps: position.total_steps,
                message: None,
            });
        }
        self.publish(event_buffer);
        match outcome {
            Ok(_) => match wrong {
                Some(message) => Err(End::Failed(self.with_kept(message))),
                None => Ok(()),
            },
            Err(WorkError::Failed(message)) if diverged => {
                Err(End::Failed(self.with_kept(message)))
            }
            Err(WorkError::Failed(message)) => Err(End::Failed(message)),
            // A step writes nothing; should one, its state is not to be trusted.
            Err(WorkError::Write(error)) => Err(End::Failed(error.to_string())),
        }
    }

    /// What a loss or the main measure says if it is not finite: the weights are worth nothing.
    fn not_a_number(&self, reported: &EventBuffer) -> Option<String> {
        let measures = self.plan.system.measures();
        reported.events.iter().find_map(|event| match event {
            Event::Scalar { name, value, .. } if !value.is_finite() => {
                let is_main = measures.main.contains(&name.as_str());
                (is_main || measures.of(name).loss).then(|| {
                    format!(
                        "{name} became {value}: lower the learning rate or increase the regularization"
                    )
                })
            }
            _ => None,
        })
    }

    /// Says which weights are kept where those of now are worth nothing.
    fn with_kept(&self, message: String) -> String {
        match &self.saved {
            Some(saved) => format!(
                "{message}; the weights of step {} are kept, and `resume` goes on from them",
                saved.position.step
            ),
            None => message,
        }
    }

    /// The trainer's last measures and results.
    fn finish(&mut self) -> Result<(), String> {
        let Some(trainer) = &mut self.trainer else {
            return Ok(());
        };
        let mut event_buffer = EventBuffer::default();
        let outcome = guarded(|| trainer.finish(&mut event_buffer));
        let wrong = self.not_a_number(&event_buffer);
        self.publish(event_buffer);
        match outcome {
            Ok(()) => wrong.map_or(Ok(()), Err),
            Err(WorkError::Failed(message)) => Err(message),
            Err(WorkError::Write(error)) => Err(error.to_string()),
        }
    }

    /// Saves, and writes results of the weights as they are.
    fn stop(&mut self) -> Result<End, End> {
        self.persist(Self::checkpoint)?;
        let message = self.finish().err();
        self.persist(|worker| Ok(worker.writer.flush()?))?;
        Ok(message.map_or(End::Stopped(None), End::Failed))
    }

    /// Saves, without results: the program is waiting.
    fn close(&mut self) -> End {
        let message = match self.checkpoint() {
            Ok(()) => "the program was closed".to_owned(),
            Err(WorkError::Write(error)) => {
                format!("the program was closed without saving the newest state: {error}")
            }
            Err(WorkError::Failed(message)) => return End::Failed(message),
        };
        End::Stopped(Some(message))
    }

    /// The last event.
    fn conclude(&mut self, end: &End) {
        let (status, message) = match end {
            End::Finished => (Status::Finished, None),
            End::Stopped(message) => (Status::Stopped, message.clone()),
            End::Failed(message) => (Status::Failed, Some(message.clone())),
            End::StopAsked | End::Closing => (Status::Stopped, None),
        };
        if let End::Failed(message) = end {
            self.log(LogLevel::Error, message.clone());
        }
        self.status(status, message.clone());
        // Only complete results are worth waiting for.
        while matches!(end, End::Finished)
            && let Err(error) = self.writer.flush()
            && self.wait_out(&error).is_ok()
        {
            self.status(status, message.clone());
        }
    }

    /// Writes a checkpoint, and the best weights if there are new ones, unless the newest one holds the same.
    pub(super) fn checkpoint(&mut self) -> Result<(), WorkError> {
        let Some(trainer) = &self.trainer else {
            return Ok(());
        };
        if self.saved.as_ref() == Some(&self.progress) {
            return Ok(());
        }
        let begun = Instant::now();
        let info = self.progress.to_checkpoint();
        let best = trainer
            .best_step()
            .filter(|step| Some(*step) != self.saved_best);
        if let Some(step) = best {
            let info = CheckpointInfo {
                step,
                ..info.clone()
            };
            self.writer
                .best(&info, |folder| guarded(|| trainer.save_best(folder)))?;
            self.saved_best = best;
        }
        self.writer
            .checkpoint(&info, |folder| guarded(|| trainer.save(folder)))?;
        self.clock.made(begun);
        self.saved = Some(self.progress.clone());
        self.emit(Event::Checkpoint {
            step: info.step,
            best: best.is_some(),
        });
        Ok(())
    }

    /// Does something that writes until it works: between tries the run waits for a person, with everything in memory.
    pub(super) fn persist(
        &mut self,
        write: impl Fn(&mut Self) -> Result<(), WorkError>,
    ) -> Result<(), End> {
        loop {
            match write(self) {
                Ok(()) => return Ok(()),
                Err(WorkError::Failed(message)) => return Err(End::Failed(message)),
                Err(WorkError::Write(error)) => self.wait_out(&error)?,
            }
        }
    }

    /// Records and sends what a trainer reported.
    fn publish(&mut self, event_buffer: EventBuffer) {
        let Progress {
            position, seconds, ..
        } = self.progress;
        let Position { step, epoch, .. } = position;
        for artifact in event_buffer.artifacts {
            self.outbox.put(step, &artifact);
            self.writer.keep(artifact);
        }
        for event in event_buffer.events {
            self.emit(event.at(step, epoch, seconds));
        }
    }

    pub(super) fn emit(&mut self, event: Event) {
        self.writer.record(&event);
        self.outbox.send(event);
    }

    pub(super) fn log(&mut self, level: LogLevel, message: impl Into<String>) {
        self.emit(Event::Log {
            level,
            step: self.progress.position.step,
            message: message.into(),
        });
    }

    /// Says how the run stands: in the folder first, so that whoever hears of it finds it there.
    pub(super) fn status(&mut self, status: Status, message: Option<String>) {
        let Position {
            step, total_steps, ..
        } = self.progress.position;
        let event = Event::Status {
            status,
            step,
            total_steps,
            message,
        };
        self.writer.record(&event);
        self.writer
            .stand(self.progress.position, self.progress.seconds);
        if let Err(error) = self.writer.flush() {
            // It stays pending; the next write that matters waits for a person.
            tracing::warn!("{error}");
        }
        self.outbox.send(event);
    }

    /// Tells others where the run folder is.
    pub(super) fn show_place(&self) {
        let mut place = self.place.lock().unwrap_or_else(PoisonError::into_inner);
        self.writer.path().clone_into(&mut place);
    }
}

impl Progress {
    fn to_checkpoint(&self) -> CheckpointInfo {
        CheckpointInfo {
            step: self.position.step,
            epoch: self.position.epoch,
            total_steps: self.position.total_steps,
            seconds: self.seconds,
            done: self.done,
            parameters: self.live.clone(),
            ..CheckpointInfo::default()
        }
    }
}

impl From<CheckpointInfo> for Progress {
    fn from(info: CheckpointInfo) -> Self {
        Self {
            position: info.position(),
            seconds: info.seconds,
            done: info.done,
            live: info.parameters,
        }
    }
}
