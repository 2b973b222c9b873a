//! A person opens a file that is wrong: one clear error says where and what to do, and nothing panics or eats the memory.

mod anything;
mod numpy;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use atelier::data::{self, Monitor, RatingsSource};

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

fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/ratings");
    std::fs::read(folder.join(name)).expect("a fixture")
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
