//! What stands around tables in files from the field: totals, notes, sizes, units, rules, row names of R.

use serde_json::json;

use super::text_tests::{matrix, ratings, ratings_with, refused};
use crate::data::DataKind;

const LIST: &str = "user,item,rating\nann,up,4\nbob,up,2\nbob,her,3.5\neve,her,1\n";
const READ: [&str; 4] = ["ann up 4", "bob up 2", "bob her 3.5", "eve her 1"];

#[track_caller]
fn is_list(text: &str, says: &str) {
    let (lines, notices) = ratings(text);
    let mut sorted = lines;
    sorted.sort();
    let mut expected = READ.map(str::to_owned);
    expected.sort();
    assert_eq!(sorted, expected, "{text}\n{notices}");
    assert!(notices.contains(says), "{text}\n{notices}");
}

#[test]
fn what_stands_below_a_list_is_left_out_and_said() {
    for footer in [
        "\nSource: the office of ratings\nNot for sale\n",
        "(4 rows affected)\n",
        "\\.\n",
        "\u{1a}",
        "Total,,10.5\n",
        "Mean,,2.625\n",
    ] {
        is_list(&format!("{LIST}{footer}"), "below the table");
    }
    is_list(&format!("{LIST}# end of file\n"), "comment");
    is_list(&format!("{LIST}Total,4,10.5\n"), "the sum or the mean");
}

#[test]
fn what_only_looks_like_a_footer_is_an_error_in_its_line() {
    let parts = ["line 6", "columns between commas"];
    refused(
        DataKind::Ratings,
        &format!("{LIST}tom,up\n"),
        &json!({}),
        &parts,
    );
    let within = format!("{LIST}Source: here\ntom,up,3\n");
    refused(DataKind::Ratings, &within, &json!({}), &parts);
    let (lines, _) = ratings(&format!("{LIST}Total,hits,3\n"));
    assert!(
        lines.contains(&"Total hits 3".to_owned()),
        "a user like any other"
    );
    let many = "a note\n".repeat(60);
    refused(
        DataKind::Ratings,
        &format!("{LIST}\n{many}"),
        &json!({}),
        &["line 7"],
    );
}

#[test]
fn what_stands_above_a_list_is_left_out_and_said() {
    let says = "above the table";
    is_list(&format!("3,2,4\n{LIST}"), says);
    is_list(
        &format!("Export of 2020-05-31, all\nVersion 3\n\n{LIST}"),
        says,
    );
    is_list(&format!("Date:,2020-05-31\nRows:,4\n\n{LIST}"), says);
    let body = LIST.split_once('\n').expect("lines").1;
    is_list(&format!("3,2,4\n{body}"), says);
    // Not as many lines as it says: a rating like the others.
    let (lines, _) = ratings(&format!("3,2,5\n{body}"));
    assert_eq!(lines.len(), 5);
}

#[test]
fn tables_of_databases_and_of_markdown_are_read() {
    is_list(
        "| user | item | rating |\n|---|:--:|---|\n| ann | up | 4 |\n| bob | up | 2 |\n| bob | her | 3.5 |\n| eve | her | 1 |\n",
        "",
    );
    is_list(
        " user | item | rating \n------+------+--------\n ann  | up   |      4\n bob  | up   |      2\n bob  | her  |    3.5\n eve  | her  |      1\n(4 rows)\n",
        "below the table",
    );
    is_list(
        "+------+------+--------+\n| user | item | rating |\n+------+------+--------+\n| ann  | up   |      4 |\n| bob  | up   |      2 |\n| bob  | her  |    3.5 |\n| eve  | her  |      1 |\n+------+------+--------+\n",
        "",
    );
}

#[test]
fn row_names_of_r_shift_no_column() {
    is_list(
        "\"user\",\"item\",\"rating\"\n\"1\",\"ann\",\"up\",4\n\"2\",\"bob\",\"up\",2\n\"3\",\"bob\",\"her\",3.5\n\"4\",\"eve\",\"her\",1\n",
        "",
    );
    let (lines, _) = matrix("i,j,x\n1,1,2,5\n2,1,3,6\n3,2,2,7\n");
    assert_eq!(lines, ["2 3", "1: 5 6", "2: 7 -"]);
}

#[test]
fn delimiters_and_ends_of_lines_that_mix() {
    is_list(
        "ann,\tup,\t4\nbob,\tup,\t2\nbob,\ther,\t3.5\neve,\ther,\t1\n",
        "",
    );
    is_list(
        "user,item,rating\nann,up,4\rbob,up,2\nbob,her,3.5\reve,her,1\n",
        "",
    );
    is_list(&LIST.replace(',', "\u{1}"), "");
    is_list(&LIST.replace(',', "^"), "");
    // A comma within fields between tabs is no delimiter.
    let (lines, _) = ratings("B, Ann\tUp, The\t4\nC, Bob\tUp, The\t2\nC, Bob\tHer, A\t3\n");
    assert_eq!(lines[0], "B, Ann Up, The 4");
}

#[test]
fn logs_begin_with_the_time() {
    let (lines, notices) = ratings(
        "1000088666,ann,up,4\n1000238217,bob,up,2\n1001554329,bob,her,3.5\n1004271678,eve,her,1\n",
    );
    assert_eq!(lines, READ);
    assert!(
        notices.contains("column 1 was read as the time"),
        "{notices}"
    );
    let (lines, notices) = ratings("ann,up,20110528,4\nbob,up,20110529,2\nbob,her,20110528,3.5\n");
    assert_eq!(lines, READ[..3]);
    assert!(notices.contains("column 3 holds times"), "{notices}");
}

#[test]
fn a_decimal_comma_that_cut_the_ratings_apart_is_said() {
    let (_, notices) = ratings("ann,up,4,25\nbob,up,2,50\nbob,her,3,75\n");
    assert!(
        notices.contains("a comma before their decimals"),
        "{notices}"
    );
    let (_, notices) = ratings("u,i,rating,hour\nann,up,4,12\nbob,up,2,13\nbob,her,3,20\n");
    assert!(!notices.contains("a comma before"), "{notices}");
}

#[test]
fn ids_that_a_program_wrote_as_fractions_are_whole() {
    let (lines, _) =
        ratings("1.0000e+00 2.0000e+00 4.5\n1.0000e+00 3.0000e+00 2\n2.0000e+01 2.0000e+00 1\n");
    assert_eq!(lines, ["1 2 4.5", "1 3 2", "20 2 1"]);
}

#[test]
fn units_beside_numbers_are_understood_and_said() {
    let (lines, notices) = ratings("user;item;paid\nann;up;1.234,50 €\nbob;up;-2 €\n");
    assert_eq!(lines, ["ann up 1234.5", "bob up -2"]);
    assert!(notices.contains("€ beside numbers"), "{notices}");
    let (lines, notices) = matrix(",a,b\nx,50%,12.5%\ny,100%,0%\n");
    assert_eq!(lines, ["a b", "x: 0.5 0.125", "y: 1 0"]);
    assert!(notices.contains("hundredths"), "{notices}");
    let mixed = "user,item,paid\nann,up,$4\nbob,up,€5\n";
    refused(
        DataKind::Ratings,
        mixed,
        &json!({}),
        &["different units", "$4 and €5"],
    );
    // The unit comes after the lines that are looked at.
    let mut late = String::from("user,item,paid\n");
    for line in 0..6_000 {
        late += &format!("u{line},i,{}\n", line % 7);
    }
    late += "u,i,$5\n";
    refused(
        DataKind::Ratings,
        &late,
        &json!({}),
        &["line 6002", "has a unit"],
    );
}

#[test]
fn totals_of_tables_are_left_out_by_name_and_by_sum() {
    let expected = ["a b c", "x: 1 2 5", "y: 3 0 1", "z: 2 2 2"];
    for text in [
        ",a,b,c\nx,1,2,5\ny,3,0,1\nz,2,2,2\nTotal,6,4,8\n",
        ",a,b,c,Sum\nx,1,2,5,8\ny,3,0,1,4\nz,2,2,2,6\n",
        ",a,b,c,Total\nx,1,2,5,8\ny,3,0,1,4\nz,2,2,2,6\nGrand Total,6,4,8,18\n",
        ",a,b,c\nx,1,2,5\ny,3,0,1\nz,2,2,2\nMean,2,1.33,2.67\nSD,1,1.15,2.08\n",
        "Total,a,b,c\nx,1,2,5\ny,3,0,1\nz,2,2,2\nTotal,6,4,8\n",
        ",a,b,c\nx,1,2,5\ny,3,0,1\nz,2,2,2\n,6,4,8\n",
        ",a,b,c\nx,1,2,5\ny,3,0,1\nz,2,2,2\n\nSource: the office,,,\n",
    ] {
        let (lines, notices) = matrix(text);
        assert_eq!(lines, expected, "{text}");
        assert!(notices.contains("not read"), "{notices}");
    }
    let (lines, notices) = matrix(",a,b,c\nx,1,2,5\ny,3,0,1\ntotal,9,9,9\n");
    assert_eq!(lines[3], "total: 9 9 9", "a word like others");
    assert!(!notices.contains("not read"), "{notices}");
}

#[test]
fn totals_of_a_matrix_of_ratings_are_no_ratings() {
    let (lines, notices) = ratings_with(
        ",up,her,us,Average\nann,4,,1,2.5\nbob,2,3.5,,2.75\neve,,1,,1\nMean,3,2.25,1,2.1\n",
        &json!({}),
    );
    assert_eq!(
        lines,
        [
            "ann up 4",
            "ann us 1",
            "bob up 2",
            "bob her 3.5",
            "eve her 1"
        ]
    );
    assert!(notices.contains("column \"Average\""), "{notices}");
    assert!(notices.contains("row \"Mean\""), "{notices}");
}

#[test]
fn numbers_name_columns_where_they_count_or_stand_above_fractions() {
    let (lines, _) = matrix("country,2000,2001,2002\nx,1,2,5\ny,3,0,1\n");
    assert_eq!(lines[0], "2000 2001 2002");
    let (lines, _) = matrix("gene,1250,1399,1401\nx,1.5,2.25,5.5\ny,3.5,0.5,1.5\n");
    assert_eq!(lines[0], "1250 1399 1401");
    // Without names at the left, numbers are numbers.
    let (lines, _) = matrix("a,1,2,4\nx,1,2,5\ny,3,0,1\n");
    assert_eq!(lines[0], "1 2 3");
    let (lines, _) =
        matrix("year,a,b,c\n1990,1,2,5\n1991,3,0,1\n1992,2,0,1\n1993,3,0,7\n1994,3,4,1\n");
    assert_eq!(lines[1], "1990: 1 2 5");
    let (lines, _) = matrix("# s1 s2 s3\ng1 1 2 5\ng2 3 0 1\n");
    assert_eq!(lines, ["s1 s2 s3", "g1: 1 2 5", "g2: 3 0 1"]);
}

#[test]
fn places_on_chromosomes_are_no_counts() {
    let (lines, notices) = matrix(
        "Geneid\tChr\tStart\tEnd\tStrand\tLength\ta\tb\ng1\tchr1\t100\t200\t+\t100\t1\t2\ng2\tchr1\t300\t500\t-\t200\t3\t0\n",
    );
    assert_eq!(lines, ["a b", "g1: 1 2", "g2: 3 0"], "{notices}");
    assert!(notices.contains("places on chromosomes"), "{notices}");
    // Words of abstracts.
    let (lines, notices) =
        matrix("page\tstart\tgene\tend\tchromosome\nd1\t1\t0\t2\t0\nd2\t0\t3\t1\t1\n");
    assert_eq!(
        lines,
        ["start gene end chromosome", "d1: 1 0 2 0", "d2: 0 3 1 1"],
        "{notices}"
    );
}
