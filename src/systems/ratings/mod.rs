//! Code shared by the systems that learn from ratings: one trainer and one predictor for every model, a validation split, measures, early stopping,
//! neighbors.
//!
//! A new model is a [`RatingsModel`] and a system of two lines beside its config: [`RatingsTrainer`] trains it, [`load_predictor`] predicts.

pub mod autorec;
pub mod baselines;
mod comparison;
mod early_stopping;
mod estimate;
mod evaluation;
mod measures;
mod model;
mod predictor;
mod ranking;
mod regression;
mod split;
#[cfg(test)]
mod tests;
mod trainer;
mod vectors;

pub use comparison::Comparison;
pub use early_stopping::{EarlyStopping, StoppingDecision};
pub use evaluation::{Evaluation, Score, SplitPart, evaluate, predictions_artifact, record_errors};
pub use model::{RatingsModel, Remark, SavedWeights, Schedule, Weights};
pub use predictor::{PairEvaluation, PairModel, PairPredictor};
pub use ranking::{RankingConfig, rank};
pub use split::{Split, mean_rating};
pub use trainer::{RatingsTrainer, StepContext, load_predictor};
pub use vectors::{dot, nearest_rows};
