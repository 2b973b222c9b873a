//! Generators of CycleGAN and pix2pix that learn no more.

use std::path::Path;

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use serde::{Deserialize, Serialize};

use super::config::Direction;
use super::model::{Translating, Translation, Wanted};
use super::networks::{Generator, GeneratorConfig, Mode, Norm};
use super::storage;
use crate::data::images::{Side, Size};
use crate::nn::conv::{Init, Initializer, ShapeError};
use crate::systems::TrainError;

/// Names of the generators' files: from the part A to B, and back.
pub const GENERATORS: [&str; 2] = ["g_a", "g_b"];
/// Names of the discriminators' files: of what `g_a` makes, and `g_b`.
pub const DISCRIMINATORS: [&str; 2] = ["d_a", "d_b"];

/// What the generators are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GeneratorsConfig {
    /// Of each.
    pub generator: GeneratorConfig,
    /// 1 or 2: whether there is one back.
    pub count: usize,
    /// Which domain plays which part.
    pub direction: Direction,
}

/// One or two generators.
///
/// As the official code's test, they normalize batches by the image at hand and keep dropout where they learned with it, drawn from a fixed seed.
#[derive(Debug)]
pub struct Generators {
    config: GeneratorsConfig,
    /// As in [`GENERATORS`].
    networks: Vec<Generator>,
    targets: Vec<Side>,
}

impl Generators {
    /// Shares the weights of generators under training.
    #[must_use]
    pub fn of(config: GeneratorsConfig, networks: &[Generator]) -> Self {
        let networks = networks.iter().map(Module::valid).collect();
        Self::new(config, networks)
    }

    fn new(config: GeneratorsConfig, networks: Vec<Generator>) -> Self {
        let parts = [Side::B, Side::A].into_iter().take(config.count);
        let mut targets: Vec<Side> = parts.map(|part| config.direction.part(part)).collect();
        // B first, as people translate day to night, unless it is the only one.
        targets.sort_by(|one, other| other.cmp(one));
        Self {
            config,
            networks,
            targets,
        }
    }

    /// Generators with the weights in a checkpoint.
    ///
    /// # Errors
    /// If a file is missing, damaged or another network's.
    pub fn load(
        config: GeneratorsConfig,
        folder: &Path,
        device: &Device,
    ) -> Result<Self, TrainError> {
        if !(1..=2).contains(&config.count) {
            return Err(TrainError::Checkpoint {
                path: folder.to_owned(),
                reason: format!("it should have 1 or 2 generators, not {}", config.count),
            });
        }
        let device = device.clone().inner();
        let tensors = config.generator.tensors();
        let networks = GENERATORS[..config.count].iter().map(|name| {
            let mut empty = Initializer::new(Init::default(), None, &device, 0);
            let network = config.generator.init(&mut empty);
            storage::load_network(folder, name, &tensors, network)
        });
        let networks = networks.collect::<Result<_, _>>()?;
        Ok(Self::new(config, networks))
    }

    /// One image at a time where the others would matter.
    fn pass(&self, network: &Generator, images: Tensor<4>) -> Result<Tensor<4>, TrainError> {
        let one = |images: Tensor<4>| {
            let mut rng = ChaCha8Rng::seed_from_u64(0);
            network
                .forward(images, &mut Mode::sample(&mut rng))
                .map_err(unfit)
        };
        let norm = match &self.config.generator {
            GeneratorConfig::Resnet(config) => config.norm,
            GeneratorConfig::Unet(config) => config.norm,
        };
        let count = images.dims()[0];
        if norm != Norm::Batch || count == 1 {
            return one(images);
        }
        let translated = (0..count).map(|index| one(images.clone().narrow(0, index, 1)));
        Ok(Tensor::cat(translated.collect::<Result<Vec<_>, _>>()?, 0))
    }
}

/// Images that a network does not take.
pub(crate) fn unfit(error: ShapeError) -> TrainError {
    TrainError::Data(error.to_string())
}

/// The domains that are not among the targets are what nothing translates to.
pub(crate) fn no_way(to: Side) -> TrainError {
    TrainError::Data(format!(
        "the model translates in one direction, not to {to:?}; swap the direction"
    ))
}

impl Translating for Generators {
    fn targets(&self) -> &[Side] {
        &self.targets
    }

    fn multiple(&self) -> u32 {
        self.config.generator.size_multiple() as u32
    }

    fn least(&self) -> u32 {
        self.config.generator.least_size() as u32
    }

    fn margin(&self) -> u32 {
        match &self.config.generator {
            // Each block sees 2 more pixels of a map of a quarter of the size; the rest are the other convolutions.
            GeneratorConfig::Resnet(config) => 8 * config.blocks as u32 + 20,
            // It sees everything, but what is near counts most.
            GeneratorConfig::Unet(_) => self.multiple() / 4,
        }
    }

    fn classes(&self) -> usize {
        0
    }

    fn memory(&self, size: Size) -> u64 {
        let (width, height) = (size.width as usize, size.height as usize);
        let weights = 4 * self.config.generator.parameters() as u64;
        match self.config.generator.cost(1, width, height) {
            Ok(cost) => cost.working as u64 + weights,
            Err(_) => u64::MAX,
        }
    }

    fn translate(
        &self,
        images: Tensor<4>,
        from: Side,
        wanted: Wanted,
    ) -> Result<Translation, TrainError> {
        let (there, back) = match self.config.direction.part(from) {
            Side::A => (self.networks.first(), self.networks.get(1)),
            Side::B => (self.networks.get(1), self.networks.first()),
        };
        let there = there.ok_or_else(|| no_way(from.other()))?;
        let fake = self.pass(there, images.clone())?;
        let with = |wanted: bool, images: &Tensor<4>| {
            let back = back.filter(|_| wanted);
            back.map(|back| self.pass(back, images.clone())).transpose()
        };
        Ok(Translation {
            reconstruction: with(wanted.reconstruction, &fake)?,
            identity: with(wanted.identity, &images)?,
            parsing: None,
            fake,
        })
    }
}
