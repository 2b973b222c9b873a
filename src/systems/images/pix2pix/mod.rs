//! pix2pix: Isola, Zhu, Zhou, Efros, "Image-to-Image Translation with Conditional Adversarial Networks", CVPR 2017.

mod config;
mod model;
mod presets;
#[cfg(test)]
mod tests;

pub use config::Pix2PixConfig;

use std::path::Path;

use burn::tensor::Device;
use serde_json::Value;

use super::shared::checkpoint::Architecture;
use super::shared::config::{network_defaults, schema_of_parts};
use super::shared::estimate::{Passes, estimate};
use super::shared::generators::{Generators, GeneratorsConfig};
use super::shared::{ModelTranslator, TrainerSetup, TranslationTrainer};
use crate::data::Dataset;
use crate::data::images::ImageNeeds;
use crate::systems::{
    ConfigError, ConfigMap, DataKind, Estimate, Preset, System, TrainError, Trainer, Translator,
    config_of,
};
use model::Pix2Pix;

/// Learns to translate from one domain of images to another from pairs.
pub struct Pix2PixSystem;

impl System for Pix2PixSystem {
    fn id(&self) -> &'static str {
        "pix2pix"
    }
    fn label(&self) -> &'static str {
        "pix2pix"
    }
    fn summary(&self) -> &'static str {
        "Translates images from one domain to another, learned from pairs (Isola et al., Image-to-Image Translation with Conditional Adversarial Networks, CVPR 2017)."
    }
    fn data_kind(&self) -> DataKind {
        DataKind::Images
    }
    fn schema(&self) -> Value {
        schema_of_parts::<Pix2PixConfig>()
    }
    fn presets(&self) -> Vec<Preset> {
        presets::presets()
    }
    fn starting_preset(&self) -> Option<&'static str> {
        Some(presets::QUICK)
    }
    fn image_needs(&self, _config: &ConfigMap) -> ImageNeeds {
        ImageNeeds {
            paired: true,
            ..ImageNeeds::default()
        }
    }
    fn estimate(&self, config: &ConfigMap, largest: Option<(u32, u32)>) -> Option<Estimate> {
        let config: Pix2PixConfig = config_of(config).ok()?;
        let passes = Passes {
            generators: 1,
            generated: 1.0,
            discriminated: 1.0,
            discriminator_updates: 2.0,
        };
        let batch = config.training.batch_size;
        let images = config.images.of_pictures(largest);
        estimate(&config.networks, &images, batch, 6, passes)
    }
    fn defaults(&self, given: &ConfigMap) -> ConfigMap {
        network_defaults(given)
    }
    fn check(&self, config: &ConfigMap) -> Result<(), ConfigError> {
        config_of::<Pix2PixConfig>(config)?.check()
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
        let config: Pix2PixConfig = config_of(config)?;
        let model = Pix2Pix::new(&config, device, seed);
        let setup = TrainerSetup {
            system: &Pix2PixSystem,
            images: config.images,
            training: config.training,
            reports: config.reports,
            direction: config.direction,
            aligned: true,
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
