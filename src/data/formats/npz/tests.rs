//! Archives put together here.

use std::io::Write;

use super::npy::tests::{doubles, npy, triples};
use super::*;

fn npz(arrays: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut to = npyz::npz::NpzWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in arrays {
        let writer = to.zip_writer();
        let begun = writer.start_file(format!("{name}.npy"), Default::default());
        begun.expect("begun");
        writer.write_all(bytes).expect("written");
    }
    to.zip_writer().finish().expect("finished").into_inner()
}

fn integers(numbers: &[i64]) -> Vec<u8> {
    let bytes: Vec<u8> = numbers.iter().flat_map(|n| n.to_le_bytes()).collect();
    npy("<i8", &format!("({},)", numbers.len()), &bytes)
}

fn numbers(numbers: &[f64]) -> Vec<u8> {
    npy("<f8", &format!("({},)", numbers.len()), &doubles(numbers))
}

fn cells(raw: &RawMatrix) -> Vec<f32> {
    let mut values = vec![0.0; raw.cells.rows() * raw.cells.columns()];
    for row in 0..raw.cells.rows() {
        for (column, value) in raw.cells.row(row) {
            values[row * raw.cells.columns() + column] = value;
        }
    }
    values
}

/// 1 2 0 0 / 3 0 0 0 / 0 0 5 0 / 0 0 0 7
const A: [f32; 16] = [
    1., 2., 0., 0., 3., 0., 0., 0., 0., 0., 5., 0., 0., 0., 0., 7.,
];

#[test]
fn blocks_and_diagonals_as_scipy_keeps_them() {
    let shape = ("shape", integers(&[4, 4]));
    let bsr = npz(&[
        ("format", npy("<U3", "()", b"b\0\0\0s\0\0\0r\0\0\0")),
        shape.clone(),
        ("indptr", integers(&[0, 1, 2])),
        ("indices", integers(&[0, 1])),
        (
            "data",
            npy(
                "<f8",
                "(2, 2, 2)",
                &doubles(&[1., 2., 3., 0., 5., 0., 0., 7.]),
            ),
        ),
    ]);
    // The main diagonal 1 0 5 7, 2 0 0 above it (from column 1) and 3 0 0 below; what lies outside is 9.
    let dia = npz(&[
        ("format", npy("|S3", "()", b"dia")),
        shape.clone(),
        ("offsets", integers(&[0, 1, -1])),
        (
            "data",
            npy(
                "<f8",
                "(3, 4)",
                &doubles(&[1., 0., 5., 7., 9., 2., 0., 0., 3., 0., 0., 9.]),
            ),
        ),
    ]);
    for bytes in [&bsr, &dia] {
        assert_eq!(cells(&matrix(bytes, None).expect("a matrix")), A);
        let mut names = Names::default();
        let table = ratings(bytes, &mut names).expect("ratings");
        let mut found = triples(&table, &names);
        found.sort_by(|a, b| a.2.total_cmp(&b.2));
        let places: Vec<(&str, &str)> = found.iter().map(|t| (&t.0[..], &t.1[..])).collect();
        assert_eq!(
            places,
            [("0", "0"), ("0", "1"), ("1", "0"), ("2", "2"), ("3", "3")]
        );
    }
    for (name, wrong, problem) in [
        (
            "data",
            npy("<f8", "(2, 3, 1)", &[0; 48]),
            "blocks of 3 × 1 do not fill",
        ),
        ("data", npy("<f8", "(2, 0, 4)", &[]), "do not fill"),
        ("indices", integers(&[0, i64::MAX]), "outside the shape"),
        ("indptr", integers(&[0, 2]), "indptr does not fit"),
    ] {
        let mut parts = vec![
            ("format", npy("|S3", "()", b"bsr")),
            shape.clone(),
            ("indptr", integers(&[0, 1, 2])),
            ("indices", integers(&[0, 1])),
            ("data", npy("<f8", "(2, 2, 2)", &doubles(&[1.; 8]))),
        ];
        parts.retain(|part| part.0 != name);
        parts.push((name, wrong));
        let wrong = matrix(&npz(&parts), None).expect_err(problem);
        assert!(wrong.problem.contains(problem), "{}", wrong.problem);
    }
}

#[test]
fn parts_of_a_sparse_matrix_without_a_format_are_put_together() {
    let parts = |prefix: &str| {
        vec![
            (format!("{prefix}data"), numbers(&[1., 2., 3., 5., 7.])),
            (format!("{prefix}indices"), integers(&[0, 1, 0, 2, 3])),
            (format!("{prefix}indptr"), integers(&[0, 2, 3, 4, 5])),
            (format!("{prefix}shape"), integers(&[4, 4])),
        ]
    };
    let mut arrays = parts("attr_");
    arrays.push(("labels".to_owned(), integers(&[1, 1, 0, 2])));
    let named = |arrays: &[(String, Vec<u8>)]| -> Vec<u8> {
        let borrowed: Vec<(&str, Vec<u8>)> = arrays
            .iter()
            .map(|(name, bytes)| (&name[..], bytes.clone()))
            .collect();
        npz(&borrowed)
    };
    let raw = matrix(&named(&arrays), None).expect("a matrix");
    assert_eq!(cells(&raw), A);
    let classes = raw.row_classes.expect("classes");
    assert_eq!(classes[3].as_deref(), Some("2"));
    let square = raw
        .notices
        .iter()
        .any(|notice| notice.contains("row by row (CSR)"));
    assert!(square, "{:?}", raw.notices);
    arrays.extend(parts("adj_"));
    let wrong = matrix(&named(&arrays), None).expect_err("two");
    assert!(
        wrong.problem.contains("adj (4 × 4), attr (4 × 4)"),
        "{}",
        wrong.problem
    );
    assert_eq!(
        cells(&matrix(&named(&arrays), Some("adj")).expect("one")),
        A
    );
}

#[test]
fn vectors_that_are_called_user_item_and_rating_are_a_list() {
    let arrays = [
        ("user_id", integers(&[7, 8, 7])),
        ("movie", npy("|S2", "(3,)", b"a\0b\0bc")),
        ("rating", numbers(&[1., 2., 3.])),
        ("about", npy("<U1", "()", b"x\0\0\0")),
    ];
    let mut names = Names::default();
    let table = ratings(&npz(&arrays), &mut names).expect("ratings");
    let found = triples(&table, &names);
    let last = ("7".to_owned(), "bc".to_owned(), 3.);
    assert_eq!((found.len(), &found[2]), (3, &last));
    let raw = matrix(&npz(&arrays), None).expect("a matrix");
    assert_eq!((raw.cells.rows(), raw.cells.columns()), (2, 3));
    // Of different lengths they are nothing together.
    let mut shorter = arrays.to_vec();
    shorter[2] = ("rating", numbers(&[1., 2.]));
    let wrong = ratings(&npz(&shorter), &mut names).expect_err("too few");
    assert!(
        wrong.problem.contains("4 NumPy arrays"),
        "{}",
        wrong.problem
    );
}

#[test]
fn classes_beside_a_matrix_are_taken_or_said_to_be_left_out() {
    let data = (
        "X",
        npy("<f8", "(3, 2)", &doubles(&[1., 2., 3., 4., 5., 6.])),
    );
    let with = |name: &'static str, labels: Vec<u8>| {
        let raw = matrix(&npz(&[data.clone(), (name, labels)]), None).expect("a matrix");
        (raw.row_classes, raw.notices.join("\n"))
    };
    let wide: Vec<u8> = "bäb"
        .chars()
        .flat_map(|c| u32::from(c).to_be_bytes())
        .collect();
    for (labels, expected) in [
        (npy(">U1", "(3,)", &wide), ["b", "ä", "b"]),
        (npy("|S2", "(3,)", b"b\0a\0b\0"), ["b", "a", "b"]),
        (npy("|b1", "(3,)", &[1, 0, 1]), ["1", "0", "1"]),
    ] {
        let (classes, notices) = with("labels", labels);
        let classes = classes.expect("classes");
        let found: Vec<&str> = classes.iter().flatten().map(String::as_str).collect();
        assert_eq!(found, expected);
        assert!(notices.contains("labels was read as the true classes of the rows"));
    }
    let (classes, notices) = with("y", npy("|O", "(3,)", b"pickled"));
    assert!(classes.is_none());
    assert!(
        notices.contains("y (3, Python objects) was not read as true classes"),
        "{notices}"
    );
}
