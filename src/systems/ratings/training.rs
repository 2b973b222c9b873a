//! What a system begins with.

use crate::data::{RatingsData, Sparse};
use crate::systems::TrainError;

use super::hold_out;

/// The training ratings (users × items) without the share held out for validation, and that share; `None` where the share rounds to nothing: all
/// of them are for training then.
///
/// # Errors
/// If nothing would be left to train on.
pub fn validation_split(
    data: &RatingsData,
    fraction: f64,
    seed: u64,
) -> Result<Option<(Sparse, Sparse)>, TrainError> {
    if fraction <= 0.0 {
        return Ok(None);
    }
    let (rest, held_out) = hold_out(data.train.by_user(), fraction, seed);
    if rest.is_empty() {
        return Err(TrainError::Data(
            "no ratings are left to train on: lower validation_fraction".to_owned(),
        ));
    }
    Ok((!held_out.is_empty()).then_some((rest, held_out)))
}

/// The mean of all ratings; 0 without any.
#[must_use]
pub fn mean_rating(ratings: &Sparse) -> f32 {
    let sum: f64 = ratings.values().iter().copied().map(f64::from).sum();
    (sum / ratings.len().max(1) as f64) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(ratings: &[(u32, u32, f32)]) -> RatingsData {
        RatingsData::from_triplets(4, 4, ratings, &[])
    }

    #[test]
    fn a_split_that_leaves_nothing_on_one_side_is_none_or_refused() {
        let two = data(&[(0, 0, 4.0), (1, 1, 3.0)]);
        assert!(validation_split(&two, 0.0, 1).is_ok_and(|split| split.is_none()));
        assert!(validation_split(&two, 0.1, 1).is_ok_and(|split| split.is_none()));
        let (rest, held_out) = validation_split(&two, 0.5, 1)
            .expect("one is left")
            .expect("one is held out");
        assert_eq!((rest.len(), held_out.len()), (1, 1));
        let error = validation_split(&two, 0.9, 1).expect_err("none is left");
        assert!(error.to_string().contains("validation_fraction"));
    }

    #[test]
    fn the_mean_of_nothing_is_zero() {
        let three = data(&[(0, 0, 4.0), (1, 1, 3.0), (2, 2, 5.0)]);
        assert_eq!(mean_rating(three.train.by_user()), 4.0);
        assert_eq!(mean_rating(data(&[]).train.by_user()), 0.0);
    }
}
