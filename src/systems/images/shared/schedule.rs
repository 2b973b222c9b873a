//! The learning rate over a run: constant, then falling in a line.

use serde::{Deserialize, Serialize};

/// The factor on the learning rate.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Schedule {
    /// By epochs, as the official code: see [`Schedule::factor`].
    Epochs {
        /// Of the whole run.
        epochs: u64,
        /// At the end of the run, in which the rate falls.
        decay: u64,
    },
    /// By steps, for a run that ends after so many.
    Steps {
        /// Of the whole run.
        steps: u64,
        /// At the end of the run, in which the rate falls.
        decay: u64,
    },
}

impl Schedule {
    /// Of a run of `epochs`, `decay_epochs` of them with a falling rate, or, unless `max_steps` is 0, of a run of so many steps of
    /// which the same share has a falling rate.
    #[must_use]
    pub fn new(epochs: u64, decay_epochs: u64, max_steps: u64) -> Self {
        let decay = decay_epochs.min(epochs);
        if max_steps == 0 {
            return Self::Epochs { epochs, decay };
        }
        let share = decay as f64 / epochs.max(1) as f64;
        Self::Steps {
            steps: max_steps,
            decay: (max_steps as f64 * share).round() as u64,
        }
    }

    /// The factor for a step. Epochs and steps count from 1.
    ///
    /// The official code, whose scheduler steps at the start of an epoch, multiplies by 1 − max(0, epoch + 1 − constant) / (decay + 1), so
    /// that the last epoch has a rate of 0. By steps the same line begins one step later, so that the last still learns.
    #[must_use]
    pub fn factor(&self, epoch: u64, step: u64) -> f64 {
        let (over, decay) = match *self {
            Self::Epochs { epochs, decay } => ((epoch + 1).saturating_sub(epochs - decay), decay),
            Self::Steps { steps, decay } => (step.saturating_sub(steps - decay), decay),
        };
        // Without a decay the official code would divide by 1 and end at 0 in the last epoch.
        if decay == 0 {
            return 1.0;
        }
        (1.0 - over as f64 / (decay + 1) as f64).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From `lambda_rule` of the official code with n_epochs = n_epochs_decay = 100.
    #[test]
    fn epochs_follow_the_official_code() {
        let schedule = Schedule::new(200, 100, 0);
        let factor = |epoch| schedule.factor(epoch, 12_345);
        assert_eq!(factor(1), 1.0);
        assert_eq!(factor(99), 1.0);
        assert_eq!(factor(100), 1.0 - 1.0 / 101.0);
        assert_eq!(factor(150), 1.0 - 51.0 / 101.0);
        assert_eq!(factor(199), 1.0 - 100.0 / 101.0);
        assert_eq!(factor(200), 0.0);
        assert_eq!(factor(300), 0.0);
    }

    #[test]
    fn steps_decay_over_the_same_share_and_the_last_still_learns() {
        let schedule = Schedule::new(200, 100, 1000);
        assert_eq!(
            schedule,
            Schedule::Steps {
                steps: 1000,
                decay: 500
            }
        );
        let factor = |step| schedule.factor(1, step);
        assert_eq!(factor(1), 1.0);
        assert_eq!(factor(500), 1.0);
        assert_eq!(factor(501), 1.0 - 1.0 / 501.0);
        assert_eq!(factor(1000), 1.0 - 500.0 / 501.0);
        assert_eq!(
            Schedule::new(8, 2, 80),
            Schedule::Steps {
                steps: 80,
                decay: 20
            }
        );
    }

    #[test]
    fn without_decay_the_rate_is_constant() {
        assert_eq!(Schedule::new(10, 0, 0).factor(10, 1), 1.0);
        assert_eq!(Schedule::new(10, 0, 50).factor(3, 50), 1.0);
        let all = Schedule::new(10, 20, 0);
        assert_eq!(
            all,
            Schedule::Epochs {
                epochs: 10,
                decay: 10
            }
        );
        assert_eq!(all.factor(1, 1), 1.0 - 2.0 / 11.0);
    }
}
