//! Whether a prediction is better than the biases of users and items alone.

use serde::{Deserialize, Serialize};

/// Sums over held-out ratings: how much better a prediction is than the biases alone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// How many.
    pub cells: u64,
    /// Σ of the squared errors of the biases alone.
    biases: f64,
    /// Σ of those of the other prediction.
    // The name in checkpoints of earlier versions.
    #[serde(alias = "network")]
    other: f64,
    /// Σ of the squares of their differences.
    squares: f64,
}

impl Comparison {
    /// Adds a held-out rating, by the squared errors of both.
    pub fn add(&mut self, biases: f64, other: f64) {
        self.cells += 1;
        self.biases += biases;
        self.other += other;
        self.squares += (biases - other).powi(2);
    }

    /// Adds those of other ratings.
    pub fn merge(&mut self, other: &Self) {
        self.cells += other.cells;
        self.biases += other.biases;
        self.other += other.other;
        self.squares += other.squares;
    }

    /// The RMSE of the biases alone.
    pub fn bias_rmse(&self) -> f64 {
        self.rmse_of(self.biases)
    }

    fn rmse_of(&self, sum: f64) -> f64 {
        (sum / self.cells.max(1) as f64).sqrt()
    }

    /// The RMSE of the other prediction.
    pub fn rmse(&self) -> f64 {
        self.rmse_of(self.other)
    }

    /// True if the mean gain is more than two standard errors of itself: it is the largest of many trials.
    pub fn is_better(&self) -> bool {
        let count = self.cells.max(1) as f64;
        let gain = (self.biases - self.other) / count;
        let variance = (self.squares / count - gain * gain).max(0.0);
        gain > 2.0 * (variance / count).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gain_counts_if_it_is_more_than_two_standard_errors() {
        // Differences 1 and −0.5 in turn: the mean 0.25, the standard deviation 0.75, its error 0.75 / √cells.
        for (cells, is_better) in [(4, false), (100, true)] {
            let mut sums = Comparison::default();
            for cell in 0..cells {
                sums.add(2.0, if cell % 2 == 0 { 1.0 } else { 2.5 });
            }
            assert_eq!(sums.is_better(), is_better);
        }
        assert!(!Comparison::default().is_better());
    }
}
