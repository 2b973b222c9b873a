//! The step of CycleGAN (Zhu et al. 2017), as the official code takes it.

use std::path::Path;

use burn::tensor::Tensor;
use rand_chacha::ChaCha8Rng;

use super::{CycleGanConfig, CycleGanSystem};
use crate::nn::checkpoint::{Checkpoint, CheckpointWriter};
use crate::systems::images::shared::adversary::Adversaries;
use crate::systems::images::shared::generators::{GeneratorsConfig, unfit};
use crate::systems::images::shared::losses::{Target, l1};
use crate::systems::images::shared::networks::{GeneratorConfig, Mode, Network, Norm};
use crate::systems::images::shared::together::{same_size, together};
use crate::systems::images::shared::{
    StepBatch, StepScalar, Translating, TranslationModel, scalars as named,
};
use crate::systems::{Place, System, TrainError};

/// Two generators and two discriminators under training.
#[derive(Debug)]
pub(super) struct CycleGan {
    pub(super) networks: Adversaries<GeneratorConfig>,
    architecture: GeneratorsConfig,
    config: CycleGanConfig,
    /// True if the networks treat each image of a batch for itself, so that two passes can be one.
    apart: bool,
}

impl CycleGan {
    pub(super) fn new(config: &CycleGanConfig, place: &Place) -> Self {
        let generators = GeneratorsConfig {
            generator: config.networks.generator(),
            count: 2,
            direction: config.direction,
        };
        Self {
            networks: Adversaries::new(
                generators.architectures(),
                config.networks.discriminator(3),
                &config.training,
                config.pool_size,
                &place.device,
                place.seed,
            ),
            architecture: generators,
            config: config.clone(),
            apart: config.networks.norm != Norm::Batch && !config.networks.dropout,
        }
    }
}

impl TranslationModel for CycleGan {
    const SYSTEM: &'static str = CycleGanSystem::INFO.id;
    type Config = CycleGanConfig;

    fn step(
        &mut self,
        batch: StepBatch,
        learning_rate: f64,
        rng: &mut ChaCha8Rng,
    ) -> Result<Vec<StepScalar>, TrainError> {
        let StepBatch { a, b, .. } = batch;
        let CycleGanConfig {
            gan,
            lambda_cycle: lambda_a,
            lambda_identity,
            ..
        } = self.config;
        let lambda_b = self.config.lambda_cycle_b.unwrap_or(lambda_a);
        let networks = &mut self.networks;
        let mut scalars = Vec::with_capacity(16);
        let mut note = |name, value: &Tensor<1>| {
            scalars.push(StepScalar::new(name, value.clone()));
        };

        let (fake_a, fake_b, mut gradients) = {
            let (g_a, g_b) = (&networks.generators[0], &networks.generators[1]);
            let frozen = networks.frozen();
            let mut mode = Mode::train(rng);
            let identity = lambda_identity > 0.0;
            let mut same = None;
            let (fake_a, fake_b) = if identity && self.apart && same_size(&a, &b) {
                let [fake_b, same_b] = together(a.clone(), b.clone(), |x| {
                    g_a.forward(x, &mut mode).map_err(unfit)
                })?;
                let [fake_a, same_a] = together(b.clone(), a.clone(), |x| {
                    g_b.forward(x, &mut mode).map_err(unfit)
                })?;
                same = Some([same_a, same_b]);
                (fake_a, fake_b)
            } else {
                let fake_b = g_a.forward(a.clone(), &mut mode).map_err(unfit)?;
                (g_b.forward(b.clone(), &mut mode).map_err(unfit)?, fake_b)
            };
            let back_a = g_b.forward(fake_b.clone(), &mut mode).map_err(unfit)?;
            let back_b = g_a.forward(fake_a.clone(), &mut mode).map_err(unfit)?;

            let cycle_a = l1(back_a, a.clone());
            let cycle_b = l1(back_b, b.clone());
            let mut total =
                cycle_a.clone().mul_scalar(lambda_a) + cycle_b.clone().mul_scalar(lambda_b);
            note(named::CYCLE_A, &cycle_a);
            note(named::CYCLE_B, &cycle_b);
            if identity {
                let [same_a, same_b] = match same {
                    Some(same) => same,
                    None => [
                        g_b.forward(a.clone(), &mut mode).map_err(unfit)?,
                        g_a.forward(b.clone(), &mut mode).map_err(unfit)?,
                    ],
                };
                let identity_a = l1(same_b, b.clone());
                let identity_b = l1(same_a, a.clone());
                note(named::IDENTITY_A, &identity_a);
                note(named::IDENTITY_B, &identity_b);
                total = total
                    + identity_a.mul_scalar(lambda_b * lambda_identity)
                    + identity_b.mul_scalar(lambda_a * lambda_identity);
            }
            let judged_b = frozen[0]
                .forward(fake_b.clone(), &mut mode)
                .map_err(unfit)?;
            let judged_a = frozen[1]
                .forward(fake_a.clone(), &mut mode)
                .map_err(unfit)?;
            let gan_a = gan.loss(judged_b, Target::Real);
            let gan_b = gan.loss(judged_a, Target::Real);
            note(named::GAN_A, &gan_a);
            note(named::GAN_B, &gan_b);
            total = total + gan_a + gan_b;
            note(named::GENERATOR, &total);
            let gradients = total.backward();
            (fake_a.detach(), fake_b.detach(), gradients)
        };
        networks.step_generators(&mut gradients, learning_rate);
        drop(gradients);

        let mut gradients = {
            let shown_b = networks.pools[0].query(fake_b, rng);
            let shown_a = networks.pools[1].query(fake_a, rng);
            let mut mode = Mode::train(rng);
            let (d_a, d_b) = (&networks.discriminators[0], &networks.discriminators[1]);
            let mut score = |discriminator: &Network, real: Tensor<4>, fake: Tensor<4>| {
                if self.apart && same_size(&real, &fake) {
                    return together(real, fake, |x| discriminator.forward(x, &mut mode))
                        .map_err(unfit);
                }
                let real = discriminator.forward(real, &mut mode).map_err(unfit)?;
                let fake = discriminator.forward(fake, &mut mode).map_err(unfit)?;
                Ok([real, fake])
            };
            let [real_b, fake_b] = score(d_a, b, shown_b)?;
            let [real_a, fake_a] = score(d_b, a, shown_a)?;
            for (name, scores, target) in [
                (named::ACCURACY_REAL_A, &real_b, Target::Real),
                (named::ACCURACY_FAKE_A, &fake_b, Target::Fake),
                (named::ACCURACY_REAL_B, &real_a, Target::Real),
                (named::ACCURACY_FAKE_B, &fake_a, Target::Fake),
            ] {
                note(name, &gan.accuracy(scores.clone(), target));
            }
            let loss_a = gan.discriminator(real_b, fake_b);
            let loss_b = gan.discriminator(real_a, fake_a);
            note(named::DISCRIMINATOR_A, &loss_a);
            note(named::DISCRIMINATOR_B, &loss_b);
            (loss_a + loss_b).backward()
        };
        networks.step_discriminators(&mut gradients, learning_rate);
        Ok(scalars)
    }

    fn reconfigure(&mut self, config: &CycleGanConfig) {
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
