//! pix2pix: Isola, Zhu, Zhou, Efros, "Image-to-Image Translation with Conditional Adversarial Networks", CVPR 2017.

mod config;
mod model;
mod presets;
#[cfg(test)]
mod tests;

pub use config::Pix2PixConfig;

use std::sync::Arc;

use super::shared::config::network_defaults;
use super::shared::estimate::{Passes, estimate};
use super::shared::generators::{Generators, GeneratorsConfig};
use super::shared::{ModelTranslator, TranslationTrainer};
use crate::data::images::{ImageDomains, ImageNeeds};
use crate::record::Measures;
use crate::systems::images::measures;
use crate::systems::{
    ConfigError, ConfigMap, Estimate, ImageFacts, Info, LoadTranslator, Place, Preset, System,
    TrainError, Trainer,
};

/// Learns to translate from one domain of images to another from pairs.
pub struct Pix2PixSystem;

impl System for Pix2PixSystem {
    const INFO: Info = Info {
        starting_preset: Some(presets::QUICK),
        ..Info::new(
            "pix2pix",
            "pix2pix",
            "Translates images from one domain to another, learned from pairs (Isola et al., Image-to-Image Translation with Conditional Adversarial Networks, CVPR 2017).",
        )
    };
    const MEASURES: Measures = measures::MEASURES;
    type Config = Pix2PixConfig;
    type Data = ImageDomains;

    fn presets() -> Vec<Preset> {
        presets::presets()
    }

    fn defaults(given: &ConfigMap) -> ConfigMap {
        network_defaults(given)
    }

    fn check(config: &Pix2PixConfig) -> Result<(), ConfigError> {
        config.check()
    }

    fn estimate(config: &Pix2PixConfig, facts: Option<&ImageFacts>) -> Option<Estimate> {
        let passes = Passes {
            plain: 1,
            parsed: 0,
        };
        let largest = facts.and_then(|facts| facts.largest);
        estimate(
            &[(config.networks.generator(), passes)],
            &config.networks.discriminator(6),
            &config.images.clone().of_pictures(largest),
            config.training.batch_size,
        )
    }

    fn image_needs(_: &Pix2PixConfig) -> ImageNeeds {
        ImageNeeds {
            paired: true,
            ..ImageNeeds::default()
        }
    }

    fn trainer(
        config: Pix2PixConfig,
        data: &Arc<ImageDomains>,
        place: &Place,
    ) -> Result<Box<dyn Trainer<Pix2PixConfig>>, TrainError> {
        let model = model::Pix2Pix::new(&config, place);
        let trainer = TranslationTrainer::new(config, model, data, place)?;
        Ok(Box::new(trainer))
    }

    const TRANSLATOR: Option<LoadTranslator> = Some(|checkpoint, device| {
        ModelTranslator::open(
            checkpoint,
            device,
            |config: GeneratorsConfig, checkpoint, device| {
                let generators = config.architectures();
                Generators::load(generators, config.direction, checkpoint, device)
            },
        )
    });
}
