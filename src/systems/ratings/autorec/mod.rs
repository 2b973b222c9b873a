//! AutoRec: Sedhain, Menon, Sanner, Xie, "AutoRec: Autoencoders Meet Collaborative Filtering", WWW 2015.

mod batch;
mod config;
#[cfg(test)]
mod fixture_tests;
mod measure;
mod network;
mod objective;
mod optimizer;
mod predictor;
mod problem;
mod stages;
#[cfg(test)]
mod tests;
mod trainer;
mod weights;

pub use config::{Activation, AutoRecConfig, ColdRating, OptimizerKind, Side};

use std::path::Path;
use std::sync::Arc;

use burn::tensor::Device;
use serde_json::Value;

use super::training_data;
use crate::data::{Dataset, Monitor};
use crate::systems::{
    ConfigError, ConfigMap, DataKind, Preset, RatingPredictor, System, TrainError, Trainer,
    config_of, schema_of,
};
use predictor::AutoRecPredictor;
use trainer::AutoRecTrainer;

/// An autoencoder that fills in each item's (or user's) missing ratings.
pub struct AutoRecSystem;

impl System for AutoRecSystem {
    fn id(&self) -> &'static str {
        "autorec"
    }
    fn label(&self) -> &'static str {
        "AutoRec"
    }
    fn summary(&self) -> &'static str {
        "An autoencoder that fills in missing ratings (Sedhain, Menon, Sanner, Xie, WWW 2015)."
    }
    fn data_kind(&self) -> DataKind {
        DataKind::Ratings
    }
    fn schema(&self) -> Value {
        schema_of::<AutoRecConfig>()
    }
    fn presets(&self) -> Vec<Preset> {
        config::presets()
    }
    fn defaults(&self, given: &ConfigMap) -> ConfigMap {
        config::defaults(given)
    }
    fn check(&self, config: &ConfigMap) -> Result<(), ConfigError> {
        config_of::<AutoRecConfig>(config)?.check()
    }
    fn measures(&self) -> crate::record::Measures {
        crate::systems::ratings::measures::MEASURES
    }
    fn trainer(
        &self,
        config: &ConfigMap,
        data: &Dataset,
        device: &Device,
        seed: u64,
    ) -> Result<Box<dyn Trainer>, TrainError> {
        let config: AutoRecConfig = config_of(config)?;
        let data = training_data(data)?;
        let trainer = AutoRecTrainer::new(config, Arc::clone(data), device, seed)?;
        Ok(Box::new(trainer))
    }
    fn rating_predictor(
        &self,
        config: &ConfigMap,
        data: &Dataset,
        checkpoint: &Path,
        monitor: &Monitor,
    ) -> Result<Option<Box<dyn RatingPredictor>>, TrainError> {
        let config: AutoRecConfig = config_of(config)?;
        let data = training_data(data)?;
        let predictor = AutoRecPredictor::load(&config, data, checkpoint, monitor)?;
        Ok(Some(Box::new(predictor)))
    }
}
