//! The step of AugGAN (Huang et al. 2018).

use std::path::Path;

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::config::AugGanConfig;
use super::domains::{Domains, DomainsConfig};
use super::network::{DomainConfig, DomainNetworks};
use super::objective::{Descent, Given, Lambdas, Shown, descent, discriminator_loss};
use super::segmentation::{SegmentationWeights, Truth};
use crate::data::images::Side;
use crate::nn::conv::Initializer;
use crate::nn::optim::NetworkAdam;
use crate::systems::TrainError;
use crate::systems::images::shared::generators::{DISCRIMINATORS, GENERATORS, unfit};
use crate::systems::images::shared::losses::GanLoss;
use crate::systems::images::shared::networks::{Discriminator, DiscriminatorConfig, Mode};
use crate::systems::images::shared::pool::ImagePool;
use crate::systems::images::shared::{
    StepBatch, StepScalar, Translating, TranslationModel, storage,
};

/// Names of the optimizers' files.
const ADAMS: [&str; 2] = ["adam_generators", "adam_discriminators"];

/// The networks of both domains and two discriminators under training.
///
/// Networks lie in lists so that a step can take them out: an optimizer updates in place what nobody else holds.
#[derive(Debug)]
pub(super) struct AugGan {
    domains: DomainsConfig,
    discriminator: DiscriminatorConfig,
    /// Of A, which translate A → B, and of B.
    pub(super) networks: Vec<DomainNetworks>,
    /// D_A, which judges images of B, and D_B.
    pub(super) discriminators: Vec<Discriminator>,
    adam: NetworkAdam,
    discriminators_adam: NetworkAdam,
    /// Of what D_A is shown, and D_B.
    pools: Vec<ImagePool<Tensor<4>>>,
    pool_size: usize,
    gan: GanLoss,
    lambdas: Lambdas,
    /// Weight of the cycle B → A → B, if it is one of its own.
    lambda_cycle_b: Option<f64>,
    /// Of classes in the cross entropy; all the same if absent.
    class_weights: [Option<Vec<f32>>; 2],
    device: Device,
}

impl AugGan {
    /// With weights drawn from the seed. `class_weights`: of the parts A and B.
    pub(super) fn new(
        config: &AugGanConfig,
        domains: DomainsConfig,
        class_weights: [Option<Vec<f32>>; 2],
        device: &Device,
        seed: u64,
    ) -> Self {
        let device = device.clone().autodiff();
        let discriminator = config.discriminator();
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut initializer = Initializer::new(config.training.init(), Some(&mut rng), &device, 0);
        let parts = [Side::A, Side::B].map(|part| domains.part(part));
        let networks = parts.map(|own| own.init(&mut initializer)).into();
        let discriminators = [(); 2]
            .map(|()| discriminator.init(&mut initializer))
            .into();
        Self {
            discriminator,
            networks,
            discriminators,
            adam: NetworkAdam::new(config.training.beta1),
            discriminators_adam: NetworkAdam::new(config.training.beta1),
            pools: (0..2).map(|_| ImagePool::new(config.pool_size)).collect(),
            pool_size: config.pool_size,
            gan: config.gan,
            lambdas: Lambdas {
                cycle_a: config.lambda_cycle,
                cycle_b: config.lambda_cycle_b.unwrap_or(config.lambda_cycle),
                identity: config.lambda_identity,
                segmentation: config.lambda_segmentation,
                terms: SegmentationWeights {
                    distance: config.segmentation_l1,
                    cross_entropy: config.segmentation_cross_entropy,
                },
                sharing: config.lambda_sharing,
            },
            lambda_cycle_b: config.lambda_cycle_b,
            class_weights,
            domains,
            device,
        }
    }

    /// The masks of a part's images on the device.
    fn truth(&self, part: usize, classes: Option<&[u8]>, images: &Tensor<4>) -> Option<Truth> {
        let count = self.networks[part].config().classes;
        let classes = classes.filter(|_| count > 0)?;
        let [n, _, height, width] = images.dims();
        let weights = self.class_weights[part].as_deref();
        Truth::new(classes, [n, count, height, width], weights, &self.device)
    }

    /// What the networks descend for a batch.
    pub(super) fn descend(
        &self,
        frozen: &[Discriminator],
        batch: &StepBatch,
        mode: &mut Mode<'_>,
    ) -> Result<Descent, TrainError> {
        let given = Given {
            truth_a: self.truth(0, batch.classes_a.as_deref(), &batch.a),
            truth_b: self.truth(1, batch.classes_b.as_deref(), &batch.b),
            a: batch.a.clone(),
            b: batch.b.clone(),
        };
        descent(&self.networks, frozen, given, self.gan, &self.lambdas, mode).map_err(unfit)
    }

    /// What the discriminators descend: of each part real images and what they are shown of the fakes.
    pub(super) fn discriminator_losses(
        &self,
        of_a: [Tensor<4>; 2],
        of_b: [Tensor<4>; 2],
        mode: &mut Mode<'_>,
    ) -> Result<(Tensor<1>, Vec<StepScalar>), TrainError> {
        let [of_a, of_b] = [of_a, of_b].map(|[real, fake]| Shown { real, fake });
        discriminator_loss(&self.discriminators, of_a, of_b, self.gan, mode).map_err(unfit)
    }

    fn parts(&self) -> impl Iterator<Item = (&'static str, &DomainConfig, &DomainNetworks)> {
        let networks = GENERATORS.into_iter().zip(&self.networks);
        networks.map(|(name, networks)| (name, networks.config(), networks))
    }
}

impl TranslationModel for AugGan {
    fn step(
        &mut self,
        batch: StepBatch,
        learning_rate: f64,
        rng: &mut ChaCha8Rng,
    ) -> Result<Vec<StepScalar>, TrainError> {
        let (mut scalars, fake_a, fake_b, mut gradients) = {
            let frozen = self.discriminators.clone().no_grad();
            let made = self.descend(&frozen, &batch, &mut Mode::train(rng))?;
            let gradients = made.total.backward();
            let (fake_a, fake_b) = (made.fake_a.detach(), made.fake_b.detach());
            (made.scalars, fake_a, fake_b, gradients)
        };
        let networks = std::mem::take(&mut self.networks);
        self.networks = self.adam.step(networks, &mut gradients, learning_rate);
        drop(gradients);

        let shown_b = self.pools[0].query(fake_b, rng);
        let shown_a = self.pools[1].query(fake_a, rng);
        let StepBatch { a, b, .. } = batch;
        let (loss, judged) =
            self.discriminator_losses([a, shown_a], [b, shown_b], &mut Mode::train(rng))?;
        scalars.extend(judged);
        let mut gradients = loss.backward();
        let discriminators = std::mem::take(&mut self.discriminators);
        self.discriminators =
            self.discriminators_adam
                .step(discriminators, &mut gradients, learning_rate);
        Ok(scalars)
    }

    fn set(&mut self, key: &str, value: Option<f64>) {
        let lambdas = &mut self.lambdas;
        match (key, value) {
            ("lambda_cycle", Some(value)) => lambdas.cycle_a = value,
            ("lambda_cycle_b", value) => self.lambda_cycle_b = value,
            ("lambda_identity", Some(value)) => lambdas.identity = value,
            ("lambda_segmentation", Some(value)) => lambdas.segmentation = value,
            ("segmentation_l1", Some(value)) => lambdas.terms.distance = value,
            ("segmentation_cross_entropy", Some(value)) => lambdas.terms.cross_entropy = value,
            ("lambda_sharing", Some(value)) => lambdas.sharing = value,
            _ => {}
        }
        lambdas.cycle_b = self.lambda_cycle_b.unwrap_or(lambdas.cycle_a);
    }

    fn translating(&self) -> Box<dyn Translating> {
        let networks = self.networks.iter().map(Module::valid).collect();
        Box::new(Domains::new(self.domains, networks))
    }

    fn architecture(&self) -> serde_json::Value {
        serde_json::json!(self.domains)
    }

    fn save(&self, folder: &Path) -> Result<(), TrainError> {
        for (name, config, networks) in self.parts() {
            storage::save_network(folder, name, &config.tensors(), networks)?;
        }
        let tensors = self.discriminator.tensors();
        for ((name, discriminator), pool) in DISCRIMINATORS
            .iter()
            .zip(&self.discriminators)
            .zip(&self.pools)
        {
            storage::save_network(folder, name, &tensors, discriminator)?;
            storage::save_pool(folder, &format!("pool_{name}"), pool)?;
        }
        storage::save_adam(folder, ADAMS[0], &self.adam, &self.networks)?;
        storage::save_adam(
            folder,
            ADAMS[1],
            &self.discriminators_adam,
            &self.discriminators,
        )
    }

    fn load(&mut self, folder: &Path) -> Result<(), TrainError> {
        for (name, networks) in GENERATORS.iter().zip(&mut self.networks) {
            let tensors = networks.config().tensors();
            *networks = storage::load_network(folder, name, &tensors, networks.clone())?;
        }
        let tensors = self.discriminator.tensors();
        let discriminators = self.discriminators.iter_mut().zip(&mut self.pools);
        for (name, (discriminator, pool)) in DISCRIMINATORS.iter().zip(discriminators) {
            *discriminator = storage::load_network(folder, name, &tensors, discriminator.clone())?;
            let name = format!("pool_{name}");
            *pool = storage::load_pool(folder, &name, self.pool_size, &self.device)?;
        }
        storage::load_adam(folder, ADAMS[0], &mut self.adam, &self.networks)?;
        storage::load_adam(
            folder,
            ADAMS[1],
            &mut self.discriminators_adam,
            &self.discriminators,
        )
    }

    fn load_initial(&mut self, folder: &Path) -> Result<Vec<&'static str>, TrainError> {
        let mut found = Vec::new();
        for (name, networks) in GENERATORS.into_iter().zip(&mut self.networks) {
            if storage::has_network(folder, name) {
                let tensors = networks.config().tensors();
                *networks = storage::load_network(folder, name, &tensors, networks.clone())?;
                found.push(name);
            }
        }
        Ok(found)
    }
}
