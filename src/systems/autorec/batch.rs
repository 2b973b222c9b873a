//! One update's rows and the loss over them.

use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData};

use super::network::{AutoRec, Functions};
use crate::data::Sparse;
use crate::nn::is_flex;
use crate::nn::sparse::Observed;

/// Rows of the training ratings, ready for the device.
pub(super) enum Batch {
    /// The observed cells alone, for the CPU.
    Sparse {
        cells: Arc<Observed>,
        /// The cells' values: [cells].
        targets: Tensor<1>,
    },
    /// Every cell, for a GPU.
    Dense {
        /// 0 where unobserved: [rows, n].
        values: Tensor<2>,
        /// 1 where observed, else 0: [rows, n].
        mask: Tensor<2>,
    },
}

/// What a forward pass gives.
pub(super) struct Forward {
    /// Σ (r − h(r))² over the observed cells: [1].
    pub(super) squared_error: Tensor<1>,
    /// Hidden values of each row and the outputs at the observed cells; for sparse batches.
    pub(super) outputs: Option<(Tensor<2>, Tensor<1>)>,
}

impl Batch {
    /// All rows.
    pub(super) fn full(train: &Arc<Observed>, device: &Device) -> Self {
        if is_flex(device) {
            let values = train.by_row().values().to_vec();
            let count = values.len();
            Self::Sparse {
                cells: Arc::clone(train),
                targets: Tensor::from_data(TensorData::new(values, [count]), device),
            }
        } else {
            let rows: Vec<u32> = (0..train.rows() as u32).collect();
            Self::of_rows(train, &rows, device)
        }
    }

    /// Some rows, in the given order.
    pub(super) fn of_rows(train: &Arc<Observed>, rows: &[u32], device: &Device) -> Self {
        let sparse = train.by_row();
        if is_flex(device) {
            let selected = select(sparse, rows);
            return Self::full(&Arc::new(Observed::new(selected)), device);
        }
        let width = sparse.columns();
        let mut values = vec![0.0f32; rows.len() * width];
        let mut mask = vec![0.0f32; rows.len() * width];
        for (place, &row) in rows.iter().enumerate() {
            let (columns, ratings) = sparse.row(row as usize);
            for (&column, &rating) in columns.iter().zip(ratings) {
                values[place * width + column as usize] = rating;
                mask[place * width + column as usize] = 1.0;
            }
        }
        let shape = [rows.len(), width];
        Self::Dense {
            values: Tensor::from_data(TensorData::new(values, shape), device),
            mask: Tensor::from_data(TensorData::new(mask, shape), device),
        }
    }

    /// The first term of eq. 2.
    pub(super) fn forward(&self, model: &AutoRec, functions: &Functions) -> Forward {
        match self {
            Self::Sparse { cells, targets } => {
                let hidden = model.encode(cells, functions);
                let outputs = model.decode(hidden.clone(), cells, functions);
                Forward {
                    squared_error: (outputs.clone() - targets.clone()).square().sum(),
                    outputs: Some((hidden, outputs)),
                }
            }
            Self::Dense { values, mask } => {
                let hidden = model.encode_dense(values.clone(), functions);
                let outputs = model.decode_dense(hidden, functions);
                let errors = (outputs - values.clone()) * mask.clone();
                Forward {
                    squared_error: errors.square().sum(),
                    outputs: None,
                }
            }
        }
    }
}

fn select(sparse: &Sparse, rows: &[u32]) -> Sparse {
    let mut offsets = vec![0];
    let (mut columns, mut values) = (Vec::new(), Vec::new());
    for &row in rows {
        let (row_columns, row_values) = sparse.row(row as usize);
        columns.extend_from_slice(row_columns);
        values.extend_from_slice(row_values);
        offsets.push(columns.len());
    }
    Sparse::from_parts(sparse.columns(), offsets, columns, values)
}
