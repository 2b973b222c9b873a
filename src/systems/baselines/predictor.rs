//! Ratings from a trained baseline.

use rayon::prelude::*;

use super::model::Model;
use crate::systems::RatingPredictor;

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
        let own = self.model.item_factors(item)?;
        let mut similar: Vec<(usize, f32)> = (0..self.items)
            .into_par_iter()
            .filter(|&other| other != item)
            .filter_map(|other| Some((other, cosine(own, self.model.item_factors(other)?))))
            .collect();
        similar.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        similar.truncate(count);
        Some(similar)
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

/// The cosine of the angle between two vectors; 0 if one of them is zero.
fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| -> f32 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
    let norms = (dot(a, a) * dot(b, b)).sqrt();
    if norms > 0.0 { dot(a, b) / norms } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cosine_equals_the_hand_computation() {
        assert_eq!(cosine(&[3.0, 4.0], &[4.0, 3.0]), 24.0 / 25.0);
        assert_eq!(cosine(&[1.0, 0.0], &[0.0, 2.0]), 0.0);
        assert_eq!(cosine(&[0.0, 0.0], &[1.0, 2.0]), 0.0);
    }
}
