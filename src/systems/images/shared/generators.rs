//! Generators that learn no more.

use std::path::Path;

use burn::tensor::{Device, Tensor};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use serde::{Deserialize, Serialize};

use super::config::Direction;
use super::model::{Translating, Translation, Wanted};
use super::networks::{Architecture, GeneratorConfig, Mode, Norm, Passed, TranslationNetwork};
use super::storage;
use crate::data::images::{Side, Size};
use crate::nn::conv::{Init, Initializer, ShapeError};
use crate::systems::TrainError;

/// Names of the generators' files: from the part A to B, and back.
pub const GENERATORS: [&str; 2] = ["g_a", "g_b"];
/// Names of the discriminators' files: of what `g_a` makes, and `g_b`.
pub const DISCRIMINATORS: [&str; 2] = ["d_a", "d_b"];

/// The composition of the generators of CycleGAN and pix2pix, as checkpoints keep it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GeneratorsConfig {
    /// Of each.
    pub generator: GeneratorConfig,
    /// 1 or 2: whether there is one back.
    pub count: usize,
    /// Which domain plays which part.
    pub direction: Direction,
}

impl GeneratorsConfig {
    /// Of each generator.
    #[must_use]
    pub fn architectures(&self) -> Vec<GeneratorConfig> {
        // What a checkpoint claims takes no memory; more than two are refused where they are loaded.
        vec![self.generator; self.count.min(GENERATORS.len() + 1)]
    }
}

/// One or two generators.
///
/// As the official code's test, they normalize batches by the image at hand and keep dropout where they learned with it, drawn from a fixed seed.
#[derive(Debug)]
pub struct Generators<A: Architecture> {
    architectures: Vec<A>,
    direction: Direction,
    /// As in [`GENERATORS`].
    networks: Vec<A::Network>,
    targets: Vec<Side>,
}

impl<A: Architecture> Generators<A> {
    /// Networks off the tape, as in [`GENERATORS`].
    #[must_use]
    pub fn new(architectures: Vec<A>, direction: Direction, networks: Vec<A::Network>) -> Self {
        let parts = [Side::B, Side::A].into_iter().take(networks.len());
        let mut targets: Vec<Side> = parts.map(|part| direction.part(part)).collect();
        // B first, as people translate day to night, unless it is the only one.
        targets.sort_by(|one, other| other.cmp(one));
        Self {
            architectures,
            direction,
            networks,
            targets,
        }
    }

    /// Generators with the weights in a checkpoint.
    ///
    /// # Errors
    /// If a file is missing, damaged or another network's, or the architectures are of no config.
    pub fn load(
        architectures: Vec<A>,
        direction: Direction,
        folder: &Path,
        device: &Device,
    ) -> Result<Self, TrainError> {
        let possible = (1..=GENERATORS.len()).contains(&architectures.len());
        if !possible || !architectures.iter().all(A::is_possible) {
            return Err(TrainError::Checkpoint {
                path: folder.to_owned(),
                reason: format!(
                    "it describes networks that no config can produce: {architectures:?}"
                ),
            });
        }
        let device = device.clone().inner();
        let parts = GENERATORS.iter().zip(&architectures);
        let networks = parts.map(|(name, own)| {
            let tensors = own.tensors();
            // Before memory is taken on the word of a description.
            storage::open_network(folder, name, &tensors)?;
            let mut empty = Initializer::new(Init::default(), None, &device, 0);
            let network = own.init(&mut empty);
            storage::load_network(folder, name, &tensors, network)
        });
        let networks = networks.collect::<Result<_, _>>()?;
        Ok(Self::new(architectures, direction, networks))
    }

    /// One image at a time where the others would matter.
    fn pass(&self, index: usize, images: Tensor<4>, parse: bool) -> Result<Passed, TrainError> {
        let one = |images: Tensor<4>| {
            let mut rng = ChaCha8Rng::seed_from_u64(0);
            self.networks[index]
                .pass(images, parse, &mut Mode::sample(&mut rng))
                .map_err(unfit)
        };
        let count = images.dims()[0];
        if self.architectures[index].norm() != Norm::Batch || count == 1 {
            return one(images);
        }
        let (mut translated, mut logits) = (Vec::new(), Vec::new());
        for index in 0..count {
            let passed = one(images.clone().narrow(0, index, 1))?;
            translated.push(passed.image);
            logits.extend(passed.logits);
        }
        Ok(Passed {
            image: Tensor::cat(translated, 0),
            logits: (!logits.is_empty()).then(|| Tensor::cat(logits, 0)),
        })
    }

    fn most(&self, of: impl Fn(&A) -> usize) -> usize {
        self.architectures.iter().map(of).max().unwrap_or(0)
    }
}

/// Images that a network does not take.
pub(crate) fn unfit(error: ShapeError) -> TrainError {
    TrainError::Data(error.to_string())
}

/// The domains that are not among the targets are what nothing translates to.
pub(crate) fn no_way(to: Side) -> TrainError {
    TrainError::Data(format!(
        "the model translates in one direction only, not to {to:?}; choose the other direction"
    ))
}

impl<A: Architecture> Translating for Generators<A> {
    fn targets(&self) -> &[Side] {
        &self.targets
    }

    fn multiple(&self) -> u32 {
        self.most(A::size_multiple) as u32
    }

    fn least(&self) -> u32 {
        self.most(A::least_size) as u32
    }

    fn margin(&self) -> u32 {
        self.most(A::margin) as u32
    }

    fn classes(&self) -> usize {
        self.most(A::classes)
    }

    fn memory(&self, size: Size) -> u64 {
        let (width, height) = (size.width as usize, size.height as usize);
        let memory = self.architectures.iter().map(|own| {
            let weights = 4 * own.parameters() as u64;
            match own.cost(1, width, height, true) {
                Ok(cost) => cost.working as u64 + weights,
                Err(_) => u64::MAX,
            }
        });
        memory.max().unwrap_or(0)
    }

    fn translate(
        &self,
        images: Tensor<4>,
        from: Side,
        wanted: Wanted,
    ) -> Result<Translation, TrainError> {
        let [there, back] = match self.direction.part(from) {
            Side::A => [0, 1],
            Side::B => [1, 0],
        };
        if there >= self.networks.len() {
            return Err(no_way(from.other()));
        }
        let Passed { image, logits } = self.pass(there, images.clone(), wanted.parsing)?;
        let with = |wanted: bool, images: &Tensor<4>| -> Result<_, TrainError> {
            let wanted = wanted && back < self.networks.len();
            let passed = wanted.then(|| self.pass(back, images.clone(), false));
            Ok(passed.transpose()?.map(|passed| passed.image))
        };
        Ok(Translation {
            reconstruction: with(wanted.reconstruction, &image)?,
            identity: with(wanted.identity, &images)?,
            parsing: logits,
            fake: image,
        })
    }
}
