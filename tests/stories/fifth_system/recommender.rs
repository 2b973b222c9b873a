//! A toy recommender: the mean of each item, approached a share of the way in each pass.

use std::sync::Arc;

use atelier::data::{Monitor, RatingsData};
use atelier::nn::checkpoint::{Checkpoint, CheckpointWriter};
use atelier::record::{Better, Measure, Measures, Part, Role};
use atelier::systems::ratings::{
    Evaluation, PairEvaluation, PairModel, PairPredictor, RatingsModel, RatingsTrainer,
    SavedWeights, Schedule, Split, StepContext, Weights, load_predictor, mean_rating,
};
use atelier::systems::{
    Info, LoadPredictor, Outcome, Place, Preset, RatingPredictor, System, TrainError, Trainer,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Predicts the mean of the item.
pub(super) struct ItemMeanSystem;

/// The `[item_mean]` table of a config file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ItemMeanConfig {
    /// Passes over the training ratings.
    #[schemars(range(min = 1, max = 1000), extend("x-group" = "Training"))]
    epochs: u64,
    /// The share of the way to the mean that a pass takes.
    #[schemars(range(min = 0.0, max = 1.0), extend("x-group" = "Training", "x-live" = true))]
    pace: f64,
}

impl Default for ItemMeanConfig {
    fn default() -> Self {
        Self {
            epochs: 20,
            pace: 0.3,
        }
    }
}

impl System for ItemMeanSystem {
    const INFO: Info = Info::new(
        "item_mean",
        "Item mean",
        "Predicts the mean rating of the item, for tests.",
    );
    const MEASURES: Measures = Measures {
        all: &[Measure::new("*/rmse", "RMSE", Better::Lower).parts(&[
            Part::with_role("train", "train", Role::Training),
            Part::with_role("test", "test", Role::Test),
        ])],
        main: &["test/rmse"],
    };
    type Config = ItemMeanConfig;
    type Data = RatingsData;

    fn presets() -> Vec<Preset> {
        vec![Preset::new("default", "Twenty passes.", json!({}))]
    }

    fn trainer(
        config: ItemMeanConfig,
        data: &Arc<RatingsData>,
        place: &Place,
    ) -> Result<Box<dyn Trainer<ItemMeanConfig>>, TrainError> {
        Ok(Box::new(RatingsTrainer::<ItemMean>::new(
            &config, data, place,
        )?))
    }

    const PREDICTOR: Option<LoadPredictor<Self>> = Some(load_predictor::<ItemMean>);
}

struct ItemMean {
    means: Means,
    pace: f64,
}

#[derive(Clone)]
struct Means(Vec<f32>);

impl PairModel for Means {
    fn predict(&self, _: usize, item: usize) -> f32 {
        self.0[item]
    }
}

impl Weights for Means {
    fn save(&self, prefix: &str, to: &mut CheckpointWriter) -> Result<(), TrainError> {
        to.array(format!("{prefix}means"), &[self.0.len()], self.0.clone());
        Ok(())
    }

    fn load(&mut self, prefix: &str, from: &Checkpoint) -> Result<(), TrainError> {
        self.0 = from.array(&format!("{prefix}means"), &[self.0.len()])?;
        Ok(())
    }
}

impl RatingsModel for ItemMean {
    type Config = ItemMeanConfig;
    type Weights = Means;

    fn schedule(config: &ItemMeanConfig) -> Schedule {
        Schedule::of_epochs(config.epochs)
    }

    fn new(config: &ItemMeanConfig, ratings: &Arc<Split>, _: &Place) -> Result<Self, TrainError> {
        let train = ratings.train();
        Ok(Self {
            means: Means(vec![mean_rating(train); train.columns()]),
            pace: config.pace,
        })
    }

    fn step(&mut self, context: &mut StepContext<'_, Means>) -> Result<Outcome, TrainError> {
        let ratings = context.ratings();
        let train = ratings.train();
        let mut sums = vec![(0.0, 0); train.columns()];
        let mut loss = 0.0;
        for user in 0..train.rows() {
            let (items, values) = train.row(user);
            for (item, value) in items.iter().zip(values) {
                let (sum, count) = &mut sums[*item as usize];
                *sum += f64::from(*value);
                *count += 1;
                loss += f64::from(value - self.means.0[*item as usize]).powi(2);
            }
        }
        for (mean, (sum, count)) in self.means.0.iter_mut().zip(sums) {
            if count > 0 {
                let error = sum / f64::from(count) - f64::from(*mean);
                *mean += (self.pace * error) as f32;
            }
        }
        context.end_pass(self, loss / train.len() as f64)
    }

    fn evaluate<'a>(
        &'a self,
        ratings: &'a Split,
    ) -> Result<Option<Box<dyn Evaluation + 'a>>, TrainError> {
        Ok(Some(Box::new(PairEvaluation::new(&self.means, ratings))))
    }

    fn weights(&self) -> Means {
        self.means.clone()
    }

    fn set_weights(&mut self, weights: Means) {
        self.means = weights;
    }

    fn reconfigure(&mut self, config: &ItemMeanConfig) {
        self.pace = config.pace;
    }

    fn predictor(
        _: &ItemMeanConfig,
        data: &Arc<RatingsData>,
        saved: &SavedWeights<'_>,
        _: &Monitor,
    ) -> Result<Box<dyn RatingPredictor>, TrainError> {
        let mut means = Means(vec![0.0; data.train.items()]);
        saved.load(&mut means)?;
        Ok(Box::new(PairPredictor::new(means, data)))
    }
}
