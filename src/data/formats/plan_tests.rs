//! Texts as people have them, and what is found out about each.

use std::path::Path;

use super::fields::Delimiter;
use super::format::Options;
use super::list::{Layout, What};
use super::plan::{Plan, Shape, plan, survey};

fn planned(text: &str, what: What) -> Plan {
    let (path, options) = (Path::new("file"), Options::default());
    let survey = survey(path, text.as_bytes(), true, what, &options).expect("a survey");
    plan(path, &survey, what, &options).expect("a plan")
}

#[track_caller]
fn list(text: &str) -> (Layout, Plan) {
    let plan = planned(text, What::Ratings);
    match plan.shape.clone() {
        Shape::List(layout) => (layout, plan),
        table @ Shape::Table(_) => panic!("{table:?}"),
    }
}

#[test]
fn files_of_the_field() {
    let cases = [
        // MovieLens 100k, 1M, 25M; MovieTweetings; Book-Crossing; KONECT; plain.
        (
            "196\t242\t3\t881250949\n186\t302\t3\t891717742\n",
            Delimiter::Byte(b'\t'),
            1,
            Some(3),
        ),
        (
            "1::1193::5::978300760\n1::661::3::978302109\n",
            Delimiter::Colons,
            1,
            Some(3),
        ),
        (
            "userId,movieId,rating,timestamp\n1,2,3.5,1112486027\n",
            Delimiter::Byte(b','),
            2,
            Some(3),
        ),
        (
            "1::0114508::8::1381006850\n2::0208092::5::1586466072\n",
            Delimiter::Colons,
            1,
            Some(3),
        ),
        (
            "\"User-ID\";\"ISBN\";\"Book-Rating\"\n\"276725\";\"034545104X\";\"0\"\n",
            Delimiter::Byte(b';'),
            2,
            None,
        ),
        (
            "% bip weighted\n1 1 5 881250949\n2 1 3 881250950\n",
            Delimiter::Spaces,
            2,
            Some(3),
        ),
        ("a|b|3\nc|d|4\n", Delimiter::Byte(b'|'), 1, None),
        ("1 2 3\n", Delimiter::Spaces, 1, None),
        ("x,y,z\n1,2,3\n", Delimiter::Byte(b','), 2, None),
        (
            "ann;film one;3,5\nbob;film two;4\n",
            Delimiter::Byte(b';'),
            1,
            None,
        ),
    ];
    for (text, delimiter, line, timestamp) in cases {
        let (layout, plan) = list(text);
        assert_eq!(layout.delimiter, delimiter, "{text}");
        assert_eq!(
            (layout.user, layout.item, layout.rating),
            (0, 1, 2),
            "{text}"
        );
        assert_eq!(
            (plan.first_line, layout.timestamp),
            (line, timestamp),
            "{text}"
        );
    }
}

#[test]
fn a_header_puts_columns_in_any_order() {
    let (layout, _) = list("rating,date,movie_id,user\n3,2019-01-01,a,b\n");
    let found = (layout.user, layout.item, layout.rating, layout.timestamp);
    assert_eq!(found, (3, 2, 0, Some(1)));
}

#[test]
fn a_fourth_column_of_small_numbers_is_no_time() {
    let (layout, _) = list("1,2,3,4\n5,6,7,8\n");
    assert_eq!(layout.timestamp, None);
}

#[test]
fn labeled_matrices() {
    for text in [
        ",a,b,c\nu1,1,,3\nu2,,2,\n",
        "user,a,b,c\nu1,1,,3\nu2,,2,\n",
        "user,1,2,3,4,5\n7,1,0,3,4,5\n8,1,2,3,4,5\n",
        "name\ta\tb\tc\nu\t1\tNA\t3\n",
    ] {
        let plan = planned(text, What::Ratings);
        assert!(matches!(plan.shape, Shape::Table(_)), "{text}");
    }
}

#[test]
fn a_missing_rating_does_not_make_a_matrix() {
    list("userId,movieId,rating,timestamp\n1,2,,1112486027\n1,3,4,1112486027\n");
    list("1,2,\n3,4,5\n");
}
