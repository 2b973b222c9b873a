//! Optimizers that burn lacks.

mod adam;
mod lbfgs;
mod network_adam;
mod portable;
mod rprop;

pub use adam::Adam;
pub use lbfgs::{Evaluation, Lbfgs, Pair, Progress};
pub use network_adam::{AdamState, AdamStateError, NetworkAdam};
pub use portable::Portable;
pub use rprop::{Rprop, RpropConfig};
