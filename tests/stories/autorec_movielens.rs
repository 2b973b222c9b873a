//! The shipped presets reach the published quality on MovieLens 100k.

use std::collections::BTreeMap;

use crate::measured_data::movielens;
use atelier::data::Dataset;
use atelier::record::{Artifact, LogLevel, Recorder};
use atelier::systems::{Outcome, Place, find};
use serde_json::json;

/// The last value of every scalar, and the last artifact.
#[derive(Default)]
struct Last {
    scalars: BTreeMap<String, f64>,
    artifact: Option<Artifact>,
}

impl Recorder for Last {
    fn scalar(&mut self, name: &str, value: f64) {
        self.scalars.insert(name.to_owned(), value);
    }
    fn artifact(&mut self, artifact: Artifact) {
        self.artifact = Some(artifact);
    }
    fn log(&mut self, _: LogLevel, _: &str) {}
}

fn test_rmse(data: &Dataset, side: &str, seed: u64) -> f64 {
    let system = find("autorec").expect("a system");
    let given = json!({ "side": side });
    let config = system
        .resolve(given.as_object().expect("an object"))
        .expect("right");
    let mut trainer = system
        .trainer(&config, data, &Place::cpu(seed))
        .expect("a trainer");
    let mut last = Last::default();
    while trainer.step(&mut last).expect("a step") == Outcome::Continue {}
    trainer.finish(&mut last).expect("measured");
    let artifact = last.artifact.expect("predictions");
    let csv = artifact.bytes();
    // A header and the 20,000 test pairs.
    assert_eq!(csv.iter().filter(|byte| **byte == b'\n').count(), 20_001);
    last.scalars["test/rmse"]
}

fn mean_over_five_seeds(side: &str) -> f64 {
    let data = movielens();
    (0..5).map(|seed| test_rmse(&data, side, seed)).sum::<f64>() / 5.0
}

#[test]
#[cfg_attr(
    not(has_movielens),
    ignore = "needs MovieLens 100k: set ATELIER_DATA to the folder that holds ml-100k"
)]
fn item_autorec_with_defaults_is_within_0_906() {
    let rmse = mean_over_five_seeds("item");
    assert!(rmse <= 0.906, "{rmse}");
}

#[test]
#[cfg_attr(
    not(has_movielens),
    ignore = "needs MovieLens 100k: set ATELIER_DATA to the folder that holds ml-100k"
)]
fn user_autorec_with_defaults_is_within_0_955() {
    let rmse = mean_over_five_seeds("user");
    assert!(rmse <= 0.955, "{rmse}");
}
