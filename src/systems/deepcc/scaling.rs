//! The cells as the autoencoders see them.
//!
//! Every scaling is a sparse (or dense) matrix minus a product of two thin ones, X = S − U Vᵀ: what is subtracted never has to be
//! written into the cells that are not stored.

use std::sync::Arc;

use super::config::{DeepCcConfig, Scaling};
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
pub(super) fn scale(cells: &Cells, config: &DeepCcConfig) -> [Scaled; 2] {
    let transposed = transpose(cells);
    let mut sides = match config.scaling {
        Scaling::None => [plain(cells.clone()), plain(transposed)],
        Scaling::Zscore => [standardise(cells), standardise(&transposed)],
        Scaling::Tfidf => {
            let weighted = weigh_terms(cells);
            let transposed = transpose(&weighted);
            [plain(weighted), plain(transposed)]
        }
        Scaling::Spectral => {
            let rows = spectral(cells, config.center);
            let columns = Scaled {
                cells: transpose(&rows.cells),
                left: rows.right.clone(),
                right: rows.left.clone(),
                rank: rows.rank,
            };
            [rows, columns]
        }
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

fn plain(cells: Cells) -> Scaled {
    Scaled {
        cells,
        left: Vec::new(),
        right: Vec::new(),
        rank: 0,
    }
}

/// Each column to mean 0 and standard deviation 1; a constant one to 0.
fn standardise(cells: &Cells) -> Scaled {
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

/// D_r^-1/2 (X + shift) D_c^-1/2, minus √r √cᵀ if it is to be centred. The shift lifts the smallest cell to 0.
fn spectral(cells: &Cells, center: bool) -> Scaled {
    let (rows, columns) = (cells.rows(), cells.columns());
    let mut lowest = f32::INFINITY;
    let (mut row_sums, mut column_sums) = (vec![0.0; rows], vec![0.0; columns]);
    for (row, row_sum) in row_sums.iter_mut().enumerate() {
        for (column, value) in cells.row(row) {
            lowest = lowest.min(value);
            *row_sum += f64::from(value);
            column_sums[column] += f64::from(value);
        }
    }
    if cells.stored() < rows * columns {
        lowest = lowest.min(0.0);
    }
    let shift = f64::from(-lowest.min(0.0));
    row_sums
        .iter_mut()
        .for_each(|sum| *sum += shift * columns as f64);
    column_sums
        .iter_mut()
        .for_each(|sum| *sum += shift * rows as f64);
    let total: f64 = row_sums.iter().sum();
    let inverse_root = |sum: &f64| if *sum > 0.0 { 1.0 / sum.sqrt() } else { 0.0 };
    let row_factors: Vec<f64> = row_sums.iter().map(inverse_root).collect();
    let column_factors: Vec<f64> = column_sums.iter().map(inverse_root).collect();
    let mut scaled = plain(rescale(
        cells,
        |row| row_factors[row],
        |column| column_factors[column],
    ));
    if center {
        let root = |sum: &f64| (sum / total).sqrt();
        scaled.subtract(
            row_sums.iter().map(root).collect(),
            column_sums.iter().map(root).collect(),
        );
    }
    if shift > 0.0 {
        let raised = row_factors.iter().map(|factor| -shift * factor).collect();
        scaled.subtract(raised, column_factors);
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
fn rescale(
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

/// All cells written out.
pub(super) fn densify(cells: &Cells) -> Cells {
    match cells {
        Cells::Dense(_) => cells.clone(),
        Cells::Sparse(_) => {
            let mut values = vec![0.0; cells.rows() * cells.columns()];
            for (row, out) in values.chunks_exact_mut(cells.columns()).enumerate() {
                for (column, value) in cells.row(row) {
                    out[column] = value;
                }
            }
            Cells::Dense(Arc::new(Dense::new(cells.columns(), values)))
        }
    }
}
