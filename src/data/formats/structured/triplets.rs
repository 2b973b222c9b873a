//! Cells of a sparse matrix, one a line: row, column and value, below a header that says how large it is.

use super::super::blocks::{LineError, in_blocks, lines};
use super::super::delimited::{Wrong, shown};
use super::super::entries::{self, Entries};
use super::super::number::{self, NumberProblem};
use super::super::raw::RawMatrix;
use super::super::source::Source;
use super::scan::{self, pieces, whole};
use crate::data::DataError;
use crate::data::load::counted;

/// What a header says about the cells below it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Declared {
    pub rows: u64,
    pub columns: u64,
    /// How many cells follow, if the header says so.
    pub entries: Option<u64>,
    /// What the first row and column are counted as: 0 or 1.
    pub first: usize,
    /// The line that says so.
    pub line: u64,
}

/// Reads the cells from the next line on, which has number `next`. Cells that the file leaves out are zero.
pub(crate) fn read(
    source: &mut Source<'_>,
    declared: &Declared,
    next: u64,
) -> Result<RawMatrix, DataError> {
    let path = source.path().to_owned();
    let at_header = |wrong: Wrong| scan::at(&path, declared.line, wrong);
    let bytes = scan::bytes_of(source);
    let side = |claimed, what| {
        entries::side(claimed, what, bytes)
            .map_err(|wrong| at_header(scan::wrong(wrong.problem, wrong.remedy)))
    };
    let shape = (
        side(declared.rows, "rows")?,
        side(declared.columns, "columns")?,
    );
    let mut all = Entries::default();
    in_blocks(
        source,
        next,
        |block, part: &mut Entries| cells(block, part, shape, declared.first),
        |part| {
            all.rows.append(&mut part.rows);
            all.columns.append(&mut part.columns);
            all.values.append(&mut part.values);
        },
    )?;
    check_count(declared.entries, all.values.len()).map_err(at_header)?;
    let compressed = all
        .compress(shape.0, shape.1)
        .map_err(|wrong| wrong.at(&path))?;
    Ok(RawMatrix::sparse(compressed, declared.first))
}

/// An error if a header promises another number of cells than there are.
pub(crate) fn check_count(promised: Option<u64>, found: usize) -> Result<(), Wrong> {
    match promised {
        Some(promised) if promised != found as u64 => Err(scan::wrong(
            format!(
                "the header promises {}, but the file holds {found}",
                counted(promised as usize, "entry", "entries")
            ),
            format!(
                "Download or copy the file again; if nothing is missing from it, write {found} here"
            ),
        )),
        _ => Ok(()),
    }
}

/// Cells of a block; returns the number of lines.
fn cells(
    block: &[u8],
    entries: &mut Entries,
    shape: (usize, usize),
    first: usize,
) -> Result<u64, LineError> {
    let mut count = 0;
    for line in lines(block) {
        cell(line, entries, shape, first).map_err(|wrong| wrong.at(count))?;
        count += 1;
    }
    Ok(count)
}

fn cell(
    line: &[u8],
    entries: &mut Entries,
    shape: (usize, usize),
    first: usize,
) -> Result<(), Wrong> {
    let mut found = pieces(line);
    let Some(row) = found.next() else {
        return Ok(());
    };
    let (Some(column), Some(value), None) = (found.next(), found.next(), found.next()) else {
        return Err(scan::wrong(
            format!("{} is not a cell", shown(line)),
            "Write three numbers: row, column and value",
        ));
    };
    entries.rows.push(position(row, "row", first, shape.0, 0)?);
    let column = position(column, "column", first, shape.1, 1)?;
    entries.columns.push(column);
    entries.values.push(number(value, 2)?);
    Ok(())
}

/// A position that counts from `first` as one from 0; `bound`: how many there are; `at`: the field it stands in.
pub(crate) fn position(
    field: &[u8],
    what: &str,
    first: usize,
    bound: usize,
    at: usize,
) -> Result<u32, Wrong> {
    let found = whole(field).and_then(|number| (number as usize).checked_sub(first));
    match found {
        Some(position) if position < bound => Ok(position as u32),
        _ => Err(Wrong {
            column: Some(at),
            problem: format!(
                "{what} {} is not between {first} and {}, as the header says",
                shown(field),
                (bound + first).saturating_sub(1)
            ),
            remedy: "Correct the size in the header, or write the file again".to_owned(),
        }),
    }
}

/// The value of a cell, which stands in field `at`.
pub(crate) fn number(field: &[u8], at: usize) -> Result<f32, Wrong> {
    number::number(field, false).map_err(|problem| {
        let is = match problem {
            NumberProblem::NotANumber => "is not a number",
            NumberProblem::NotFinite => "is not a finite number",
        };
        Wrong {
            column: Some(at),
            problem: format!("{} {is}", shown(field)),
            remedy: "Write a number such as 3.5".to_owned(),
        }
    })
}
