//! Who rates what, how and when.

use super::SampleRng;
use super::films::Film;
use super::people::Person;

#[derive(Debug)]
pub(super) struct Rating {
    pub user: usize,
    pub item: usize,
    /// In half stars: 1 to 10.
    pub halves: u64,
    /// Seconds since 1970.
    pub time: u64,
}

/// The rating of somebody average for something average, and the standard deviation of what nothing explains, in stars.
const MIDDLE: f64 = 3.0;
const NOISE: f64 = 0.45;

/// Everybody's ratings, by user, then item.
pub(super) fn give(people: &[Person], films: &[Film], rng: &mut SampleRng) -> Vec<Rating> {
    let mut ratings = Vec::new();
    for (user, person) in people.iter().enumerate() {
        let mut chosen = choose(person, films, rng);
        let mut time = person.begins;
        let first = ratings.len();
        for item in chosen.drain(..) {
            ratings.push(Rating {
                user,
                item,
                halves: stars(person, &films[item], rng),
                time,
            });
            // Mostly within one sitting; sometimes days or weeks later.
            time += if rng.below(8) == 0 {
                rng.below(40 * 86_400)
            } else {
                20 + rng.below(400)
            };
        }
        ratings[first..].sort_by_key(|rating| rating.item);
    }
    ratings
}

/// Draws films without replacement, by popularity and by taste: people see more of what they like, so ratings are not missing at random.
fn choose(person: &Person, films: &[Film], rng: &mut SampleRng) -> Vec<usize> {
    let mut weights: Vec<u64> = films
        .iter()
        .map(|film| {
            let liking = (1.0 + 0.6 * person.taste[film.genre]).max(0.2);
            (film.weight as f64 * liking) as u64
        })
        .collect();
    let mut chosen = Vec::with_capacity(person.films);
    for _ in 0..person.films {
        let mut left = rng.below(weights.iter().sum());
        let item = weights.iter().position(|&weight| {
            let here = left < weight;
            left = left.saturating_sub(weight);
            here
        });
        if let Some(item) = item {
            weights[item] = 0;
            chosen.push(item);
        }
    }
    chosen
}

fn stars(person: &Person, film: &Film, rng: &mut SampleRng) -> u64 {
    let stars = MIDDLE
        + person.mildness
        + film.quality
        + person.taste[film.genre]
        + person.gravity * film.gravity
        + NOISE * rng.normal();
    (stars * 2.0).round().clamp(1.0, 10.0) as u64
}
