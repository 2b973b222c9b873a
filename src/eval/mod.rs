//! Measures of quality.
//!
//! Uses `record`.

mod clustering;
pub mod images;
mod ranking;
mod rating_errors;

pub use clustering::{Contingency, silhouette};
pub use ranking::RankingQuality;
pub use rating_errors::{RatingErrors, mae, rmse};
