//! Files whose first reading would be wrong in silence: what speaks against it is heard.

use serde_json::json;

use super::text_tests::{matrix, ratings, ratings_with, refused};
use crate::data::DataKind;

/// Ratings of eight people and six films, in an order of their own.
fn rated(line: impl Fn(usize, usize, usize) -> String) -> String {
    let pairs = (0..48).filter(|at| at % 5 != 3);
    pairs
        .map(|at| line(at / 6, at % 6, (at * 7 + at / 6) % 5 + 1) + "\n")
        .collect()
}

#[test]
fn a_field_that_is_no_number_makes_no_list_of_a_table() {
    let refused = |text: &str, parts: &[&str]| refused(DataKind::Matrix, text, &json!({}), parts);
    let table = |second: &dyn Fn(usize) -> String| -> String {
        let rows = (1..9).map(|at| format!("r{at},{},{},{}\n", second(at), at * 2, at % 3));
        format!("r,a,b,c\n{}", rows.collect::<String>())
    };
    refused(
        &table(&|at| {
            if at == 4 {
                "n.d.".to_owned()
            } else {
                at.to_string()
            }
        }),
        &["line 5, column 2", "n.d."],
    );
    refused(
        &table(&|at| format!("({at}.5)")),
        &["line 2, column 2", "(1.5)"],
    );
    refused(
        &table(&|at| format!("0x{at:02}")),
        &["line 2, column 2", "0x01"],
    );
    refused(
        &table(&|at| format!("\"{at},23,456.5\"")),
        &["line 2, column 2", "1,23,456.5"],
    );
    // Columns that come again are columns.
    let list = rated(|user, item, value| format!("u{user},i{item},{value},x"));
    assert_eq!(
        matrix(&format!("a,b,c,d\n{list}")).0[0].split(' ').count(),
        6
    );
}

#[test]
fn pairs_without_a_number_are_no_matrix() {
    for text in ["# FromId ToId\n1 4\n1 5\n2 4\n", "name,n\na,1\nb,2\nc,3\n"] {
        refused(
            DataKind::Matrix,
            text,
            &json!({}),
            &["only one column of numbers", "third column"],
        );
    }
    let (_, said) = matrix("# From To\n1 4\n1 5\n2 4\n");
    assert!(said.contains("two columns of whole numbers"), "{said}");
    assert_eq!(matrix("x,y\n1.5,2\n2.5,4\n").1, "");
}

#[test]
fn a_doubled_delimiter_is_named() {
    let text = rated(|user, item, value| format!("u{user}||i{item}||{value}"));
    for kind in [DataKind::Ratings, DataKind::Matrix] {
        refused(
            kind,
            &text,
            &json!({}),
            &["every second column is empty", "||"],
        );
    }
}

#[test]
fn a_table_of_four_columns_is_no_list_of_ratings() {
    let table = "name;a;b;c\nann;1.100,5;2;3\nbob;4;5.200,5;1\neve;2;2;7\n";
    let (lines, _) = ratings(table);
    assert_eq!(lines.len(), 9);
    assert_eq!(lines[0], "ann a 1100.5");
    let of_r = "\"c1\" \"c2\" \"c3\"\n\"ann\" 1 2 3\n\"bob\" 4 5 1\n\"eve\" 2 2 7\n";
    assert_eq!(ratings(of_r).0[4], "bob c2 5");
    // Who rates comes again, and times are no items.
    let list = rated(|user, item, value| format!("{user},{item},{value},{}", 1_400_000_000 + item));
    let (lines, said) = ratings(&format!("w,x,y,z\n{list}"));
    assert_eq!(lines.len(), 39);
    assert!(
        said.contains("w as the user, x as the item and y as the rating: read in their order"),
        "{said}"
    );
    let few = "w,x,y,z\n7,10,3,1400000001\n2,11,4,1400000002\n5,10,5,1400000003\n";
    assert_eq!(ratings(few).0[0], "7 10 3");
    // A key makes a table of what looks like a list.
    let (lines, _) = ratings_with(
        "1 5 2 4\n1 3 4 2\n",
        &json!({"orientation": "users_are_rows"}),
    );
    assert_eq!(lines.len(), 8);
}

#[test]
fn columns_that_no_name_tells_are_said_to_be_in_their_order() {
    let list = rated(|user, item, value| format!("u{user},i{item},{value}"));
    let (_, said) = ratings(&format!("who,what,rating\n{list}"));
    assert!(
        said.contains("who as the user and what as the item: read in their order"),
        "{said}"
    );
    for header in [
        "user,item,rating",
        "usuario,película,puntuación",
        "Nutzer,Artikel,Bewertung",
        "用户id,电影id,评分",
    ] {
        let (lines, said) = ratings(&format!("{header}\n{list}"));
        assert!(
            lines[0].starts_with("u0 i0 ") && said.is_empty(),
            "{header}: {said}"
        );
    }
    // A year tells nobody apart.
    let list = rated(|user, item, value| format!("u{user},199{item},i{item},{value}"));
    assert!(ratings(&format!("who,Year,what,rating\n{list}")).0[0].starts_with("u0 i0 "));
}

#[test]
fn the_ratings_of_one_person_are_refused_by_name() {
    for header in [
        "Const,Your Rating,Date Rated,Title",
        "Title,My Rating,Author,Year",
    ] {
        let text = format!("{header}\ntt1,4,2020-01-02,Alien\ntt2,5,2020-01-03,Brazil\n");
        let parts = ["ratings of one person", "--ratings", "data.columns"];
        refused(DataKind::Ratings, &text, &json!({}), &parts);
    }
    let text = "user,item,my rating\na,x,1\nb,x,2\na,y,4\n";
    assert_eq!(ratings(text).0.len(), 3);
}

#[test]
fn ratings_that_stand_first_are_said_to() {
    let (_, said) = ratings(&rated(|user, item, value| {
        format!("{value},{},{}", user + 10, item + 1000)
    }));
    assert!(said.contains("user = 2, item = 3, rating = 1"), "{said}");
    let (_, said) = ratings(&rated(|user, item, value| format!("{user},{item},{value}")));
    assert!(!said.contains("comes again"), "{said}");
}

#[test]
fn what_names_say_of_a_table_goes_before_its_sides() {
    let cells = "Alien,5,,3\nBrazil,,2,4\n";
    for header in [
        "title,ann,bob,eve",
        "movie,ann,bob,eve",
        "name,user_1,user_2,user_3",
    ] {
        let (lines, said) = ratings(&format!("{header}\n{cells}"));
        assert_eq!(lines.len(), 4);
        assert!(
            lines.iter().all(|line| !line.starts_with("Alien")),
            "{header}: {lines:?}"
        );
        assert!(said.contains("users were read from the columns"), "{said}");
        let key = json!({"orientation": "users_are_rows"});
        assert!(ratings_with(&format!("{header}\n{cells}"), &key).0[0].starts_with("Alien "));
    }
    for header in [
        "user,ann,bob,eve",
        ",ann,bob,eve",
        "user,user_1,user_2,user_3",
    ] {
        assert!(
            ratings(&format!("{header}\n{cells}")).0[0].starts_with("Alien "),
            "{header}"
        );
    }
}

#[test]
fn what_a_spreadsheet_has_changed_is_said() {
    let list = rated(|user, item, value| format!("u{user},9.78{item}E+12,{value}"));
    let (_, said) = ratings(&format!("user,isbn,rating\n{list}"));
    assert!(
        said.contains("9.780E+12") || said.contains("9.78"),
        "{said}"
    );
    assert!(said.contains("a spreadsheet has shortened"), "{said}");
    // Whole numbers that are all there.
    let list = rated(|user, item, value| format!("{user}.000e+00,{item}.000e+00,{value}"));
    assert!(!ratings(&list).1.contains("shortened"));
    let days = rated(|user, item, value| format!("u{user},i{item},{value},{}", 43_000 + item));
    let (_, said) = ratings(&format!("user,item,rating,date\n{days}"));
    assert!(said.contains("days as spreadsheets count them"), "{said}");
    let genes = "gene,s1,s2\nTP53,1,2\n2-Sep,3,4\nMYC,5,5\nKRAS,0,1\nEGFR,2,2\nBRCA1,3,1\n";
    assert!(
        matrix(genes)
            .1
            .contains("2-Sep among the names looks like a gene")
    );
    let days = "day,s1,s2\n1-Sep,1,2\n2-Sep,3,4\n3-Sep,5,5\n";
    assert!(!matrix(days).1.contains("gene"));
}

#[test]
fn a_rule_of_markdown_needs_no_three_dashes() {
    let (lines, _) = matrix("| | a | b |\n|--|--:|:-:|\n| r1 | 1 | 2 |\n| r2 | 3 | 4 |\n");
    assert_eq!(lines, ["a b", "r1: 1 2", "r2: 3 4"]);
}

#[test]
fn quotes_that_would_swallow_lines_are_letters() {
    let stray = |user: usize, item: usize, value: usize| match (user + item) % 2 {
        0 => format!("u{user}\t\"i{item}\t{value}"),
        _ => format!("u{user}\ti{item}\"\t{value}"),
    };
    let (lines, _) = ratings(&format!("user\titem\trating\n{}", rated(stray)));
    assert_eq!(lines.len(), 39);
    assert!(lines.iter().all(|line| !line.contains('\n')));
    // Further down than what is looked at first, it is an error that names the key.
    let many: String = (0..3000)
        .map(|at| format!("u{},i{},3\n", at % 60, at / 60))
        .collect();
    let late = format!("user,item,rating\n\"a, b\",i1,4\n{many}x,\"i1,3\ny,i2,3\nz,i2\",4\n{many}");
    let parts = ["a quote is opened here", "data.quote"];
    refused(DataKind::Ratings, &late, &json!({}), &parts);
    let table = format!(
        "n,a,b\n\"x, y\",1,2\n{}p,\"1,2\nq,3,4\nr,5\",6\n",
        "z,1,2\n".repeat(3000)
    );
    refused(DataKind::Matrix, &table, &json!({}), &parts);
    // Line breaks in a text stay in it.
    let (lines, _) = ratings("user,item,rating\nann,\"a\nb\",3\nbob,\"c, d\ne\",4\n");
    assert_eq!(lines, ["ann a\nb 3", "bob c, d\ne 4"]);
}

#[test]
fn columns_that_are_alike_are_told_apart_or_said() {
    let list =
        rated(|user, item, value| format!("n{},u{user},i{item},{value},{}", user / 2, value % 3));
    let (lines, _) = ratings(&format!("user_name,user_id,item,rating,x\n{list}"));
    assert!(lines[0].starts_with("u0 i0 "), "{}", lines[0]);
    let (_, said) = ratings(&format!("a,user,item,food_rating,service_rating\n{list}"));
    assert!(
        said.contains("food_rating was read as the rating, though service_rating could be it"),
        "{said}"
    );
    let places = rated(|user, item, _| {
        format!("u{user},2010-10-19T23:55:27Z,30.2{item},-97.{user},p{item}")
    });
    let text = format!("user,time,lat,lon,location\n{places}");
    refused(DataKind::Ratings, &text, &json!({}), &["no rating column"]);
    let days = rated(|user, item, value| format!("u{user},i{item},{value},2019010{}", item + 1));
    let (_, said) = ratings(&format!("user,item,rating,date\n{days}"));
    assert!(
        said.contains("write 2019-05-31 in place of 20190531"),
        "{said}"
    );
}

#[test]
fn numbers_of_lines_at_the_right_are_no_cells() {
    let rows = (0..6).map(|at| format!("P{at}\t{}\t{}\t{at}\n", at * 3 % 5, at % 4));
    let (lines, said) = matrix(&format!("Protein\tA\tB\tid\n{}", rows.collect::<String>()));
    assert_eq!(lines[0], "A B");
    assert!(said.contains("column 4 (id) counts the lines"), "{said}");
}

#[test]
fn signs_of_statistical_offices_are_missing_cells() {
    let (lines, _) = matrix("geo\t2010\t2011\t2012\nAT\t1.5\t:\t2\nBE\t..\t4\t5\nDE\t1\t2\t…\n");
    assert_eq!(lines[1..], ["AT: 1.5 - 2", "BE: - 4 5", "DE: 1 2 -"]);
}
