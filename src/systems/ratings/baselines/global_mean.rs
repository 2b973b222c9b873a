//! The mean of all training ratings, for every pair: what a model that knows neither user nor item can do.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::data::{Monitor, RatingsData, Sparse};
use crate::nn::checkpoint::{Checkpoint, CheckpointWriter};
use crate::record::Measures;
use crate::systems::ratings::estimate::estimate;
use crate::systems::ratings::measures::MEASURES;
use crate::systems::ratings::{
    Evaluation, PairEvaluation, PairModel, PairPredictor, RankingConfig, RatingsModel,
    RatingsTrainer, SavedWeights, Schedule, Split, StepContext, Weights, load_predictor,
    mean_rating,
};
use crate::systems::{
    Estimate, Info, LoadPredictor, Outcome, Place, Preset, RatingPredictor, RatingsFacts, System,
    TrainError, Trainer,
};

/// It has no parameters of its own.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct GlobalMeanConfig {
    /// How recommendations are measured.
    #[serde(flatten)]
    ranking: RankingConfig,
}

/// r̂ = μ.
#[derive(Debug, Clone, Copy)]
pub struct GlobalMean;

#[derive(Debug, Clone, Default)]
struct Mean(f32);

impl Mean {
    /// Learns from `ratings` (users × items); returns the mean loss per rating.
    fn train_epoch(&mut self, ratings: &Sparse) -> f64 {
        self.0 = mean_rating(ratings);
        let squares = ratings.values().iter().map(|rating| {
            let error = f64::from(rating - self.0);
            error * error
        });
        squares.sum::<f64>() / ratings.len() as f64
    }
}

impl PairModel for Mean {
    fn predict(&self, _: usize, _: usize) -> f32 {
        self.0
    }

    fn new_user(&self, _: &[(u32, f32)], items: usize) -> Option<Vec<f32>> {
        Some(vec![self.0; items])
    }

    fn new_user_method(&self) -> Option<String> {
        Some("the mean of all ratings: the same for everyone, whatever they rated".to_owned())
    }
}

impl Weights for Mean {
    fn save(&self, prefix: &str, to: &mut CheckpointWriter) -> Result<(), TrainError> {
        to.array(format!("{prefix}mean"), &[1], vec![self.0]);
        Ok(())
    }

    fn load(&mut self, prefix: &str, from: &Checkpoint) -> Result<(), TrainError> {
        self.0 = from.array(&format!("{prefix}mean"), &[1])?[0];
        Ok(())
    }
}

impl RatingsModel for Mean {
    type Config = GlobalMeanConfig;
    type Weights = Self;

    fn schedule(_: &GlobalMeanConfig) -> Schedule {
        Schedule::of_epochs(1)
    }

    fn ranking(config: &GlobalMeanConfig) -> RankingConfig {
        config.ranking
    }

    fn new(_: &GlobalMeanConfig, _: &Arc<Split>, _: &Place) -> Result<Self, TrainError> {
        Ok(Self::default())
    }

    fn step(&mut self, context: &mut StepContext<'_, Self>) -> Result<Outcome, TrainError> {
        let ratings = context.ratings();
        let loss = self.train_epoch(ratings.train());
        context.end_pass(self, loss)
    }

    fn evaluate<'a>(
        &'a self,
        ratings: &'a Split,
    ) -> Result<Option<Box<dyn Evaluation + 'a>>, TrainError> {
        Ok(Some(Box::new(PairEvaluation::new(self, ratings))))
    }

    fn weights(&self) -> Self {
        self.clone()
    }

    fn set_weights(&mut self, weights: Self) {
        *self = weights;
    }

    fn predictor(
        _: &GlobalMeanConfig,
        data: &Arc<RatingsData>,
        saved: &SavedWeights<'_>,
        _: &Monitor,
    ) -> Result<Box<dyn RatingPredictor>, TrainError> {
        let mut model = Self::default();
        saved.load(&mut model)?;
        Ok(Box::new(PairPredictor::new(model, data)))
    }
}

impl System for GlobalMean {
    const INFO: Info = Info::new(
        "global_mean",
        "Global mean",
        "Predicts the mean of all training ratings for every pair.",
    )
    .baseline();
    const MEASURES: Measures = MEASURES;
    type Config = GlobalMeanConfig;
    type Data = RatingsData;

    fn presets() -> Vec<Preset> {
        vec![Preset::new(
            "default",
            "It has no parameters of its own.",
            json!({}),
        )]
    }

    fn estimate(_config: &GlobalMeanConfig, facts: Option<&RatingsFacts>) -> Option<Estimate> {
        Some(estimate(facts?, 1, 1, 0))
    }

    fn trainer(
        config: GlobalMeanConfig,
        data: &Arc<RatingsData>,
        place: &Place,
    ) -> Result<Box<dyn Trainer<GlobalMeanConfig>>, TrainError> {
        Ok(Box::new(RatingsTrainer::<Mean>::new(&config, data, place)?))
    }

    const PREDICTOR: Option<LoadPredictor<Self>> = Some(load_predictor::<Mean>);
}
