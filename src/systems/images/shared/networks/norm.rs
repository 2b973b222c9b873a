//! Normalization: none, of instances, or of batches.

use burn::module::{Module, Param};
use burn::tensor::Tensor;

use super::buffer::Buffer;
use super::{Mode, Norm};
use crate::nn::conv::{Activation, Initializer, activate, instance_norm, residual_instance_norm};

/// The part of the running statistics that each batch replaces, as in PyTorch.
const MOMENTUM: f64 = 0.1;
/// Added to the variance, as in PyTorch.
const EPSILON: f64 = 1e-5;

/// Normalization after a convolution, with the activation after it.
#[derive(Module, Debug)]
pub struct NormLayer {
    batch: Option<BatchNorm>,
    #[module(skip)]
    norm: Norm,
}

impl NormLayer {
    /// For this number of channels.
    #[must_use]
    pub fn new(norm: Norm, channels: usize, initializer: &mut Initializer<'_>) -> Self {
        Self {
            batch: (norm == Norm::Batch).then(|| BatchNorm::new(channels, initializer)),
            norm,
        }
    }

    /// image: [batch, channels, height, width] → the same shape.
    #[must_use]
    pub fn forward(
        &self,
        image: Tensor<4>,
        activation: Activation,
        mode: &mut Mode<'_>,
    ) -> Tensor<4> {
        match (&self.batch, self.norm) {
            (Some(batch), _) => activate(batch.forward(image, mode), activation),
            (None, Norm::Instance) => instance_norm(image, activation),
            (None, Norm::Batch | Norm::None) => activate(image, activation),
        }
    }

    /// The residual plus the normalized image, the end of a residual block. Both: [batch, channels, height, width].
    #[must_use]
    pub fn forward_residual(
        &self,
        residual: Tensor<4>,
        image: Tensor<4>,
        mode: &mut Mode<'_>,
    ) -> Tensor<4> {
        match self.norm {
            Norm::Instance => residual_instance_norm(residual, image, Activation::None),
            Norm::Batch | Norm::None => residual + self.forward(image, Activation::None, mode),
        }
    }
}

/// Ioffe and Szegedy 2015, as PyTorch's `BatchNorm2d`.
#[derive(Module, Debug)]
pub struct BatchNorm {
    /// [channels].
    pub weight: Param<Tensor<1>>,
    /// [channels].
    pub bias: Param<Tensor<1>>,
    /// [channels].
    pub running_mean: Buffer,
    /// [channels]; unbiased.
    pub running_var: Buffer,
}

impl BatchNorm {
    /// Scales drawn around 1, shifts of 0, running statistics of the standard normal distribution.
    #[must_use]
    pub fn new(channels: usize, initializer: &mut Initializer<'_>) -> Self {
        let weight = initializer.scale(channels);
        let bias = initializer.bias(channels);
        let device = initializer.device().clone().without_autodiff();
        Self {
            weight,
            bias,
            running_mean: Buffer::new(initializer.take_id(), Tensor::zeros([channels], &device)),
            running_var: Buffer::new(initializer.take_id(), Tensor::ones([channels], &device)),
        }
    }

    /// image: [batch, channels, height, width] → the same shape.
    #[must_use]
    pub fn forward(&self, image: Tensor<4>, mode: &mut Mode<'_>) -> Tensor<4> {
        let [_, channels, _, _] = image.dims();
        let wide = |values: Tensor<1>| values.reshape([1, channels, 1, 1]);
        let normal = if mode.batch_statistics() {
            self.by_batch(image, mode.remembers())
        } else {
            let tracked = image.is_autodiff();
            let constant = |buffer: &Buffer| {
                let values = wide(buffer.get());
                if tracked { values.autodiff() } else { values }
            };
            let deviation = constant(&self.running_var).add_scalar(EPSILON).sqrt();
            (image - constant(&self.running_mean)) / deviation
        };
        normal * wide(self.weight.val()) + wide(self.bias.val())
    }

    /// A channel's values over the batch are one plane of an instance.
    fn by_batch(&self, image: Tensor<4>, remember: bool) -> Tensor<4> {
        let [batch, channels, height, width] = image.dims();
        let planes = if batch == 1 {
            image
        } else {
            image
                .swap_dims(0, 1)
                .reshape([1, channels, batch * height, width])
        };
        if remember {
            self.remember(planes.clone().without_autodiff());
        }
        let normal = instance_norm(planes, Activation::None);
        if batch == 1 {
            normal
        } else {
            normal
                .reshape([channels, batch, height, width])
                .swap_dims(0, 1)
        }
    }

    /// planes: [1, channels, rows, columns], off the tape.
    fn remember(&self, planes: Tensor<4>) {
        let [_, channels, rows, columns] = planes.dims();
        let count = rows * columns;
        let planes = planes.reshape([channels, count]);
        let mean = planes.clone().mean_dim(1);
        let squares = (planes - mean.clone()).square().sum_dim(1);
        let variance = squares.div_scalar(count.saturating_sub(1).max(1) as f64);
        for (buffer, value) in [(&self.running_mean, mean), (&self.running_var, variance)] {
            let value = value.reshape([channels]);
            buffer.set(buffer.get().mul_scalar(1.0 - MOMENTUM) + value.mul_scalar(MOMENTUM));
        }
    }
}
