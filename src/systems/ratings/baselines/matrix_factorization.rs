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
    ConfigMap, Estimate, Info, LoadPredictor, Outcome, Place, Preset, RatingPredictor,
    RatingsFacts, System, TrainError, Trainer, keys,
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
    /// Ends with the biases of users and items alone where the factors are not better on the validation ratings by more than chance. On, unless
    /// factors, regularizer or epochs are given.
    #[schemars(extend("x-group" = "Training", "x-label" = "Biases if as good"))]
    fall_back: bool,
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
            fall_back: true,
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

    fn defaults(given: &ConfigMap) -> ConfigMap {
        let is_chosen = ["factors", "regularization", "epochs"]
            .iter()
            .any(|key| given.contains_key(*key));
        keys(json!({"fall_back": !is_chosen}))
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
        let mut own = Self::random(ratings, rank, deviation, rates, place.seed);
        own.falls_back = config.fall_back;
        Ok(own)
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

    fn instead(&self, ratings: &Split) -> Option<(Self, String)> {
        self.biases_instead(ratings)
    }

    fn weights(&self) -> Self {
        self.clone()
    }

    fn set_weights(&mut self, weights: Self) {
        *self = weights;
    }

    fn reconfigure(&mut self, config: &MatrixFactorizationConfig) {
        self.rates = config.rates();
        self.falls_back = config.fall_back;
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

#[cfg(test)]
mod tests {
    use rand::RngExt;
    use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};

    use super::super::UserItemBias;
    use super::*;
    use crate::data::Dataset;
    use crate::record::Recorded;
    use crate::systems::{AnySystem, Erased};

    /// 10 × 30, more than half filled: biases and noise, and perhaps two groups of users who like what the others don't.
    fn ratings(users: u32, groups: f32) -> Dataset {
        let mut rng = ChaCha8Rng::seed_from_u64(4);
        let (mut train, mut test) = (Vec::new(), Vec::new());
        for user in 0..users {
            for item in 0..30_u32 {
                let noise: f32 = (0..4).map(|_| rng.random_range(-0.4..0.4_f32)).sum();
                let sign = if user % 2 == item % 2 {
                    groups
                } else {
                    -groups
                };
                let rating = 3.0 + (user % 5) as f32 * 0.2 - (item % 3) as f32 * 0.3 + sign + noise;
                match rng.random_range(0..10) {
                    0..5 => train.push((user, item, rating)),
                    5 => test.push((user, item, rating)),
                    _ => {}
                }
            }
        }
        let data = RatingsData::from_triplets(users as usize, 30, &train, &test);
        Dataset::Ratings(Arc::new(data))
    }

    /// The test RMSE at the end, the step of the best weights and the test RMSE of a predictor of them.
    fn trained(system: &dyn AnySystem, given: serde_json::Value, data: &Dataset) -> (f64, f64) {
        let given = given.as_object().expect("an object");
        let config = system.resolve(given).expect("right");
        let place = Place::cpu(2);
        let mut trainer = system.trainer(&config, data, &place).expect("a trainer");
        let mut seen = Recorded::default();
        let before = tempfile::tempdir().expect("a folder");
        while trainer.step(&mut seen).expect("a step") == Outcome::Continue {}
        trainer.finish(&mut seen).expect("measured");
        trainer.save_best(before.path()).expect("saved");
        let predictor = system
            .rating_predictor(&config, data, before.path(), &Monitor::default())
            .expect("read")
            .expect("predicts ratings");
        let ratings = data.ratings().expect("ratings");
        let pairs = ratings.test.iter();
        let rmse = crate::eval::rmse(
            pairs.map(|(user, item, rating)| (predictor.predict(user, item), rating)),
        );
        let position = trainer.position();
        assert_eq!(position.step, position.total_steps);
        (
            seen.last("test/rmse").expect("a number"),
            rmse.expect("pairs"),
        )
    }

    #[test]
    fn where_factors_are_not_shown_to_be_better_the_biases_are_what_is_left() {
        static FACTORS: Erased<MatrixFactorization> = Erased::new();
        static BIASES: Erased<UserItemBias> = Erased::new();
        let few = ratings(10, 0.0);
        let (of_biases, _) = trained(&BIASES, json!({}), &few);
        let (by_default, saved) = trained(&FACTORS, json!({}), &few);
        assert!((by_default - of_biases).abs() < 1e-6 && (saved - of_biases).abs() < 1e-6);
        // Who asks for factors gets them.
        let (asked, _) = trained(&FACTORS, json!({"factors": 100}), &few);
        assert!((asked - of_biases).abs() > 1e-4);
        let many = ratings(200, 1.0);
        let (of_biases, _) = trained(&BIASES, json!({}), &many);
        let (by_default, _) = trained(&FACTORS, json!({}), &many);
        assert!(by_default < 0.8 * of_biases, "{by_default} and {of_biases}");
    }
}
