//! Any file that holds a matrix.

use std::path::Path;

use super::choose::names_of_matrices;
use super::format::{Options, format_for, format_of};
use super::raw::RawMatrix;
use super::sheets;
use super::source::{Digest, Source};
use crate::data::{DataError, Monitor};

/// Reads a matrix of any known format.
pub(crate) fn read_matrix(
    path: &Path,
    options: &Options<'_>,
    monitor: &Monitor,
) -> Result<(RawMatrix, Digest), DataError> {
    let mut source = Source::open_with(path, options, monitor)?;
    let format = format_for(&source, options)?;
    if options.variable.is_some() && !format.has_variables() && !source.has_sheets() {
        return Err(DataError::Config {
            key: "variable",
            problem: format!(
                "is only for files with several arrays (MAT, npz, HDF5), which {} is not: remove it",
                path.display()
            ),
        });
    }
    let mut raw = format.matrix(&mut source, options)?;
    raw.notices.splice(..0, source.notices());
    if raw.cells.rows() == 0 || raw.cells.columns() == 0 {
        return Err(DataError::content(
            path,
            "holds no cell",
            "Give a matrix with at least two rows and two columns",
        ));
    }
    let digest = source.digest()?;
    Ok((raw, digest))
}

/// True if a file can be a matrix only, and no ratings, by its beginning. False if it cannot be read.
pub(crate) fn holds_only_a_matrix(path: &Path) -> bool {
    let monitor = Monitor::default();
    Source::open(path, &monitor)
        .is_ok_and(|mut source| format_of(source.head()).holds_only_a_matrix(&mut source))
}

/// The names of the matrices or sheets in a file that can hold several; none if it cannot be read or is of another kind.
pub(crate) fn variables(path: &Path, monitor: &Monitor) -> Vec<String> {
    let sheets = sheets::names_of_file(path);
    if !sheets.is_empty() {
        return sheets;
    }
    Source::open(path, monitor).map_or(Vec::new(), |mut source| {
        names_of_matrices(&format_of(source.head()).arrays(&mut source))
    })
}
