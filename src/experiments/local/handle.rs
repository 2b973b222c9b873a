//! A sweep that works, from outside.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use crossbeam_channel::{Sender, bounded};

use super::launcher::Launcher;
use crate::engine::{DeviceChoice, Engine};
use crate::experiments::sweep::{Extension, SweepError, SweepFolder, SweepState};

/// Commands that a sweep may have waiting.
const COMMANDS: usize = 64;

/// How a sweep runs on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LocalOptions {
    /// Where to train.
    pub device: DeviceChoice,
    /// Runs side by side; what the question says, or else as many as cores and memory allow, if absent.
    pub parallel: Option<usize>,
}

/// A command of a person to a sweep.
#[derive(Debug, Clone, PartialEq)]
pub enum SweepCommand {
    /// No new run begins; those that train pause after a checkpoint.
    Pause,
    /// It goes on.
    Resume,
    /// Its runs stop after a checkpoint, and the sweep ends. It can be resumed.
    Stop,
    /// More is tried.
    Extend(Extension),
}

/// A sweep whose runs are launched by this process. Dropping it leaves the thread to itself: it ends with the engine.
#[derive(Debug)]
pub struct LocalSweep {
    folder: SweepFolder,
    commands: Sender<SweepCommand>,
    state: Arc<Mutex<Arc<SweepState>>>,
    thread: JoinHandle<()>,
}

impl LocalSweep {
    /// Starts or resumes a sweep on a thread of its own: its runs go through `engine`, whose events tell of them as of any other run.
    ///
    /// # Errors
    /// If its folder cannot be read, or another process launches its runs.
    pub fn start(
        engine: Arc<Engine>,
        folder: SweepFolder,
        options: LocalOptions,
    ) -> Result<Self, SweepError> {
        let lock = folder.lock()?.ok_or_else(|| SweepError::InUse {
            path: folder.path().to_owned(),
        })?;
        let listed = crate::runs::list(folder.runs())?;
        let state = Arc::new(Mutex::new(Arc::new(folder.state(&listed)?)));
        let (commands, receiver) = bounded(COMMANDS);
        let thread = {
            let (folder, state) = (folder.clone(), Arc::clone(&state));
            std::thread::Builder::new()
                .name(format!("sweep-{}", folder.id().short()))
                .spawn(move || {
                    let _lock = lock;
                    Launcher::new(&engine, &folder, options, &receiver, &state).run();
                })
                .map_err(crate::engine::EngineError::Thread)?
        };
        Ok(Self {
            folder,
            commands,
            state,
            thread,
        })
    }

    /// Its folder.
    #[must_use]
    pub fn folder(&self) -> &SweepFolder {
        &self.folder
    }

    /// Tells it something. Never blocks; false if it has ended or has too much to do.
    pub fn send(&self, command: SweepCommand) -> bool {
        self.commands.try_send(command).is_ok()
    }

    /// How it stood when it last looked, at most a moment ago.
    #[must_use]
    pub fn state(&self) -> Arc<SweepState> {
        Arc::clone(&self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// True while its thread is there.
    #[must_use]
    pub fn is_active(&self) -> bool {
        !self.thread.is_finished()
    }
}
