//! Curves with no more points than a figure shows.

use crate::runs::Series;

/// A measure over the course of a run.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::report) struct Curve {
    /// Updates of the weights.
    pub(in crate::report) steps: Vec<u64>,
    /// Passes over the data.
    pub(in crate::report) epochs: Vec<f64>,
    /// The values.
    pub(in crate::report) values: Vec<f64>,
}

impl Curve {
    /// The shape of a series in `most` points.
    pub(super) fn of(series: &Series, most: usize) -> Self {
        Self {
            steps: series.steps.clone(),
            epochs: series.epochs.clone(),
            values: series.values.clone(),
        }
        .thinned(most)
    }

    /// The same in at most `most` points: the first, the last, and the lowest and the highest of each stretch between them.
    pub(in crate::report) fn thinned(self, most: usize) -> Self {
        let count = self.len();
        let most = most.max(4);
        if count <= most {
            return self;
        }
        let stretches = most / 2 - 1;
        let inner = count - 2;
        let mut kept = vec![0];
        for stretch in 0..stretches {
            let range = 1 + stretch * inner / stretches..1 + (stretch + 1) * inner / stretches;
            let by_value = |a: &usize, b: &usize| self.values[*a].total_cmp(&self.values[*b]);
            let ends = [range.clone().min_by(by_value), range.max_by(by_value)];
            let mut ends: Vec<usize> = ends.into_iter().flatten().collect();
            ends.sort_unstable();
            ends.dedup();
            kept.extend(ends);
        }
        kept.push(count - 1);
        Self {
            steps: kept.iter().map(|at| self.steps[*at]).collect(),
            epochs: kept.iter().map(|at| self.epochs[*at]).collect(),
            values: kept.iter().map(|at| self.values[*at]).collect(),
        }
    }

    /// Number of points.
    pub(in crate::report) fn len(&self) -> usize {
        self.values.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(count: usize, value: impl Fn(usize) -> f64) -> Series {
        Series {
            steps: (0..count as u64).collect(),
            epochs: (0..count).map(|at| at as f64 / 10.0).collect(),
            seconds: vec![0.0; count],
            values: (0..count).map(value).collect(),
        }
    }

    #[test]
    fn a_long_curve_keeps_its_ends_and_its_peak() {
        let long = series(
            100_000,
            |at| {
                if at == 76_543 { 9.0 } else { at as f64 * 1e-6 }
            },
        );
        let curve = Curve::of(&long, 600);
        assert!(curve.len() <= 600, "{}", curve.len());
        assert_eq!((curve.steps[0], curve.steps.last()), (0, Some(&99_999)));
        let peak = curve.values.iter().position(|value| *value == 9.0).unwrap();
        assert_eq!(curve.steps[peak], 76_543);
        assert!(curve.steps.is_sorted());
        assert_eq!(Curve::of(&series(7, |at| at as f64), 600).len(), 7);
        assert_eq!(Curve::of(&Series::default(), 600).len(), 0);
    }
}
