//! Slow work away from the window's thread.

use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::thread::JoinHandle;

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::data::Monitor;

/// Most threads of the window's own.
const MOST_THREADS: usize = 4;

/// Work on a thread of its own, whose result the window picks up when it is there. Dropping it cancels the work.
#[derive(Debug)]
pub struct Job<T> {
    /// Put here by the thread at its end, and taken once.
    result: Arc<Mutex<Option<T>>>,
    thread: JoinHandle<()>,
    monitor: Arc<Monitor>,
}

impl<T: Send + 'static> Job<T> {
    /// Starts `work` on a thread called `name`; the window is repainted when it ends.
    ///
    /// # Errors
    /// If the system has no thread left.
    pub fn spawn(
        name: &str,
        ctx: &eframe::egui::Context,
        work: impl FnOnce(&Monitor) -> T + Send + 'static,
    ) -> Result<Self, NoThread> {
        let result = Arc::new(Mutex::new(None));
        let monitor = Arc::new(Monitor::default());
        let (watched, place, ctx) = (Arc::clone(&monitor), Arc::clone(&result), ctx.clone());
        let work = move || {
            let done = work(&watched);
            *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(done);
            ctx.request_repaint();
        };
        // Of one type whatever the work: what is behind it is compiled for each type anew.
        let work: Box<dyn FnOnce() + Send> = Box::new(work);
        let thread = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(work)?;
        Ok(Self {
            result,
            thread,
            monitor,
        })
    }

    /// The result, once; an error if the work panicked.
    #[must_use]
    pub fn poll(&self) -> Option<Result<T, JobPanicked>> {
        // Asked before the result is looked for, which it may put there meanwhile.
        let has_ended = self.thread.is_finished();
        let mut result = self.result.lock().unwrap_or_else(PoisonError::into_inner);
        match result.take() {
            Some(result) => Some(Ok(result)),
            None => has_ended.then_some(Err(JobPanicked)),
        }
    }

    /// Its progress.
    #[must_use]
    pub fn monitor(&self) -> &Monitor {
        &self.monitor
    }
}

impl<T> Drop for Job<T> {
    fn drop(&mut self) {
        self.monitor.cancel();
    }
}

/// Runs `work`, which may use rayon, on threads of the window: those that everybody shares may be busy with training for a long while.
pub fn on_own_threads<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    static POOL: LazyLock<Option<ThreadPool>> = LazyLock::new(|| {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        ThreadPoolBuilder::new()
            .num_threads(threads.min(MOST_THREADS))
            .thread_name(|index| format!("window {index}"))
            .build()
            .inspect_err(|error| tracing::warn!("no threads for the window: {error}"))
            .ok()
    });
    match &*POOL {
        Some(pool) => pool.install(work),
        None => work(),
    }
}

/// The system has no thread left for some work.
#[derive(Debug, thiserror::Error)]
#[error("{}", crate::engine::machine::no_thread(.0))]
pub struct NoThread(#[from] pub std::io::Error);

/// The work ended without a result.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the work ended unexpectedly; the log on standard error says where")]
pub struct JobPanicked;
