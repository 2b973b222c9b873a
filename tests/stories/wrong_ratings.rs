//! A person opens a file that is wrong: one clear error says where and what to do, and nothing panics or eats the memory.
use std::io::Write as _;
use std::path::{Path, PathBuf};

use atelier::data::{self, Monitor, RatingsSource};
use proptest::prelude::*;

fn config(path: &str) -> RatingsSource {
    RatingsSource {
        path: PathBuf::from(path),
        ..RatingsSource::default()
    }
}

fn message(config: &RatingsSource, base: &Path) -> String {
    match data::load(&config.clone().into(), base, 1, &Monitor::default()) {
        Err(error) => error.to_string(),
        Ok(_) => panic!("{config:?} was read without an error"),
    }
}

/// The message about a file `ratings` with this content.
fn wrong(content: &[u8]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("ratings"), content).expect("written");
    message(&config("ratings"), folder.path())
}

fn notices(content: &[u8], config: &RatingsSource) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join(&config.path), content).expect("written");
    let data = data::load(
        &config.clone().into(),
        folder.path(),
        1,
        &Monitor::default(),
    )
    .expect("ratings");
    data.notices().to_vec()
}

#[track_caller]
fn says(message: &str, parts: &[&str]) {
    assert!(message.contains("ratings"), "no file: {message}");
    for part in parts {
        assert!(message.contains(part), "no {part:?}: {message}");
    }
    assert!(message.ends_with('.'), "{message}");
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(content).expect("packed");
    packed.finish().expect("packed")
}

#[test]
fn a_missing_file_or_a_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    says(
        &message(&config("ratings"), folder.path()),
        &["Check the path"],
    );
    std::fs::create_dir(folder.path().join("ratings")).expect("made");
    let is_folder = message(&config("ratings"), folder.path());
    says(&is_folder, &["is a folder", "Give the file"]);
    std::fs::write(folder.path().join("ratings/u.data"), "1\t2\t3\n").expect("written");
    says(&message(&config("ratings"), folder.path()), &["u.data"]);
}

#[test]
fn nothing_in_the_file() {
    says(&wrong(b""), &["is empty", "Give"]);
    says(&wrong(b"\n \n"), &["no lines of data", "Give"]);
    says(&wrong(&gzip(b"")), &["nothing", "Give"]);
    says(
        &wrong(b"userId,movieId,rating,timestamp\n"),
        &["a header, but no rating", "Add lines"],
    );
}

#[test]
fn too_few_columns() {
    says(&wrong(b"5\n3\n4\n"), &["line 1", "one column", "Give"]);
    says(
        &wrong(b"1,2\n3,4\n"),
        &["line 1, column 3", "no rating", "Add"],
    );
}

#[test]
fn text_where_a_rating_should_be() {
    let found = wrong(b"1,2,3\n4,5,good\n");
    says(&found, &["line 2, column 3", "\"good\"", "Write a number"]);
    let found = wrong(b"userId,movieId,rating\n1,2,\n1,3,4\n");
    says(&found, &["line 2, column 3", "no rating", "Write"]);
    let found = wrong(b",a,b,c\nann,5,,3\nbob,1,2,three\n\n");
    says(&found, &["line 3, column 4", "\"three\""]);
}

#[test]
fn ratings_that_are_not_finite() {
    for text in ["nan", "NaN", "inf", "-Infinity", "1e99"] {
        let found = wrong(format!("1\t2\t3\n1\t3\t{text}\n").as_bytes());
        says(
            &found,
            &["line 2, column 3", text, "not a finite number", "Write"],
        );
    }
    let mut huge = b"1,2,3\n".repeat(1_000_000);
    huge.extend_from_slice(b"1,2,nan\n");
    says(&wrong(&huge), &["line 1000001, column 3"]);
    says(&wrong(&gzip(&huge)), &["line 1000001, column 3"]);
}

#[test]
fn lines_that_differ() {
    let found = wrong(b"1,2,3,881250949\n1,3,4\n1,4,5,881250949\n");
    says(
        &found,
        &["line 2", "3 columns", "have 4", "Give every line"],
    );
    let found = wrong(b"1,2,3\n1,2,3,4,5\n1,4,5\n");
    says(&found, &["line 2", "5 columns", "have 3"]);
    let found = wrong(b"1,\"2,3\n1,2,3\n4,5,6\n");
    says(&found, &["line 1, column 2", "quote", "Close it"]);
    let mut times = b"1,2,3,881250949\n".repeat(200);
    times.extend_from_slice(b"1,4,5,soon\n");
    says(
        &wrong(&times),
        &["line 201, column 4", "\"soon\"", "seconds since 1970"],
    );
}

#[test]
fn ids_that_are_missing() {
    says(&wrong(b"1,2,3\n,2,3\n"), &["line 2, column 1", "no user"]);
    says(&wrong(b"1,2,3\n1,,3\n"), &["line 2, column 2", "no item"]);
    says(
        &wrong(b",a,,c\nann,5,,3\n"),
        &["line 1, column 3", "no item"],
    );
    says(
        &wrong(b",a,b,a\nann,5,,3\n"),
        &["line 1, column 4", "twice"],
    );
}

#[test]
fn text_in_an_encoding_that_cannot_be_read() {
    let found = wrong(b"\xff\xfe\0\x001\0\0\0");
    says(&found, &["UTF-32", "UTF-8"]);
    says(
        &wrong(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
        &["picture", "folders of images"],
    );
}

#[test]
fn a_matrix_market_file_that_promises_more_than_it_holds() {
    let banner = "%%MatrixMarket matrix coordinate real general\n";
    let body = "1 1 5\n2 2 4\n";
    let with = |size: &str| wrong(format!("{banner}% note\n{size}\n{body}").as_bytes());
    // Sizes no machine could allocate.
    let found = with("18446744073709551615 18446744073709551615 18446744073709551615");
    says(
        &found,
        &["line 3", "promises 18446744073709551615", "holds 2"],
    );
    says(&with("2 2 3"), &["promises 3", "holds 2", "header"]);
    says(&with("2 1 2"), &["line 5, column 2", "between 1 and 1"]);
    says(&with("2 2"), &["line 3", "size of the matrix", "Write"]);
    let kind = |banner: &str| wrong(format!("{banner}\n2 2 2\n{body}").as_bytes());
    says(
        &kind("%%MatrixMarket matrix coordinate pattern general"),
        &["no ratings"],
    );
    says(
        &kind("%%MatrixMarket matrix array real general"),
        &["dense"],
    );
    says(
        &kind("%%MatrixMarket matrix coordinate real symmetric"),
        &["symmetric"],
    );
    says(&kind("%%MatrixMarket vector"), &["line 1", "Begin with"]);
}

/// An `.npy` file of version 1 or 2.
fn npy(version: u8, header: &str, data: &[u8]) -> Vec<u8> {
    let mut bytes = b"\x93NUMPY".to_vec();
    bytes.extend([version, 0]);
    match version {
        1 => bytes.extend((header.len() as u16).to_le_bytes()),
        _ => bytes.extend((header.len() as u32).to_le_bytes()),
    }
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}

#[test]
fn a_numpy_file_that_promises_more_than_it_holds() {
    let header =
        |shape: &str| format!("{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}\n");
    let data = [0_u8; 16];
    for shape in [
        "(3, 3)",
        "(1000000000000, 1000000)",
        "(18446744073709551615, 2)",
    ] {
        for version in [1, 2] {
            let found = wrong(&npy(version, &header(shape), &data));
            says(&found, &["promises", "only 16 bytes", "again"]);
        }
    }
    // A header that promises to be longer than the file.
    let mut long = npy(2, &header("(2, 2)"), &data);
    long[8..12].copy_from_slice(&u32::MAX.to_le_bytes());
    says(&wrong(&long), &["header is damaged", "numpy.save"]);
    says(
        &wrong(&npy(1, &header("(4,)"), &data)),
        &["1 dimension,", "matrix"],
    );
    let complex = header("(2, 1)").replace("<f4", "<c8");
    says(&wrong(&npy(1, &complex, &data)), &["<c8", "astype"]);
    let infinite = [1_f32, f32::INFINITY].map(f32::to_le_bytes).concat();
    says(
        &wrong(&npy(1, &header("(1, 2)"), &infinite)),
        &["row 1, column 2", "inf"],
    );
}

fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/ratings");
    std::fs::read(folder.join(name)).expect("a fixture")
}

/// An `.npz` file of unpacked arrays, made from the one SciPy wrote with one array changed.
fn with_array(array: &str, bytes: &[u8]) -> Vec<u8> {
    let original = fixture("csc.npz");
    let mut from = npyz::npz::NpzArchive::new(std::io::Cursor::new(original)).expect("a fixture");
    let names: Vec<String> = from.array_names().map(str::to_owned).collect();
    let mut to = npyz::npz::NpzWriter::new(std::io::Cursor::new(Vec::new()));
    for name in names {
        let file = format!("{name}.npy");
        let mut content = Vec::new();
        let mut entry = from.zip_archive().by_name(&file).expect("an entry");
        std::io::copy(&mut entry, &mut content).expect("copied");
        let writer = to.zip_writer();
        writer.start_file(file, Default::default()).expect("begun");
        writer
            .write_all(if name == array { bytes } else { &content })
            .expect("written");
    }
    to.zip_writer().finish().expect("finished").into_inner()
}

#[test]
fn a_scipy_file_that_is_not_what_it_says() {
    let header = |descr: &str, shape: &str| {
        format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n")
    };
    let i4 =
        |numbers: &[i32]| -> Vec<u8> { numbers.iter().flat_map(|n| n.to_le_bytes()).collect() };
    let i8 =
        |numbers: &[i64]| -> Vec<u8> { numbers.iter().flat_map(|n| n.to_le_bytes()).collect() };
    let shape = npy(1, &header("<i8", "(2,)"), &i8(&[i64::MAX, i64::MAX]));
    says(
        &wrong(&with_array("shape", &shape)),
        &["indptr does not fit", "save_npz"],
    );
    let indices = npy(1, &header("<i4", "(6,)"), &i4(&[0, 2, 2, 900, 0, 3]));
    says(
        &wrong(&with_array("indices", &indices)),
        &["row 900", "outside the shape"],
    );
    let negative = npy(1, &header("<i4", "(6,)"), &i4(&[0, 2, -2, 3, 0, 3]));
    says(
        &wrong(&with_array("indices", &negative)),
        &["indices", "positions"],
    );
    let starts = npy(1, &header("<i4", "(5,)"), &i4(&[0, 2, 4, 5, 6_000_000]));
    says(
        &wrong(&with_array("indptr", &starts)),
        &["indptr does not fit"],
    );
    let data = npy(1, &header("<f4", "(600000000,)"), &[0; 24]);
    says(
        &wrong(&with_array("data", &data)),
        &["promises", "24 bytes"],
    );
    let nan = [f32::NAN; 6].map(f32::to_le_bytes).concat();
    let nan = npy(1, &header("<f4", "(6,)"), &nan);
    says(
        &wrong(&with_array("data", &nan)),
        &["entry 0", "not a finite number"],
    );
    let whole = fixture("csr.npz");
    says(&wrong(&whole[..whole.len() / 2]), &["cut off", "again"]);
    // A bomb: 400 MB of zeros in 400 kB.
    let zeros = npy(2, &header("<f4", "(100000000,)"), &vec![0; 400_000_000]);
    says(
        &wrong(&with_array("data", &zeros)),
        &["expands more than 200 times", "compressed=False"],
    );
}

#[test]
fn gzip_that_is_cut_off_damaged_or_a_bomb() {
    let text: String = (0..100_000_u32)
        .map(|line| {
            format!(
                "{},{},{}\n",
                line / 7,
                line.wrapping_mul(2_654_435_761) >> 15,
                line % 5
            )
        })
        .collect();
    let packed = gzip(text.as_bytes());
    let found = wrong(&packed[..packed.len() - 1000]);
    says(&found, &["ends too early", "again"]);
    let found = wrong(&packed[..12]);
    says(&found, &["ends too early"]);
    let mut damaged = packed.clone();
    let at = damaged.len() - 6;
    damaged[at] ^= 0xff;
    says(&wrong(&damaged), &["damaged", "gzip -t"]);
    let bomb = gzip(&b"1,1,1\n".repeat(16_000_000));
    says(
        &wrong(&bomb),
        &["expands more than 200 times", "unpack it yourself"],
    );
}

#[test]
fn what_can_be_read_but_should_be_known() {
    let found = notices(
        b"1,1,3\n1,2,4\n1,1,5\n1,1,2\n2,1,1\n2,2,2\n",
        &config("ratings"),
    );
    assert!(
        found
            .iter()
            .any(|notice| notice.contains("2 ratings were replaced")),
        "{found:?}"
    );
    let found = notices(b"1,1,3\n1,2,3\n2,1,3\n2,2,3\n", &config("ratings"));
    assert!(
        found
            .iter()
            .any(|notice| notice.contains("every training rating is 3")),
        "{found:?}"
    );
    let found = notices(b"1,1,3\n1,2,4\n2,1,5\n", &config("ratings"));
    assert!(
        found
            .iter()
            .any(|notice| notice.contains("1 user and 1 item with a single")),
        "{found:?}"
    );
    let found = notices(b"1,1,3,9\n1,2,4,8\n", &config("ratings"));
    assert!(
        found
            .iter()
            .any(|notice| notice.contains("columns not used: 4")),
        "{found:?}"
    );
    let both = RatingsSource {
        test: Some(PathBuf::from("ratings")),
        ..config("ratings")
    };
    let found = notices(b"1,1,3\n1,2,4\n", &both);
    assert!(
        found
            .iter()
            .any(|notice| notice.contains("2 pairs stand in both")),
        "{found:?}"
    );
}

#[test]
fn splits_that_cannot_be_made() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("ratings"), "1,1,3\n1,2,4\n2,1,5\n").expect("written");
    let newest = RatingsSource {
        newest_fraction: Some(0.3),
        ..config("ratings")
    };
    says(
        &message(&newest, folder.path()),
        &["no times", "data.test_fraction"],
    );
    let leave_out = RatingsSource {
        leave_out: Some(7),
        ..config("ratings")
    };
    says(
        &message(&leave_out, folder.path()),
        &["no user has more than 7", "data.leave_out"],
    );
    let tiny = RatingsSource {
        test_fraction: Some(0.01),
        ..config("ratings")
    };
    says(&message(&tiny, folder.path()), &["leaves nothing", "share"]);
}

/// Valid files of every format, to be damaged.
fn valid() -> Vec<Vec<u8>> {
    let texts = [
        "196\t242\t3\t881250949\n186\t302\t3\t891717742\n22\t377\t1\t878887116\n",
        "userId,movieId,rating,timestamp\n1,\"a, b\",3.5,1112486027\n2,c,0.5,1112486028\n",
        "1::10::3.5\n1::20::4.0\n2::10::1.0\n",
        ",a,b,c\nann,5,,3.5\nbob,,,1\n",
        "%%MatrixMarket matrix coordinate real general\n%\n2 2 2\n1 1 5\n2 2 4\n",
    ];
    let mut files: Vec<Vec<u8>> = texts.iter().map(|text| text.as_bytes().to_vec()).collect();
    files.push(gzip(texts[0].as_bytes()));
    for name in [
        "csr.npz",
        "csc.npz",
        "coo.npz",
        "nan.npy",
        "zeros.npy",
        "dense.npz",
    ] {
        files.push(fixture(name));
    }
    files
}

/// Reads bytes as ratings; only a panic or an abort is wrong.
fn read_anything(content: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("ratings"), content).expect("written");
    let read = data::load(
        &config("ratings").into(),
        folder.path(),
        1,
        &Monitor::default(),
    );
    if let Err(error) = read {
        let message = error.to_string();
        assert!(message.contains("ratings"), "{message}");
    }
}

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
    fn no_damage_to_a_valid_file_makes_a_reader_panic(
        file in 0..12_usize,
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in any::<prop::sample::Index>(),
        keep in 0..4,
    ) {
        let mut content = valid()[file].clone();
        for (at, byte) in edits {
            let at = at.index(content.len());
            content[at] = byte;
        }
        if keep == 0 {
            content.truncate(cut.index(content.len()));
        }
        read_anything(&content);
    }
}
