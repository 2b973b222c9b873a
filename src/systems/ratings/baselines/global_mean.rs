//! The mean of all training ratings, for every pair: what a model that knows neither user nor item can do.

use std::path::Path;
use std::sync::Arc;

use burn::tensor::Device;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::model::Model;
use super::predictor::ModelPredictor;
use super::trainer::{BaselineTrainer, CURRENT, Schedule};
use crate::data::{Dataset, Monitor, Sparse};
use crate::nn::checkpoint;
use crate::systems::ratings::{mean_rating, training_data};
use crate::systems::{
    ConfigError, ConfigMap, DataKind, Preset, RatingPredictor, System, TrainError, Trainer,
    config_of, schema_of,
};

/// It has no parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Config {}

/// r̂ = μ.
#[derive(Debug, Clone, Copy)]
pub struct GlobalMean;

#[derive(Debug, Clone, Default)]
struct Mean(f32);

impl Model for Mean {
    fn train_epoch(&mut self, ratings: &Sparse, _: u64) -> f64 {
        self.0 = mean_rating(ratings);
        let squares = ratings.values().iter().map(|rating| {
            let error = f64::from(rating - self.0);
            error * error
        });
        squares.sum::<f64>() / ratings.len() as f64
    }

    fn predict(&self, _: usize, _: usize) -> f32 {
        self.0
    }

    fn save(&self, folder: &Path, prefix: &str) -> Result<(), TrainError> {
        checkpoint::write_array(folder, &format!("{prefix}mean"), &[1], &[self.0])
    }

    fn load(&mut self, folder: &Path, prefix: &str) -> Result<(), TrainError> {
        self.0 = checkpoint::read_array(folder, &format!("{prefix}mean"), &[1])?[0];
        Ok(())
    }
}

impl System for GlobalMean {
    fn id(&self) -> &'static str {
        "global_mean"
    }

    fn label(&self) -> &'static str {
        "Global mean"
    }

    fn summary(&self) -> &'static str {
        "Predicts the mean of all training ratings for every pair."
    }

    fn data_kind(&self) -> DataKind {
        DataKind::Ratings
    }

    fn is_baseline(&self) -> bool {
        true
    }

    fn schema(&self) -> Value {
        schema_of::<Config>()
    }

    fn presets(&self) -> Vec<Preset> {
        vec![Preset {
            name: "default",
            description: "It has no parameters.",
            values: ConfigMap::new(),
        }]
    }

    fn check(&self, config: &ConfigMap) -> Result<(), ConfigError> {
        config_of::<Config>(config).map(drop)
    }

    fn measures(&self) -> crate::record::Measures {
        crate::systems::ratings::measures::MEASURES
    }

    fn trainer(
        &self,
        _: &ConfigMap,
        data: &Dataset,
        _: &Device,
        seed: u64,
    ) -> Result<Box<dyn Trainer>, TrainError> {
        let schedule = Schedule {
            epochs: 1,
            validation_fraction: 0.0,
            patience: 0,
        };
        let data = Arc::clone(training_data(data)?);
        let trainer = BaselineTrainer::new(&Self, data, schedule, seed, |_| Mean::default())?;
        Ok(Box::new(trainer))
    }

    fn rating_predictor(
        &self,
        _: &ConfigMap,
        data: &Dataset,
        checkpoint: &Path,
        _: &Monitor,
    ) -> Result<Option<Box<dyn RatingPredictor>>, TrainError> {
        let data = training_data(data)?;
        let mut model = Mean::default();
        model.load(checkpoint, CURRENT)?;
        Ok(Some(Box::new(ModelPredictor {
            model,
            items: data.train.items(),
            scale: data.scale,
        })))
    }
}
