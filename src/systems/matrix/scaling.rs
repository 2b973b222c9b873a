//! Scalings under which points are compared, and the cells in the form that is fastest.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::data::{Cells, Dense, Sparse};

/// A dense matrix with a smaller share of cells other than zero is kept as a sparse one.
const SPARSE_BELOW: f64 = 0.25;

/// The divisors of the cells before distances are taken. The part that a scaling would subtract from a column moves all points alike and changes
/// no distance: sparse matrices stay sparse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scaling {
    /// The cells as they are.
    None,
    /// Each column to standard deviation 1.
    Zscore,
    /// Each column, a term, times the logarithm of the inverse share of rows that have it; then each row to length 1.
    Tfidf,
    /// Each row to length 1: the angle between rows counts, not their sum.
    #[default]
    UnitLength,
}

/// The cells with this scaling of their rows as points.
#[must_use]
pub fn scaled(cells: &Cells, scaling: Scaling) -> Cells {
    match scaling {
        Scaling::None => cells.clone(),
        Scaling::Zscore => {
            let (_, deviations) = moments(cells);
            let factors: Vec<f64> = deviations.into_iter().map(inverse).collect();
            rescaled(cells, |_| 1.0, |column| factors[column])
        }
        Scaling::Tfidf => scaled(&weigh_terms(cells), Scaling::UnitLength),
        Scaling::UnitLength => {
            let length = |row| {
                let squares = cells.row(row).map(|(_, value)| f64::from(value).powi(2));
                inverse(squares.sum::<f64>().sqrt())
            };
            rescaled(cells, length, |_| 1.0)
        }
    }
}

/// 0 stays 0: such a row or column holds nothing to scale.
pub(super) fn inverse(value: f64) -> f64 {
    if value > 1e-12 { 1.0 / value } else { 0.0 }
}

/// Mean and standard deviation of each column; cells that are not stored are 0.
pub(super) fn moments(cells: &Cells) -> (Vec<f64>, Vec<f64>) {
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
    let columns = squares.into_iter().zip(&means).zip(stored);
    let deviations = columns.map(|((squares, mean), stored)| {
        let absent = rows - stored as f64;
        ((squares + absent * mean * mean) / rows).sqrt()
    });
    let deviations = deviations.collect();
    (means, deviations)
}

/// Each column, a term, times ln(rows / rows that have it).
pub(super) fn weigh_terms(cells: &Cells) -> Cells {
    let mut having = vec![0_usize; cells.columns()];
    for row in 0..cells.rows() {
        for (column, value) in cells.row(row) {
            having[column] += usize::from(value != 0.0);
        }
    }
    let rows = cells.rows() as f64;
    let weight = |having: usize| (rows / having.max(1) as f64).ln();
    let weights: Vec<f64> = having.into_iter().map(weight).collect();
    rescaled(cells, |_| 1.0, |column| weights[column])
}

/// Each stored cell times a factor of its row and one of its column.
#[must_use]
pub fn rescaled(
    cells: &Cells,
    row_factor: impl Fn(usize) -> f64,
    column_factor: impl Fn(usize) -> f64,
) -> Cells {
    let mut values = Vec::with_capacity(cells.stored());
    for row in 0..cells.rows() {
        let factor = row_factor(row);
        let own = cells.row(row);
        values.extend(
            own.map(|(column, value)| (f64::from(value) * factor * column_factor(column)) as f32),
        );
    }
    match cells {
        Cells::Dense(dense) => Cells::Dense(Arc::new(Dense::new(dense.columns(), values))),
        Cells::Sparse(sparse) => Cells::Sparse(Arc::new(sparse.with_values(values))),
    }
}

/// The same cells, sparse if most are zero.
#[must_use]
pub fn compact(cells: &Cells) -> Cells {
    let Cells::Dense(dense) = cells else {
        return cells.clone();
    };
    let other = dense.values().iter().filter(|value| **value != 0.0).count();
    if other as f64 >= SPARSE_BELOW * dense.values().len() as f64 {
        return cells.clone();
    }
    let mut offsets = vec![0];
    let (mut columns, mut values) = (Vec::with_capacity(other), Vec::with_capacity(other));
    for row in 0..dense.rows() {
        for (column, &value) in (0..).zip(dense.row(row)) {
            if value != 0.0 {
                columns.push(column);
                values.push(value);
            }
        }
        offsets.push(columns.len());
    }
    let sparse = Sparse::from_parts(dense.columns(), offsets, columns, values);
    Cells::Sparse(Arc::new(sparse))
}

/// Columns as rows.
#[must_use]
pub fn transposed(cells: &Cells) -> Cells {
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

#[cfg(test)]
mod tests {
    use super::*;

    const VALUES: [f32; 6] = [3.0, 4.0, 0.0, 0.0, 1.0, 2.0];

    fn dense() -> Cells {
        Cells::Dense(Arc::new(Dense::new(2, VALUES.to_vec())))
    }

    fn sparse() -> Cells {
        let sparse =
            Sparse::from_parts(2, vec![0, 2, 2, 4], vec![0, 1, 0, 1], vec![3., 4., 1., 2.]);
        Cells::Sparse(Arc::new(sparse))
    }

    fn all(cells: &Cells) -> Vec<f32> {
        let mut values = vec![0.0; cells.rows() * cells.columns()];
        for row in 0..cells.rows() {
            for (column, value) in cells.row(row) {
                values[row * cells.columns() + column] = value;
            }
        }
        values
    }

    fn assert_near(cells: &Cells, expected: &[f64]) {
        for (found, expected) in all(cells).into_iter().zip(expected) {
            assert!(
                (f64::from(found) - expected).abs() < 1e-6,
                "{found}, not {expected}"
            );
        }
    }

    #[test]
    fn scalings_equal_the_hand_computation_dense_and_sparse() {
        for cells in [dense(), sparse()] {
            let unit = [0.6, 0.8, 0.0, 0.0, 1.0 / 5_f64.sqrt(), 2.0 / 5_f64.sqrt()];
            assert_near(&scaled(&cells, Scaling::UnitLength), &unit);
            // Both terms are in two of three rows: tf-idf weighs them alike.
            assert_near(&scaled(&cells, Scaling::Tfidf), &unit);
            // Columns (3, 0, 1) and (4, 0, 2): means 4/3 and 2, variances 14/9 and 8/3.
            let (first, second) = ((14.0_f64 / 9.0).sqrt(), (8.0_f64 / 3.0).sqrt());
            let expected = [
                3.0 / first,
                4.0 / second,
                0.0,
                0.0,
                1.0 / first,
                2.0 / second,
            ];
            assert_near(&scaled(&cells, Scaling::Zscore), &expected);
        }
    }

    #[test]
    fn a_transposed_matrix_has_columns_as_rows() {
        for cells in [dense(), sparse()] {
            assert_eq!(all(&transposed(&cells)), [3.0, 0.0, 1.0, 4.0, 0.0, 2.0]);
        }
    }
}
