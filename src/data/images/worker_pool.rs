//! Threads that prepare samples.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, bounded};

use super::order::Plan;
use super::prepare::{Preprocessor, Sample};
use crate::data::DataError;

/// Samples that may be asked for and not yet taken, in one round.
pub(super) const MOST_AHEAD: u64 = 32;
/// Room in the channels: for a round, and for what is left of the one before, so that neither side ever waits for room.
const ROOM: usize = 4 * MOST_AHEAD as usize;

/// A sample to prepare: of which round, its number, what it is.
type Job = (u64, u64, Plan);
/// A sample that is prepared: of which round, its number.
type Done = (u64, u64, Result<Sample, DataError>);

/// Threads, and the ways to and from them. Who asks bounds what is under way.
pub(super) struct WorkerPool {
    jobs: Option<Sender<Job>>,
    done: Receiver<Done>,
    threads: Vec<JoinHandle<()>>,
    /// Jobs of earlier rounds are forgotten.
    round: Arc<AtomicU64>,
}

impl WorkerPool {
    /// `None` if no thread is wanted or none can be had.
    pub(super) fn spawn(preprocessor: &Arc<Preprocessor>, count: usize) -> Option<Self> {
        let (jobs, to_do) = bounded::<Job>(ROOM);
        let (finished, done) = bounded::<Done>(ROOM);
        let round = Arc::new(AtomicU64::new(0));
        let threads: Vec<JoinHandle<()>> = (0..count)
            .filter_map(|number| {
                let (preprocessor, to_do) = (Arc::clone(preprocessor), to_do.clone());
                let (finished, current) = (finished.clone(), Arc::clone(&round));
                let work = move || {
                    for (round, at, plan) in to_do {
                        if round != current.load(Ordering::Relaxed) {
                            continue;
                        }
                        if finished
                            .send((round, at, preprocessor.prepare(plan)))
                            .is_err()
                        {
                            break;
                        }
                    }
                };
                let thread = std::thread::Builder::new().name(format!("images-{number}"));
                thread.spawn(work).ok()
            })
            .collect();
        (!threads.is_empty()).then_some(Self {
            jobs: Some(jobs),
            done,
            threads,
            round,
        })
    }

    pub(super) fn ask(&self, at: u64, plan: Plan) {
        let round = self.round.load(Ordering::Relaxed);
        if let Some(jobs) = &self.jobs {
            // Fails if all threads are gone, which `take` tells.
            let _ = jobs.send((round, at, plan));
        }
    }

    /// Waits for any sample of this round; `None` if all threads are gone.
    pub(super) fn take(&self) -> Option<(u64, Result<Sample, DataError>)> {
        loop {
            let (round, at, sample) = self.done.recv().ok()?;
            if round == self.round.load(Ordering::Relaxed) {
                return Some((at, sample));
            }
        }
    }

    /// Begins a new round: what was asked for is no longer wanted.
    pub(super) fn forget(&mut self) {
        self.round.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for WorkerPool {
    fn drop(&mut self) {
        // Each thread ends after the image it is at.
        self.forget();
        self.jobs = None;
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}
