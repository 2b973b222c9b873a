//! Dates of ratings: the order of day, month and year is found out, or asked for.

use serde_json::json;

use super::text_tests::{looked, read, refused};
use crate::data::{DataKind, GuessedBy, Role};

#[test]
fn dates_are_read_in_the_order_that_their_column_has() {
    let span = |dates: [&str; 3]| {
        let text = format!(
            "user,item,rating,date\na,x,4,{}\nb,x,2,{}\na,y,5,{}\n",
            dates[0], dates[1], dates[2]
        );
        let data = read(DataKind::Ratings, &text, &json!({})).unwrap_or_else(|e| panic!("{e}"));
        let data = data.ratings().expect("ratings");
        (data.train.timestamps().span(), data.notices.join("\n"))
    };
    // 2019-02-01 to 2019-12-31, whoever writes it.
    let year = Some((1_548_979_200, 1_577_750_400));
    for (dates, first) in [
        (["01/02/2019", "31/12/2019", "13/03/2019"], "day"),
        (["02/01/2019", "12/31/2019", "03/13/2019"], "month"),
        (["1.2.2019", "31.12.2019", "13.3.2019"], "day"),
    ] {
        let (found, notices) = span(dates);
        assert_eq!(found, year, "{dates:?}");
        assert!(
            notices.contains(&format!(
                "date holds dates with the {first} first, as in {}",
                dates[1]
            )),
            "{notices}"
        );
    }
    for dates in [
        ["2019-02-01", "2019-12-31", "2019-03-13"],
        ["2019/02/01", "2019/12/31", "2019/03/13"],
    ] {
        let (found, notices) = span(dates);
        assert_eq!(found, year, "{dates:?}");
        assert!(!notices.contains("holds dates"), "{notices}");
    }
    let (found, notices) = span(["01/02/2019", "03/04/2019", "12/12/2019"]);
    assert_eq!(found, None);
    assert!(
        notices
            .contains("all of which could have the day or the month first, so times are not used"),
        "{notices}"
    );
    assert!(
        notices.contains("set data.date_order = \"day_first\" or \"month_first\""),
        "{notices}"
    );
    let (found, notices) = span(["01/02/2019", "31/12/2019", "12/31/2019"]);
    assert_eq!(found, None);
    assert!(
        notices.contains("the day first (31/12/2019) and with the month first (12/31/2019)"),
        "{notices}"
    );
}

#[test]
fn a_key_says_which_order_open_dates_have() {
    let read_dates = |dates: [&str; 3], keys: serde_json::Value| {
        let text = format!(
            "user,item,rating,date\na,x,4,{}\nb,x,2,{}\na,y,5,{}\n",
            dates[0], dates[1], dates[2]
        );
        let read = read(DataKind::Ratings, &text, &keys)?;
        let data = read.ratings().expect("ratings");
        Ok::<_, String>((data.train.timestamps().span(), data.notices.join("\n")))
    };
    let day = json!({"date_order": "day_first"});
    let month = json!({"date_order": "month_first"});
    let open = ["01/02/2019", "03/04/2019", "12/11/2019"];
    // 1 February to 12 November; 2 January to 11 December.
    let (span, notices) = read_dates(open, day.clone()).expect("dates");
    assert_eq!(span, Some((1_548_979_200, 1_573_516_800)));
    assert!(!notices.contains("date"), "{notices}");
    let (span, notices) = read_dates(open, month.clone()).expect("dates");
    assert_eq!(span, Some((1_546_387_200, 1_576_022_400)));
    assert!(!notices.contains("date"), "{notices}");
    // Of two digits: that the year is last is said by the key as well.
    let short = ["1.2.19", "3.4.19", "31.12.19"];
    let (span, notices) = read_dates(short, json!({})).expect("ratings");
    assert!(
        span.is_none() && notices.contains("data.date_order"),
        "{notices}"
    );
    let (span, _) = read_dates(short, day.clone()).expect("dates");
    assert_eq!(span, Some((1_548_979_200, 1_577_750_400)));
    // A column that says otherwise.
    let american = ["01/02/2019", "12/31/2019", "03/13/2019"];
    let problem = read_dates(american, day.clone()).expect_err("month first");
    for part in [
        "data.date_order: is \"day_first\", but date of",
        "12/31/2019, which has the month first: change it",
    ] {
        assert!(problem.contains(part), "{problem}");
    }
    assert!(read_dates(american, month).is_ok());
    let mixed = ["01/02/2019", "12/31/2019", "31/12/2019"];
    let problem = read_dates(mixed, day.clone()).expect_err("both");
    assert!(
        problem.contains("remove it, since other dates"),
        "{problem}"
    );
    // Times about which it says nothing.
    let (span, notices) =
        read_dates(["2019-02-01", "2019-02-02", "2019-02-03"], day.clone()).expect("dates");
    assert!(
        span.is_some() && notices.contains("data.date_order has no say"),
        "{notices}"
    );
    refused(
        DataKind::Ratings,
        "user,a,b,c\nu,1,2,3\nv,2,,4\nw,3,1,1\n",
        &day,
        &["data.date_order", "matrix of ratings", "remove it"],
    );
}

#[test]
fn a_preview_offers_the_orders_of_dates_that_are_open() {
    let text = "user,item,rating,date\na,x,4,01/02/2019\nb,x,2,03/04/2019\na,y,5,12/11/2019\n";
    let look = |keys| {
        let seen = looked(DataKind::Ratings, text, &keys);
        let guess = seen.guesses.iter().find(|guess| guess.key == "date_order");
        (seen.columns[3].role, guess.expect("a guess").clone())
    };
    let (role, guess) = look(json!({}));
    assert_eq!((role, guess.by), (Role::NotUsed, GuessedBy::Unsure));
    assert!(guess.value.is_null());
    let values: Vec<_> = guess.choices.iter().map(|(value, _)| value).collect();
    assert_eq!(values, ["day_first", "month_first"]);
    let (role, guess) = look(json!({"date_order": "month_first"}));
    assert_eq!((role, guess.by), (Role::Time, GuessedBy::You));
    assert_eq!(guess.shown, "month first");
}

#[test]
fn a_date_that_is_not_as_those_above_is_named_with_its_line() {
    let mut text = String::from("user,item,rating,date\n");
    for at in 0..6_000 {
        text += &format!(
            "u{},i{},{},{}/12/2019\n",
            at % 50,
            at / 50,
            at % 5 + 1,
            at % 28 + 1
        );
    }
    text += "u1,i999,3,12/31/2019\n";
    refused(
        DataKind::Ratings,
        &text,
        &json!({}),
        &[
            "line 6002, column 4",
            "a date with the day first",
            "12/31/2019",
        ],
    );
}
