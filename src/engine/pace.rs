//! How long steps take, and when it is time for a checkpoint.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Steps that the median is of.
const STEPS: usize = 20;
/// Time between two reports of the pace: steps can be far shorter.
const REPORT_EVERY: Duration = Duration::from_millis(250);
/// Checkpoints may take at most one part in this many of the time.
const CHECKPOINT_SHARE: u32 = 10;

/// Seconds a step.
#[derive(Debug, Default)]
pub(super) struct Pace {
    newest: VecDeque<f64>,
    reported: Option<Instant>,
}

impl Pace {
    /// Takes a step's seconds in.
    pub(super) fn push(&mut self, seconds: f64) {
        if self.newest.len() == STEPS {
            self.newest.pop_front();
        }
        self.newest.push_back(seconds);
    }

    /// The median of the last steps, if it is time to report it.
    pub(super) fn report(&mut self) -> Option<f64> {
        if self.reported.is_some_and(|at| at.elapsed() < REPORT_EVERY) {
            return None;
        }
        self.reported = Some(Instant::now());
        self.median()
    }

    fn median(&self) -> Option<f64> {
        let mut sorted: Vec<f64> = self.newest.iter().copied().collect();
        sorted.sort_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied()
    }
}

/// When the next checkpoint is due.
#[derive(Debug)]
pub(super) struct CheckpointClock {
    every: Duration,
    last: Instant,
    cost: Duration,
}

impl CheckpointClock {
    /// The first is due after `every`.
    pub(super) fn new(every: Duration) -> Self {
        Self {
            every,
            last: Instant::now(),
            cost: Duration::ZERO,
        }
    }

    /// True if it is time. A checkpoint that takes long is made more seldom.
    pub(super) fn is_due(&self) -> bool {
        self.last.elapsed() >= self.every.max(self.cost * CHECKPOINT_SHARE)
    }

    /// One was made; it took since `begun`.
    pub(super) fn made(&mut self, begun: Instant) {
        self.last = Instant::now();
        self.cost = begun.elapsed();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pace_is_the_median_of_the_last_twenty_steps() {
        let mut pace = Pace::default();
        assert_eq!(pace.report(), None);
        for step in 0..100 {
            pace.push(if step < 80 { 9.0 } else { 0.5 });
        }
        pace.push(100.0);
        assert_eq!(pace.median(), Some(0.5));
    }
}
