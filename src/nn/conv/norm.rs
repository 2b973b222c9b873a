//! Instance normalization with the activation and the residual sum that follow it, as one op.

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, Flex, TensorMetadata, backend_extension};
use burn::tensor::Tensor;

use super::ops::{slice, tensor, whole};
use super::{norm_kernels, portable};
use crate::nn::buffer_pool::give_back;
use crate::nn::is_flex;

/// Added to the variance, as in PyTorch.
pub(super) const EPSILON: f32 = 1e-5;

/// The function after a layer.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Activation {
    /// x
    #[default]
    None,
    /// max(x, 0)
    Relu,
    /// x where positive, else slope · x. The slope is ≥ 0.
    LeakyRelu(f32),
}

impl Activation {
    /// The derivative below 0; it is 1 above.
    pub(super) fn slope(self) -> f32 {
        match self {
            Self::None => 1.0,
            Self::Relu => 0.0,
            Self::LeakyRelu(slope) => slope,
        }
    }
}

/// Each plane shifted and scaled to mean 0 and variance 1, then the activation: `g((x − μ) / √(σ² + 1e-5))` (Ulyanov et al. 2016,
/// without scale and shift). image: [batch, channels, height, width].
#[must_use]
pub fn instance_norm(image: Tensor<4>, activation: Activation) -> Tensor<4> {
    normalized(image, None, activation)
}

/// `residual + instance_norm(image)`, the end of a residual block. Both: [batch, channels, height, width].
#[must_use]
pub fn residual_instance_norm(
    residual: Tensor<4>,
    image: Tensor<4>,
    activation: Activation,
) -> Tensor<4> {
    normalized(image, Some(residual), activation)
}

fn normalized(image: Tensor<4>, residual: Option<Tensor<4>>, activation: Activation) -> Tensor<4> {
    if let Some(residual) = &residual {
        assert_eq!(residual.dims(), image.dims(), "as large as the image");
    }
    let device = image.device();
    if !is_flex(&device) {
        return portable::instance_norm(image, residual, activation);
    }
    Tensor::from_dispatch(<Dispatch as NormBackend>::normalize(
        image.into_dispatch(),
        residual
            .unwrap_or_else(|| Tensor::zeros([0, 0, 0, 0], &device.without_autodiff()))
            .into_dispatch(),
        activation,
    ))
}

/// The activation alone, in one pass forward and one backward on the CPU.
#[must_use]
pub fn activate(image: Tensor<4>, activation: Activation) -> Tensor<4> {
    if activation == Activation::None {
        return image;
    }
    if !is_flex(&image.device()) {
        return portable::activate(image, activation);
    }
    Tensor::from_dispatch(<Dispatch as NormBackend>::activation(
        image.into_dispatch(),
        activation,
    ))
}

/// The ops behind the functions of this module.
#[backend_extension(Flex, Autodiff)]
pub trait NormBackend: Backend {
    /// See [`instance_norm`] and [`residual_instance_norm`]; without a residual, it is empty, since custom ops have no optional
    /// tensors.
    fn normalize(
        image: FloatTensor<Self>,
        residual: FloatTensor<Self>,
        activation: Activation,
    ) -> FloatTensor<Self>;
    /// See [`activate`].
    fn activation(image: FloatTensor<Self>, activation: Activation) -> FloatTensor<Self>;
}

impl NormBackend for Flex {
    fn normalize(
        image: FloatTensor<Self>,
        residual: FloatTensor<Self>,
        activation: Activation,
    ) -> FloatTensor<Self> {
        forward(image, residual, activation).0
    }

    fn activation(image: FloatTensor<Self>, activation: Activation) -> FloatTensor<Self> {
        let shape: [usize; 4] = image.shape().dims();
        let image = image.to_contiguous();
        tensor(
            norm_kernels::activate(slice(&image), activation.slope()),
            shape,
        )
    }
}

/// The output and each plane's mean and inverse deviation.
fn forward(
    image: FlexTensor,
    residual: FlexTensor,
    activation: Activation,
) -> (FlexTensor, Vec<[f32; 2]>) {
    let shape: [usize; 4] = image.shape().dims();
    let image = image.to_contiguous();
    let residual = residual.to_contiguous();
    let (out, moments) = norm_kernels::normalize(
        slice(&image),
        Some(slice(&residual)).filter(|residual| !residual.is_empty()),
        shape[2] * shape[3],
        activation.slope(),
    );
    (tensor(out, shape), moments)
}

impl<C: CheckpointStrategy> NormBackend for Autodiff<Flex, C> {
    fn normalize(
        image: FloatTensor<Self>,
        residual: FloatTensor<Self>,
        activation: Activation,
    ) -> FloatTensor<Self> {
        let (image, node) = image.into_parts();
        let (residual, residual_node) = residual.into_parts();
        let (out, moments) = forward(image.clone(), residual, activation);
        match NormBackward
            .prepare::<C>([node, residual_node])
            .compute_bound()
            .stateful()
        {
            OpsKind::Tracked(prep) => prep.finish((image, moments, activation), out),
            OpsKind::UnTracked(prep) => prep.finish(out),
        }
    }

    fn activation(image: FloatTensor<Self>, activation: Activation) -> FloatTensor<Self> {
        let (image, node) = image.into_parts();
        let out = Flex::activation(image, activation);
        match ActivationBackward
            .prepare::<C>([node])
            .compute_bound()
            .stateful()
        {
            // The sign of the output is the sign of the input, and later layers keep the output anyway.
            OpsKind::Tracked(prep) => prep.finish((out.clone(), activation), out),
            OpsKind::UnTracked(prep) => prep.finish(out),
        }
    }
}

/// The parents are the image and the residual.
#[derive(Debug)]
struct NormBackward;

impl Backward<Flex, 2> for NormBackward {
    /// The input, its planes' mean and inverse deviation, and the activation.
    type State = (FlexTensor, Vec<[f32; 2]>, Activation);

    fn backward(
        self,
        ops: Ops<Self::State, 2>,
        grads: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let grad = whole(grads.consume::<Flex>(&ops.node));
        let (image, moments, activation) = ops.state;
        let shape: [usize; 4] = image.shape().dims();
        let [image_node, residual_node] = ops.parents;
        if let Some(node) = image_node {
            let image = whole(image);
            let values = norm_kernels::normalize_backward(
                slice(&image),
                &moments,
                slice(&grad),
                activation.slope(),
            );
            give_back(image);
            grads.register::<Flex>(node.id, tensor(values, shape));
        }
        if let Some(node) = residual_node {
            grads.register::<Flex>(node.id, grad);
        } else {
            give_back(grad);
        }
    }
}

#[derive(Debug)]
struct ActivationBackward;

impl Backward<Flex, 1> for ActivationBackward {
    /// The output and the activation.
    type State = (FlexTensor, Activation);

    fn backward(
        self,
        ops: Ops<Self::State, 1>,
        grads: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let grad = whole(grads.consume::<Flex>(&ops.node));
        let (out, activation) = ops.state;
        let shape: [usize; 4] = out.shape().dims();
        let [Some(node)] = ops.parents else { return };
        let out = whole(out);
        let values = norm_kernels::activate_backward(slice(&out), slice(&grad), activation.slope());
        give_back(out);
        give_back(grad);
        grads.register::<Flex>(node.id, tensor(values, shape));
    }
}
