//! Scaled matrices from which something is subtracted that is never written out.

use std::sync::Arc;

use super::scaling::{rescaled, transposed};
use crate::data::{Cells, Dense};

/// A sparse (or dense) matrix minus a product of two thin ones, X = S − U Vᵀ, [n, inputs]: what is subtracted never has to be written into the
/// cells that are not stored.
#[derive(Debug, Clone)]
pub struct Scaled {
    /// S
    pub cells: Cells,
    /// U, [n, rank]
    pub left: Vec<f32>,
    /// V, [inputs, rank]
    pub right: Vec<f32>,
    /// Columns of U and of V.
    pub rank: usize,
}

impl Scaled {
    /// Cells from which nothing is subtracted.
    #[must_use]
    pub fn plain(cells: Cells) -> Self {
        Self {
            cells,
            left: Vec::new(),
            right: Vec::new(),
            rank: 0,
        }
    }

    /// Columns as rows.
    #[must_use]
    pub fn transposed(&self) -> Self {
        Self {
            cells: transposed(&self.cells),
            left: self.right.clone(),
            right: self.left.clone(),
            rank: self.rank,
        }
    }

    /// Rows of X.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.cells.rows()
    }

    /// Columns of X.
    #[must_use]
    pub fn inputs(&self) -> usize {
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
    pub fn subtract(&mut self, u: Vec<f64>, v: Vec<f64>) {
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
    pub fn subtract_means(&mut self) {
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
    pub fn scale_to_unit_length(&mut self) {
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
        self.cells = rescaled(&self.cells, |row| factors[row], |_| 1.0);
        for (row, factor) in factors.iter().enumerate() {
            for value in &mut self.left[row * self.rank..(row + 1) * self.rank] {
                *value = (f64::from(*value) * factor) as f32;
            }
        }
    }

    /// ‖x‖² of each row: ‖s‖² − 2 u·(Vᵀ s) + u·(VᵀV) u.
    #[must_use]
    pub fn squared_lengths(&self) -> Vec<f64> {
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
    pub fn write_out_if_dense(&mut self) {
        if self.rank > 0 && matches!(self.cells, Cells::Dense(_)) {
            let rows: Vec<u32> = (0..self.rows() as u32).collect();
            let values = self.dense_rows(&rows);
            *self = Self::plain(Cells::Dense(Arc::new(Dense::new(self.inputs(), values))));
        }
    }

    /// These rows of X, dense, row by row.
    #[must_use]
    pub fn dense_rows(&self, rows: &[u32]) -> Vec<f32> {
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
