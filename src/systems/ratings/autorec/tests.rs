//! Training on small and on real ratings.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::{Value, json};

use super::AutoRecSystem;
use crate::data::{Dataset, Labels, Monitor, Ratings, RatingsData};
use crate::eval::rmse;
use crate::record::{Artifact, LogLevel, Recorder};
use crate::systems::{AnySystem, ConfigMap, Erased, Outcome, Place, Trainer};

static SYSTEM: Erased<AutoRecSystem> = Erased::new();

/// The last value of every scalar.
#[derive(Default)]
struct Last {
    scalars: BTreeMap<String, f64>,
}

impl Recorder for Last {
    fn scalar(&mut self, name: &str, value: f64) {
        self.scalars.insert(name.to_owned(), value);
    }
    fn artifact(&mut self, _: Artifact) {}
    fn log(&mut self, _: LogLevel, _: &str) {}
}

fn trainer(data: &Dataset, config: Value, seed: u64) -> Box<dyn Trainer<ConfigMap>> {
    let config = SYSTEM
        .resolve(config.as_object().expect("an object"))
        .expect("right");
    SYSTEM
        .trainer(&config, data, &Place::cpu(seed))
        .expect("a trainer")
}

/// 60 users × 40 items from two groups each: a user likes (4 or 5) the items of the own group.
fn two_groups() -> Dataset {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let (mut train, mut test) = (Vec::new(), Vec::new());
    for user in 0..60u32 {
        for item in 0..40u32 {
            let liked = user % 2 == item % 2;
            let rating = if liked { 4.0 } else { 1.0 } + rng.random_range(0..2u8) as f32;
            match rng.random_range(0..10) {
                0..4 => train.push((user, item, rating)),
                4 => test.push((user, item, rating)),
                _ => {}
            }
        }
    }
    Dataset::Ratings(Arc::new(RatingsData {
        train: Ratings::from_triplets(60, 40, &train),
        test: Ratings::from_triplets(60, 40, &test),
        users: Labels::new((0..60).map(|user| format!("user {user}"))),
        items: Labels::new((0..40).map(|item| format!("item {item}"))),
        scale: (1.0, 5.0),
        ..RatingsData::default()
    }))
}

fn run(trainer: &mut dyn Trainer<ConfigMap>, steps: usize) -> Last {
    let mut last = Last::default();
    for _ in 0..steps {
        if trainer.step(&mut last).expect("a step") == Outcome::Done {
            break;
        }
    }
    last
}

fn files(folder: &Path) -> BTreeMap<OsString, Vec<u8>> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    entries
        .map(|entry| {
            let path = entry.expect("an entry").path();
            let bytes = std::fs::read(&path).expect("a file");
            (path.file_name().expect("a name").to_owned(), bytes)
        })
        .collect()
}

#[test]
fn a_planted_structure_is_found() {
    let data = two_groups();
    for config in [
        json!({"side": "item"}),
        json!({"side": "user"}),
        json!({"optimizer": "lbfgs"}),
        json!({"optimizer": "adam", "batch_size": 0, "learning_rate": 0.2}),
        json!({"optimizer": "adam", "batch_size": 8, "learning_rate": 0.02}),
        json!({"hidden": [10, 5, 10], "pretraining_epochs": 50, "epochs": 150}),
    ] {
        let mut config = config;
        config["regularization"] = json!(1);
        if config.get("epochs").is_none() {
            config["epochs"] = json!(60);
        }
        if config.get("hidden").is_none() {
            config["hidden"] = json!(10);
        }
        let mut trainer = trainer(&data, config.clone(), 1);
        run(&mut *trainer, usize::MAX);
        assert_eq!(trainer.position().step, trainer.position().total_steps);
        let mut last = Last::default();
        trainer.finish(&mut last).expect("measured");
        // The noise has a standard deviation of 0.5; the ratings one of 1.6.
        let rmse = last.scalars["test/rmse"];
        assert!((0.45..0.65).contains(&rmse), "{config}: {rmse}");
        assert!(last.scalars["train/rmse"] < rmse);
    }
}

#[test]
fn resuming_equals_never_stopping_bit_for_bit() {
    let data = two_groups();
    for config in [
        json!({"optimizer": "rprop"}),
        json!({"optimizer": "rprop", "validation_fraction": 0.1, "side": "user"}),
        json!({"optimizer": "adam", "batch_size": 0}),
        json!({"optimizer": "adam", "batch_size": 16, "validation_fraction": 0.1, "hidden": [8, 4]}),
        json!({"optimizer": "lbfgs", "validation_fraction": 0.2}),
        json!({"hidden": [8, 4, 8], "pretraining_epochs": 15}),
        json!({"hidden": [8, 4, 8], "pretraining_epochs": 7, "optimizer": "lbfgs"}),
        json!({"hidden": [8, 4, 8], "pretraining_epochs": 3, "optimizer": "adam", "batch_size": 16}),
    ] {
        let mut config = config;
        config["epochs"] = json!(100);
        if config.get("hidden").is_none() {
            config["hidden"] = json!([8]);
        }
        let folder = || tempfile::tempdir().expect("a folder");
        let (half, whole, resumed) = (folder(), folder(), folder());
        let mut first = trainer(&data, config.clone(), 3);
        run(&mut *first, 10);
        first.save(half.path()).expect("saved");
        run(&mut *first, 10);
        first.save(whole.path()).expect("saved");
        let mut second = trainer(&data, config.clone(), 3);
        second.load(half.path()).expect("loaded");
        assert_eq!(second.position().step, 10);
        run(&mut *second, 10);
        second.save(resumed.path()).expect("saved");
        assert!(files(whole.path()) == files(resumed.path()), "{config}");
    }
}

#[test]
fn predictions_from_a_checkpoint_equal_those_of_the_trainer() {
    let data = two_groups();
    let ratings = data.ratings().expect("ratings");
    for config in [
        json!({"side": "item", "center": true}),
        json!({"side": "user", "decoder_activation": "sigmoid", "hidden": [6, 3, 6]}),
    ] {
        let mut config = config;
        config["hidden"] = config.get("hidden").cloned().unwrap_or(json!(12));
        config["epochs"] = json!(20);
        let mut trainer = trainer(&data, config.clone(), 1);
        run(&mut *trainer, 20);
        let mut last = Last::default();
        trainer.finish(&mut last).expect("measured");
        let folder = tempfile::tempdir().expect("a folder");
        trainer.save(folder.path()).expect("saved");
        let resolved = SYSTEM
            .resolve(config.as_object().expect("an object"))
            .expect("right");
        let predictor = SYSTEM
            .rating_predictor(&resolved, &data, folder.path(), &Monitor::default())
            .expect("loaded")
            .expect("predicts ratings");
        let pairs = ratings.test.iter();
        let rmse = rmse(pairs.map(|(user, item, rating)| (predictor.predict(user, item), rating)));
        let difference = rmse.expect("pairs") - last.scalars["test/rmse"];
        assert!(difference.abs() < 1e-6, "{config}: {difference}");
        assert_eq!(predictor.predict_user(7)[5], predictor.predict(7, 5));
        let nearest = predictor.nearest_items(4, 5).expect("has representations");
        assert!(nearest.iter().all(|(item, _)| item % 2 == 0), "{nearest:?}");
    }
}

#[test]
fn a_new_user_is_predicted_from_what_they_rated() {
    let data = two_groups();
    let ratings = data.ratings().expect("ratings");
    for (config, is_exact) in [
        (
            json!({"side": "user", "hidden": [6, 3, 6], "center": true}),
            true,
        ),
        (json!({"side": "item", "hidden": 12}), false),
        (
            json!({"side": "item", "hidden": 12, "decoder_activation": "sigmoid"}),
            false,
        ),
    ] {
        let mut config = config;
        config["epochs"] = json!(60);
        config["regularization"] = json!(1);
        let mut trainer = trainer(&data, config.clone(), 1);
        run(&mut *trainer, usize::MAX);
        let folder = tempfile::tempdir().expect("a folder");
        trainer.save(folder.path()).expect("saved");
        let resolved = SYSTEM
            .resolve(config.as_object().expect("an object"))
            .expect("right");
        let predictor = SYSTEM
            .rating_predictor(&resolved, &data, folder.path(), &Monitor::default())
            .expect("loaded")
            .expect("predicts ratings");
        if is_exact {
            // The network sees a new user with the ratings of another as that other.
            let (items, values) = ratings.train.by_user().row(7);
            let given: Vec<(u32, f32)> =
                items.iter().copied().zip(values.iter().copied()).collect();
            let new = predictor.new_user(&given).expect("predictions");
            for (new, own) in new.predictions.iter().zip(predictor.predict_user(7)) {
                assert!((new - own).abs() < 1e-5, "{new} and {own}");
            }
        }
        let given = [(0, 5.0), (1, 1.0), (2, 5.0), (5, 2.0)];
        let new = predictor.new_user(&given).expect("predictions");
        assert!(new.left_out.is_empty() && new.predictions.len() == 40);
        let best = new.top(&[0, 1, 2, 5], 10);
        assert!(
            best.iter().all(|(item, _)| item % 2 == 0),
            "{config}: {best:?}"
        );
    }
}
