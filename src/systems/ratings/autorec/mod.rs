//! AutoRec: Sedhain, Menon, Sanner, Xie, "AutoRec: Autoencoders Meet Collaborative Filtering", WWW 2015.

mod base;
mod batch;
mod config;
mod decoder;
#[cfg(test)]
mod fixture_tests;
mod measure;
mod model;
mod network;
mod new_user;
mod objective;
mod optimizer;
mod predictor;
mod problem;
mod search;
mod searching;
mod seen;
mod stages;
mod state;
#[cfg(test)]
mod tests;
mod trial;
mod weights;

pub use config::{Activation, AutoRecConfig, ColdRating, OptimizerKind, Side};

use std::sync::Arc;

use crate::data::RatingsData;
use crate::record::Measures;
use crate::systems::ratings::measures::MEASURES;
use crate::systems::ratings::{RatingsTrainer, load_predictor};
use crate::systems::{
    ConfigError, ConfigMap, Estimate, Info, LoadPredictor, Place, Preset, RatingsFacts, System,
    TrainError, Trainer,
};
use model::AutoRecModel;

/// An autoencoder that fills in each item's (or user's) missing ratings.
pub struct AutoRecSystem;

impl System for AutoRecSystem {
    const INFO: Info = Info::new(
        "autorec",
        "AutoRec",
        "An autoencoder that fills in missing ratings (Sedhain, Menon, Sanner, Xie, WWW 2015).",
    );
    const MEASURES: Measures = MEASURES;
    type Config = AutoRecConfig;
    type Data = RatingsData;

    fn presets() -> Vec<Preset> {
        config::presets()
    }

    fn defaults(given: &ConfigMap) -> ConfigMap {
        config::defaults(given)
    }

    fn check(config: &AutoRecConfig) -> Result<(), ConfigError> {
        config.check()
    }

    fn estimate(config: &AutoRecConfig, facts: Option<&RatingsFacts>) -> Option<Estimate> {
        Some(config.estimate(facts?))
    }

    fn trainer(
        config: AutoRecConfig,
        data: &Arc<RatingsData>,
        place: &Place,
    ) -> Result<Box<dyn Trainer<AutoRecConfig>>, TrainError> {
        let trainer = RatingsTrainer::<AutoRecModel>::new(&config, data, place)?;
        Ok(Box::new(trainer))
    }

    const PREDICTOR: Option<LoadPredictor<Self>> = Some(load_predictor::<AutoRecModel>);
}
