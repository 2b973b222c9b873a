//! The network's outputs at any cell, in host memory.

use burn::tensor::Tensor;

use super::network::AutoRec;
use super::weights::values;
use crate::systems::TrainError;
use crate::systems::ratings::dot;

/// The hidden values of every row and the decoder's weights.
pub(super) struct Decoder {
    /// Last hidden values of each row: [rows, width].
    pub(super) hidden: Vec<f32>,
    /// W: [columns, width].
    pub(super) weights: Vec<f32>,
    /// b: [columns].
    pub(super) bias: Vec<f32>,
    pub(super) width: usize,
}

impl Decoder {
    /// hidden: [rows, last hidden].
    pub(super) fn new(model: &AutoRec, hidden: Tensor<2>) -> Result<Self, TrainError> {
        let [_, width] = hidden.dims();
        Ok(Self {
            hidden: values(hidden)?,
            weights: values(model.decoder.weights.val())?,
            bias: values(model.decoder.bias.val())?,
            width,
        })
    }

    /// W·h + b of one cell: before f.
    pub(super) fn at(&self, row: usize, column: usize) -> f32 {
        self.of(
            &self.hidden[row * self.width..(row + 1) * self.width],
            column,
        )
    }

    /// The same of other hidden values.
    pub(super) fn of(&self, hidden: &[f32], column: usize) -> f32 {
        let weights = &self.weights[column * self.width..(column + 1) * self.width];
        dot(hidden, weights) + self.bias[column]
    }
}
