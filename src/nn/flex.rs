//! Tensors of the CPU backend as plain values, and the other way round.

use burn::backend::flex::FlexTensor;
use burn::tensor::TensorData;

/// A tensor of these values.
pub(super) fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> FlexTensor {
    FlexTensor::from_data(TensorData::new(values, shape))
}

/// The values of a contiguous tensor.
pub(super) fn slice(tensor: &FlexTensor) -> &[f32] {
    match tensor.as_slice::<f32>() {
        Some(slice) => slice,
        None => unreachable!("made contiguous, and weights are f32"),
    }
}
