//! A person compares with the literature: the baselines reach their known errors on MovieLens 100k, split u1.

use crate::measured_data::movielens;
use atelier::data::Dataset;
use atelier::record::Recorded;
use atelier::systems;
use atelier::systems::{Outcome, Place};

use serde_json::{Value, json};

/// Final test RMSE and MAE.
fn errors(id: &str, given: &Value, data: &Dataset, seed: u64) -> (f64, f64) {
    let system = systems::find(id).expect("the system exists");
    let given = given.as_object().expect("an object");
    let config = system.resolve(given).expect("the config is right");
    let started = system.trainer(&config, data, &Place::cpu(seed));
    let mut trainer = started.expect("it starts");
    let mut recorded = Recorded::default();
    while trainer.step(&mut recorded).expect("it trains") == Outcome::Continue {}
    trainer.finish(&mut recorded).expect("it finishes");
    let last = |name: &str| recorded.last(name).expect("it is measured");
    (last("test/rmse"), last("test/mae"))
}

fn assert_near(value: f64, expected: f64, tolerance: f64) {
    assert!(
        (value - expected).abs() < tolerance,
        "{value} is not {expected}"
    );
}

/// By an independent computation: with m the mean of column 3 of u1.base, the errors of m on column 3 of u1.test, in awk:
/// `awk 'NR==FNR{s+=$3;n++;next}{m=s/n;e=$3-m;q+=e*e;a+=e<0?-e:e;t++}END{print sqrt(q/t),a/t}' u1.base u1.test`.
#[test]
#[cfg_attr(
    not(has_movielens),
    ignore = "needs MovieLens 100k: set ATELIER_DATA to the folder that holds ml-100k"
)]
fn the_global_mean_has_the_error_of_an_independent_computation() {
    let data = movielens();
    let (rmse, mae) = errors("global_mean", &json!({}), &data, 1);
    assert_near(rmse, 1.15368, 2e-5);
    assert_near(mae, 0.968_05, 2e-5);
}

/// By an independent Python script of Surprise's `BaselineOnly`, in double precision: ten sweeps of
/// `bi[i] = sum(r - m - bu[u]) / (10 + n_i)` and `bu[u] = sum(r - m - bi[i]) / (15 + n_u)`, predictions clipped to 1 to 5.
#[test]
#[cfg_attr(
    not(has_movielens),
    ignore = "needs MovieLens 100k: set ATELIER_DATA to the folder that holds ml-100k"
)]
fn user_and_item_bias_have_the_error_of_an_independent_computation() {
    let data = movielens();
    let (rmse, mae) = errors("user_item_bias", &json!({}), &data, 1);
    assert_near(rmse, 0.959_944, 2e-5);
    assert_near(mae, 0.761_583, 2e-5);
}

/// Surprise's `SVD` reaches 0.934 by 5-fold cross-validation with these settings; u1 is harder by about 0.015.
#[test]
#[cfg_attr(
    not(has_movielens),
    ignore = "needs MovieLens 100k: set ATELIER_DATA to the folder that holds ml-100k"
)]
fn the_settings_of_surprise_give_its_error() {
    let data = movielens();
    let seeds = 1..=3;
    let mean = seeds
        .map(|seed| {
            errors(
                "matrix_factorization",
                &json!({"preset": "surprise"}),
                &data,
                seed,
            )
            .0
        })
        .sum::<f64>()
        / 3.0;
    assert_near(mean, 0.9515, 0.004);
}

/// The settings were chosen on validation ratings alone.
#[test]
#[cfg_attr(
    not(has_movielens),
    ignore = "needs MovieLens 100k: set ATELIER_DATA to the folder that holds ml-100k"
)]
fn the_default_matrix_factorization_is_better_than_both() {
    let data = movielens();
    let of_seeds: Vec<f64> = (1..=5)
        .map(|seed| errors("matrix_factorization", &json!({}), &data, seed).0)
        .collect();
    let mean = of_seeds.iter().sum::<f64>() / 5.0;
    assert!(mean < 0.922, "{of_seeds:?}");
    assert!(of_seeds.iter().all(|rmse| *rmse < 0.926), "{of_seeds:?}");
}
