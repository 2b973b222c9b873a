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
        json!({"side": "item", "center": true, "epochs": 20}),
        json!({"side": "item"}),
        json!({"side": "user"}),
        json!({"side": "user", "epochs": 20, "decoder_activation": "sigmoid", "hidden": [6, 3, 6]}),
    ] {
        let mut config = config;
        config["hidden"] = config.get("hidden").cloned().unwrap_or(json!(12));
        let mut trainer = trainer(&data, config.clone(), 1);
        run(&mut *trainer, usize::MAX);
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
        (
            json!({"side": "user", "hidden": 12, "searched": true}),
            true,
        ),
        (json!({"side": "item", "hidden": 12}), false),
        (
            json!({"side": "item", "hidden": 12, "decoder_activation": "sigmoid"}),
            false,
        ),
    ] {
        let mut config = config;
        let is_searched = config
            .as_object_mut()
            .and_then(|config| config.remove("searched"));
        if is_searched.is_none() {
            config["epochs"] = json!(60);
            config["regularization"] = json!(1);
        }
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

/// The settings under which λ and the epochs are found, of a small network.
fn searching() -> Value {
    json!({"hidden": [12]})
}

#[test]
fn a_search_finds_what_a_planted_structure_needs_and_says_so() {
    #[derive(Default)]
    struct Heard {
        last: Last,
        log: Vec<(LogLevel, String)>,
    }
    impl Recorder for Heard {
        fn scalar(&mut self, name: &str, value: f64) {
            self.last.scalar(name, value);
        }
        fn artifact(&mut self, _: Artifact) {}
        fn log(&mut self, level: LogLevel, message: &str) {
            self.log.push((level, message.to_owned()));
        }
    }
    let data = two_groups();
    for side in ["item", "user"] {
        let mut config = searching();
        config["side"] = json!(side);
        let mut heard = Heard::default();
        let mut trainer = trainer(&data, config, 1);
        while trainer.step(&mut heard).expect("a step") == Outcome::Continue {
            let position = trainer.position();
            assert!(position.step < position.total_steps);
        }
        trainer.finish(&mut heard).expect("measured");
        let scalars = &heard.last.scalars;
        // The noise has a standard deviation of 0.5; what the biases leave has one of 1.5.
        assert!(scalars["test/rmse"] < 0.65, "{side}: {scalars:?}");
        assert!(scalars["found/rmse"] < 0.7 && scalars["found/bias_rmse"] > 1.3);
        let said = format!(
            "λ {}, {} epochs, found on 5 times 20 % held out",
            scalars["found/regularization"], scalars["found/epochs"]
        );
        assert!(
            heard
                .log
                .iter()
                .any(|(_, message)| message.starts_with(&said)),
            "{said}: {:?}",
            heard.log
        );
    }
}

#[test]
fn where_there_is_nothing_but_biases_autorec_is_as_good_as_the_bias_model() {
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    let (mut train, mut test) = (Vec::new(), Vec::new());
    for user in 0..30_u32 {
        for item in 0..30_u32 {
            let noise: f32 = (0..4).map(|_| rng.random_range(-0.5..0.5_f32)).sum();
            let rating = 3.0 + (user % 5) as f32 * 0.3 - (item % 3) as f32 * 0.4 + noise;
            match rng.random_range(0..10) {
                0..5 => train.push((user, item, rating)),
                5 => test.push((user, item, rating)),
                _ => {}
            }
        }
    }
    let data = Dataset::Ratings(Arc::new(RatingsData::from_triplets(30, 30, &train, &test)));
    let mut of_biases = crate::systems::find("user_item_bias")
        .expect("a baseline")
        .trainer(
            &crate::systems::find("user_item_bias")
                .expect("a baseline")
                .resolve(&ConfigMap::new())
                .expect("right"),
            &data,
            &Place::cpu(1),
        )
        .expect("a trainer");
    let mut searched = trainer(&data, searching(), 1);
    let [mut baseline, mut own] = [Last::default(), Last::default()];
    while of_biases.step(&mut baseline).expect("a step") == Outcome::Continue {}
    of_biases.finish(&mut baseline).expect("measured");
    while searched.step(&mut own).expect("a step") == Outcome::Continue {}
    searched.finish(&mut own).expect("measured");
    assert!(
        own.scalars["test/rmse"] < 1.01 * baseline.scalars["test/rmse"],
        "{:?}",
        own.scalars
    );
    // It says itself what the bias model reaches.
    let difference = own.scalars["biases/rmse"] - baseline.scalars["test/rmse"];
    assert!(difference.abs() < 1e-6, "{difference}");
}

#[test]
fn a_stop_in_the_middle_of_a_search_changes_nothing() {
    let data = two_groups();
    let folder = || tempfile::tempdir().expect("a folder");
    let whole = folder();
    let mut first = trainer(&data, searching(), 3);
    run(&mut *first, usize::MAX);
    first.save(whole.path()).expect("saved");
    // In the first trial, between trials, in the training after them.
    for calls in [7, 150, 400, 1500] {
        let (half, resumed) = (folder(), folder());
        let mut second = trainer(&data, searching(), 3);
        run(&mut *second, calls);
        second.save(half.path()).expect("saved");
        let mut third = trainer(&data, searching(), 3);
        third.load(half.path()).expect("loaded");
        assert_eq!(third.position().step, second.position().step);
        run(&mut *third, usize::MAX);
        third.save(resumed.path()).expect("saved");
        assert!(files(whole.path()) == files(resumed.path()), "{calls}");
    }
}

#[test]
fn a_number_changed_live_takes_the_place_of_what_was_found() {
    let data = two_groups();
    let mut trainer = trainer(&data, searching(), 3);
    let mut last = Last::default();
    while !last.scalars.contains_key("found/epochs") {
        assert_eq!(trainer.step(&mut last).expect("a step"), Outcome::Continue);
    }
    run(&mut *trainer, 3);
    let mut changed = SYSTEM
        .resolve(searching().as_object().expect("an object"))
        .expect("right");
    changed.insert("regularization".to_owned(), json!(1e5));
    trainer.reconfigure(&changed).expect("live");
    let folder = tempfile::tempdir().expect("a folder");
    run(&mut *trainer, 1);
    trainer.save(folder.path()).expect("saved");
    let before = run(&mut *trainer, 1).scalars["train/loss"];
    // Targets have a deviation of 1: a network that says nothing has a loss of one for each rating. The penalty of λ = 100,000 is above that.
    let cells = data.ratings().expect("ratings").train.len() as f64;
    assert!(before > 3.0 * cells, "{before}");
    // The run goes on with what was found about the biases, whatever the config says by now.
    let mut second = self::trainer(&data, searching(), 3);
    second.load(folder.path()).expect("loaded");
    second.reconfigure(&changed).expect("live");
    assert_eq!(run(&mut *second, 1).scalars["train/loss"], before);
}

#[test]
fn lambda_and_epochs_are_found_unless_one_of_them_is_given() {
    let resolved = |given: Value| {
        SYSTEM
            .resolve(given.as_object().expect("an object"))
            .expect("right")
    };
    let found = resolved(json!({"side": "user"}));
    assert!(!found.contains_key("regularization") && !found.contains_key("epochs"));
    assert_eq!(resolved(Value::Object(found.clone())), found);
    let given = resolved(json!({"regularization": 200}));
    assert_eq!(
        (&given["regularization"], &given["epochs"]),
        (&json!(200.0), &json!(120))
    );
    let given = resolved(json!({"side": "user", "epochs": 7}));
    assert_eq!(
        (&given["regularization"], &given["epochs"]),
        (&json!(100.0), &json!(7))
    );
}
