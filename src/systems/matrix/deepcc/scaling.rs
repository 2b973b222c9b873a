//! The cells as the autoencoders see them.
//!
//! Every scaling is a sparse (or dense) matrix minus a product of two thin ones, X = S − U Vᵀ: what is subtracted never has to be
//! written into the cells that are not stored.

use std::sync::Arc;

use super::config::{DeepCcConfig, Scaling};
use super::prepared::Prepared;
use crate::data::{Cells, Dense, Sparse};

/// One side's input: X = S − U Vᵀ, [n, inputs].
#[derive(Debug, Clone)]
pub(super) struct Scaled {
    /// S
    pub(super) cells: Cells,
    /// U, [n, rank]
    pub(super) left: Vec<f32>,
    /// V, [inputs, rank]
    pub(super) right: Vec<f32>,
    pub(super) rank: usize,
}

/// The inputs of both sides from the cells to cluster: rows as they are, columns as rows.
pub(super) fn scale(prepared: &Prepared, config: &DeepCcConfig) -> [Scaled; 2] {
    let mut sides = match config.scaling {
        Scaling::None => both_ways(with_baseline(prepared.cells.clone(), prepared)),
        // A baseline is of column means, which vanish with the means of the columns.
        Scaling::Zscore => [
            standardize(&prepared.cells),
            standardize(&transpose(&prepared.cells)),
        ],
        Scaling::Tfidf => both_ways(with_baseline(weigh_terms(&prepared.cells), prepared)),
        Scaling::Spectral => both_ways(spectral(&prepared.amounts(), config.center)),
    };
    for side in &mut sides {
        if config.center && matches!(config.scaling, Scaling::None | Scaling::Tfidf) {
            side.subtract_means();
        }
        if config.unit_length {
            side.scale_to_unit_length();
        }
        side.write_out_if_dense();
    }
    sides
}

/// The residuals of a χ² test of independence, rows (and columns) of length 1.
pub(super) fn residuals(prepared: &Prepared) -> [Scaled; 2] {
    let mut sides = both_ways(spectral(&prepared.amounts(), true));
    for side in &mut sides {
        side.scale_to_unit_length();
        side.write_out_if_dense();
    }
    sides
}

fn both_ways(rows: Scaled) -> [Scaled; 2] {
    let columns = Scaled {
        cells: transpose(&rows.cells),
        left: rows.right.clone(),
        right: rows.left.clone(),
        rank: rows.rank,
    };
    [rows, columns]
}

fn with_baseline(cells: Cells, prepared: &Prepared) -> Scaled {
    let mut scaled = plain(cells);
    if let Some([a, b]) = &prepared.baseline {
        scaled.subtract(a.iter().map(|a| -a).collect(), b.clone());
    }
    scaled
}

fn plain(cells: Cells) -> Scaled {
    Scaled {
        cells,
        left: Vec::new(),
        right: Vec::new(),
        rank: 0,
    }
}

/// Each column to mean 0 and standard deviation 1; a constant one to 0.
fn standardize(cells: &Cells) -> Scaled {
    let (means, deviations) = moments(cells);
    let inverse: Vec<f64> = deviations
        .iter()
        .map(|deviation| {
            if *deviation > 1e-12 {
                1.0 / deviation
            } else {
                0.0
            }
        })
        .collect();
    Scaled {
        cells: rescale(cells, |_| 1.0, |column| inverse[column]),
        left: vec![1.0; cells.rows()],
        right: means
            .iter()
            .zip(&inverse)
            .map(|(mean, inverse)| (mean * inverse) as f32)
            .collect(),
        rank: 1,
    }
}

fn weigh_terms(cells: &Cells) -> Cells {
    let mut documents = vec![0_usize; cells.columns()];
    for row in 0..cells.rows() {
        for (column, value) in cells.row(row) {
            documents[column] += usize::from(value != 0.0);
        }
    }
    let total = cells.rows() as f64;
    let weights: Vec<f64> = documents
        .iter()
        .map(|count| (total / (*count).max(1) as f64).ln())
        .collect();
    rescale(cells, |_| 1.0, |column| weights[column])
}

/// Σ over the rows and over the columns of amounts.
pub(super) fn sums(amounts: &Prepared) -> [Vec<f64>; 2] {
    let cells = &amounts.cells;
    let mut rows = vec![0.0; cells.rows()];
    let mut columns = vec![0.0; cells.columns()];
    if let Some([a, b]) = &amounts.baseline {
        let (all_a, all_b) = (a.iter().sum::<f64>(), b.iter().sum::<f64>());
        rows.iter_mut().zip(a).for_each(|(sum, a)| *sum = a * all_b);
        columns
            .iter_mut()
            .zip(b)
            .for_each(|(sum, b)| *sum = b * all_a);
    }
    for (row, row_sum) in rows.iter_mut().enumerate() {
        for (column, value) in cells.row(row) {
            *row_sum += f64::from(value);
            columns[column] += f64::from(value);
        }
    }
    [rows, columns]
}

/// D_r^-1/2 and D_c^-1/2 from the sums of rows and columns: 0 where a sum is.
pub(super) fn inverse_roots(sums: &[Vec<f64>; 2]) -> [Vec<f64>; 2] {
    let inverse = |sum: &f64| if *sum > 0.0 { 1.0 / sum.sqrt() } else { 0.0 };
    [0, 1].map(|side: usize| sums[side].iter().map(inverse).collect())
}

/// D_r^-1/2 X D_c^-1/2 of amounts, minus √r √cᵀ if it is to be centered.
fn spectral(amounts: &Prepared, center: bool) -> Scaled {
    let sums = sums(amounts);
    let total: f64 = sums[0].iter().sum();
    let [rows, columns] = inverse_roots(&sums);
    let mut scaled = plain(rescale(
        &amounts.cells,
        |row| rows[row],
        |column| columns[column],
    ));
    if center {
        let root = |sum: &f64| (sum / total).sqrt();
        scaled.subtract(
            sums[0].iter().map(root).collect(),
            sums[1].iter().map(root).collect(),
        );
    }
    if let Some([a, b]) = &amounts.baseline {
        let times = |(a, factor): (&f64, &f64)| a * factor;
        scaled.subtract(
            a.iter().zip(&rows).map(times).map(|a| -a).collect(),
            b.iter().zip(&columns).map(times).collect(),
        );
    }
    scaled
}

impl Scaled {
    pub(super) fn rows(&self) -> usize {
        self.cells.rows()
    }

    pub(super) fn inputs(&self) -> usize {
        self.cells.columns()
    }

    /// One row of U and of V.
    fn left_row(&self, row: usize) -> &[f32] {
        &self.left[row * self.rank..(row + 1) * self.rank]
    }

    fn right_row(&self, column: usize) -> &[f32] {
        &self.right[column * self.rank..(column + 1) * self.rank]
    }

    /// Subtracts u vᵀ.
    fn subtract(&mut self, u: Vec<f64>, v: Vec<f64>) {
        let widen = |old: &[f32], new: Vec<f64>, rank: usize| -> Vec<f32> {
            let mut out = Vec::with_capacity(new.len() * (rank + 1));
            for (row, value) in new.into_iter().enumerate() {
                out.extend_from_slice(&old[row * rank..(row + 1) * rank]);
                out.push(value as f32);
            }
            out
        };
        self.left = widen(&self.left, u, self.rank);
        self.right = widen(&self.right, v, self.rank);
        self.rank += 1;
    }

    /// Subtracts the mean of each input.
    fn subtract_means(&mut self) {
        let rows = self.rows() as f64;
        let mut means = vec![0.0; self.inputs()];
        for row in 0..self.rows() {
            for (column, value) in self.cells.row(row) {
                means[column] += f64::from(value) / rows;
            }
        }
        self.subtract(vec![1.0; self.rows()], means);
    }

    /// Divides each row by its length; rows of zeros stay.
    fn scale_to_unit_length(&mut self) {
        let factors: Vec<f64> = self
            .squared_lengths()
            .into_iter()
            .map(|square| {
                if square > 1e-18 {
                    1.0 / square.sqrt()
                } else {
                    0.0
                }
            })
            .collect();
        self.cells = rescale(&self.cells, |row| factors[row], |_| 1.0);
        for (row, factor) in factors.iter().enumerate() {
            for value in &mut self.left[row * self.rank..(row + 1) * self.rank] {
                *value = (f64::from(*value) * factor) as f32;
            }
        }
    }

    /// ‖x‖² of each row: ‖s‖² − 2 u·(Vᵀ s) + u·(VᵀV) u.
    pub(super) fn squared_lengths(&self) -> Vec<f64> {
        let rank = self.rank;
        let mut gram = vec![0.0; rank * rank];
        for column in 0..self.inputs() {
            let right = self.right_row(column);
            for (at, sum) in gram.iter_mut().enumerate() {
                *sum += f64::from(right[at / rank]) * f64::from(right[at % rank]);
            }
        }
        (0..self.rows())
            .map(|row| {
                let left = self.left_row(row);
                let mut square = 0.0;
                for (column, value) in self.cells.row(row) {
                    let subtracted: f64 = left
                        .iter()
                        .zip(self.right_row(column))
                        .map(|(u, v)| f64::from(*u) * f64::from(*v))
                        .sum();
                    let value = f64::from(value);
                    square += value * value - 2.0 * value * subtracted;
                }
                for (at, value) in gram.iter().enumerate() {
                    square += f64::from(left[at / rank]) * value * f64::from(left[at % rank]);
                }
                square.max(0.0)
            })
            .collect()
    }

    /// A dense matrix takes what is subtracted into its cells.
    fn write_out_if_dense(&mut self) {
        if self.rank > 0 && matches!(self.cells, Cells::Dense(_)) {
            let rows: Vec<u32> = (0..self.rows() as u32).collect();
            let values = self.dense_rows(&rows);
            *self = plain(Cells::Dense(Arc::new(Dense::new(self.inputs(), values))));
        }
    }

    /// These rows of X, dense, row by row.
    pub(super) fn dense_rows(&self, rows: &[u32]) -> Vec<f32> {
        let inputs = self.inputs();
        let mut values = vec![0.0; rows.len() * inputs];
        for (out, &row) in values.chunks_exact_mut(inputs).zip(rows) {
            let row = row as usize;
            for (column, value) in self.cells.row(row) {
                out[column] = value;
            }
            if self.rank > 0 {
                let left = self.left_row(row);
                for (out, right) in out.iter_mut().zip(self.right.chunks_exact(self.rank)) {
                    *out -= left.iter().zip(right).map(|(u, v)| u * v).sum::<f32>();
                }
            }
        }
        values
    }
}

/// Mean and standard deviation of each column.
fn moments(cells: &Cells) -> (Vec<f64>, Vec<f64>) {
    let rows = cells.rows() as f64;
    let mut means = vec![0.0; cells.columns()];
    for row in 0..cells.rows() {
        for (column, value) in cells.row(row) {
            means[column] += f64::from(value) / rows;
        }
    }
    let mut stored = vec![0_usize; cells.columns()];
    let mut squares = vec![0.0; cells.columns()];
    for row in 0..cells.rows() {
        for (column, value) in cells.row(row) {
            squares[column] += (f64::from(value) - means[column]).powi(2);
            stored[column] += 1;
        }
    }
    let deviations = (0..cells.columns())
        .map(|column| {
            let absent = (cells.rows() - stored[column]) as f64;
            let sum = squares[column] + absent * means[column] * means[column];
            (sum / rows).sqrt()
        })
        .collect();
    (means, deviations)
}

/// Each stored cell times a factor of its row and one of its column.
pub(super) fn rescale(
    cells: &Cells,
    row_factor: impl Fn(usize) -> f64,
    column_factor: impl Fn(usize) -> f64,
) -> Cells {
    let mut values = Vec::with_capacity(cells.stored());
    for row in 0..cells.rows() {
        let factor = row_factor(row);
        values.extend(
            cells
                .row(row)
                .map(|(column, value)| (f64::from(value) * factor * column_factor(column)) as f32),
        );
    }
    match cells {
        Cells::Dense(dense) => Cells::Dense(Arc::new(Dense::new(dense.columns(), values))),
        Cells::Sparse(sparse) => Cells::Sparse(Arc::new(Sparse::from_parts(
            sparse.columns(),
            sparse.offsets().to_vec(),
            sparse.column_indices().to_vec(),
            values,
        ))),
    }
}

/// Columns as rows.
pub(super) fn transpose(cells: &Cells) -> Cells {
    match cells {
        Cells::Sparse(sparse) => Cells::Sparse(Arc::new(sparse.transpose())),
        Cells::Dense(dense) => {
            let (rows, columns) = (dense.rows(), dense.columns());
            let mut values = vec![0.0; rows * columns];
            for row in 0..rows {
                for (column, value) in dense.row(row).iter().enumerate() {
                    values[column * rows + row] = *value;
                }
            }
            Cells::Dense(Arc::new(Dense::new(rows, values)))
        }
    }
}
