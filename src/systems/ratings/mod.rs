//! What the systems that learn from ratings share: a validation split, measures, early stopping, neighbors.

pub mod autorec;
pub mod baselines;
mod early_stopping;
mod evaluation;
mod measures;
mod split;
mod training;
mod vectors;

pub use early_stopping::{EarlyStopping, StoppingDecision};
pub use evaluation::{evaluate, predictions_artifact, record_errors};
pub use split::hold_out;
pub use training::{mean_rating, validation_split};
pub use vectors::{dot, nearest_rows};
