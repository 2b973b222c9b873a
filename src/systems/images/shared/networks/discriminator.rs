//! The discriminators, one file each: to add one, write its file and its lines here.

use serde::{Deserialize, Serialize};

use super::cost::{Cost, TensorSpec, parameters};
use super::layers::{Function, Layers};
use super::{Network, PatchConfig, PixelConfig};
use crate::nn::conv::{Activation, Initializer, ShapeError};

/// After the layers of all discriminators, and before those of a U-Net that halve the size.
pub(super) const LEAKY: Function = Function::Fused(Activation::LeakyRelu(0.2));

/// The whole architecture of a discriminator, as checkpoints keep it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DiscriminatorConfig {
    /// Scores overlapping patches.
    Patch(PatchConfig),
    /// Scores pixels.
    Pixel(PixelConfig),
}

impl DiscriminatorConfig {
    fn layers(&self) -> Layers {
        match self {
            Self::Patch(config) => config.layers(),
            Self::Pixel(config) => config.layers(),
        }
    }

    /// The discriminator with weights from the initializer: image [batch, inputs, height, width] → scores [batch, 1, rows, columns],
    /// without a sigmoid.
    #[must_use]
    pub fn init(&self, initializer: &mut Initializer<'_>) -> Network {
        self.layers().init(initializer)
    }

    /// Channels of what it judges.
    #[must_use]
    pub fn inputs(&self) -> usize {
        match self {
            Self::Patch(config) => config.inputs,
            Self::Pixel(config) => config.inputs,
        }
    }

    /// True if images of this size, in pixels, can be judged.
    ///
    /// # Errors
    /// Why not.
    pub fn check_size(&self, width: usize, height: usize) -> Result<(), ShapeError> {
        self.cost(1, width, height).map(|_| ())
    }

    /// The cost of a pass over `batch` images of this size, in pixels.
    ///
    /// # Errors
    /// As [`Self::check_size`].
    pub fn cost(&self, batch: usize, width: usize, height: usize) -> Result<Cost, ShapeError> {
        let image = [batch, self.inputs(), height, width];
        Ok(self.layers().cost(image)?.0)
    }

    /// Its tensors, with the official code's names, in the order in which a module visits them.
    #[must_use]
    pub fn tensors(&self) -> Vec<TensorSpec> {
        self.layers().tensors()
    }

    /// Trained values.
    #[must_use]
    pub fn parameters(&self) -> usize {
        parameters(&self.tensors())
    }
}
