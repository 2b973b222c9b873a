//! Predictors and evaluations of models that predict one pair at a time in plain host memory.

use std::sync::Arc;

use rayon::prelude::*;

use super::evaluation::{Evaluation, Score, SplitPart, evaluate};
use super::ranking::scores_of;
use super::split::Split;
use super::vectors::nearest_rows;
use crate::data::RatingsData;
use crate::eval::RatingErrors;
use crate::systems::{NewUser, RatingPredictor, TrainError};

/// Items that a thread predicts at least.
const ITEMS: usize = 256;

/// Predicts the rating of a user and an item.
pub trait PairModel: Send + Sync + 'static {
    /// The predicted rating, which may lie outside the scale.
    fn predict(&self, user: usize, item: usize) -> f32;

    /// The ratings of every item by a user who was not there in training, from what they rated (ascending, each [known](Self::knows)), with
    /// everything else of the model as it is; `None` if the model cannot tell. They may lie outside the scale.
    fn new_user(&self, _ratings: &[(u32, f32)], _items: usize) -> Option<Vec<f32>> {
        None
    }

    /// How it tells, in a sentence without a capital or a period.
    fn new_user_method(&self) -> Option<String> {
        None
    }

    /// True if it has learned something of an item that was rated in training.
    fn knows(&self, _item: usize) -> bool {
        true
    }

    /// Representations of the items, to find neighbors by: [items, width] and the width.
    fn item_vectors(&self) -> Option<(&[f32], usize)> {
        None
    }
}

/// Predicts with a [`PairModel`].
pub struct PairPredictor<M> {
    model: M,
    data: Arc<RatingsData>,
}

impl<M: PairModel> PairPredictor<M> {
    /// A predictor with a model of these ratings.
    #[must_use]
    pub fn new(model: M, data: &Arc<RatingsData>) -> Self {
        Self {
            model,
            data: Arc::clone(data),
        }
    }
}

impl<M: PairModel> RatingPredictor for PairPredictor<M> {
    fn predict(&self, user: usize, item: usize) -> f32 {
        clip(self.model.predict(user, item), self.data.scale)
    }

    fn predict_user(&self, user: usize) -> Vec<f32> {
        (0..self.data.train.items())
            .into_par_iter()
            .with_min_len(ITEMS)
            .map(|item| self.predict(user, item))
            .collect()
    }

    fn scores(&self, users: &[u32]) -> Vec<f32> {
        let score: Score<'_> = Box::new(|user, item| self.model.predict(user, item));
        scores_of(users, self.data.train.items(), &score)
    }

    fn new_user(&self, ratings: &[(u32, f32)]) -> Option<NewUser> {
        let by_item = self.data.train.by_item();
        let is_known = |item: usize| !by_item.row(item).0.is_empty() && self.model.knows(item);
        let (known, unknown): (Vec<_>, Vec<_>) = ratings
            .iter()
            .copied()
            .partition(|(item, _)| is_known(*item as usize));
        let scores = self.model.new_user(&known, self.data.train.items())?;
        let clipped = scores.iter().map(|score| clip(*score, self.data.scale));
        Some(NewUser {
            predictions: clipped.collect(),
            scores,
            left_out: unknown.into_iter().map(|(item, _)| item).collect(),
        })
    }

    fn new_user_method(&self) -> Option<String> {
        self.model.new_user_method()
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
