use serde_json::{Value, json};

use super::Tried;
use crate::experiments::sweep::{Scale, Values};
use crate::record::schema::ParameterSpec;
use crate::systems::{ConfigMap, find};

fn spec(key: &str) -> &'static ParameterSpec {
    find("autorec").unwrap().parameter(key).unwrap()
}

fn list(text: &str) -> Tried {
    Tried::List(text.to_owned())
}

fn range(from: &str, to: &str, log: bool, count: u32) -> Tried {
    let (from, to) = (from.to_owned(), to.to_owned());
    Tried::Range {
        from,
        to,
        log,
        count,
    }
}

#[test]
fn a_list_is_read_as_people_write_it() {
    let hidden = spec("hidden");
    let expected = vec![json!([20]), json!([50]), json!([500, 250])];
    for text in [
        "20 50 [500, 250]",
        "20, 50, [500 250]",
        " 20;50 50,[500,250]",
    ] {
        assert_eq!(list(text).values(hidden).unwrap(), expected, "{text}");
    }
    let lambda = spec("regularization");
    let values = list("1e-3, 0.1 1_000").values(lambda).unwrap();
    assert_eq!(values, [json!(0.001), json!(0.1), json!(1000.0)]);
    let text = list("20 50 [500, 250]").to_values(hidden).unwrap();
    assert_eq!(
        text,
        Values::List(vec![json!(20), json!(50), json!([500, 250])])
    );
    assert_eq!(Tried::of(hidden, &text), list("20 50 [500, 250]"));
}

#[test]
fn a_share_is_typed_in_percent() {
    let source = crate::data::Source::keys(crate::data::DataKind::Ratings);
    let share = source
        .iter()
        .find(|spec| spec.key == "test_fraction")
        .unwrap();
    let values = list("5 10% 20").values(share).unwrap();
    assert_eq!(values, [json!(0.05), json!(0.1), json!(0.2)]);
    let values = list("5 10 20").to_values(share).unwrap();
    assert_eq!(Tried::of(share, &values), list("5 10 20"));
    let problem = list("5 150").values(share).unwrap_err();
    assert!(
        problem.contains("150 cannot be tried: it must be from 0 to 100 %"),
        "{problem}"
    );
}

#[test]
fn a_range_has_its_ends_and_what_lies_between() {
    let lambda = spec("regularization");
    let tried = range("10", "1000", true, 4);
    // 10 · 100^(1/3) = 46.416, 10 · 100^(2/3) = 215.44.
    assert_eq!(
        tried.preview(lambda, true).unwrap(),
        "4 values: 10, 46.4, 215, 1000"
    );
    assert_eq!(
        tried.to_values(lambda).unwrap(),
        Values::Range {
            from: 10.0,
            to: 1000.0,
            scale: Scale::Log,
            count: Some(4)
        }
    );
    let whole = range("1", "3", false, 5).values(spec("hidden")).unwrap();
    assert_eq!(whole, [json!([1]), json!([2]), json!([3])]);
    assert_eq!(
        range("0", "1", false, 3).preview(lambda, false).unwrap(),
        "Between 0 and 1, drawn evenly"
    );
}

#[test]
fn what_cannot_be_tried_says_why() {
    let lambda = spec("regularization");
    for (tried, why) in [
        (list(""), "Write the values to try"),
        (list("10 ten"), "“ten” is not a number"),
        (
            list("10 -1"),
            "-1 cannot be tried: it must be a number from 0",
        ),
        (range("10", "10", false, 3), "The range is empty"),
        (range("", "10", false, 3), "Write both ends"),
        (range("0", "10", true, 3), "must begin above 0"),
        (range("1", "10", true, 1), "from 2 to 1000 values"),
        (Tried::Ticked(Vec::new()), "Write the values"),
    ] {
        let problem = tried.values(lambda).unwrap_err();
        assert!(problem.contains(why), "{tried:?}: {problem}");
    }
    let problem = list("[500, 250").values(spec("hidden")).unwrap_err();
    assert!(problem.contains("not closed"), "{problem}");
    let problem = Tried::Ticked(Vec::new()).values(spec("side")).unwrap_err();
    assert!(problem.contains("Tick at least one"), "{problem}");
}

#[test]
fn the_first_values_lie_around_the_one_that_is_set() {
    for (key, value, expected) in [
        ("hidden", json!([500]), list("125 250 500 1000")),
        ("regularization", json!(10.0), list("1 10 100")),
        // Its default is 200.
        ("regularization", json!(0.0), list("0 200 400")),
        ("learning_rate", json!(1.0), list("0.1 1 10")),
        (
            "center",
            json!(true),
            Tried::Ticked(vec![json!(false), json!(true)]),
        ),
        (
            "side",
            json!("item"),
            Tried::Ticked(vec![json!("item"), json!("user")]),
        ),
        ("epochs", json!(1), list("1 2")),
    ] {
        assert_eq!(Tried::around(spec(key), &value), expected, "{key}");
    }
}

#[test]
fn first_values_of_every_parameter_can_be_tried() {
    for system in crate::systems::all() {
        let defaults = system.defaults(&ConfigMap::new());
        for spec in system.parameters().iter().filter(|spec| Tried::fits(spec)) {
            let value = defaults.get(&spec.key).unwrap_or(&Value::Null);
            let tried = Tried::around(spec, value);
            let values = tried.values(spec);
            let is_text = tried == list("");
            assert!(values.is_ok() || is_text, "{} {values:?}", spec.key);
        }
    }
}
