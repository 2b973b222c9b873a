//! How fast a run goes.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Steps a second over the last few seconds.
#[derive(Debug, Default)]
pub struct Speed {
    samples: VecDeque<(Instant, u64)>,
}

const SPAN: Duration = Duration::from_secs(4);

impl Speed {
    /// Takes in that a run was at `step` at this moment.
    pub fn observe(&mut self, now: Instant, step: u64) {
        match self.samples.back() {
            // Back to a checkpoint: what was before says nothing.
            Some((_, last)) if step < *last => self.samples.clear(),
            Some((_, last)) if step == *last => return,
            _ => (),
        }
        self.samples.push_back((now, step));
        while self.samples.len() > 2
            && self
                .samples
                .front()
                .is_some_and(|(then, _)| now - *then > SPAN)
        {
            self.samples.pop_front();
        }
    }

    /// Forgets: the run paused.
    pub fn clear(&mut self) {
        self.samples.clear();
    }

    /// Steps a second; `None` before two moments are known.
    #[must_use]
    pub fn steps_per_second(&self) -> Option<f64> {
        let (first, from) = self.samples.front()?;
        let (last, to) = self.samples.back()?;
        let seconds = (*last - *first).as_secs_f64();
        (seconds > 0.2 && to > from).then(|| (to - from) as f64 / seconds)
    }

    /// Seconds until `total`.
    #[must_use]
    pub fn seconds_left(&self, total: u64) -> Option<f64> {
        let (_, step) = self.samples.back()?;
        let rate = self.steps_per_second()?;
        (total > *step).then(|| (total - step) as f64 / rate)
    }
}

#[cfg(test)]
mod tests {
    use super::Speed;
    use std::time::{Duration, Instant};

    #[test]
    fn speed_is_that_of_the_last_seconds() {
        let start = Instant::now();
        let mut speed = Speed::default();
        for second in 0..10 {
            // 10 steps a second, then 100.
            let step = if second < 5 {
                second * 10
            } else {
                40 + (second - 4) * 100
            };
            speed.observe(start + Duration::from_secs(second), step);
        }
        assert_eq!(speed.steps_per_second(), Some(100.0));
        assert_eq!(speed.seconds_left(740), Some(2.0));
    }
}
