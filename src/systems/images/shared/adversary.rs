//! Generators against discriminators: what the models of CycleGAN and pix2pix have in common.

use std::path::Path;

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::config::{NetworkConfig, TrainingConfig};
use super::generators::{DISCRIMINATORS, GENERATORS, Generators, GeneratorsConfig};
use super::networks::{Discriminator, DiscriminatorConfig, Generator};
use super::pool::ImagePool;
use super::storage;
use crate::nn::conv::Initializer;
use crate::nn::optim::NetworkAdam;
use crate::systems::TrainError;

/// Generators, as many discriminators, an optimizer for each kind, and a pool for each discriminator.
///
/// Networks lie in lists so that a step can take them out: an optimizer updates in place what nobody else holds.
#[derive(Debug)]
pub struct Adversaries {
    /// Architecture of the generators.
    pub config: GeneratorsConfig,
    discriminator: DiscriminatorConfig,
    /// As in [`GENERATORS`].
    pub generators: Vec<Generator>,
    /// As in [`DISCRIMINATORS`].
    pub discriminators: Vec<Discriminator>,
    /// Of the generators.
    pub generator_adam: NetworkAdam,
    /// Of the discriminators.
    pub discriminator_adam: NetworkAdam,
    /// What each discriminator is shown of its generator.
    pub pools: Vec<ImagePool<Tensor<4>>>,
    pool_size: usize,
    device: Device,
}

impl Adversaries {
    /// With weights drawn from the seed. `inputs`: channels that a discriminator judges; device: any.
    #[must_use]
    pub fn new(
        config: GeneratorsConfig,
        networks: &NetworkConfig,
        inputs: usize,
        training: &TrainingConfig,
        pool_size: usize,
        device: &Device,
        seed: u64,
    ) -> Self {
        let device = device.clone().autodiff();
        let discriminator = networks.discriminator(inputs);
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut initializer = Initializer::new(training.init(), Some(&mut rng), &device, 0);
        let count = config.count;
        let generators = (0..count).map(|_| config.generator.init(&mut initializer));
        let generators = generators.collect();
        let discriminators = (0..count).map(|_| discriminator.init(&mut initializer));
        Self {
            discriminators: discriminators.collect(),
            generators,
            config,
            discriminator,
            generator_adam: NetworkAdam::new(training.beta1),
            discriminator_adam: NetworkAdam::new(training.beta1),
            pools: (0..count).map(|_| ImagePool::new(pool_size)).collect(),
            pool_size,
            device,
        }
    }

    /// The generators as they are.
    #[must_use]
    pub fn translating(&self) -> Generators {
        Generators::of(self.config, &self.generators)
    }

    /// Discriminators that pass gradients on and take none: for the step of the generators.
    #[must_use]
    pub fn frozen(&self) -> Vec<Discriminator> {
        self.discriminators.clone().no_grad()
    }

    /// Writes networks, optimizers and pools.
    ///
    /// # Errors
    /// If a file cannot be written or the device fails.
    pub fn save(&self, folder: &Path) -> Result<(), TrainError> {
        let tensors = self.config.generator.tensors();
        for (name, network) in GENERATORS.iter().zip(&self.generators) {
            storage::save_network(folder, name, &tensors, network)?;
        }
        let tensors = self.discriminator.tensors();
        for (name, network) in DISCRIMINATORS.iter().zip(&self.discriminators) {
            storage::save_network(folder, name, &tensors, network)?;
        }
        storage::save_adam(
            folder,
            "adam_generators",
            &self.generator_adam,
            &self.generators,
        )?;
        storage::save_adam(
            folder,
            "adam_discriminators",
            &self.discriminator_adam,
            &self.discriminators,
        )?;
        for (name, pool) in DISCRIMINATORS.iter().zip(&self.pools) {
            storage::save_pool(folder, &format!("pool_{name}"), pool)?;
        }
        Ok(())
    }

    /// Comes back from what [`Self::save`] wrote.
    ///
    /// # Errors
    /// If a file is missing, damaged or another network's.
    pub fn load(&mut self, folder: &Path) -> Result<(), TrainError> {
        let tensors = self.config.generator.tensors();
        for (name, network) in GENERATORS.iter().zip(&mut self.generators) {
            *network = storage::load_network(folder, name, &tensors, network.clone())?;
        }
        let tensors = self.discriminator.tensors();
        for (name, network) in DISCRIMINATORS.iter().zip(&mut self.discriminators) {
            *network = storage::load_network(folder, name, &tensors, network.clone())?;
        }
        storage::load_adam(
            folder,
            "adam_generators",
            &mut self.generator_adam,
            &self.generators,
        )?;
        storage::load_adam(
            folder,
            "adam_discriminators",
            &mut self.discriminator_adam,
            &self.discriminators,
        )?;
        for (name, pool) in DISCRIMINATORS.iter().zip(&mut self.pools) {
            let name = format!("pool_{name}");
            *pool = storage::load_pool(folder, &name, self.pool_size, &self.device)?;
        }
        Ok(())
    }

    /// Replaces the weights of those generators that the folder has a file for; returns their names.
    ///
    /// # Errors
    /// If a file is damaged or another network's.
    pub fn load_initial(&mut self, folder: &Path) -> Result<Vec<&'static str>, TrainError> {
        let tensors = self.config.generator.tensors();
        let mut found = Vec::new();
        for (name, network) in GENERATORS.into_iter().zip(&mut self.generators) {
            if storage::has_network(folder, name) {
                *network = storage::load_network(folder, name, &tensors, network.clone())?;
                found.push(name);
            }
        }
        Ok(found)
    }
}
