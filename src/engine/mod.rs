//! The life of a run: queue, thread, pause, stop, live parameters, checkpoint, resume.
//!
//! One named thread per run owns the trainer and every tensor. Commands go to it over a channel, events come back over
//! another and are appended to the run folder first.
//!
//! Uses `record`, `data`, `nn`, `systems`, `runs`.

mod command_handling;
mod dataset;
mod device;
mod event_buffer;
mod guard;
pub mod machine;
mod newest;
mod outbox;
mod pace;
mod prepare;
pub mod recommend;
mod relocate;
mod request;
mod slots;
#[cfg(test)]
mod tests;
pub mod translate;
mod worker;

pub use crate::runs::{ConfigFileError, RunConfig};
pub use dataset::load_dataset;
pub use device::{DeviceChoice, DeviceError, DeviceInfo, DeviceKind, devices};
pub use newest::NewestResults;
pub use relocate::{RelocateError, relocate};
pub use request::{Command, EngineError, EngineOptions, RunRequest};

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};

use crate::data::Dataset;
use crate::record::{Event, Status};
use crate::runs::{RunFolder, RunId, RunSummary, RunWriter, default_name};
use crate::systems::{self, AnySystem, ConfigError};
use outbox::Outbox;
use pace::{CheckpointClock, Pace};
use slots::Slots;
use worker::{Plan, Progress, Worker};

/// Events between the runs and whoever shows them.
const EVENTS: usize = 4096;
/// Commands that a run in a long step may have waiting.
const COMMANDS: usize = 1024;

/// Starts, resumes and commands runs. Dropping it is [`Engine::shutdown`].
pub struct Engine {
    runs: PathBuf,
    options: EngineOptions,
    slots: Arc<Slots>,
    closing: Arc<AtomicBool>,
    sender: Sender<(RunId, Event)>,
    events: Receiver<(RunId, Event)>,
    newest: NewestResults,
    /// Every run that was started or resumed here, also those that have ended.
    handles: Mutex<HashMap<RunId, Handle>>,
}

/// A run's thread, from outside.
struct Handle {
    /// Gone once it has ended and was waited for; the run's place stays known.
    thread: Option<JoinHandle<()>>,
    commands: Sender<Command>,
    place: Arc<Mutex<PathBuf>>,
    system: &'static dyn AnySystem,
}

impl Engine {
    /// An engine whose runs go into the folder `runs`, made when the first one starts.
    #[must_use]
    pub fn new(runs: PathBuf) -> Self {
        Self::with_options(runs, EngineOptions::default())
    }

    /// As [`Self::new`], with other options.
    #[must_use]
    pub fn with_options(runs: PathBuf, options: EngineOptions) -> Self {
        // Whoever cannot go on without them says so; the first computation fails otherwise.
        let _ = machine::name_compute_threads();
        let (sender, events) = bounded(EVENTS);
        Self {
            runs,
            slots: Slots::new(),
            options,
            closing: Arc::default(),
            sender,
            events,
            newest: NewestResults::default(),
            handles: Mutex::default(),
        }
    }

    /// The folder new runs go into.
    #[must_use]
    pub fn runs(&self) -> &Path {
        &self.runs
    }

    /// Creates a run folder and queues the run.
    ///
    /// # Errors
    /// If the config does not hold or the folder cannot be written. What goes wrong later is an event.
    pub fn start(&self, request: RunRequest) -> Result<RunId, EngineError> {
        self.start_beside(request, self.options.parallel)
    }

    /// As [`Self::start`], on one of `beside` equal shares of the machine: as many such runs train side by side, each with as many threads
    /// as fall to it.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn start_beside(&self, request: RunRequest, beside: usize) -> Result<RunId, EngineError> {
        let system = systems::get(&request.config.system)?;
        let mut config = request.config.completed(system)?;
        if config.data.kind() != system.data_kind() {
            return Err(EngineError::Config(ConfigError::new(
                "data",
                format!(
                    "names {}, but {} learns from {}",
                    config.data.kind().noun(),
                    system.label(),
                    system.data_kind().noun()
                ),
            )));
        }
        config.data = config.data.absolute(&request.base)?;
        for spec in system.parameters() {
            spec.make_absolute(&mut config.parameters, &request.base)?;
        }
        // A config repeated from a run folder comes with what the data was then.
        let expected_data = RunFolder::open(&request.base)
            .and_then(|folder| folder.summary())
            .ok()
            .and_then(|summary| summary.data);
        let name = request.name;
        let name = name.unwrap_or_else(|| default_name(system, &config));
        let mut summary = RunSummary::new(&config, name);
        summary.sweep = request.sweep;
        let plan = Plan {
            system,
            parameters: config.resolve(system)?,
            config,
            device: request.device,
            data: request.data,
            expected_data,
        };
        let writer = RunWriter::create(&self.runs, &plan.config, summary, plan.system.measures())?;
        self.launch(plan, writer, beside)
    }

    /// Queues a run that ended or was interrupted, to go on from its checkpoint.
    ///
    /// # Errors
    /// If it is running, has finished, or cannot be read or written.
    pub fn resume(&self, folder: &Path, device: DeviceChoice) -> Result<RunId, EngineError> {
        self.resume_with(folder, device, None)
    }

    /// As [`Self::resume`], with the data if it is in memory already.
    ///
    /// # Errors
    /// As [`Self::resume`].
    pub fn resume_with(
        &self,
        folder: &Path,
        device: DeviceChoice,
        data: Option<Dataset>,
    ) -> Result<RunId, EngineError> {
        self.resume_beside(folder, device, data, self.options.parallel)
    }

    /// As [`Self::resume_with`], on one of `beside` equal shares of the machine.
    ///
    /// # Errors
    /// As [`Self::resume`].
    pub fn resume_beside(
        &self,
        folder: &Path,
        device: DeviceChoice,
        data: Option<Dataset>,
        beside: usize,
    ) -> Result<RunId, EngineError> {
        let folder = RunFolder::open(folder)?;
        let config = folder.config()?;
        let system = systems::get(&config.system)?;
        let mut writer = RunWriter::open(&folder, system.measures())?;
        let summary = writer.summary();
        if summary.status == Status::Finished {
            return Err(EngineError::Finished(summary.id.clone()));
        }
        summary.status = Status::Queued;
        let plan = Plan {
            system,
            parameters: config.resolve(system)?,
            config,
            device,
            data,
            expected_data: summary.data.clone(),
        };
        self.launch(plan, writer, beside)
    }

    fn launch(
        &self,
        plan: Plan,
        mut writer: RunWriter,
        beside: usize,
    ) -> Result<RunId, EngineError> {
        // Held until the thread is in the map, so that a shutdown either sees it or prevents it.
        let mut active = self.lock();
        if self.closing.load(Ordering::Relaxed) {
            return Err(EngineError::Closing);
        }
        let id = writer.summary().id.clone();
        let (commands, receiver) = bounded(COMMANDS);
        let place = Arc::new(Mutex::new(writer.path().to_owned()));
        let system = plan.system;
        let (newest, run) = (self.newest.clone(), id.clone());
        let worker = Starter {
            plan,
            writer,
            commands: receiver,
            outbox: Outbox::new(
                id.clone(),
                self.sender.clone(),
                Arc::clone(&self.closing),
                self.newest.clone(),
            ),
            slots: Arc::clone(&self.slots),
            place: Arc::clone(&place),
            options: self.options,
            beside,
        };
        let thread = std::thread::Builder::new()
            .name(format!("run-{}", id.short()))
            .spawn(move || {
                // Every parallel computation of this thread stays within its share.
                let _threads = machine::own_threads(beside);
                worker.begin().run();
                newest.forget(&run);
                machine::release_memory();
            })
            .map_err(EngineError::Thread)?;
        let handle = Handle {
            thread: Some(thread),
            commands,
            place,
            system,
        };
        for handle in active.values_mut() {
            handle.reap();
        }
        active.insert(id.clone(), handle);
        Ok(id)
    }

    /// Tells a run something. Never blocks.
    ///
    /// # Errors
    /// If no thread works on it, or a parameter is unknown, not live or out of range.
    pub fn send(&self, run: &RunId, command: Command) -> Result<(), EngineError> {
        let active = self.lock();
        let handle = active
            .get(run)
            .filter(|handle| handle.is_active())
            .ok_or_else(|| EngineError::NotActive(run.clone()))?;
        let command = match command {
            Command::Set { key, value } => {
                let value = handle.system.check_live(&key, &value)?;
                Command::Set { key, value }
            }
            command => command,
        };
        handle
            .commands
            .try_send(command)
            .map_err(|error| match error {
                TrySendError::Full(_) => EngineError::Busy(run.clone()),
                TrySendError::Disconnected(_) => EngineError::NotActive(run.clone()),
            })
    }

    /// Events of all runs. Whoever owns the engine drains it: while it is full, runs wait.
    #[must_use]
    pub fn events(&self) -> &Receiver<(RunId, Event)> {
        &self.events
    }

    /// The newest results of all runs, in memory.
    #[must_use]
    pub fn newest(&self) -> &NewestResults {
        &self.newest
    }

    /// True if the run's thread is there.
    #[must_use]
    pub fn is_active(&self, run: &RunId) -> bool {
        self.lock().get(run).is_some_and(Handle::is_active)
    }

    /// The run's folder, if this engine started or resumed it; it can change ([`Command::MoveTo`]).
    #[must_use]
    pub fn folder(&self, run: &RunId) -> Option<PathBuf> {
        let active = self.lock();
        let place = &active.get(run)?.place;
        Some(place.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    /// Writes checkpoints, ends every run and waits for them: at most for one unit of work. Nothing can be started afterward.
    pub fn shutdown(&self) {
        self.closing.store(true, Ordering::Relaxed);
        let threads: Vec<_> = self
            .lock()
            .values_mut()
            .filter_map(|handle| handle.thread.take())
            .collect();
        for thread in threads {
            // A panic was printed where it happened; the run shows as interrupted.
            let _ = thread.join();
        }
    }

    /// True once [`Self::shutdown`] was called.
    #[must_use]
    pub fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Relaxed)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<RunId, Handle>> {
        // The map is whole whatever panicked while it was locked.
        self.handles.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.shutdown();
    }
}

impl Handle {
    fn is_active(&self) -> bool {
        self.thread
            .as_ref()
            .is_some_and(|thread| !thread.is_finished())
    }

    /// Frees what the system keeps of a thread that has ended.
    fn reap(&mut self) {
        if let Some(thread) = self.thread.take_if(|thread| thread.is_finished()) {
            let _ = thread.join();
        }
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Engine")
            .field("runs", &self.runs)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// The part that crosses to the run's thread; the rest of a [`Worker`] is made there and never leaves it.
struct Starter {
    plan: Plan,
    writer: RunWriter,
    commands: Receiver<Command>,
    outbox: Outbox,
    slots: Arc<Slots>,
    place: Arc<Mutex<PathBuf>>,
    options: EngineOptions,
    beside: usize,
}

impl Starter {
    fn begin(self) -> Worker {
        Worker {
            plan: self.plan,
            writer: self.writer,
            commands: self.commands,
            outbox: self.outbox,
            slots: self.slots,
            slot: None,
            beside: self.beside,
            place: self.place,
            trainer: None,
            progress: Progress::default(),
            clock: CheckpointClock::new(self.options.checkpoint_every),
            pace: Pace::default(),
            paused: false,
            saved: None,
            saved_best: None,
        }
    }
}
