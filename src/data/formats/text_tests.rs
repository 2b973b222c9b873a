//! Delimited text as people bring it: read right, or refused with the key that mends it.

use serde_json::{Map, Value, json};

use crate::data::{DataKind, Dataset, Monitor, Preview, Source, load, preview};

pub(super) fn with<T>(
    kind: DataKind,
    content: &str,
    keys: &Value,
    use_it: impl FnOnce(&Source, &std::path::Path) -> T,
) -> T {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("file"), content).expect("written");
    let mut table: Map<String, Value> = keys.as_object().cloned().unwrap_or_default();
    table.insert("path".to_owned(), json!("file"));
    let source = Source::read(kind, &table).expect("a source");
    use_it(&source, folder.path())
}

pub(super) fn read(kind: DataKind, content: &str, keys: &Value) -> Result<Dataset, String> {
    with(kind, content, keys, |source, base| {
        load(source, base, 1, &Monitor::default()).map_err(|error| error.to_string())
    })
}

pub(super) fn looked(kind: DataKind, content: &str, keys: &Value) -> Preview {
    with(kind, content, keys, |source, base| {
        preview(source, base, &Monitor::default())
    })
}

/// Ratings as lines of user, item and value, and the notices.
#[track_caller]
pub(super) fn ratings_with(content: &str, keys: &Value) -> (Vec<String>, String) {
    let data = read(DataKind::Ratings, content, keys).unwrap_or_else(|error| panic!("{error}"));
    let data = data.ratings().expect("ratings");
    let line = |(user, item, value)| {
        let (user, item) = (data.users.id(user), data.items.id(item));
        format!("{user} {item} {value}")
    };
    (
        data.train.iter().map(line).collect(),
        data.notices.join("\n"),
    )
}

#[track_caller]
pub(super) fn ratings(content: &str) -> (Vec<String>, String) {
    ratings_with(content, &json!({}))
}

/// A matrix as lines of names and values, and the notices.
#[track_caller]
pub(super) fn matrix_with(content: &str, keys: &Value) -> (Vec<String>, String) {
    let data = read(DataKind::Matrix, content, keys).unwrap_or_else(|error| panic!("{error}"));
    let data = data.matrix().expect("a matrix");
    let mut lines = vec![data.columns.ids().collect::<Vec<_>>().join(" ")];
    for row in 0..data.rows.len() {
        let value = |column| match data.value(row, column) {
            Some(value) => value.to_string(),
            None => "-".to_owned(),
        };
        let values: Vec<String> = (0..data.columns.len()).map(value).collect();
        lines.push(format!("{}: {}", data.rows.id(row), values.join(" ")));
    }
    (lines, data.notices.join("\n"))
}

#[track_caller]
pub(super) fn matrix(content: &str) -> (Vec<String>, String) {
    matrix_with(content, &json!({}))
}

#[track_caller]
pub(super) fn refused(kind: DataKind, content: &str, keys: &Value, parts: &[&str]) {
    let error = match read(kind, content, keys) {
        Err(error) => error,
        Ok(data) => panic!("{content} was read: {:?}", data.notices()),
    };
    for part in parts {
        assert!(error.contains(part), "no {part:?}: {error}");
    }
}

#[test]
fn line_breaks_delimiters_and_quotes_within_quotes_belong_to_a_field() {
    let (found, _) = ratings(
        "reviewer,asin,text,overall\na,\"x, 1\",\"he said \"\"no\"\"\n\nand went\",4\nb,y,\"short\",2\na,y,\"\n\",5\n",
    );
    assert_eq!(found, ["a x, 1 4", "a y 5", "b y 2"]);
    // The line that fails is the one in the file.
    refused(
        DataKind::Ratings,
        "user,item,rating,text\na,x,4,\"one\ntwo\"\na,y,four,ok\nb,x,2,ok\nb,y,1,ok\n",
        &json!({}),
        &["line 4, column 3", "\"four\""],
    );
}

#[test]
fn line_breaks_within_quotes_survive_the_borders_of_blocks() {
    // Records of 100 lines each, far more than the block of four megabytes.
    let mut text = String::from("user,item,rating,text\n");
    let lines = "a line, with a comma\n".repeat(100);
    for at in 0..5_000 {
        text += &format!("u{},i{},{},\"{lines}\"\n", at % 50, at, at % 5 + 1);
    }
    let (found, _) = ratings(&text);
    assert_eq!(found.len(), 5_000);
    // 5,001 begins at line 1 + 5,000 · 101 + 1.
    text += "u1,i1,bad,ok\n";
    refused(
        DataKind::Ratings,
        &text,
        &json!({}),
        &["line 505002, column 3"],
    );
}

#[test]
fn a_backslash_before_quotes_is_found_out_and_can_be_said() {
    let text =
        "\"u\";\"i\";\"r\"\n\"1\";\"\\\"a\\\" b\";\"3\"\n\"2\";\"c;d\";\"4\"\n\"2\";\"e\";\"1\"\n";
    let (found, _) = ratings(text);
    assert_eq!(found, ["1 \"a\" b 3", "2 c;d 4", "2 e 1"]);
    let double = json!({"escape": "double"});
    refused(
        DataKind::Ratings,
        text,
        &double,
        &["line 2, column 2", "data.escape"],
    );
    // Quotes that nobody closes are letters where most lines have them.
    let titles = "1\t\"Up\" and away\t3\n1\t\"Down\" and out\t4\n2\t\"In\" there\t5\n2\tx\t5\n";
    assert_eq!(ratings(titles).0[0], "1 \"Up\" and away 3");
}

#[test]
fn thousands_are_never_decimals() {
    let (found, notices) = ratings("user\tartist\tplays\na\tx\t2,288\na\ty\t812\nb\tx\t15,047\n");
    assert_eq!(found, ["a x 2288", "a y 812", "b x 15047"]);
    assert!(notices.contains("data.decimal"), "{notices}");
    let text = "user\tartist\tplays\na\tx\t2,288\na\ty\t3,812\nb\tx\t1,047\n";
    refused(
        DataKind::Ratings,
        text,
        &json!({}),
        &["2,288", "data.decimal", "data.thousands"],
    );
    let decimal = json!({"decimal": ","});
    assert_eq!(ratings_with(text, &decimal).0[0], "a x 2.288");
    let thousands = json!({"thousands": ","});
    assert_eq!(ratings_with(text, &thousands).0[0], "a x 2288");
    // The cells of a table together, with German signs.
    let (found, _) = matrix(";a;b;c\nx;1.234,5;2;0,25\ny;7;1.000;3\n");
    assert_eq!(found, ["a b c", "x: 1234.5 2 0.25", "y: 7 1000 3"]);
    refused(
        DataKind::Matrix,
        ";a;b;c\nx;3,5;2;0.25\ny;7;1;3\n",
        &json!({}),
        &["0.25", "3,5", "data.decimal"],
    );
}

#[test]
fn a_later_line_that_is_written_otherwise_is_an_error_that_names_the_key() {
    let mut text = "1\t2\t3\n".repeat(60_000);
    text += "1\t3\t2,288\n";
    refused(
        DataKind::Ratings,
        &text,
        &json!({}),
        &[
            "line 60001, column 3",
            "2,288",
            "data.thousands",
            "data.decimal",
        ],
    );
}

#[test]
fn a_file_of_decimal_commas_between_commas_stands_in_quotes() {
    let (found, _) = ratings("\"u\",\"i\",\"r\"\n\"1\",\"2\",\"0,5\"\n\"1\",\"3\",\"4\"\n");
    assert_eq!(found, ["1 2 0.5", "1 3 4"]);
}

#[test]
fn roles_follow_names_and_values_before_places() {
    for text in [
        "item_id:token\tuser_id:token\ttimestamp:float\trating:float\n7\t1\t1500001037\t2\n8\t1\t1500001074\t5\n7\t3\t1500002037\t4\n",
        "rating_user_id,rating_created_at,rating_item_id,rating\n1,2019-05-01,7,2\n1,2019-05-01,8,5\n3,2019-05-02,7,4\n",
        "productId,avgRating,userId,score\n7,3,1,2\n8,5,1,5\n7,3,3,4\n",
        ",userID,placeID,rating\n0,1,7,2\n1,1,8,5\n2,3,7,4\n",
        // No header: the numbers of the lines, and times before the ratings.
        "1,1,7,2\n2,1,8,5\n3,3,7,4\n",
        "1,7,1500001037,2\n1,8,1500001074,5\n3,7,1500002037,4\n",
    ] {
        let (found, _) = ratings(text);
        assert_eq!(found, ["1 7 2", "1 8 5", "3 7 4"], "{text}");
    }
    let (found, notices) = ratings("0.5,u,i\n3.5,u,j\n4.0,v,i\n");
    assert_eq!(found, ["u i 0.5", "u j 3.5", "v i 4"]);
    assert!(
        notices.contains("column 1 was read as the rating"),
        "{notices}"
    );
}

#[test]
fn a_file_without_ratings_is_refused_with_its_columns() {
    for text in [
        "user_id,item_id,timestamp\n1,2,1500001074\n1,5,1500001185\n",
        "1,2,1500001074\n1,5,1500001185\n",
        "user_id,item_id,category_id,behavior,timestamp\n1,2,5,buy,1500001074\n1,5,5,cart,1500001185\n",
    ] {
        refused(
            DataKind::Ratings,
            text,
            &json!({}),
            &["no rating column", "data.columns"],
        );
    }
    refused(
        DataKind::Ratings,
        "user,item,price,stock\n1,2,5,6\n1,5,5,7\n",
        &json!({}),
        &[
            "which column holds the rating? price and stock could",
            "data.columns",
        ],
    );
    let key = json!({"columns": {"rating": "stock"}});
    let text = "user,item,price,stock\n1,2,5,6\n1,5,5,7\n";
    assert_eq!(ratings_with(text, &key).0, ["1 2 6", "1 5 7"]);
}

#[test]
fn a_column_of_two_words_is_named_where_there_is_no_rating() {
    refused(
        DataKind::Ratings,
        "user,item,liked\na,1,True\na,2,False\nb,1,True\nb,2,True\nc,3,False\n",
        &json!({}),
        &["liked holds False and True", "0 and 1"],
    );
}

#[test]
fn grades_are_refused_with_what_to_write_instead() {
    refused(
        DataKind::Ratings,
        "student,course,rating\n1,a,A\n1,b,B+\n2,a,C\n",
        &json!({}),
        &["\"A\"", "write a number for each, such as 4 for A"],
    );
}

#[test]
fn columns_that_a_key_names_are_those_that_are_read() {
    let text = "a,b,c,d\n1,x,5,2\n2,y,3,4\n";
    let key = json!({"columns": {"user": 2, "item": "a", "rating": "d"}});
    assert_eq!(ratings_with(text, &key).0, ["x 1 2", "y 2 4"]);
    for (columns, parts) in [
        (json!({"rating": "e"}), ["rating = \"e\"", "a, b, c, d"]),
        (json!({"rating": 5}), ["rating = 5", "4 columns"]),
        (json!({"rating": 2, "user": "b"}), ["data.columns", "twice"]),
    ] {
        refused(
            DataKind::Ratings,
            text,
            &json!({"columns": columns}),
            &parts,
        );
    }
    let bare = json!({"columns": {"rating": "d"}});
    refused(
        DataKind::Ratings,
        "1,2,3\n4,5,6\n",
        &json!({"columns": {"rating": "d"}, "header": false}),
        &["no line names the columns", "data.header"],
    );
    assert!(read(DataKind::Ratings, "q,w,d\n4,5,6\n", &bare).is_ok());
    // A list of cells that reads like a table.
    let cells = json!({"columns": {"row": 1, "column": 2, "value": 3}});
    let (found, _) = matrix_with("3 1 5\n9 2 3\n2 7 4\n", &cells);
    assert_eq!(found[0], "1 2 7");
    let class = json!({"columns": {"row": "id", "class": "kind"}});
    let (found, _) = matrix_with("kind,a,b,c,id\nu,1,2,3,r\nv,4,5,7,s\n", &class);
    assert_eq!(found, ["a b c", "r: 1 2 3", "s: 4 5 7"]);
}

#[test]
fn titles_comments_blank_and_repeated_lines_are_no_data() {
    let text =
        "Report of ratings;;\n\nuser;item;rating\n1;2;3\n\n1;3;4\nuser;item;rating\n2;2;5\n;;\n";
    let (found, notices) = ratings(text);
    assert_eq!(found, ["1 2 3", "1 3 4", "2 2 5"]);
    for part in [
        "line 1: \"Report of ratings;;\"",
        "repeats the header",
        "delimiters alone",
    ] {
        assert!(notices.contains(part), "{part}: {notices}");
    }
    let (found, notices) = ratings("# made\n1 2 3\n# half\n1 3 4 \n");
    assert_eq!(found, ["1 2 3", "1 3 4"]);
    assert!(notices.contains("1 line of comment"), "{notices}");
    let keys = json!({"skip_lines": 1, "comment": "//"});
    let (found, _) = ratings_with("1,2,9\n1,2,3\n//1,3,4\n2,2,5\n", &keys);
    assert_eq!(found, ["1 2 3", "2 2 5"]);
    let skip = json!({"skip_lines": 9});
    refused(
        DataKind::Ratings,
        "1,2,9\n",
        &skip,
        &["data.skip_lines", "lower it"],
    );
}

#[test]
fn a_header_may_stand_behind_a_sign_of_comment() {
    let (found, _) = matrix("# made by hand\n# a,b,c,d\n1,2,3,4\n5,6,7,9\n");
    assert_eq!(found, ["a b c d", "1: 1 2 3 4", "2: 5 6 7 9"]);
    let (found, _) = matrix("#gene t1 t2 t3\ng1 1 2 3\ng2 4 5 7\n");
    assert_eq!(found, ["t1 t2 t3", "g1: 1 2 3", "g2: 4 5 7"]);
    let (found, notices) = matrix("#\tid\t0\t7\t14\n3\tg1\t1\t2\t3\n4\tg2\t4\t5\t7\n");
    assert_eq!(found, ["0 7 14", "g1: 1 2 3", "g2: 4 5 7"]);
    assert!(notices.contains("column 1 counts the lines"), "{notices}");
}

#[test]
fn words_of_spreadsheets_and_databases_are_missing_cells() {
    let text =
        "gene\ta\tb\tc\nx\t1\t#N/A\t-\ny\t.\tNULL\t2\nz\t#DIV/0!\t(null)\t3\nw\t4\tmissing\t5\n";
    let (found, _) = matrix(text);
    assert_eq!(
        found,
        ["a b c", "x: 1 - -", "y: - - 2", "z: - - 3", "w: 4 - 5"]
    );
    refused(
        DataKind::Matrix,
        ",a,b,c,d,e\nx,1,2,3,4,5\ny,1,2,3,4,5\nz,1,2,lost,4,5\n",
        &json!({}),
        &["line 4, column 4", "\"lost\"", "data.missing_words"],
    );
    let lost = json!({"missing_words": ["lost", "5"]});
    let (found, _) = matrix_with(",a,b,c,d,e\nx,1,2,3,4,5\nz,1,2,lost,4,6\n", &lost);
    assert_eq!(found[1..], ["x: 1 2 3 4 -", "z: 1 2 - 4 6"]);
    // A rating of such a word is left out, and that is said.
    let zero = json!({"missing_words": ["0", "none"]});
    let (found, notices) = ratings_with("a,x,0\na,y,3\nb,x,none\nb,y,4\n", &zero);
    assert_eq!(found, ["a y 3", "b y 4"]);
    assert!(
        notices.contains("2 lines whose rating is missing"),
        "{notices}"
    );
}

#[test]
fn ninety_nine_outside_the_scale_is_no_rating_and_a_count_is_no_item() {
    let text = "a,3,99,-4.5,8,99,3.25,99\nb,3,1.5,99,-9,2,99,99\nc,4,6,7.5,99,-1,99,0.5\n";
    let (found, notices) = ratings(text);
    assert_eq!(found.len(), 10, "{found:?}");
    assert_eq!(found[..3], ["a 2 -4.5", "a 3 8", "a 5 3.25"]);
    assert!(notices.contains("99 was read as missing"), "{notices}");
    assert!(notices.contains("how many cells"), "{notices}");
    let key = json!({"missing_words": ["NA"]});
    let (found, _) = ratings_with(text, &key);
    assert!(found.contains(&"a 2 99".to_owned()), "{found:?}");
}

#[test]
fn delimiters_at_the_ends_of_lines_are_no_columns() {
    let (found, _) = ratings("user,item,rating\n1,2,3,\n1,3,4,,\n2,2,5\n");
    assert_eq!(found, ["1 2 3", "1 3 4", "2 2 5"]);
    let (found, _) = matrix("a;b;c;\n1;2;3;\n4;5;7;\n");
    assert_eq!(found, ["a b c", "1: 1 2 3", "2: 4 5 7"]);
}

#[test]
fn a_matrix_of_ratings_may_have_users_above() {
    let text = "name,ann,bob,cy\nx,5,,3\ny,,1,\n";
    assert_eq!(ratings(text).0, ["x ann 5", "x cy 3", "y bob 1"]);
    let key = json!({"orientation": "users_are_columns"});
    assert_eq!(ratings_with(text, &key).0, ["ann x 5", "bob y 1", "cy x 3"]);
    refused(
        DataKind::Ratings,
        "1,2,3\n1,3,4\n",
        &key,
        &["data.orientation", "one rating a line"],
    );
}

#[test]
fn keys_that_fit_nothing_are_refused_by_name() {
    for (keys, part) in [
        (json!({"delimiter": "and"}), "data.delimiter"),
        (json!({"delimiter": ";"}), "which data.delimiter names"),
        (json!({"decimal": ":"}), "data.decimal"),
        (json!({"decimal": ",", "thousands": ","}), "data.thousands"),
        (json!({"quote": "ab"}), "data.quote"),
    ] {
        refused(DataKind::Ratings, "1,2,3\n1,3,4\n", &keys, &[part]);
    }
    refused(
        DataKind::Matrix,
        "\u{93}NUMPY\0\0",
        &json!({"delimiter": ","}),
        &[],
    );
}
