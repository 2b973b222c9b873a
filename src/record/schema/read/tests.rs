use std::path::PathBuf;

use super::*;

/// Which side is encoded.
#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Side {
    /// Rows are items.
    #[default]
    Item,
    /// Rows are users:
    /// one a row.
    #[schemars(title = "The users")]
    User,
}

#[derive(Default, Serialize, JsonSchema)]
#[serde(default)]
struct Toy {
    /// Which side
    /// is encoded.
    ///
    /// In the paper
    /// both are.
    side: Side,
    #[schemars(length(max = 9), inner(range(min = 1, max = 100_000)))]
    hidden: Vec<usize>,
    #[schemars(range(min = 0.0), extend("x-group" = "Model", "x-symbol" = "λ"))]
    regularization: f32,
    #[schemars(range(min = 0.0, max = 1.0), extend("x-live" = true, "x-log" = true))]
    learning_rate: f32,
    #[schemars(range(min = 1, max = 500))]
    epochs: u64,
    #[schemars(extend("x-zero" = "Auto"))]
    batch_size: u32,
    warm_start: bool,
    #[schemars(range(min = 1, max = 1000))]
    patience: Option<u32>,
    start: Option<Side>,
    note: String,
    #[schemars(extend("format" = "path", "x-files" = ["csv"], "x-set" = "Test", "x-option" = "File"))]
    test: Option<PathBuf>,
    #[schemars(range(min = 0.0, max = 1.0), extend("x-percent" = true, "x-set" = "Test", "x-option" = "Share", "x-first" = 0.1))]
    share: Option<f32>,
    #[schemars(extend("format" = "path", "x-folder" = true, "x-when" = "note=run"))]
    run: Option<String>,
}

fn toy() -> Value {
    let mut schema = schema_of::<Toy>();
    schema["properties"]["learning_rate"]["default"] = json!(0.1_f32);
    shorten_default(
        schema["properties"]["learning_rate"]
            .as_object_mut()
            .expect("a key"),
    );
    schema
}

fn spec(key: &str) -> ParameterSpec {
    specs_of(&toy())
        .into_iter()
        .find(|spec| spec.key == key)
        .expect("the toy has the key")
}

#[test]
fn a_word_may_stand_for_zero() {
    assert_eq!(spec("batch_size").zero.as_deref(), Some("Auto"));
    assert_eq!(spec("epochs").zero, None);
}

#[test]
fn parameters_stand_in_the_order_of_the_struct() {
    let keys: Vec<String> = specs_of(&toy()).into_iter().map(|spec| spec.key).collect();
    assert_eq!(
        keys,
        [
            "side",
            "hidden",
            "regularization",
            "learning_rate",
            "epochs",
            "batch_size",
            "warm_start",
            "patience",
            "start",
            "note",
            "test",
            "share",
            "run"
        ]
    );
}

#[test]
fn choices_keep_the_help_of_each_variant() {
    let ParameterKind::Choice(choices) = spec("side").kind else {
        panic!("side is a choice");
    };
    assert_eq!(choices[0].name, "item");
    assert_eq!(choices[0].help, "Rows are items.");
    assert_eq!(
        (&*choices[0].label, &*choices[1].label),
        ("item", "The users")
    );
    assert_eq!(choices[1].name, "user");
    assert_eq!(
        spec("side").help,
        "Which side is encoded.\n\nIn the paper both are."
    );
    assert_eq!(spec("side").default, json!("item"));
}

#[test]
fn numbers_have_their_range_symbol_and_short_default() {
    let rate = spec("learning_rate");
    assert_eq!(rate.kind, ParameterKind::Number { min: 0.0, max: 1.0 });
    assert_eq!(rate.default, json!(0.1));
    assert_eq!(rate.label, "Learning rate");
    assert!(rate.live && rate.logarithmic);
    let regularization = spec("regularization");
    assert_eq!(regularization.symbol.as_deref(), Some("λ"));
    assert_eq!(regularization.group, "Model");
    assert_eq!(
        regularization.kind,
        ParameterKind::Number {
            min: 0.0,
            max: f64::INFINITY
        }
    );
}

#[test]
fn integers_are_bounded_by_range_or_type() {
    assert_eq!(
        spec("epochs").kind,
        ParameterKind::Integer { min: 1, max: 500 }
    );
    assert_eq!(
        spec("batch_size").kind,
        ParameterKind::Integer {
            min: 0,
            max: i64::from(u32::MAX)
        }
    );
}

#[test]
fn lists_of_integers_are_recognized_and_the_schema_allows_one() {
    assert_eq!(
        spec("hidden").kind,
        ParameterKind::Integers {
            min: 1,
            max: 100_000,
            max_len: 9
        }
    );
    let schema = schema_of::<Toy>();
    assert_eq!(
        schema["properties"]["hidden"]["anyOf"][0]["type"],
        "integer"
    );
}

#[test]
fn options_may_have_no_value() {
    let patience = spec("patience");
    assert!(patience.optional);
    assert_eq!(patience.kind, ParameterKind::Integer { min: 1, max: 1000 });
    assert_eq!(patience.default, Value::Null);
    let start = spec("start");
    assert!(start.optional);
    assert!(matches!(start.kind, ParameterKind::Choice(choices) if choices.len() == 2));
    assert!(!spec("epochs").optional);
}

#[test]
fn paths_sets_and_conditions_are_read() {
    let test = spec("test");
    let file = ParameterKind::Path {
        folder: false,
        extensions: vec!["csv".to_owned()],
    };
    assert_eq!((test.kind, test.optional), (file, true));
    let share = spec("share");
    assert!(share.percent && share.first() == json!(0.1));
    assert_eq!(
        share.option.map(|own| own.set),
        test.option.map(|own| own.set)
    );
    let run = spec("run");
    assert!(run.is_path());
    let with = ("note".to_owned(), "run".to_owned());
    assert_eq!(
        run.shown,
        Shown::With {
            key: with.0,
            value: with.1
        }
    );
}

#[test]
fn flags_and_texts_are_told_apart() {
    assert_eq!(spec("warm_start").kind, ParameterKind::Flag);
    assert_eq!(spec("note").kind, ParameterKind::Text);
}
