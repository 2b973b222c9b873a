//! Files of MATLAB that are not what they say.

use std::io::Write as _;

use atelier::data::RatingsSource;

use super::{config, fixture, says_where, wrong, wrong_with};

/// A data element of a MAT file.
pub(super) fn element(kind: u32, payload: &[u8]) -> Vec<u8> {
    let mut bytes = [kind, payload.len() as u32].map(u32::to_le_bytes).concat();
    bytes.extend(payload);
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    bytes
}

/// A MAT file of level 5 with this content behind its header.
pub(super) fn mat(content: &[u8]) -> Vec<u8> {
    let mut bytes = b"MATLAB 5.0 MAT-file".to_vec();
    bytes.resize(124, b' ');
    bytes.extend(b"\x00\x01IM");
    bytes.extend(content);
    bytes
}

/// A variable `fea`: class, shape, and the elements behind its name.
pub(super) fn variable(class: u32, shape: &[i32], elements: &[Vec<u8>]) -> Vec<u8> {
    let shape: Vec<u8> = shape.iter().flat_map(|side| side.to_le_bytes()).collect();
    let head = [
        element(6, &[class, 0].map(u32::to_le_bytes).concat()),
        element(5, &shape),
        element(1, b"fea"),
    ];
    element(14, &[head.concat(), elements.concat()].concat())
}

fn doubles(numbers: &[f64]) -> Vec<u8> {
    element(
        9,
        &numbers
            .iter()
            .flat_map(|number| number.to_le_bytes())
            .collect::<Vec<u8>>(),
    )
}

fn integers(numbers: &[i32]) -> Vec<u8> {
    element(
        5,
        &numbers
            .iter()
            .flat_map(|number| number.to_le_bytes())
            .collect::<Vec<u8>>(),
    )
}

#[test]
fn a_matlab_file_that_is_not_what_it_says() {
    const DOUBLE: u32 = 6;
    const SPARSE: u32 = 5;
    let four = doubles(&[1., 2., 3., 4.]);
    let of =
        |class, shape: &[i32], elements: &[Vec<u8>]| wrong(&mat(&variable(class, shape, elements)));
    let many = i32::MAX;
    for (found, parts) in [
        (
            of(DOUBLE, &[many, many], std::slice::from_ref(&four)),
            &["fea", "2147483647 × 2147483647", "4 follow"][..],
        ),
        (
            of(DOUBLE, &[3, 2], std::slice::from_ref(&four)),
            &["fea", "3 × 2", "4 follow", "again"],
        ),
        (
            of(DOUBLE, &[-2, -2], std::slice::from_ref(&four)),
            &["variable 1 (damaged"],
        ),
        (of(DOUBLE, &[2, 2], &[]), &["cut off"]),
        (
            of(DOUBLE, &[2, 2], &[element(16, b"text")]),
            &["type 16", "not numbers"],
        ),
        (
            of(
                DOUBLE,
                &[2, 2],
                &[doubles(&[1., 2., f64::NEG_INFINITY, 4.])],
            ),
            &["row 1, column 2", "-inf"],
        ),
        (
            of(DOUBLE | 1 << 11, &[2, 2], &[four.clone(), four.clone()]),
            &["complex numbers"],
        ),
        (
            of(2, &[2, 2], &[]),
            &[
                "holds no matrix of real numbers",
                "fea (2 × 2, an array of structs)",
            ],
        ),
        (of(4, &[2, 2], &[element(16, b"text")]), &["text"]),
        (
            of(DOUBLE, &[2, 2, 2], std::slice::from_ref(&four)),
            &["fea (2 × 2 × 2)"],
        ),
        (
            of(DOUBLE, &[4, 1], std::slice::from_ref(&four)),
            &["at least two rows and columns"],
        ),
        // Entries of rows 0 and 1, one in each of two columns.
        (
            of(
                SPARSE,
                &[many, 2],
                &[integers(&[0, 1]), integers(&[0, 1, 2]), doubles(&[1., 2.])],
            ),
            &["2147483647 rows", "more than a file"],
        ),
        (
            of(
                SPARSE,
                &[2, 2],
                &[integers(&[0, 2]), integers(&[0, 1, 2]), doubles(&[1., 2.])],
            ),
            &["row 3, column 2", "outside"],
        ),
        (
            of(
                SPARSE,
                &[2, 2],
                &[integers(&[0, 1]), integers(&[0, 2, 1]), doubles(&[1., 2.])],
            ),
            &["column starts"],
        ),
        (
            of(
                SPARSE,
                &[2, 2],
                &[
                    integers(&[0, 1]),
                    integers(&[0, 1, 1_000_000]),
                    doubles(&[1., 2.]),
                ],
            ),
            &["column starts"],
        ),
        (
            of(
                SPARSE,
                &[2, 2],
                &[integers(&[0, 1]), integers(&[0, 1, 2]), doubles(&[1.])],
            ),
            &["column starts"],
        ),
        (
            of(
                SPARSE,
                &[2, 2],
                &[
                    integers(&[0, 1]),
                    integers(&[0, 1, 2]),
                    doubles(&[1., f64::NAN]),
                ],
            ),
            &["row 2, column 2", "NaN", "saved dense"],
        ),
        (
            of(
                SPARSE,
                &[2, 2],
                &[integers(&[0, -1]), integers(&[0, 1, 2]), doubles(&[1., 2.])],
            ),
            &["negative"],
        ),
        (wrong(&mat(b"")), &["holds no array"]),
        (
            wrong(&mat(&[14, 0, 0, 0, 255, 255, 255, 255])),
            &["longer than what is left", "cut off"],
        ),
        (
            wrong(&fixture("types_v7.mat")),
            &["several matrices", "a_i1 (3 × 4)", "data.variable"],
        ),
    ] {
        says_where(&found, parts);
    }
    let mut hdf5 = b"MATLAB 7.3 MAT-file, Platform: GLNXA64".to_vec();
    hdf5.resize(512, b' ');
    hdf5.extend(b"\x89HDF\r\n\x1a\n");
    says_where(&wrong(&hdf5), &["7.3", "HDF5", "-v7"]);
    let whole = fixture("fea_gnd.mat");
    says_where(&wrong(&whole[..whole.len() - 20]), &["cut off"]);
    let mut damaged = whole.clone();
    let at = whole.len() - 12;
    damaged[at] ^= 0xff;
    says_where(&wrong(&damaged), &["fea", "damaged", "again"]);
    // A bomb: 300 MB of zeros in 300 kB.
    let large = variable(
        DOUBLE,
        &[10_000, 30_000],
        &[element(2, &vec![0; 300_000_000])],
    );
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(&large).expect("packed");
    let packed = packed.finish().expect("packed");
    assert!(packed.len() < 2_000_000);
    let found = wrong(&mat(&element(15, &packed)));
    says_where(&found, &["fea", "expands more than 200 times", "-v6"]);
    // A matrix is not ratings.
    let ratings = RatingsSource {
        path: config().path,
        ..RatingsSource::default()
    };
    says_where(
        &wrong_with(&ratings, &whole),
        &["MATLAB", "not ratings", "clusters a matrix"],
    );
}
