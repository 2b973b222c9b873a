//! Ratings from a trained model.

/// Predicts ratings from plain host memory; may be used from any thread.
pub trait RatingPredictor: Send + Sync {
    /// The rating of one pair, clipped to the scale.
    fn predict(&self, user: usize, item: usize) -> f32;

    /// The rating of every item by one user, clipped to the scale.
    fn predict_user(&self, user: usize) -> Vec<f32>;

    /// What items are ranked by: their ratings by some users before they are clipped to the scale, where many are equal. [users, items].
    fn scores(&self, users: &[u32]) -> Vec<f32> {
        let of_user = |&user: &u32| self.predict_user(user as usize);
        users.iter().flat_map(of_user).collect()
    }

    /// The `count` items nearest to `item` with their cosine similarity, best first; `None` if the model has no representation of items.
    fn nearest_items(&self, item: usize, count: usize) -> Option<Vec<(usize, f32)>>;

    /// The `count` best items for a user with their predicted rating, best first, without those in `exclude` (ascending).
    fn top(&self, user: usize, exclude: &[u32], count: usize) -> Vec<(usize, f32)> {
        let scores = self.scores(&[user as u32]);
        let best = best_items(&scores, exclude, count);
        let predicted = best
            .into_iter()
            .map(|item| (item, self.predict(user, item)));
        predicted.collect()
    }
}

/// The `count` items of the highest scores, best first, without those in `exclude` (ascending); of equal ones the first.
#[must_use]
pub fn best_items(scores: &[f32], exclude: &[u32], count: usize) -> Vec<usize> {
    let mut excluded = exclude.iter().map(|item| *item as usize).peekable();
    let left = (0..scores.len()).filter(|item| excluded.next_if_eq(item).is_none());
    let mut items: Vec<usize> = left.collect();
    let order = |a: &usize, b: &usize| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b));
    if count == 0 {
        return Vec::new();
    }
    if count < items.len() {
        items.select_nth_unstable_by(count - 1, order);
        items.truncate(count);
    }
    items.sort_unstable_by(order);
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_items_come_first_without_those_that_are_left_out() {
        let scores = [3.0, 5.5, 4.0, 5.5, 5.2, 1.0];
        assert_eq!(best_items(&scores, &[], 3), [1, 3, 4]);
        assert_eq!(best_items(&scores, &[1, 4], 9), [3, 2, 0, 5]);
        assert!(best_items(&scores, &[], 0).is_empty() && best_items(&[], &[], 3).is_empty());
    }
}
