//! Progress and cancellation of slow work on another thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Shared between a thread that works and one that watches.
#[derive(Debug, Default)]
pub struct Monitor {
    done: AtomicU64,
    total: AtomicU64,
    canceled: Arc<AtomicBool>,
}

impl Monitor {
    /// A monitor of a part of the work, which counts for itself and is canceled with the whole.
    #[must_use]
    pub fn of_part(&self) -> Self {
        Self {
            canceled: Arc::clone(&self.canceled),
            ..Self::default()
        }
    }

    /// Sets how much there is to do (bytes, rows: the worker's choice).
    pub fn set_total(&self, total: u64) {
        self.total.store(total, Ordering::Relaxed);
    }

    /// Adds to what is done.
    pub fn advance(&self, amount: u64) {
        self.done.fetch_add(amount, Ordering::Relaxed);
    }

    /// Done share, 0 to 1; `None` while the total is unknown.
    #[must_use]
    pub fn fraction(&self) -> Option<f32> {
        let total = self.total.load(Ordering::Relaxed);
        let done = self.done.load(Ordering::Relaxed);
        (total > 0).then(|| (done as f32 / total as f32).min(1.0))
    }

    /// Asks the worker to stop.
    pub fn cancel(&self) {
        self.canceled.store(true, Ordering::Relaxed);
    }

    /// True if the worker was asked to stop; workers poll this.
    #[must_use]
    pub fn is_canceled(&self) -> bool {
        self.canceled.load(Ordering::Relaxed)
    }
}
