//! Readers, one file per format. A format is recognized by its content, never by the name of the file.

mod aggregates;
mod around;
mod array_names;
mod arrays;
mod blocks;
mod choose;
mod class_file;
mod collect;
mod columnar;
#[cfg(test)]
mod date_tests;
mod dates;
mod delimited;
mod dense_text;
mod dialect;
#[cfg(test)]
mod doubt_tests;
mod doubts;
mod entries;
#[cfg(test)]
mod field_tests;
mod fields;
mod finder;
mod footer;
mod format;
mod grid;
mod hdf5;
mod header;
mod ids;
mod list;
mod look;
mod look_packing;
mod look_text;
mod mat;
mod matrix;
mod matrix_market;
mod month_names;
mod name_file;
mod npy;
mod npz;
mod number;
mod numerals;
mod packed;
mod plan;
#[cfg(test)]
mod plan_tests;
#[cfg(test)]
mod preview_tests;
mod raw;
mod sentinel;
mod sheets;
mod side_text;
mod source;
mod structured;
mod survey;
mod text;
#[cfg(test)]
mod text_tests;
mod time_column;
#[cfg(test)]
mod trial;
mod unit;

use std::path::Path;

pub(crate) use around::around;
pub(crate) use class_file::read_classes;
pub(crate) use format::{Options, TextKeys};
pub(crate) use list::Wanted;
pub(crate) use look::preview;
pub(crate) use look_packing::guesses;
pub(crate) use matrix::{holds_only_a_matrix, read_matrix, variables};
pub(crate) use name_file::read_names;
pub(crate) use packed::names as members;
pub(crate) use raw::RawMatrix;
pub(crate) use side_text::{SideText, read_text};
pub(crate) use source::Digest;

use format::format_for;
use source::Source;

use super::assemble::Chunk;
use super::{DataError, Labels, Monitor};

/// Names of users and items, shared by the files of one data set.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub users: Labels,
    pub items: Labels,
}

/// Ratings in the order of a file.
#[derive(Debug, Default)]
pub(crate) struct Table {
    pub chunks: Vec<Chunk>,
    /// Ids are positions in a matrix, to be sorted as numbers.
    pub positions: bool,
    pub notices: Vec<String>,
}

impl Table {
    /// Number of ratings, those of the same pair counted apart.
    pub(crate) fn len(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.values.len()).sum()
    }
}

/// Reads a file of ratings of any known format; new ids are added to `names`.
pub(crate) fn read(
    path: &Path,
    names: &mut Names,
    options: &Options<'_>,
    monitor: &Monitor,
) -> Result<(Table, Digest), DataError> {
    let mut source = Source::open_with(path, options, monitor)?;
    let format = format_for(&source, options)?;
    let mut table = format.ratings(&mut source, names, options)?;
    table.notices.splice(..0, source.notices());
    if table.len() == 0 {
        return Err(DataError::content(
            path,
            "holds no rating",
            "Give a file with one rating per line: user, item, rating",
        ));
    }
    let digest = source.digest()?;
    Ok((table, digest))
}
