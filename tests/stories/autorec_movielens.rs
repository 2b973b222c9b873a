//! The shipped presets reach the published quality on MovieLens 100k.

use std::collections::BTreeMap;
use std::path::PathBuf;

use atelier::data::{self, DataConfig, Dataset, Monitor};
use atelier::record::{Artifact, LogLevel, Recorder};
use atelier::systems::{Outcome, find, resolve};
use burn::tensor::Device;
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

/// `u1.base` and `u1.test`; `None` if they are not there.
fn movielens() -> Option<Dataset> {
    let folder = std::env::var_os("ATELIER_DATA").map_or("../shared/data".into(), PathBuf::from);
    let folder = folder.join("ml-100k");
    if !folder.join("u1.base").exists() {
        eprintln!(
            "skipped: {} is not there; set ATELIER_DATA",
            folder.display()
        );
        return None;
    }
    let config = DataConfig {
        path: "u1.base".into(),
        test: Some("u1.test".into()),
        ..DataConfig::default()
    };
    Some(data::load(&config, &folder, 0, &Monitor::default()).expect("MovieLens loads"))
}

fn test_rmse(data: &Dataset, side: &str, seed: u64) -> f64 {
    let system = find("autorec").expect("a system");
    let given = json!({ "side": side });
    let config = resolve(system, given.as_object().expect("an object")).expect("right");
    let mut trainer = system
        .trainer(&config, data, &Device::flex(), seed)
        .expect("a trainer");
    let mut last = Last::default();
    while trainer.step(&mut last).expect("a step") == Outcome::Continue {}
    trainer.finish(&mut last).expect("measured");
    let csv = last.artifact.expect("predictions").bytes;
    // A header and the 20,000 test pairs.
    assert_eq!(csv.iter().filter(|byte| **byte == b'\n').count(), 20_001);
    last.scalars["test/rmse"]
}

fn mean_over_five_seeds(side: &str) -> Option<f64> {
    let data = movielens()?;
    Some((0..5).map(|seed| test_rmse(&data, side, seed)).sum::<f64>() / 5.0)
}

#[test]
fn item_autorec_with_defaults_is_within_0_906() {
    if let Some(rmse) = mean_over_five_seeds("item") {
        assert!(rmse <= 0.906, "{rmse}");
    }
}

#[test]
fn user_autorec_with_defaults_is_within_0_955() {
    if let Some(rmse) = mean_over_five_seeds("user") {
        assert!(rmse <= 0.955, "{rmse}");
    }
}
