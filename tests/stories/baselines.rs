//! A person compares baselines on one split: each trains, reports, stops, is saved, resumes and predicts.

use std::path::Path;
use std::sync::Arc;

use atelier::data::{Dataset, Monitor, RatingsData};
use atelier::record::{Recorded, read_predictions};
use atelier::systems;
use atelier::systems::{AnySystem, ConfigMap, Outcome, Place, RatingPredictor, Trainer};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use serde_json::json;

const USERS: u32 = 120;
const ITEMS: u32 = 80;
const NOISE: f32 = 0.3;

/// Ratings 3 + b_u + b_i + p_u q_i + noise of standard deviation 0.3; a third of the cells, a fifth of them for testing.
fn planted() -> Dataset {
    let mut rng = ChaCha8Rng::seed_from_u64(42);
    let mut normal = |deviation: f32, count: u32| -> Vec<f32> {
        let sample = |_| -> f32 { StandardNormal.sample(&mut rng) };
        (0..count).map(sample).map(|z| deviation * z).collect()
    };
    let (user_bias, item_bias) = (normal(0.4, USERS), normal(0.4, ITEMS));
    let (user_factor, item_factor) = (normal(0.8, USERS), normal(0.8, ITEMS));
    let noise = normal(NOISE, USERS * ITEMS);
    let (mut train, mut test) = (Vec::new(), Vec::new());
    for user in 0..USERS {
        for item in 0..ITEMS {
            let (u, i) = (user as usize, item as usize);
            let rating = 3.0
                + user_bias[u]
                + item_bias[i]
                + user_factor[u] * item_factor[i]
                + noise[(user * ITEMS + item) as usize];
            match rng.random_range(0..15) {
                0..4 => train.push((user, item, rating)),
                4 => test.push((user, item, rating)),
                _ => {}
            }
        }
    }
    let (users, items) = (USERS as usize, ITEMS as usize);
    Dataset::Ratings(Arc::new(RatingsData::from_triplets(
        users, items, &train, &test,
    )))
}

fn system(id: &str) -> &'static dyn AnySystem {
    systems::find(id).expect("the system exists")
}

fn config(id: &str, given: &serde_json::Value) -> ConfigMap {
    let given = given.as_object().cloned().unwrap_or_default();
    system(id).resolve(&given).expect("the config is right")
}

fn trainer(id: &str, config: &ConfigMap, data: &Dataset) -> Box<dyn Trainer<ConfigMap>> {
    system(id)
        .trainer(config, data, &Place::cpu(7))
        .expect("the trainer starts")
}

/// Steps until it is done, or `most` times.
fn run(trainer: &mut dyn Trainer<ConfigMap>, most: u64, recorded: &mut Recorded) {
    for _ in 0..most {
        if trainer.step(recorded).expect("the step works") == Outcome::Done {
            break;
        }
    }
}

fn predictor(
    id: &str,
    config: &ConfigMap,
    data: &Dataset,
    folder: &Path,
) -> Box<dyn RatingPredictor> {
    system(id)
        .rating_predictor(config, data, folder, &Monitor::default())
        .expect("the weights are read")
        .expect("it predicts ratings")
}

#[test]
fn each_baseline_finds_more_of_the_planted_structure_than_the_one_before() {
    let data = planted();
    let rmse: Vec<f64> = ["global_mean", "user_item_bias", "matrix_factorization"]
        .into_iter()
        .map(|id| {
            let given = match id {
                "matrix_factorization" => json!({"factors": 4, "regularization": 0.05}),
                _ => json!({}),
            };
            let config = config(id, &given);
            let mut trainer = trainer(id, &config, &data);
            let mut recorded = Recorded::default();
            run(&mut *trainer, u64::MAX, &mut recorded);
            trainer.finish(&mut recorded).expect("it finishes");
            recorded.last("test/rmse").expect("it is measured")
        })
        .collect();
    // Standard deviations of what each leaves: √(0.4² + 0.4² + 0.64² + 0.3²) = 0.91, √(0.64² + 0.3²) = 0.71, 0.3.
    assert!((0.8..1.05).contains(&rmse[0]), "{rmse:?}");
    assert!((0.6..0.85).contains(&rmse[1]), "{rmse:?}");
    assert!((0.3..0.5).contains(&rmse[2]), "{rmse:?}");
}

#[test]
fn a_resumed_run_ends_with_the_same_weights_bit_for_bit() {
    let data = planted();
    for id in ["user_item_bias", "matrix_factorization"] {
        let given = match id {
            "matrix_factorization" => {
                json!({"epochs": 8, "patience": 0, "factors": 5, "learning_rate_decay": 0.9})
            }
            _ => json!({"epochs": 8}),
        };
        let config = config(id, &given);
        let files = |trainer: &dyn Trainer<ConfigMap>| {
            let folder = tempfile::tempdir().expect("a folder");
            trainer.save(folder.path()).expect("it is saved");
            let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder.path())
                .expect("the folder is read")
                .map(|entry| entry.expect("an entry").path())
                .map(|path| (path.display().to_string(), path))
                .map(|(name, path)| {
                    let name = name.rsplit('/').next().unwrap_or_default().to_owned();
                    (name, std::fs::read(path).expect("the file is read"))
                })
                .collect();
            files.sort();
            files
        };
        let mut straight = trainer(id, &config, &data);
        let mut at_once = Recorded::default();
        run(&mut *straight, 8, &mut at_once);

        let mut in_parts = Recorded::default();
        let mut first = trainer(id, &config, &data);
        run(&mut *first, 3, &mut in_parts);
        let folder = tempfile::tempdir().expect("a folder");
        first.save(folder.path()).expect("it is saved");
        let mut second = trainer(id, &config, &data);
        second.load(folder.path()).expect("it is loaded");
        assert_eq!(second.position().step, 3);
        run(&mut *second, 5, &mut in_parts);

        assert_eq!(files(&*straight), files(&*second), "{id}");
        let measures = |recorded: &Recorded| -> Vec<f64> { recorded.series("test/rmse").collect() };
        assert_eq!(measures(&at_once), measures(&in_parts), "{id}");
    }
}

#[test]
fn matrix_factorization_stops_early_and_ends_with_the_best_weights() {
    let data = planted();
    // Without regularization and with many factors it overfits soon.
    let config = config(
        "matrix_factorization",
        &json!({"factors": 30, "regularization": 0.0, "learning_rate": 0.03, "epochs": 500,
            "learning_rate_decay": 1.0, "patience": 4, "validation_fraction": 0.1}),
    );
    let mut trainer = trainer("matrix_factorization", &config, &data);
    let mut recorded = Recorded::default();
    run(&mut *trainer, u64::MAX, &mut recorded);
    let validation: Vec<f64> = recorded.series("validation/rmse").collect();
    let best = trainer.best_step().expect("there is a best");
    assert!(validation.len() < 500);
    assert_eq!(validation.len() as u64, best + 4);
    assert_eq!(trainer.position().total_steps, best + 4);
    let lowest = validation.iter().copied().fold(f64::INFINITY, f64::min);
    assert_eq!(validation[best as usize - 1], lowest);

    trainer.finish(&mut recorded).expect("it finishes");
    assert_eq!(recorded.last("validation/rmse"), Some(lowest));
    let best = format!("epoch {best}");
    assert!(recorded.logs.iter().any(|(_, said)| said.contains(&best)));
}

#[test]
fn a_live_parameter_changes_at_once_and_survives_a_checkpoint() {
    let data = planted();
    let config = config(
        "matrix_factorization",
        &json!({"epochs": 10, "patience": 0, "factors": 3}),
    );
    let start = |config: &ConfigMap| trainer("matrix_factorization", config, &data);
    let (mut slow, mut recorded) = (start(&config), Recorded::default());
    run(&mut *slow, 1, &mut recorded);
    let mut still = config;
    still.insert("learning_rate".to_owned(), json!(0.0));
    slow.reconfigure(&still).expect("it can change");
    let folder = tempfile::tempdir().expect("a folder");
    slow.save(folder.path()).expect("it is saved");
    let mut resumed = start(&still);
    resumed.load(folder.path()).expect("it is loaded");
    run(&mut *resumed, 2, &mut recorded);
    let measures: Vec<f64> = recorded.series("test/rmse").collect();
    assert_eq!(
        measures[0], measures[1],
        "nothing moves at a learning rate of zero"
    );
    assert_eq!(measures[1], measures[2]);
}

#[test]
fn the_predictor_agrees_with_the_predictions_file() {
    let data = planted();
    let ratings = data.ratings().expect("ratings");
    for id in ["global_mean", "user_item_bias", "matrix_factorization"] {
        let config = config(id, &json!({}));
        let mut trainer = trainer(id, &config, &data);
        let mut recorded = Recorded::default();
        run(&mut *trainer, 6, &mut recorded);
        trainer.finish(&mut recorded).expect("it finishes");
        let folder = tempfile::tempdir().expect("a folder");
        trainer.save(folder.path()).expect("it is saved");
        let predictor = predictor(id, &config, &data, folder.path());

        let artifact = recorded.artifacts.last().expect("there are predictions");
        let file = folder.path().join(&artifact.file_name);
        std::fs::write(&file, artifact.bytes()).expect("it is written");
        let predictions = read_predictions(&file, usize::MAX).expect("they are read");
        assert_eq!(predictions.rows.len(), ratings.test.len());
        for row in &predictions.rows {
            let user = ratings.users.find(&predictions.users[row.user as usize]);
            let item = ratings.items.find(&predictions.items[row.item as usize]);
            let (user, item) = (user.expect("known"), item.expect("known"));
            assert_eq!(predictor.predict(user, item), row.prediction, "{id}");
            assert_eq!(predictor.predict_user(user)[item], row.prediction, "{id}");
        }
        let from_file = predictions
            .rows
            .iter()
            .map(|row| (row.prediction, row.rating));
        // The file's rows are summed in another order.
        let from_file = atelier::eval::rmse(from_file).expect("there are rows");
        let reported = recorded.last("test/rmse").expect("it is measured");
        assert!((from_file - reported).abs() < 1e-9, "{id}");
    }
}

#[test]
fn neighbors_exist_where_items_have_factors() {
    let data = planted();
    let folder = tempfile::tempdir().expect("a folder");
    let config = config("matrix_factorization", &json!({"epochs": 5}));
    let mut trainer = trainer("matrix_factorization", &config, &data);
    run(&mut *trainer, 5, &mut Recorded::default());
    trainer.save_best(folder.path()).expect("it is saved");
    let predictor = predictor("matrix_factorization", &config, &data, folder.path());
    let nearest = predictor.nearest_items(3, 10).expect("items have factors");
    assert_eq!(nearest.len(), 10);
    assert!(
        nearest
            .iter()
            .all(|(item, cosine)| *item != 3 && cosine.abs() <= 1.0 + 1e-6)
    );
    assert!(nearest.is_sorted_by(|a, b| a.1 >= b.1));
}

#[test]
fn data_without_training_ratings_is_refused_with_a_remedy() {
    let empty = Dataset::Ratings(Arc::new(RatingsData::from_triplets(
        3,
        3,
        &[],
        &[(0, 0, 1.0)],
    )));
    for id in ["global_mean", "user_item_bias", "matrix_factorization"] {
        let config = config(id, &json!({}));
        let started = system(id).trainer(&config, &empty, &Place::cpu(1));
        let error = started.err().expect("it is refused").to_string();
        assert!(error.contains("no training ratings"), "{error}");
    }
}

#[test]
fn a_learning_rate_that_is_too_high_is_told() {
    let data = planted();
    let config = config(
        "matrix_factorization",
        &json!({"learning_rate": 1.0, "initial_deviation": 5}),
    );
    let mut trainer = trainer("matrix_factorization", &config, &data);
    let error = (0..50)
        .find_map(|_| trainer.step(&mut Recorded::default()).err())
        .expect("it diverges")
        .to_string();
    assert!(error.contains("lower the learning rate"), "{error}");
}
