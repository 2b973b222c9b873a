//! How far predicted ratings are from true ones.

/// Sums over pairs of a prediction and a true rating, in double precision; sums of parts merge.
///
/// With r̂ the predictions and r the n true ratings, RMSE = √(Σ(r̂ − r)² / n) and MAE = Σ|r̂ − r| / n
/// (Herlocker et al., TOIS 2004, section 4.1).
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct RatingErrors {
    count: u64,
    squared: f64,
    absolute: f64,
}

impl RatingErrors {
    /// Takes one pair in.
    pub fn add(&mut self, prediction: f32, rating: f32) {
        let error = f64::from(prediction) - f64::from(rating);
        self.count += 1;
        self.squared += error * error;
        self.absolute += error.abs();
    }

    /// Takes the pairs of another in.
    pub fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.squared += other.squared;
        self.absolute += other.absolute;
    }

    /// How many pairs there were.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The sum of squared errors.
    #[must_use]
    pub fn squared(&self) -> f64 {
        self.squared
    }

    /// Root of the mean squared error, in units of the ratings; `None` without pairs.
    #[must_use]
    pub fn rmse(&self) -> Option<f64> {
        self.mean(self.squared).map(f64::sqrt)
    }

    /// Mean absolute error, in units of the ratings; `None` without pairs.
    #[must_use]
    pub fn mae(&self) -> Option<f64> {
        self.mean(self.absolute)
    }

    fn mean(&self, sum: f64) -> Option<f64> {
        (self.count > 0).then(|| sum / self.count as f64)
    }
}

impl FromIterator<(f32, f32)> for RatingErrors {
    /// From pairs (prediction, rating).
    fn from_iter<I: IntoIterator<Item = (f32, f32)>>(pairs: I) -> Self {
        let mut errors = Self::default();
        for (prediction, rating) in pairs {
            errors.add(prediction, rating);
        }
        errors
    }
}

/// Root of the mean squared error of pairs (prediction, rating); `None` without pairs.
#[must_use]
pub fn rmse(pairs: impl IntoIterator<Item = (f32, f32)>) -> Option<f64> {
    pairs.into_iter().collect::<RatingErrors>().rmse()
}

/// Mean absolute error of pairs (prediction, rating); `None` without pairs.
#[must_use]
pub fn mae(pairs: impl IntoIterator<Item = (f32, f32)>) -> Option<f64> {
    pairs.into_iter().collect::<RatingErrors>().mae()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Errors −1, 2, 0, 2: squares 1 + 4 + 0 + 4 = 9, of four; absolutes 1 + 2 + 0 + 2 = 5, of four.
    const PAIRS: [(f32, f32); 4] = [(3.0, 4.0), (5.0, 3.0), (2.5, 2.5), (3.0, 1.0)];

    #[test]
    fn rmse_and_mae_equal_the_hand_computation() {
        assert_eq!(rmse(PAIRS), Some(1.5));
        assert_eq!(mae(PAIRS), Some(1.25));
    }

    #[test]
    fn nothing_has_no_error() {
        assert_eq!(rmse([]), None);
        assert_eq!(mae([]), None);
    }

    #[test]
    fn merged_parts_equal_the_whole() {
        let mut merged: RatingErrors = PAIRS[..1].iter().copied().collect();
        merged.merge(&PAIRS[1..].iter().copied().collect());
        assert_eq!(merged, PAIRS.into_iter().collect());
        assert_eq!((merged.count(), merged.squared()), (4, 9.0));
    }

    #[test]
    fn many_small_errors_do_not_vanish_in_the_sum() {
        // In single precision the sum of squares would stop growing at 2^24 · 1e-6.
        let error = rmse(std::iter::repeat_n((0.001, 0.0), 20_000_000)).expect("pairs");
        assert!((error - 0.001).abs() < 1e-9, "{error}");
    }

    #[test]
    fn a_prediction_that_is_not_a_number_shows() {
        assert!(rmse([(f32::NAN, 1.0)]).is_some_and(f64::is_nan));
    }
}
