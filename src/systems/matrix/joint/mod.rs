//! The observed joint distribution of rows and columns: what a matrix says of them as a distribution, and the mutual information in it.

mod blocks;
mod products;

use std::sync::{Arc, OnceLock};

pub use blocks::{Blocks, cluster_sizes};

use super::baselined::{Baselined, add_cells, outer_sums};
use super::compact;
use crate::data::Cells;
use crate::nn::sparse::Observed;

/// p(x_i, y_j) = x_ij / Σ x of amounts x: cells over a baseline, such as what is added to all to make negative ones 0. A sparse matrix stays
/// sparse, also with a baseline.
#[derive(Debug, Clone)]
pub struct Joint {
    cells: Cells,
    baseline: Baseline,
    total: f64,
    rows: Vec<f64>,
    columns: Vec<f64>,
    information: f64,
    bits: OnceLock<f64>,
    /// The cells for products, if they are sparse; made when first asked for.
    observed: OnceLock<Arc<Observed>>,
}

/// The value added to the cells.
#[derive(Debug, Clone)]
enum Baseline {
    /// The same everywhere.
    Uniform(f64),
    /// a bᵀ
    Outer([Vec<f64>; 2]),
}

impl Joint {
    /// The joint of complete cells X, each raised by s = max(0, −min X). `None` if nothing is left to divide by: no cell, or all of them equal to
    /// a number not above zero.
    #[must_use]
    pub fn new(cells: &Cells) -> Option<Self> {
        let cells = compact(cells);
        let lowest = (0..cells.rows())
            .flat_map(|row| cells.row(row))
            .fold(0.0_f32, |lowest, (_, value)| lowest.min(value));
        Self::with_baseline(cells, Baseline::Uniform(-f64::from(lowest)))
    }

    /// The joint of amounts, none of which is negative. `None` as of [`Self::new`].
    #[must_use]
    pub fn of_amounts(amounts: Baselined) -> Option<Self> {
        let baseline = match amounts.baseline {
            Some(baseline) => Baseline::Outer(baseline),
            None => Baseline::Uniform(0.0),
        };
        Self::with_baseline(amounts.cells, baseline)
    }

    fn with_baseline(cells: Cells, baseline: Baseline) -> Option<Self> {
        let sums = sums(&cells, &baseline);
        let total: f64 = sums[0].iter().sum();
        if !(total.is_finite() && total > 0.0) {
            return None;
        }
        let information = information(&cells, &baseline, &sums, total, f64::ln).max(0.0);
        let [rows, columns] = sums.map(|mut sums| {
            sums.iter_mut().for_each(|sum| *sum /= total);
            sums
        });
        Some(Self {
            cells,
            baseline,
            total,
            rows,
            columns,
            information,
            bits: OnceLock::new(),
            observed: OnceLock::new(),
        })
    }

    /// The cells it was made of, without the baseline; of [`Self::new`] sparse if most are zero.
    #[must_use]
    pub fn cells(&self) -> &Cells {
        &self.cells
    }

    /// Σ x: what an amount is divided by to become a share.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.total
    }

    /// p(x_i), which sum to 1.
    #[must_use]
    pub fn rows(&self) -> &[f64] {
        &self.rows
    }

    /// p(y_j), which sum to 1.
    #[must_use]
    pub fn columns(&self) -> &[f64] {
        &self.columns
    }

    /// I(X; Y) in nats.
    #[must_use]
    pub fn information(&self) -> f64 {
        self.information
    }

    /// I(X; Y) in bits.
    #[must_use]
    pub fn bits(&self) -> f64 {
        *self.bits.get_or_init(|| {
            let sums = sums(&self.cells, &self.baseline);
            information(&self.cells, &self.baseline, &sums, self.total, f64::log2)
        })
    }

    /// The baseline as u vᵀ: u of the lines of a side (0: rows, 1: columns), and v of the others; `None` without one.
    pub(super) fn baseline(&self, side: usize) -> Option<[Vec<f64>; 2]> {
        let lines = [self.rows.len(), self.columns.len()];
        match &self.baseline {
            Baseline::Uniform(0.0) => None,
            Baseline::Uniform(shift) => {
                Some([vec![1.0; lines[side]], vec![*shift; lines[1 - side]]])
            }
            Baseline::Outer(both) => Some([both[side].clone(), both[1 - side].clone()]),
        }
    }
}

/// Σ x over the rows and over the columns.
fn sums(cells: &Cells, baseline: &Baseline) -> [Vec<f64>; 2] {
    let (rows, columns) = (cells.rows(), cells.columns());
    let mut sums = match baseline {
        Baseline::Uniform(shift) => [
            vec![shift * columns as f64; rows],
            vec![shift * rows as f64; columns],
        ],
        Baseline::Outer(both) => outer_sums(both),
    };
    add_cells(cells, &mut sums);
    sums
}

/// I(X; Y) in the unit of the logarithm. Cells that are not stored need no visit of their own.
///
/// With S the sum of all, R and C the sums of a row and a column: I = (Σ x log x − Σ R log R − Σ C log C) / S + log S.
fn information(
    cells: &Cells,
    baseline: &Baseline,
    [rows, columns]: &[Vec<f64>; 2],
    total: f64,
    log: fn(f64) -> f64,
) -> f64 {
    let x_log_x = |x: f64| if x > 0.0 { x * log(x) } else { 0.0 };
    let part = |sums: &[f64]| sums.iter().copied().map(x_log_x).sum::<f64>();
    let mut terms = match baseline {
        Baseline::Uniform(shift) => {
            let all = cells.rows() as f64 * cells.columns() as f64;
            (all - cells.stored() as f64) * x_log_x(*shift)
        }
        // Σ ab log ab over all cells, from which the stored ones are taken out.
        Baseline::Outer([a, b]) => {
            let sum = |values: &[f64]| values.iter().sum::<f64>();
            part(a) * sum(b) + sum(a) * part(b)
        }
    };
    for row in 0..rows.len() {
        for (column, value) in cells.row(row) {
            let value = f64::from(value);
            terms += match baseline {
                Baseline::Uniform(shift) => x_log_x(value + shift),
                Baseline::Outer([a, b]) => {
                    let base = a[row] * b[column];
                    x_log_x(value + base) - x_log_x(base)
                }
            };
        }
    }
    (terms - part(rows) - part(columns)) / total + log(total)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Dense, Sparse};

    pub(super) fn dense(columns: usize, values: &[f32]) -> Cells {
        Cells::Dense(Arc::new(Dense::new(columns, values.to_vec())))
    }

    /// KL(p ‖ p_r p_c), cell by cell.
    pub(super) fn by_hand(columns: usize, values: &[f64]) -> f64 {
        let total: f64 = values.iter().sum();
        let row = |at: usize| -> f64 {
            let row = at / columns * columns;
            values[row..row + columns].iter().sum::<f64>() / total
        };
        let column = |at: usize| -> f64 {
            values
                .iter()
                .skip(at % columns)
                .step_by(columns)
                .sum::<f64>()
                / total
        };
        let cells = values.iter().enumerate().filter(|(_, value)| **value > 0.0);
        let terms = cells.map(|(at, value)| {
            let p = value / total;
            p * (p / (row(at) * column(at))).ln()
        });
        terms.sum()
    }

    #[test]
    fn mutual_information_is_the_divergence_from_independence() {
        let values = [4., 0., 1., 2., 3., 0., 0., 1., 5.];
        let joint = Joint::new(&dense(3, &values)).expect("not empty");
        let expected = by_hand(3, &values.map(f64::from));
        assert!((joint.information() - expected).abs() < 1e-12);
        assert!((joint.rows()[0] - 5.0 / 16.0).abs() < 1e-12);
        assert!((joint.columns()[2] - 6.0 / 16.0).abs() < 1e-12);
    }

    #[test]
    fn bits_are_nats_over_the_logarithm_of_two_whatever_the_baseline() {
        let sparse = Sparse::from_parts(3, vec![0, 2, 3], vec![1, 2, 2], vec![1., 2., 3.]);
        let cells = Cells::Sparse(Arc::new(sparse));
        let baseline = Some([vec![1.0, 0.5], vec![2.0, 1.0, 0.0]]);
        let amounts = Baselined { cells, baseline };
        let joint = Joint::of_amounts(amounts).expect("not empty");
        let expected = by_hand(3, &[2.0, 2.0, 2.0, 1.0, 0.5, 3.0]);
        assert!((joint.information() - expected).abs() < 1e-12);
        assert!((joint.bits() * std::f64::consts::LN_2 - expected).abs() < 1e-12);
    }

    #[test]
    fn a_matrix_without_mass_has_no_distribution() {
        assert!(Joint::new(&dense(2, &[0.0; 4])).is_none());
        assert!(Joint::new(&dense(2, &[-1.0; 4])).is_none());
        assert!(Joint::new(&Cells::default()).is_none());
    }
}
