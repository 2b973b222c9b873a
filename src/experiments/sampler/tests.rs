use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::experiments::Outcome;
use crate::experiments::sweep::{Scale, Values};

fn range(from: f64, to: f64, scale: Scale) -> Values {
    Values::Range {
        from,
        to,
        scale,
        count: None,
    }
}

fn counted(from: f64, to: f64, scale: Scale, count: u32) -> Values {
    Values::Range {
        from,
        to,
        scale,
        count: Some(count),
    }
}

fn list(values: &[i64]) -> Values {
    Values::List(values.iter().map(|value| json!(value)).collect())
}

fn space<const N: usize>(values: [(&str, Values); N]) -> Space {
    checked(values).unwrap()
}

fn checked<const N: usize>(values: [(&str, Values); N]) -> Result<Space, ConfigError> {
    let values = values.map(|(key, values)| (key.to_owned(), values));
    Space::new(&BTreeMap::from(values), |key| {
        ["hidden", "layers"].contains(&key)
    })
}

fn done(setting: Setting, value: f64) -> Observation {
    Observation {
        setting,
        outcome: Outcome::Done(vec![value]),
    }
}

/// All that a sampler hands out, up to `most`, each answered by `answer`.
fn all(
    sampler: &dyn Sampler,
    most: usize,
    answer: impl Fn(&Setting) -> Outcome,
) -> Vec<Observation> {
    let mut history = Vec::new();
    while history.len() < most {
        let Some(setting) = sampler.next(&history) else {
            break;
        };
        let outcome = answer(&setting);
        history.push(Observation { setting, outcome });
    }
    history
}

fn number(setting: &Setting, key: &str) -> f64 {
    setting[key].as_f64().unwrap()
}

#[test]
fn a_grid_has_every_combination_in_order_and_skips_what_was_tried() {
    let grid = sampler(
        Method::Grid,
        space([
            ("hidden", list(&[20, 50])),
            ("lambda", counted(10.0, 1000.0, Scale::Log, 3)),
        ]),
        1,
    )
    .unwrap();
    let tried = all(&*grid, 100, |_| Outcome::Pending);
    let pairs: Vec<(f64, f64)> = tried
        .iter()
        .map(|own| {
            (
                number(&own.setting, "hidden"),
                number(&own.setting, "lambda"),
            )
        })
        .collect();
    let expected = [20.0, 50.0].map(|hidden| [10.0, 100.0, 1000.0].map(|lambda| (hidden, lambda)));
    assert_eq!(pairs, expected.concat());
    // One that was tried otherwise, written otherwise.
    let other = Observation {
        setting: Setting::from([
            ("hidden".to_owned(), json!([20])),
            ("lambda".to_owned(), json!(10)),
        ]),
        outcome: Outcome::Failed,
    };
    assert_eq!(number(&grid.next(&[other]).unwrap(), "lambda"), 100.0);
}

#[test]
fn steps_of_a_range_go_from_end_to_end_with_few_digits_and_whole_where_the_parameter_is() {
    let values = |key: &str, values: Values| {
        let grid = sampler(Method::Grid, space([(key, values)]), 1).unwrap();
        let tried = all(&*grid, 100, |_| Outcome::Pending);
        let values = tried.into_iter().map(|own| own.setting[key].clone());
        Value::from(values.collect::<Vec<Value>>()).to_string()
    };
    assert_eq!(
        values("lambda", counted(0.0, 1.0, Scale::Linear, 4)),
        "[0,0.3333,0.6667,1]"
    );
    assert_eq!(
        values("lambda", counted(0.001, 0.1, Scale::Log, 5)),
        "[0.001,0.003162,0.01,0.03162,0.1]"
    );
    assert_eq!(
        values("hidden", counted(10.0, 1000.0, Scale::Log, 4)),
        "[10,46,215,1000]"
    );
    // 1, 1.5, 2, … coincide when rounded.
    assert_eq!(
        values("hidden", counted(1.0, 3.0, Scale::Linear, 5)),
        "[1,2,3]"
    );
}

#[test]
fn what_is_no_space_is_named_with_its_remedy() {
    let problem = |key: &str, values: Values| checked([(key, values)]).unwrap_err().to_string();
    for (message, expected) in [
        (
            problem("hidden", list(&[])),
            "sweep.values.hidden: has no values; give some",
        ),
        (
            problem("hidden", list(&[50, 20, 50])),
            "sweep.values.hidden: has 50 twice",
        ),
        (
            problem("a", range(1000.0, 10.0, Scale::Linear)),
            "sweep.values.a: is empty: it goes from 1000 to 10; swap them",
        ),
        (
            problem("a", range(3.0, 3.0, Scale::Linear)),
            "sweep.values.a: has one value alone, 3",
        ),
        (
            problem("a", range(0.0, 1.0, Scale::Log)),
            "sweep.values.a: is logarithmic and begins at 0",
        ),
        (
            problem("a", range(f64::NAN, 1.0, Scale::Linear)),
            "sweep.values.a: must go from one finite number",
        ),
        (
            problem("hidden", range(0.5, 3.0, Scale::Linear)),
            "sweep.values.hidden: must go from one whole number to another, and 0.5 is none",
        ),
        (
            problem("a", counted(0.0, 1.0, Scale::Linear, 1)),
            "sweep.values.a: has count = 1",
        ),
    ] {
        assert!(message.starts_with(expected), "{message}");
    }
    let without_count = space([("a", range(0.0, 1.0, Scale::Linear))]);
    let message = without_count.grid_size().unwrap_err().to_string();
    assert!(message.contains("add count = 4"), "{message}");
}

#[test]
fn a_grid_that_is_too_large_is_refused_before_it_is_built() {
    let billion = || counted(0.0, 1.0, Scale::Linear, 1000);
    let large = space([("a", billion()), ("b", billion()), ("c", billion())]);
    let message = sampler(Method::Grid, large.clone(), 1)
        .unwrap_err()
        .to_string();
    assert!(
        message.contains("1000 × 1000 × 1000 is 1000000000 settings, where 10000 are the most"),
        "{message}"
    );
    assert!(sampler(Method::Random, large, 1).is_ok());
    let keys: Vec<String> = (0..60).map(|key| format!("p{key}")).collect();
    let values = keys.iter().map(|key| (key.clone(), billion())).collect();
    let endless = Space::new(&values, |_| false).unwrap();
    let message = endless.grid_size().unwrap_err().to_string();
    assert!(message.contains("more than 10^38"), "{message}");
    assert_eq!(
        space([
            ("hidden", list(&[1, 2, 3])),
            ("a", counted(0.0, 1.0, Scale::Linear, 7))
        ])
        .grid_size(),
        Ok(21)
    );
}

#[test]
fn a_space_of_no_parameters_is_one_setting() {
    for method in [Method::Grid, Method::Random, Method::Sobol, Method::Tpe] {
        let sampler = sampler(method, space([]), 1).unwrap();
        let tried = all(&*sampler, 10, |_| Outcome::Pending);
        assert_eq!(tried.len(), 1, "{method:?}");
    }
}

#[test]
fn a_finite_space_is_filled_without_a_point_twice_whatever_comes_of_it() {
    let space = || {
        space([
            ("hidden", range(1.0, 5.0, Scale::Log)),
            ("layers", range(-1.0, 1.0, Scale::Linear)),
            ("side", Values::List(vec![json!("user"), json!("item")])),
        ])
    };
    assert_eq!(space().size(), Some(30));
    for method in [Method::Random, Method::Sobol, Method::Tpe] {
        for answer in [0, 1, 2] {
            let sampler = sampler(method, space(), 7).unwrap();
            let tried = all(&*sampler, 100, |setting| match answer {
                0 => Outcome::Done(vec![number(setting, "hidden")]),
                1 => Outcome::Pending,
                _ => Outcome::Failed,
            });
            let distinct: BTreeSet<String> = tried
                .iter()
                .map(|own| serde_json::to_string(&own.setting).unwrap())
                .collect();
            assert_eq!((tried.len(), distinct.len()), (30, 30), "{method:?}");
        }
    }
}

#[test]
fn the_next_setting_follows_from_seed_and_history_alone() {
    let of = |method, seed| {
        let values = [
            ("lambda", range(1e-4, 1.0, Scale::Log)),
            ("layers", range(1.0, 6.0, Scale::Linear)),
        ];
        sampler(method, space(values), seed).unwrap()
    };
    for method in [Method::Random, Method::Sobol, Method::Tpe] {
        let answer = |setting: &Setting| Outcome::Done(vec![number(setting, "lambda")]);
        let whole = all(&*of(method, 3), 25, answer);
        for killed_after in [0, 1, 9, 10, 24] {
            // A sampler of its own, as after a kill.
            let next = of(method, 3).next(&whole[..killed_after]).unwrap();
            assert_eq!(next, whole[killed_after].setting, "{method:?}");
        }
        let other = all(&*of(method, 4), 25, answer);
        assert!(whole[0] != other[0] && whole[24] != other[24], "{method:?}");
    }
}

#[test]
fn seeds_of_one_setting_count_as_one() {
    let sampler = sampler(
        Method::Sobol,
        space([("a", range(0.0, 1.0, Scale::Linear))]),
        1,
    )
    .unwrap();
    let first = sampler.next(&[]).unwrap();
    let second = sampler.next(&[done(first.clone(), 1.0)]).unwrap();
    let thrice = [1.0, 2.0, 3.0].map(|value| done(first.clone(), value));
    assert_eq!(sampler.next(&thrice), Some(second));
}

#[test]
fn sobol_points_share_out_every_parameter_evenly() {
    let sampler = sampler(
        Method::Sobol,
        space([
            ("a", range(0.0, 8.0, Scale::Linear)),
            ("b", range(1.0, 256.0, Scale::Log)),
        ]),
        5,
    )
    .unwrap();
    let tried = all(&*sampler, 8, |_| Outcome::Pending);
    // By construction each eighth of each parameter has one of eight points, which eight independent draws have once in 416.
    let eighth = |of: &dyn Fn(&Setting) -> f64| {
        let places = tried.iter().map(|own| of(&own.setting).floor() as i64);
        places.collect::<BTreeSet<i64>>()
    };
    let all: BTreeSet<i64> = (0..8).collect();
    assert_eq!(eighth(&|setting| number(setting, "a")), all);
    assert_eq!(eighth(&|setting| number(setting, "b").log2()), all);
}

#[test]
fn draws_stay_in_their_range_and_logarithmic_ones_share_out_decades() {
    let sampler = sampler(
        Method::Random,
        space([
            ("a", range(0.001, 1000.0, Scale::Log)),
            ("hidden", range(1.0, 4.0, Scale::Linear)),
        ]),
        5,
    )
    .unwrap();
    let tried = all(&*sampler, 600, |_| Outcome::Pending);
    let mut decades = [0; 6];
    let mut whole = [0; 5];
    for own in &tried {
        let a = number(&own.setting, "a");
        assert!((0.001..=1000.0).contains(&a));
        decades[((a.log10() + 3.0).floor() as usize).min(5)] += 1;
        whole[own.setting["hidden"].as_u64().unwrap() as usize] += 1;
    }
    // 100 and 150 expected, with standard deviations of 9 and 11.
    assert!(
        decades.iter().all(|count| (64..=136).contains(count)),
        "{decades:?}"
    );
    assert!(
        whole[0] == 0 && whole[1..].iter().all(|count| (106..=194).contains(count)),
        "{whole:?}"
    );
}

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
    let fixture: Value =
        serde_json::from_str(include_str!("../../../tests/fixtures/optuna/autorec.json")).unwrap();
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
        serde_json::from_str(include_str!("../../../tests/fixtures/optuna/best.json")).unwrap();
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
