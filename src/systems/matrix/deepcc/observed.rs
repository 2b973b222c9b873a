//! The observed joint: the data matrix itself as a distribution of rows and columns.

use std::sync::Arc;

use rayon::prelude::*;

use super::config::JointWeighting;
use super::prepared::Prepared;
use super::scaling::{inverse_roots, rescale, sums};
use crate::data::{Cells, Sparse};
use crate::nn::gemm::{View, product};
use crate::nn::sparse::{self, Observed};

/// p(x_i, y_j) = x_ij / Σ of amounts x = s + a bᵀ with sparse s (dense amounts have no baseline).
pub(super) struct ObservedJoint {
    cells: Amounts,
    baseline: Option<[Vec<f64>; 2]>,
    total: f64,
    /// I(X; Y) in bits.
    pub(super) information: f64,
    columns: usize,
}

enum Amounts {
    /// Row by row.
    Dense(Vec<f32>),
    /// s
    Sparse {
        by_row: Arc<Observed>,
        by_column: Sparse,
    },
}

impl ObservedJoint {
    /// Of the matrix, raised to amounts, as it is or scaled to D_r^-1/2 X D_c^-1/2. `None` if it tells nothing: all cells are equal, or
    /// rows and columns are independent.
    pub(super) fn new(prepared: &Prepared, weighting: JointWeighting) -> Option<Self> {
        let mut amounts = prepared.amounts();
        if weighting == JointWeighting::Spectral {
            let [rows, columns] = inverse_roots(&sums(&amounts));
            amounts.cells = rescale(&amounts.cells, |row| rows[row], |column| columns[column]);
            if let Some([a, b]) = &mut amounts.baseline {
                a.iter_mut().zip(&rows).for_each(|(a, factor)| *a *= factor);
                b.iter_mut()
                    .zip(&columns)
                    .for_each(|(b, factor)| *b *= factor);
            }
        }
        let (total, information) = measure(&amounts);
        let columns = amounts.cells.columns();
        let cells = match amounts.cells {
            Cells::Dense(dense) => Amounts::Dense(dense.values().to_vec()),
            Cells::Sparse(sparse) => Amounts::Sparse {
                by_column: sparse.transpose(),
                by_row: Arc::new(Observed::new(Sparse::clone(&sparse))),
            },
        };
        (total > 0.0 && information > 1e-12).then_some(Self {
            cells,
            baseline: amounts.baseline,
            total,
            information,
            columns,
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
        self.normalize(out, right, width, 0)
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
        self.normalize(out, left, width, 1)
    }

    /// Some rows of `P · right`: [rows, width].
    pub(super) fn rows_times(&self, rows: &[u32], right: &[f64], width: usize) -> Vec<f64> {
        self.some_times(rows, right, width, 0, |row, visit| match &self.cells {
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
        self.some_times(columns, left, width, 1, |column, visit| match &self.cells {
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
        side: usize,
        cells: impl Fn(usize, &mut dyn FnMut(usize, f32)) + Sync,
    ) -> Vec<f64> {
        let baseline = self.baseline_times(factor, width, side);
        let mut out = vec![0.0; lines.len() * width];
        out.par_chunks_mut(width)
            .zip(lines)
            .with_min_len(64)
            .for_each(|(out, line)| {
                self.add_baseline(side, *line as usize, &baseline, out);
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

    /// The sum of a factor's rows by the baseline's part on their side: bᵀ · right (side 0) or aᵀ · left (side 1); empty without one.
    fn baseline_times(&self, factor: &[f64], width: usize, side: usize) -> Vec<f64> {
        let Some(baseline) = &self.baseline else {
            return Vec::new();
        };
        let mut sums = vec![0.0; width];
        for (row, weight) in factor.chunks_exact(width).zip(&baseline[1 - side]) {
            for (sum, value) in sums.iter_mut().zip(row) {
                *sum += weight * value;
            }
        }
        sums
    }

    /// Adds the baseline's part of one line.
    fn add_baseline(&self, side: usize, line: usize, sums: &[f64], out: &mut [f64]) {
        if let Some(baseline) = &self.baseline {
            for (out, sum) in out.iter_mut().zip(sums) {
                *out += baseline[side][line] * sum;
            }
        }
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
                self.add_baseline(side, line, &baseline, wide);
                wide.iter_mut().for_each(|value| *value /= self.total);
            });
        wide
    }
}

/// Σ x and I(X; Y) in bits of amounts x = s + a bᵀ. Cells that are not stored need no visit of their own.
fn measure(amounts: &Prepared) -> (f64, f64) {
    let [rows, columns] = sums(amounts);
    let total: f64 = rows.iter().sum();
    if !(total.is_finite() && total > 0.0) {
        return (0.0, 0.0);
    }
    let x_log_x = |x: f64| if x > 0.0 { x * x.log2() } else { 0.0 };
    let part = |sums: &[f64]| sums.iter().copied().map(x_log_x).sum::<f64>();
    // Σ ab log ab over all cells, from which the stored ones are taken out.
    let mut cells = match &amounts.baseline {
        Some([a, b]) => {
            let sum = |values: &[f64]| values.iter().sum::<f64>();
            part(a) * sum(b) + sum(a) * part(b)
        }
        None => 0.0,
    };
    for row in 0..rows.len() {
        for (column, value) in amounts.cells.row(row) {
            let base = match &amounts.baseline {
                Some([a, b]) => a[row] * b[column],
                None => 0.0,
            };
            cells += x_log_x(f64::from(value) + base) - x_log_x(base);
        }
    }
    // I = (Σ x log x − Σ R log R − Σ C log C) / S + log S.
    let bits = (cells - part(&rows) - part(&columns)) / total + total.log2();
    (total, bits)
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

    /// The same table twice, dense and sparse, and its amounts.
    fn pair() -> (Vec<f64>, [Prepared; 2]) {
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
        let of = |cells| Prepared {
            cells,
            baseline: None,
        };
        (
            values.iter().map(|v| f64::from(*v) + 1.0).collect(),
            [
                of(Cells::Dense(Arc::new(dense))),
                of(Cells::Sparse(Arc::new(sparse))),
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

    #[test]
    fn dense_and_sparse_cells_have_the_information_of_the_table() {
        let (amounts, both) = pair();
        for (weighting, table) in [
            (JointWeighting::None, amounts.clone()),
            (JointWeighting::Spectral, spectral_by_hand(&amounts)),
        ] {
            let expected = information(&table, 4).bits;
            for prepared in &both {
                let joint = ObservedJoint::new(prepared, weighting).unwrap();
                assert!((joint.information - expected).abs() < 1e-6);
            }
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
        for prepared in both {
            let joint = ObservedJoint::new(&prepared, JointWeighting::Spectral).unwrap();
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

    #[test]
    fn cells_that_are_all_equal_have_no_joint() {
        let prepared = Prepared {
            cells: Cells::Dense(Arc::new(Dense::new(2, vec![1.0; 4]))),
            baseline: None,
        };
        assert!(ObservedJoint::new(&prepared, JointWeighting::None).is_none());
    }
}
