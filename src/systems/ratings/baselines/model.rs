//! What the trainer asks of a baseline's model.

use std::path::Path;

use crate::data::Sparse;
use crate::systems::{Config, TrainError};

/// A predictor of ratings that learns in passes over the training ratings.
pub(super) trait Model: Clone + Send + Sync + 'static {
    /// The config of its system.
    type Config: Config;

    /// One pass over `ratings` (users × items), pass number `epoch` from 0. Returns the mean loss per rating.
    fn train_epoch(&mut self, ratings: &Sparse, epoch: u64) -> f64;

    /// The predicted rating, not clipped.
    fn predict(&self, user: usize, item: usize) -> f32;

    /// What stands for the items, to find neighbors by: [items, width] and the width.
    fn item_factors(&self) -> Option<(&[f32], usize)> {
        None
    }

    /// Writes the weights; `prefix` stands before the file names.
    fn save(&self, folder: &Path, prefix: &str) -> Result<(), TrainError>;

    /// Reads what `save` wrote.
    fn load(&mut self, folder: &Path, prefix: &str) -> Result<(), TrainError>;

    /// Goes on with another config, see [`crate::systems::Trainer::reconfigure`].
    fn reconfigure(&mut self, _config: &Self::Config) {}
}
