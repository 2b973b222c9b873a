//! Optimisers that burn lacks.

mod adam;
mod lbfgs;
mod portable;
mod rprop;

pub use adam::Adam;
pub use lbfgs::{Evaluation, Lbfgs, Pair, Progress};
pub use portable::Portable;
pub use rprop::{Rprop, RpropConfig};
