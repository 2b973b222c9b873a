//! The generators, one file each: to add one, write its file and its lines here.

use burn::module::Module;
use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::architecture::{Architecture, Passed, TranslationNetwork};
use super::cost::{Cost, TensorSpec};
use super::layers::Layers;
use super::size::check_multiple;
use super::{Mode, Network, Norm, ResnetConfig, UnetConfig};
use crate::nn::conv::{Initializer, ShapeError};

/// The whole architecture of a generator, as checkpoints keep it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum GeneratorConfig {
    /// CycleGAN's.
    Resnet(ResnetConfig),
    /// pix2pix's.
    Unet(UnetConfig),
}

impl GeneratorConfig {
    fn layers(&self) -> Layers {
        match self {
            Self::Resnet(config) => config.layers(),
            Self::Unet(config) => config.layers(),
        }
    }

    fn check_multiples(&self, width: usize, height: usize) -> Result<(), ShapeError> {
        match self {
            Self::Resnet(_) => check_multiple(width, height, 4, 8),
            Self::Unet(config) => UnetConfig::check_multiples(config.levels, width, height),
        }
    }

    /// Channels of the image.
    #[must_use]
    pub fn inputs(&self) -> usize {
        match self {
            Self::Resnet(config) => config.inputs,
            Self::Unet(config) => config.inputs,
        }
    }

    /// Channels of the translated image.
    #[must_use]
    pub fn outputs(&self) -> usize {
        match self {
            Self::Resnet(config) => config.outputs,
            Self::Unet(config) => config.outputs,
        }
    }

    /// True if images of this size, in pixels, can be translated.
    ///
    /// # Errors
    /// Why not, and which sizes can.
    pub fn check_size(&self, width: usize, height: usize) -> Result<(), ShapeError> {
        self.cost(1, width, height, false).map(|_| ())
    }
}

impl Architecture for GeneratorConfig {
    type Network = Generator;

    fn init(&self, initializer: &mut Initializer<'_>) -> Generator {
        Generator {
            network: self.layers().init(initializer),
            config: *self,
        }
    }

    fn tensors(&self) -> Vec<TensorSpec> {
        self.layers().tensors()
    }

    fn cost(
        &self,
        batch: usize,
        width: usize,
        height: usize,
        _parse: bool,
    ) -> Result<Cost, ShapeError> {
        self.check_multiples(width, height)?;
        let image = [batch, self.inputs(), height, width];
        Ok(self.layers().cost(image)?.0)
    }

    fn norm(&self) -> Norm {
        match self {
            Self::Resnet(config) => config.norm,
            Self::Unet(config) => config.norm,
        }
    }

    fn size_multiple(&self) -> usize {
        match self {
            Self::Resnet(_) => 4,
            Self::Unet(config) => 1 << config.levels.min(12),
        }
    }

    fn margin(&self) -> usize {
        match self {
            // Each block sees 2 more pixels of a map of a quarter of the size; the rest are the other convolutions.
            Self::Resnet(config) => 8 * config.blocks + 20,
            // It sees everything, but what is near counts most.
            Self::Unet(_) => self.size_multiple() / 4,
        }
    }

    fn is_possible(&self) -> bool {
        match self {
            Self::Resnet(config) => (1..=512).contains(&config.filters) && config.blocks <= 64,
            Self::Unet(config) => {
                (1..=512).contains(&config.filters) && (2..=12).contains(&config.levels)
            }
        }
    }
}

/// Translates images.
#[derive(Module, Debug)]
pub struct Generator {
    network: Network,
    #[module(skip)]
    config: GeneratorConfig,
}

impl Generator {
    /// image: [batch, inputs, height, width] of values in [-1, 1] → [batch, outputs, height, width] of values in [-1, 1].
    ///
    /// # Errors
    /// As [`GeneratorConfig::check_size`].
    pub fn forward(&self, image: Tensor<4>, mode: &mut Mode<'_>) -> Result<Tensor<4>, ShapeError> {
        let [_, _, height, width] = image.dims();
        self.config.check_multiples(width, height)?;
        self.network.forward(image, mode)
    }
}

impl TranslationNetwork for Generator {
    fn pass(
        &self,
        images: Tensor<4>,
        _parse: bool,
        mode: &mut Mode<'_>,
    ) -> Result<Passed, ShapeError> {
        Ok(Passed {
            image: self.forward(images, mode)?,
            logits: None,
        })
    }
}
