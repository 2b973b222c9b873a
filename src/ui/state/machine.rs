//! Facts about this machine, found away from the window's thread.

use std::time::{Duration, Instant};

use eframe::egui::Context;

use crate::engine::machine;
use crate::ui::jobs::Job;

/// How old the free memory may be.
const AGE: Duration = Duration::from_secs(10);

/// Free memory, and how fast the processor multiplies.
#[derive(Debug, Default)]
pub struct Machine {
    /// Bytes, where the system tells.
    free: Option<u64>,
    asked: Option<Instant>,
    job: Option<Job<(Option<u64>, Option<f64>)>>,
}

impl Machine {
    /// Bytes of memory that are free, where the system tells.
    #[must_use]
    pub fn free(&self) -> Option<u64> {
        self.free
    }

    /// Asks again when it is time. The speed is measured once, while nothing trains, and then remembered in `throughput`.
    pub fn want(&mut self, ctx: &Context, throughput: &mut Option<f64>, idle: bool) {
        if let Some(outcome) = self.job.as_ref().and_then(Job::poll) {
            self.job = None;
            if let Ok((free, measured)) = outcome {
                self.free = free;
                *throughput = throughput.or(measured);
            }
        }
        let due = self.asked.is_none_or(|then| then.elapsed() > AGE);
        let unknown = throughput.is_none() && idle;
        if self.job.is_some() || !(due || unknown) {
            return;
        }
        self.asked = Some(Instant::now());
        let job = Job::spawn("measure this machine", ctx, move |_| {
            let speed = unknown.then(machine::throughput);
            (machine::free_memory(), speed)
        });
        self.job = job.ok();
    }
}
