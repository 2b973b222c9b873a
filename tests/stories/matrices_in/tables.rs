//! Tables: names, classes, missing cells, and lists of cells.

use std::io::Write as _;

use atelier::data::{MatrixSource, Missing};

use super::{A, at, classes, dense, fixture, fixtures, ids, load, notices, read};

#[test]
fn a_table_is_read_with_and_without_names() {
    let unnamed = "1.5,0,2,4\n0,3,-1e-1,5\n";
    let data = read(unnamed);
    assert_eq!(dense(&data.observed), [1.5, 0., 2., 4., 0., 3., -0.1, 5.]);
    assert_eq!(ids(&data.columns), ["1", "2", "3", "4"]);
    let (rows, columns) = (["ann", "bob"], ["x", "y", "z", "w"]);
    for (content, named_rows, named_columns) in [
        (",x,y,z,w\nann,1.5,0,2,4\nbob,0,3,-0.1,5\n", true, true),
        (
            "gene\tx\ty\tz\tw\nann\t1.5\t0\t2\t4\nbob\t0\t3\t-0.1\t5\n",
            true,
            true,
        ),
        (
            "\"x\" \"y\" \"z\" \"w\"\n\"ann\" 1.5 0 2 4\n\"bob\" 0 3 -0.1 5\n",
            true,
            true,
        ),
        ("x;y;z;w\n1,5;0;2;4\n0;3;-0,1;5\n", false, true),
        ("ann 1.5 0 2 4\r\nbob 0 3 -0.1 5\r\n", true, false),
        ("# a comment\n1.5|0|2|4\n\n0|3|-0.1|5", false, false),
    ] {
        let data = read(content);
        assert_eq!(
            dense(&data.observed),
            [1.5, 0., 2., 4., 0., 3., -0.1, 5.],
            "{content}"
        );
        assert_eq!(ids(&data.rows) == rows, named_rows, "{content}");
        assert_eq!(ids(&data.columns) == columns, named_columns, "{content}");
    }
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(unnamed.as_bytes()).expect("packed");
    let folder = tempfile::tempdir().expect("a folder");
    let bytes = packed.finish().expect("packed");
    std::fs::write(folder.path().join("file"), bytes).expect("written");
    let unpacked = load(&at("file"), folder.path()).expect("gzip");
    assert_eq!(dense(&unpacked.observed), dense(&data.observed));
}

#[test]
fn numbers_above_and_at_the_left_are_names_where_they_count() {
    // As pandas writes a frame without names, with and without its index.
    for content in [
        ",0,1,2,3\n0,7,0,1,2\n1,0,4,0,9\n",
        "0,1,2,3\n7,0,1,2\n0,4,0,9\n",
        "user,10,20,30,40\n5,7,0,1,2\n6,0,4,0,9\n",
    ] {
        let data = read(content);
        assert_eq!(
            dense(&data.observed),
            [7., 0., 1., 2., 0., 4., 0., 9.],
            "{content}"
        );
    }
    // A table without names whose rows do not count.
    assert_eq!(read("0,1,2,4\n7,0,1,2\n0,4,0,9\n").rows.len(), 3);
}

#[test]
fn classes_stand_in_a_column_or_a_line_that_is_called_so() {
    for content in [
        "name,class,x,y,z\na,cat,1,2,3\nb,dog,4,5,7\n",
        "name,x,y,z,label\na,1,2,3,cat\nb,4,5,7,dog\n",
        "x,y,z,species\n1,2,3,cat\n4,5,7,dog\n",
    ] {
        let data = read(content);
        let found = classes(data.row_classes.as_ref());
        assert_eq!(found, [Some("cat"), Some("dog")], "{content}");
        assert!(notices(&data, "was read as the true classes of the rows"));
        let cells = dense(&data.observed);
        assert!(cells.ends_with(&[4., 5., 7.]), "{content}");
    }
    let data = read("9,1,2,3,cat\n9,4,5,7,dog\n8,2,2,1,cat\n");
    let found = classes(data.row_classes.as_ref());
    assert_eq!(found, [Some("cat"), Some("dog"), Some("cat")]);
    let data = read(",s1,s2,s3\nclass,old,old,young\ng1,1,2,3\ng2,4,5,7\n");
    let found = classes(data.column_classes.as_ref());
    assert_eq!(found, [Some("old"), Some("old"), Some("young")]);
    assert_eq!(ids(&data.rows), ["g1", "g2"]);
    // A word of a vocabulary is no class.
    let words = read("doc,apple,class,user,item\na,1,2,3,4\nb,0,1,0,5\n");
    assert!(words.row_classes.is_none());
    assert_eq!(words.columns.len(), 4);
}

#[test]
fn missing_cells_are_known_and_filled() {
    let table = "a,b,c,d\n1,NA,3,\n,4,nan,8\n2,2,?,null\n";
    let data = read(table);
    assert_eq!(data.value(0, 1), None);
    assert_eq!(data.value(1, 1), Some(4.0));
    assert_eq!(
        dense(&data.filled),
        [1., 0., 3., 0., 0., 4., 0., 8., 2., 2., 0., 0.]
    );
    assert!(notices(
        &data,
        "50.0 % of the cells are missing and count as 0"
    ));
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("file"), table).expect("written");
    let filled = |missing| {
        let config = MatrixSource {
            missing,
            ..at("file")
        };
        dense(&load(&config, folder.path()).expect("a matrix").filled)
    };
    let by_row = [1., 2., 3., 2., 6., 4., 6., 8., 2., 2., 2., 2.];
    assert_eq!(filled(Missing::RowMean), by_row);
    let by_column = [1., 3., 3., 8., 1.5, 4., 3., 8., 2., 2., 3., 8.];
    assert_eq!(filled(Missing::ColumnMean), by_column);
    assert_eq!(fixture("nan.npy").value(1, 2), None);
    // Every cell of `fea` is there.
    let config = MatrixSource {
        missing: Missing::RowMean,
        ..at("csr.npz")
    };
    let complete = load(&config, &fixtures()).expect("csr.npz");
    assert!(notices(&complete, "no cell is missing"));
    assert_eq!(dense(&complete.filled), A);
}

#[test]
fn three_columns_are_a_table_or_a_list_of_cells_and_a_notice_says_which() {
    // Lists of cells.
    for content in [
        "1 1 5\n1 2 3\n2 1 4\n",
        "row,column,value\n1,1,5\n1,2,3\n2,1,4\n",
        "i\tj\tv\n1\t1\t5\n1\t2\t3\n2\t1\t4\n",
        "doc;term;count\n1;1;5\n1;2;3\n2;1;4\n",
        "1,1,5,881250949\n1,2,3,891717742\n2,1,4,878887116\n",
    ] {
        let data = read(content);
        assert!(data.absent_is_missing, "{content}");
        assert_eq!(dense(&data.filled), [5., 3., 4., 0.], "{content}");
    }
    assert!(notices(
        &read("1 1 5\n1 2 3\n2 1 4\n"),
        "row, column and value"
    ));
    // Tables: fractions, the same pair twice, positions of which none comes again.
    for content in [
        "0.5 1.5 2\n1 2 3\n4 5 6\n",
        "0 0 5\n0 0 3\n0 1 4\n",
        "3 1 5\n9 2 3\n2 7 4\n",
    ] {
        let data = read(content);
        assert_eq!((data.rows.len(), data.columns.len()), (3, 3), "{content}");
    }
    assert!(notices(&read("0 0 5\n0 0 3\n0 1 4\n"), "read as a table"));
    // Two columns are a table.
    assert_eq!(read("1 2\n3 4\n5 5\n").columns.len(), 2);
}

#[test]
fn a_large_table_reads_the_same_on_any_number_of_threads() {
    let mut text = String::from("id,a,b,c,d\n");
    for row in 0..300_000_u32 {
        let cell = |at: u32| row.wrapping_mul(2_654_435_761).rotate_left(at * 7) % 1000;
        text += &format!("r{row},{},{},{},{}\n", cell(0), cell(1), cell(2), cell(3));
    }
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("file"), &text).expect("written");
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.expect("threads")
            .install(|| load(&at("file"), folder.path()).expect("a matrix"))
    };
    let (one, three) = (on(1), on(3));
    assert_eq!(dense(&one.observed), dense(&three.observed));
    assert!(one.rows.ids().eq(three.rows.ids()));
    let row = 123_456_usize;
    assert_eq!(one.rows.id(row), "r123456");
    let line: Vec<f32> = text
        .lines()
        .nth(row + 1)
        .expect("a line")
        .split(',')
        .skip(1)
        .map(|field| field.parse().expect("a number"))
        .collect();
    assert_eq!(
        one.observed.row(row).map(|cell| cell.1).collect::<Vec<_>>(),
        line
    );
}
