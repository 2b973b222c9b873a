//! Optimisers that burn lacks.

mod portable;
mod rprop;

pub use portable::Portable;
pub use rprop::{Rprop, RpropConfig};
