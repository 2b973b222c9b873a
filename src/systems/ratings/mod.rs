//! What the systems that learn from ratings share: a validation split, measures, early stopping, checkpoint files.

pub mod checkpoint;
mod early_stopping;
mod evaluation;
mod split;

pub use early_stopping::{EarlyStopping, Verdict};
pub use evaluation::{evaluate, record_errors};
pub use split::hold_out;
