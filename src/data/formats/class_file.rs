//! A file of true classes: one a line in the order of the matrix, names with classes in any order, or a vector of NumPy or MATLAB.

use std::path::Path;

use super::dialect::is_missing;
use super::header::is_class;
use super::npy::Wrong;
use super::source::Source;
use super::{hdf5, mat, npy, npz};
use crate::data::load::counted;
use crate::data::{DataError, Labels, Monitor};

/// Reads the class of each of `labels`, which are `what` ("rows") of the matrix.
pub(crate) fn read_classes(
    path: &Path,
    labels: &Labels,
    what: &str,
    notices: &mut Vec<String>,
    monitor: &Monitor,
) -> Result<Vec<Option<String>>, DataError> {
    let mut source = Source::open(path, monitor)?;
    let bytes = source.rest()?;
    notices.append(&mut source.notices());
    match vector(&bytes, labels.len()) {
        Some(classes) => {
            let classes = classes.map_err(|wrong| wrong.at(path))?;
            if classes.len() != labels.len() {
                return Err(wrong_count(path, classes.len(), labels.len(), what));
            }
            Ok(classes)
        }
        None => text(
            path,
            &String::from_utf8_lossy(&bytes),
            labels,
            what,
            notices,
        ),
    }
}

/// The elements of the vector in a file of arrays as texts: the only one, or the first of this length. `None` if it is no such file.
pub(super) fn vector(bytes: &[u8], length: usize) -> Option<Result<Vec<Option<String>>, Wrong>> {
    Some(if bytes.starts_with(npy::MAGIC) {
        npy::Array::parse(bytes).map(|array| array.class_names())
    } else if bytes.starts_with(npz::MAGIC) {
        npz::classes(bytes, length)
    } else if hdf5::is_hdf5(bytes) {
        hdf5::classes(bytes.to_vec(), length)
    } else if mat::is_mat(bytes) {
        mat::classes(bytes, length)
    } else {
        return None;
    })
}

fn text(
    path: &Path,
    text: &str,
    labels: &Labels,
    what: &str,
    notices: &mut Vec<String>,
) -> Result<Vec<Option<String>>, DataError> {
    if text.contains('\0') {
        return Err(DataError::content(
            path,
            "is a binary file of an unknown kind",
            "Give a text file with one class per line, or a vector of NumPy or MATLAB",
        ));
    }
    let lines: Vec<&str> = text.trim_end().lines().collect();
    let first = lines.first().copied().unwrap_or_default();
    let delimiter = [b'\t', b';', b',', b'|']
        .into_iter()
        .find(|&byte| first.as_bytes().contains(&byte));
    if let Some(delimiter) = delimiter {
        let records = records(path, text, delimiter)?;
        let known = |record: &[String]| record.first().and_then(|name| labels.find(name));
        let found = records.iter().any(|record| known(record).is_some());
        // Names of classes may hold a comma: then lines hardly have the same number of them.
        let named = records[0].len() > 1 && records.iter().all(|r| r.len() == records[0].len());
        if named && !found {
            return Err(DataError::content(
                path,
                format!(
                    "none of its names, such as {:?}, is among the {what} of the matrix, such as {:?}",
                    records[records.len() - 1][0],
                    labels.ids().next().unwrap_or_default()
                ),
                format!(
                    "Give lines of name and class with the names of the {what}, or one class per line in their order"
                ),
            ));
        }
        if named || found && !fits(&lines, labels.len()) {
            return Ok(by_name(&records, labels, what, notices));
        }
    }
    if !fits(&lines, labels.len()) {
        return Err(wrong_count(path, lines.len(), labels.len(), what));
    }
    let header = lines.len() - labels.len();
    let class = |line: &&str| {
        let name = line.trim().trim_matches('"');
        (!is_missing(name.as_bytes())).then(|| name.to_owned())
    };
    Ok(lines[header..].iter().map(class).collect())
}

/// True if there is a line for each, perhaps below a header.
fn fits(lines: &[&str], count: usize) -> bool {
    let header = lines.first().is_some_and(|line| is_class(line.as_bytes()));
    lines.len() == count || header && lines.len() == count + 1
}

fn records(path: &Path, text: &str, delimiter: u8) -> Result<Vec<Vec<String>>, DataError> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut records = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| {
            DataError::content(path, error.to_string(), "Write it as CSV in UTF-8")
        })?;
        records.push(record.iter().map(str::to_owned).collect());
    }
    Ok(records)
}

/// The class stands in the column that the header calls so, or else in the second.
fn by_name(
    records: &[Vec<String>],
    labels: &Labels,
    what: &str,
    notices: &mut Vec<String>,
) -> Vec<Option<String>> {
    let header = &records[0];
    let has_header = header
        .first()
        .is_none_or(|name| labels.find(name).is_none());
    let called_so = |field: &String| is_class(field.as_bytes());
    let column = match header.iter().position(called_so) {
        Some(column) if has_header && column > 0 => column,
        _ => 1,
    };
    let mut classes = vec![None; labels.len()];
    let mut unknown = 0;
    for record in &records[usize::from(has_header)..] {
        let name = record.first().map_or("", String::as_str);
        match labels.find(name) {
            Some(at) => {
                classes[at] = record
                    .get(column)
                    .filter(|class| !is_missing(class.as_bytes()))
                    .cloned();
            }
            None => unknown += 1,
        }
    }
    if unknown > 0 {
        notices.push(format!(
            "{} with a class not among the {what} of the matrix",
            counted(unknown, "name is", "names are")
        ));
    }
    classes
}

fn wrong_count(path: &Path, found: usize, needed: usize, what: &str) -> DataError {
    DataError::content(
        path,
        format!("holds {found} classes, but the matrix has {needed} {what}"),
        format!("Give one class for each of the {what} in their order, or lines of name and class"),
    )
}
