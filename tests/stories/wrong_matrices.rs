//! A person opens a matrix that is wrong: one clear error says where and what to do, and nothing panics or eats the memory.
use std::io::Write as _;
use std::path::{Path, PathBuf};

use atelier::data::{self, DataError, MatrixSource, Missing, Monitor, RatingsSource, Source};
use proptest::prelude::*;

fn config() -> MatrixSource {
    MatrixSource {
        path: PathBuf::from("matrix"),
        ..MatrixSource::default()
    }
}

fn message(config: &(impl Into<Source> + Clone), base: &Path) -> String {
    let source = config.clone().into();
    match data::load(&source, base, 1, &Monitor::default()) {
        Err(error) => error.to_string(),
        Ok(_) => panic!("{source:?} was read without an error"),
    }
}

fn wrong_with(config: &(impl Into<Source> + Clone), content: &[u8]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("matrix"), content).expect("written");
    message(config, folder.path())
}

/// The message about a file `matrix` with this content.
fn wrong(content: &[u8]) -> String {
    wrong_with(&config(), content)
}

#[track_caller]
fn says(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(message.contains(part), "no {part:?}: {message}");
    }
}

#[track_caller]
fn says_where(message: &str, parts: &[&str]) {
    assert!(message.contains("matrix"), "no file: {message}");
    assert!(message.ends_with('.'), "{message}");
    says(message, parts);
}

fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/matrices");
    std::fs::read(folder.join(name)).expect("a fixture")
}

#[test]
fn text_that_is_no_table() {
    for (content, parts) in [
        ("", &["is empty", "Give"][..]),
        (" \n\n", &["no lines of data", "Give"]),
        (
            "5\n3\n4\n",
            &["line 1", "only one column", "table of numbers"],
        ),
        ("a,b,c,d\n", &["no row of cells", "Add rows"]),
        (
            ",x,y,z\na,1,2,3\nb,1,two,3\n",
            &["line 3, column 3", "\"two\"", "expected a number"],
        ),
        (
            "x,y,z,w,v\n1,2,3,4,5\n1,2,3,4,5\n1,2,3,4,5\n1,2,three,4,5\n",
            &["line 5, column 3", "\"three\""],
        ),
        (
            ",x,y,z\na,1,2,3\nb,1,2\nc,4,5,6\n",
            &["line 3", "3 columns", "have 4"],
        ),
        (
            ",x,y,z\na,1,2,inf\n",
            &[
                "line 2, column 4",
                "\"inf\"",
                "not a finite number",
                "leave the cell empty",
            ],
        ),
        (
            "1 2 3 4\n5 6 7 1e99\n",
            &["line 2, column 4", "\"1e99\"", "not a finite number"],
        ),
        (
            "1,2,3,4\n5,\"6,7,8\n",
            &["line 2, column 2", "quote", "Close it"],
        ),
        (
            "row,column,value\n1,1,5\n1,2,x\n",
            &["line 3, column 3", "\"x\""],
        ),
    ] {
        says_where(&wrong(content.as_bytes()), parts);
    }
    says_where(
        &wrong(b"a,b,c,d\n1,2,3,4\n\xe9,2,3,4\n1,2,3,4\n"),
        &["line 3, column 1", "\"é\"", "expected a number"],
    );
    says_where(
        &wrong(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
        &["picture", "folders of images"],
    );
    let mut long = b"1,2,3,4\n".repeat(1_000_000);
    long.extend_from_slice(b"1,2,3,four\n");
    says_where(&wrong(&long), &["line 1000001, column 4", "\"four\""]);
}

#[test]
fn a_matrix_market_file_that_is_not_what_it_says() {
    let market = |banner: &str, body: &str| {
        wrong(format!("%%MatrixMarket matrix {banner}\n{body}").as_bytes())
    };
    for (banner, body, parts) in [
        (
            "coordinate real general",
            "18446744073709551615 3 1\n1 1 5\n",
            &["line 2", "18446744073709551615 rows"][..],
        ),
        (
            "coordinate real general",
            "3 4000000000 1\n1 1 5\n",
            &["4000000000 columns", "more than a file"],
        ),
        (
            "coordinate real general",
            "2 2 3\n1 1 5\n",
            &["line 2", "promises 3", "holds 1"],
        ),
        (
            "coordinate real general",
            "2 2 1\n1 3 5\n",
            &["line 3, column 2", "between 1 and 2"],
        ),
        (
            "coordinate real general",
            "2 2 1\n1 0 5\n",
            &["line 3, column 2", "between 1 and 2"],
        ),
        (
            "coordinate real general",
            "2 2 1\n1 1 nan\n",
            &["line 3, column 3", "not a finite number"],
        ),
        (
            "coordinate real general",
            "2 2 1\n1 1\n",
            &["line 3", "not an entry", "3 numbers"],
        ),
        (
            "coordinate pattern general",
            "2 2 1\n1 1 5\n",
            &["line 3", "not an entry", "2 numbers"],
        ),
        (
            "coordinate real general",
            "2 2\n1 1 5\n",
            &["line 2", "size of the matrix"],
        ),
        (
            "coordinate real symmetric",
            "2 3 1\n1 1 5\n",
            &["line 2", "square", "2 × 3"],
        ),
        (
            "coordinate complex general",
            "2 2 1\n1 1 5 6\n",
            &["line 1", "complex"],
        ),
        (
            "coordinate real hermitian",
            "2 2 1\n1 1 5\n",
            &["line 1", "Begin with"],
        ),
        (
            "array real general",
            "1000000000 1000000000\n1\n2\n",
            &["promises 1000000000000000000", "holds 2"],
        ),
        (
            "array real general",
            "4000000000 18446744073709551615\n1\n",
            &["line 2", "size of the matrix"],
        ),
        (
            "array real symmetric",
            "3 3\n1\n2\n3\n",
            &["promises 6", "holds 3"],
        ),
        (
            "array real general",
            "2 1\n1\ntwo\n",
            &["line 4", "\"two\""],
        ),
        (
            "array real general",
            "2 1\n1\ninf\n",
            &["line 4", "not a finite number"],
        ),
        ("array real general", "0 5\n", &["no cell"]),
        ("coordinate real general", "", &["size of the matrix"]),
    ] {
        says_where(&market(banner, body), parts);
    }
}

/// An `.npy` file of version 1.
fn npy(descr: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}

/// An `.npz` file of unpacked arrays.
fn npz(arrays: &[(&str, Vec<u8>)]) -> Vec<u8> {
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

/// A data element of a MAT file.
fn element(kind: u32, payload: &[u8]) -> Vec<u8> {
    let mut bytes = [kind, payload.len() as u32].map(u32::to_le_bytes).concat();
    bytes.extend(payload);
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    bytes
}

/// A MAT file of level 5 with this content behind its header.
fn mat(content: &[u8]) -> Vec<u8> {
    let mut bytes = b"MATLAB 5.0 MAT-file".to_vec();
    bytes.resize(124, b' ');
    bytes.extend(b"\x00\x01IM");
    bytes.extend(content);
    bytes
}

/// A variable `fea`: class, shape, and the elements behind its name.
fn variable(class: u32, shape: &[i32], elements: &[Vec<u8>]) -> Vec<u8> {
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

#[test]
fn labels_that_do_not_fit() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, content: &[u8]| {
        std::fs::write(folder.path().join(name), content).expect("written");
    };
    write("matrix", b",x,y,z\nann,1,0,2\nbob,0,3,1\n");
    let labels = |content: &[u8]| {
        write("labels", content);
        let config = MatrixSource {
            column_labels: Some("labels".into()),
            ..config()
        };
        let message = message(&config, folder.path());
        assert!(message.contains("labels"), "{message}");
        message
    };
    for (content, parts) in [
        (&b"a\nb\n"[..], &["2 classes", "3 columns"][..]),
        (b"a\nb\nc\nd\n", &["4 classes", "3 columns"]),
        (b"", &["is empty"]),
        (b"name,class\nann,a\nbob,b\n\n\n\n", &["\"bob\"", "\"x\""]),
        (
            b"one,a\ntwo,b\nthree,c\nfour,d\n",
            &["\"four\"", "\"x\"", "name and class"],
        ),
        (b"\x89PNG\0\0", &["zero bytes"]),
    ] {
        says(&labels(content), parts);
    }
    let bytes = npy("<i8", "(2,)", &[0; 16]);
    says(&labels(&bytes), &["2 classes", "3 columns"]);
    says(
        &labels(&fixture("two.npz")),
        &["no vector of 3 classes", "first, second"],
    );
    says(&labels(&mat(b"")), &["no vector of 3 classes"]);
    let missing = MatrixSource {
        row_labels: Some("nowhere".into()),
        ..config()
    };
    says(
        &message(&missing, folder.path()),
        &["nowhere", "Check the path"],
    );
}

#[test]
fn a_run_that_completes_goes_with_its_way_to_fill() {
    let alone = MatrixSource {
        completed_by: Some(PathBuf::from("x")),
        ..config()
    };
    let without = MatrixSource {
        missing: Missing::Predicted,
        ..config()
    };
    for config in [alone, without] {
        let found = wrong_with(&config, b"1,2,3\n1,3,4\n2,2,5\n");
        says(&found, &["data.completed_by: "]);
    }
}

#[test]
fn what_would_not_fit_in_memory_is_not_filled() {
    // 100,000 rows and columns, 100,001 cells.
    let text: String = (0..100_000).map(|at| format!("a{at},b{at},1\n")).collect();
    let content = format!("row,column,value\n{text}a0,b1,2\n");
    let means = MatrixSource {
        missing: Missing::ColumnMean,
        ..config()
    };
    let found = wrong_with(&means, content.as_bytes());
    says(&found, &["data.missing", "100000 × 100000", "\"zero\""]);
}

#[test]
fn reading_can_be_canceled() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("matrix"), "1,2,3,4\n".repeat(1_000_000)).expect("written");
    let monitor = Monitor::default();
    data::load(&config().into(), folder.path(), 1, &monitor).expect("a matrix");
    assert_eq!(monitor.fraction(), Some(1.0));
    let monitor = Monitor::default();
    monitor.cancel();
    let canceled = data::load(&config().into(), folder.path(), 1, &monitor);
    assert!(matches!(canceled, Err(DataError::Canceled)));
}

/// Reads bytes as a matrix, with its own bytes as labels too; only a panic or an abort is wrong.
fn read_anything(content: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("matrix"), content).expect("written");
    for missing in [Missing::Zero, Missing::RowMean] {
        let config = MatrixSource {
            missing,
            ..config()
        };
        if let Err(error) = data::load(
            &config.clone().into(),
            folder.path(),
            1,
            &Monitor::default(),
        ) {
            let message = error.to_string();
            assert!(message.contains("matrix"), "{message}");
        }
    }
    std::fs::write(
        folder.path().join("table"),
        ",x,y,z\nann,1,0,2\nbob,0,3,1\n",
    )
    .expect("written");
    let labels = MatrixSource {
        path: "table".into(),
        row_labels: Some("matrix".into()),
        ..config()
    };
    let _ = data::load(
        &labels.clone().into(),
        folder.path(),
        1,
        &Monitor::default(),
    );
}

const FILES: [&str; 16] = [
    "array.mtx",
    "big_endian.mat",
    "classes.npy",
    "coo.npz",
    "csc.npz",
    "csr.npz",
    "f2.npy",
    "fea_gnd.mat",
    "little_endian.mat",
    "one.mat",
    "pattern.mtx",
    "several.npz",
    "skew_array.mtx",
    "symmetric.mtx",
    "types_v6.mat",
    "version_4.mat",
];

const TABLES: [&str; 4] = [
    ",x,y,z\nann,1,0,2\nbob,0,3,1\n",
    "x,y,z,species\n1,2,3,cat\n4,5,7,dog\n",
    "\"x\" \"y\" \"z\"\n\"a\" 1 NA 2\n\"b\" 0 3 -0.1\n",
    "i,j,v\n1,1,5\n1,2,3\n",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_a_reader_panic(content in proptest::collection::vec(any::<u8>(), 0..400)) {
        read_anything(&content);
    }

    #[test]
    fn no_text_makes_a_reader_panic(content in "[0-9a-z,;:|\t \n\r\"%#.+-]{0,200}") {
        read_anything(content.as_bytes());
    }

    #[test]
    fn no_content_of_a_mat_file_makes_the_reader_panic(
        content in proptest::collection::vec(any::<u8>(), 0..400),
        small in any::<bool>(),
    ) {
        // Mostly plausible tags, so that the reader gets further.
        let tamed: Vec<u8> = content.iter().map(|byte| if small { byte % 16 } else { *byte }).collect();
        read_anything(&mat(&tamed));
    }

    #[test]
    fn no_elements_of_a_mat_file_make_the_reader_panic(
        class in 0_u32..20,
        shape in proptest::collection::vec(-1_i32..5, 0..4),
        elements in proptest::collection::vec((0_u32..20, proptest::collection::vec(0_u8..5, 0..64)), 0..4),
    ) {
        let elements: Vec<Vec<u8>> = elements.iter().map(|(kind, payload)| element(*kind, payload)).collect();
        read_anything(&mat(&variable(class, &shape, &elements)));
    }

    #[test]
    fn no_damage_to_a_valid_file_makes_a_reader_panic(
        file in 0..FILES.len() + TABLES.len(),
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        end in any::<prop::sample::Index>(),
        cut in any::<bool>(),
    ) {
        let mut content = match FILES.get(file) {
            Some(name) => fixture(name),
            None => TABLES[file - FILES.len()].as_bytes().to_vec(),
        };
        for (at, byte) in damage {
            let at = at.index(content.len());
            content[at] = byte;
        }
        if cut {
            content.truncate(end.index(content.len()));
        }
        read_anything(&content);
    }
}
