//! Convolutions, transposed convolutions and instance normalisation.
//!
//! On the CPU these are custom ops of burn's CPU backend (flex) with their own kernels, forward and backward; on every other backend burn's
//! own ops. Images are [batch, channels, height, width]; weights have PyTorch's layout and names.

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
