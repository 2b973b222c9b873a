//! The generators, one file each: to add one, write its file and its lines here.

use burn::module::Module;
use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::Mode;
use super::plan::{Cost, Plan, Role, TensorSpec};
use super::resnet::{ResnetConfig, ResnetGenerator};
use super::unet::{UnetConfig, UnetGenerator};
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
    /// The generator with weights from the initializer.
    #[must_use]
    pub fn init(&self, initializer: &mut Initializer<'_>) -> Generator {
        match self {
            Self::Resnet(config) => Generator::Resnet(config.init(initializer)),
            Self::Unet(config) => Generator::Unet(config.init(initializer)),
        }
    }

    fn plan(&self, plan: &mut Plan) {
        match self {
            Self::Resnet(config) => config.plan(plan),
            Self::Unet(config) => config.plan(plan),
        }
    }

    fn check_multiples(&self, width: usize, height: usize) -> Result<(), ShapeError> {
        match self {
            Self::Resnet(_) => ResnetConfig::check_multiples(width, height),
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

    /// What width and height must be a multiple of; the smallest size is [`Self::least_size`].
    #[must_use]
    pub fn size_multiple(&self) -> usize {
        match self {
            Self::Resnet(_) => 4,
            Self::Unet(config) => 1 << config.levels.min(12),
        }
    }

    /// The smallest width and height.
    #[must_use]
    pub fn least_size(&self) -> usize {
        self.size_multiple().max(8)
    }

    /// Whether images of this size, in pixels, can be translated.
    ///
    /// # Errors
    /// Why not, and which sizes can.
    pub fn check_size(&self, width: usize, height: usize) -> Result<(), ShapeError> {
        self.cost(1, width, height).map(|_| ())
    }

    /// What a pass over `batch` images of this size, in pixels, takes.
    ///
    /// # Errors
    /// As [`Self::check_size`].
    pub fn cost(&self, batch: usize, width: usize, height: usize) -> Result<Cost, ShapeError> {
        self.check_multiples(width, height)?;
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

pub(super) fn count(tensors: &[TensorSpec]) -> usize {
    let trained = tensors.iter().filter(|spec| spec.role == Role::Parameter);
    trained.map(TensorSpec::values).sum()
}

/// Translates images.
#[derive(Module, Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "a run has a handful of generators, none of them in an array"
)]
pub enum Generator {
    /// CycleGAN's.
    Resnet(ResnetGenerator),
    /// pix2pix's.
    Unet(UnetGenerator),
}

impl Generator {
    /// image: [batch, inputs, height, width] of values in [-1, 1] → [batch, outputs, height, width] of values in [-1, 1].
    ///
    /// # Errors
    /// As [`GeneratorConfig::check_size`].
    pub fn forward(&self, image: Tensor<4>, mode: &mut Mode<'_>) -> Result<Tensor<4>, ShapeError> {
        match self {
            Self::Resnet(generator) => generator.forward(image, mode),
            Self::Unet(generator) => generator.forward(image, mode),
        }
    }
}
