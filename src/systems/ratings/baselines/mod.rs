//! Predictors of ratings to compare with, trained on the same split and measured the same way. Plain host code, the same on any device.

mod factors;
mod global_mean;
mod matrix_factorization;
mod user_item_bias;

pub use global_mean::GlobalMean;
pub use matrix_factorization::MatrixFactorization;
pub(super) use user_item_bias::Biases;
pub use user_item_bias::UserItemBias;
