//! A sampler that learns, beside Optuna.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde_json::{Value, json};

use super::{all, done, list, number, range, space};
use crate::experiments::Outcome;
use crate::experiments::sampler::*;
use crate::experiments::sweep::{Scale, Values};

/// Three minima of 0.397887 (Dixon and Szegö 1978).
fn branin(x: f64, y: f64) -> f64 {
    use std::f64::consts::PI;
    let (b, c, t) = (5.1 / (4.0 * PI * PI), 5.0 / PI, 1.0 / (8.0 * PI));
    (y - b * x * x + c * x - 6.0).powi(2) + 10.0 * (1.0 - t) * x.cos() + 10.0
}

/// As a network's error: a category, two whole numbers, a number, on both scales; the minimum is 0.
fn mixed(setting: &Setting) -> f64 {
    let activation = setting["activation"].as_str().unwrap();
    let penalty = match activation {
        "identity" => 0.5,
        "sigmoid" => 0.3,
        "tanh" => 0.1,
        _ => 0.0,
    };
    let best = if activation == "relu" { -2.5 } else { -1.5 };
    0.3 * (number(setting, "rate").log10() - best).powi(2)
        + 0.05 * (number(setting, "hidden") / 100.0).ln().powi(2)
        + 0.1 * (number(setting, "layers") - 2.0).powi(2)
        + penalty
}

fn branin_space() -> Space {
    space([
        ("x", range(-5.0, 10.0, Scale::Linear)),
        ("y", range(0.0, 15.0, Scale::Linear)),
    ])
}

fn mixed_space() -> Space {
    let names = ["identity", "sigmoid", "relu", "tanh"];
    space([
        ("rate", range(1e-5, 1.0, Scale::Log)),
        ("hidden", range(4.0, 1024.0, Scale::Log)),
        ("layers", range(1.0, 6.0, Scale::Linear)),
        (
            "activation",
            Values::List(names.iter().map(|name| json!(name)).collect()),
        ),
    ])
}

/// Mean and standard deviation of the best value after so many settings, over seeds 0 to 49.
fn best(
    method: Method,
    space: &Space,
    after: [usize; 3],
    function: &(impl Fn(&Setting) -> f64 + Sync),
) -> BTreeMap<usize, (f64, f64)> {
    let histories: Vec<Vec<f64>> = (0..50_u64)
        .into_par_iter()
        .map(|seed| {
            let sampler = sampler(method, space.clone(), seed).unwrap();
            let history = all(&*sampler, after[2], |setting| {
                Outcome::Done(vec![function(setting)])
            });
            history
                .into_iter()
                .map(|own| match own.outcome {
                    Outcome::Done(values) => values[0],
                    _ => f64::NAN,
                })
                .collect()
        })
        .collect();
    let summed = |count: usize| {
        let best: Vec<f64> = histories
            .iter()
            .map(|own| own[..count].iter().copied().fold(f64::INFINITY, f64::min))
            .collect();
        let mean = best.iter().sum::<f64>() / 50.0;
        let squares: f64 = best.iter().map(|own| (own - mean).powi(2)).sum();
        (count, (mean, (squares / 49.0).sqrt()))
    };
    after.map(summed).into()
}

/// After how many settings two optimizers are compared.
const AFTER: [usize; 3] = [20, 40, 60];

/// Holds a mean over 50 seeds against that of Optuna.
fn not_worse(name: &str, after: usize, (mean, deviation): (f64, f64), optuna: &Value) {
    let optuna = &optuna[after.to_string()];
    let theirs = |key: &str| optuna[key].as_f64().unwrap();
    // Two standard errors of the difference of two means over 50 seeds.
    let margin = 2.0 * ((deviation.powi(2) + theirs("sd").powi(2)) / 50.0).sqrt();
    assert!(
        mean <= theirs("mean") + margin,
        "{name} after {after}: {mean} against {} ± {margin}",
        theirs("mean")
    );
}

/// A table of AutoRec's validation errors; `tests/fixtures/optuna/make_autorec.py` says how it was made, and what Optuna finds on it.
#[test]
fn tpe_finds_as_good_settings_of_autorec_as_optuna() {
    let fixture: Value = serde_json::from_str(include_str!(
        "../../../../tests/fixtures/optuna/autorec.json"
    ))
    .unwrap();
    let lambdas = [0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0];
    let space = space([
        ("hidden", list(&[5, 10, 20, 40, 80, 160])),
        (
            "lambda",
            Values::List(lambdas.iter().map(|own| json!(own)).collect()),
        ),
        (
            "activation",
            Values::List(vec![json!("sigmoid"), json!("identity")]),
        ),
    ]);
    let of = |setting: &Setting| {
        let activation = setting["activation"].as_str().unwrap();
        let (hidden, lambda) = (number(setting, "hidden"), number(setting, "lambda"));
        fixture["values"][format!("{hidden} {lambda} {activation}")]
            .as_f64()
            .unwrap()
    };
    for (after, found) in best(Method::Tpe, &space, [15, 30, 45], &of) {
        not_worse("autorec", after, found, &fixture["tpe"]);
    }
}

/// `tests/fixtures/optuna/make.py` wrote down what Optuna 5.0.0 finds.
#[test]
fn tpe_finds_as_good_settings_as_optuna() {
    let fixture: Value =
        serde_json::from_str(include_str!("../../../../tests/fixtures/optuna/best.json")).unwrap();
    let of_branin = |setting: &Setting| branin(number(setting, "x"), number(setting, "y"));
    for (name, found, random) in [
        (
            "branin",
            best(Method::Tpe, &branin_space(), AFTER, &of_branin),
            best(Method::Random, &branin_space(), AFTER, &of_branin),
        ),
        (
            "mixed",
            best(Method::Tpe, &mixed_space(), AFTER, &mixed),
            best(Method::Random, &mixed_space(), AFTER, &mixed),
        ),
    ] {
        for (after, found) in found {
            not_worse(name, after, found, &fixture[name]["tpe"]);
            let mean = found.0;
            if after == 60 {
                let half = 0.6 * random[&after].0;
                assert!(mean < half, "{name}: {mean}, random {}", random[&after].0);
            }
        }
    }
}

#[test]
fn what_is_asked_for_side_by_side_keeps_its_distance() {
    let parallel = |pending: bool| {
        let mut sum = 0.0;
        for seed in 0..20 {
            let sampler = sampler(Method::Tpe, branin_space(), seed).unwrap();
            let mut history = all(&*sampler, 30, |setting| {
                Outcome::Done(vec![branin(number(setting, "x"), number(setting, "y"))])
            });
            let mut points = Vec::new();
            for _ in 0..8 {
                let setting = sampler.next(&history).unwrap();
                points.push((number(&setting, "x"), number(&setting, "y")));
                // As good as the best: the opposite of what is assumed of a pending one.
                let outcome = if pending {
                    Outcome::Pending
                } else {
                    Outcome::Done(vec![0.4])
                };
                history.push(Observation { setting, outcome });
            }
            for (place, one) in points.iter().enumerate() {
                let others = points[..place].iter();
                sum += others
                    .map(|other| (one.0 - other.0).hypot(one.1 - other.1))
                    .sum::<f64>();
            }
        }
        sum
    };
    let (apart, together) = (parallel(true), parallel(false));
    assert!(apart > 1.2 * together, "{apart} {together}");
}

#[test]
fn several_objectives_are_led_to_their_front() {
    // The front is 0 ≤ a ≤ 1 with b = 0: an eleventh of the range of a, and an end of b.
    let two = |setting: &Setting| {
        let (a, b) = (number(setting, "a"), number(setting, "b"));
        Outcome::Done(vec![a * a + b, (a - 1.0).powi(2) + b])
    };
    let near = |method| {
        let mut count = 0;
        for seed in 0..10 {
            let values = [
                ("a", range(-5.0, 6.0, Scale::Linear)),
                ("b", range(0.0, 10.0, Scale::Linear)),
            ];
            let sampler = sampler(method, space(values), seed).unwrap();
            let tried = all(&*sampler, 60, two);
            count += tried
                .iter()
                .filter(|own| {
                    let (a, b) = (number(&own.setting, "a"), number(&own.setting, "b"));
                    (-0.5..=1.5).contains(&a) && b < 1.5
                })
                .count();
        }
        count
    };
    let (tpe, random) = (near(Method::Tpe), near(Method::Random));
    assert!(tpe > 4 * random, "{tpe} {random}");
}

#[test]
fn failures_losers_and_settings_of_another_space_do_no_harm() {
    let sampler = sampler(
        Method::Tpe,
        space([("a", range(0.0, 1.0, Scale::Linear))]),
        1,
    )
    .unwrap();
    let mut history: Vec<Observation> = (0..40)
        .map(|place| {
            let a = f64::from(place) / 40.0;
            let setting = Setting::from([("a".to_owned(), json!(a))]);
            let outcome = match place % 4 {
                // Stopped early: a good value as of then says little.
                0 => Outcome::StoppedEarly(vec![0.0]),
                1 => Outcome::Failed,
                2 => Outcome::Done(vec![f64::NAN]),
                _ => Outcome::Done(vec![(a - 0.8).abs()]),
            };
            Observation { setting, outcome }
        })
        .collect();
    for value in [json!(7.0), json!("none"), json!(null)] {
        let setting = Setting::from([("a".to_owned(), value)]);
        history.push(done(setting, -1.0));
    }
    history.push(done(Setting::new(), -1.0));
    let near = all_after(&*sampler, &mut history, 20);
    let close = near.iter().filter(|a| (*a - 0.8).abs() < 0.15).count();
    assert!(close >= 12, "{near:?}");
}

fn all_after(sampler: &dyn Sampler, history: &mut Vec<Observation>, count: usize) -> Vec<f64> {
    let mut values = Vec::new();
    for _ in 0..count {
        let setting = sampler.next(history).unwrap();
        let a = number(&setting, "a");
        values.push(a);
        history.push(done(setting, (a - 0.8).abs()));
    }
    values
}
