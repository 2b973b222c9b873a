use serde_json::json;

use super::*;

fn spec(kind: ParameterKind) -> ParameterSpec {
    ParameterSpec {
        key: "key".to_owned(),
        label: "Key".to_owned(),
        group: "Group".to_owned(),
        kind,
        ..ParameterSpec::default()
    }
}

fn sides() -> ParameterSpec {
    let choice = |name: &str| Choice {
        name: name.to_owned(),
        label: name.to_owned(),
        help: String::new(),
    };
    spec(ParameterKind::Choice(vec![choice("item"), choice("user")]))
}

fn problem(result: Result<Value, ConfigError>) -> String {
    result.expect_err("the value is wrong").to_string()
}

#[test]
fn integers_are_bounded_and_whole_floats_count_as_integers() {
    let epochs = spec(ParameterKind::Integer { min: 1, max: 100 });
    assert_eq!(epochs.check(&json!(100)), Ok(json!(100)));
    assert_eq!(epochs.check(&json!(3.0)), Ok(json!(3)));
    assert_eq!(
        problem(epochs.check(&json!(101))),
        "key: must be a whole number from 1 to 100, not 101"
    );
    assert!(epochs.check(&json!(2.5)).is_err());
    assert!(epochs.check(&json!(1e300)).is_err());
    assert!(epochs.check(&json!("7")).is_err());
    assert!(epochs.check(&Value::Null).is_err());
}

#[test]
fn numbers_are_bounded_and_become_floats() {
    let rate = spec(ParameterKind::Number {
        min: 0.0,
        max: f64::INFINITY,
    });
    assert_eq!(rate.check(&json!(1)), Ok(json!(1.0)));
    assert_eq!(
        problem(rate.check(&json!(-0.5))),
        "key: must be a number of at least 0, not -0.5"
    );
    assert_eq!(rate.parse(" 1e-3 "), Ok(json!(0.001)));
    assert!(rate.parse("inf").is_err());
    assert!(rate.parse("nan").is_err());
    assert!(rate.parse("").is_err());
}

#[test]
fn a_wrong_choice_names_the_nearest() {
    assert_eq!(sides().check(&json!("user")), Ok(json!("user")));
    assert_eq!(
        problem(sides().parse("itme")),
        "key: must be one of \"item\", \"user\", not \"itme\"; did you mean \"item\"?"
    );
    assert!(problem(sides().check(&json!(3))).ends_with("not 3"));
}

#[test]
fn a_single_integer_stands_for_a_list() {
    let hidden = spec(ParameterKind::Integers {
        min: 1,
        max: 10_000,
        max_len: 3,
    });
    assert_eq!(hidden.check(&json!(500)), Ok(json!([500])));
    assert_eq!(hidden.parse("500,250, 500"), Ok(json!([500, 250, 500])));
    assert_eq!(hidden.parse("[500, 1_000]"), Ok(json!([500, 1000])));
    assert_eq!(
        problem(hidden.parse("500,0")),
        "key: number 2 must be a whole number from 1 to 10000, not 0"
    );
    assert!(problem(hidden.check(&json!([]))).contains("at least one"));
    assert!(problem(hidden.check(&json!([1, 1, 1, 1]))).contains("at most 3"));
    assert!(hidden.parse("[500").is_err());
    assert!(hidden.parse("").is_err());
}

#[test]
fn a_value_may_be_missing_only_where_that_is_allowed() {
    let mut seed = spec(ParameterKind::Integer { min: 0, max: 9 });
    assert!(seed.parse("none").is_err());
    seed.optional = true;
    assert_eq!(seed.parse("none"), Ok(Value::Null));
    assert_eq!(seed.check(&Value::Null), Ok(Value::Null));
    assert_eq!(seed.parse("4"), Ok(json!(4)));
}

#[test]
fn flags_and_texts_keep_their_type() {
    let flag = spec(ParameterKind::Flag);
    assert_eq!(flag.parse("true"), Ok(json!(true)));
    assert!(problem(flag.parse("1")).contains("true or false"));
    let text = spec(ParameterKind::Text);
    assert_eq!(text.parse("\"42\""), Ok(json!("42")));
    assert!(text.check(&json!(42)).is_err());
    assert!(text.check(&json!("x".repeat(5000))).is_err());
}

#[test]
fn words_are_a_list_or_a_single_one() {
    let words = spec(ParameterKind::Words);
    assert_eq!(words.check(&json!(["NA", 99])), Ok(json!(["NA", "99"])));
    assert_eq!(words.check(&json!("-")), Ok(json!(["-"])));
    assert_eq!(words.parse("NA, -, 99"), Ok(json!(["NA", "-", "99"])));
    assert_eq!(words.parse("[\"NA\", \"-\"]"), Ok(json!(["NA", "-"])));
    assert!(problem(words.check(&json!(true))).contains("list of texts"));
}

#[test]
fn parts_have_a_name_or_a_number_from_1() {
    let columns = spec(ParameterKind::Parts(vec!["item".into(), "user".into()]));
    let same = json!({"user": 2, "item": "asin"});
    assert_eq!(columns.check(&same), Ok(same.clone()));
    assert_eq!(columns.parse("user=2, item = asin"), Ok(same.clone()));
    assert_eq!(columns.parse("{ user = 2, item = \"asin\" }"), Ok(same));
    let found = problem(columns.check(&json!({"usr": 1})));
    assert!(found.contains("did you mean `user`"), "{found}");
    let found = problem(columns.check(&json!({"user": 0})));
    assert!(found.contains("number from 1"), "{found}");
    assert!(problem(columns.check(&json!(3))).contains("{ item = 1 }"));
}
