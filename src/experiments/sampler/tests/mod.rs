mod grid;
mod tpe;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

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
