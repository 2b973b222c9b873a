//! A rating as the mean, plus how generous the user is, plus how well liked the item is.
//!
//! Y. Koren, Factor in the Neighbors: Scalable and Accurate Collaborative Filtering, TKDD 4(1), 2010, section 2.1.

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

/// r̂ = μ + b_u + b_i, the biases by alternating least squares on
/// Σ (r − μ − b_u − b_i)² + λ_u Σ b_u² + λ_i Σ b_i².
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct UserItemBiasConfig {
    /// λ_u pulls the biases of users with few ratings to zero: b_u = Σ (r − μ − b_i) / (λ_u + ratings of u).
    #[schemars(range(min = 0.0, max = 10_000.0), extend("x-group" = "Model", "x-label" = "Shrink users", "x-symbol" = "λ_u"))]
    user_regularization: f64,
    /// λ_i pulls the biases of items with few ratings to zero: b_i = Σ (r − μ − b_u) / (λ_i + ratings of i).
    #[schemars(range(min = 0.0, max = 10_000.0), extend("x-group" = "Model", "x-label" = "Shrink items", "x-symbol" = "λ_i"))]
    item_regularization: f64,
    /// Rounds in which the items' and then the users' biases are solved for; they hardly change after ten.
    #[schemars(range(min = 1, max = 10_000), extend("x-group" = "Training"))]
    epochs: u64,
    /// How recommendations are measured.
    #[serde(flatten)]
    ranking: RankingConfig,
}

impl Default for UserItemBiasConfig {
    /// Koren's λ_i = 25 and λ_u = 10 are for Netflix; these are the usual ones for MovieLens (Surprise, `BaselineOnly`).
    fn default() -> Self {
        Self {
            user_regularization: 15.0,
            item_regularization: 10.0,
            epochs: 10,
            ranking: RankingConfig::default(),
        }
    }
}

/// r̂ = μ + b_u + b_i.
#[derive(Debug, Clone, Copy)]
pub struct UserItemBias;

#[derive(Debug, Clone)]
pub(in crate::systems::ratings) struct Biases {
    regularization: (f64, f64),
    mean: f32,
    users: Vec<f32>,
    items: Vec<f32>,
}

impl Biases {
    /// No biases yet.
    fn zeros(config: &UserItemBiasConfig, data: &RatingsData) -> Self {
        Self {
            regularization: (config.user_regularization, config.item_regularization),
            mean: 0.0,
            users: vec![0.0; data.train.users()],
            items: vec![0.0; data.train.items()],
        }
    }

    /// The biases from these ratings (users × items), with a `share` of the regularization of the default config.
    pub(in crate::systems::ratings) fn fit(ratings: &Sparse, share: f64) -> Self {
        let config = UserItemBiasConfig::default();
        let mut biases = Self {
            regularization: (
                share * config.user_regularization,
                share * config.item_regularization,
            ),
            mean: 0.0,
            users: vec![0.0; ratings.rows()],
            items: vec![0.0; ratings.columns()],
        };
        for _ in 0..config.epochs {
            biases.train_epoch(ratings);
        }
        biases
    }

    /// μ + b_u + b_i
    pub(in crate::systems::ratings) fn at(&self, user: usize, item: usize) -> f32 {
        self.mean + self.users[user] + self.items[item]
    }

    /// μ, and b_u and b_i of all.
    pub(super) fn parts(self) -> (f32, Vec<f32>, Vec<f32>) {
        (self.mean, self.users, self.items)
    }

    /// μ + b_i with the bias of a user who gave other ratings.
    pub(in crate::systems::ratings) fn of_new_user(&self, ratings: &[(u32, f32)]) -> Vec<f32> {
        let bias = self.user_bias(ratings.iter().copied());
        self.items
            .iter()
            .map(|item| self.mean + bias + item)
            .collect()
    }

    /// Solves for all biases once; returns the mean loss per rating (users × items).
    fn train_epoch(&mut self, ratings: &Sparse) -> f64 {
        self.mean = mean_rating(ratings);
        self.solve_items(ratings);
        self.solve_users(ratings);
        let mut loss = 0.0;
        for user in 0..ratings.rows() {
            let (items, values) = ratings.row(user);
            for (&item, value) in items.iter().zip(values) {
                let error = f64::from(value - self.predict(user, item as usize));
                loss += error * error;
            }
        }
        let squares =
            |biases: &[f32]| -> f64 { biases.iter().map(|bias| f64::from(*bias).powi(2)).sum() };
        loss += self.regularization.0 * squares(&self.users);
        loss += self.regularization.1 * squares(&self.items);
        loss / ratings.len() as f64
    }

    /// Solves for every item's bias with the users' fixed: Σ (r − μ − b_u) / (λ_i + n_i).
    fn solve_items(&mut self, ratings: &Sparse) {
        let mut sums = vec![(0.0_f64, 0_u64); self.items.len()];
        for user in 0..ratings.rows() {
            let base = self.mean + self.users[user];
            let (items, values) = ratings.row(user);
            for (&item, value) in items.iter().zip(values) {
                let (sum, count) = &mut sums[item as usize];
                *sum += f64::from(value - base);
                *count += 1;
            }
        }
        for (bias, (sum, count)) in self.items.iter_mut().zip(sums) {
            *bias = damped(sum, count, self.regularization.1);
        }
    }

    /// Solves for every user's bias with the items' fixed: Σ (r − μ − b_i) / (λ_u + n_u).
    fn solve_users(&mut self, ratings: &Sparse) {
        for user in 0..ratings.rows() {
            let (items, values) = ratings.row(user);
            let ratings = items.iter().copied().zip(values.iter().copied());
            self.users[user] = self.user_bias(ratings);
        }
    }

    /// The bias of a user who gave these ratings.
    fn user_bias(&self, ratings: impl ExactSizeIterator<Item = (u32, f32)>) -> f32 {
        let count = ratings.len() as u64;
        let residuals =
            ratings.map(|(item, value)| f64::from(value - self.mean - self.items[item as usize]));
        damped(residuals.sum(), count, self.regularization.0)
    }
}

/// sum / (λ + n), or 0 where there is nothing to go by.
fn damped(sum: f64, count: u64, regularization: f64) -> f32 {
    if count == 0 {
        0.0
    } else {
        (sum / (regularization + count as f64)) as f32
    }
}

impl PairModel for Biases {
    fn predict(&self, user: usize, item: usize) -> f32 {
        self.at(user, item)
    }

    fn new_user(&self, ratings: &[(u32, f32)], _: usize) -> Option<Vec<f32>> {
        Some(self.of_new_user(ratings))
    }

    fn new_user_method(&self) -> Option<String> {
        let lambda = self.regularization.0;
        Some(format!(
            "the mean plus a bias for you, solved for from your ratings with λ_u = {lambda}, plus the biases of the items"
        ))
    }
}

impl Weights for Biases {
    fn save(&self, prefix: &str, to: &mut CheckpointWriter) -> Result<(), TrainError> {
        let mut add = |name: &str, values: Vec<f32>| {
            to.array(format!("{prefix}{name}"), &[values.len()], values);
        };
        add("mean", vec![self.mean]);
        add("user_bias", self.users.clone());
        add("item_bias", self.items.clone());
        Ok(())
    }

    fn load(&mut self, prefix: &str, from: &Checkpoint) -> Result<(), TrainError> {
        let read = |name: &str, len: usize| from.array(&format!("{prefix}{name}"), &[len]);
        self.mean = read("mean", 1)?[0];
        self.users = read("user_bias", self.users.len())?;
        self.items = read("item_bias", self.items.len())?;
        Ok(())
    }
}

impl RatingsModel for Biases {
    type Config = UserItemBiasConfig;
    type Weights = Self;

    fn schedule(config: &UserItemBiasConfig) -> Schedule {
        Schedule::of_epochs(config.epochs)
    }

    fn ranking(config: &UserItemBiasConfig) -> RankingConfig {
        config.ranking
    }

    fn new(
        config: &UserItemBiasConfig,
        ratings: &Arc<Split>,
        _: &Place,
    ) -> Result<Self, TrainError> {
        Ok(Self::zeros(config, ratings.data()))
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
        config: &UserItemBiasConfig,
        data: &Arc<RatingsData>,
        saved: &SavedWeights<'_>,
        _: &Monitor,
    ) -> Result<Box<dyn RatingPredictor>, TrainError> {
        let mut model = Self::zeros(config, data);
        saved.load(&mut model)?;
        Ok(Box::new(PairPredictor::new(model, data)))
    }
}

impl System for UserItemBias {
    const INFO: Info = Info::new(
        "user_item_bias",
        "User and item bias",
        "Predicts the mean plus a regularized bias of the user and of the item (Koren, Factor in the Neighbors, TKDD 2010).",
    )
    .baseline();
    const MEASURES: Measures = MEASURES;
    type Config = UserItemBiasConfig;
    type Data = RatingsData;

    fn presets() -> Vec<Preset> {
        let words = "The usual regularization for MovieLens (Surprise, BaselineOnly).";
        vec![Preset::new("default", words, json!({}))]
    }

    fn estimate(_config: &UserItemBiasConfig, facts: Option<&RatingsFacts>) -> Option<Estimate> {
        let facts = facts?;
        // Those of now, of the best epoch, and of the last.
        Some(estimate(facts, 1 + facts.users + facts.items, 3, 0))
    }

    fn trainer(
        config: UserItemBiasConfig,
        data: &Arc<RatingsData>,
        place: &Place,
    ) -> Result<Box<dyn Trainer<UserItemBiasConfig>>, TrainError> {
        let trainer = RatingsTrainer::<Biases>::new(&config, data, place)?;
        Ok(Box::new(trainer))
    }

    const PREDICTOR: Option<LoadPredictor<Self>> = Some(load_predictor::<Biases>);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two users, two items; user 0 rated both (5, 3), user 1 only item 0 (4).
    fn ratings() -> Sparse {
        Sparse::from_parts(2, vec![0, 2, 3], vec![0, 1, 0], vec![5.0, 3.0, 4.0])
    }

    fn biases(user: f64, item: f64) -> Biases {
        Biases {
            regularization: (user, item),
            mean: 0.0,
            users: vec![0.0; 2],
            items: vec![0.0; 2],
        }
    }

    #[test]
    fn one_pass_equals_the_hand_computation() {
        // μ = 4. b_0 = (1 + 0) / (1 + 2) = 1/3, b_1 = −1 / (1 + 1) = −1/2.
        // Users with λ_u = 2: u_0 = ((5 − 4 − 1/3) + (3 − 4 + 1/2)) / (2 + 2) = (2/3 − 1/2) / 4 = 1/24,
        // u_1 = (4 − 4 − 1/3) / (2 + 1) = −1/9.
        let mut model = biases(2.0, 1.0);
        let loss = model.train_epoch(&ratings());
        let close = |value: f32, expected: f64| (f64::from(value) - expected).abs() < 1e-6;
        assert!(close(model.items[0], 1.0 / 3.0) && close(model.items[1], -0.5));
        assert!(close(model.users[0], 1.0 / 24.0) && close(model.users[1], -1.0 / 9.0));
        assert!(close(model.predict(1, 1), 4.0 - 1.0 / 9.0 - 0.5));
        // Errors 5/8, −13/24, −2/9; penalties 2 (1/576 + 1/81) and 1 (1/9 + 1/4).
        let squares = (5.0_f64 / 8.0).powi(2) + (13.0_f64 / 24.0).powi(2) + (2.0_f64 / 9.0).powi(2);
        let penalty = 2.0 * (1.0 / 576.0 + 1.0 / 81.0) + 1.0 / 9.0 + 0.25;
        assert!((loss - (squares + penalty) / 3.0).abs() < 1e-6);
    }

    #[test]
    fn a_new_user_with_the_ratings_of_another_gets_the_same_predictions() {
        let mut model = biases(2.0, 1.0);
        model.train_epoch(&ratings());
        let own = |user: usize| [model.predict(user, 0), model.predict(user, 1)];
        let new = |ratings: &[(u32, f32)]| model.new_user(ratings, 2).expect("predictions");
        assert_eq!(new(&[(0, 5.0), (1, 3.0)]), own(0));
        assert_eq!(new(&[(0, 4.0)]), own(1));
        let nobody = [model.mean + model.items[0], model.mean + model.items[1]];
        assert_eq!(new(&[]), nobody);
    }

    #[test]
    fn the_loss_never_rises() {
        let mut model = biases(0.1, 0.1);
        let losses: Vec<f64> = (0..20).map(|_| model.train_epoch(&ratings())).collect();
        assert!(
            losses.windows(2).all(|pair| pair[1] <= pair[0] + 1e-9),
            "{losses:?}"
        );
    }

    #[test]
    fn whoever_has_no_ratings_has_no_bias() {
        let lonely = Sparse::from_parts(3, vec![0, 1, 1], vec![0], vec![5.0]);
        let mut model = biases(0.0, 0.0);
        model.items = vec![0.0; 3];
        model.train_epoch(&lonely);
        assert_eq!(model.predict(1, 2), 5.0);
    }
}
