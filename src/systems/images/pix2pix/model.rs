//! The step of pix2pix (Isola et al. 2017), as the official code takes it.

use std::path::Path;

use burn::tensor::Tensor;
use rand_chacha::ChaCha8Rng;

use super::{Pix2PixConfig, Pix2PixSystem};
use crate::nn::checkpoint::{Checkpoint, CheckpointWriter};
use crate::systems::images::shared::adversary::Adversaries;
use crate::systems::images::shared::generators::{GeneratorsConfig, unfit};
use crate::systems::images::shared::losses::{Target, l1};
use crate::systems::images::shared::networks::{GeneratorConfig, Mode};
use crate::systems::images::shared::{
    StepBatch, StepScalar, Translating, TranslationModel, scalars as named,
};
use crate::systems::{Place, System, TrainError};

/// A generator, and a discriminator of pairs, under training.
#[derive(Debug)]
pub(super) struct Pix2Pix {
    pub(super) networks: Adversaries<GeneratorConfig>,
    architecture: GeneratorsConfig,
    config: Pix2PixConfig,
}

impl Pix2Pix {
    pub(super) fn new(config: &Pix2PixConfig, place: &Place) -> Self {
        let generators = GeneratorsConfig {
            generator: config.networks.generator(),
            count: 1,
            direction: config.direction,
        };
        Self {
            networks: Adversaries::new(
                generators.architectures(),
                config.networks.discriminator(6),
                &config.training,
                config.pool_size,
                &place.device,
                place.seed,
            ),
            architecture: generators,
            config: config.clone(),
        }
    }
}

/// The discriminator's input: an image beside its translation.
fn pair(image: &Tensor<4>, translation: Tensor<4>) -> Tensor<4> {
    Tensor::cat(vec![image.clone(), translation], 1)
}

impl TranslationModel for Pix2Pix {
    const SYSTEM: &'static str = Pix2PixSystem::INFO.id;
    const ALIGNED: bool = true;
    type Config = Pix2PixConfig;

    fn step(
        &mut self,
        batch: StepBatch,
        learning_rate: f64,
        rng: &mut ChaCha8Rng,
    ) -> Result<Vec<StepScalar>, TrainError> {
        let StepBatch { a, b, .. } = batch;
        let gan = self.config.gan;
        let networks = &mut self.networks;
        let mut scalars = Vec::with_capacity(8);
        let mut note = |name, value: &Tensor<1>| {
            scalars.push(StepScalar::new(name, value.clone()));
        };
        let fake = networks.generators[0]
            .forward(a.clone(), &mut Mode::train(rng))
            .map_err(unfit)?;

        let mut gradients = {
            let shown = networks.pools[0].query(pair(&a, fake.clone().detach()), rng);
            let mut mode = Mode::train(rng);
            let d = &networks.discriminators[0];
            let fakes = d.forward(shown, &mut mode).map_err(unfit)?;
            let reals = d.forward(pair(&a, b.clone()), &mut mode).map_err(unfit)?;
            note(
                named::ACCURACY_REAL_A,
                &gan.accuracy(reals.clone(), Target::Real),
            );
            note(
                named::ACCURACY_FAKE_A,
                &gan.accuracy(fakes.clone(), Target::Fake),
            );
            let loss = gan.discriminator(reals, fakes);
            note(named::DISCRIMINATOR_A, &loss);
            loss.backward()
        };
        networks.step_discriminators(&mut gradients, learning_rate);
        drop(gradients);

        let mut gradients = {
            let frozen = networks.frozen();
            let judged = frozen[0]
                .forward(pair(&a, fake.clone()), &mut Mode::train(rng))
                .map_err(unfit)?;
            let gan_a = gan.loss(judged, Target::Real);
            let distance = l1(fake, b);
            note(named::GAN_A, &gan_a);
            note(named::L1, &distance);
            let total = gan_a + distance.mul_scalar(self.config.lambda_l1);
            note(named::GENERATOR, &total);
            total.backward()
        };
        networks.step_generators(&mut gradients, learning_rate);
        Ok(scalars)
    }

    fn reconfigure(&mut self, config: &Pix2PixConfig) {
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
