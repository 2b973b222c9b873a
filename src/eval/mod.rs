//! Measures of quality.

mod clustering;
pub mod images;
mod rating_errors;

pub use clustering::{Contingency, silhouette};
pub use rating_errors::{RatingErrors, mae, rmse};
