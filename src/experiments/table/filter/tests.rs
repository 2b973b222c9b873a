use std::sync::Arc;

use proptest::prelude::*;
use serde_json::json;

use super::super::examples::{autorec, row};
use super::*;

fn table() -> RunsTable {
    let mut tagged = (*autorec(500, 100.0, 3, Some(0.92))).clone();
    tagged.labels.tags = ["final".to_owned(), "paper".to_owned()].into();
    tagged.labels.note = "The one of the table".to_owned();
    let mut failed = (*autorec(50, 1.0, 1, None)).clone();
    failed.summary.status = crate::record::Status::Failed;
    RunsTable::new(vec![
        autorec(20, 10.0, 1, Some(0.95)).clone(),
        autorec(20, 30.0, 2, Some(0.90)).clone(),
        Arc::new(tagged),
        Arc::new(failed),
        Arc::new(row(
            "matrix_factorization",
            "baseline",
            1,
            json!({"regularization": 0.05, "data.test_fraction": 0.1}),
            json!({"test/rmse": 0.93}),
        )),
        Arc::new(row(
            "mystery",
            "strange run",
            1,
            json!({"depth": 4}),
            json!({}),
        )),
    ])
}

/// The places of the rows that pass.
fn passing(text: &str) -> Vec<usize> {
    let table = table();
    let filter = Filter::parse_for(text, &table).unwrap_or_else(|error| panic!("{text}: {error}"));
    table.matching(&filter)
}

fn error(text: &str) -> FilterError {
    Filter::parse(text).expect_err(text)
}

#[test]
fn terms_are_found_by_key_symbol_label_measure_and_word() {
    let all = [0, 1, 2, 3, 4, 5];
    for (text, expected) in [
        ("", &all[..]),
        ("hidden:20", &[0, 1]),
        ("hidden=20", &[0, 1]),
        ("hidden>20", &[2, 3]),
        ("hidden >= 50", &[2, 3]),
        ("hidden!=20", &[2, 3]),
        ("-hidden:20", &[2, 3, 4, 5]),
        ("hidden:20,500", &[0, 1, 2]),
        // The same symbol in two systems.
        ("lambda>10", &[1, 2]),
        ("λ<1", &[4]),
        ("regularizer<=1", &[3, 4]),
        ("autorec.regularization<=1", &[3]),
        // Of data to choose by where there is some, else of test data.
        ("rmse<0.94", &[1, 2, 4]),
        ("test/rmse<0.94", &[4]),
        ("validation/rmse>0.9", &[0, 2]),
        ("rmse:none", &[3, 5]),
        ("system:autorec rmse<0.91", &[1]),
        ("system!=autorec", &[4, 5]),
        ("status:failed", &[3]),
        ("status:failed,queued", &[3]),
        ("tag:final", &[2]),
        ("tag!=final", &[0, 1, 3, 4, 5]),
        ("-tag:final hidden>20", &[3]),
        ("tag:none", &[0, 1, 3, 4, 5]),
        ("note:\"the one\"", &[2]),
        ("seed>1", &[1, 2]),
        ("time<2m", &all),
        ("time>2m", &[]),
        ("created>2026-11-22", &[]),
        ("created>=2026-11-22", &all),
        ("created<=2026-11-22", &all),
        ("sweep:none", &all),
        ("pinned:true", &[]),
        ("data:U1.B", &all),
        ("test_fraction:0.1", &[4]),
        ("depth:4", &[5]),
        ("center:true", &[0, 1, 2, 3]),
        ("optimizer:prop", &[0, 1, 2, 3]),
        ("optimizer=prop", &[]),
        ("Strange", &[5]),
        ("\"strange run\"", &[5]),
        ("-baseline s1", &[0, 3]),
        ("h20 autorec", &[0, 1]),
        // The beginning of a key that is clear among these systems.
        ("hid:20", &[0, 1]),
    ] {
        assert_eq!(passing(text), expected, "{text}");
    }
}

#[test]
fn what_is_wrong_is_named_with_its_place_and_the_nearest_key() {
    for (text, letter, expected) in [
        (
            "hidden>50 lamda>10",
            11,
            "there is no `lamda`; did you mean `lambda`?",
        ),
        ("λ>1 hiden:5", 5, "did you mean `hidden`?"),
        ("hidden>", 1, "a value is missing after `hidden>`"),
        ("hidden>many", 8, "`hidden` is compared with a number"),
        ("rmse:good", 6, "`rmse` is compared with a number"),
        (
            "status>5",
            8,
            "is a text, which `>` does not compare; write status:5",
        ),
        ("a \"b", 3, "the quotes are not closed"),
        (">5", 1, "`>` needs a key before it"),
        ("xyzzy:1", 1, "there is no `xyzzy`; keys are parameters"),
        ("se:1", 1, "write more of it"),
    ] {
        let error = error(text);
        assert!(error.problem.contains(expected), "{text}: {error}");
        assert_eq!(error.letter, letter, "{text}: {error}");
        assert!(text.get(error.place.clone()).is_some(), "{text}");
    }
    let long = "a ".repeat(3000);
    assert!(error(&long).problem.contains("shorten it"));
}

#[test]
fn a_filter_is_written_as_it_reads_back() {
    for text in [
        "lambda>10 rmse<0.9 system:autorec tag:final",
        "-status:failed,stopped \"two words\" note:\"a \\\"b\\\" c\"",
        "hidden!=20 -word seed>=3 created<=2026-11-22",
        "\"-5\" name:\"a,b\" name:\"\"",
    ] {
        let filter = Filter::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(filter.to_string(), text);
        assert_eq!(Filter::parse(&filter.to_string()), Ok(filter));
    }
}

#[test]
fn what_can_be_typed_begins_with_what_varies() {
    let table = table();
    let offered = |text: &str| {
        let own = Filter::completions(text, text.len(), &table);
        let texts: Vec<String> = own.offers.into_iter().map(|offer| offer.text).collect();
        (own.place, texts)
    };
    let (place, offers) = offered("tag:final hi");
    assert_eq!((place, offers[0].as_str()), (10..12, "hidden"));
    let (_, offers) = offered("");
    assert_eq!(offers[0], "hidden");
    assert_eq!(offered("lam").1, ["regularization"]);
    assert_eq!(offered("-tag:fi"), (5..7, vec!["final".to_owned()]));
    assert_eq!(offered("status:").1, ["failed", "finished"]);
    assert_eq!(offered("name:st").1, ["\"strange run\""]);
    assert_eq!(offered("status:failed,fi").1, ["finished"]);
    assert!(offered("nothing:").1.is_empty() && offered("note:\"a").1.is_empty());
    // In the middle of a letter of two bytes.
    assert_eq!(Filter::completions("λ", 1, &table).place, 0..0);
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic_and_what_it_reads_it_writes(text in "[a-z0-9λ\\-\"\\\\:=<>!,. ]{0,40}") {
        let table = table();
        for cursor in 0..=text.len() {
            let own = Filter::completions(&text, cursor, &table);
            prop_assert!(text.get(own.place).is_some());
        }
        if let Ok(filter) = Filter::parse(&text) {
            prop_assert_eq!(Filter::parse(&filter.to_string()), Ok(filter));
        }
    }
}
