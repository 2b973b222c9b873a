//! Small files of a test's own making, as they are read.

use super::{Names, Options, RawMatrix, Table, read, read_matrix};
use crate::data::Monitor;

/// The matrix in a text, or what is wrong with it.
pub(crate) fn matrix(text: &str) -> Result<RawMatrix, String> {
    matrix_beside(&[("data", text)])
}

/// The matrix in the first of some files in one folder, each with a name.
pub(crate) fn matrix_beside(files: &[(&str, &str)]) -> Result<RawMatrix, String> {
    let folder = folder_of(files);
    let path = folder.path().join(files[0].0);
    let raw = read_matrix(&path, &Options::default(), &Monitor::default());
    raw.map(|raw| raw.0).map_err(|error| error.to_string())
}

/// The ratings in a text and the names in them, or what is wrong with it.
pub(crate) fn ratings(text: &str) -> Result<(Table, Names), String> {
    ratings_beside(&[("data", text)])
}

/// The ratings in the first of some files in one folder.
pub(crate) fn ratings_beside(files: &[(&str, &str)]) -> Result<(Table, Names), String> {
    let folder = folder_of(files);
    let path = folder.path().join(files[0].0);
    let mut names = Names::default();
    match read(&path, &mut names, &Options::default(), &Monitor::default()) {
        Ok((table, _)) => Ok((table, names)),
        Err(error) => Err(error.to_string()),
    }
}

fn folder_of(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("written");
    }
    folder
}
