//! Exponential moving average without the pull toward zero at the start.

/// A debiased exponential moving average, extended point by point.
///
/// With weight w: bₜ = w·bₜ₋₁ + (1 − w)·vₜ from b₀ = 0, and the average is bₜ / (1 − wᵗ); the division is the bias
/// correction of Adam (Kingma and Ba, 2015, section 3).
#[derive(Debug, Clone, Copy)]
pub struct Ema {
    weight: f64,
    biased: f64,
    /// wᵗ.
    decay: f64,
}

/// Largest weight: the average reaches back about 1 / (1 − w) points.
pub const MAX_WEIGHT: f64 = 0.999;

impl Ema {
    /// `weight` of the past, 0 (no smoothing) to [`MAX_WEIGHT`].
    #[must_use]
    pub fn new(weight: f64) -> Self {
        Self {
            weight: weight.clamp(0.0, MAX_WEIGHT),
            biased: 0.0,
            decay: 1.0,
        }
    }

    /// The weight of the past.
    #[must_use]
    pub fn weight(&self) -> f64 {
        self.weight
    }

    /// The average after `value`. A value that is not finite comes back as it is and leaves the average alone.
    pub fn push(&mut self, value: f64) -> f64 {
        if !value.is_finite() {
            return value;
        }
        self.biased = self.weight * self.biased + (1.0 - self.weight) * value;
        self.decay *= self.weight;
        self.biased / (1.0 - self.decay)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debiasing_matches_the_hand_computation() {
        // w = 0.9, values 1, 2, 4:
        // b₁ = 0.1,   / (1 − 0.9)   = 1
        // b₂ = 0.29,  / (1 − 0.81)  = 1.526315789…
        // b₃ = 0.661, / (1 − 0.729) = 2.439114391…
        let mut ema = Ema::new(0.9);
        let smoothed = [1.0, 2.0, 4.0].map(|value| ema.push(value));
        for (got, expected) in smoothed.iter().zip([1.0, 0.29 / 0.19, 0.661 / 0.271]) {
            assert!((got - expected).abs() < 1e-12, "{got} is not {expected}");
        }
    }

    #[test]
    fn a_constant_stays_that_constant_from_the_first_point_on() {
        let mut ema = Ema::new(0.99);
        for _ in 0..1000 {
            assert!((ema.push(0.5) - 0.5).abs() < 1e-12);
        }
    }

    #[test]
    fn no_smoothing_gives_the_values_back() {
        let mut ema = Ema::new(0.0);
        assert_eq!(
            [3.0, -1.0, 7.5].map(|value| ema.push(value)),
            [3.0, -1.0, 7.5]
        );
    }

    #[test]
    fn nan_passes_through_and_does_not_poison_what_follows() {
        let mut with_nan = Ema::new(0.6);
        let mut without = Ema::new(0.6);
        with_nan.push(1.0);
        without.push(1.0);
        assert!(with_nan.push(f64::NAN).is_nan());
        assert_eq!(with_nan.push(f64::INFINITY), f64::INFINITY);
        assert_eq!(with_nan.push(2.0), without.push(2.0));
    }
}
