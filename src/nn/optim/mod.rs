//! Optimizers that burn lacks, or whose state loads without a GPU.

mod adam;
mod elementwise;
mod lbfgs;
mod rprop;

pub use adam::{Adam, AdamState};
pub use elementwise::{GradientSource, OptimizerStateError};
pub use lbfgs::{Evaluation, Lbfgs, Pair, Progress};
pub use rprop::{Rprop, RpropConfig, RpropState};
