//! Element-wise work on rows, vectorized and on all cores.

use pulp::Arch;
use rayon::prelude::*;

/// Rows that one task takes; fixed, so that sums do not depend on the number of threads.
const ROWS: usize = 64;

/// Σ u·v of each row.
pub(super) fn row_products(u: &[f32], v: &[f32], width: usize) -> Vec<f32> {
    rows_of(u, v, width, |u, v| u * v)
}

/// ‖u − v‖² of each row.
pub(super) fn row_distances(u: &[f32], v: &[f32], width: usize) -> Vec<f32> {
    rows_of(u, v, width, |u, v| (u - v) * (u - v))
}

/// Σ of a function of two rows' values, in 16 lanes.
#[inline(always)]
fn rows_of(
    u: &[f32],
    v: &[f32],
    width: usize,
    term: impl Fn(f32, f32) -> f32 + Sync + Copy,
) -> Vec<f32> {
    u.par_chunks(width)
        .zip(v.par_chunks(width))
        .with_min_len(ROWS)
        .map(|(u, v)| {
            Arch::new().dispatch(
                #[inline(always)]
                || {
                    let mut lanes = [0.0_f32; 16];
                    let (u, u_rest) = u.as_chunks::<16>();
                    let (v, v_rest) = v.as_chunks::<16>();
                    for (u, v) in u.iter().zip(v) {
                        for at in 0..16 {
                            lanes[at] += term(u[at], v[at]);
                        }
                    }
                    let rest: f32 = u_rest.iter().zip(v_rest).map(|(u, v)| term(*u, *v)).sum();
                    lanes.iter().sum::<f32>() + rest
                },
            )
        })
        .collect()
}

/// `out = factor · (u − v)` of each row.
pub(super) fn scaled_differences(u: &[f32], v: &[f32], factors: &[f32], out: &mut [f32]) {
    let width = u.len() / factors.len().max(1);
    out.par_chunks_mut(width)
        .zip(u.par_chunks(width).zip(v.par_chunks(width)))
        .zip(factors)
        .with_min_len(ROWS)
        .for_each(|((out, (u, v)), factor)| {
            Arch::new().dispatch(
                #[inline(always)]
                || {
                    for ((out, u), v) in out.iter_mut().zip(u).zip(v) {
                        *out = factor * (u - v);
                    }
                },
            );
        });
}

/// Each row times its factor.
pub(super) fn scaled_rows(values: &[f32], factors: &[f32]) -> Vec<f32> {
    let width = values.len() / factors.len().max(1);
    let mut out = vec![0.0; values.len()];
    out.par_chunks_mut(width)
        .zip(values.par_chunks(width))
        .zip(factors)
        .with_min_len(ROWS)
        .for_each(|((out, values), factor)| {
            for (out, value) in out.iter_mut().zip(values) {
                *out = factor * value;
            }
        });
    out
}

/// `out = bias − x`, for rows x one below the other as often as they fit.
pub(super) fn bias_minus_rows(bias: &[f32], cells: &[f32], out: &mut [f32]) {
    let width = bias.len();
    out.par_chunks_mut(cells.len()).for_each(|part| {
        part.par_chunks_mut(width)
            .zip(cells.par_chunks(width))
            .with_min_len(ROWS)
            .for_each(|(out, x)| {
                for ((out, x), bias) in out.iter_mut().zip(x).zip(bias) {
                    *out = bias - x;
                }
            });
    });
}

/// Each row with a 1 behind: [rows, width] → [rows, width + 1].
pub(super) fn with_ones(values: &[f32], width: usize) -> Vec<f32> {
    let mut out = vec![1.0; values.len() / width * (width + 1)];
    out.par_chunks_mut(width + 1)
        .zip(values.par_chunks(width))
        .with_min_len(ROWS)
        .for_each(|(out, row)| out[..width].copy_from_slice(row));
    out
}

/// `squares = ‖x‖² + z · (d − 2 p)` and `d −= p`, where p and ‖x‖² repeat as often as they fit.
///
/// values: z and differences: d, [k·n, width]; products: p, [n, width]; lengths: [n].
pub(super) fn gram_errors(
    values: &[f32],
    products: &[f32],
    lengths: &[f32],
    differences: &mut [f32],
    squares: &mut [f32],
) {
    let width = products.len() / lengths.len().max(1);
    let n = lengths.len();
    differences
        .par_chunks_mut(width)
        .zip(values.par_chunks(width))
        .zip(squares.par_iter_mut())
        .enumerate()
        .with_min_len(ROWS)
        .for_each(|(row, ((differences, values), square))| {
            let own = row % n;
            let products = &products[own * width..(own + 1) * width];
            let sum = Arch::new().dispatch(
                #[inline(always)]
                || {
                    let mut lanes = [0.0_f32; 16];
                    let (d, d_rest) = differences.as_chunks_mut::<16>();
                    let (z, z_rest) = values.as_chunks::<16>();
                    let (p, p_rest) = products.as_chunks::<16>();
                    for ((d, z), p) in d.iter_mut().zip(z).zip(p) {
                        for at in 0..16 {
                            d[at] -= p[at];
                            lanes[at] += z[at] * (d[at] - p[at]);
                        }
                    }
                    let mut rest = 0.0;
                    for ((d, z), p) in d_rest.iter_mut().zip(z_rest).zip(p_rest) {
                        *d -= p;
                        rest += z * (*d - p);
                    }
                    lanes.iter().sum::<f32>() + rest
                },
            );
            *square = (lengths[own] + sum).max(0.0);
        });
}

/// Adds up parts of this length.
pub(super) fn sum_parts(values: &[f32], length: usize) -> Vec<f32> {
    let mut parts = values.chunks_exact(length);
    let mut sums = parts.next().map(<[f32]>::to_vec).unwrap_or_default();
    for part in parts {
        sums.par_chunks_mut(1 << 14)
            .zip(part.par_chunks(1 << 14))
            .for_each(|(sums, part)| {
                for (sum, value) in sums.iter_mut().zip(part) {
                    *sum += value;
                }
            });
    }
    sums
}

/// Each row times its factor, without its last value.
pub(super) fn scaled_without_last(values: &[f32], factors: &[f32]) -> Vec<f32> {
    let width = values.len() / factors.len().max(1);
    let mut out = vec![0.0; factors.len() * (width - 1)];
    out.par_chunks_mut(width - 1)
        .zip(values.par_chunks(width))
        .zip(factors)
        .with_min_len(ROWS)
        .for_each(|((out, values), factor)| {
            for (out, value) in out.iter_mut().zip(values) {
                *out = factor * value;
            }
        });
    out
}

/// Columns as rows, in blocks that stay in the cache: [rows, columns] → [columns, rows].
pub(super) fn transpose(values: &[f32], columns: usize, out: &mut [f32]) {
    const BLOCK: usize = 32;
    let rows = values.len() / columns;
    out.par_chunks_mut(rows * BLOCK)
        .enumerate()
        .for_each(|(block, out)| {
            let first = block * BLOCK;
            for start in (0..rows).step_by(BLOCK) {
                let end = rows.min(start + BLOCK);
                for (at, out) in out.chunks_exact_mut(rows).enumerate() {
                    for row in start..end {
                        out[row] = values[row * columns + first + at];
                    }
                }
            }
        });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transposed_matrix_has_columns_as_rows() {
        let values: Vec<f32> = (0..70 * 45).map(|at| at as f32).collect();
        let mut out = vec![0.0; values.len()];
        transpose(&values, 45, &mut out);
        for (at, value) in out.iter().enumerate() {
            assert_eq!(*value, values[at % 70 * 45 + at / 70]);
        }
    }
}
