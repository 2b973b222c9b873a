//! Products with the joint as a matrix P of shares, which is never written out.

use std::sync::Arc;

use rayon::prelude::*;

use super::Joint;
use crate::data::{Cells, Sparse};
use crate::nn::gemm::{View, product};
use crate::nn::sparse::{self, Observed};

impl Joint {
    /// `P · right`: each row's share of every column cluster.
    ///
    /// right: [columns, width] → [rows, width].
    #[must_use]
    pub fn times(&self, right: &[f64], width: usize) -> Vec<f64> {
        let narrow = narrow(right);
        let out = match &self.cells {
            Cells::Dense(dense) => product(
                View::new(dense.values(), dense.columns()),
                View::new(&narrow, width),
            ),
            Cells::Sparse(cells) => sparse::product(self.observed(cells), &narrow, width),
        };
        self.normalize(out, right, width, 0)
    }

    /// `Pᵀ · left`.
    ///
    /// left: [rows, width] → [columns, width].
    #[must_use]
    pub fn transposed_times(&self, left: &[f64], width: usize) -> Vec<f64> {
        let narrow = narrow(left);
        let out = match &self.cells {
            Cells::Dense(dense) => product(
                View::new(dense.values(), dense.columns()).transposed(),
                View::new(&narrow, width),
            ),
            Cells::Sparse(cells) => {
                sparse::transposed_product(self.observed(cells), &narrow, width)
            }
        };
        self.normalize(out, left, width, 1)
    }

    /// Some rows of `P · right`: [rows, width].
    #[must_use]
    pub fn rows_times(&self, rows: &[u32], right: &[f64], width: usize) -> Vec<f64> {
        self.some_times(rows, right, width, 0, |row, visit| match &self.cells {
            Cells::Dense(dense) => {
                let values = dense.row(row).iter().enumerate();
                values.for_each(|(at, value)| visit(at, *value));
            }
            Cells::Sparse(cells) => visit_stored(cells.row(row), visit),
        })
    }

    /// Some rows of `Pᵀ · left`: [columns, width].
    #[must_use]
    pub fn columns_times(&self, columns: &[u32], left: &[f64], width: usize) -> Vec<f64> {
        self.some_times(columns, left, width, 1, |column, visit| match &self.cells {
            Cells::Dense(dense) => {
                let column = dense.values().iter().skip(column).step_by(dense.columns());
                column.enumerate().for_each(|(at, value)| visit(at, *value));
            }
            Cells::Sparse(cells) => visit_stored(self.observed(cells).column(column), visit),
        })
    }

    fn some_times(
        &self,
        lines: &[u32],
        factor: &[f64],
        width: usize,
        side: usize,
        cells: impl Fn(usize, &mut dyn FnMut(usize, f32)) + Sync,
    ) -> Vec<f64> {
        let baseline = self.baseline_times(factor, width, side);
        let mut out = vec![0.0; lines.len() * width];
        out.par_chunks_mut(width)
            .zip(lines)
            .with_min_len(64)
            .for_each(|(out, line)| {
                add_baseline(baseline.as_ref(), *line as usize, out);
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

    /// The baseline's part in a product with a factor, as u vᵀ: u of the lines of a side, and the factor's rows summed by v of the others;
    /// `None` without a baseline.
    fn baseline_times(&self, factor: &[f64], width: usize, side: usize) -> Option<[Vec<f64>; 2]> {
        let [lines, others] = self.baseline(side)?;
        let mut sums = vec![0.0; width];
        for (row, weight) in factor.chunks_exact(width).zip(&others) {
            for (sum, value) in sums.iter_mut().zip(row) {
                *sum += weight * value;
            }
        }
        Some([lines, sums])
    }

    /// The stored cells, for the kernels.
    fn observed(&self, cells: &Arc<Sparse>) -> &Arc<Observed> {
        self.observed
            .get_or_init(|| Arc::new(Observed::new(Sparse::clone(cells))))
    }

    /// Adds what the baseline adds, and divides by the total.
    fn normalize(&self, out: Vec<f32>, factor: &[f64], width: usize, side: usize) -> Vec<f64> {
        let baseline = self.baseline_times(factor, width, side);
        let mut wide = vec![0.0; out.len()];
        wide.par_chunks_mut(width)
            .zip(out.par_chunks(width))
            .enumerate()
            .with_min_len(1024)
            .for_each(|(line, (wide, out))| {
                for (wide, out) in wide.iter_mut().zip(out) {
                    *wide = f64::from(*out);
                }
                add_baseline(baseline.as_ref(), line, wide);
                wide.iter_mut().for_each(|value| *value /= self.total);
            });
        wide
    }
}

/// Adds the baseline's part of one line.
fn add_baseline(baseline: Option<&[Vec<f64>; 2]>, line: usize, out: &mut [f64]) {
    if let Some([lines, sums]) = baseline {
        for (out, sum) in out.iter_mut().zip(sums) {
            *out += lines[line] * sum;
        }
    }
}

fn visit_stored((places, values): (&[u32], &[f32]), visit: &mut dyn FnMut(usize, f32)) {
    for (place, value) in places.iter().zip(values) {
        visit(*place as usize, *value);
    }
}

fn narrow(values: &[f64]) -> Vec<f32> {
    values.par_iter().map(|value| *value as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Dense;
    use crate::systems::matrix::baselined::{Baselined, inverse_roots};
    use crate::systems::matrix::joint::tests::by_hand;

    /// The same table twice, dense and sparse, and its amounts.
    fn pair() -> (Vec<f64>, [Baselined; 2]) {
        let values = [
            0.0_f32, 2.0, -1.0, 0.0, 0.0, 3.0, 1.0, 0.0, 0.5, 0.0, 0.0, 4.0,
        ];
        let stored = values
            .iter()
            .enumerate()
            .filter(|(_, value)| **value != 0.0);
        let (mut offsets, mut columns, mut stored_values) = (vec![0; 4], Vec::new(), Vec::new());
        for (at, value) in stored {
            offsets[at / 4 + 1] += 1;
            columns.push((at % 4) as u32);
            stored_values.push(*value);
        }
        for row in 0..3 {
            offsets[row + 1] += offsets[row];
        }
        let sparse = Sparse::from_parts(4, offsets, columns, stored_values);
        let dense = Dense::new(4, values.to_vec());
        (
            values.iter().map(|v| f64::from(*v) + 1.0).collect(),
            [
                Baselined::of(Cells::Dense(Arc::new(dense))),
                Baselined::of(Cells::Sparse(Arc::new(sparse))),
            ],
        )
    }

    /// D_r^-1/2 X D_c^-1/2 of a table of 3 × 4.
    fn spectral_by_hand(amounts: &[f64]) -> Vec<f64> {
        let row = |at: usize| amounts[at / 4 * 4..at / 4 * 4 + 4].iter().sum::<f64>();
        let column = |at: usize| amounts.iter().skip(at % 4).step_by(4).sum::<f64>();
        (0..12)
            .map(|at| amounts[at] / (row(at) * column(at)).sqrt())
            .collect()
    }

    fn spectral(amounts: &Baselined) -> Joint {
        let roots = inverse_roots(&amounts.sums());
        Joint::of_amounts(amounts.rescaled(&roots)).unwrap()
    }

    #[test]
    fn dense_and_sparse_cells_have_the_information_of_the_table() {
        let (amounts, both) = pair();
        for raised in both.iter().map(Baselined::raised) {
            let expected = by_hand(4, &spectral_by_hand(&amounts)) / std::f64::consts::LN_2;
            assert!((spectral(&raised).bits() - expected).abs() < 1e-6);
            let joint = Joint::of_amounts(raised).unwrap();
            let expected = by_hand(4, &amounts) / std::f64::consts::LN_2;
            assert!((joint.bits() - expected).abs() < 1e-6);
        }
    }

    #[test]
    fn products_are_those_of_the_normalized_table() {
        let (amounts, both) = pair();
        let table = spectral_by_hand(&amounts);
        let total: f64 = table.iter().sum();
        let cell = |row: usize, column: usize| table[row * 4 + column] / total;
        let right = [0.1, 0.9, 0.4, 0.6, 0.7, 0.3, 1.0, 0.0];
        let left = [0.2, 0.8, 0.5, 0.5, 0.9, 0.1];
        for raised in both.iter().map(Baselined::raised) {
            let joint = spectral(&raised);
            let (times, transposed) = (joint.times(&right, 2), joint.transposed_times(&left, 2));
            let some = joint.rows_times(&[0, 2], &right, 2);
            let some_columns = joint.columns_times(&[3, 1], &left, 2);
            for at in 0..2 {
                assert!((some[2 + at] - times[4 + at]).abs() < 1e-7);
                assert!((some_columns[at] - transposed[6 + at]).abs() < 1e-7);
                for row in 0..3 {
                    let by_hand: f64 = (0..4).map(|c| cell(row, c) * right[c * 2 + at]).sum();
                    assert!((times[row * 2 + at] - by_hand).abs() < 1e-6);
                }
                for column in 0..4 {
                    let by_hand: f64 = (0..3).map(|r| cell(r, column) * left[r * 2 + at]).sum();
                    assert!((transposed[column * 2 + at] - by_hand).abs() < 1e-6);
                }
            }
        }
    }
}
