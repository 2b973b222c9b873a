//! When to stop, and which weights were best.

use serde::{Deserialize, Serialize};

/// Follows a validation error, which should fall. Serializes as part of a checkpoint; use a format that keeps every bit of a float (TOML, not
/// serde_json).
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct EarlyStopping {
    /// The lowest error so far.
    best: Option<f64>,
    /// The step of the lowest error.
    best_step: u64,
    /// Measurements since then.
    waited: u64,
}

/// The meaning of a measurement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoppingDecision {
    /// The lowest error so far: keep these weights.
    Best,
    /// Not better, but wait.
    Wait,
    /// Not better for `patience` measurements: stop.
    Stop,
}

impl EarlyStopping {
    /// Takes a measurement in. A `patience` of 0 never stops. NaN is never best.
    pub fn observe(&mut self, error: f64, step: u64, patience: u64) -> StoppingDecision {
        if self.best.map_or(!error.is_nan(), |best| error < best) {
            *self = Self {
                best: Some(error),
                best_step: step,
                waited: 0,
            };
            return StoppingDecision::Best;
        }
        self.waited += 1;
        if patience > 0 && self.waited >= patience {
            StoppingDecision::Stop
        } else {
            StoppingDecision::Wait
        }
    }

    /// Weights that came about otherwise, at this step, take the place of the best.
    pub fn ends_with(&mut self, step: u64) {
        self.best_step = step;
    }

    /// The step of the lowest error; `None` before the first measurement.
    #[must_use]
    pub fn best_step(&self) -> Option<u64> {
        self.best.map(|_| self.best_step)
    }

    /// The lowest error.
    #[must_use]
    pub fn best(&self) -> Option<f64> {
        self.best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stops_after_patience_measurements_without_a_better_one() {
        let mut stopping = EarlyStopping::default();
        let errors = [1.0, 0.9, 0.9, 0.95, 0.8, 0.85, 0.81, 0.82];
        let decisions: Vec<StoppingDecision> = (1..)
            .zip(errors)
            .map(|(step, error)| stopping.observe(error, step, 3))
            .collect();
        use StoppingDecision::{Best, Stop, Wait};
        assert_eq!(decisions, [Best, Best, Wait, Wait, Best, Wait, Wait, Stop]);
        assert_eq!(
            (stopping.best(), stopping.best_step()),
            (Some(0.8), Some(5))
        );
    }

    #[test]
    fn no_patience_never_stops_and_nan_is_never_best() {
        let mut stopping = EarlyStopping::default();
        assert_eq!(stopping.observe(f64::NAN, 1, 0), StoppingDecision::Wait);
        assert_eq!(stopping.best_step(), None);
        assert_eq!(stopping.observe(1.0, 2, 0), StoppingDecision::Best);
        for step in 3..100 {
            assert_eq!(stopping.observe(f64::NAN, step, 0), StoppingDecision::Wait);
        }
    }
}
