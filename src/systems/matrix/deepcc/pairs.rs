//! Sums over all pairs of a row and a column, tile by tile: a joint of n × m cells that is never held.

use std::ops::Range;

use rayon::prelude::*;

use crate::nn::gemm::{View, product, product_into};

/// Added to both sides of the fraction inside the logarithm, as in the official code.
const EPSILON: f64 = 1e-15;
const TILE_ROWS: usize = 32;
const TILE_COLUMNS: usize = 512;
/// Tasks that the rows are split into; fixed, so that sums do not depend on the number of threads.
const TASKS: usize = 16;

/// The amount of a pair, from the inner product of what stands for the row and what stands for the column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Link {
    /// a · c
    Identity,
    /// exp(a · c)
    Exponential,
}

/// Amounts s_ij = link(a_i · c_j) of all pairs. left: [n, width], right: [m, width].
#[derive(Clone, Copy)]
pub(super) struct Pairs<'a> {
    pub(super) left: &'a [f64],
    pub(super) right: &'a [f64],
    pub(super) width: usize,
    pub(super) link: Link,
}

/// I(X; Y) in bits of s / Σ s, and its gradients in `left` and `right`.
pub(super) struct PairInformation {
    pub(super) bits: f64,
    pub(super) d_left: Vec<f64>,
    pub(super) d_right: Vec<f64>,
}

/// Numbers that one task adds up: for each of its rows, and for each column.
struct Part {
    rows: Vec<f64>,
    columns: Vec<f64>,
    sum: f64,
}

impl Pairs<'_> {
    fn rows(&self) -> usize {
        self.left.len() / self.width
    }

    fn columns(&self) -> usize {
        self.right.len() / self.width
    }

    /// Hands every tile of amounts to `work`, with its rows and columns.
    fn tiles(
        &self,
        rows: Range<usize>,
        mut work: impl FnMut(Range<usize>, Range<usize>, &mut [f64]),
    ) {
        let width = self.width;
        let mut buffer = vec![0.0; TILE_ROWS * TILE_COLUMNS];
        for start in rows.clone().step_by(TILE_ROWS) {
            let tile_rows = start..rows.end.min(start + TILE_ROWS);
            let left = View::new(
                &self.left[tile_rows.start * width..tile_rows.end * width],
                width,
            );
            for start in (0..self.columns()).step_by(TILE_COLUMNS) {
                let tile_columns = start..self.columns().min(start + TILE_COLUMNS);
                let right = &self.right[tile_columns.start * width..tile_columns.end * width];
                let tile = &mut buffer[..tile_rows.len() * tile_columns.len()];
                product_into(left, View::new(right, width).transposed(), 0.0, tile);
                if self.link == Link::Exponential {
                    tile.iter_mut().for_each(|value| *value = value.exp());
                }
                work(tile_rows.clone(), tile_columns, tile);
            }
        }
    }

    /// Runs `work` over ranges of rows on all cores, and puts what it returns together: rows one after the other, columns and sums added.
    fn over_rows(&self, work: impl Fn(Range<usize>) -> Part + Sync) -> Part {
        let rows = self.rows();
        let parts: Vec<Part> = (0..TASKS)
            .into_par_iter()
            .map(|task| work(rows * task / TASKS..rows * (task + 1) / TASKS))
            .collect();
        let mut parts = parts.into_iter();
        let mut total = parts.next().unwrap_or(Part {
            rows: Vec::new(),
            columns: Vec::new(),
            sum: 0.0,
        });
        for part in parts {
            total.rows.extend(part.rows);
            for (sum, value) in total.columns.iter_mut().zip(part.columns) {
                *sum += value;
            }
            total.sum += part.sum;
        }
        total
    }

    /// `S · of_columns`: [n, columns_width], and `Sᵀ · of_rows`: [m, rows_width].
    pub(super) fn products(&self, of_rows: &[f64], of_columns: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let (n, m) = (self.rows(), self.columns());
        let (rows_width, columns_width) = (of_rows.len() / n, of_columns.len() / m);
        if self.link == Link::Identity {
            // (A Cᵀ) w = A (Cᵀ w)
            let (left, right) = (
                View::new(self.left, self.width),
                View::new(self.right, self.width),
            );
            let inner = product(right.transposed(), View::new(of_columns, columns_width));
            let outer = product(left, View::new(&inner, columns_width));
            let inner = product(left.transposed(), View::new(of_rows, rows_width));
            return (outer, product(right, View::new(&inner, rows_width)));
        }
        let part = self.over_rows(|rows| {
            let mut part = Part {
                rows: vec![0.0; rows.len() * columns_width],
                columns: vec![0.0; m * rows_width],
                sum: 0.0,
            };
            let first = rows.start;
            self.tiles(rows, |rows, columns, tile| {
                let tile = View::new(tile, columns.len());
                let own = &mut part.rows
                    [(rows.start - first) * columns_width..(rows.end - first) * columns_width];
                let right = &of_columns[columns.start * columns_width..columns.end * columns_width];
                product_into(tile, View::new(right, columns_width), 1.0, own);
                let left = &of_rows[rows.start * rows_width..rows.end * rows_width];
                let sums = &mut part.columns[columns.start * rows_width..columns.end * rows_width];
                product_into(tile.transposed(), View::new(left, rows_width), 1.0, sums);
            });
            part
        });
        (part.rows, part.columns)
    }

    /// The mutual information of the pairs.
    pub(super) fn information(&self) -> PairInformation {
        let (n, m, width) = (self.rows(), self.columns(), self.width);
        // Row and column sums, and the products that the gradient needs.
        let with_ones = |values: &[f64], count: usize| -> Vec<f64> {
            let mut wide = Vec::with_capacity(count * (width + 1));
            for row in values.chunks_exact(width) {
                wide.extend_from_slice(row);
                wide.push(1.0);
            }
            wide
        };
        let (by_row, by_column) =
            self.products(&with_ones(self.left, n), &with_ones(self.right, m));
        let sums = |products: &[f64]| -> Vec<f64> {
            products
                .iter()
                .skip(width)
                .step_by(width + 1)
                .copied()
                .collect()
        };
        let (row_sums, column_sums) = (sums(&by_row), sums(&by_column));
        let total: f64 = row_sums.iter().sum();
        let part = self.over_rows(|rows| {
            let mut part = Part {
                rows: vec![0.0; rows.len() * width],
                columns: vec![0.0; m * width],
                sum: 0.0,
            };
            let first = rows.start;
            self.tiles(rows, |rows, columns, tile| {
                for (row, cells) in rows.clone().zip(tile.chunks_exact_mut(columns.len())) {
                    let share = row_sums[row] / total;
                    part.sum += self.log_ratios(cells, &column_sums[columns.clone()], share, total);
                }
                let tile = View::new(tile, columns.len());
                let own = &mut part.rows[(rows.start - first) * width..(rows.end - first) * width];
                let right = &self.right[columns.start * width..columns.end * width];
                product_into(tile, View::new(right, width), 1.0, own);
                let left = &self.left[rows.start * width..rows.end * width];
                let sums = &mut part.columns[columns.start * width..columns.end * width];
                product_into(tile.transposed(), View::new(left, width), 1.0, sums);
            });
            part
        });
        let bits = part.sum / total;
        // dI/ds = (log₂ ratio − I) / Σ, and d s/d(a·c) is 1 or s.
        let finish = |mut gradient: Vec<f64>, products: &[f64], constant: Option<Vec<f64>>| {
            for (row, product) in gradient
                .chunks_exact_mut(width)
                .zip(products.chunks_exact(width + 1))
            {
                let product = constant.as_deref().unwrap_or(product);
                for (value, product) in row.iter_mut().zip(product) {
                    *value = (*value - bits * product) / total;
                }
            }
            gradient
        };
        let constant = |values: &[f64]| {
            (self.link == Link::Identity).then(|| {
                let mut sums = vec![0.0; width];
                for row in values.chunks_exact(width) {
                    for (sum, value) in sums.iter_mut().zip(row) {
                        *sum += value;
                    }
                }
                sums
            })
        };
        PairInformation {
            bits,
            d_left: finish(part.rows, &by_row, constant(self.right)),
            d_right: finish(part.columns, &by_column, constant(self.left)),
        }
    }

    /// Turns the amounts of one row into d s/d(a·c) · log₂ of the ratio to independence; returns Σ s log₂ ratio.
    fn log_ratios(&self, cells: &mut [f64], column_sums: &[f64], share: f64, total: f64) -> f64 {
        let mut sum = 0.0;
        for (cell, column) in cells.iter_mut().zip(column_sums) {
            let independent = share * column / total + EPSILON;
            let log = ((*cell / total + EPSILON) / independent).log2();
            sum += *cell * log;
            *cell = match self.link {
                Link::Identity => log,
                Link::Exponential => *cell * log,
            };
        }
        sum
    }

    /// The gradients in `left` and `right` of `Σ_st d_st Σ_ij u_is s_ij v_jt`, for an exponential link.
    ///
    /// scaled_rows: u · d, [n, k]; of_columns: v, [m, k].
    pub(super) fn blocks_backward(
        &self,
        scaled_rows: &[f64],
        of_columns: &[f64],
        k: usize,
    ) -> (Vec<f64>, Vec<f64>) {
        let (m, width) = (self.columns(), self.width);
        let part = self.over_rows(|rows| {
            let mut part = Part {
                rows: vec![0.0; rows.len() * width],
                columns: vec![0.0; m * width],
                sum: 0.0,
            };
            let first = rows.start;
            let mut weights = vec![0.0; TILE_ROWS * TILE_COLUMNS];
            self.tiles(rows, |rows, columns, tile| {
                let weights = &mut weights[..tile.len()];
                product_into(
                    View::new(&scaled_rows[rows.start * k..rows.end * k], k),
                    View::new(&of_columns[columns.start * k..columns.end * k], k).transposed(),
                    0.0,
                    weights,
                );
                for (value, weight) in tile.iter_mut().zip(weights) {
                    *value *= *weight;
                }
                let tile = View::new(tile, columns.len());
                let own = &mut part.rows[(rows.start - first) * width..(rows.end - first) * width];
                let right = &self.right[columns.start * width..columns.end * width];
                product_into(tile, View::new(right, width), 1.0, own);
                let left = &self.left[rows.start * width..rows.end * width];
                let sums = &mut part.columns[columns.start * width..columns.end * width];
                product_into(tile.transposed(), View::new(left, width), 1.0, sums);
            });
            part
        });
        (part.rows, part.columns)
    }
}
