//! Rows of one side's input on the device.

use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData};

use super::config::Reconstruction;
use super::scaling::Scaled;
use crate::data::{Cells, Sparse};
use crate::nn::is_flex;
use crate::nn::sparse::{self, Observed};

/// Dense batches hold at most this many cells where the matrix itself is sparse.
const DENSE_CELLS: usize = 1 << 26;

/// Where one side's batches come from.
pub(super) struct Source {
    scaled: Scaled,
    squared_lengths: Vec<f64>,
    device: Device,
    /// V on the device, of a sparse input.
    right: Option<Tensor<2>>,
}

/// Some rows x of the input, [rows, inputs].
#[derive(Clone)]
#[expect(clippy::large_enum_variant, reason = "there are two of them")]
pub(super) enum Batch {
    /// Every cell.
    Dense(Tensor<2>),
    /// x = s − u Vᵀ with sparse s.
    Sparse {
        cells: Arc<Observed>,
        /// u, [rows, rank], and V, [inputs, rank]; absent with rank 0.
        subtracted: Option<[Tensor<2>; 2]>,
        /// ‖x‖², [rows, 1]
        squares: Tensor<2>,
    },
}

impl Source {
    /// `device` is one with gradients.
    pub(super) fn new(scaled: Scaled, device: &Device) -> Self {
        let sparse = matches!(scaled.cells, Cells::Sparse(_)) && is_flex(device);
        let right = (sparse && scaled.rank > 0).then(|| {
            let shape = [scaled.inputs(), scaled.rank];
            Tensor::from_data(TensorData::new(scaled.right.clone(), shape), device)
        });
        Self {
            squared_lengths: if sparse {
                scaled.squared_lengths()
            } else {
                Vec::new()
            },
            scaled,
            device: device.clone(),
            right,
        }
    }

    pub(super) fn scaled(&self) -> &Scaled {
        &self.scaled
    }

    pub(super) fn rows(&self) -> usize {
        self.scaled.rows()
    }

    /// Whether its batches are sparse: of a sparse matrix, on the CPU.
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
            let data = TensorData::new(values, [rows.len(), inputs]);
            return Batch::Dense(Tensor::from_data(data, &self.device));
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
        let subtracted = self.right.as_ref().map(|right| {
            let left: Vec<f32> = rows
                .iter()
                .flat_map(|&row| &self.scaled.left[row as usize * rank..][..rank])
                .copied()
                .collect();
            let left = Tensor::from_data(TensorData::new(left, [rows.len(), rank]), &self.device);
            [left, right.clone()]
        });
        let squares: Vec<f32> = rows
            .iter()
            .map(|&row| self.squared_lengths[row as usize] as f32)
            .collect();
        let cells = Sparse::from_parts(inputs, offsets, columns, values);
        Batch::Sparse {
            cells: Arc::new(Observed::new(cells)),
            subtracted,
            squares: Tensor::from_data(TensorData::new(squares, [rows.len(), 1]), &self.device),
        }
    }

    /// All rows.
    pub(super) fn whole(&self) -> Batch {
        let rows: Vec<u32> = (0..self.rows() as u32).collect();
        self.batch(&rows)
    }
}

impl Batch {
    /// x W: [rows, width].
    ///
    /// weights: [inputs, width].
    pub(super) fn times(&self, weights: Tensor<2>) -> Tensor<2> {
        match self {
            Self::Dense(values) => values.clone().matmul(weights),
            Self::Sparse {
                cells, subtracted, ..
            } => {
                let out = sparse::encode(weights.clone(), cells);
                match subtracted {
                    Some([left, right]) => {
                        let inner = right.clone().transpose().matmul(weights);
                        out - left.clone().matmul(inner)
                    }
                    None => out,
                }
            }
        }
    }

    /// ‖x − (z W + b)‖² of each row: [rows, 1].
    ///
    /// values: z, [rows, hidden]; weights: W, [hidden, inputs]; bias: b, [1, inputs].
    ///
    /// Of a sparse x no cell of the reconstruction is computed: with z̃ = (z, 1) and W̃ = (W; b) it is
    /// ‖x‖² − 2 z̃ · (W̃ x) + z̃ (W̃ W̃ᵀ) z̃ᵀ.
    pub(super) fn squared_errors(
        &self,
        values: Tensor<2>,
        weights: Tensor<2>,
        bias: Tensor<2>,
    ) -> Tensor<2> {
        match self {
            Self::Dense(x) => squared_distances(x.clone(), values.matmul(weights) + bias),
            Self::Sparse { squares, .. } => {
                let ones = Tensor::ones([values.dims()[0], 1], &values.device());
                let values = Tensor::cat(vec![values, ones], 1);
                let weights = Tensor::cat(vec![weights, bias], 0);
                let products = self.times(weights.clone().transpose());
                let gram = weights.clone().matmul(weights.transpose());
                let sizes = values.clone().matmul(gram);
                let rest = values * (sizes - products.mul_scalar(2.0));
                (squares.clone() + rest.sum_dim(1)).clamp_min(0.0)
            }
        }
    }
}

/// ‖u − v‖² of each row: [rows, 1].
pub(super) fn squared_distances(u: Tensor<2>, v: Tensor<2>) -> Tensor<2> {
    (u - v).square().sum_dim(1)
}

/// The mean error of rows from their squared distances, [rows, 1] → [1].
pub(super) fn mean_error(squares: Tensor<2>, kind: Reconstruction) -> Tensor<1> {
    match kind {
        Reconstruction::Squared => squares.mean(),
        // A root has no gradient at 0.
        Reconstruction::Norm => squares.add_scalar(1e-12).sqrt().mean(),
    }
}
