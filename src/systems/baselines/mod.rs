//! Predictors of ratings to compare with, trained on the same split and measured the same way. Plain host code, the same on any device.

mod factors;
mod global_mean;
mod matrix_factorization;
mod model;
mod predictor;
mod trainer;
mod user_item_bias;

pub use global_mean::GlobalMean;
pub use matrix_factorization::MatrixFactorization;
pub use user_item_bias::UserItemBias;

use std::sync::Arc;

use crate::data::{Dataset, RatingsData};
use crate::systems::TrainError;

/// The ratings of a data set.
fn ratings_of(data: &Dataset) -> Result<&Arc<RatingsData>, TrainError> {
    let Dataset::Ratings(ratings) = data;
    if ratings.train.is_empty() {
        return Err(TrainError::Data(
            "there are no training ratings: choose a file that has some, or hold out fewer"
                .to_owned(),
        ));
    }
    Ok(ratings)
}
