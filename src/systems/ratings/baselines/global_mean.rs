//! The mean of all training ratings, for every pair: what a model that knows neither user nor item can do.

use std::path::Path;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::model::Model;
use super::predictor::ModelPredictor;
use super::trainer::{BaselineTrainer, CURRENT, Schedule};
use crate::data::{RatingsData, Sparse};
use crate::nn::checkpoint;
use crate::record::Measures;
use crate::systems::ratings::mean_rating;
use crate::systems::ratings::measures;
use crate::systems::{Info, LoadPredictor, Place, Preset, System, TrainError, Trainer};

/// It has no parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct GlobalMeanConfig {}

/// r̂ = μ.
#[derive(Debug, Clone, Copy)]
pub struct GlobalMean;

#[derive(Debug, Clone, Default)]
struct Mean(f32);

impl Model for Mean {
    type Config = GlobalMeanConfig;

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
    const INFO: Info = Info::new(
        "global_mean",
        "Global mean",
        "Predicts the mean of all training ratings for every pair.",
    )
    .baseline();
    const MEASURES: Measures = measures::MEASURES;
    type Config = GlobalMeanConfig;
    type Data = RatingsData;

    fn presets() -> Vec<Preset> {
        vec![Preset::new("default", "It has no parameters.", json!({}))]
    }

    fn trainer(
        _: GlobalMeanConfig,
        data: &Arc<RatingsData>,
        place: &Place,
    ) -> Result<Box<dyn Trainer<GlobalMeanConfig>>, TrainError> {
        let schedule = Schedule {
            epochs: 1,
            validation_fraction: 0.0,
            patience: 0,
        };
        let data = Arc::clone(data);
        let trainer = BaselineTrainer::new(data, schedule, place.seed, |_| Mean::default())?;
        Ok(Box::new(trainer))
    }

    const PREDICTOR: Option<LoadPredictor<Self>> = Some(|_, data, checkpoint, _| {
        let mut model = Mean::default();
        model.load(checkpoint, CURRENT)?;
        Ok(Box::new(ModelPredictor {
            model,
            items: data.train.items(),
            scale: data.scale,
        }))
    });
}
