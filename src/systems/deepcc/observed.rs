//! The observed joint: the data matrix itself as a distribution of rows and columns.

use std::sync::Arc;

use rayon::prelude::*;

use crate::data::{Cells, Sparse};
use crate::nn::gemm::{View, product};
use crate::nn::sparse::{self, Observed};

/// p(x_i, y_j) = (x_ij + shift) / Σ, where the shift lifts the smallest cell to 0.
pub(super) struct ObservedJoint {
    cells: Amounts,
    /// Added to every cell, stored or not.
    shift: f64,
    /// Of all cells, the shift included.
    total: f64,
    /// I(X; Y) in bits.
    pub(super) information: f64,
    pub(super) rows: usize,
    pub(super) columns: usize,
}

enum Amounts {
    /// Row by row, the shift included.
    Dense(Vec<f32>),
    /// Without the shift.
    Sparse(Arc<Observed>),
}

impl ObservedJoint {
    /// Of finite cells. `None` if all are equal: nothing tells rows or columns apart.
    pub(super) fn new(cells: &Cells) -> Option<Self> {
        let (rows, columns) = (cells.rows(), cells.columns());
        let stored_everywhere = cells.stored() == rows * columns;
        let lowest = match cells {
            Cells::Dense(dense) => lowest(dense.values()),
            Cells::Sparse(sparse) if stored_everywhere => lowest(sparse.values()),
            Cells::Sparse(sparse) => lowest(sparse.values()).min(0.0),
        };
        let shift = f64::from(-lowest.min(0.0));
        let amounts = match cells {
            Cells::Dense(dense) => {
                let shifted = dense.values().iter().map(|value| value + shift as f32);
                Amounts::Dense(shifted.collect())
            }
            Cells::Sparse(sparse) => {
                Amounts::Sparse(Arc::new(Observed::new(Sparse::clone(sparse))))
            }
        };
        let mut joint = Self {
            cells: amounts,
            shift,
            total: 0.0,
            information: 0.0,
            rows,
            columns,
        };
        joint.measure();
        (joint.total > 0.0 && joint.information > 0.0).then_some(joint)
    }

    /// Σ and I(X; Y). Cells that are not stored all hold the shift, so that they need no visit of their own.
    fn measure(&mut self) {
        let (rows, columns) = (self.rows, self.columns);
        let shift = match self.cells {
            Amounts::Dense(_) => 0.0,
            Amounts::Sparse(_) => self.shift,
        };
        let mut row_sums = vec![shift * columns as f64; rows];
        let mut column_sums = vec![shift * rows as f64; columns];
        self.for_each_stored(|row, column, value| {
            row_sums[row] += value;
            column_sums[column] += value;
        });
        let total: f64 = row_sums.iter().sum();
        let log = |value: f64| if value > 0.0 { value.log2() } else { 0.0 };
        let entropy_part = |sums: &[f64]| sums.iter().map(|sum| sum * log(*sum)).sum::<f64>();
        let mut joint_part = 0.0;
        let mut stored = 0_usize;
        self.for_each_stored(|_, _, value| {
            let value = value + shift;
            joint_part += value * log(value);
            stored += 1;
        });
        joint_part += (rows * columns - stored) as f64 * shift * log(shift);
        // I = (Σ s log s − Σ R log R − Σ C log C) / S + log S.
        let parts = joint_part - entropy_part(&row_sums) - entropy_part(&column_sums);
        self.total = total;
        self.information = parts / total + log(total);
    }

    fn for_each_stored(&self, mut visit: impl FnMut(usize, usize, f64)) {
        match &self.cells {
            Amounts::Dense(values) => {
                for (row, cells) in values.chunks_exact(self.columns).enumerate() {
                    for (column, value) in cells.iter().enumerate() {
                        visit(row, column, f64::from(*value));
                    }
                }
            }
            Amounts::Sparse(observed) => {
                let sparse = observed.by_row();
                for row in 0..sparse.rows() {
                    let (columns, values) = sparse.row(row);
                    for (column, value) in columns.iter().zip(values) {
                        visit(row, *column as usize, f64::from(*value));
                    }
                }
            }
        }
    }

    /// `P · right`: each row's share of every column cluster.
    ///
    /// right: [columns, width] → [rows, width].
    pub(super) fn times(&self, right: &[f64], width: usize) -> Vec<f64> {
        let narrow = narrow(right);
        let out = match &self.cells {
            Amounts::Dense(values) => {
                product(View::new(values, self.columns), View::new(&narrow, width))
            }
            Amounts::Sparse(observed) => sparse::product(observed, &narrow, width),
        };
        self.normalise(out, right, width)
    }

    /// `Pᵀ · left`.
    ///
    /// left: [rows, width] → [columns, width].
    pub(super) fn transposed_times(&self, left: &[f64], width: usize) -> Vec<f64> {
        let narrow = narrow(left);
        let out = match &self.cells {
            Amounts::Dense(values) => product(
                View::new(values, self.columns).transposed(),
                View::new(&narrow, width),
            ),
            Amounts::Sparse(observed) => sparse::transposed_product(observed, &narrow, width),
        };
        self.normalise(out, left, width)
    }

    /// Adds what the shift of cells that are not stored adds, and divides by the total.
    fn normalise(&self, out: Vec<f32>, factor: &[f64], width: usize) -> Vec<f64> {
        let mut shifted = vec![0.0; width];
        if matches!(self.cells, Amounts::Sparse(_)) && self.shift > 0.0 {
            for row in factor.chunks_exact(width) {
                for (sum, value) in shifted.iter_mut().zip(row) {
                    *sum += self.shift * value;
                }
            }
        }
        let mut wide = vec![0.0; out.len()];
        wide.par_chunks_mut(width)
            .zip(out.par_chunks(width))
            .with_min_len(1024)
            .for_each(|(wide, out)| {
                for ((wide, out), shifted) in wide.iter_mut().zip(out).zip(&shifted) {
                    *wide = (f64::from(*out) + shifted) / self.total;
                }
            });
        wide
    }
}

fn lowest(values: &[f32]) -> f32 {
    values.iter().copied().fold(f32::INFINITY, f32::min)
}

fn narrow(values: &[f64]) -> Vec<f32> {
    values.par_iter().map(|value| *value as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::super::information::information;
    use super::*;
    use crate::data::Dense;

    fn pair() -> (Vec<f32>, [Cells; 2]) {
        let values = vec![0.0, 2.0, -1.0, 0.0, 0.0, 3.0, 1.0, 0.0, 0.5, 0.0, 0.0, 4.0];
        let triplets = values.iter().enumerate().filter(|(_, value)| **value != 0.0);
        let (mut offsets, mut columns, mut stored) = (vec![0; 4], Vec::new(), Vec::new());
        for (at, value) in triplets {
            offsets[at / 4 + 1] += 1;
            columns.push((at % 4) as u32);
            stored.push(*value);
        }
        for row in 0..3 {
            offsets[row + 1] += offsets[row];
        }
        let sparse = Sparse::from_parts(4, offsets, columns, stored);
        let dense = Dense::new(4, values.clone());
        (
            values,
            [Cells::Dense(Arc::new(dense)), Cells::Sparse(Arc::new(sparse))],
        )
    }

    #[test]
    fn dense_and_sparse_cells_have_the_information_of_the_shifted_table() {
        let (values, both) = pair();
        let shifted: Vec<f64> = values.iter().map(|value| f64::from(*value) + 1.0).collect();
        let expected = information(&shifted, 4).bits;
        for cells in both {
            let joint = ObservedJoint::new(&cells).unwrap();
            assert!((joint.information - expected).abs() < 1e-9);
        }
    }

    #[test]
    fn products_are_those_of_the_normalised_table() {
        let (values, both) = pair();
        let total: f64 = values.iter().map(|value| f64::from(*value) + 1.0).sum();
        let cell = |row: usize, column: usize| (f64::from(values[row * 4 + column]) + 1.0) / total;
        let right = [0.1, 0.9, 0.4, 0.6, 0.7, 0.3, 1.0, 0.0];
        let left = [0.2, 0.8, 0.5, 0.5, 0.9, 0.1];
        for cells in both {
            let joint = ObservedJoint::new(&cells).unwrap();
            let (times, transposed) = (joint.times(&right, 2), joint.transposed_times(&left, 2));
            for at in 0..2 {
                for row in 0..3 {
                    let by_hand: f64 = (0..4).map(|c| cell(row, c) * right[c * 2 + at]).sum();
                    assert!((times[row * 2 + at] - by_hand).abs() < 1e-7);
                }
                for column in 0..4 {
                    let by_hand: f64 = (0..3).map(|r| cell(r, column) * left[r * 2 + at]).sum();
                    assert!((transposed[column * 2 + at] - by_hand).abs() < 1e-7);
                }
            }
        }
    }

    #[test]
    fn cells_that_are_all_equal_have_no_joint() {
        let cells = Cells::Dense(Arc::new(Dense::new(2, vec![1.0; 4])));
        assert!(ObservedJoint::new(&cells).is_none());
    }
}
