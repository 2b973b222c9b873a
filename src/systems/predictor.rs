//! Ratings from a trained model.

/// Predicts ratings from plain host memory; may be used from any thread.
pub trait RatingPredictor: Send + Sync {
    /// The rating of one pair, clipped to the scale.
    fn predict(&self, user: usize, item: usize) -> f32;

    /// The rating of every item by one user, clipped to the scale.
    fn predict_user(&self, user: usize) -> Vec<f32>;

    /// The `count` items nearest to `item` with their cosine similarity, best first; `None` if the model has no representation of items.
    fn nearest_items(&self, item: usize, count: usize) -> Option<Vec<(usize, f32)>>;

    /// The `count` best items for a user with their predicted rating, best first, without those in `exclude` (ascending).
    fn top(&self, user: usize, exclude: &[u32], count: usize) -> Vec<(usize, f32)> {
        let mut rated: Vec<(usize, f32)> = self
            .predict_user(user)
            .into_iter()
            .enumerate()
            .filter(|(item, _)| {
                u32::try_from(*item).is_ok_and(|item| exclude.binary_search(&item).is_err())
            })
            .collect();
        rated.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        rated.truncate(count);
        rated
    }
}
