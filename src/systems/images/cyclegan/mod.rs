//! CycleGAN: Zhu, Park, Isola, Efros, "Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks", ICCV 2017.

mod config;
#[cfg(test)]
mod config_tests;
mod model;
mod presets;
#[cfg(test)]
mod tests;

pub use config::CycleGanConfig;

use std::path::Path;

use burn::tensor::Device;
use serde_json::Value;

use super::shared::checkpoint::Architecture;
use super::shared::config::{network_defaults, schema_of_parts};
use super::shared::estimate::{Passes, estimate};
use super::shared::generators::{Generators, GeneratorsConfig};
use super::shared::{ModelTranslator, TrainerSetup, TranslationTrainer};
use crate::data::Dataset;
use crate::systems::{
    ConfigError, ConfigMap, DataKind, Estimate, Preset, System, TrainError, Trainer, Translator,
    config_of,
};
use model::CycleGan;

/// Learns to translate between two domains of images without pairs.
pub struct CycleGanSystem;

impl System for CycleGanSystem {
    fn id(&self) -> &'static str {
        "cyclegan"
    }
    fn label(&self) -> &'static str {
        "CycleGAN"
    }
    fn summary(&self) -> &'static str {
        "Translates images between two domains, learned without pairs (Zhu et al., Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks, ICCV 2017)."
    }
    fn data_kind(&self) -> DataKind {
        DataKind::Images
    }
    fn schema(&self) -> Value {
        schema_of_parts::<CycleGanConfig>()
    }
    fn presets(&self) -> Vec<Preset> {
        presets::presets()
    }
    fn starting_preset(&self) -> Option<&'static str> {
        Some(presets::QUICK)
    }
    fn estimate(&self, config: &ConfigMap, largest: Option<(u32, u32)>) -> Option<Estimate> {
        let config: CycleGanConfig = config_of(config).ok()?;
        let passes = Passes {
            generators: 2,
            generated: if config.lambda_identity > 0.0 {
                6.0
            } else {
                4.0
            },
            discriminated: 2.0,
            discriminator_updates: 4.0,
        };
        let batch = config.training.batch_size;
        let images = config.images.of_pictures(largest);
        estimate(&config.networks, &images, batch, 3, passes)
    }
    fn defaults(&self, given: &ConfigMap) -> ConfigMap {
        network_defaults(given)
    }
    fn check(&self, config: &ConfigMap) -> Result<(), ConfigError> {
        config_of::<CycleGanConfig>(config)?.check()
    }
    fn measures(&self) -> crate::record::Measures {
        crate::systems::images::measures::MEASURES
    }
    fn trainer(
        &self,
        config: &ConfigMap,
        data: &Dataset,
        device: &Device,
        seed: u64,
    ) -> Result<Box<dyn Trainer>, TrainError> {
        let config: CycleGanConfig = config_of(config)?;
        let model = CycleGan::new(&config, device, seed);
        let setup = TrainerSetup {
            system: &CycleGanSystem,
            images: config.images,
            training: config.training,
            reports: config.reports,
            direction: config.direction,
            aligned: false,
        };
        let trainer = TranslationTrainer::new(setup, Box::new(model), data, device, seed)?;
        Ok(Box::new(trainer))
    }
    fn translator(
        &self,
        _config: &ConfigMap,
        checkpoint: &Path,
        device: &Device,
    ) -> Result<Option<Box<dyn Translator>>, TrainError> {
        let architecture = Architecture::read(checkpoint)?;
        let config: GeneratorsConfig = architecture.networks(checkpoint)?;
        let generators = config.architectures();
        let networks = Generators::load(generators, config.direction, checkpoint, device)?;
        let translator = ModelTranslator::new(Box::new(networks), &architecture, device);
        Ok(Some(Box::new(translator)))
    }
}
