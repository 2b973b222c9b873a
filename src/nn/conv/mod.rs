//! Convolutions, transposed convolutions and instance normalization.
//!
//! On the CPU these are custom ops of burn's CPU backend (flex) with their own kernels, forward and backward; on every other backend burn's
//! own ops. Images are [batch, channels, height, width]; weights have PyTorch's layout and names.
//!
//! What makes a training step fast: weights that take no gradient (`no_grad`) cost none, neither time nor memory; two passes of one
//! network in one batch transform the weights once; [`instance_norm`] includes the activation and the residual sum; and the memory of
//! what a backward pass is done with serves the next layers, as long as nobody else holds the tensors.

mod geometry;
mod init;
mod kernels;
mod layers;
mod norm;
mod norm_kernels;
mod ops;
mod portable;

pub use geometry::{Geometry, PadMode, Padding, ShapeError};
pub use init::{Init, Initializer};
pub use layers::{Conv2d, Conv2dConfig, ConvTranspose2d, ConvTranspose2dConfig};
pub use norm::{Activation, NormBackend, activate, instance_norm, residual_instance_norm};
pub use ops::{ConvBackend, conv_transpose2d, conv2d};

use norm::EPSILON;

#[cfg(test)]
mod tests;
