//! What a checkpoint of the model holds beside weights.

use serde::{Deserialize, Serialize};

use super::optimizer::OptimizerState;
use super::search::Search;

/// The model's part of a checkpoint's state.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct State {
    /// How many stages of pretraining are done.
    pub(super) stage: usize,
    /// Steps of this stage.
    pub(super) stage_step: u64,
    /// Σ of the losses of this epoch's batches so far.
    pub(super) epoch_loss: f64,
    pub(super) optimizer: OptimizerState,
    /// Where λ is to be found.
    #[serde(default)]
    pub(super) search: Option<Search>,
}

/// The stage alone. The best weights, which are of the whole network, are saved without.
#[derive(Debug, Deserialize)]
pub(super) struct SavedStage {
    #[serde(default)]
    pub(super) stage: Option<usize>,
    #[serde(default)]
    pub(super) search: Option<Search>,
}

/// The search alone, for predictions.
#[derive(Debug, Serialize)]
pub(super) struct SavedSearch<'a> {
    pub(super) search: &'a Search,
}
