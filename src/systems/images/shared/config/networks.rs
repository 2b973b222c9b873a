//! Generators and discriminators.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ImageConfig, training_defaults, wrong};
use crate::systems::images::shared::networks::{
    Architecture, BlockPadding, DiscriminatorConfig, GeneratorConfig, Norm, PatchConfig,
    PixelConfig, ResnetConfig, UnetConfig, Upsampling,
};
use crate::systems::{ConfigError, ConfigMap};

/// Kinds of generators.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GeneratorKind {
    /// Convolutions that halve the size twice, residual blocks, and back (CycleGAN).
    #[default]
    Resnet,
    /// Down to one pixel and back, with a skip at every level (pix2pix).
    Unet,
}

/// Kinds of discriminators.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DiscriminatorKind {
    /// Scores overlapping patches (PatchGAN).
    #[default]
    Patch,
    /// Scores each pixel alone.
    Pixel,
}

/// The networks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct NetworkConfig {
    /// The network that translates.
    #[schemars(extend("x-group" = "Generator", "x-label" = "Kind"))]
    pub generator: GeneratorKind,
    /// Channels after the first convolution; deeper maps have more.
    #[schemars(range(min = 1, max = 512), extend("x-group" = "Generator", "x-label" = "Filters"))]
    pub generator_filters: usize,
    /// Residual blocks; not used by a U-Net. The paper takes 6 for images of 128 pixels and 9 from 256 on.
    #[schemars(range(min = 0, max = 64), extend("x-group" = "Generator"))]
    pub blocks: usize,
    /// How often a U-Net halves the size: 8 for images of 256 pixels, 7 for 128. Sizes must be multiples of 2 to this power.
    #[schemars(range(min = 2, max = 12), extend("x-group" = "Generator"))]
    pub unet_levels: usize,
    /// How residual generators double the size.
    #[schemars(extend("x-group" = "Generator"))]
    pub upsampling: Upsampling,
    /// Joins the maps of the encoder to those of the same size on the way back, as a U-Net does: details need not pass through the small
    /// maps, so small networks keep them after little training. Of residual generators; not part of the paper.
    #[schemars(extend("x-group" = "Generator", "x-label" = "Skip connections"))]
    pub skips: bool,
    /// Padding of residual blocks.
    #[schemars(extend("x-group" = "Generator"))]
    pub padding: BlockPadding,
    /// Normalization after a convolution, in generators and discriminators.
    #[schemars(extend("x-group" = "Generator"))]
    pub norm: Norm,
    /// Drops half of the values within the generator while it learns.
    #[schemars(extend("x-group" = "Generator"))]
    pub dropout: bool,
    /// The network that tells real from translated images.
    #[schemars(extend("x-group" = "Discriminator", "x-label" = "Kind"))]
    pub discriminator: DiscriminatorKind,
    /// Channels after its first convolution; deeper maps have up to eight times as many.
    #[schemars(range(min = 1, max = 512), extend("x-group" = "Discriminator", "x-label" = "Filters"))]
    pub discriminator_filters: usize,
    /// Convolutions that halve the size: with 3, each score sees 70 × 70 pixels; with 2, 34 × 34.
    #[schemars(range(min = 1, max = 8), extend("x-group" = "Discriminator", "x-label" = "Layers"))]
    pub discriminator_layers: usize,
}

impl Default for NetworkConfig {
    /// CycleGAN's.
    fn default() -> Self {
        Self {
            generator: GeneratorKind::Resnet,
            generator_filters: 64,
            blocks: 9,
            unet_levels: 8,
            upsampling: Upsampling::Transposed,
            skips: false,
            padding: BlockPadding::Reflection,
            norm: Norm::Instance,
            dropout: false,
            discriminator: DiscriminatorKind::Patch,
            discriminator_filters: 64,
            discriminator_layers: 3,
        }
    }
}

impl NetworkConfig {
    /// The architecture of the generators.
    #[must_use]
    pub fn generator(&self) -> GeneratorConfig {
        match self.generator {
            GeneratorKind::Resnet => GeneratorConfig::Resnet(ResnetConfig {
                filters: self.generator_filters,
                blocks: self.blocks,
                norm: self.norm,
                padding: self.padding,
                upsampling: self.upsampling,
                dropout: self.dropout,
                skips: self.skips,
                ..ResnetConfig::default()
            }),
            GeneratorKind::Unet => GeneratorConfig::Unet(UnetConfig {
                filters: self.generator_filters,
                levels: self.unet_levels,
                norm: self.norm,
                dropout: self.dropout,
                ..UnetConfig::default()
            }),
        }
    }

    /// The architecture of the discriminators of images with so many channels.
    #[must_use]
    pub fn discriminator(&self, inputs: usize) -> DiscriminatorConfig {
        match self.discriminator {
            DiscriminatorKind::Patch => DiscriminatorConfig::Patch(PatchConfig {
                inputs,
                filters: self.discriminator_filters,
                layers: self.discriminator_layers,
                norm: self.norm,
            }),
            DiscriminatorKind::Pixel => DiscriminatorConfig::Pixel(PixelConfig {
                inputs,
                filters: self.discriminator_filters,
                norm: self.norm,
            }),
        }
    }

    /// Checks that the networks take images of the size that they will see.
    ///
    /// # Errors
    /// Names the key to change.
    pub fn check(&self, images: &ImageConfig, inputs: usize) -> Result<(), ConfigError> {
        check_networks(images, &self.generator(), &self.discriminator(inputs))
    }
}

/// Checks that networks take images of the size that they will see.
///
/// # Errors
/// Names the key to change.
pub fn check_networks<A: Architecture>(
    images: &ImageConfig,
    generator: &A,
    discriminator: &DiscriminatorConfig,
) -> Result<(), ConfigError> {
    if !images.is_cropped() {
        return Ok(());
    }
    let crop = images.crop();
    let (width, height) = (crop.width as usize, crop.height as usize);
    if let Err(error) = generator.cost(1, width, height, false) {
        let multiple = generator.size_multiple();
        let fits = width >= generator.least_size() && width.is_multiple_of(multiple);
        let key = match images.crop_height != 0 && fits {
            true => "crop_height",
            false => "crop_size",
        };
        return wrong(key, error.to_string());
    }
    let sees = discriminator.check_size(width, height);
    sees.or_else(|error| wrong("discriminator_layers", error.to_string()))
}

/// As [`training_defaults`], with those of the networks: a U-Net halves images of another size than the official one as often as they can
/// be halved.
#[must_use]
pub fn network_defaults(given: &ConfigMap) -> ConfigMap {
    let mut defaults = training_defaults(given);
    let length = |key| given.get(key).and_then(Value::as_u64);
    if let (None, None) = (length("crop_size"), length("crop_height")) {
        return defaults;
    }
    let width = length("crop_size").unwrap_or(u64::from(ImageConfig::default().crop_size));
    let height = length("crop_height")
        .filter(|height| *height > 0)
        .unwrap_or(width);
    let most = NetworkConfig::default().unet_levels as u32;
    let levels = (width | height).trailing_zeros().clamp(2, most);
    defaults.insert("unet_levels".to_owned(), Value::from(levels));
    defaults
}
