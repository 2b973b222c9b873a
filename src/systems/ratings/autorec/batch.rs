//! The training data of a network, and the rows of one update.

use std::sync::Arc;

use burn::tensor::{Device, Int, Tensor, TensorData};

use crate::data::Sparse;
use crate::nn::is_flex;
use crate::nn::sparse::Observed;

/// Most values of a dense batch: 64 MB each for the values and their mask.
const MOST_DENSE: usize = 1 << 24;

/// The rows that a network learns to reconstruct.
#[expect(
    clippy::large_enum_variant,
    reason = "there is one at a time, and it owns far more than its size"
)]
pub(super) enum Source {
    /// Ratings, few of them observed.
    Ratings {
        /// What the network sees.
        inputs: Arc<Observed>,
        /// What it is to say at the same cells.
        targets: Arc<Observed>,
    },
    /// Hidden values of another network, all of them known: [rows, width], off the tape.
    Codes(Tensor<2>),
}

/// Rows ready for the device.
#[expect(
    clippy::large_enum_variant,
    reason = "there is one at a time, and it owns far more than its size"
)]
pub(super) enum Batch {
    /// The observed cells alone, for the CPU.
    Sparse {
        inputs: Arc<Observed>,
        /// The values to come at the same cells: [cells].
        targets: Tensor<1>,
    },
    /// Every cell.
    Dense {
        /// 0 where unobserved: [rows, n].
        inputs: Tensor<2>,
        /// The values to come, likewise.
        targets: Tensor<2>,
        /// 1 where observed, else 0: [rows, n]; `None` where all are.
        mask: Option<Tensor<2>>,
    },
}

impl Source {
    pub(super) fn rows(&self) -> usize {
        match self {
            Self::Ratings { inputs, .. } => inputs.rows(),
            Self::Codes(codes) => codes.dims()[0],
        }
    }

    /// Values in a row.
    pub(super) fn width(&self) -> usize {
        match self {
            Self::Ratings { inputs, .. } => inputs.columns(),
            Self::Codes(codes) => codes.dims()[1],
        }
    }

    /// All rows as one batch; `None` if they must be taken in parts (dense ratings on a GPU).
    pub(super) fn whole(&self, device: &Device) -> Option<Batch> {
        match self {
            Self::Ratings { inputs, targets } if is_flex(device) => {
                Some(observed(inputs, targets.by_row(), device))
            }
            Self::Ratings { .. } => None,
            Self::Codes(codes) => Some(all(codes.clone())),
        }
    }

    /// Some rows, in the given order.
    pub(super) fn batch(&self, rows: &[u32], device: &Device) -> Batch {
        match self {
            Self::Ratings { inputs, targets } if is_flex(device) => {
                let selected = Arc::new(Observed::new(select(inputs.by_row(), rows)));
                if Arc::ptr_eq(inputs, targets) {
                    return observed(&selected, selected.by_row(), device);
                }
                observed(&selected, &select(targets.by_row(), rows), device)
            }
            Self::Ratings { inputs, targets } => {
                let (seen, mask) = dense(inputs.by_row(), rows, device);
                let targets = match Arc::ptr_eq(inputs, targets) {
                    true => seen.clone(),
                    false => dense(targets.by_row(), rows, device).0,
                };
                Batch::Dense {
                    inputs: seen,
                    targets,
                    mask: Some(mask),
                }
            }
            Self::Codes(codes) => {
                let rows: Vec<i32> = rows.iter().map(|&row| row as i32).collect();
                let count = rows.len();
                let data = TensorData::new(rows, [count]);
                let rows = Tensor::<1, Int>::from_data(data, &codes.device());
                all(codes.clone().select(0, rows))
            }
        }
    }

    /// Rows of a part that fits into a GPU.
    pub(super) fn rows_of_a_part(&self) -> usize {
        (MOST_DENSE / self.width().max(1)).max(1)
    }
}

/// Values off the tape, all of them known.
fn all(values: Tensor<2>) -> Batch {
    let inputs = Tensor::from_inner(values);
    Batch::Dense {
        targets: inputs.clone(),
        inputs,
        mask: None,
    }
}

fn observed(inputs: &Arc<Observed>, targets: &Sparse, device: &Device) -> Batch {
    let values = targets.values().to_vec();
    let count = values.len();
    Batch::Sparse {
        inputs: Arc::clone(inputs),
        targets: Tensor::from_data(TensorData::new(values, [count]), device),
    }
}

/// The values and where they are: 1, else 0. Each [rows, n].
fn dense(sparse: &Sparse, rows: &[u32], device: &Device) -> (Tensor<2>, Tensor<2>) {
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
    (
        Tensor::from_data(TensorData::new(values, shape), device),
        Tensor::from_data(TensorData::new(mask, shape), device),
    )
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
