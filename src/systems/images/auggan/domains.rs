//! Networks of both domains that learn no more, and what they are made of.

use std::path::Path;

use burn::tensor::{Device, Tensor};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use serde::{Deserialize, Serialize};

use super::network::{DomainConfig, DomainNetworks, LEAST, MULTIPLE, Passed};
use crate::data::images::{Side, Size};
use crate::nn::conv::{Init, Initializer};
use crate::systems::TrainError;
use crate::systems::images::shared::config::Direction;
use crate::systems::images::shared::generators::{GENERATORS, unfit};
use crate::systems::images::shared::networks::{Mode, Norm};
use crate::systems::images::shared::{Translating, Translation, Wanted, storage};

/// What the networks of both domains are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct DomainsConfig {
    /// Of the networks that translate from A, by the part that it plays.
    pub(super) from_a: DomainConfig,
    /// Of those that translate from B.
    pub(super) from_b: DomainConfig,
    /// Which domain of the data plays which part.
    pub(super) direction: Direction,
}

impl DomainsConfig {
    /// Of the networks that translate from a part.
    pub(super) fn part(&self, part: Side) -> DomainConfig {
        match part {
            Side::A => self.from_a,
            Side::B => self.from_b,
        }
    }

    /// Classes that are told apart; 0 without parsing networks.
    fn classes(&self) -> usize {
        self.from_a.classes.max(self.from_b.classes)
    }
}

/// The networks of both domains.
#[derive(Debug)]
pub(super) struct Domains {
    config: DomainsConfig,
    /// Of the part A, then of B.
    networks: Vec<DomainNetworks>,
}

impl Domains {
    /// networks: of the part A, then of B, off the tape.
    pub(super) fn new(config: DomainsConfig, networks: Vec<DomainNetworks>) -> Self {
        Self { config, networks }
    }

    /// With the weights in a checkpoint.
    ///
    /// # Errors
    /// If a file is missing, damaged or another network's.
    pub(super) fn load(
        config: DomainsConfig,
        folder: &Path,
        device: &Device,
    ) -> Result<Self, TrainError> {
        let device = device.clone().inner();
        let parts = GENERATORS.into_iter().zip([Side::A, Side::B]);
        let networks = parts.map(|(name, part)| {
            let own = config.part(part);
            if !own.is_sane() {
                return Err(TrainError::Checkpoint {
                    path: folder.join("architecture.json"),
                    reason: format!("it tells of networks that cannot be: {own:?}"),
                });
            }
            let mut empty = Initializer::new(Init::default(), None, &device, 0);
            let networks = own.init(&mut empty);
            storage::load_network(folder, name, &own.tensors(), networks)
        });
        let networks = networks.collect::<Result<_, _>>()?;
        Ok(Self::new(config, networks))
    }

    /// By the statistics of the image at hand, as the official code of CycleGAN tests.
    fn pass(
        networks: &DomainNetworks,
        images: Tensor<4>,
        parse: bool,
    ) -> Result<Passed, TrainError> {
        let one = |images: Tensor<4>| {
            let mut rng = ChaCha8Rng::seed_from_u64(0);
            networks
                .forward(images, parse, &mut Mode::sample(&mut rng))
                .map_err(unfit)
        };
        let count = images.dims()[0];
        if networks.config().norm != Norm::Batch || count == 1 {
            return one(images);
        }
        let (mut made, mut logits) = (Vec::new(), Vec::new());
        for index in 0..count {
            let passed = one(images.clone().narrow(0, index, 1))?;
            made.push(passed.image);
            logits.extend(passed.logits);
        }
        Ok(Passed {
            image: Tensor::cat(made, 0),
            logits: (!logits.is_empty()).then(|| Tensor::cat(logits, 0)),
        })
    }
}

impl Translating for Domains {
    fn targets(&self) -> &[Side] {
        &[Side::B, Side::A]
    }

    fn multiple(&self) -> u32 {
        MULTIPLE as u32
    }

    fn least(&self) -> u32 {
        LEAST as u32
    }

    fn margin(&self) -> u32 {
        // Each block sees 2 more pixels of a map of a quarter of the size; the rest are the other convolutions.
        let blocks = |own: DomainConfig| (own.encoder_blocks + own.blocks) as u32;
        let DomainsConfig { from_a, from_b, .. } = self.config;
        8 * blocks(from_a).max(blocks(from_b)) + 20
    }

    fn classes(&self) -> usize {
        self.config.classes()
    }

    fn memory(&self, size: Size) -> u64 {
        let size = [size.width as usize, size.height as usize];
        let memory = [Side::A, Side::B].map(|part| {
            let own = self.config.part(part);
            let weights = 4 * own.parameters() as u64;
            match own.cost(1, size, true) {
                Ok(cost) => cost.working as u64 + weights,
                Err(_) => u64::MAX,
            }
        });
        memory[0].max(memory[1])
    }

    fn translate(
        &self,
        images: Tensor<4>,
        from: Side,
        wanted: Wanted,
    ) -> Result<Translation, TrainError> {
        let (there, back) = match self.config.direction.part(from) {
            Side::A => (&self.networks[0], &self.networks[1]),
            Side::B => (&self.networks[1], &self.networks[0]),
        };
        let Passed { image, logits } = Self::pass(there, images.clone(), wanted.parsing)?;
        let with = |wanted: bool, images: &Tensor<4>| -> Result<_, TrainError> {
            let passed = wanted.then(|| Self::pass(back, images.clone(), false));
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
