//! Products with the scaled matrix, which is never built.

use pulp::Arch;
use rayon::prelude::*;

use crate::data::Cells;
use crate::nn::svd::{Block, Operator};
use crate::systems::matrix::Joint;

/// Rows that one task multiplies: fixed, so that sums do not depend on the number of threads.
const ROWS_PER_TASK: usize = 1024;
/// Parts of a product with the transpose, which are summed apart.
const PARTS: usize = 8;

/// D_r^-1/2 P D_c^-1/2 without its first singular triple, √p_r √p_cᵀ of singular value 1.
pub(super) struct ScaledJoint<'a> {
    cells: &'a Cells,
    /// The baseline u vᵀ of the cells, and that of the transposed cells; `None` without one.
    baselines: [Option<[Vec<f64>; 2]>; 2],
    /// 1 / Σ (X + u vᵀ).
    factor: f64,
    /// 1 / √p.
    row_scale: Vec<f64>,
    column_scale: Vec<f64>,
    /// √p.
    row_roots: Vec<f64>,
    column_roots: Vec<f64>,
}

impl<'a> ScaledJoint<'a> {
    pub(super) fn new(joint: &'a Joint) -> Self {
        let roots = |shares: &[f64]| shares.iter().map(|share| share.max(0.0).sqrt()).collect();
        let inverse = |roots: &Vec<f64>| -> Vec<f64> {
            // A row without mass stays where it is, at 0.
            let inverse = |root: &f64| if *root > 0.0 { 1.0 / root } else { 0.0 };
            roots.iter().map(inverse).collect()
        };
        let (row_roots, column_roots) = (roots(joint.rows()), roots(joint.columns()));
        Self {
            cells: joint.cells(),
            baselines: [joint.baseline(0), joint.baseline(1)],
            factor: 1.0 / joint.total(),
            row_scale: inverse(&row_roots),
            column_scale: inverse(&column_roots),
            row_roots,
            column_roots,
        }
    }

    pub(super) fn row_scale(&self) -> &[f64] {
        &self.row_scale
    }

    pub(super) fn column_scale(&self) -> &[f64] {
        &self.column_scale
    }
}

impl Operator for ScaledJoint<'_> {
    fn rows(&self) -> usize {
        self.row_scale.len()
    }

    fn columns(&self) -> usize {
        self.column_scale.len()
    }

    fn apply<const B: usize>(&self, x: &[[f64; B]]) -> Block<B> {
        let scaled = scaled(x, &self.column_scale);
        let trivial = weighted_sum(x, &self.column_roots);
        let (lines, base) = baseline_sum(self.baselines[0].as_ref(), &scaled);
        let mut product = vec![[0.0; B]; self.rows()];
        let tasks = product.par_chunks_mut(ROWS_PER_TASK).enumerate();
        tasks.for_each(|(task, product)| {
            Arch::new().dispatch(|| {
                for (row, sum) in (task * ROWS_PER_TASK..).zip(product.iter_mut()) {
                    gather(self.cells, row, &scaled, sum);
                    let line = lines.map_or(0.0, |lines| lines[row]);
                    for at in 0..B {
                        sum[at] = (sum[at] + line * base[at]) * self.factor * self.row_scale[row]
                            - trivial[at] * self.row_roots[row];
                    }
                }
            });
        });
        product
    }

    fn apply_transposed<const B: usize>(&self, x: &[[f64; B]]) -> Block<B> {
        let scaled = scaled(x, &self.row_scale);
        let trivial = weighted_sum(x, &self.row_roots);
        let (lines, base) = baseline_sum(self.baselines[1].as_ref(), &scaled);
        let length = self.rows().div_ceil(PARTS).max(ROWS_PER_TASK);
        let parts: Vec<Block<B>> = scaled
            .par_chunks(length)
            .enumerate()
            .map(|(part, scaled)| {
                let mut sums = vec![[0.0; B]; self.columns()];
                Arch::new().dispatch(|| {
                    for (row, own) in (part * length..).zip(scaled) {
                        scatter(self.cells, row, own, &mut sums);
                    }
                });
                sums
            })
            .collect();
        let mut product = vec![[0.0; B]; self.columns()];
        product
            .par_iter_mut()
            .enumerate()
            .for_each(|(column, sum)| {
                for part in &parts {
                    for at in 0..B {
                        sum[at] += part[column][at];
                    }
                }
                let line = lines.map_or(0.0, |lines| lines[column]);
                for at in 0..B {
                    sum[at] = (sum[at] + line * base[at]) * self.factor * self.column_scale[column]
                        - trivial[at] * self.column_roots[column];
                }
            });
        product
    }
}

/// sum = Σ X_ij x_j over the cells of a row.
#[inline(always)]
fn gather<const B: usize>(cells: &Cells, row: usize, x: &[[f64; B]], sum: &mut [f64; B]) {
    let mut own = [0.0; B];
    match cells {
        Cells::Dense(dense) => {
            for (value, x) in dense.row(row).iter().zip(x) {
                let value = f64::from(*value);
                for at in 0..B {
                    own[at] += value * x[at];
                }
            }
        }
        Cells::Sparse(sparse) => {
            let (columns, values) = sparse.row(row);
            for (column, value) in columns.iter().zip(values) {
                let (value, x) = (f64::from(*value), &x[*column as usize]);
                for at in 0..B {
                    own[at] += value * x[at];
                }
            }
        }
    }
    *sum = own;
}

/// sums_j += X_ij x over the cells of a row.
#[inline(always)]
fn scatter<const B: usize>(cells: &Cells, row: usize, x: &[f64; B], sums: &mut [[f64; B]]) {
    match cells {
        Cells::Dense(dense) => {
            for (value, sum) in dense.row(row).iter().zip(sums) {
                let value = f64::from(*value);
                for at in 0..B {
                    sum[at] += value * x[at];
                }
            }
        }
        Cells::Sparse(sparse) => {
            let (columns, values) = sparse.row(row);
            for (column, value) in columns.iter().zip(values) {
                let (value, sum) = (f64::from(*value), &mut sums[*column as usize]);
                for at in 0..B {
                    sum[at] += value * x[at];
                }
            }
        }
    }
}

/// u of a baseline u vᵀ, and its product vᵀ x.
fn baseline_sum<'a, const B: usize>(
    baseline: Option<&'a [Vec<f64>; 2]>,
    x: &[[f64; B]],
) -> (Option<&'a [f64]>, [f64; B]) {
    match baseline {
        Some([lines, others]) => (Some(lines), weighted_sum(x, others)),
        None => (None, [0.0; B]),
    }
}

fn scaled<const B: usize>(x: &[[f64; B]], scale: &[f64]) -> Block<B> {
    let scaled = x.iter().zip(scale);
    scaled
        .map(|(x, scale)| x.map(|value| value * scale))
        .collect()
}

fn weighted_sum<const B: usize>(x: &[[f64; B]], weights: &[f64]) -> [f64; B] {
    let mut sum = [0.0; B];
    for (x, weight) in x.iter().zip(weights) {
        for at in 0..B {
            sum[at] += x[at] * weight;
        }
    }
    sum
}
