//! Events on their way to the window.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crossbeam_channel::{SendTimeoutError, Sender};

use super::newest::NewestResults;
use crate::record::{Artifact, Event};
use crate::runs::RunId;

/// How long to wait for room before looking whether the program is closing.
const PATIENCE: Duration = Duration::from_millis(50);

/// Sends the events of one run.
#[derive(Debug, Clone)]
pub(super) struct Outbox {
    run: RunId,
    sender: Sender<(RunId, Event)>,
    closing: Arc<AtomicBool>,
    newest: NewestResults,
}

impl Outbox {
    pub(super) fn new(
        run: RunId,
        sender: Sender<(RunId, Event)>,
        closing: Arc<AtomicBool>,
        newest: NewestResults,
    ) -> Self {
        Self {
            run,
            sender,
            closing,
            newest,
        }
    }

    /// Leaves a result in memory for whoever shows it; before the event that tells of it.
    pub(super) fn put(&self, step: u64, artifact: &Artifact) {
        self.newest.put(&self.run, step, artifact);
    }

    /// Waits while there is no room: nothing is dropped, unless the program is closing or nobody listens any more. The
    /// event is in the run folder either way.
    pub(super) fn send(&self, event: Event) {
        let mut message = (self.run.clone(), event);
        while let Err(SendTimeoutError::Timeout(back)) = self.sender.send_timeout(message, PATIENCE)
        {
            if self.is_closing() {
                return;
            }
            message = back;
        }
    }

    pub(super) fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Relaxed)
    }
}
