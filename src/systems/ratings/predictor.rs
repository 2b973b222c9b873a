//! Predictors and evaluations of models that predict one pair at a time in plain host memory.

use rayon::prelude::*;

use super::evaluation::{Evaluation, Score, SplitPart, evaluate};
use super::ranking::scores_of;
use super::split::Split;
use super::vectors::nearest_rows;
use crate::data::RatingsData;
use crate::eval::RatingErrors;
use crate::systems::{RatingPredictor, TrainError};

/// Items that a thread predicts at least.
const ITEMS: usize = 256;

/// Predicts the rating of a user and an item.
pub trait PairModel: Send + Sync + 'static {
    /// The predicted rating, which may lie outside the scale.
    fn predict(&self, user: usize, item: usize) -> f32;

    /// Representations of the items, to find neighbors by: [items, width] and the width.
    fn item_vectors(&self) -> Option<(&[f32], usize)> {
        None
    }
}

/// Predicts with a [`PairModel`].
pub struct PairPredictor<M> {
    model: M,
    items: usize,
    /// Smallest and largest training rating.
    scale: (f32, f32),
}

impl<M: PairModel> PairPredictor<M> {
    /// A predictor with a model of these ratings.
    #[must_use]
    pub fn new(model: M, data: &RatingsData) -> Self {
        Self {
            model,
            items: data.train.items(),
            scale: data.scale,
        }
    }
}

impl<M: PairModel> RatingPredictor for PairPredictor<M> {
    fn predict(&self, user: usize, item: usize) -> f32 {
        clip(self.model.predict(user, item), self.scale)
    }

    fn predict_user(&self, user: usize) -> Vec<f32> {
        (0..self.items)
            .into_par_iter()
            .with_min_len(ITEMS)
            .map(|item| self.predict(user, item))
            .collect()
    }

    fn scores(&self, users: &[u32]) -> Vec<f32> {
        let score: Score<'_> = Box::new(|user, item| self.model.predict(user, item));
        scores_of(users, self.items, &score)
    }

    fn nearest_items(&self, item: usize, count: usize) -> Option<Vec<(usize, f32)>> {
        let (vectors, width) = self.model.item_vectors()?;
        Some(nearest_rows(vectors, width, item, count))
    }
}

/// Evaluates a [`PairModel`].
pub struct PairEvaluation<'a, M> {
    model: &'a M,
    ratings: &'a Split,
}

impl<'a, M: PairModel> PairEvaluation<'a, M> {
    /// The evaluation of a model of these ratings.
    #[must_use]
    pub fn new(model: &'a M, ratings: &'a Split) -> Self {
        Self { model, ratings }
    }
}

impl<M: PairModel> Evaluation for PairEvaluation<'_, M> {
    fn errors(&self, part: SplitPart) -> RatingErrors {
        let ratings = match part {
            SplitPart::Train => Some(self.ratings.train()),
            SplitPart::Validation => self.ratings.validation(),
            SplitPart::Test => Some(self.ratings.test()),
        };
        let predict = |user: usize, items: &[u32], out: &mut [f32]| {
            for (prediction, &item) in out.iter_mut().zip(items) {
                *prediction = self.test_prediction(user, item as usize);
            }
        };
        ratings.map_or_else(RatingErrors::default, |ratings| evaluate(ratings, predict))
    }

    fn test_prediction(&self, user: usize, item: usize) -> f32 {
        clip(self.model.predict(user, item), self.ratings.data().scale)
    }

    fn score(&self) -> Result<Score<'_>, TrainError> {
        Ok(Box::new(|user, item| self.model.predict(user, item)))
    }
}

/// `rating` within the scale; NaN stays NaN.
fn clip(rating: f32, (low, high): (f32, f32)) -> f32 {
    if low <= high {
        rating.clamp(low, high)
    } else {
        rating
    }
}
