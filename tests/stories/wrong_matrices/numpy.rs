//! Files of NumPy that are not what they say.

use std::io::Write as _;

use atelier::data::MatrixSource;

use super::{config, fixture, says_where, wrong, wrong_with};

/// An `.npy` file of version 1.
pub(super) fn npy(descr: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}

/// An `.npz` file of unpacked arrays.
pub(super) fn npz(arrays: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut to = npyz::npz::NpzWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in arrays {
        let writer = to.zip_writer();
        writer
            .start_file(format!("{name}.npy"), Default::default())
            .expect("begun");
        writer.write_all(bytes).expect("written");
    }
    to.zip_writer().finish().expect("finished").into_inner()
}

#[test]
fn a_numpy_file_that_is_not_what_it_says() {
    let zeros = [0_u8; 16];
    for (descr, shape, parts) in [
        ("<f4", "(3, 3)", &["promises", "only 16 bytes", "again"][..]),
        (
            "<f8",
            "(1000000000000, 1000000)",
            &["promises", "only 16 bytes"],
        ),
        ("<f4", "(4,)", &["1 dimension,", "a matrix has 2"]),
        ("<f4", "(1, 2, 2)", &["3 dimensions"]),
        ("<c8", "(2, 1)", &["<c8", "not a supported type"]),
        ("|O", "(2, 1)", &["Python objects", "allow_pickle"]),
        ("<U2", "(2, 1)", &["holds text"]),
        ("<f4", "(0, 9)", &["no cell"]),
    ] {
        says_where(&wrong(&npy(descr, shape, &zeros)), parts);
    }
    let infinite = [1.0, f64::INFINITY].map(f64::to_le_bytes).concat();
    says_where(
        &wrong(&npy("<f8", "(1, 2)", &infinite)),
        &["row 1, column 2", "inf", "not a finite"],
    );
    // Too large for single precision.
    let large = [1.0, 1e300].map(f64::to_le_bytes).concat();
    says_where(
        &wrong(&npy("<f8", "(2, 1)", &large)),
        &["row 2, column 1", "not a finite"],
    );
}

#[test]
fn an_archive_that_is_not_what_it_says() {
    let two = wrong(&fixture("two.npz"));
    says_where(
        &two,
        &[
            "several matrices",
            "first (3 × 4), second (4 × 3)",
            "data.variable",
        ],
    );
    let named = |variable: &str| {
        let config = MatrixSource {
            variable: Some(variable.to_owned()),
            ..config()
        };
        wrong_with(&config, &fixture("several.npz"))
    };
    says_where(
        &named("fea"),
        &["no array called fea", "X (3 × 4)", "data.variable"],
    );
    says_where(&named("labels"), &["1 dimension,", "data.variable"]);
    says_where(&named("note"), &["note is text"]);
    let whole = fixture("csr.npz");
    says_where(&wrong(&whole[..whole.len() / 2]), &["cut off", "again"]);
    let i8 =
        |numbers: &[i64]| -> Vec<u8> { numbers.iter().flat_map(|n| n.to_le_bytes()).collect() };
    let format = npy("|S3", "()", b"coo");
    let coo = |shape: &[i64], row: i64, value: f64| {
        npz(&[
            ("format", format.clone()),
            ("shape", npy("<i8", "(2,)", &i8(shape))),
            ("row", npy("<i8", "(1,)", &i8(&[row]))),
            ("col", npy("<i8", "(1,)", &i8(&[1]))),
            ("data", npy("<f8", "(1,)", &value.to_le_bytes())),
        ])
    };
    // A shape that no machine holds, with one entry.
    let found = wrong(&coo(&[i64::MAX, 5], 0, 1.0));
    says_where(&found, &["9223372036854775807 rows", "more than a file"]);
    says_where(
        &wrong(&coo(&[3, 5], 3, 1.0)),
        &["row 3, column 1", "outside the shape"],
    );
    says_where(&wrong(&coo(&[3, 5], -3, 1.0)), &["row", "positions"]);
    says_where(
        &wrong(&coo(&[3, 5], 0, f64::NAN)),
        &["row 1, column 2", "NaN", "saved dense"],
    );
    // A bomb: 400 MB of zeros in 400 kB.
    let mut to = npyz::npz::NpzWriter::new(std::io::Cursor::new(Vec::new()));
    let options =
        zip::write::FileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    let writer = to.zip_writer();
    writer.start_file("a.npy", options).expect("begun");
    writer
        .write_all(&npy("<f4", "(10000, 10000)", &vec![0; 400_000_000]))
        .expect("written");
    let bomb = to.zip_writer().finish().expect("finished").into_inner();
    says_where(&wrong(&bomb), &["expands more than 200 times"]);
}
