//! Rows of one side's input on the device.

use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData};

use super::config::Reconstruction;
use crate::data::{Cells, Sparse};
use crate::nn::activation::Function;
use crate::nn::dense::{self, Rows};
use crate::nn::is_flex;
use crate::nn::sparse::Observed;
use crate::systems::matrix::Scaled;

/// Dense batches hold at most this many cells where the matrix itself is sparse.
const DENSE_CELLS: usize = 1 << 26;

/// Where one side's batches come from.
pub(super) struct Source {
    scaled: Scaled,
    squared_lengths: Vec<f32>,
    device: Device,
    /// V of a sparse input, on the CPU.
    right: Arc<Vec<f32>>,
}

/// Some rows x of the input, [rows, inputs].
#[derive(Clone)]
#[expect(clippy::large_enum_variant, reason = "there are few of them")]
pub(super) enum Batch {
    /// On the CPU, dense or sparse.
    Rows(Arc<Rows>),
    /// Dense on another device.
    Tensor(Tensor<2>),
}

impl Source {
    /// `device` is one with gradients.
    pub(super) fn new(scaled: Scaled, device: &Device) -> Self {
        let sparse = matches!(scaled.cells, Cells::Sparse(_)) && is_flex(device);
        let lengths = if sparse {
            scaled.squared_lengths()
        } else {
            Vec::new()
        };
        Self {
            squared_lengths: lengths.into_iter().map(|square| square as f32).collect(),
            right: Arc::new(if sparse {
                scaled.right.clone()
            } else {
                Vec::new()
            }),
            scaled,
            device: device.clone(),
        }
    }

    pub(super) fn scaled(&self) -> &Scaled {
        &self.scaled
    }

    pub(super) fn rows(&self) -> usize {
        self.scaled.rows()
    }

    /// True if its batches are sparse: of a sparse matrix, on the CPU.
    fn is_sparse(&self) -> bool {
        !self.squared_lengths.is_empty()
    }

    /// How many rows a batch may have at most, for the memory it takes.
    pub(super) fn most_rows(&self) -> usize {
        match (&self.scaled.cells, self.is_sparse()) {
            (Cells::Sparse(_), false) => (DENSE_CELLS / self.scaled.inputs()).max(1),
            _ => usize::MAX,
        }
    }

    /// These rows.
    pub(super) fn batch(&self, rows: &[u32]) -> Batch {
        let inputs = self.scaled.inputs();
        if !self.is_sparse() {
            let values = self.scaled.dense_rows(rows);
            if is_flex(&self.device) {
                return Batch::Rows(Arc::new(Rows::dense(values, inputs)));
            }
            let data = TensorData::new(values, [rows.len(), inputs]);
            return Batch::Tensor(Tensor::from_data(data, &self.device));
        }
        let (mut offsets, mut columns, mut values) = (vec![0], Vec::new(), Vec::new());
        for &row in rows {
            for (column, value) in self.scaled.cells.row(row as usize) {
                columns.push(column as u32);
                values.push(value);
            }
            offsets.push(values.len());
        }
        let rank = self.scaled.rank;
        let left = rows
            .iter()
            .flat_map(|&row| &self.scaled.left[row as usize * rank..][..rank])
            .copied()
            .collect();
        let squares = rows
            .iter()
            .map(|&row| self.squared_lengths[row as usize])
            .collect();
        let cells = Observed::new(Sparse::from_parts(inputs, offsets, columns, values));
        Batch::Rows(Arc::new(Rows::sparse(
            cells,
            left,
            Arc::clone(&self.right),
            squares,
        )))
    }

    /// All rows.
    pub(super) fn whole(&self) -> Batch {
        let rows: Vec<u32> = (0..self.rows() as u32).collect();
        self.batch(&rows)
    }
}

impl Batch {
    /// f(x W + b): [rows, outputs].
    pub(super) fn layer(
        &self,
        weights: Tensor<2>,
        bias: Tensor<2>,
        function: Function,
    ) -> Tensor<2> {
        match self {
            Self::Rows(rows) => dense::layer_of_rows(rows, weights, bias, function),
            Self::Tensor(x) => dense::layer(x.clone(), weights, bias, function),
        }
    }

    /// x W: [rows, width].
    pub(super) fn times(&self, weights: Tensor<2>) -> Tensor<2> {
        match self {
            Self::Rows(rows) => dense::times_of_rows(rows, weights),
            Self::Tensor(x) => x.clone().matmul(weights),
        }
    }

    /// ‖x − (z W + b)‖² of each row, for several z one below the other: [k·rows, 1].
    pub(super) fn squared_errors(
        &self,
        values: Tensor<2>,
        weights: Tensor<2>,
        bias: Tensor<2>,
    ) -> Tensor<2> {
        match self {
            Self::Rows(rows) => dense::errors_of_rows(rows, values, weights, bias),
            Self::Tensor(x) => {
                let out = values.matmul(weights) + bias;
                let parts = out.dims()[0] / x.dims()[0].max(1);
                let repeated = Tensor::cat(vec![x.clone(); parts], 0);
                dense::squared_distances(repeated, out)
            }
        }
    }
}

/// The mean error of rows from their squared distances, [rows, 1] → [1].
pub(super) fn mean_error(squares: Tensor<2>, kind: Reconstruction) -> Tensor<1> {
    match kind {
        Reconstruction::Squared => squares.mean(),
        // A root has no gradient at 0.
        Reconstruction::Norm => squares.add_scalar(1e-12).sqrt().mean(),
    }
}
