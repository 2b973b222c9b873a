//! Ratings from a trained baseline.

use super::model::Model;
use crate::systems::RatingPredictor;
use crate::systems::ratings::nearest_rows;

/// A model with the shape and the scale of its data.
pub(super) struct ModelPredictor<M> {
    pub(super) model: M,
    pub(super) items: usize,
    /// Smallest and largest training rating.
    pub(super) scale: (f32, f32),
}

impl<M: Model> RatingPredictor for ModelPredictor<M> {
    fn predict(&self, user: usize, item: usize) -> f32 {
        clip(self.model.predict(user, item), self.scale)
    }

    fn predict_user(&self, user: usize) -> Vec<f32> {
        (0..self.items)
            .map(|item| self.predict(user, item))
            .collect()
    }

    fn nearest_items(&self, item: usize, count: usize) -> Option<Vec<(usize, f32)>> {
        let (factors, width) = self.model.item_factors()?;
        Some(nearest_rows(factors, width, item, count))
    }
}

/// `rating` within the scale; NaN stays NaN.
pub(super) fn clip(rating: f32, (low, high): (f32, f32)) -> f32 {
    if low <= high {
        rating.clamp(low, high)
    } else {
        rating
    }
}
