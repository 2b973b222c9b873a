//! The observed joint: the data matrix itself as a distribution of rows and columns.

use std::f64::consts::LN_2;
use std::sync::Arc;

use rayon::prelude::*;

use crate::data::{Cells, Sparse};
use crate::nn::gemm::{View, product};
use crate::nn::sparse::{self, Observed};
use crate::systems::co_clustering::Joint;

/// p(x_i, y_j) = (x_ij + shift) / Σ, where the shift lifts the smallest cell to 0.
pub(super) struct ObservedJoint {
    cells: Amounts,
    /// Added to every cell, stored or not.
    shift: f64,
    /// Of all cells, the shift included.
    total: f64,
    /// I(X; Y) in bits.
    pub(super) information: f64,
    columns: usize,
}

enum Amounts {
    /// Row by row, the shift included.
    Dense(Vec<f32>),
    /// Without the shift.
    Sparse {
        by_row: Arc<Observed>,
        by_column: Sparse,
    },
}

impl ObservedJoint {
    /// Of finite cells. `None` if they tell nothing: all are equal, or rows and columns are independent.
    pub(super) fn new(cells: &Cells) -> Option<Self> {
        let joint = Joint::new(cells)?;
        let shift = joint.shift();
        let cells = match cells {
            Cells::Dense(dense) => {
                let shifted = dense.values().iter().map(|value| value + shift as f32);
                Amounts::Dense(shifted.collect())
            }
            Cells::Sparse(sparse) => Amounts::Sparse {
                by_row: Arc::new(Observed::new(Sparse::clone(sparse))),
                by_column: sparse.transpose(),
            },
        };
        (joint.information() > 1e-12).then(|| Self {
            cells,
            shift,
            total: joint.total(),
            information: joint.information() / LN_2,
            columns: joint.columns().len(),
        })
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
            Amounts::Sparse { by_row, .. } => sparse::product(by_row, &narrow, width),
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
            Amounts::Sparse { by_row, .. } => sparse::transposed_product(by_row, &narrow, width),
        };
        self.normalise(out, left, width)
    }

    /// Some rows of `P · right`: [rows, width].
    pub(super) fn rows_times(&self, rows: &[u32], right: &[f64], width: usize) -> Vec<f64> {
        self.some_times(rows, right, width, |row, visit| match &self.cells {
            Amounts::Dense(values) => {
                let row = &values[row * self.columns..(row + 1) * self.columns];
                row.iter()
                    .enumerate()
                    .for_each(|(at, value)| visit(at, *value));
            }
            Amounts::Sparse { by_row, .. } => visit_row(by_row.by_row(), row, visit),
        })
    }

    /// Some rows of `Pᵀ · left`: [columns, width].
    pub(super) fn columns_times(&self, columns: &[u32], left: &[f64], width: usize) -> Vec<f64> {
        self.some_times(columns, left, width, |column, visit| match &self.cells {
            Amounts::Dense(values) => {
                let column = values.iter().skip(column).step_by(self.columns);
                column.enumerate().for_each(|(at, value)| visit(at, *value));
            }
            Amounts::Sparse { by_column, .. } => visit_row(by_column, column, visit),
        })
    }

    fn some_times(
        &self,
        lines: &[u32],
        factor: &[f64],
        width: usize,
        cells: impl Fn(usize, &mut dyn FnMut(usize, f32)) + Sync,
    ) -> Vec<f64> {
        let shifted = self.shifted(factor, width);
        let mut out = vec![0.0; lines.len() * width];
        out.par_chunks_mut(width)
            .zip(lines)
            .with_min_len(64)
            .for_each(|(out, line)| {
                out.copy_from_slice(&shifted);
                cells(*line as usize, &mut |at, value| {
                    let value = f64::from(value);
                    for (sum, factor) in out.iter_mut().zip(&factor[at * width..(at + 1) * width]) {
                        *sum += value * factor;
                    }
                });
                out.iter_mut().for_each(|sum| *sum /= self.total);
            });
        out
    }

    /// What the shift of cells that are not stored adds to every product with `factor`, before it is divided by the total.
    fn shifted(&self, factor: &[f64], width: usize) -> Vec<f64> {
        let mut shifted = vec![0.0; width];
        if matches!(self.cells, Amounts::Sparse { .. }) && self.shift > 0.0 {
            for row in factor.chunks_exact(width) {
                for (sum, value) in shifted.iter_mut().zip(row) {
                    *sum += self.shift * value;
                }
            }
        }
        shifted
    }

    /// Adds what the shift of cells that are not stored adds, and divides by the total.
    fn normalise(&self, out: Vec<f32>, factor: &[f64], width: usize) -> Vec<f64> {
        let shifted = self.shifted(factor, width);
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

fn visit_row(cells: &Sparse, row: usize, visit: &mut dyn FnMut(usize, f32)) {
    let (columns, values) = cells.row(row);
    for (column, value) in columns.iter().zip(values) {
        visit(*column as usize, *value);
    }
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
        let triplets = values
            .iter()
            .enumerate()
            .filter(|(_, value)| **value != 0.0);
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
            [
                Cells::Dense(Arc::new(dense)),
                Cells::Sparse(Arc::new(sparse)),
            ],
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
            let some = joint.rows_times(&[0, 2], &right, 2);
            let some_columns = joint.columns_times(&[3, 1], &left, 2);
            for at in 0..2 {
                assert!((some[2 + at] - times[4 + at]).abs() < 1e-7);
                assert!((some_columns[at] - transposed[6 + at]).abs() < 1e-7);
            }
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
