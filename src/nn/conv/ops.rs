//! The convolutions as custom ops of burn's CPU backend.

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, Flex, backend_extension};
use burn::tensor::{Device, Tensor, TensorData};

use super::geometry::Geometry;
use super::kernels::{self, Wanted};
use super::portable;
use crate::nn::buffer_pool::give_back;
use crate::nn::is_flex;

/// A convolution. image: [batch, channels, ..], weight: [features, channels, ..], bias: [features] → [batch, features, ..]. The shapes are
/// those of the geometry.
#[must_use]
pub fn conv2d(
    image: Tensor<4>,
    weight: Tensor<4>,
    bias: Option<Tensor<1>>,
    geometry: Geometry,
) -> Tensor<4> {
    assert_eq!(
        image.dims(),
        geometry.image_shape(),
        "the geometry is the image's"
    );
    assert_eq!(
        weight.dims(),
        geometry.weight_shape(),
        "the geometry is the weights'"
    );
    let device = image.device();
    if !is_flex(&device) {
        return portable::conv2d(image, weight, bias, &geometry);
    }
    Tensor::from_dispatch(<Dispatch as ConvBackend>::convolve(
        image.into_dispatch(),
        weight.into_dispatch(),
        or_none(bias, &device).into_dispatch(),
        geometry,
    ))
}

/// A transposed convolution. map: [batch, features, ..], weight: [features, channels, ..], bias: [channels] → [batch, channels, ..].
/// The shapes are those of the geometry.
#[must_use]
pub fn conv_transpose2d(
    map: Tensor<4>,
    weight: Tensor<4>,
    bias: Option<Tensor<1>>,
    geometry: Geometry,
) -> Tensor<4> {
    assert_eq!(
        map.dims(),
        geometry.map_shape(),
        "the geometry is the map's"
    );
    assert_eq!(
        weight.dims(),
        geometry.weight_shape(),
        "the geometry is the weights'"
    );
    let device = map.device();
    if !is_flex(&device) {
        return portable::conv_transpose2d(map, weight, bias, &geometry);
    }
    Tensor::from_dispatch(<Dispatch as ConvBackend>::convolve_transposed(
        map.into_dispatch(),
        weight.into_dispatch(),
        or_none(bias, &device).into_dispatch(),
        geometry,
    ))
}

/// Custom ops have no optional tensors: an empty one stands for none.
fn or_none(bias: Option<Tensor<1>>, device: &Device) -> Tensor<1> {
    bias.unwrap_or_else(|| Tensor::zeros([0], &device.clone().without_autodiff()))
}

fn some(bias: &[f32]) -> Option<&[f32]> {
    (!bias.is_empty()).then_some(bias)
}

/// The ops behind [`conv2d`] and [`conv_transpose2d`].
#[backend_extension(Flex, Autodiff)]
pub trait ConvBackend: Backend {
    /// See [`conv2d`]; without a bias, it is empty.
    fn convolve(
        image: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        geometry: Geometry,
    ) -> FloatTensor<Self>;
    /// See [`conv_transpose2d`]; without a bias, it is empty.
    fn convolve_transposed(
        map: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        geometry: Geometry,
    ) -> FloatTensor<Self>;
}

impl ConvBackend for Flex {
    fn convolve(
        image: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        geometry: Geometry,
    ) -> FloatTensor<Self> {
        let bias = bias.to_contiguous();
        let out = kernels::convolve(
            &geometry,
            slice(&image.to_contiguous()),
            slice(&weight.to_contiguous()),
            some(slice(&bias)),
        );
        tensor(out, geometry.map_shape())
    }

    fn convolve_transposed(
        map: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        geometry: Geometry,
    ) -> FloatTensor<Self> {
        let bias = bias.to_contiguous();
        let out = kernels::convolve_transposed(
            &geometry,
            slice(&map.to_contiguous()),
            slice(&weight.to_contiguous()),
            some(slice(&bias)),
        );
        tensor(out, geometry.image_shape())
    }
}

/// State for the backward pass of both ops: the input where the weights have a gradient, the weights where the input has one.
#[derive(Clone, Debug)]
struct State {
    input: Option<FlexTensor>,
    weight: Option<FlexTensor>,
    geometry: Geometry,
    transposed: bool,
}

impl<C: CheckpointStrategy> ConvBackend for Autodiff<Flex, C> {
    fn convolve(
        image: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        geometry: Geometry,
    ) -> FloatTensor<Self> {
        tracked::<C>(image, weight, bias, geometry, false)
    }

    fn convolve_transposed(
        map: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        geometry: Geometry,
    ) -> FloatTensor<Self> {
        tracked::<C>(map, weight, bias, geometry, true)
    }
}

fn tracked<C: CheckpointStrategy>(
    input: FloatTensor<Autodiff<Flex, C>>,
    weight: FloatTensor<Autodiff<Flex, C>>,
    bias: FloatTensor<Autodiff<Flex, C>>,
    geometry: Geometry,
    transposed: bool,
) -> FloatTensor<Autodiff<Flex, C>> {
    // What no gradient asks for isn't kept.
    let [input_tracked, weight_tracked] = [input.is_tracked(), weight.is_tracked()];
    let (input, input_node) = input.into_parts();
    let (weight, weight_node) = weight.into_parts();
    let (bias, bias_node) = bias.into_parts();
    let state = State {
        input: weight_tracked.then(|| input.clone()),
        weight: input_tracked.then(|| weight.clone()),
        geometry,
        transposed,
    };
    let out = if transposed {
        Flex::convolve_transposed(input, weight, bias, geometry)
    } else {
        Flex::convolve(input, weight, bias, geometry)
    };
    match ConvBackward
        .prepare::<C>([input_node, weight_node, bias_node])
        .compute_bound()
        .stateful()
    {
        OpsKind::Tracked(prep) => prep.finish(state, out),
        OpsKind::UnTracked(prep) => prep.finish(out),
    }
}

/// The parents are the input, the weights and the bias.
#[derive(Debug)]
struct ConvBackward;

impl Backward<Flex, 3> for ConvBackward {
    type State = State;

    fn backward(self, ops: Ops<State, 3>, grads: &mut Gradients, _checkpointer: &mut Checkpointer) {
        let grad = whole(grads.consume::<Flex>(&ops.node));
        let State {
            input,
            weight,
            geometry,
            transposed,
        } = ops.state;
        let [input_node, weight_node, bias_node] = ops.parents;
        let input = input.map(whole);
        let weight = weight.map(whole);
        let [weights, inputs] = [&weight, &input].map(|tensor| tensor.as_ref().map(slice));
        let (of_input, of_weight) = if transposed {
            (
                weights.map(|weight| kernels::convolve(&geometry, slice(&grad), weight, None)),
                inputs.map(|map| kernels::weight_gradient(&geometry, slice(&grad), map)),
            )
        } else {
            kernels::gradients(
                &geometry,
                slice(&grad),
                &Wanted {
                    image: weights,
                    weight: inputs,
                },
            )
        };
        if let Some(input) = input {
            give_back(input);
        }
        let (input_shape, outputs) = if transposed {
            (geometry.map_shape(), geometry.image_shape())
        } else {
            (geometry.image_shape(), geometry.map_shape())
        };
        if let (Some(node), Some(values)) = (input_node, of_input) {
            grads.register::<Flex>(node.id, tensor(values, input_shape));
        }
        if let (Some(node), Some(values)) = (weight_node, of_weight) {
            grads.register::<Flex>(node.id, tensor(values, geometry.weight_shape()));
        }
        if let Some(node) = bias_node {
            let [_, channels, height, width] = outputs;
            let sums = kernels::channel_sums(slice(&grad), channels, height * width);
            grads.register::<Flex>(node.id, tensor(sums, [channels]));
        }
        give_back(grad);
    }
}

/// The tensor in one piece, copied if it isn't.
pub(super) fn whole(tensor: FlexTensor) -> FlexTensor {
    if tensor.is_contiguous() {
        return tensor;
    }
    tensor.to_contiguous()
}

pub(super) fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> FlexTensor {
    FlexTensor::from_data(TensorData::new(values, shape))
}

/// The values of a contiguous tensor.
pub(super) fn slice(tensor: &FlexTensor) -> &[f32] {
    match tensor.as_slice::<f32>() {
        Some(slice) => slice,
        None => unreachable!("made contiguous, and images and weights are f32"),
    }
}
