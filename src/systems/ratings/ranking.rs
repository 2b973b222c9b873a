//! Precision, recall and NDCG of what a model would recommend, on held-out ratings.
//!
//! For each user with a relevant held-out rating, every item that the user has not rated in training is ranked by its predicted rating before it is
//! clipped to the scale; relevant are the held-out items that the user rated at least so high. The measures are means over these users.

use rand::RngExt;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::evaluation::Score;
use crate::data::Sparse;
use crate::eval::RankingQuality;
use crate::record::Recorder;

/// Users whose scores are computed together, so that what belongs to an item is read once for all of them. Fixed, as the sums depend on it.
pub(super) const BLOCK: usize = 16;
/// More users are not ranked; so many are drawn.
const MOST_USERS: usize = 10_000;
/// The stream of the run's generator that draws them.
const STREAM: u64 = u64::MAX - 1;
/// Where the relevant ratings begin on the scale, if nobody says.
const UPPER_QUARTER: f32 = 0.75;

/// How recommendations are measured. Changes no weight.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct RankingConfig {
    /// k of precision, recall and NDCG at k: how many recommendations a person would look at. Measured at the end, over all items that a user
    /// has not rated in training; of more than 10,000 users, 10,000 are drawn with the seed.
    #[schemars(range(min = 1, max = 10_000), extend("x-group" = "Measures", "x-label" = "Ranking at k"))]
    pub ranking_k: usize,
    /// A held-out rating from here on is relevant: the user should be recommended the item. Without it, the upper quarter of the rating scale
    /// (4 of 1 to 5).
    #[schemars(range(min = -1e9, max = 1e9), extend("x-group" = "Measures", "x-label" = "Relevant from"))]
    pub relevant_from: Option<f64>,
}

impl Default for RankingConfig {
    fn default() -> Self {
        Self {
            ranking_k: 10,
            relevant_from: None,
        }
    }
}

impl RankingConfig {
    /// The rating from which on an item is relevant.
    #[must_use]
    pub fn threshold(&self, (low, high): (f32, f32)) -> f32 {
        self.relevant_from
            .map_or(low + UPPER_QUARTER * (high - low), |rating| rating as f32)
    }
}

/// The quality of the rankings of `held_out` (users × items) by `score`, among all items that are not in `known`, and how many users could have
/// been ranked.
#[must_use]
pub fn rank(
    held_out: &Sparse,
    known: &Sparse,
    score: &Score<'_>,
    config: &RankingConfig,
    threshold: f32,
    seed: u64,
) -> (RankingQuality, usize) {
    let is_relevant = |&user: &u32| {
        let (_, ratings) = held_out.row(user as usize);
        ratings.iter().any(|rating| *rating >= threshold)
    };
    let users: Vec<u32> = (0..held_out.rows() as u32).filter(is_relevant).collect();
    let all = users.len();
    let users = drawn(users, MOST_USERS, seed);
    let blocks: Vec<RankingQuality> = users
        .par_chunks(BLOCK)
        .map(|block| {
            let mut quality = RankingQuality::default();
            let scores = scores_of(block, held_out.columns(), score);
            let of_users = scores.chunks_exact(held_out.columns().max(1));
            for (&user, scores) in block.iter().zip(of_users) {
                let relevant = |item: usize| {
                    let rating = held_out.get(user as usize, item);
                    rating.is_some_and(|rating| rating >= threshold)
                };
                let (rated, _) = known.row(user as usize);
                let mut candidates: Vec<(f32, bool)> = unrated(scores.len(), rated)
                    .map(|item| (scores[item], relevant(item)))
                    .collect();
                quality.add(&mut candidates, config.ranking_k);
            }
            quality
        })
        .collect();
    let mut quality = RankingQuality::default();
    for block in &blocks {
        quality.merge(block);
    }
    (quality, all)
}

/// The scores of all items for some users: [users, items].
pub(super) fn scores_of(users: &[u32], items: usize, score: &Score<'_>) -> Vec<f32> {
    let mut scores = vec![0.0; users.len() * items];
    for item in 0..items {
        for (at, &user) in users.iter().enumerate() {
            scores[at * items + item] = score(user as usize, item);
        }
    }
    scores
}

/// The items that are not among `rated` (ascending).
fn unrated(items: usize, rated: &[u32]) -> impl Iterator<Item = usize> {
    let mut rated = rated.iter().map(|item| *item as usize).peekable();
    (0..items).filter(move |item| rated.next_if_eq(item).is_none())
}

/// `most` of the users, each set equally likely, in their order; all if there are no more.
fn drawn(users: Vec<u32>, most: usize, seed: u64) -> Vec<u32> {
    let (mut left, mut wanted) = (users.len(), most);
    if left <= wanted {
        return users;
    }
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(STREAM);
    // Selection sampling, as for the validation split.
    let chosen = |_: &u32| {
        let chosen = wanted > 0 && rng.random_range(0..left) < wanted;
        left -= 1;
        wanted -= usize::from(chosen);
        chosen
    };
    let mut users = users;
    users.retain(chosen);
    users
}

/// Reports `part/precision`, `part/recall` and `part/ndcg`; nothing without users.
pub(super) fn record_ranking(recorder: &mut dyn Recorder, part: &str, quality: &RankingQuality) {
    let measures = [
        ("precision", quality.precision()),
        ("recall", quality.recall()),
        ("ndcg", quality.ndcg()),
    ];
    for (name, value) in measures {
        if let Some(value) = value {
            recorder.scalar(&format!("{part}/{name}"), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::data::Ratings;

    #[test]
    fn the_protocol_equals_an_independent_computation() {
        // `tests/fixtures/ratings/ranking.py` goes through every order of items of equal score.
        let text = include_str!("../../../tests/fixtures/ratings/ranking.json");
        let fixture: Value = serde_json::from_str(text).expect("JSON");
        let (users, items) = (fixture["users"].as_u64(), fixture["items"].as_u64());
        let (users, items) = (
            users.expect("users") as usize,
            items.expect("items") as usize,
        );
        let numbers = |value: &Value| -> Vec<f64> {
            let all = value.as_array().expect("a list").iter();
            all.map(|value| value.as_f64().expect("a number")).collect()
        };
        let ratings = |name: &str| {
            let all = fixture[name].as_array().expect("ratings").iter();
            let triplets: Vec<(u32, u32, f32)> = all
                .map(numbers)
                .map(|one| (one[0] as u32, one[1] as u32, one[2] as f32))
                .collect();
            Ratings::from_triplets(users, items, &triplets)
        };
        let (train, test) = (ratings("train"), ratings("test"));
        let scores = numbers(&fixture["scores"]);
        let score: Score<'_> = Box::new(|user, item| scores[user * items + item] as f32);
        let cases = fixture["cases"].as_array().expect("cases");
        assert!(cases.len() >= 6);
        for case in cases {
            let config = RankingConfig {
                ranking_k: case["k"].as_u64().expect("k") as usize,
                relevant_from: case["relevant_from"].as_f64(),
            };
            let threshold = config.threshold((1.0, 5.0));
            let (found, all) = rank(
                test.by_user(),
                train.by_user(),
                &score,
                &config,
                threshold,
                1,
            );
            assert_eq!(found.users(), case["users"].as_u64().expect("users"));
            assert!(all as u64 >= found.users());
            for (name, value) in [
                ("precision", found.precision()),
                ("recall", found.recall()),
                ("ndcg", found.ndcg()),
            ] {
                let expected = case[name].as_f64().expect("a number");
                let value = value.expect("users");
                assert!((value - expected).abs() < 1e-9, "{case}: {name} {value}");
            }
        }
    }

    #[test]
    fn relevant_is_the_upper_quarter_of_the_scale_or_what_is_asked_for() {
        let of = |relevant_from| RankingConfig {
            relevant_from,
            ..RankingConfig::default()
        };
        assert_eq!(of(None).threshold((1.0, 5.0)), 4.0);
        assert_eq!(of(None).threshold((-10.0, 10.0)), 5.0);
        assert_eq!(of(Some(3.5)).threshold((1.0, 5.0)), 3.5);
    }

    #[test]
    fn of_many_users_as_many_as_are_wanted_are_drawn_the_same_for_a_seed() {
        let users: Vec<u32> = (0..100).collect();
        let some = drawn(users.clone(), 30, 5);
        assert!(some.len() == 30 && some.is_sorted() && some.windows(2).all(|w| w[0] < w[1]));
        assert_eq!(some, drawn(users.clone(), 30, 5));
        assert_ne!(some, drawn(users.clone(), 30, 6));
        assert_eq!(drawn(users.clone(), 100, 5), users);
    }

    #[test]
    fn rated_items_are_no_candidates() {
        assert_eq!(unrated(5, &[0, 3]).collect::<Vec<_>>(), [1, 2, 4]);
        assert_eq!(unrated(2, &[]).count(), 2);
    }
}
