//! Biased matrix factorization.
//!
//! Y. Koren, R. Bell and C. Volinsky, Matrix Factorization Techniques for Recommender Systems, Computer 42(8), 2009.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::factors::{Factors, Rates};
use crate::data::{Monitor, RatingsData};
use crate::record::Measures;
use crate::systems::ratings::estimate::estimate;
use crate::systems::ratings::measures::MEASURES;
use crate::systems::ratings::{
    Evaluation, PairEvaluation, PairPredictor, RankingConfig, RatingsModel, RatingsTrainer,
    SavedWeights, Schedule, Split, StepContext, load_predictor,
};
use crate::systems::{
    Estimate, Info, LoadPredictor, Outcome, Place, Preset, RatingPredictor, RatingsFacts, System,
    TrainError, Trainer,
};

/// r̂ = μ + b_u + b_i + p_uᵀ q_i, by stochastic gradient descent on
/// Σ (r − r̂)² + λ (b_u² + b_i² + ‖p_u‖² + ‖q_i‖²).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct MatrixFactorizationConfig {
    /// k, the number of factors that describe a user and an item.
    #[schemars(range(min = 1, max = 4096), extend("x-group" = "Model", "x-symbol" = "k"))]
    factors: usize,
    /// λ, the weight of the squares of biases and factors: each update shrinks them by γλ.
    #[schemars(range(min = 0.0, max = 10.0), extend("x-group" = "Model", "x-label" = "Regularizer", "x-symbol" = "λ", "x-live" = true, "x-log" = true))]
    regularization: f64,
    /// Standard deviation of the normal distribution that the first factors are drawn from. Small ones find better factors but take some
    /// epochs to grow: give them patience.
    #[schemars(range(min = 0.0, max = 10.0), extend("x-group" = "Model", "x-log" = true))]
    initial_deviation: f32,
    /// γ, the step size of an update in the first epoch.
    #[schemars(range(min = 0.0, max = 1.0), extend("x-group" = "Optimizer", "x-symbol" = "γ", "x-live" = true, "x-log" = true))]
    learning_rate: f64,
    /// Factor on the learning rate after each epoch; 1 keeps it.
    #[schemars(range(min = 0.1, max = 1.0), extend("x-group" = "Optimizer"))]
    learning_rate_decay: f64,
    /// Passes over the training ratings, at most. Each takes the ratings in a new random order.
    #[schemars(range(min = 1, max = 100_000), extend("x-group" = "Training"))]
    epochs: u64,
    /// The share of the training ratings held out to stop by and to choose the best weights; 0 trains on all of them.
    #[schemars(range(min = 0.0, max = 0.9), extend("x-group" = "Training"))]
    validation_fraction: f64,
    /// Epochs without a lower validation RMSE before the end; 0 runs all epochs. Without a validation share it has no effect.
    #[schemars(range(min = 0, max = 100_000), extend("x-group" = "Training"))]
    patience: u64,
    /// How recommendations are measured.
    #[serde(flatten)]
    ranking: RankingConfig,
}

impl Default for MatrixFactorizationConfig {
    /// Chosen on validation data of MovieLens 100k.
    fn default() -> Self {
        Self {
            factors: 100,
            regularization: 0.08,
            initial_deviation: 0.02,
            learning_rate: 0.01,
            learning_rate_decay: 1.0,
            epochs: 100,
            validation_fraction: 0.05,
            patience: 10,
            ranking: RankingConfig::default(),
        }
    }
}

impl MatrixFactorizationConfig {
    fn rates(&self) -> Rates {
        Rates {
            learning_rate: self.learning_rate,
            decay: self.learning_rate_decay,
            regularization: self.regularization,
        }
    }
}

/// r̂ = μ + b_u + b_i + p_uᵀ q_i.
#[derive(Debug, Clone, Copy)]
pub struct MatrixFactorization;

impl System for MatrixFactorization {
    const INFO: Info = Info::new(
        "matrix_factorization",
        "Matrix factorization",
        "Biased matrix factorization by stochastic gradient descent (Koren, Bell and Volinsky, Computer 2009).",
    )
    .baseline();
    const MEASURES: Measures = MEASURES;
    type Config = MatrixFactorizationConfig;
    type Data = RatingsData;

    fn presets() -> Vec<Preset> {
        vec![
            Preset::new(
                "default",
                "Chosen on validation data of MovieLens 100k.",
                json!({}),
            ),
            Preset::new(
                "surprise",
                "The defaults of SVD in the Surprise library: RMSE 0.934 on MovieLens 100k by 5-fold cross-validation.",
                json!({
                    "regularization": 0.02,
                    "initial_deviation": 0.1,
                    "learning_rate": 0.005,
                    "learning_rate_decay": 1.0,
                    "epochs": 20,
                    "validation_fraction": 0.0,
                }),
            ),
        ]
    }

    fn estimate(
        config: &MatrixFactorizationConfig,
        facts: Option<&RatingsFacts>,
    ) -> Option<Estimate> {
        let facts = facts?;
        let parameters = 1 + (facts.users + facts.items) * (1 + config.factors);
        // Those of now, of the best epoch, and while they are saved.
        Some(estimate(facts, parameters, 3, 0))
    }

    fn trainer(
        config: MatrixFactorizationConfig,
        data: &Arc<RatingsData>,
        place: &Place,
    ) -> Result<Box<dyn Trainer<MatrixFactorizationConfig>>, TrainError> {
        let trainer = RatingsTrainer::<Factors>::new(&config, data, place)?;
        Ok(Box::new(trainer))
    }

    const PREDICTOR: Option<LoadPredictor<Self>> = Some(load_predictor::<Factors>);
}

impl RatingsModel for Factors {
    type Config = MatrixFactorizationConfig;
    type Weights = Self;

    fn schedule(config: &MatrixFactorizationConfig) -> Schedule {
        Schedule {
            validation_fraction: config.validation_fraction,
            patience: config.patience,
            ..Schedule::of_epochs(config.epochs)
        }
    }

    fn ranking(config: &MatrixFactorizationConfig) -> RankingConfig {
        config.ranking
    }

    fn new(
        config: &MatrixFactorizationConfig,
        ratings: &Arc<Split>,
        place: &Place,
    ) -> Result<Self, TrainError> {
        let (rank, deviation) = (config.factors, config.initial_deviation);
        let (ratings, rates) = (ratings.train(), config.rates());
        Ok(Self::random(ratings, rank, deviation, rates, place.seed))
    }

    fn step(&mut self, context: &mut StepContext<'_, Self>) -> Result<Outcome, TrainError> {
        let ratings = context.ratings();
        let loss = self.train_epoch(ratings.train(), context.step());
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

    fn reconfigure(&mut self, config: &MatrixFactorizationConfig) {
        self.rates = config.rates();
    }

    fn predictor(
        config: &MatrixFactorizationConfig,
        data: &Arc<RatingsData>,
        saved: &SavedWeights<'_>,
        _: &Monitor,
    ) -> Result<Box<dyn RatingPredictor>, TrainError> {
        let (users, items) = (data.train.users(), data.train.items());
        let mut model = Self::zeros(users, items, config.factors, config.rates(), 0);
        saved.load(&mut model)?;
        Ok(Box::new(PairPredictor::new(model, data)))
    }
}
