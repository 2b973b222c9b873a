//! Singular vectors by random projection: a fixed number of products, for a place to begin and for comparisons.

use faer::Mat;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

use super::sign;

/// Directions beyond the wanted ones.
const OVERSAMPLING: usize = 10;
const ITERATIONS: usize = 6;

/// The `wanted` leading right singular vectors of a matrix A, side by side: [columns, wanted], fewer if A has fewer. `times` is A·x and
/// `transposed_times` Aᵀ·x of a row-major block of the given width. Halko, Martinsson and Tropp, "Finding structure with randomness"
/// (2011), algorithm 4.4.
///
/// Each vector has its largest component positive.
pub fn right_singular_vectors(
    size: (usize, usize),
    wanted: usize,
    times: impl Fn(&[f32], usize) -> Vec<f32>,
    transposed_times: impl Fn(&[f32], usize) -> Vec<f32>,
    rng: &mut ChaCha8Rng,
) -> Vec<f32> {
    let projected = project(size, wanted, times, transposed_times, rng);
    let wanted = wanted.min(projected.ncols());
    let mut out = vec![0.0; size.1 * wanted];
    // A matrix of finite numbers has a decomposition.
    let Ok(svd) = projected.thin_svd() else {
        return out;
    };
    for at in 0..wanted {
        let vector = svd.U().col(at);
        let sign = sign(vector.iter().copied());
        for (row, value) in vector.iter().enumerate() {
            out[row * wanted + at] = (value * sign) as f32;
        }
    }
    out
}

/// The `wanted` leading singular values of a matrix, descending; arguments as of [`right_singular_vectors`].
pub fn singular_values(
    size: (usize, usize),
    wanted: usize,
    times: impl Fn(&[f32], usize) -> Vec<f32>,
    transposed_times: impl Fn(&[f32], usize) -> Vec<f32>,
    rng: &mut ChaCha8Rng,
) -> Vec<f64> {
    let projected = project(size, wanted, times, transposed_times, rng);
    match projected.singular_values() {
        Ok(mut values) => {
            values.truncate(wanted);
            values
        }
        Err(_) => Vec::new(),
    }
}

/// AᵀQ with an orthonormal Q whose range nearly holds the leading left singular vectors of A: A ≈ Q (AᵀQ)ᵀ.
fn project(
    (rows, columns): (usize, usize),
    wanted: usize,
    times: impl Fn(&[f32], usize) -> Vec<f32>,
    transposed_times: impl Fn(&[f32], usize) -> Vec<f32>,
    rng: &mut ChaCha8Rng,
) -> Mat<f64> {
    let width = (wanted + OVERSAMPLING).min(rows).min(columns);
    let mut right: Vec<f32> = (0..columns * width)
        .map(|_| StandardNormal.sample(rng))
        .collect();
    for _ in 0..ITERATIONS {
        let left = orthonormal(&times(&right, width), width);
        right = orthonormal(&transposed_times(&left, width), width);
    }
    let left = orthonormal(&times(&right, width), width);
    matrix(&transposed_times(&left, width), width)
}

fn matrix(values: &[f32], width: usize) -> Mat<f64> {
    Mat::from_fn(values.len() / width, width, |row, column| {
        f64::from(values[row * width + column])
    })
}

/// An orthonormal basis of the columns.
fn orthonormal(values: &[f32], width: usize) -> Vec<f32> {
    let q = matrix(values, width).qr().compute_thin_Q();
    let mut out = vec![0.0; values.len()];
    for (row, out) in out.chunks_exact_mut(width).enumerate() {
        for (column, out) in out.iter_mut().enumerate().take(q.ncols()) {
            *out = q[(row, column)] as f32;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use rand_chacha::rand_core::SeedableRng;

    use super::*;
    use crate::nn::gemm::{View, product};

    #[test]
    fn vectors_of_a_matrix_with_known_ones() {
        // A = 3 u₁ v₁ᵀ + u₂ v₂ᵀ with v₁ = (2, 2, 1)/3 and v₂ = (1, −2, 2)/3.
        let (v1, v2) = ([2.0, 2.0, 1.0_f32], [1.0, -2.0, 2.0_f32]);
        let (u1, u2) = ([0.6, 0.8, 0.0, 0.0_f32], [-0.8, 0.6, 0.0, 0.0_f32]);
        let a: Vec<f32> = (0..12)
            .map(|at| u1[at / 3] * v1[at % 3] + u2[at / 3] * v2[at % 3] / 3.0)
            .collect();
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        let found = right_singular_vectors(
            (4, 3),
            2,
            |x, width| product(View::new(&a, 3), View::new(x, width)),
            |x, width| product(View::new(&a, 3).transposed(), View::new(x, width)),
            &mut rng,
        );
        let mut values = singular_values(
            (4, 3),
            3,
            |x, width| product(View::new(&a, 3), View::new(x, width)),
            |x, width| product(View::new(&a, 3).transposed(), View::new(x, width)),
            &mut rng,
        );
        values.truncate(2);
        assert!((values[0] - 3.0).abs() < 1e-5 && (values[1] - 1.0).abs() < 1e-5);
        // The largest component of v₂ is either of two: both signs are right.
        let sign = found[1].signum();
        for (at, (v1, v2)) in v1.iter().zip(&v2).enumerate() {
            assert!((found[at * 2] - v1 / 3.0).abs() < 1e-5);
            assert!((found[at * 2 + 1] - sign * v2 / 3.0).abs() < 1e-5);
        }
    }
}
