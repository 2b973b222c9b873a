//! Generators against discriminators: what the models of all systems that translate images have in common.

use std::path::Path;

use burn::module::Module;
use burn::tensor::{Device, Gradients, Tensor};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::config::{Direction, TrainingConfig};
use super::generators::{DISCRIMINATORS, GENERATORS, Generators};
use super::networks::{Architecture, DiscriminatorConfig, Network};
use super::pool::ImagePool;
use super::storage;
use crate::nn::checkpoint::{Checkpoint, CheckpointWriter};
use crate::nn::conv::Initializer;
use crate::nn::optim::Adam;
use crate::systems::TrainError;

/// Names of the optimizers in a checkpoint.
const ADAMS: [&str; 2] = ["adam_generators", "adam_discriminators"];

/// Generators, as many discriminators, an optimizer for each kind, and a pool for each discriminator.
///
/// Networks lie in lists so that a step can take them out: an optimizer updates in place what nobody else holds.
#[derive(Debug)]
pub struct Adversaries<A: Architecture> {
    /// Of the generators.
    pub architectures: Vec<A>,
    discriminator: DiscriminatorConfig,
    /// As in [`GENERATORS`].
    pub generators: Vec<A::Network>,
    /// As in [`DISCRIMINATORS`].
    pub discriminators: Vec<Network>,
    /// Of the generators.
    pub generator_adam: Adam,
    /// Of the discriminators.
    pub discriminator_adam: Adam,
    /// The outputs of its generator that each discriminator is shown.
    pub pools: Vec<ImagePool<Tensor<4>>>,
    pool_size: usize,
    device: Device,
}

impl<A: Architecture> Adversaries<A> {
    /// With weights drawn from the seed. Device: any.
    #[must_use]
    pub fn new(
        architectures: Vec<A>,
        discriminator: DiscriminatorConfig,
        training: &TrainingConfig,
        pool_size: usize,
        device: &Device,
        seed: u64,
    ) -> Self {
        let device = device.clone().autodiff();
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut initializer = Initializer::new(training.init(), Some(&mut rng), &device, 0);
        let generators = architectures.iter();
        let generators = generators.map(|own| own.init(&mut initializer)).collect();
        let count = architectures.len();
        let discriminators = (0..count).map(|_| discriminator.init(&mut initializer));
        Self {
            discriminators: discriminators.collect(),
            generators,
            architectures,
            discriminator,
            generator_adam: Adam::new(training.beta1),
            discriminator_adam: Adam::new(training.beta1),
            pools: (0..count).map(|_| ImagePool::new(pool_size)).collect(),
            pool_size,
            device,
        }
    }

    /// The device of all networks, with autodiff.
    #[must_use]
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// The generators as they are, off the tape.
    #[must_use]
    pub fn translating(&self, direction: Direction) -> Generators<A> {
        let networks = self.generators.iter().map(Module::valid).collect();
        Generators::new(self.architectures.clone(), direction, networks)
    }

    /// Discriminators that pass gradients on and take none: for the step of the generators.
    #[must_use]
    pub fn frozen(&self) -> Vec<Network> {
        self.discriminators.clone().no_grad()
    }

    /// One step of the generators. Nothing else may hold their weights.
    pub fn step_generators(&mut self, gradients: &mut Gradients, learning_rate: f64) {
        let generators = std::mem::take(&mut self.generators);
        self.generators = self
            .generator_adam
            .step(generators, gradients, learning_rate);
    }

    /// One step of the discriminators. Nothing else may hold their weights.
    pub fn step_discriminators(&mut self, gradients: &mut Gradients, learning_rate: f64) {
        let discriminators = std::mem::take(&mut self.discriminators);
        self.discriminators =
            self.discriminator_adam
                .step(discriminators, gradients, learning_rate);
    }

    /// Adds networks, optimizers and pools to a checkpoint.
    ///
    /// # Errors
    /// If a file cannot be written or the device fails.
    pub fn save(&self, checkpoint: &mut CheckpointWriter) -> Result<(), TrainError> {
        let folder = checkpoint.folder().to_owned();
        let generators = self.architectures.iter().zip(&self.generators);
        for (name, (architecture, network)) in GENERATORS.iter().zip(generators) {
            storage::save_network(&folder, name, &architecture.tensors(), network)?;
        }
        let tensors = self.discriminator.tensors();
        for (name, network) in DISCRIMINATORS.iter().zip(&self.discriminators) {
            storage::save_network(&folder, name, &tensors, network)?;
        }
        let [name, other] = ADAMS;
        storage::save_adam(checkpoint, name, &self.generator_adam, &self.generators)?;
        let discriminators = &self.discriminators;
        storage::save_adam(checkpoint, other, &self.discriminator_adam, discriminators)?;
        for (name, pool) in DISCRIMINATORS.iter().zip(&self.pools) {
            storage::save_pool(checkpoint, &format!("pool_{name}"), pool)?;
        }
        Ok(())
    }

    /// Comes back from what [`Self::save`] wrote.
    ///
    /// # Errors
    /// If a file is missing, damaged or another network's.
    pub fn load(&mut self, checkpoint: &Checkpoint) -> Result<(), TrainError> {
        let folder = checkpoint.folder();
        for index in 0..self.generators.len() {
            self.load_generator(index, folder)?;
        }
        let tensors = self.discriminator.tensors();
        for (name, network) in DISCRIMINATORS.iter().zip(&mut self.discriminators) {
            *network = storage::load_network(folder, name, &tensors, network.clone())?;
        }
        let [name, other] = ADAMS;
        let generators = &self.generators;
        storage::load_adam(checkpoint, name, &mut self.generator_adam, generators)?;
        let discriminators = &self.discriminators;
        let adam = &mut self.discriminator_adam;
        storage::load_adam(checkpoint, other, adam, discriminators)?;
        for (name, pool) in DISCRIMINATORS.iter().zip(&mut self.pools) {
            let name = format!("pool_{name}");
            *pool = storage::load_pool(checkpoint, &name, self.pool_size, &self.device)?;
        }
        Ok(())
    }

    /// Replaces the weights of those generators that the folder has a file for; returns their names.
    ///
    /// # Errors
    /// If a file is damaged or another network's.
    pub fn load_initial(&mut self, folder: &Path) -> Result<Vec<&'static str>, TrainError> {
        let mut found = Vec::new();
        for (index, name) in GENERATORS.into_iter().enumerate() {
            if index < self.generators.len() && storage::has_network(folder, name) {
                self.load_generator(index, folder)?;
                found.push(name);
            }
        }
        Ok(found)
    }

    fn load_generator(&mut self, index: usize, folder: &Path) -> Result<(), TrainError> {
        let tensors = self.architectures[index].tensors();
        let network = &mut self.generators[index];
        *network = storage::load_network(folder, GENERATORS[index], &tensors, network.clone())?;
        Ok(())
    }
}
