//! What runs on ratings take.

use crate::systems::{Estimate, RatingsFacts};

/// Bytes of a number.
const NUMBER: f64 = 4.0;
/// Bytes of the copies of a rating: by user and by item, as it was read, held out, shuffled and predicted.
const RATING: f64 = 64.0;
/// Bytes of a user or an item: an id, a title, an offset.
const NAME: f64 = 200.0;
/// Of the program, once it trains.
const REST: f64 = 6e6;

/// A run of a model with this many learned numbers, of which it holds so many copies, and other values.
pub(super) fn estimate(
    facts: &RatingsFacts,
    parameters: usize,
    copies: usize,
    values: usize,
) -> Estimate {
    let ratings = (facts.train + facts.test) as f64 * RATING;
    let names = (facts.users + facts.items) as f64 * NAME;
    let numbers = NUMBER * (parameters * copies + values) as f64;
    Estimate {
        parameters: parameters as u64,
        memory: (REST + ratings + names + numbers) as u64,
        operations: None,
    }
}
