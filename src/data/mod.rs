//! What a run learns from.

mod assemble;
mod config;
mod error;
mod fingerprint;
mod labels;
mod monitor;
mod ratings;
mod sparse;
mod summary;
mod timestamps;

pub use config::{DataConfig, Split};
pub use error::{DataError, Place};
pub use fingerprint::Fingerprint;
pub use labels::Labels;
pub use monitor::Monitor;
pub use ratings::{Dataset, Ratings, RatingsData};
pub use sparse::Sparse;
pub use summary::{Histogram, RatingsSummary, Thumbnail};
pub use timestamps::Timestamps;
