//! Generators and discriminators: configs that describe the whole architecture, and the modules they make.
//!
//! Layers, shapes and names are those of the official code of CycleGAN and pix2pix.

mod blocks;
mod buffer;
mod choices;
mod discriminator;
mod generator;
mod mode;
mod norm;
mod patch;
mod pixel;
mod plan;
mod resnet;
mod size;
#[cfg(test)]
mod tests;
mod unet;
mod upsampling;

pub use blocks::{
    ConvBlock, Encoder, EncoderConfig, ImageHead, ImageHeadConfig, ResidualBlocks,
    ResidualBlocksConfig,
};
pub use buffer::Buffer;
pub use choices::{BlockPadding, Nonlinearity, Norm, Upsampling};
pub use discriminator::{Discriminator, DiscriminatorConfig};
pub use generator::{Generator, GeneratorConfig};
pub use mode::Mode;
pub use norm::{BatchNorm, NormLayer};
pub use patch::{PatchConfig, PatchDiscriminator};
pub use pixel::{PixelConfig, PixelDiscriminator};
pub use plan::{Cost, Plan, Role, Sequence, TensorSpec};
pub use resnet::{ResnetConfig, ResnetGenerator};
pub use size::check_multiple;
pub use unet::{UnetConfig, UnetGenerator};
pub use upsampling::{UpsamplingConfig, UpsamplingStage};
