//! Constant rows that enter a network: dense, or sparse with something subtracted.

use std::fmt;

use crate::nn::gemm::{View, product, product_into};
use crate::nn::sparse::{Observed, product as sparse_product, transposed_product};

/// A constant [rows, inputs] matrix X on the CPU.
pub struct Rows {
    kind: Kind,
    /// ‖x‖² of each row.
    squares: Vec<f32>,
    inputs: usize,
}

enum Kind {
    Dense(Vec<f32>),
    /// X = S − U Vᵀ.
    Sparse {
        cells: Observed,
        /// U: [rows, rank].
        left: Vec<f32>,
        /// V: [inputs, rank].
        right: std::sync::Arc<Vec<f32>>,
        rank: usize,
    },
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows")
            .field("rows", &self.rows())
            .field("inputs", &self.inputs)
            .finish_non_exhaustive()
    }
}

impl Rows {
    /// Every cell, row by row.
    ///
    /// # Panics
    /// If the values do not fill whole rows.
    #[must_use]
    pub fn dense(values: Vec<f32>, inputs: usize) -> Self {
        assert!(values.len().is_multiple_of(inputs), "whole rows");
        let square = |row: &[f32]| row.iter().map(|v| f64::from(*v) * f64::from(*v)).sum();
        let squares = values.chunks_exact(inputs).map(square);
        Self {
            squares: squares.map(|square: f64| square as f32).collect(),
            kind: Kind::Dense(values),
            inputs,
        }
    }

    /// S − U Vᵀ, whose rows have these squared lengths.
    ///
    /// left: U, [rows, rank]; right: V, [inputs, rank].
    ///
    /// # Panics
    /// If the sizes do not fit.
    #[must_use]
    pub fn sparse(
        cells: Observed,
        left: Vec<f32>,
        right: std::sync::Arc<Vec<f32>>,
        squares: Vec<f32>,
    ) -> Self {
        let inputs = cells.columns();
        let rank = left.len() / cells.rows().max(1);
        assert_eq!(left.len(), cells.rows() * rank, "one row of U for each");
        assert_eq!(right.len(), inputs * rank, "one row of V for each input");
        assert_eq!(squares.len(), cells.rows(), "one length for each row");
        Self {
            kind: Kind::Sparse {
                cells,
                left,
                right,
                rank,
            },
            squares,
            inputs,
        }
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.squares.len()
    }

    /// Number of inputs.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// ‖x‖² of each row.
    #[must_use]
    pub fn squares(&self) -> &[f32] {
        &self.squares
    }

    /// Every cell, if they are all held.
    pub(super) fn cells(&self) -> Option<&[f32]> {
        match &self.kind {
            Kind::Dense(values) => Some(values),
            Kind::Sparse { .. } => None,
        }
    }

    /// `out += X W`: [inputs, width] → [rows, width].
    pub(super) fn add_times(&self, weights: &[f32], width: usize, out: &mut [f32]) {
        match &self.kind {
            Kind::Dense(values) => product_into(
                View::new(values, self.inputs),
                View::new(weights, width),
                1.0,
                out,
            ),
            Kind::Sparse {
                cells,
                left,
                right,
                rank,
            } => {
                add(out, &sparse_product(cells, weights, width));
                subtract_outer(left, right, *rank, weights, width, out);
            }
        }
    }

    /// `X Wᵀ`: W is [width, inputs] → [rows, width].
    pub(super) fn times_transposed(&self, weights: &[f32], width: usize) -> Vec<f32> {
        let transposed = View::new(weights, self.inputs).transposed();
        match &self.kind {
            Kind::Dense(values) => product(View::new(values, self.inputs), transposed),
            Kind::Sparse { .. } => {
                // The kernel reads one row of weights for each input.
                let mut wide = vec![0.0; weights.len()];
                super::kernels::transpose(weights, self.inputs, &mut wide);
                let mut out = vec![0.0; self.rows() * width];
                self.add_times(&wide, width, &mut out);
                out
            }
        }
    }

    /// `Xᵀ Y`: [rows, width] → [inputs, width].
    pub(super) fn transposed_times(&self, values: &[f32], width: usize) -> Vec<f32> {
        match &self.kind {
            Kind::Dense(own) => product(
                View::new(own, self.inputs).transposed(),
                View::new(values, width),
            ),
            Kind::Sparse {
                cells,
                left,
                right,
                rank,
            } => {
                let mut out = transposed_product(cells, values, width);
                subtract_outer(right, left, *rank, values, width, &mut out);
                out
            }
        }
    }

    /// `out = keep · out − Yᵀ X`: Y is [rows, width], out [width, inputs].
    pub(super) fn subtract_products(
        &self,
        values: &[f32],
        width: usize,
        keep: f32,
        out: &mut [f32],
    ) {
        match &self.kind {
            Kind::Dense(own) => {
                let minus: Vec<f32> = values.iter().map(|value| -value).collect();
                let left = View::new(&minus, width).transposed();
                product_into(left, View::new(own, self.inputs), keep, out);
            }
            Kind::Sparse { .. } => {
                let products = self.transposed_times(values, width);
                let mut wide = vec![0.0; products.len()];
                super::kernels::transpose(&products, width, &mut wide);
                for (out, product) in out.iter_mut().zip(&wide) {
                    *out = keep * *out - product;
                }
            }
        }
    }
}

/// `out −= first (secondᵀ block)`: [n, rank], [m, rank], [m, width] → [n, width].
fn subtract_outer(
    first: &[f32],
    second: &[f32],
    rank: usize,
    block: &[f32],
    width: usize,
    out: &mut [f32],
) {
    if rank > 0 {
        let mut inner = product(
            View::new(second, rank).transposed(),
            View::new(block, width),
        );
        inner.iter_mut().for_each(|value| *value = -*value);
        product_into(View::new(first, rank), View::new(&inner, width), 1.0, out);
    }
}

fn add(sums: &mut [f32], values: &[f32]) {
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += value;
    }
}
