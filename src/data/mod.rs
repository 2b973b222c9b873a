//! What a run learns from.

mod config;
mod labels;
mod monitor;
mod ratings;
mod sparse;

pub use config::{DataConfig, Split};
pub use labels::Labels;
pub use monitor::Monitor;
pub use ratings::{Dataset, Ratings, RatingsData};
pub use sparse::Sparse;
