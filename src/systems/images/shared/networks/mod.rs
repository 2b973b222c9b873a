//! Generators and discriminators: configs that describe the whole architecture, and the modules they make.
//!
//! Each network is written once, as a list of layers ([`Layers`]), from which come its forward pass, its tensors and its cost. Layers, shapes
//! and names are those of the official code of CycleGAN and pix2pix.

mod architecture;
mod buffer;
mod choices;
mod cost;
mod discriminator;
mod generator;
mod layers;
mod mode;
mod network;
mod norm;
mod patch;
mod pixel;
mod resize;
mod resnet;
mod size;
#[cfg(test)]
mod tests;
mod unet;

pub use architecture::{Architecture, Passed, TranslationNetwork};
pub use buffer::Buffer;
pub use choices::{BlockPadding, Nonlinearity, Norm, Upsampling};
pub use cost::{Cost, Role, TensorSpec, parameters};
pub use discriminator::DiscriminatorConfig;
pub use generator::{Generator, GeneratorConfig};
pub use layers::{Block, Convolution, Function, Layer, Layers, joined};
pub use mode::Mode;
pub use network::Network;
pub use norm::{BatchNorm, NormLayer};
pub use patch::PatchConfig;
pub use pixel::PixelConfig;
pub use resize::Interpolation;
pub use resnet::ResnetConfig;
pub use size::check_multiple;
pub use unet::UnetConfig;
