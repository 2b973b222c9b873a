use std::sync::Arc;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::*;
use crate::data::{Cells, Dense, Sparse};

/// A sparse matrix with `blocks` blocks on the diagonal and a share of cells elsewhere.
fn planted(rows: usize, columns: usize, blocks: usize, elsewhere: f64, seed: u64) -> Vec<f32> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut values = vec![0.0; rows * columns];
    for row in 0..rows {
        for column in 0..columns {
            let inside = row % blocks == column % blocks;
            if rng.random_bool(if inside { 0.4 } else { elsewhere }) {
                values[row * columns + column] = rng.random_range(1.0..3.0);
            }
        }
    }
    values
}

fn dense(columns: usize, values: Vec<f32>) -> Cells {
    Cells::Dense(Arc::new(Dense::new(columns, values)))
}

fn sparse(columns: usize, values: &[f32]) -> Cells {
    let (mut offsets, mut indices, mut stored) = (vec![0], Vec::new(), Vec::new());
    for row in values.chunks(columns) {
        for (column, &value) in (0..).zip(row).filter(|(_, value)| **value != 0.0) {
            indices.push(column);
            stored.push(value);
        }
        offsets.push(indices.len());
    }
    Cells::Sparse(Arc::new(Sparse::from_parts(
        columns, offsets, indices, stored,
    )))
}

fn joint(cells: &Cells) -> Joint {
    Joint::new(cells).expect("not empty")
}

/// All singular values of D_r^-1/2 P D_c^-1/2, the largest first, by a dense decomposition.
fn singular_values(joint: &Joint, columns: usize, values: &[f32]) -> Vec<f64> {
    let (rows, own) = (joint.rows(), joint.columns());
    let lowest = values.iter().copied().fold(0.0, f32::min);
    let matrix = faer::Mat::from_fn(rows.len(), columns, |row, column| {
        let value = f64::from(values[row * columns + column]) - f64::from(lowest);
        value / joint.total() / (rows[row] * own[column]).sqrt()
    });
    matrix.singular_values().expect("finite")
}

#[test]
fn singular_values_and_vectors_are_those_of_a_dense_decomposition() {
    for (rows, columns, vectors) in [(200, 150, 3), (120, 300, 7), (40, 200, 5), (170, 90, 20)] {
        let values = planted(rows, columns, 4, 0.1, 1);
        let joint = joint(&sparse(columns, &values));
        let found = spectral_embedding(&joint, vectors, 5);
        let expected = singular_values(&joint, columns, &values);
        assert!((expected[0] - 1.0).abs() < 1e-9);
        for (at, value) in found.singular_values.iter().enumerate() {
            assert!(
                (value - expected[at + 1]).abs() < 1e-6,
                "{value}, not {}",
                expected[at + 1]
            );
        }
        // v = D_c^-1/2 Pᵀ D_r^-1/2 u / σ.
        let share =
            |row: usize, column: usize| f64::from(values[row * columns + column]) / joint.total();
        for at in 0..vectors {
            for column in (0..columns).step_by(37) {
                let sum: f64 = (0..rows)
                    .map(|row| share(row, column) * f64::from(found.rows[row * vectors + at]))
                    .sum();
                let expected = sum / joint.columns()[column] / found.singular_values[at];
                let own = f64::from(found.columns[column * vectors + at]);
                assert!(
                    (own - expected).abs() < 1e-3 * own.abs().max(1.0),
                    "{own}, not {expected}"
                );
            }
        }
    }
}

#[test]
fn a_shifted_sparse_matrix_is_embedded_as_the_dense_one() {
    let mut values = planted(150, 120, 3, 0.1, 2);
    values
        .iter_mut()
        .step_by(17)
        .for_each(|value| *value -= 1.5);
    let (sparse, dense) = (
        joint(&sparse(120, &values)),
        joint(&dense(120, values.clone())),
    );
    let (a, b) = (
        spectral_embedding(&sparse, 2, 0),
        spectral_embedding(&dense, 2, 1),
    );
    let expected = singular_values(&dense, 120, &values);
    for found in [&a, &b] {
        assert!((found.singular_values[0] - expected[1]).abs() < 1e-6);
        assert!((found.singular_values[1] - expected[2]).abs() < 1e-6);
    }
    for (a, b) in a
        .rows
        .iter()
        .zip(&b.rows)
        .chain(a.columns.iter().zip(&b.columns))
    {
        assert!((a - b).abs() < 1e-3, "{a} and {b}");
    }
}

#[test]
fn components_that_do_not_touch_are_told_apart() {
    // Equal singular values 1: their vectors are constant on each component.
    let values = planted(160, 130, 4, 0.0, 3);
    let found = spectral_embedding(&joint(&sparse(130, &values)), 3, 0);
    for value in &found.singular_values {
        assert!((value - 1.0).abs() < 1e-9, "{value}");
    }
    let row = |row: usize| &found.rows[row * 3..row * 3 + 3];
    for at in 4..160 {
        let apart: f32 = row(at)
            .iter()
            .zip(row(at % 4))
            .map(|(a, b)| (a - b).abs())
            .sum();
        assert!(apart < 1e-3, "{apart}");
    }
    let apart: f32 = row(0).iter().zip(row(1)).map(|(a, b)| (a - b).abs()).sum();
    assert!(apart > 0.1);
}

#[test]
fn a_matrix_without_structure_is_embedded_too() {
    // Of rank one: every further singular value is 0.
    let values: Vec<f32> = (0..100 * 80)
        .map(|at| (1 + at / 80 % 5) as f32 * (1 + at % 80 % 3) as f32)
        .collect();
    let found = spectral_embedding(&joint(&dense(80, values)), 3, 0);
    assert!(found.singular_values.iter().all(|value| value.abs() < 1e-6));
    assert!(found.rows.iter().all(|value| value.is_finite()));
    let one = spectral_embedding(&joint(&dense(2, vec![1., 2., 3., 1.])), 4, 0);
    assert_eq!(one.vectors, 2);
}
