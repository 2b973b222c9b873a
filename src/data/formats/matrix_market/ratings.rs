//! Ratings in MatrixMarket's coordinate form.

use super::super::dates::Times;
use super::super::delimited::{self, Bounds};
use super::super::fields::Delimiter;
use super::super::list::Layout;
use super::super::source::Source;
use super::super::{Names, Table};
use super::header::{Banner, Header, Symmetry};
use crate::data::DataError;

/// Reads the ratings. The size in the header bounds the indices and is checked at the end, but nothing is allocated by it.
pub(super) fn read(source: &mut Source<'_>, names: &mut Names) -> Result<Table, DataError> {
    let header = Header::read(source, check)?;
    let layout = Layout {
        delimiter: Delimiter::Spaces,
        columns: 3,
        user: 0,
        item: 1,
        rating: 2,
        timestamp: None,
        times: Times::default(),
        whole_ids: [false; 2],
    };
    let bounds = Bounds {
        rows: header.rows,
        columns: header.columns,
    };
    let mut table = delimited::read(source, &layout, Some(bounds), header.line + 1, names)?;
    header.check_count(source, table.len() as u64)?;
    table.positions = true;
    table.notices.extend(header.notices);
    Ok(table)
}

/// An error if a matrix cannot be one of ratings.
pub(super) fn check(banner: Banner) -> Result<(), (&'static str, &'static str)> {
    if banner.array {
        Err((
            "the matrix is dense (array)",
            "Write it as coordinate; in Python: scipy.io.mmwrite of a sparse matrix",
        ))
    } else if banner.pattern {
        Err((
            "the matrix has positions, but no ratings (pattern)",
            "Write it with values: real or integer",
        ))
    } else if banner.symmetry != Symmetry::General {
        Err((
            "the matrix is symmetric, which ratings of items by users are not",
            "Write it as general; in Python: scipy.io.mmwrite(…, symmetry=\"general\")",
        ))
    } else {
        Ok(())
    }
}
