//! What the network's outputs stand on: nothing, the mean rating, or the biases of users and items.

use super::config::Side;
use crate::data::Sparse;
use crate::systems::ratings::baselines::Biases;
use crate::systems::ratings::{Comparison, Split};

/// Shares of the bias model's regularization that are tried. Its own comes first: the others must predict better, by more than
/// two standard errors.
pub(super) const SHARES: [f64; 3] = [1.0, 0.3, 0.1];

/// The share of the bias model's regularization that predicts the held-out ratings of these splits best.
pub(super) fn best_share(splits: &[Split]) -> f64 {
    let mut best = (f64::INFINITY, SHARES[0]);
    for share in SHARES {
        let mut comparison = Comparison::default();
        for split in splits {
            comparison.merge(&compare(split, share));
        }
        if (share == SHARES[0] || comparison.is_better()) && comparison.rmse() < best.0 {
            best = (comparison.rmse(), share);
        }
    }
    best.1
}

/// Squared errors at the held-out ratings: of the biases as the bias model has them, and with a share of its regularization.
fn compare(split: &Split, share: f64) -> Comparison {
    let mut comparison = Comparison::default();
    let Some(held_out) = split.validation() else {
        return comparison;
    };
    let (low, high) = split.data().scale;
    let [usual, other] = [SHARES[0], share].map(|share| Biases::fit(split.train(), share));
    for user in 0..held_out.rows() {
        let (items, ratings) = held_out.row(user);
        for (&item, rating) in items.iter().zip(ratings) {
            let [usual, other] = [&usual, &other].map(|biases| {
                let prediction = biases.at(user, item as usize).clamp(low, high);
                f64::from(prediction - rating).powi(2)
            });
            comparison.add(usual, other);
        }
    }
    comparison
}

/// A rating is `at(row, column)` plus `scale` times what the network says.
pub(super) enum Base {
    /// The same number everywhere.
    Constant(f32),
    /// μ + b_u + b_i, and the standard deviation of what they leave of the training ratings: so that one λ means the same on any scale.
    Biases {
        biases: Biases,
        side: Side,
        scale: f32,
    },
}

impl Base {
    /// The biases of training ratings (users × items), with a `share` of the bias model's regularization.
    pub(super) fn biases(train: &Sparse, side: Side, share: f64) -> Self {
        let biases = Biases::fit(train, share);
        let mut squares = 0.0;
        for user in 0..train.rows() {
            let (items, values) = train.row(user);
            for (&item, &value) in items.iter().zip(values) {
                squares += f64::from(value - biases.at(user, item as usize)).powi(2);
            }
        }
        let deviation = (squares / train.len().max(1) as f64).sqrt() as f32;
        Self::Biases {
            biases,
            side,
            // Ratings that the biases say exactly leave nothing to scale.
            scale: if deviation > 1e-6 { deviation } else { 1.0 },
        }
    }

    /// What an output is added to.
    pub(super) fn at(&self, row: usize, column: usize) -> f32 {
        match self {
            Self::Constant(value) => *value,
            Self::Biases { biases, side, .. } => match side {
                Side::Item => biases.at(column, row),
                Side::User => biases.at(row, column),
            },
        }
    }

    /// What an output is multiplied by.
    pub(super) fn scale(&self) -> f32 {
        match self {
            Self::Constant(_) => 1.0,
            Self::Biases { scale, .. } => *scale,
        }
    }

    /// What the outputs for every item are added to for a user who gave other ratings.
    pub(super) fn of_new_user(&self, ratings: &[(u32, f32)], items: usize) -> Vec<f32> {
        match self {
            Self::Constant(value) => vec![*value; items],
            Self::Biases { biases, .. } => biases.of_new_user(ratings),
        }
    }

    /// The interval in which the outputs lie, from that of the ratings.
    pub(super) fn range(&self, low: f32, high: f32) -> (f32, f32) {
        match self {
            Self::Constant(value) => (low - value, high - value),
            Self::Biases { scale, .. } => ((low - high) / scale, (high - low) / scale),
        }
    }

    /// The outputs that mean these ratings.
    pub(super) fn targets(&self, ratings: Sparse) -> Sparse {
        if matches!(self, Self::Constant(0.0)) {
            return ratings;
        }
        let scale = self.scale();
        let mut values = Vec::with_capacity(ratings.len());
        for row in 0..ratings.rows() {
            let (columns, ratings) = ratings.row(row);
            let cells = columns.iter().zip(ratings);
            values.extend(
                cells.map(|(&column, rating)| (rating - self.at(row, column as usize)) / scale),
            );
        }
        ratings.with_values(values)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::data::RatingsData;

    #[test]
    fn targets_are_what_the_biases_leave_over_its_deviation_and_come_back_as_ratings() {
        let cells = [(0, 0, 5.0), (0, 1, 3.0), (1, 0, 4.0), (1, 2, 1.0)];
        let data = RatingsData::from_triplets(2, 3, &cells, &[]);
        for side in [Side::Item, Side::User] {
            let base = Base::biases(data.train.by_user(), side, 0.3);
            let ratings = match side {
                Side::Item => data.train.by_item(),
                Side::User => data.train.by_user(),
            };
            let targets = base.targets(ratings.clone());
            let squares: f32 = targets.values().iter().map(|value| value * value).sum();
            assert!((squares / 4.0 - 1.0).abs() < 1e-5, "{squares}");
            for row in 0..targets.rows() {
                let (columns, values) = targets.row(row);
                for (&column, value) in columns.iter().zip(values) {
                    let back = base.at(row, column as usize) + base.scale() * value;
                    let rating = ratings.get(row, column as usize).expect("a cell");
                    assert!((back - rating).abs() < 1e-5);
                }
            }
        }
    }

    #[test]
    fn ratings_that_are_alike_leave_nothing() {
        let cells = [(0, 0, 2.0), (0, 1, 2.0), (1, 0, 2.0)];
        let data = RatingsData::from_triplets(2, 2, &cells, &[]);
        let base = Base::biases(data.train.by_user(), Side::User, 1.0);
        assert_eq!(base.scale(), 1.0);
        let targets = base.targets(data.train.by_user().clone());
        assert!(targets.values().iter().all(|value| value.abs() < 1e-6));
    }

    #[test]
    fn strong_biases_ask_for_little_regularization_and_none_for_all_of_it() {
        let split = |spread: f32| {
            let rating = |user: u32, item: u32| {
                let noise = ((user * 7 + item * 13) % 11) as f32 / 11.0 - 0.5;
                3.0 + spread * ((user % 5) as f32 - 2.0) + noise
            };
            let cells: Vec<(u32, u32, f32)> = (0..60)
                .flat_map(|user| (0..20).map(move |item| (user, item, rating(user, item))))
                .filter(|(user, item, _)| (user + 3 * item) % 4 == 0)
                .collect();
            let data = Arc::new(RatingsData::from_triplets(60, 20, &cells, &[]));
            vec![Split::new(&data, 0.2, 1).expect("a split")]
        };
        assert_eq!(best_share(&split(1.0)), 0.1);
        assert_eq!(best_share(&split(0.0)), 1.0);
    }
}
