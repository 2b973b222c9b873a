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
    Ratings(Arc<Observed>),
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
        cells: Arc<Observed>,
        /// The cells' values: [cells].
        targets: Tensor<1>,
    },
    /// Every cell.
    Dense {
        /// 0 where unobserved: [rows, n].
        values: Tensor<2>,
        /// 1 where observed, else 0: [rows, n]; `None` where all are.
        mask: Option<Tensor<2>>,
    },
}

impl Source {
    pub(super) fn rows(&self) -> usize {
        match self {
            Self::Ratings(ratings) => ratings.rows(),
            Self::Codes(codes) => codes.dims()[0],
        }
    }

    /// Values in a row.
    pub(super) fn width(&self) -> usize {
        match self {
            Self::Ratings(ratings) => ratings.columns(),
            Self::Codes(codes) => codes.dims()[1],
        }
    }

    /// All rows as one batch; `None` if they must be taken in parts (dense ratings on a GPU).
    pub(super) fn whole(&self, device: &Device) -> Option<Batch> {
        match self {
            Self::Ratings(ratings) if is_flex(device) => Some(observed(ratings, device)),
            Self::Ratings(_) => None,
            Self::Codes(codes) => Some(Batch::Dense {
                values: Tensor::from_inner(codes.clone()),
                mask: None,
            }),
        }
    }

    /// Some rows, in the given order.
    pub(super) fn batch(&self, rows: &[u32], device: &Device) -> Batch {
        match self {
            Self::Ratings(ratings) if is_flex(device) => {
                let selected = select(ratings.by_row(), rows);
                observed(&Arc::new(Observed::new(selected)), device)
            }
            Self::Ratings(ratings) => dense(ratings.by_row(), rows, device),
            Self::Codes(codes) => {
                let rows: Vec<i32> = rows.iter().map(|&row| row as i32).collect();
                let count = rows.len();
                let data = TensorData::new(rows, [count]);
                let rows = Tensor::<1, Int>::from_data(data, &codes.device());
                Batch::Dense {
                    values: Tensor::from_inner(codes.clone().select(0, rows)),
                    mask: None,
                }
            }
        }
    }

    /// Rows of a part that fits into a GPU.
    pub(super) fn rows_of_a_part(&self) -> usize {
        (MOST_DENSE / self.width().max(1)).max(1)
    }
}

fn observed(cells: &Arc<Observed>, device: &Device) -> Batch {
    let values = cells.by_row().values().to_vec();
    let count = values.len();
    Batch::Sparse {
        cells: Arc::clone(cells),
        targets: Tensor::from_data(TensorData::new(values, [count]), device),
    }
}

fn dense(sparse: &Sparse, rows: &[u32], device: &Device) -> Batch {
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
    Batch::Dense {
        values: Tensor::from_data(TensorData::new(values, shape), device),
        mask: Some(Tensor::from_data(TensorData::new(mask, shape), device)),
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
