//! What a preview of delimited text shows.

use serde_json::json;

use super::text_tests::{looked, with};
use crate::data::{DataKind, GuessedBy, Monitor, Role, RowPart, Source, preview};

#[test]
fn a_preview_shows_lines_roles_guesses_and_oddities() {
    let text = "# by hand\nuser;item;rating;at\n1;2;3,5;x\n1;3;0;y\n";
    let seen = looked(DataKind::Ratings, text, &json!({}));
    assert_eq!(seen.problem, None);
    assert_eq!(seen.format, "delimited text");
    let parts: Vec<RowPart> = seen.rows.iter().map(|row| row.part).collect();
    use RowPart::{Data, Header, Skipped};
    assert_eq!(parts, [Skipped, Header, Data, Data]);
    assert_eq!(seen.rows[2].line, 3);
    assert_eq!(seen.rows[2].cells, ["1", "2", "3,5", "x"]);
    let roles: Vec<Role> = seen.columns.iter().map(|column| column.role).collect();
    assert_eq!(roles, [Role::User, Role::Item, Role::Rating, Role::NotUsed]);
    assert_eq!(seen.columns[2].name, "rating");
    let guess = |key: &str| {
        seen.guesses
            .iter()
            .find(|guess| guess.key == key)
            .expect("a guess")
    };
    assert_eq!(guess("delimiter").value, json!(";"));
    assert_eq!(guess("decimal").value, json!(","));
    assert_eq!(guess("columns").by, GuessedBy::Certain);
    assert!(!seen.more);
    // Every value that can be chosen is one that the key takes.
    for guess in &seen.guesses {
        for (value, words) in &guess.choices {
            let chosen = looked(DataKind::Ratings, text, &json!({guess.key: value}));
            let is_config = chosen.problem.is_some_and(|problem| {
                problem.keys == [guess.key] && problem.problem.contains("must be")
            });
            assert!(!is_config, "{} {words}", guess.key);
        }
    }
    let given = looked(DataKind::Ratings, text, &json!({"delimiter": ";"}));
    assert_eq!(given.guesses[0].by, GuessedBy::You);
    // A line whose rating is missing is not read, and is seen to be so.
    let without = looked(DataKind::Ratings, text, &json!({"missing_words": ["0"]}));
    assert_eq!(without.rows[3].part, Skipped);
    assert_eq!(without.rows[3].cells, ["1", "3", "0", "y"]);
    assert_eq!(without.rows[2].part, Data);
}

#[test]
fn a_setting_has_one_name_in_the_preview_and_in_the_form() {
    let text = "A list of ratings\n# by hand\nuser;item;rating\n1;\"2\\\"a\";3,5\n1;\"3\";NA\n2;\"3\";1,5\n";
    let keys = json!({"escape": "backslash", "skip_lines": 1, "comment": "#"});
    let seen = looked(DataKind::Ratings, text, &keys);
    for key in [
        "quote",
        "escape",
        "skip_lines",
        "comment",
        "decimal",
        "thousands",
    ] {
        assert!(seen.guesses.iter().any(|guess| guess.key == key), "{key}");
    }
    for guess in &seen.guesses {
        let specs = Source::keys(DataKind::Ratings);
        let spec = specs.iter().find(|spec| spec.key == guess.key);
        assert_eq!(spec.expect("a key").label, guess.label);
    }
}

#[test]
fn a_preview_of_a_file_that_cannot_be_read_says_where_and_which_keys_could_mend_it() {
    let seen = looked(DataKind::Ratings, "1,2,3\n1,3,good\n1,4,5\n", &json!({}));
    let problem = seen.problem.expect("a problem");
    assert_eq!((problem.line, problem.column), (Some(2), Some(3)));
    assert!(problem.keys.contains(&"missing_words"), "{problem:?}");
    assert_eq!(seen.rows.len(), 3);
    let seen = looked(
        DataKind::Ratings,
        "user,item,time\n1,2,1500001074\n",
        &json!({}),
    );
    assert_eq!(seen.problem.expect("a problem").keys, ["columns"]);
    assert_eq!(seen.rows.len(), 2);
    let seen = looked(DataKind::Ratings, "one\ntwo\n", &json!({}));
    assert!(seen.problem.expect("a problem").keys.contains(&"delimiter"));
    assert_eq!(seen.rows[0].cells, ["one"]);
    let nothing = json!({});
    let missing = with(DataKind::Ratings, "", &nothing, |source, _| {
        preview(
            source,
            std::path::Path::new("/nowhere"),
            &Monitor::default(),
        )
    });
    assert!(missing.problem.is_some());
}

#[test]
fn a_file_larger_than_what_is_looked_at_is_previewed_to_the_last_whole_line() {
    let mut content = "user,item,rating\n".to_owned();
    for at in 0..60_000 {
        content += &format!("{},{},{}\n", at / 100, at % 100, at % 5 + 1);
    }
    assert!(content.len() > 400 << 10);
    let seen = looked(DataKind::Ratings, &content, &json!({}));
    assert!(seen.problem.is_none() && seen.more, "{:?}", seen.problem);
    assert_eq!(seen.rows[1].cells, ["0", "0", "1"]);
}
