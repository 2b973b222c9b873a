//! Sparse cells over a baseline.

use std::sync::Arc;

use super::scaling::{compact, rescaled};
use crate::data::{Cells, Dense};

/// A sparse matrix of more cells than this is never written out.
pub const DENSE_CELLS: usize = 1 << 24;
/// One of at most this many always is, where it is trained on: so small, it takes neither memory nor time worth sparing.
const SMALL_CELLS: usize = 1 << 20;
/// Between the two it is written out if at least this share of the cells is there: a cell of a dense product takes less time than a stored
/// one, but memory and time of every update follow all of them.
const DENSE_SHARE: f64 = 1.0 / 16.0;

/// True if a matrix with this many cells, of which `there` are not zero, is trained on sparse.
#[must_use]
pub fn trains_sparse(cells: usize, there: usize) -> bool {
    cells > SMALL_CELLS && (there as f64) < DENSE_SHARE * cells as f64
}

/// The cells S + a bᵀ: sparse ones over a baseline of all. Dense ones have no baseline.
#[derive(Debug, Clone)]
pub struct Baselined {
    /// S
    pub cells: Cells,
    /// a, [n], and b, [m].
    pub baseline: Option<[Vec<f64>; 2]>,
}

impl Baselined {
    /// Cells without a baseline.
    #[must_use]
    pub fn of(cells: Cells) -> Self {
        Self {
            cells,
            baseline: None,
        }
    }

    /// In the form that is fastest to train on: sparse if it is large and few of its cells are there, whatever form it was read in.
    #[must_use]
    pub fn fastest(self) -> Self {
        let cells = self.cells.rows() * self.cells.columns();
        let there = match &self.cells {
            Cells::Dense(dense) => dense.values().iter().filter(|v| **v != 0.0).count(),
            Cells::Sparse(sparse) => sparse.len(),
        };
        if trains_sparse(cells, there) {
            return Self {
                cells: compact(&self.cells),
                baseline: self.baseline,
            };
        }
        self.written_out()
    }

    /// In every cell, unless it is sparse and has more than [`DENSE_CELLS`].
    #[must_use]
    pub fn written_out(self) -> Self {
        let (rows, columns) = (self.cells.rows(), self.cells.columns());
        if matches!(self.cells, Cells::Dense(_)) || rows * columns > DENSE_CELLS {
            return self;
        }
        let mut values = vec![0.0; rows * columns];
        for (row, out) in values.chunks_exact_mut(columns).enumerate() {
            if let Some([a, b]) = &self.baseline {
                for (out, b) in out.iter_mut().zip(b) {
                    *out = (a[row] * b) as f32;
                }
            }
            for (column, value) in self.cells.row(row) {
                out[column] += value;
            }
        }
        Self {
            cells: Cells::Dense(Arc::new(Dense::new(columns, values))),
            baseline: None,
        }
    }

    /// The same raised so that the smallest cell is 0, if some are negative.
    #[must_use]
    pub fn raised(&self) -> Self {
        let base = |row: usize, column: usize| match &self.baseline {
            Some([a, b]) => a[row] * b[column],
            None => 0.0,
        };
        let (rows, columns) = (self.cells.rows(), self.cells.columns());
        let mut lowest = 0.0_f64;
        for row in 0..rows {
            for (column, value) in self.cells.row(row) {
                lowest = lowest.min(f64::from(value) + base(row, column));
            }
        }
        if lowest >= 0.0 {
            return self.clone();
        }
        match &self.cells {
            Cells::Dense(dense) => {
                let raised = dense.values().iter().map(|v| v - lowest as f32).collect();
                Self {
                    cells: Cells::Dense(Arc::new(Dense::new(columns, raised))),
                    baseline: None,
                }
            }
            // A baseline is of column means, which are raised to amounts when it is made.
            Cells::Sparse(_) => Self {
                cells: self.cells.clone(),
                baseline: Some([vec![-lowest; rows], vec![1.0; columns]]),
            },
        }
    }

    /// Σ over the rows and over the columns.
    #[must_use]
    pub fn sums(&self) -> [Vec<f64>; 2] {
        let (rows, columns) = (self.cells.rows(), self.cells.columns());
        let mut sums = match &self.baseline {
            Some(baseline) => outer_sums(baseline),
            None => [vec![0.0; rows], vec![0.0; columns]],
        };
        add_cells(&self.cells, &mut sums);
        sums
    }

    /// Every cell times a factor of its row and one of its column.
    #[must_use]
    pub fn rescaled(&self, [rows, columns]: &[Vec<f64>; 2]) -> Self {
        let times = |values: &[f64], factors: &[f64]| -> Vec<f64> {
            values.iter().zip(factors).map(|(v, f)| v * f).collect()
        };
        let baseline = self.baseline.as_ref();
        Self {
            cells: rescaled(&self.cells, |row| rows[row], |column| columns[column]),
            baseline: baseline.map(|[a, b]| [times(a, rows), times(b, columns)]),
        }
    }
}

/// Σ a bᵀ over the rows and over the columns.
pub(super) fn outer_sums([a, b]: &[Vec<f64>; 2]) -> [Vec<f64>; 2] {
    let (all_a, all_b) = (a.iter().sum::<f64>(), b.iter().sum::<f64>());
    let times = |values: &[f64], factor: f64| values.iter().map(|v| v * factor).collect();
    [times(a, all_b), times(b, all_a)]
}

/// Adds the stored cells to the sums of their rows and columns.
pub(super) fn add_cells(cells: &Cells, [rows, columns]: &mut [Vec<f64>; 2]) {
    for (row, sum) in rows.iter_mut().enumerate() {
        for (column, value) in cells.row(row) {
            *sum += f64::from(value);
            columns[column] += f64::from(value);
        }
    }
}

/// D_r^-1/2 and D_c^-1/2 from the sums of rows and columns: 0 where a sum is.
pub(super) fn inverse_roots(sums: &[Vec<f64>; 2]) -> [Vec<f64>; 2] {
    let inverse = |sum: &f64| if *sum > 0.0 { 1.0 / sum.sqrt() } else { 0.0 };
    [0, 1].map(|side: usize| sums[side].iter().map(inverse).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Sparse;

    #[test]
    fn a_baseline_that_lifts_negative_cells_leaves_sparse_cells_sparse() {
        let sparse = Sparse::from_parts(2, vec![0, 1, 2], vec![0, 1], vec![-2.0, 3.0]);
        let negative = Baselined {
            cells: Cells::Sparse(Arc::new(sparse)),
            baseline: None,
        };
        let raised = negative.raised();
        assert_eq!(raised.baseline, Some([vec![2.0; 2], vec![1.0; 2]]));
        let Cells::Dense(dense) = raised.written_out().cells else {
            panic!("a small matrix is written out");
        };
        assert_eq!(dense.values(), [0.0, 2.0, 2.0, 5.0]);
    }

    /// One cell in each of the first `filled` columns of every row.
    fn filled(rows: usize, columns: usize, filled: usize) -> [Cells; 2] {
        let offsets = (0..=rows).map(|row| row * filled).collect();
        let indices = (0..rows).flat_map(|_| 0..filled as u32).collect();
        let values = vec![1.0; rows * filled];
        let sparse = Sparse::from_parts(columns, offsets, indices, values);
        let mut dense = vec![0.0; rows * columns];
        for row in dense.chunks_exact_mut(columns) {
            row[..filled].fill(1.0);
        }
        [
            Cells::Sparse(Arc::new(sparse)),
            Cells::Dense(Arc::new(Dense::new(columns, dense))),
        ]
    }

    #[test]
    fn large_matrices_with_few_cells_are_trained_on_sparse_in_whatever_form_they_came() {
        let is_sparse = |cells: Cells| {
            let fastest = Baselined::of(cells).fastest();
            matches!(fastest.cells, Cells::Sparse(_))
        };
        // 2²¹ cells, of which 1 in 100 and 1 in 10 are there; and a small matrix.
        assert_eq!(filled(2048, 1024, 10).map(is_sparse), [true; 2]);
        assert_eq!(filled(2048, 1024, 102).map(is_sparse), [false; 2]);
        assert_eq!(filled(64, 1024, 1).map(is_sparse), [false; 2]);
    }
}
