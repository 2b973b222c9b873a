//! CycleGAN: Zhu, Park, Isola, Efros, "Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks", ICCV 2017.

mod config;
#[cfg(test)]
mod config_tests;
mod model;
mod presets;
#[cfg(test)]
mod tests;

pub use config::CycleGanConfig;

use std::sync::Arc;

use super::shared::config::network_defaults;
use super::shared::estimate::{Passes, estimate};
use super::shared::generators::{Generators, GeneratorsConfig};
use super::shared::{ModelTranslator, TranslationTrainer};
use crate::data::images::ImageDomains;
use crate::record::Measures;
use crate::systems::images::measures;
use crate::systems::{
    ConfigError, ConfigMap, Estimate, ImageFacts, Info, LoadTranslator, Place, Preset, System,
    TrainError, Trainer,
};

/// Learns to translate between two domains of images without pairs.
pub struct CycleGanSystem;

impl System for CycleGanSystem {
    const INFO: Info = Info {
        starting_preset: Some(presets::QUICK),
        ..Info::new(
            "cyclegan",
            "CycleGAN",
            "Translates images between two domains, learned without pairs (Zhu et al., Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks, ICCV 2017).",
        )
    };
    const MEASURES: Measures = measures::MEASURES;
    type Config = CycleGanConfig;
    type Data = ImageDomains;

    fn presets() -> Vec<Preset> {
        presets::presets()
    }

    fn defaults(given: &ConfigMap) -> ConfigMap {
        network_defaults(given)
    }

    fn check(config: &CycleGanConfig) -> Result<(), ConfigError> {
        config.check()
    }

    fn estimate(config: &CycleGanConfig, facts: Option<&ImageFacts>) -> Option<Estimate> {
        let passes = Passes {
            plain: if config.lambda_identity > 0.0 { 3 } else { 2 },
            parsed: 0,
        };
        let largest = facts.and_then(|facts| facts.largest);
        estimate(
            &[(config.networks.generator(), passes); 2],
            &config.networks.discriminator(3),
            &config.images.clone().of_pictures(largest),
            config.training.batch_size,
        )
    }

    fn trainer(
        config: CycleGanConfig,
        data: &Arc<ImageDomains>,
        place: &Place,
    ) -> Result<Box<dyn Trainer<CycleGanConfig>>, TrainError> {
        let model = model::CycleGan::new(&config, place);
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
