//! AugGAN: Huang, Lin, Chen, Wu, Hsu, Lai, "AugGAN: Cross Domain Adaptation with GAN-based Data Augmentation", ECCV 2018.
//!
//! Two translators that see where things are: each encoder's code is parsed into the classes of the masks too, by a network that shares its
//! weights with the generator. With masks in A alone, B's translator has no parsing network: nothing would tell it what is right.

mod config;
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

use std::sync::Arc;

use super::shared::config::training_defaults;
use super::shared::estimate::{Passes, estimate};
use super::shared::generators::Generators;
use super::shared::{ModelTranslator, TranslationTrainer};
use crate::data::images::{ImageDomains, ImageNeeds, Side};
use crate::record::Measures;
use crate::systems::images::measures;
use crate::systems::{
    ConfigError, ConfigMap, Estimate, ImageFacts, Info, LoadTranslator, Place, Preset, System,
    TrainError, Trainer,
};
use model::AugGan;
use network::DomainsConfig;
use segmentation::median_frequency;

/// Learns to translate between two domains of images with masks, keeping things where they are.
pub struct AugGanSystem;

impl System for AugGanSystem {
    const INFO: Info = Info {
        starting_preset: Some(presets::QUICK),
        ..Info::new(
            "auggan",
            "AugGAN",
            "Translates images between two domains and keeps their structure by learning from masks (Huang et al., AugGAN: Cross Domain Adaptation with GAN-based Data Augmentation, ECCV 2018).",
        )
    };
    const MEASURES: Measures = measures::MEASURES;
    type Config = AugGanConfig;
    type Data = ImageDomains;

    fn presets() -> Vec<Preset> {
        presets::presets()
    }

    fn defaults(given: &ConfigMap) -> ConfigMap {
        training_defaults(given)
    }

    fn check(config: &AugGanConfig) -> Result<(), ConfigError> {
        config.check()
    }

    fn estimate(config: &AugGanConfig, facts: Option<&ImageFacts>) -> Option<Estimate> {
        // The data tells how many classes there are; hardly anything depends on it.
        let classes = facts.map_or(16, |facts| facts.classes.max(2));
        let parses = usize::from(config.lambda_segmentation > 0.0);
        // Its own images, the fakes of the other domain, and the other domain's images for the identity.
        let more =
            usize::from(config.lambda_cycle > 0.0) + usize::from(config.lambda_identity > 0.0);
        let consistent = config.lambda_consistency > 0.0 && config.masks == Masks::Both;
        let part = |masked: bool| {
            let own = if masked { parses } else { 0 };
            // The translations of the other domain, by a copy that is held fixed.
            let parsed = own * (1 + usize::from(consistent));
            let passes = Passes {
                plain: 1 - own + more,
                parsed,
            };
            (config.domain(if masked { classes } else { 0 }), passes)
        };
        let largest = facts.and_then(|facts| facts.largest);
        estimate(
            &[part(true), part(config.masks == Masks::Both)],
            &config.discriminator(),
            &config.images.clone().of_pictures(largest),
            config.training.batch_size,
        )
    }

    fn image_needs(config: &AugGanConfig) -> ImageNeeds {
        config.needs()
    }

    fn trainer(
        config: AugGanConfig,
        data: &Arc<ImageDomains>,
        place: &Place,
    ) -> Result<Box<dyn Trainer<AugGanConfig>>, TrainError> {
        let model = model(&config, data, place)?;
        let trainer = TranslationTrainer::new(config, model, data, place)?;
        Ok(Box::new(trainer))
    }

    const TRANSLATOR: Option<LoadTranslator> = Some(|checkpoint, device| {
        ModelTranslator::open(
            checkpoint,
            device,
            |config: DomainsConfig, checkpoint, device| {
                let generators = config.architectures();
                Generators::load(generators, config.direction, checkpoint, device)
            },
        )
    });
}

/// The networks, as many classes as the masks have.
fn model(
    config: &AugGanConfig,
    images: &ImageDomains,
    place: &Place,
) -> Result<AugGan, TrainError> {
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
    Ok(AugGan::new(config, domains, weights, place))
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
