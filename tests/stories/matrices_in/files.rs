//! Formats of files, recognized by their content.

use atelier::data::{Cells, MatrixSource};

use super::{A, POSITIVE, at, classes, dense, fixture, fixtures, ids, load, notices};
use crate::measured_data;

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
