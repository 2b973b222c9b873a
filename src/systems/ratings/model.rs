//! The interface of a system that learns from ratings to the trainer and the predictor that all of them share.

use std::sync::Arc;

use super::evaluation::Evaluation;
use super::ranking::RankingConfig;
use super::split::Split;
use super::trainer::StepContext;
use crate::data::{Monitor, RatingsData};
use crate::nn::checkpoint::{Checkpoint, CheckpointWriter};
use crate::systems::{Outcome, Place, RatingPredictor, TrainError};

/// How long to train, and what to stop by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Schedule {
    /// Passes over the training ratings, at most.
    pub epochs: u64,
    /// The share of the training ratings held out to stop by and to choose the best weights; 0 for none.
    pub validation_fraction: f64,
    /// Passes without a lower validation RMSE before the end; 0 runs all of them.
    pub patience: u64,
    /// Passes from one measurement to the next.
    pub evaluate_every: u64,
}

impl Schedule {
    /// All passes over all training ratings, each of which is measured.
    #[must_use]
    pub fn of_epochs(epochs: u64) -> Self {
        Self {
            epochs,
            validation_fraction: 0.0,
            patience: 0,
            evaluate_every: 1,
        }
    }
}

/// A model of ratings under training, with its optimizer. Owned by the run's thread.
///
/// The trainer does the rest: the validation split, measures, early stopping, best weights, checkpoints, the table of predictions.
pub trait RatingsModel: Sized + 'static {
    /// The system's parameters.
    type Config: Clone + 'static;
    /// Everything that predictions need, as it is at one step.
    type Weights: Weights;

    /// How long to train.
    fn schedule(config: &Self::Config) -> Schedule;

    /// How its recommendations are measured.
    fn ranking(_config: &Self::Config) -> RankingConfig {
        RankingConfig::default()
    }

    /// New weights for these ratings, drawn from the seed.
    ///
    /// # Errors
    /// If the ratings do not suit the config.
    fn new(config: &Self::Config, ratings: &Arc<Split>, place: &Place) -> Result<Self, TrainError>;

    /// Updates of the weights in one pass over the ratings.
    fn updates_per_epoch(&self) -> u64 {
        1
    }

    /// Updates at the end of the training, as far as is known after `done` of them.
    fn total_updates(&self, schedule: &Schedule, _done: u64) -> u64 {
        schedule.epochs * self.updates_per_epoch()
    }

    /// Updates the weights once. Reports the update, the loss, and measurements that are due to `context`; [`StepContext::end_pass`] does all
    /// three for a model with one update in a pass.
    ///
    /// Returns [`Outcome::Done`] to end the training early.
    ///
    /// # Errors
    /// If the loss is no longer finite, or the device fails.
    fn step(&mut self, context: &mut StepContext<'_, Self::Weights>)
    -> Result<Outcome, TrainError>;

    /// Predictions of the current weights; `None` while nothing predicts yet.
    ///
    /// # Errors
    /// If the device fails.
    fn evaluate<'a>(
        &'a self,
        ratings: &'a Split,
    ) -> Result<Option<Box<dyn Evaluation + 'a>>, TrainError>;

    /// Other weights to end with than the best ones, which it has by now, and why; where held-out ratings speak for them.
    fn instead(&self, _ratings: &Split) -> Option<(Self::Weights, String)> {
        None
    }

    /// What is to be said about the model's errors on the test ratings at the end, given theirs: numbers by name, and words where another model
    /// does better.
    fn remark(&self, _ratings: &Split, _test_rmse: f64) -> Remark {
        Remark::default()
    }

    /// The weights as they are now.
    fn weights(&self) -> Self::Weights;

    /// Goes back to weights of before.
    fn set_weights(&mut self, weights: Self::Weights);

    /// Goes on with another config, which differs in live parameters alone.
    fn reconfigure(&mut self, _config: &Self::Config) {}

    /// Adds what is needed to go on exactly beside the weights, which the trainer saves.
    ///
    /// # Errors
    /// If the device fails.
    fn save(&self, _to: &mut CheckpointWriter) -> Result<(), TrainError> {
        Ok(())
    }

    /// Adds what predictions need beside the weights.
    ///
    /// # Errors
    /// If it cannot be written.
    fn save_beside(&self, _to: &mut CheckpointWriter) -> Result<(), TrainError> {
        Ok(())
    }

    /// Comes back from what [`Self::save`] added. After it, [`Self::weights`] have the shapes of the saved ones, which the trainer then reads.
    ///
    /// # Errors
    /// If something is missing, damaged or of another run.
    fn load(&mut self, _from: &Checkpoint) -> Result<(), TrainError> {
        Ok(())
    }

    /// Predicts from saved weights, in plain host memory.
    ///
    /// # Errors
    /// If the weights cannot be read, do not fit the data, or `monitor` was canceled.
    fn predictor(
        config: &Self::Config,
        data: &Arc<RatingsData>,
        saved: &SavedWeights<'_>,
        monitor: &Monitor,
    ) -> Result<Box<dyn RatingPredictor>, TrainError>;
}

/// Something to compare the errors with.
#[derive(Debug, Default)]
pub struct Remark {
    /// Scalars.
    pub scalars: Vec<(&'static str, f64)>,
    /// A warning for the log.
    pub warning: Option<String>,
}

/// Weights that can be kept aside and saved.
pub trait Weights: Clone + 'static {
    /// Adds them to a checkpoint; `prefix` stands before the names of the arrays.
    ///
    /// # Errors
    /// If the device fails.
    fn save(&self, prefix: &str, to: &mut CheckpointWriter) -> Result<(), TrainError>;

    /// Replaces them by those in a checkpoint, of the same shapes.
    ///
    /// # Errors
    /// If an array is missing, damaged or of another shape.
    fn load(&mut self, prefix: &str, from: &Checkpoint) -> Result<(), TrainError>;
}

/// Before the names of the arrays of the current weights in a checkpoint.
pub(super) const CURRENT: &str = "";
/// Before those of the best weights.
pub(super) const BEST: &str = "best_";

/// The weights to predict with in a checkpoint: the best ones if it has them, or else the current ones.
#[derive(Debug)]
pub struct SavedWeights<'a> {
    pub(super) checkpoint: &'a Checkpoint,
    pub(super) prefix: &'static str,
    pub(super) seed: u64,
}

impl SavedWeights<'_> {
    /// Replaces `weights` by the saved ones, of the same shapes.
    ///
    /// # Errors
    /// If an array is missing, damaged or of another shape.
    pub fn load<W: Weights>(&self, weights: &mut W) -> Result<(), TrainError> {
        weights.load(self.prefix, self.checkpoint)
    }

    /// The checkpoint, for the state that the model saved.
    #[must_use]
    pub fn checkpoint(&self) -> &Checkpoint {
        self.checkpoint
    }

    /// The seed of the run, which draws its validation split.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }
}
