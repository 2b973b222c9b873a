//! Facts about this machine, found away from the window's thread.

use std::time::{Duration, Instant};

use eframe::egui::Context;

use crate::engine::machine;
use crate::ui::jobs::Job;

/// How old the free memory may be.
const AGE: Duration = Duration::from_secs(10);

/// Memory in bytes, where the system tells.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// That programs can still have.
    pub free: Option<u64>,
    /// That this program has.
    pub program: Option<u64>,
}

/// Memory, and how fast the processor multiplies.
#[derive(Debug, Default)]
pub struct Machine {
    memory: Option<Memory>,
    asked: Option<Instant>,
    /// The speed was measured since the program started.
    measured: bool,
    job: Option<Job<(Memory, Option<f64>)>>,
}

impl Machine {
    /// Memory as it was a few seconds ago; `None` before it was first asked for.
    #[must_use]
    pub fn memory(&self) -> Option<Memory> {
        self.memory
    }

    /// Asks again when it is time. The speed is measured once while nothing trains; `throughput` remembers
    /// the best of this start and those before, as other work on the machine can only take from it.
    pub fn want(&mut self, ctx: &Context, throughput: &mut Option<f64>, idle: bool) {
        if let Some(outcome) = self.job.as_ref().and_then(Job::poll) {
            self.job = None;
            if let Ok((memory, measured)) = outcome {
                self.memory = Some(memory);
                self.measured |= measured.is_some();
                *throughput = match (*throughput, measured) {
                    (Some(before), Some(now)) => Some(before.max(now)),
                    (known, now) => known.or(now),
                };
            }
        }
        let due = self.asked.is_none_or(|then| then.elapsed() > AGE);
        let unknown = !self.measured && idle;
        if self.job.is_some() || !(due || unknown) {
            return;
        }
        self.asked = Some(Instant::now());
        let job = Job::spawn("measure this machine", ctx, move |_| {
            let speed = unknown
                .then(machine::throughput)
                .filter(|speed| *speed > 0.0);
            let stats = memory_stats::memory_stats();
            let memory = Memory {
                free: machine::free_memory(),
                program: stats.map(|stats| stats.physical_mem as u64),
            };
            (memory, speed)
        });
        self.job = job.ok();
    }
}
