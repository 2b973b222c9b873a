//! The step of AugGAN (Huang et al. 2018).

use std::path::Path;

use burn::tensor::Tensor;
use rand_chacha::ChaCha8Rng;

use super::network::{DomainConfig, DomainsConfig};
use super::objective::{Descent, Given, Shown, descent, discriminator_loss};
use super::segmentation::Truth;
use super::{AugGanConfig, AugGanSystem};
use crate::nn::checkpoint::{Checkpoint, CheckpointWriter};
use crate::systems::images::shared::adversary::Adversaries;
use crate::systems::images::shared::generators::unfit;
use crate::systems::images::shared::networks::{Mode, Network, Norm};
use crate::systems::images::shared::{StepBatch, StepScalar, Translating, TranslationModel};
use crate::systems::{Place, System, TrainError};

/// The networks of both domains and two discriminators under training.
#[derive(Debug)]
pub(super) struct AugGan {
    /// The generators are the networks of A, which translate A → B, and of B; D_A judges images of B, D_B those of A.
    pub(super) networks: Adversaries<DomainConfig>,
    architecture: DomainsConfig,
    config: AugGanConfig,
    /// Of classes in the cross entropy; all the same if absent.
    class_weights: [Option<Vec<f32>>; 2],
}

impl AugGan {
    /// With weights drawn from the seed. `class_weights`: of the parts A and B.
    pub(super) fn new(
        config: &AugGanConfig,
        domains: DomainsConfig,
        class_weights: [Option<Vec<f32>>; 2],
        place: &Place,
    ) -> Self {
        Self {
            networks: Adversaries::new(
                domains.architectures(),
                config.discriminator(),
                &config.training,
                config.pool_size,
                &place.device,
                place.seed,
            ),
            architecture: domains,
            config: config.clone(),
            class_weights,
        }
    }

    /// The masks of a part's images on the device.
    fn truth(&self, part: usize, classes: Option<&[u8]>, images: &Tensor<4>) -> Option<Truth> {
        let count = self.networks.architectures[part].classes;
        let classes = classes.filter(|_| count > 0)?;
        let [n, _, height, width] = images.dims();
        let weights = self.class_weights[part].as_deref();
        Truth::new(
            classes,
            [n, count, height, width],
            weights,
            self.networks.device(),
        )
    }

    /// Losses of the networks for a batch.
    pub(super) fn descend(
        &self,
        frozen: &[Network],
        batch: &StepBatch,
        mode: &mut Mode<'_>,
    ) -> Result<Descent, TrainError> {
        let given = Given {
            truth_a: self.truth(0, batch.classes_a.as_deref(), &batch.a),
            truth_b: self.truth(1, batch.classes_b.as_deref(), &batch.b),
            a: batch.a.clone(),
            b: batch.b.clone(),
        };
        let generators = &self.networks.generators;
        descent(
            generators,
            frozen,
            given,
            self.config.gan,
            &self.config.lambdas(),
            mode,
        )
        .map_err(unfit)
    }

    /// Losses of the discriminators: for each part, of real images and of the fakes that they are shown.
    pub(super) fn discriminator_losses(
        &self,
        of_a: [Tensor<4>; 2],
        of_b: [Tensor<4>; 2],
        mode: &mut Mode<'_>,
    ) -> Result<(Tensor<1>, Vec<StepScalar>), TrainError> {
        let [of_a, of_b] = [of_a, of_b].map(|[real, fake]| Shown { real, fake });
        let discriminators = &self.networks.discriminators;
        let apart = self.config.norm != Norm::Batch;
        discriminator_loss(discriminators, of_a, of_b, self.config.gan, apart, mode).map_err(unfit)
    }
}

impl TranslationModel for AugGan {
    const SYSTEM: &'static str = AugGanSystem::INFO.id;
    type Config = AugGanConfig;

    fn step(
        &mut self,
        batch: StepBatch,
        learning_rate: f64,
        rng: &mut ChaCha8Rng,
    ) -> Result<Vec<StepScalar>, TrainError> {
        let (mut scalars, fake_a, fake_b, mut gradients) = {
            let frozen = self.networks.frozen();
            let made = self.descend(&frozen, &batch, &mut Mode::train(rng))?;
            let gradients = made.total.backward();
            let (fake_a, fake_b) = (made.fake_a.detach(), made.fake_b.detach());
            (made.scalars, fake_a, fake_b, gradients)
        };
        let networks = &mut self.networks;
        networks.step_generators(&mut gradients, learning_rate);
        drop(gradients);

        let shown_b = networks.pools[0].query(fake_b, rng);
        let shown_a = networks.pools[1].query(fake_a, rng);
        let StepBatch { a, b, .. } = batch;
        let (loss, judged) =
            self.discriminator_losses([a, shown_a], [b, shown_b], &mut Mode::train(rng))?;
        scalars.extend(judged);
        let mut gradients = loss.backward();
        self.networks
            .step_discriminators(&mut gradients, learning_rate);
        Ok(scalars)
    }

    fn reconfigure(&mut self, config: &AugGanConfig) {
        self.config.clone_from(config);
    }

    fn translating(&self) -> Box<dyn Translating> {
        Box::new(self.networks.translating(self.architecture.direction))
    }

    fn architecture(&self) -> serde_json::Value {
        serde_json::json!(self.architecture)
    }

    fn save(&self, checkpoint: &mut CheckpointWriter) -> Result<(), TrainError> {
        self.networks.save(checkpoint)
    }

    fn load(&mut self, checkpoint: &Checkpoint) -> Result<(), TrainError> {
        self.networks.load(checkpoint)
    }

    fn load_initial(&mut self, folder: &Path) -> Result<Vec<&'static str>, TrainError> {
        self.networks.load_initial(folder)
    }
}
