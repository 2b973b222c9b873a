//! What the network sees at the training cells.

use super::search::Residual;
use crate::data::Sparse;

/// Counted as so many ratings more in every row, so that the factor of a row with one rating is not a hundred times the others'.
const DAMPING: f32 = 10.0;

/// How what the network is to say becomes what it sees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Seen {
    /// Added to each value.
    shift: f32,
    /// The number of ratings of the row that a rating lies in, on average, where the inputs of all rows are to weigh alike: Σ n² / Σ n.
    usual: Option<f32>,
}

impl Seen {
    /// For the training cells of all rows.
    pub(super) fn new(train: &Sparse, residual: Option<Residual>) -> Self {
        let usual = || {
            let squares = |row: usize| (train.row(row).0.len() as f64).powi(2);
            let sum: f64 = (0..train.rows()).map(squares).sum();
            (sum / train.len().max(1) as f64) as f32
        };
        Self {
            shift: residual.map_or(0.0, |residual| residual.shift),
            usual: match residual {
                Some(Residual {
                    leaves_out: true, ..
                }) => Some(usual()),
                _ => None,
            },
        }
    }

    /// True if the network sees what it is to say.
    pub(super) fn are_targets(&self) -> bool {
        self.shift == 0.0 && self.usual.is_none()
    }

    /// What it sees in a row of `count` ratings.
    ///
    /// V·r is a sum over the ratings of a row: without the factor it grows with their number and tells that above all.
    pub(super) fn input(&self, value: f32, count: usize) -> f32 {
        let factor = self
            .usual
            .map_or(1.0, |usual| (usual + DAMPING) / (count as f32 + DAMPING));
        factor * (value + self.shift)
    }

    /// The inputs at all training cells.
    pub(super) fn inputs(&self, train: &Sparse) -> Sparse {
        let mut inputs = Vec::with_capacity(train.len());
        for row in 0..train.rows() {
            let (_, values) = train.row(row);
            inputs.extend(values.iter().map(|value| self.input(*value, values.len())));
        }
        train.with_values(inputs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_are_shifted_and_weighed_by_the_ratings_of_the_row() {
        let train =
            Sparse::from_parts(3, vec![0, 3, 4], vec![0, 1, 2, 1], vec![1.0, 2.0, 3.0, 5.0]);
        let of = |residual| Seen::new(&train, residual);
        assert!(of(None).are_targets());
        let mut residual = Residual {
            share: 1.0,
            shift: 4.0,
            leaves_out: false,
        };
        let inputs = of(Some(residual)).inputs(&train);
        assert_eq!(inputs.values(), [5.0, 6.0, 7.0, 9.0]);
        // (3² + 1²) / 4 = 2.5: 12.5 / 13 and 12.5 / 11.
        (residual.shift, residual.leaves_out) = (0.0, true);
        let inputs = of(Some(residual)).inputs(&train);
        let expected = [12.5 / 13.0, 25.0 / 13.0, 37.5 / 13.0, 62.5 / 11.0];
        for (input, expected) in inputs.values().iter().zip(expected) {
            assert!((input - expected).abs() < 1e-6, "{input} and {expected}");
        }
    }
}
