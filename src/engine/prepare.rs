//! From a plan to a trainer that can take its first step.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crossbeam_channel::{bounded, select};

use super::guard::{WorkError, guarded};
use super::machine::{self, Room};
use super::worker::{End, POLL_INTERVAL, Worker};
use super::{DeviceChoice, device, load_dataset};
use crate::data::{DataError, Dataset, Fingerprint, Monitor};
use crate::record::{Event, LogLevel, Status, panics};
use crate::runs::{CheckpointInfo, RunFolder, verify_checkpoint};
use crate::systems::{DataFacts, Place};

/// The name of the processor among the devices.
const CPU: &str = "cpu";
/// Time between two reports of how far reading the data is.
const REPORT_EVERY: Duration = Duration::from_secs(2);

impl Worker {
    /// Reads the data, makes the trainer and brings it to where the run was.
    pub(super) fn prepare(&mut self, checkpoint: Option<&Path>) -> Result<(), End> {
        self.status(Status::Running, Some("reading the data".to_owned()));
        let data = self.read_data()?;
        self.check_fingerprint(&data);

        let (device, name) =
            device::resolve(self.plan.device).map_err(|error| End::Failed(error.to_string()))?;
        if self.plan.device == DeviceChoice::Auto && name != CPU {
            self.log(LogLevel::Info, format!("training on {name}"));
        }
        let summary = self.writer.summary();
        summary.threads = (name == CPU).then(rayon::current_num_threads);
        summary.device = name;
        self.check_memory(&data)?;
        let plan = &self.plan;
        let live = &self.progress.live;
        // A checkpoint is of the config of its moment; parameters may have changed since.
        let before = self.saved.as_ref().map_or(live, |saved| &saved.live);
        let trainer = guarded(|| {
            let place = Place {
                device,
                seed: plan.config.seed,
            };
            let config = plan.config_with(before);
            let mut trainer = plan.system.trainer(&config, &data, &place)?;
            if let Some(folder) = checkpoint {
                trainer.load(folder)?;
            }
            if live != before {
                trainer.reconfigure(&plan.config_with(live))?;
            }
            Ok(trainer)
        })
        .map_err(|work_error| match work_error {
            WorkError::Failed(message) => End::Failed(message),
            WorkError::Write(error) => End::Failed(error.to_string()),
        })?;
        self.progress.position = trainer.position();
        if let Some(step) = trainer.best_step() {
            // Written after the checkpoint, it may be ahead of it.
            self.saved_best = self.best_on_disk().filter(|own| *own == step);
        }
        self.trainer = Some(trainer);
        self.status(Status::Running, None);
        self.persist(|worker| Ok(worker.writer.flush()?))
    }

    /// Where the run was, from its checkpoint and its events; the checkpoint's folder if there is one. Comes before the first
    /// status: that says from which step on the run goes on.
    pub(super) fn restore_progress(&mut self) -> Result<Option<PathBuf>, End> {
        let failed = |error: crate::runs::RunError| End::Failed(error.to_string());
        let folder = RunFolder::open(self.writer.path()).map_err(failed)?;
        let mut replay = folder.replay().map_err(failed)?;
        let checkpoint = folder.checkpoint();
        if let Some(path) = &checkpoint {
            // First of all: what is said of a run that cannot go on is where it was.
            self.progress = CheckpointInfo::read(path).map_err(failed)?.into();
            machine::check_weights(path).map_err(End::Failed)?;
            verify_checkpoint(path).map_err(failed)?;
            self.saved = Some(self.progress.clone());
        }
        // What came after the checkpoint no longer counts.
        replay.state.apply(&Event::Status {
            status: Status::Running,
            step: self.progress.position.step,
            total_steps: self.progress.position.total_steps,
            message: None,
        });
        for (key, value) in replay.state.live_parameters() {
            self.progress.live.insert(key.to_owned(), value.clone());
        }
        self.writer
            .restore(&replay.state, self.progress.position, self.progress.seconds);
        if let Some((line, problem)) = replay.first_bad {
            let message = format!(
                "{} lines of events.jsonl cannot be read and are left out; line {line}: {problem}",
                replay.bad_lines
            );
            self.log(LogLevel::Warning, message);
        }
        Ok(checkpoint)
    }

    /// Refuses what cannot fit before any of it is asked for, and warns of what may not.
    fn check_memory(&mut self, data: &Dataset) -> Result<(), End> {
        let facts = DataFacts::of(data);
        let estimate = self.plan.system.estimate(&self.plan.parameters, &facts);
        let (Some(estimate), Some(free)) = (estimate, machine::free_memory()) else {
            return Ok(());
        };
        let on_cpu = self.writer.summary().device == CPU;
        match machine::room(&estimate, free, on_cpu) {
            Room::Enough => {}
            Room::Little(message) => self.log(LogLevel::Warning, message),
            Room::None(message) => return Err(End::Failed(message)),
        }
        Ok(())
    }

    fn best_on_disk(&self) -> Option<u64> {
        let best = RunFolder::open(self.writer.path()).ok()?.best()?;
        Some(CheckpointInfo::read(&best).ok()?.step)
    }

    /// Reads the data on a thread of its own, so that this one can be told to stop.
    fn read_data(&mut self) -> Result<Dataset, End> {
        if let Some(data) = self.plan.data.take() {
            return Ok(data);
        }
        let (source, seed) = (self.plan.config.data.clone(), self.plan.config.seed);
        let needs = self.plan.system.image_needs(&self.plan.parameters);
        let base = self.writer.path().to_owned();
        let monitor = Monitor::default();
        let (sender, outcome) = bounded(1);
        let commands = self.commands.clone();
        std::thread::scope(|scope| {
            let name = format!("data-{}", self.writer.summary().id.short());
            std::thread::Builder::new()
                .name(name)
                .spawn_scoped(scope, || {
                    let read =
                        panics::catch(|| load_dataset(&source, needs, &base, seed, &monitor));
                    // The run no longer wants it if nobody receives.
                    let _ = sender.send(read);
                })
                .map_err(|error| End::Failed(super::machine::no_thread(&error)))?;
            let canceled = |end| {
                monitor.cancel();
                end
            };
            let mut reported = Instant::now();
            loop {
                select! {
                    recv(outcome) -> read => {
                        return match read {
                            Ok(Ok(Ok(data))) => Ok(data),
                            Ok(Ok(Err(DataError::Canceled))) => Err(End::StopAsked),
                            Ok(Ok(Err(error))) => Err(End::Failed(error.to_string())),
                            Ok(Err(panic)) => Err(End::Failed(format!(
                                "internal error while reading the data: {panic}"
                            ))),
                            Err(_) => Err(End::Failed("the data was not read".to_owned())),
                        };
                    }
                    recv(commands) -> command => {
                        let obeyed = command
                            .map_err(|_| End::Closing)
                            .and_then(|command| self.execute(&command));
                        obeyed.map_err(canceled)?;
                    }
                    default(POLL_INTERVAL) => {}
                }
                if self.outbox.is_closing() {
                    return Err(canceled(End::Closing));
                }
                if reported.elapsed() > REPORT_EVERY
                    && let Some(fraction) = monitor.fraction()
                {
                    reported = Instant::now();
                    let percent = (fraction * 100.0).floor();
                    self.status(
                        Status::Running,
                        Some(format!("reading the data: {percent} %")),
                    );
                }
            }
        })
    }

    /// Puts into `run.json` what the run learns from, and says so if it is not what it was.
    fn check_fingerprint(&mut self, data: &Dataset) {
        for notice in data.notices() {
            self.log(LogLevel::Warning, notice.clone());
        }
        if let Some(left_out) = data.images().and_then(|images| images.left_out_summary()) {
            self.log(LogLevel::Warning, left_out);
        }
        let found: Fingerprint = data.fingerprint().clone();
        if let Some(expected) = self.plan.expected_data.take()
            && expected.hash != found.hash
        {
            let count = |print: &Fingerprint| match data {
                Dataset::Images(_) => {
                    format!("{} + {} images", print.rows, print.columns)
                }
                Dataset::Ratings(_) | Dataset::Matrix(_) => format!("{} cells", print.cells),
            };
            let message = format!(
                "{} has changed since the run began ({} then, {} now): results are not comparable",
                found.path.display(),
                count(&expected),
                count(&found)
            );
            self.log(LogLevel::Warning, message);
        }
        self.writer.summary().data = Some(found);
    }
}
