//! Readers, one file per format. A format is recognized by its content, never by the name of the file.

mod blocks;
mod choose;
mod class_file;
mod collect;
mod delimited;
mod dense_csv;
mod dense_text;
mod entries;
mod fields;
mod gzip;
mod header;
mod ids;
mod market;
mod mat;
mod matrix;
mod matrix_market;
mod npy;
mod npz;
mod number;
mod raw;
mod sniff;
mod source;
mod table;

use std::path::Path;

pub(crate) use class_file::read_classes;
pub(crate) use matrix::{holds_only_a_matrix, read_matrix, variables};
pub(crate) use raw::RawMatrix;
pub(crate) use source::Digest;

use sniff::Shape;
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
    monitor: &Monitor,
) -> Result<(Table, Digest), DataError> {
    let mut source = Source::open(path, monitor)?;
    let table = if source.head().starts_with(npy::MAGIC) {
        let bytes = source.rest()?;
        npy::Array::parse(&bytes)
            .and_then(|array| npy::ratings(&array, names))
            .map_err(|wrong| wrong.at(path))?
    } else if source.head().starts_with(npz::MAGIC) {
        let bytes = source.rest()?;
        npz::ratings(&bytes, names).map_err(|wrong| wrong.at(path))?
    } else if matrix_market::is_matrix_market(source.head()) {
        matrix_market::read(&mut source, names)?
    } else if mat::is_mat(source.head()) {
        return Err(DataError::content(
            path,
            "is a MATLAB file: it holds a matrix, not ratings",
            "Choose a system that clusters a matrix, or give a file with one rating per line: user, item, rating",
        ));
    } else {
        read_text(&mut source, names)?
    };
    if table.len() == 0 {
        return Err(DataError::content(
            path,
            "holds no rating",
            "Give a file with one rating per line: user, item, rating",
        ));
    }
    Ok((table, source.digest()))
}

fn read_text(source: &mut Source<'_>, names: &mut Names) -> Result<Table, DataError> {
    let shape = sniff::recognize(source.path(), source.head(), source.head_is_all())?;
    match shape {
        Shape::Triplets {
            layout,
            skip,
            ignored,
        } => {
            for _ in 0..skip {
                source.next_line()?;
            }
            let mut table = delimited::read(source, &layout, None, skip as u64 + 1, names)?;
            if !ignored.is_empty() {
                let list: Vec<String> = ignored.iter().map(usize::to_string).collect();
                table.notices.push(format!(
                    "{}: columns not used: {}",
                    source.path().display(),
                    list.join(", ")
                ));
            }
            Ok(table)
        }
        Shape::Matrix {
            delimiter,
            columns,
            skip,
        } => {
            for _ in 0..skip {
                source.next_line()?;
            }
            dense_csv::read(source, delimiter, columns, skip as u64 + 1, names)
        }
    }
}
