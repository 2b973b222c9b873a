//! A file of names for the rows or columns of a matrix: one a line in the order of the matrix, or a vector of NumPy, MATLAB or HDF5.

use std::path::Path;

use super::class_file::vector;
use super::source::Source;
use crate::data::{DataError, Labels, Monitor};

/// Reads the names of the `count` rows or columns, which is `what`, of the matrix.
pub(crate) fn read_names(
    path: &Path,
    count: usize,
    what: &str,
    notices: &mut Vec<String>,
    monitor: &Monitor,
) -> Result<Labels, DataError> {
    let mut source = Source::open(path, monitor)?;
    let bytes = source.rest()?;
    notices.append(&mut source.notices());
    if let Some(texts) = vector(&bytes, count) {
        let texts = texts.map_err(|wrong| wrong.at(path))?;
        return named(path, texts.into_iter(), count, what);
    }
    let text = String::from_utf8_lossy(&bytes);
    if text.contains('\0') {
        return Err(DataError::content(
            path,
            "is a binary file of an unknown kind",
            "Give a text file with one name per line, or a vector of NumPy or MATLAB",
        ));
    }
    let text = text.trim_start_matches('\u{feff}').trim_end();
    let mut lines: Vec<&str> = text.lines().collect();
    if lines.len() == count + 1 {
        notices.push(format!(
            "{}: the first line, {}, was left out as a header",
            path.display(),
            lines.remove(0)
        ));
    }
    // A gene has its number in front and its symbol behind a tab.
    let name = |line: &str| {
        let name = line.split('\t').next().unwrap_or_default().trim();
        let name = name.trim_matches('"');
        (!name.is_empty()).then(|| name.to_owned())
    };
    named(path, lines.into_iter().map(name), count, what)
}

fn named(
    path: &Path,
    names: impl ExactSizeIterator<Item = Option<String>>,
    count: usize,
    what: &str,
) -> Result<Labels, DataError> {
    if names.len() != count {
        return Err(DataError::content(
            path,
            format!(
                "holds {} names, but the matrix has {count} {what}",
                names.len()
            ),
            format!("Give one name for each of the {what} in their order"),
        ));
    }
    let mut labels = Labels::default();
    for (at, name) in names.enumerate() {
        let wrong =
            |problem: String| DataError::content(path, problem, "Give each a name of its own");
        let name = name.ok_or_else(|| wrong(format!("name {} is empty", at + 1)))?;
        let earlier = labels.intern(&name) as usize;
        if earlier < at {
            let problem = format!("name {}, {name}, is also name {}", at + 1, earlier + 1);
            return Err(wrong(problem));
        }
    }
    Ok(labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8], count: usize) -> (Result<Labels, String>, Vec<String>) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("words.txt");
        std::fs::write(&path, text).expect("written");
        let mut notices = Vec::new();
        let found = read_names(&path, count, "columns", &mut notices, &Monitor::default());
        (found.map_err(|error| error.to_string()), notices)
    }

    fn ids(found: Result<Labels, String>) -> Vec<String> {
        let labels = found.expect("names");
        labels.ids().map(str::to_owned).collect()
    }

    #[test]
    fn a_line_is_a_name() {
        assert_eq!(ids(read(b"cat\ndog\n", 2).0), ["cat", "dog"]);
        let windows = "\u{feff}cat\r\nhot dog\r\n\r\n";
        assert_eq!(ids(read(windows.as_bytes(), 2).0), ["cat", "hot dog"]);
        let genes = b"ENSG1\tTP53\tGene\nENSG2\tTP53\tGene\n";
        assert_eq!(ids(read(genes, 2).0), ["ENSG1", "ENSG2"]);
        let (found, notices) = read(b"word\ncat\ndog\n", 2);
        assert_eq!(ids(found), ["cat", "dog"]);
        assert!(
            notices[0].contains("word, was left out as a header"),
            "{notices:?}"
        );
    }

    #[test]
    fn what_does_not_name_each_is_refused() {
        for (text, expected) in [
            (&b"cat\n"[..], "holds 1 names, but the matrix has 3 columns"),
            (b"cat\n\ndog\n", "name 2 is empty"),
            (b"cat\ndog\ncat\n", "name 3, cat, is also name 1"),
            (b"\0\0\0", "is a binary file"),
        ] {
            let error = read(text, 3).0.expect_err("refused");
            assert!(error.contains(expected), "{error}");
        }
    }
}
