//! A moving average that lags behind nothing: it looks to both sides.

/// A centered exponential average, extended point by point.
///
/// With weight w, every point is the mean of all points, each weighted by w^distance in points: s_i = Σ_j w^|i−j| v_j / Σ_j w^|i−j|. An average
/// of past values alone shows a falling loss above where it is, and later; this one does not, except for the newest points, which have no
/// future yet and are corrected as it arrives. The division by the sum of weights keeps the ends free of a pull to zero. On a logarithmic
/// axis it averages logarithms (a geometric mean), so that a straight descent stays straight.
///
/// Values that are not finite (or, for logarithms, not above zero) are left out and come back as they are.
#[derive(Debug, Clone, Copy)]
pub struct Smoother {
    weight: f64,
    log: bool,
    /// The points before this one no longer change.
    settled: usize,
    /// Weighted sum and sum of weights of the settled points, as of the last of them.
    before: Sums,
}

/// Largest weight: the average reaches about 1 / (1 − w) points to each side.
pub const MAX_WEIGHT: f64 = 0.999;
/// The weight of a point that is too far away to matter.
const NEGLIGIBLE: f64 = 1e-6;

#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    value: f64,
    weight: f64,
}

impl Sums {
    /// One point further, with the value there.
    fn step(self, decay: f64, value: Option<f64>) -> Self {
        Self {
            value: self.value * decay + value.unwrap_or(0.0),
            weight: self.weight * decay + f64::from(u8::from(value.is_some())),
        }
    }
}

impl Smoother {
    /// `weight` of the neighbors, 0 (no smoothing) to [`MAX_WEIGHT`]; with `log`, of logarithms.
    #[must_use]
    pub fn new(weight: f64, log: bool) -> Self {
        Self {
            weight: weight.clamp(0.0, MAX_WEIGHT),
            log,
            settled: 0,
            before: Sums::default(),
        }
    }

    /// The weight of the neighbors.
    #[must_use]
    pub fn weight(&self) -> f64 {
        self.weight
    }

    /// True if logarithms are averaged.
    #[must_use]
    pub fn log(&self) -> bool {
        self.log
    }

    /// Brings `smoothed` to the length of `values`, which only grows. Returns the first point that changed.
    pub fn extend(&mut self, values: &[f64], smoothed: &mut Vec<f64>) -> usize {
        let first = self.settled;
        let mut sums = self.before;
        let forward: Vec<Sums> = values[first..]
            .iter()
            .map(|value| {
                sums = sums.step(self.weight, self.usable(*value));
                sums
            })
            .collect();
        smoothed.resize(values.len(), 0.0);
        let mut after = Sums::default();
        for (at, own) in forward.iter().enumerate().rev() {
            let value = values[first + at];
            let usable = self.usable(value);
            // Those after it, seen from here.
            after = after.step(self.weight, None);
            smoothed[first + at] = match usable {
                Some(_) => self.value((own.value + after.value) / (own.weight + after.weight)),
                None => value,
            };
            if let Some(usable) = usable {
                after.value += usable;
                after.weight += 1.0;
            }
        }
        let settled = values.len().saturating_sub(self.reach());
        if settled > first {
            self.before = forward[settled - first - 1];
            self.settled = settled;
        }
        first
    }

    /// How many points away a value no longer matters.
    fn reach(&self) -> usize {
        if self.weight <= 0.0 {
            return 0;
        }
        (NEGLIGIBLE.ln() / self.weight.ln()).ceil() as usize
    }

    fn usable(&self, value: f64) -> Option<f64> {
        match self.log {
            true => (value > 0.0 && value.is_finite()).then(|| value.ln()),
            false => value.is_finite().then_some(value),
        }
    }

    fn value(&self, mean: f64) -> f64 {
        if self.log { mean.exp() } else { mean }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn smooth(values: &[f64], weight: f64, log: bool) -> Vec<f64> {
        let mut smoothed = Vec::new();
        Smoother::new(weight, log).extend(values, &mut smoothed);
        smoothed
    }

    fn assert_close(got: &[f64], expected: &[f64]) {
        assert_eq!(got.len(), expected.len());
        for (got, expected) in got.iter().zip(expected) {
            assert!(
                (got - expected).abs() < 1e-5 * expected.abs().max(1.0),
                "{got} is not {expected}"
            );
        }
    }

    #[test]
    fn every_point_is_the_weighted_mean_of_its_neighbors() {
        // w = 0.5, values 1, 2, 4:
        // s₁ = (1 + 2/2 + 4/4) / (1 + 1/2 + 1/4) = 3 / 1.75
        // s₂ = (1/2 + 2 + 4/2) / (1/2 + 1 + 1/2) = 4.5 / 2
        // s₃ = (1/4 + 2/2 + 4) / (1/4 + 1/2 + 1) = 5.25 / 1.75
        assert_close(
            &smooth(&[1.0, 2.0, 4.0], 0.5, false),
            &[3.0 / 1.75, 2.25, 3.0],
        );
    }

    #[test]
    fn a_straight_descent_stays_where_it_is_on_its_axis() {
        let line: Vec<f64> = (0..400).map(|i| 10.0 - 0.01 * f64::from(i)).collect();
        assert_close(&smooth(&line, 0.9, false)[150..250], &line[150..250]);
        let fall: Vec<f64> = (0..400).map(|i| (-0.05 * f64::from(i)).exp()).collect();
        for (got, expected) in smooth(&fall, 0.9, true)
            .iter()
            .zip(&fall)
            .skip(150)
            .take(100)
        {
            assert!(
                (got / expected - 1.0).abs() < 1e-5,
                "{got} is not {expected}"
            );
        }
    }

    #[test]
    fn points_that_arrive_later_give_the_same_as_all_at_once() {
        let values: Vec<f64> = (0..3000)
            .map(|i| f64::from(i % 7) + 0.001 * f64::from(i))
            .collect();
        for weight in [0.3, 0.9, 0.99] {
            let mut smoother = Smoother::new(weight, false);
            let mut grown = Vec::new();
            for end in [1, 2, 30, 31, 900, 2999, 3000] {
                let first = smoother.extend(&values[..end], &mut grown);
                assert!(first <= end);
            }
            assert_close(&grown, &smooth(&values, weight, false));
        }
    }

    #[test]
    fn a_constant_stays_that_constant_and_no_smoothing_gives_the_values_back() {
        assert_close(&smooth(&[0.5; 100], 0.99, false), &[0.5; 100]);
        assert_close(&smooth(&[0.5; 100], 0.99, true), &[0.5; 100]);
        assert_eq!(smooth(&[3.0, -1.0, 7.5], 0.0, false), [3.0, -1.0, 7.5]);
    }

    #[test]
    fn what_cannot_be_averaged_comes_back_and_leaves_the_others_alone() {
        let smoothed = smooth(&[1.0, f64::NAN, 1.0, f64::INFINITY, 1.0], 0.6, false);
        assert!(smoothed[1].is_nan() && smoothed[3] == f64::INFINITY);
        assert_close(&[smoothed[0], smoothed[2], smoothed[4]], &[1.0; 3]);
        let smoothed = smooth(&[2.0, -1.0, 0.0, 2.0], 0.6, true);
        assert_close(&smoothed, &[2.0, -1.0, 0.0, 2.0]);
    }
}
