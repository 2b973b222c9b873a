//! MATLAB's MAT files of level 4 (`save -v4`) and 5 (`-v6` and `-v7`): numeric and sparse matrices, those within structs and cell
//! arrays too, and texts as classes.
//!
//! "MAT-File Format", The MathWorks. Every length is checked against the bytes that are there before anything is allocated for it.

mod array;
mod element;
mod level4;
mod level5;
mod nested;
#[cfg(test)]
mod tests;
mod text;
mod version;

pub(crate) use text::rows as rows_of_text;
pub(crate) use version::is_mat;

use super::arrays::{self, Arrays};
use super::choose::Announced;
use super::format::{Format, Options};
use super::npy::Wrong;
use super::raw::RawMatrix;
use super::source::Source;
use super::{Names, Table};
use crate::data::DataError;
use version::Version;

/// The text, the version and the byte order that a file of level 5 begins with.
const HEADER: usize = 128;

const AGAIN: &str = "Download or copy the file again, or save it again in MATLAB";

/// MATLAB's `.mat`.
pub(crate) struct Mat;

impl Format for Mat {
    fn name(&self) -> &'static str {
        "MATLAB file"
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        is_mat(head)
    }

    fn ratings(
        &self,
        source: &mut Source<'_>,
        _names: &mut Names,
        _options: &Options<'_>,
    ) -> Result<Table, DataError> {
        Err(DataError::content(
            source.path(),
            "is a MATLAB file: it holds a matrix, not ratings",
            "Choose a system that clusters a matrix, or give a file with one rating per line: user, item, rating",
        ))
    }

    fn matrix(
        &self,
        source: &mut Source<'_>,
        options: &Options<'_>,
    ) -> Result<RawMatrix, DataError> {
        let bytes = source.rest()?;
        open(&bytes)
            .and_then(|mut file| arrays::matrix(&mut *file, options.variable, 1))
            .map_err(|wrong| wrong.at(source.path()))
    }

    fn has_variables(&self) -> bool {
        true
    }

    fn arrays(&self, source: &mut Source<'_>) -> Vec<Announced> {
        let bytes = source.rest().unwrap_or_default();
        open(&bytes).map_or_else(|_| Vec::new(), |file| file.announced().to_vec())
    }

    fn holds_only_a_matrix(&self, _source: &mut Source<'_>) -> bool {
        true
    }
}

/// Opens the arrays of a file.
fn open(bytes: &[u8]) -> Result<Box<dyn Arrays + '_>, Wrong> {
    Ok(match version::of(bytes)? {
        Version::Four => Box::new(level4::Level4::open(bytes)?),
        Version::Five(endian) => Box::new(level5::Level5::open(bytes, endian)?),
    })
}

/// The elements of the vector in a file, as names of classes: the only one, or the first of this length.
pub(crate) fn classes(bytes: &[u8], length: usize) -> Result<Vec<Option<String>>, Wrong> {
    arrays::classes(&mut *open(bytes)?, length)
}
