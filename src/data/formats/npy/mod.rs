//! NumPy's `.npy` (NEP 1): a matrix, a dense matrix of ratings (users are rows, items are columns), or a list of ratings.

mod array;
mod header;
mod list;
mod records;
#[cfg(test)]
pub(in crate::data::formats) mod tests;

use std::path::Path;

use array::Either;
pub(crate) use array::{Array, class_name, half};
pub(crate) use header::Header;
use list::List;
pub(crate) use records::list;

use super::format::{Format, Options};
use super::raw::RawMatrix;
use super::source::Source;
use super::structured::ratings::to_matrix;
use super::{Names, Table};
use crate::data::assemble::Chunk;
use crate::data::{DataError, Labels};

/// How a file begins.
pub(crate) const MAGIC: &[u8] = b"\x93NUMPY";

const AGAIN: &str = "Write the file again with numpy.save";
const REAL: &str = "Save real numbers; in Python: numpy.save(…, array.astype(\"float32\"))";

/// NumPy's `.npy`.
pub(crate) struct Npy;

impl Format for Npy {
    fn name(&self) -> &'static str {
        "NumPy array"
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        head.starts_with(MAGIC)
    }

    fn ratings(
        &self,
        source: &mut Source<'_>,
        names: &mut Names,
        _options: &Options<'_>,
    ) -> Result<Table, DataError> {
        let bytes = source.rest()?;
        ratings(&bytes, names).map_err(|wrong| wrong.at(source.path()))
    }

    fn matrix(
        &self,
        source: &mut Source<'_>,
        _options: &Options<'_>,
    ) -> Result<RawMatrix, DataError> {
        let bytes = source.rest()?;
        matrix(&bytes).map_err(|wrong| wrong.at(source.path()))
    }
}

/// The problem with an array, and the remedy.
#[derive(Debug)]
pub(crate) struct Wrong {
    pub problem: String,
    pub remedy: &'static str,
}

impl Wrong {
    pub(crate) fn new(problem: impl Into<String>, remedy: &'static str) -> Self {
        Self {
            problem: problem.into(),
            remedy,
        }
    }

    /// What is wrong, without what to do.
    pub(crate) fn problem(&self) -> &str {
        &self.problem
    }

    pub(crate) fn at(self, path: &Path) -> DataError {
        DataError::content(path, self.problem, self.remedy)
    }
}

/// The ratings in the bytes of an array.
pub(crate) fn ratings(bytes: &[u8], names: &mut Names) -> Result<Table, Wrong> {
    let array = match Either::parse(bytes)? {
        Either::Records(records) => return records::ratings(&records, names),
        Either::Plain(array) => array,
    };
    let Some(list) = List::in_matrix(&array) else {
        return dense_ratings(&array, names);
    };
    let mut table = list.read(names)?;
    let columns = if list.time.is_some() {
        "user, item, rating and time"
    } else {
        "user, item and rating"
    };
    table.notices.push(format!(
        "each of the {} rows was read as {columns}, not as the ratings that one user gave {} items: the first two columns hold whole numbers beyond the ratings, and hardly a pair comes twice",
        list.count,
        array.shape[1]
    ));
    Ok(table)
}

/// A list of ratings as a matrix of users and items.
pub(crate) fn of_list(names: Names, mut table: Table) -> RawMatrix {
    table
        .notices
        .push("read as a list of ratings: users are rows, items are columns".to_owned());
    to_matrix(names, table)
}

/// The matrix in the bytes of an array.
pub(crate) fn matrix(bytes: &[u8]) -> Result<RawMatrix, Wrong> {
    let array = match Either::parse(bytes)? {
        Either::Records(records) => {
            if list(&records.names(), &records.columns(), records.count).is_none() {
                return records::matrix(&records);
            }
            let mut names = Names::default();
            let table = records::ratings(&records, &mut names)?;
            return Ok(of_list(names, table));
        }
        Either::Plain(array) => array,
    };
    let mut raw = RawMatrix::dense(array.dense()?, 0);
    if List::in_matrix(&array).is_some() {
        raw.notices.push(format!(
            "read as a matrix of {} × {}; if its rows are entries of row, column and value, save it as a table with these words above its columns",
            array.shape[0], array.shape[1]
        ));
    }
    Ok(raw)
}

/// Ratings in a dense matrix. NaN is no rating; where no cell is NaN, zero is no rating.
fn dense_ratings(array: &Array<'_>, names: &mut Names) -> Result<Table, Wrong> {
    let (rows, columns) = array.matrix_shape()?;
    let mut table = Table {
        positions: true,
        ..Table::default()
    };
    if rows == 0 || columns == 0 {
        return Ok(table);
    }
    let has_nan = array.is_float() && array.numbers().any(f64::is_nan);
    let mut users = Positions::new(rows);
    let mut items = Positions::new(columns);
    let mut chunk = Chunk::default();
    for (at, number) in array.numbers().enumerate() {
        let (row, column) = if array.fortran_order {
            (at % rows, at / rows)
        } else {
            (at / columns, at % columns)
        };
        if number.is_nan() || (!has_nan && number == 0.0) {
            continue;
        }
        let value = number as f32;
        if !value.is_finite() {
            return Err(Wrong::new(
                format!(
                    "row {}, column {} holds {number}, which is not a finite number",
                    row + 1,
                    column + 1
                ),
                "Write NaN where there is no rating, and a number elsewhere",
            ));
        }
        chunk.users.push(users.intern(row, &mut names.users));
        chunk.items.push(items.intern(column, &mut names.items));
        chunk.values.push(value);
    }
    if !has_nan {
        table
            .notices
            .push("no cell is NaN, so 0 was read as no rating".to_owned());
    }
    if columns < 5 {
        table.notices.push(format!(
            "read as a dense matrix: the ratings of {rows} users of {columns} items"
        ));
    }
    table.chunks.push(chunk);
    Ok(table)
}

/// Labels of positions in a matrix, from 0 as NumPy counts; only those that are met.
struct Positions {
    indices: Vec<Option<u32>>,
}

impl Positions {
    /// `count` is at most what a file really holds.
    fn new(count: usize) -> Self {
        Self {
            indices: vec![None; count],
        }
    }

    /// The index of the label of `position`, which is below the count.
    fn intern(&mut self, position: usize, labels: &mut Labels) -> u32 {
        *self.indices[position].get_or_insert_with(|| labels.intern(&position.to_string()))
    }
}
