//! Grids and finite spaces.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{all, checked, counted, list, number, range, space};
use crate::experiments::Outcome;
use crate::experiments::sampler::*;
use crate::experiments::sweep::{Scale, Values};

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
