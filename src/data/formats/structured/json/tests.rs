use super::*;
use crate::data::formats::trial::ratings;
use crate::data::{ColumnName, Monitor, RatingColumns, RatingsSource, load};

const AMAZON: [&str; 3] = [
    r#"{"reviewerID": "A1", "asin": "0001", "reviewText": "She said \"no\", [x] {y}", "overall": 5.0, "reviewTime": "09 13, 2009", "unixReviewTime": 1252800000, "helpful": [1, {"of": 2}]}"#,
    r#"{"overall": 2, "asin": "0002", "reviewerID": "A2", "unixReviewTime": 1252800001}"#,
    r#"{"reviewerID": "A1", "asin": "0002", "overall": null, "unixReviewTime": 1252800002}"#,
];

#[test]
fn reviews_of_amazon_line_by_line_in_a_list_and_spread_over_lines() {
    let spread = |text: &str| text.replace("\", \"", "\",\n  \"").replace("{\"", "{\n\"");
    let all = AMAZON.join("\n");
    for text in [
        format!("{all}\n"),
        format!("\n[{}]\n", AMAZON.join(",\n")),
        format!("[{}]", AMAZON.join(",")),
        spread(&all),
    ] {
        let (table, names) = ratings(&text).expect("ratings");
        assert!(names.users.ids().eq(["A1", "A2"]), "{text}");
        assert!(names.items.ids().eq(["0001", "0002"]), "{text}");
        let chunk = &table.chunks[0];
        assert_eq!(chunk.values, [5.0, 2.0]);
        assert_eq!(chunk.times.get(1), Some(1_252_800_001));
        let notices = table.notices.join("; ");
        assert!(notices.contains("1 object was without"), "{notices}");
        assert!(notices.contains("reviewText"), "{notices}");
    }
}

#[test]
fn reviews_of_yelp_with_dates_and_numbers_as_ids() {
    let text = "{\"review_id\":\"r\",\"user_id\":7,\"business_id\":\"b\",\"stars\":\"4.5\",\"date\":\"1970-01-02 00:00:01\"}\n";
    let (table, names) = ratings(text).expect("ratings");
    assert_eq!(names.users.id(0), "7");
    assert_eq!(table.chunks[0].values, [4.5]);
    assert_eq!(table.chunks[0].times.get(0), Some(86_401));
}

#[test]
fn what_is_no_list_of_ratings_is_named() {
    let line = r#"{"user": 1, "item": 2, "rating": 3}"#;
    for (text, expected) in [
        (
            format!("{line}\n{{\"user\": 1, \"item\": 2, \"rating\": 3\n"),
            "line 2: EOF",
        ),
        (
            format!("{line}\n{line} {line}\n"),
            "line 2: trailing characters",
        ),
        (format!("{line}\n[1]\n"), "line 2: invalid type"),
        (
            format!("{line}\n{}\n", line.replace('3', "\"good\"")),
            "line 2: rating is \"good\"",
        ),
        (
            format!("{line}\n{}\n", line.replace('2', "[2]")),
            "line 2: item is a list",
        ),
        (format!("[{line},\n{line},\n{{\"user\": 1}}"), "line 3: EOF"),
        (
            "{'reviewerID': 'A', 'overall': 5.0}\n".to_owned(),
            "ast.literal_eval",
        ),
        ("[[1, 2, 3], [4, 5, 6]]\n".to_owned(), "not of objects"),
        (
            "{\"a\": {\"0\": 1}, \"b\": {\"0\": 2}}\n".to_owned(),
            "none of the keys a, b is known as a user or an item or a rating",
        ),
        ("{\"user\": 1, \"item\"".to_owned(), "begins like JSON"),
    ] {
        let error = ratings(&text).map(|_| ()).expect_err(&text);
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn keys_can_be_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("plays");
    std::fs::write(&path, "{\"who\": \"a\", \"what\": 7, \"plays\": 3}\n").expect("written");
    let name = |name: &str| Some(ColumnName::Name(name.to_owned()));
    let read_with = |rating: Option<ColumnName>| {
        let source = RatingsSource {
            path: path.clone(),
            columns: Some(RatingColumns {
                user: name("who"),
                item: name("What"),
                rating,
                time: None,
            }),
            ..RatingsSource::default()
        };
        load(&source.into(), folder.path(), 1, &Monitor::default())
    };
    assert!(read_with(name("plays")).is_ok());
    let error = read_with(name("stars"))
        .expect_err("no such key")
        .to_string();
    assert!(
        error.contains("none of the keys: there are who, what, plays"),
        "{error}"
    );
}

#[test]
fn plain_text_is_not_taken_for_it() {
    for text in [
        "{1,2,3}\n",
        "[a],[b],[c]\n",
        "[ratings]\n1,2,3\n",
        "1,{\"a\":1},3\n",
    ] {
        assert!(!Json.recognizes(text.as_bytes()), "{text}");
    }
}
