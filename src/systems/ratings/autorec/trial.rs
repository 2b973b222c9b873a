//! One trial of a search: a network with a given λ, trained until the error on held-out ratings no longer falls.

use std::sync::Arc;

use super::config::AutoRecConfig;
use super::model::AutoRecModel;
use super::search::{MOST_EPOCHS, PATIENCE, Question, Residual, Trial};
use crate::record::{Artifact, LogLevel, Recorder};
use crate::systems::ratings::{RatingsTrainer, Split};
use crate::systems::{Outcome, Place, TrainError, Trainer};

/// The ratings of one fold of a search: a share of those to train on is held out.
///
/// # Errors
/// If there are too few.
pub(super) fn fold(ratings: &Split, share: f64, seed: u64, fold: u64) -> Result<Split, TrainError> {
    // Seeds of its own: that of the run draws its validation split.
    let seed = seed.wrapping_add(0x5EA7_C000).wrapping_add(fold);
    ratings.inner(share, seed)
}

/// A trial on its way.
pub(super) struct Running {
    question: Question,
    trainer: RatingsTrainer<AutoRecModel>,
}

impl Running {
    /// A new network on the ratings that are not held out.
    pub(super) fn new(
        question: Question,
        config: &AutoRecConfig,
        ratings: &Arc<Split>,
        residual: Residual,
        place: &Place,
    ) -> Self {
        let config = AutoRecConfig {
            regularization: Some(question.regularization()),
            epochs: Some(MOST_EPOCHS),
            patience: PATIENCE.max(2 * config.evaluate_every),
            ..config.clone()
        };
        let model = AutoRecModel::of_trial(&config, ratings, place, residual);
        Self {
            question,
            trainer: RatingsTrainer::of(model, &config, ratings, place.seed),
        }
    }

    /// One update; what came out if it was the last.
    ///
    /// # Errors
    /// If the loss is no longer finite, or the device fails.
    pub(super) fn step(&mut self) -> Result<Option<Trial>, TrainError> {
        if self.trainer.step(&mut Quiet)? == Outcome::Continue {
            return Ok(None);
        }
        let model = self.trainer.model();
        let position = self.trainer.position();
        let best = self.trainer.best_step().unwrap_or(position.step);
        let updates = best.saturating_sub(model.pretraining_updates());
        Ok(Some(Trial {
            question: self.question,
            epochs: updates as f64 * position.epoch / (position.step.max(1) as f64),
            comparison: model.against_biases()?,
            updates: position.step,
        }))
    }
}

/// Hears nothing: a run reports what comes out of its trials.
struct Quiet;

impl Recorder for Quiet {
    fn scalar(&mut self, _: &str, _: f64) {}
    fn artifact(&mut self, _: Artifact) {}
    fn log(&mut self, _: LogLevel, _: &str) {}
}
