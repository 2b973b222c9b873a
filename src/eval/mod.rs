//! Measures of quality.

mod rating_errors;

pub use rating_errors::{RatingErrors, mae, rmse};
