//! A person opens a matrix: every format of the field is recognized by its content, whatever the file is called.
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::measured_data;
use atelier::data::{
    self, Cells, Classes, DataError, MatrixData, MatrixSource, Missing, Monitor, RatingsSource,
    images::ImageNeeds,
};

fn load(config: &MatrixSource, base: &Path) -> Result<Arc<MatrixData>, DataError> {
    let data = data::load(&config.clone().into(), base, 1, &Monitor::default())?;
    Ok(Arc::clone(data.matrix().expect("a matrix")))
}

fn at(path: &str) -> MatrixSource {
    MatrixSource {
        path: PathBuf::from(path),
        ..MatrixSource::default()
    }
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/matrices")
}

fn fixture(name: &str) -> Arc<MatrixData> {
    load(&at(name), &fixtures()).expect(name)
}

/// Reads text as a file with a name that tells nothing.
#[track_caller]
fn read(content: &str) -> Arc<MatrixData> {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("file"), content).expect("written");
    load(&at("file"), folder.path()).expect("a matrix")
}

/// All cells row by row, zero where none is stored.
fn dense(cells: &Cells) -> Vec<f32> {
    let columns = cells.columns();
    let mut values = vec![0.0; cells.rows() * columns];
    for row in 0..cells.rows() {
        for (column, value) in cells.row(row) {
            values[row * columns + column] = value;
        }
    }
    values
}

fn ids(labels: &data::Labels) -> Vec<&str> {
    labels.ids().collect()
}

fn classes(classes: Option<&Classes>) -> Vec<Option<&str>> {
    let classes = classes.expect("classes");
    let name = |class: &Option<u32>| class.map(|class| classes.names[class as usize].as_str());
    classes.of.iter().map(name).collect()
}

/// Whether a notice has these words.
fn notices(data: &MatrixData, words: &str) -> bool {
    data.notices.iter().any(|notice| notice.contains(words))
}

/// The matrix of `fixtures/matrices/make.py`.
const A: [f32; 12] = [0., 1., 2., 0., 3., 0., 0., 0., 0., 0., 5., 7.];
const POSITIVE: [f32; 12] = [0., 1., 1., 0., 1., 0., 0., 0., 0., 0., 1., 1.];

#[test]
fn numpy_writes_every_type_and_it_is_the_same_matrix() {
    for name in [
        "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8",
    ] {
        let data = fixture(&format!("{name}.npy"));
        assert_eq!(dense(&data.observed), A, "{name}");
        assert_eq!((data.rows.len(), data.columns.len()), (3, 4), "{name}");
        assert!(matches!(data.observed, Cells::Dense(_)), "{name}");
        // As Python counts, and as ratings from such a file are named.
        assert_eq!(ids(&data.columns), ["0", "1", "2", "3"], "{name}");
    }
    assert_eq!(dense(&fixture("bool.npy").observed), POSITIVE);
}

#[test]
fn scipy_leaves_zeros_out_and_they_are_zeros() {
    for name in ["csr.npz", "csc.npz"] {
        let data = fixture(name);
        assert_eq!(dense(&data.observed), A, "{name}");
        assert_eq!(data.observed.stored(), 5, "{name}");
        assert!(!data.absent_is_missing, "{name}");
        assert_eq!(data.value(1, 1), Some(0.0));
    }
    let data = fixture("coo.npz");
    let with_zeros = [
        0., 1., 2., 0., 0., 3., 0., 0., 0., 0., 0., 0., 5., 7., 0., 0., 0., 0., 0., 0.,
    ];
    assert_eq!(dense(&data.observed), with_zeros);
    assert!(notices(&data, "1 entry was added"), "{:?}", data.notices);
    assert!(notices(&data, "1 row is all zero: set aside"));
    assert!(notices(&data, "1 column is all zero"));
    assert_eq!(data.active_rows, [0, 1, 2]);
    assert_eq!(data.active_columns, [0, 1, 2, 3]);
}

#[test]
fn an_archive_of_several_arrays_knows_its_matrix_and_its_classes() {
    let data = fixture("several.npz");
    assert_eq!(dense(&data.observed), A);
    let rows = classes(data.row_classes.as_ref());
    assert_eq!(rows, [Some("2"), Some("1"), Some("2")]);
    let columns = classes(data.column_classes.as_ref());
    assert_eq!(columns, [Some("u"), Some("v"), Some("u"), Some("v")]);
    assert!(notices(
        &data,
        "labels was read as the true classes of the rows"
    ));
    let second = MatrixSource {
        variable: Some("second".to_owned()),
        ..at("two.npz")
    };
    let data = load(&second, &fixtures()).expect("two.npz");
    assert_eq!((data.rows.len(), data.columns.len()), (4, 3));
}

#[test]
fn matrix_market_of_every_kind() {
    for name in ["coordinate.mtx", "array.mtx"] {
        let data = fixture(name);
        assert_eq!(dense(&data.observed), A, "{name}");
        assert_eq!(ids(&data.rows), ["1", "2", "3"], "{name}");
    }
    assert_eq!(dense(&fixture("pattern.mtx").observed), POSITIVE);
    // A + Aᵀ and A - Aᵀ of the first three columns.
    let symmetric = [0., 4., 2., 4., 0., 0., 2., 0., 10.];
    let skew = [0., -2., 2., 2., 0., 0., -2., 0., 0.];
    for (name, expected) in [
        ("symmetric.mtx", symmetric),
        ("symmetric_array.mtx", symmetric),
        ("skew.mtx", skew),
        ("skew_array.mtx", skew),
    ] {
        assert_eq!(dense(&fixture(name).observed), expected, "{name}");
    }
}

#[test]
fn matlab_files_of_both_encodings_both_byte_orders_and_every_type() {
    for file in ["types_v6.mat", "types_v7.mat"] {
        let read = |variable: &str| {
            let config = MatrixSource {
                variable: Some(variable.to_owned()),
                ..at(file)
            };
            load(&config, &fixtures()).expect(variable)
        };
        for kind in ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8"] {
            let data = read(&format!("a_{kind}"));
            assert_eq!(dense(&data.observed), A, "{file} {kind}");
        }
        assert_eq!(dense(&read("logical").observed), POSITIVE);
        assert_eq!(dense(&read("sparse_logical").observed), POSITIVE);
        let sparse = read("sparse");
        assert_eq!(dense(&sparse.observed), A);
        assert_eq!(sparse.observed.stored(), 5);
    }
    for file in ["big_endian.mat", "little_endian.mat", "fea_gnd.mat"] {
        // `fea` and `gnd`, though there is another matrix in the first two.
        let data = fixture(file);
        assert_eq!(dense(&data.observed), A, "{file}");
        assert_eq!(ids(&data.rows), ["1", "2", "3"], "{file}");
        let found = classes(data.row_classes.as_ref());
        assert_eq!(found, [Some("2"), Some("1"), Some("2")], "{file}");
        assert!(data.column_classes.is_none(), "{file}");
    }
    assert_eq!(dense(&fixture("version_4.mat").observed), A);
    // The only matrix of real numbers among a text, a struct, a cell array and complex numbers.
    let one = fixture("one.mat");
    assert_eq!(dense(&one.observed), A);
    assert_eq!((one.fingerprint.rows, one.fingerprint.columns), (3, 4));
}

#[test]
#[cfg_attr(
    not(has_webkb),
    ignore = "needs WebKB: set ATELIER_DATA to the folder that holds webkb"
)]
fn webkb_as_scipy_reads_it() {
    let folder = measured_data::folder().join("webkb");
    // scipy.io.loadmat: shape, number of non-zeros, sum of fea, counts of gnd.
    for (name, shape, non_zeros, sum, counts) in [
        (
            "WebKB4.mat",
            (4199, 1000),
            342_882,
            614_460.352_655_848_5,
            &[930, 1124, 504, 1641][..],
        ),
        (
            "WebKB_cornell.mat",
            (195, 1703),
            18_496,
            18_496.0,
            &[83, 19, 42, 19, 32],
        ),
    ] {
        let data = load(&at(name), &folder).expect(name);
        assert_eq!((data.rows.len(), data.columns.len()), shape, "{name}");
        let values = dense(&data.filled);
        let found = values.iter().filter(|value| **value != 0.0).count();
        assert_eq!(found, non_zeros, "{name}");
        let total: f64 = values.iter().map(|value| f64::from(*value)).sum();
        assert!((total - sum).abs() < sum * 1e-6, "{name}: {total}");
        let classes = data.row_classes.as_ref().expect("gnd");
        let of = |class: u32| classes.of.iter().filter(|own| **own == Some(class)).count();
        let found: Vec<usize> = (0..classes.names.len() as u32).map(of).collect();
        assert_eq!(found, counts, "{name}");
    }
    let cornell = load(&at("WebKB_cornell.mat"), &folder).expect("cornell");
    assert_eq!(cornell.active_columns.len(), 1703 - 115);
    assert!(notices(&cornell, "115 columns are all zero"));
}

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
fn ratings_are_a_matrix_of_which_most_cells_are_missing() {
    let folder = tempfile::tempdir().expect("a folder");
    data::sample::write_ratings(folder.path(), 3).expect("written");
    let ratings = data::load(
        &RatingsSource {
            path: "ratings.csv".into(),
            ..RatingsSource::default()
        }
        .into(),
        folder.path(),
        1,
        &Monitor::default(),
    );
    let ratings = ratings.expect("ratings");
    let ratings = ratings.ratings().expect("ratings");
    let config = MatrixSource {
        row_labels: Some("user_groups.csv".into()),
        column_labels: Some("item_groups.csv".into()),
        ..at("ratings.csv")
    };
    let data = load(&config, folder.path()).expect("a matrix");
    assert!(data.absent_is_missing);
    assert_eq!(ids(&data.rows), ids(&ratings.users));
    assert_eq!(data.observed.stored(), ratings.train.len());
    // Titles as for ratings, and groups by id.
    assert_eq!(data.columns.title(0), ratings.items.title(0));
    assert!(data.columns.title(0).is_some() && data.rows.title(0).is_some());
    let groups = std::fs::read_to_string(folder.path().join("user_groups.csv")).expect("groups");
    let found = classes(data.row_classes.as_ref());
    for (row, class) in found.iter().enumerate() {
        let line = format!("\n{},{}\n", data.rows.id(row), class.expect("a group"));
        assert!(groups.contains(&line), "{line}");
    }
    assert_eq!(
        data.column_classes.as_ref().map(|classes| classes.of.len()),
        Some(data.columns.len())
    );
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
fn labels_come_from_a_second_file_by_name_or_in_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, content: &str| {
        std::fs::write(folder.path().join(name), content).expect("written");
    };
    write("m", ",x,y,z\nann,1,0,2\nbob,0,3,1\ncy,5,4,4\n");
    let with = |labels: &str| {
        let config = MatrixSource {
            row_labels: Some(PathBuf::from(labels)),
            ..at("m")
        };
        load(&config, folder.path()).expect(labels)
    };
    let found = |data: &MatrixData| {
        let found = classes(data.row_classes.as_ref());
        found
            .into_iter()
            .map(|class| class.unwrap_or("-").to_owned())
            .collect::<Vec<_>>()
    };
    write(
        "names.csv",
        "who,age,group\ncy,7,b\nzoe,8,a\nann,9,\"a, too\"\n",
    );
    let data = with("names.csv");
    assert_eq!(found(&data), ["a, too", "-", "b"]);
    assert!(
        notices(&data, "1 name is with a class not among the rows"),
        "{:?}",
        data.notices
    );
    assert!(notices(&data, "1 row has no class"));
    write("headless.tsv", "bob\tb\nann\ta\ncy\tb\n");
    assert_eq!(found(&with("headless.tsv")), ["a", "b", "b"]);
    write("order", "p, q\nr\n\"p, q\"\n");
    assert_eq!(found(&with("order")), ["p, q", "r", "p, q"]);
    write("headed", "class\n10\n9\n10\n\n");
    let data = with("headed");
    assert_eq!(found(&data), ["10", "9", "10"]);
    assert_eq!(
        data.row_classes.as_ref().expect("classes").names,
        ["9", "10"]
    );
    for (name, expected) in [
        ("classes.npy", ["b", "a", "b"]),
        ("fea_gnd.mat", ["2", "1", "2"]),
    ] {
        std::fs::copy(fixtures().join(name), folder.path().join(name)).expect("copied");
        assert_eq!(found(&with(name)), expected, "{name}");
    }
}

#[test]
fn a_constant_row_or_column_is_set_aside_and_said() {
    let data = read("a,b,c,d\n1,5,0,2\n3,5,0,1\n2,2,2,2\n0,5,0,7\n");
    // Row 3 is constant; without it columns b and c are.
    assert_eq!(data.active_rows, [0, 1, 3]);
    assert_eq!(data.active_columns, [0, 3]);
    assert!(notices(&data, "1 row has one value everywhere: set aside"));
    assert!(
        notices(&data, "2 columns have one value everywhere"),
        "{:?}",
        data.notices
    );
}

#[test]
fn names_that_come_twice_are_kept_apart() {
    let data = read(",x,y,x\ng,1,2,3\ng,4,5,7\n");
    assert_eq!(ids(&data.rows), ["g", "g (2)"]);
    assert_eq!(ids(&data.columns), ["x", "y", "x (2)"]);
    assert!(notices(&data, "1 row has the name of another"));
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

#[test]
fn a_finished_run_of_autorec_completes_the_matrix() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data");
    let run = std::fs::read_dir(samples.join("runs"))
        .expect("sample runs")
        .map(|entry| entry.expect("an entry").path())
        .find(|path| path.to_string_lossy().contains("_autorec_"))
        .expect("a sample run of AutoRec");
    // What the run itself predicted for its test ratings, which are left out of the matrix.
    let predictions = std::fs::read_to_string(run.join("artifacts/predictions.csv"));
    let predictions: Vec<(String, f32)> = predictions
        .expect("predictions")
        .lines()
        .skip(1)
        .map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            let predicted = fields[3].parse().expect("a prediction");
            (format!("{},{}", fields[0], fields[1]), predicted)
        })
        .collect();
    let held_out: std::collections::HashSet<&str> =
        predictions.iter().map(|(pair, _)| pair.as_str()).collect();
    let ratings = std::fs::read_to_string(samples.join("ratings/ratings.csv")).expect("ratings");
    let kept = ratings.lines().filter(|line| {
        let pair = line.rsplitn(3, ',').nth(2).expect("four fields");
        !held_out.contains(pair)
    });
    let folder = tempfile::tempdir().expect("a folder");
    let text: String = kept.map(|line| format!("{line}\n")).collect();
    std::fs::write(folder.path().join("file"), text + "new,1,4.5,1474043810\n").expect("written");

    let config = MatrixSource {
        missing: Missing::Predicted,
        completed_by: Some(run.clone()),
        ..at("file")
    };
    let load = |config: &MatrixSource| {
        atelier::engine::load_dataset(
            &config.clone().into(),
            ImageNeeds::default(),
            folder.path(),
            1,
            &Monitor::default(),
        )
    };
    let data = load(&config).expect("a matrix");
    let data = data.matrix().expect("a matrix");
    let Cells::Dense(filled) = &data.filled else {
        unreachable!("filled cells are dense")
    };
    let cell = |user: &str, item: &str| {
        let row = data.rows.find(user).expect("a user");
        filled.row(row)[data.columns.find(item).expect("an item")]
    };
    for (pair, predicted) in &predictions {
        let (user, item) = pair.split_once(',').expect("a pair");
        let found = cell(user, item);
        assert!(
            (found - predicted).abs() < 1e-4,
            "{pair}: {found}, {predicted}"
        );
    }
    // Ratings that are there stay, and a user that the run does not know has the mean of all.
    assert_eq!(cell("new", "1"), 4.5);
    assert!((cell("new", "2") - cell("new", "3")).abs() < 1e-6);
    assert!(
        notices(data, "are predicted by AutoRec"),
        "{:?}",
        data.notices
    );
    assert!(notices(data, "does not know 1 of the rows"));
    let zeros = load(&at("file")).expect("a matrix");
    assert_ne!(zeros.fingerprint().hash, data.fingerprint.hash);

    let wrong = |run: &Path| {
        let config = MatrixSource {
            completed_by: Some(run.to_owned()),
            ..config.clone()
        };
        load(&config).expect_err("no run").to_string()
    };
    assert!(wrong(folder.path()).contains("run.json"));
    assert!(wrong(Path::new("nowhere")).contains("does not exist"));
    std::fs::write(
        folder.path().join("file"),
        "row,column,value\na,b,1\na,c,2\nd,b,3\n",
    )
    .expect("written");
    assert!(wrong(&run).contains("none of the run's users"));
}
