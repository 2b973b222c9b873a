//! The same layers from burn's own ops, for every backend.

use burn::tensor::Tensor;
use burn::tensor::activation::{leaky_relu, relu};
use burn::tensor::module;
use burn::tensor::ops::{ConvOptions, ConvTransposeOptions, PadMode as BurnPadMode};

use super::geometry::{Geometry, PadMode};
use super::{Activation, EPSILON};

/// See [`super::conv2d`].
pub(super) fn conv2d(
    image: Tensor<4>,
    weight: Tensor<4>,
    bias: Option<Tensor<1>>,
    geometry: &Geometry,
) -> Tensor<4> {
    let [top, bottom] = geometry.padding.vertical;
    let [left, right] = geometry.padding.horizontal;
    let even = top == bottom && left == right;
    if geometry.padding.mode == PadMode::Zero && even {
        let options = ConvOptions::new(geometry.stride, [top, left], [1, 1], 1);
        return module::conv2d(image, weight, bias, options);
    }
    let mode = match geometry.padding.mode {
        PadMode::Zero => BurnPadMode::Constant(0.0),
        PadMode::Reflection => BurnPadMode::Reflect,
        PadMode::Replicate => BurnPadMode::Edge,
    };
    let image = image.pad([(top, bottom), (left, right)], mode);
    let options = ConvOptions::new(geometry.stride, [0, 0], [1, 1], 1);
    module::conv2d(image, weight, bias, options)
}

/// See [`super::conv_transpose2d`].
pub(super) fn conv_transpose2d(
    map: Tensor<4>,
    weight: Tensor<4>,
    bias: Option<Tensor<1>>,
    geometry: &Geometry,
) -> Tensor<4> {
    let padding = [0, 1].map(|axis| geometry.padding.along(axis)[0]);
    // What the image has beyond the last step of the kernel.
    let output_padding = [0, 1].map(|axis| {
        geometry.image[axis] + 2 * padding[axis]
            - (geometry.map[axis] - 1) * geometry.stride[axis]
            - geometry.kernel[axis]
    });
    let options = ConvTransposeOptions::new(geometry.stride, padding, output_padding, [1, 1], 1);
    module::conv_transpose2d(map, weight, bias, options)
}

/// See [`super::instance_norm`].
pub(super) fn instance_norm(
    image: Tensor<4>,
    residual: Option<Tensor<4>>,
    activation: Activation,
) -> Tensor<4> {
    let [batch, channels, height, width] = image.dims();
    let planes = image.reshape([batch * channels, height * width]);
    let centered = planes.clone() - planes.mean_dim(1);
    let variance = centered.clone().square().mean_dim(1);
    let normal = centered / (variance + EPSILON).sqrt();
    let out = activate(normal.reshape([batch, channels, height, width]), activation);
    match residual {
        Some(residual) => residual + out,
        None => out,
    }
}

/// See [`super::activate`].
pub(super) fn activate(image: Tensor<4>, activation: Activation) -> Tensor<4> {
    match activation {
        Activation::None => image,
        Activation::Relu => relu(image),
        Activation::LeakyRelu(slope) => leaky_relu(image, f64::from(slope)),
    }
}
