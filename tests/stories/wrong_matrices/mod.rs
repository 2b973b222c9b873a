//! A person opens a matrix that is wrong: one clear error says where and what to do, and nothing panics or eats the memory.

mod anything;
mod matlab;
mod numpy;
mod text;

use std::path::{Path, PathBuf};

use atelier::data::{self, DataError, MatrixSource, Missing, Monitor, Source};

use matlab::mat;
use numpy::npy;

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
