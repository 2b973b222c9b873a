//! The discriminators, one file each: to add one, write its file and its lines here.

use burn::module::Module;
use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::Mode;
use super::generator::count;
use super::patch::{PatchConfig, PatchDiscriminator};
use super::pixel::{PixelConfig, PixelDiscriminator};
use super::plan::{Cost, Plan, TensorSpec};
use crate::nn::conv::{Activation, Initializer, ShapeError};

/// After the layers of all discriminators.
pub(super) const LEAKY: Activation = Activation::LeakyRelu(0.2);

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
    /// The discriminator with weights from the initializer.
    #[must_use]
    pub fn init(&self, initializer: &mut Initializer<'_>) -> Discriminator {
        match self {
            Self::Patch(config) => Discriminator::Patch(config.init(initializer)),
            Self::Pixel(config) => Discriminator::Pixel(config.init(initializer)),
        }
    }

    fn plan(&self, plan: &mut Plan) {
        match self {
            Self::Patch(config) => config.plan(plan),
            Self::Pixel(config) => config.plan(plan),
        }
    }

    /// Channels of what it judges.
    #[must_use]
    pub fn inputs(&self) -> usize {
        match self {
            Self::Patch(config) => config.inputs,
            Self::Pixel(config) => config.inputs,
        }
    }

    /// Whether images of this size, in pixels, can be judged.
    ///
    /// # Errors
    /// Why not.
    pub fn check_size(&self, width: usize, height: usize) -> Result<(), ShapeError> {
        self.cost(1, width, height).map(|_| ())
    }

    /// What a pass over `batch` images of this size, in pixels, takes.
    ///
    /// # Errors
    /// As [`Self::check_size`].
    pub fn cost(&self, batch: usize, width: usize, height: usize) -> Result<Cost, ShapeError> {
        let mut plan = Plan::of_image([batch, self.inputs(), height, width]);
        self.plan(&mut plan);
        plan.into_cost()
    }

    /// Its tensors, with the official code's names, in the order in which a module visits them.
    #[must_use]
    pub fn tensors(&self) -> Vec<TensorSpec> {
        let mut plan = Plan::of_tensors();
        self.plan(&mut plan);
        plan.into_tensors()
    }

    /// Trained values.
    #[must_use]
    pub fn parameters(&self) -> usize {
        count(&self.tensors())
    }
}

/// Tells real images from translated ones.
#[derive(Module, Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "a run has a handful of discriminators, none of them in an array"
)]
pub enum Discriminator {
    /// Scores overlapping patches.
    Patch(PatchDiscriminator),
    /// Scores pixels.
    Pixel(PixelDiscriminator),
}

impl Discriminator {
    /// image: [batch, inputs, height, width] → scores [batch, 1, rows, columns], without a sigmoid.
    ///
    /// # Errors
    /// As [`DiscriminatorConfig::check_size`].
    pub fn forward(&self, image: Tensor<4>, mode: &mut Mode<'_>) -> Result<Tensor<4>, ShapeError> {
        match self {
            Self::Patch(discriminator) => discriminator.forward(image, mode),
            Self::Pixel(discriminator) => discriminator.forward(image, mode),
        }
    }
}
