//! Test RMSE of AutoRec, the bias model and matrix factorization by default, on planted ratings and on files; says nothing about time.
//!
//!     cargo bench --bench ratings_quality                                      every planted set, seeds 1 to 5
//!     cargo bench --bench ratings_quality -- small stars --seeds 3             some of them
//!     cargo bench --bench ratings_quality -- ../ml-latest-small/ratings.csv    a tenth of a file as test ratings
//!
//! A planted rating is a level, biases, a product of factors and noise, clipped to the scale and rounded to its step; which pairs are rated
//! goes by how active a user and how popular an item is. A tenth are test ratings, drawn by the seed.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use atelier::data::{self, Dataset, Monitor, RatingsData, RatingsSource};
use atelier::engine::machine::own_threads;
use atelier::record::Recorded;
use atelier::systems::{ConfigMap, Outcome, Place, find};
use rand::RngExt as _;
use rand::seq::SliceRandom as _;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;
use rand_distr::{Distribution as _, Poisson, StandardNormal};

const SYSTEMS: [&str; 3] = ["autorec", "user_item_bias", "matrix_factorization"];

/// Ratings with a known structure.
struct Planted {
    name: &'static str,
    users: u32,
    items: u32,
    /// The share of all pairs that are rated.
    filled: f64,
    factors: usize,
    /// Standard deviations of the biases of users and items, the product of factors, and noise.
    deviations: [f64; 4],
    scale: (f64, f64),
    /// From one possible rating to the next; 0 where all between are possible.
    step: f64,
}

const fn planted(
    name: &'static str,
    (users, items): (u32, u32),
    filled: f64,
    factors: usize,
    deviations: [f64; 4],
    scale: (f64, f64),
    step: f64,
) -> Planted {
    Planted {
        name,
        users,
        items,
        filled,
        factors,
        deviations,
        scale,
        step,
    }
}

#[rustfmt::skip]
const SETS: [Planted; 12] = [
    planted("tiny", (10, 30), 0.6, 2, [0.4, 0.4, 0.7, 0.5], (1.0, 5.0), 1.0),
    planted("small", (60, 40), 0.3, 3, [0.4, 0.4, 0.7, 0.5], (1.0, 5.0), 1.0),
    planted("unit", (400, 300), 0.1, 4, [0.08, 0.08, 0.15, 0.1], (0.0, 1.0), 0.0),
    planted("stars", (1000, 600), 0.05, 5, [0.4, 0.4, 0.6, 0.6], (1.0, 5.0), 1.0),
    planted("ten", (500, 400), 0.1, 5, [0.8, 0.8, 1.4, 0.8], (1.0, 10.0), 1.0),
    planted("jokes", (1500, 100), 0.6, 4, [1.5, 1.0, 3.0, 3.0], (-10.0, 10.0), 0.0),
    planted("signed", (500, 300), 0.15, 5, [1.5, 1.5, 3.5, 1.2], (-10.0, 10.0), 0.0),
    planted("half", (300, 300), 0.6, 8, [0.4, 0.4, 0.8, 0.6], (0.5, 5.0), 0.5),
    planted("flat", (500, 300), 0.08, 0, [0.4, 0.4, 0.0, 0.8], (1.0, 5.0), 1.0),
    planted("counts", (400, 300), 0.12, 3, [0.5, 0.8, 0.6, 0.0], (0.0, f64::INFINITY), 1.0),
    planted("sparse", (20_000, 4000), 0.002, 5, [0.4, 0.4, 0.6, 0.6], (1.0, 5.0), 1.0),
    planted("huge", (50_000, 5000), 0.0005, 5, [0.4, 0.5, 0.6, 0.6], (1.0, 5.0), 1.0),
];

fn main() -> Result<()> {
    // As a run has it.
    let _threads = own_threads(1);
    let mut names: Vec<String> = std::env::args().skip(1).collect();
    // `cargo bench` says so; anything else only wants to know that this runs.
    let is_bench = names.iter().any(|name| name == "--bench");
    names.retain(|name| name != "--bench");
    let mut seeds = if is_bench { 5 } else { 1 };
    if let Some(at) = names.iter().position(|name| name == "--seeds") {
        seeds = names.get(at + 1).context("--seeds N")?.parse()?;
        names.drain(at..at + 2);
    }
    if names.is_empty() {
        let all = SETS.iter().map(|set| set.name.to_owned());
        names = all.take(if is_bench { SETS.len() } else { 1 }).collect();
    }
    println!("mean test RMSE of {seeds} seeds: {}", SYSTEMS.join(", "));
    for name in names {
        let mut sums = [0.0; SYSTEMS.len()];
        for seed in 1..=seeds {
            let data = match SETS.iter().find(|set| set.name == name) {
                Some(set) => Dataset::Ratings(Arc::new(set.ratings(seed))),
                None => of_file(&name, seed)?,
            };
            let mut line = format!("{name} {seed}:");
            for (sum, system) in sums.iter_mut().zip(SYSTEMS) {
                let rmse = test_rmse(system, &data, seed)?;
                *sum += rmse / seeds as f64;
                line += &format!(" {rmse:.4}");
            }
            println!("{line}");
        }
        println!(
            "{name}: {}",
            sums.map(|mean| format!("{mean:.4}")).join(" ")
        );
    }
    Ok(())
}

fn test_rmse(system: &str, data: &Dataset, seed: u64) -> Result<f64> {
    let system = find(system).context("a system")?;
    let config = system.resolve(&ConfigMap::new())?;
    let mut trainer = system.trainer(&config, data, &Place::cpu(seed))?;
    let mut seen = Recorded::default();
    while trainer.step(&mut seen)? == Outcome::Continue {}
    trainer.finish(&mut seen)?;
    seen.last("test/rmse").context("no test ratings")
}

impl Planted {
    fn ratings(&self, seed: u64) -> RatingsData {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut normals = |count: u32, deviation: f64| -> Vec<f64> {
            let mut draw = || -> f64 { StandardNormal.sample(&mut rng) };
            (0..count).map(|_| deviation * draw()).collect()
        };
        let [of_users, of_items, of_factors, of_noise] = self.deviations;
        let (user_bias, item_bias) = (normals(self.users, of_users), normals(self.items, of_items));
        let (activity, popularity) = (normals(self.users, 0.6), normals(self.items, 0.8));
        let width = self.factors as u32;
        let user_factors = normals(self.users * width, of_factors);
        let item_factors = normals(self.items * width, 1.0 / f64::from(width.max(1)).sqrt());
        let (low, high) = self.scale;
        let level = 0.4 * low + 0.6 * high;
        let mut rate = |user: u32, item: u32| {
            let factors = |all: &[f64], row: u32| {
                let start = (row * width) as usize;
                all[start..start + self.factors].to_vec()
            };
            let product: f64 = factors(&user_factors, user)
                .iter()
                .zip(factors(&item_factors, item))
                .map(|(p, q)| p * q)
                .sum();
            let said = user_bias[user as usize] + item_bias[item as usize] + product;
            if high.is_infinite() {
                let mean = (said + 0.5).min(5.0).exp();
                return Poisson::new(mean).map_or(0.0, |counts| counts.sample(&mut rng)) as f32;
            }
            let noise: f64 = StandardNormal.sample(&mut rng);
            let rating = (level + said + of_noise * noise).clamp(low, high);
            let steps = |rating: f64| low + ((rating - low) / self.step).round() * self.step;
            (if self.step > 0.0 {
                steps(rating)
            } else {
                rating
            }) as f32
        };
        let pairs = self.pairs(seed, &activity, &popularity);
        let rated: Vec<(u32, u32, f32)> = pairs
            .into_iter()
            .map(|(user, item)| (user, item, rate(user, item)))
            .collect();
        parted(self.users, self.items, rated, seed)
    }

    /// The rated pairs: those of active users and popular items more often.
    fn pairs(&self, seed: u64, activity: &[f64], popularity: &[f64]) -> Vec<(u32, u32)> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(1);
        let all = f64::from(self.users) * f64::from(self.items);
        let wanted = (self.filled * all) as usize;
        if all > 3e6 {
            let mut pairs = BTreeSet::new();
            let (users, items) = (Weighted::new(activity), Weighted::new(popularity));
            while pairs.len() < wanted {
                pairs.insert((users.draw(&mut rng), items.draw(&mut rng)));
            }
            return pairs.into_iter().collect();
        }
        // The largest of weights with Gumbel noise are a weighted sample without repetition.
        let mut keys = Vec::new();
        for (user, activity) in activity.iter().enumerate() {
            for (item, popularity) in popularity.iter().enumerate() {
                let uniform: f64 = rng.random_range(f64::MIN_POSITIVE..1.0);
                let key = activity + popularity - (-uniform.ln()).ln();
                keys.push((key, (user as u32, item as u32)));
            }
        }
        keys.sort_by(|a, b| b.0.total_cmp(&a.0));
        keys.truncate(wanted);
        keys.into_iter().map(|(_, pair)| pair).collect()
    }
}

/// Draws numbers by the exponentials of their weights.
struct Weighted(Vec<f64>);

impl Weighted {
    fn new(logarithms: &[f64]) -> Self {
        let mut sum = 0.0;
        let sums = logarithms.iter().map(|logarithm| {
            sum += logarithm.exp();
            sum
        });
        Self(sums.collect())
    }

    fn draw(&self, rng: &mut ChaCha8Rng) -> u32 {
        let total = self.0.last().copied().unwrap_or(1.0);
        let at = rng.random_range(0.0..total);
        self.0.partition_point(|sum| *sum <= at) as u32
    }
}

/// A tenth of a file's ratings are test ratings.
fn of_file(path: &str, seed: u64) -> Result<Dataset> {
    let source = RatingsSource {
        path: path.into(),
        test_fraction: Some(0.1),
        ..RatingsSource::default()
    };
    Ok(data::load(
        &source.into(),
        Path::new("."),
        seed,
        &Monitor::default(),
    )?)
}

fn parted(users: u32, items: u32, mut rated: Vec<(u32, u32, f32)>, seed: u64) -> RatingsData {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(2);
    rated.shuffle(&mut rng);
    let (test, train) = rated.split_at(rated.len() / 10);
    RatingsData::from_triplets(users as usize, items as usize, train, test)
}
