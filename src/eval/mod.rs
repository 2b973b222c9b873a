//! Measures of quality.
//!
//! Uses `record`.

mod clustering;
pub mod images;
mod rating_errors;

pub use clustering::{Contingency, silhouette};
pub use rating_errors::{RatingErrors, mae, rmse};
