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

    /// What a user who was not there in training would give every item, from what they rated (ascending by item); no weight of another
    /// user changes. `None` if the model cannot tell.
    fn new_user(&self, _ratings: &[(u32, f32)]) -> Option<NewUser> {
        None
    }

    /// How it tells, in a sentence without a capital or a period.
    fn new_user_method(&self) -> Option<String> {
        None
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

/// What a user who was not there in training would give every item.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NewUser {
    /// Before they are clipped to the scale: what items are ranked by.
    pub scores: Vec<f32>,
    /// The same, clipped to the scale.
    pub predictions: Vec<f32>,
    /// Rated items that nobody rated in training: the model knows nothing of them, so they were left out.
    pub left_out: Vec<u32>,
}

impl NewUser {
    /// The `count` best items with their predicted rating, best first, without those in `exclude` (ascending).
    #[must_use]
    pub fn top(&self, exclude: &[u32], count: usize) -> Vec<(usize, f32)> {
        let best = best_items(&self.scores, exclude, count).into_iter();
        best.map(|item| (item, self.predictions[item])).collect()
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
