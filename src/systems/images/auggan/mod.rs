//! AugGAN: Huang, Lin, Chen, Wu, Hsu, Lai, "AugGAN: Cross Domain Adaptation with GAN-based Data Augmentation", ECCV 2018.
//!
//! Two translators that see where things are: each encoder's code is parsed into the classes of the masks too, by a network that shares its
//! weights with the generator. With masks in A alone, B's translator has no parsing network: nothing would tell it what is right.

mod config;
mod estimate;
#[cfg(test)]
mod fixture_tests;
mod model;
mod network;
mod objective;
mod presets;
mod segmentation;
mod sharing;
#[cfg(test)]
mod tests;

pub use config::{AugGanConfig, ClassWeights, Masks, Sharing};

use std::path::Path;

use burn::tensor::Device;
use serde_json::Value;

use super::shared::checkpoint::Architecture;
use super::shared::config::{schema_of_parts, training_defaults};
use super::shared::generators::Generators;
use super::shared::{ModelTranslator, TrainerSetup, TranslationTrainer};
use crate::data::Dataset;
use crate::data::images::{ImageDomains, ImageNeeds, Side};
use crate::systems::{
    ConfigError, ConfigMap, DataKind, Estimate, Preset, System, TrainError, Trainer, Translator,
    config_of,
};
use model::AugGan;
use network::DomainsConfig;
use segmentation::median_frequency;

/// Learns to translate between two domains of images with masks, keeping things where they are.
pub struct AugGanSystem;

impl System for AugGanSystem {
    fn id(&self) -> &'static str {
        "auggan"
    }
    fn label(&self) -> &'static str {
        "AugGAN"
    }
    fn summary(&self) -> &'static str {
        "Translates images between two domains and keeps their structure by learning from masks (Huang et al., AugGAN: Cross Domain Adaptation with GAN-based Data Augmentation, ECCV 2018)."
    }
    fn data_kind(&self) -> DataKind {
        DataKind::Images
    }
    fn schema(&self) -> Value {
        schema_of_parts::<AugGanConfig>()
    }
    fn presets(&self) -> Vec<Preset> {
        presets::presets()
    }
    fn starting_preset(&self) -> Option<&'static str> {
        Some(presets::QUICK)
    }
    fn image_needs(&self, config: &ConfigMap) -> ImageNeeds {
        config_of::<AugGanConfig>(config).map_or_else(|_| ImageNeeds::default(), |own| own.needs())
    }
    fn estimate(&self, config: &ConfigMap, largest: Option<(u32, u32)>) -> Option<Estimate> {
        let mut config: AugGanConfig = config_of(config).ok()?;
        config.images = config.images.of_pictures(largest);
        estimate::estimate(&config)
    }
    fn defaults(&self, given: &ConfigMap) -> ConfigMap {
        training_defaults(given)
    }
    fn check(&self, config: &ConfigMap) -> Result<(), ConfigError> {
        config_of::<AugGanConfig>(config)?.check()
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
        let config: AugGanConfig = config_of(config)?;
        let model = model(&config, data, device, seed)?;
        let setup = TrainerSetup {
            system: &AugGanSystem,
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
        let config: DomainsConfig = architecture.networks(checkpoint)?;
        let generators = config.architectures();
        let networks = Generators::load(generators, config.direction, checkpoint, device)?;
        let translator = ModelTranslator::new(Box::new(networks), &architecture, device);
        Ok(Some(Box::new(translator)))
    }
}

/// The networks, as many classes as the masks have.
fn model(
    config: &AugGanConfig,
    data: &Dataset,
    device: &Device,
    seed: u64,
) -> Result<AugGan, TrainError> {
    let images = data.images().ok_or_else(|| {
        TrainError::Data("AugGAN learns from images: give `[data]` a folder of them".to_owned())
    })?;
    let classes = classes(config, images)?;
    let part = |part: Side| {
        let masked = config.has_masks(part);
        config.domain(if masked { classes } else { 0 })
    };
    let domains = DomainsConfig {
        from_a: part(Side::A),
        from_b: part(Side::B),
        direction: config.direction,
    };
    let weights = |part: Side| {
        let domain = images.domain(config.direction.part(part));
        let weighs = config.class_weights == ClassWeights::MedianFrequency;
        let pixels = &domain.class_pixels;
        (weighs && pixels.len() == classes).then(|| median_frequency(pixels))
    };
    let weights = [weights(Side::A), weights(Side::B)];
    Ok(AugGan::new(config, domains, weights, device, seed))
}

/// The number of classes, if there are the masks that the config speaks of.
fn classes(config: &AugGanConfig, images: &ImageDomains) -> Result<usize, TrainError> {
    let data = |problem: String| {
        TrainError::Data(format!(
            "{}: {problem}; put a mask of each image, of the same name, into a folder beside the images' own (trainA_labels, trainB_labels), or give masks_a and masks_b in `[data]`, and the classes in classes.csv; CycleGAN needs no masks",
            images.fingerprint.path.display()
        ))
    };
    let table = images.classes.as_deref().filter(|table| !table.is_empty());
    let table =
        table.ok_or_else(|| data("AugGAN learns from masks, and there are none".to_owned()))?;
    for side in [Side::A, Side::B] {
        let masked = images
            .domain(side)
            .train
            .iter()
            .any(|own| own.mask.is_some());
        if !masked && (config.masks == Masks::Both || side == Side::A) {
            let hint = match side {
                Side::A => "",
                Side::B => " (masks = \"a\" does without those of B)",
            };
            return Err(data(format!("the images of {side:?} have no masks{hint}")));
        }
    }
    if table.len() < 2 {
        return Err(data(
            "the masks have a single class, which tells nothing".to_owned(),
        ));
    }
    Ok(table.len())
}
