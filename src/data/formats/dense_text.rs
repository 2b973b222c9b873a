//! A table of numbers in text, with or without names: a matrix, or the ratings of users by items.

use rustc_hash::{FxHashMap, FxHashSet};

use super::aggregates::{self, Sums};
use super::blocks::{LineError, in_blocks_of_records, records, swallows_lines};
use super::delimited::{LeftOut, Wrong, is_blank, not_utf8};
use super::dialect::Dialect;
use super::fields::cut;
use super::footer::{Below, Footer};
use super::grid::{Grid, Kind};
use super::raw::RawMatrix;
use super::source::Source;
use super::{Names, Table};
use crate::data::assemble::Chunk;
use crate::data::load::counted;
use crate::data::{DataError, Dense, Labels, Orientation, Place};

/// Rows of a block.
#[derive(Default)]
struct Rows {
    /// NaN where a cell is missing.
    values: Vec<f32>,
    names: Vec<String>,
    classes: Vec<Option<String>>,
    count: usize,
    /// Lines at the end of the block that may stand below the table.
    below: Below,
}

/// A table that was surveyed.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'t> {
    pub grid: &'t Grid,
    pub dialect: &'t Dialect,
    /// The line that names the columns, which may come again, and its number.
    pub header: Option<(&'t [u8], u64)>,
    /// The number of the next line.
    pub first_line: u64,
}

/// Ratings of a chunk.
const CHUNK: usize = 8 << 20;

impl Reader<'_> {
    /// Reads a matrix.
    pub(crate) fn matrix(self, source: &mut Source<'_>) -> Result<RawMatrix, DataError> {
        let grid = self.grid;
        let mut all = Rows::default();
        let notices = self.rows(source, |rows| {
            all.values.extend_from_slice(&rows.values);
            all.names.append(&mut rows.names);
            all.classes.append(&mut rows.classes);
            all.count += rows.count;
            Ok(())
        })?;
        if all.count == 0 || grid.columns() == 0 {
            return Err(no_row(source));
        }
        let totals = leave_out_totals(&mut all, grid.columns());
        let mut raw = RawMatrix::dense(Dense::new(grid.columns(), all.values), 1);
        raw.notices = notices;
        raw.notices.extend(totals);
        raw.named = grid.place(Kind::Name).is_some() || grid.names.is_some();
        if grid.place(Kind::Name).is_some() {
            raw.rows = unique(all.names, "row", &mut raw.notices);
        }
        if let Some(names) = &grid.names {
            raw.columns = unique(names.clone(), "column", &mut raw.notices);
        }
        let classes = grid.classes.clone();
        let classes = classes.map(|classes| ("the line below the names".to_owned(), classes));
        let row_classes = grid
            .place(Kind::Class)
            .map(|at| (format!("column {}", at + 1), all.classes));
        raw.set_classes(row_classes, classes);
        Ok(raw)
    }

    /// Reads the cells that are there as ratings; new ids are added to `names`.
    pub(crate) fn ratings(
        self,
        source: &mut Source<'_>,
        names: &mut Names,
        orientation: Orientation,
    ) -> Result<Table, DataError> {
        let swapped = orientation == Orientation::UsersAreColumns;
        let (left, above) = if swapped {
            (&mut names.items, &mut names.users)
        } else {
            (&mut names.users, &mut names.items)
        };
        let columns = self.ids_above(source, swapped)?;
        let columns: Vec<u32> = columns.iter().map(|id| above.intern(id)).collect();
        let is_named = self.grid.place(Kind::Name).is_some();
        let (mut full, mut open) = (Vec::new(), Chunk::default());
        let (mut count, mut missing) = (0_usize, 0_usize);
        let mut take_row = |name: Option<&String>, cells: &[f32]| {
            count += 1;
            let row = match name {
                Some(name) if is_named => left.intern(name),
                _ => left.intern(&count.to_string()),
            };
            for (&column, &value) in columns.iter().zip(cells) {
                if value.is_nan() {
                    missing += 1;
                    continue;
                }
                let (user, item) = if swapped {
                    (column, row)
                } else {
                    (row, column)
                };
                open.users.push(user);
                open.items.push(item);
                open.values.push(value);
            }
            if open.values.len() > CHUNK {
                full.push(std::mem::take(&mut open));
            }
        };
        // Rows that are called a total or a mean wait until the others are known.
        let (mut sums, mut waiting) = (Sums::default(), Vec::new());
        let mut notices = self.rows(source, |rows: &mut Rows| {
            for (at, cells) in rows.values.chunks_exact(columns.len()).enumerate() {
                match rows.names.get(at) {
                    Some(name) if is_named && aggregates::is_named(name) => {
                        waiting.push((name.clone(), cells.to_vec()));
                    }
                    name => {
                        if is_named {
                            sums.add(cells);
                        }
                        take_row(name, cells);
                    }
                }
            }
            rows.names.clear();
            Ok(())
        })?;
        let (totals, others): (Vec<_>, Vec<_>) = waiting
            .into_iter()
            .partition(|(name, cells)| sums.is(name, cells));
        if !totals.is_empty() {
            let names: Vec<&str> = totals.iter().map(|(name, _)| name.as_str()).collect();
            notices.push(aggregates::notice("row", &names));
        }
        for (name, cells) in &others {
            take_row(Some(name), cells);
        }
        full.push(open);
        full.retain(|chunk| !chunk.values.is_empty());
        if count == 0 {
            return Err(no_row(source));
        }
        let mut table = Table {
            chunks: full,
            notices,
            ..Table::default()
        };
        if missing == 0 {
            let zeros: usize = table.chunks.iter_mut().map(Chunk::drop_zeros).sum();
            if zeros > 0 {
                let notice = "no cell is empty, so 0 was read as no rating";
                table.notices.push(notice.to_owned());
            }
        }
        Ok(table)
    }

    /// The ids above the columns; numbers from 1 if there are none.
    fn ids_above(self, source: &Source<'_>, swapped: bool) -> Result<Vec<String>, DataError> {
        let what = if swapped { "user" } else { "item" };
        let Some(names) = &self.grid.names else {
            return Ok((1..=self.grid.columns()).map(|at| at.to_string()).collect());
        };
        let mut seen = FxHashSet::default();
        for (at, id) in names.iter().enumerate() {
            let places = (0..)
                .zip(&self.grid.kinds)
                .filter(|(_, kind)| **kind == Kind::Cell);
            let column = places.map(|(place, _)| place).nth(at);
            let wrong = if id.is_empty() {
                Wrong::no_id(what, column.unwrap_or(at))
            } else if !seen.insert(id) {
                Wrong {
                    column,
                    problem: format!("the {what} {id:?} appears twice"),
                    remedy: "Give every column its own name".to_owned(),
                }
            } else {
                continue;
            };
            return Err(DataError::Content {
                place: Place {
                    path: source.path().to_owned(),
                    line: self.header.map(|header| header.1),
                    column: wrong.column.map(|column| column as u64 + 1),
                },
                problem: wrong.problem,
                remedy: wrong.remedy,
            });
        }
        Ok(names.clone())
    }

    /// Reads the rows block by block; returns notices of lines that were left out.
    fn rows(
        self,
        source: &mut Source<'_>,
        mut take: impl FnMut(&mut Rows) -> Result<(), DataError> + Send,
    ) -> Result<Vec<String>, DataError> {
        let left_out = LeftOut::default();
        let (mut footer, path) = (Footer::default(), source.path().to_owned());
        in_blocks_of_records(
            source,
            self.first_line,
            Some(self.dialect.cut),
            |block, rows: &mut Rows| self.block(block, rows, &left_out),
            |rows, line| {
                footer.take(&mut rows.below, rows.count > 0, line, &path)?;
                take(rows)
            },
        )?;
        let mut notices = left_out.notices("value");
        notices.extend(footer.notice());
        Ok(notices)
    }

    /// Fills `rows` from a block; returns the number of lines.
    fn block(self, block: &[u8], rows: &mut Rows, left_out: &LeftOut) -> Result<u64, LineError> {
        if std::str::from_utf8(block).is_err() {
            return Err(not_utf8(block, self.dialect.cut.delimiter));
        }
        *rows = Rows {
            values: std::mem::take(&mut rows.values),
            ..Rows::default()
        };
        rows.values.clear();
        let (mut count, mut after_blank) = (0, false);
        let columns = self.grid.kinds.len();
        for (record, lines) in records(block, self.dialect.cut) {
            let before = rows.values.len();
            let comment = self.dialect.comment_is_given() && self.dialect.is_comment(record);
            let read = if comment {
                Err(Wrong::columns(0, self.dialect.cut.delimiter, columns))
            } else if lines > 1 && swallows_lines(record, self.dialect.cut, columns) {
                Err(Wrong::swallowed(lines))
            } else {
                let is_note = after_blank && self.has_only_a_name(record);
                match self.row(record, rows) {
                    Ok(()) if is_note => {
                        Err(Wrong::columns(1, self.dialect.cut.delimiter, columns))
                    }
                    read => read,
                }
            };
            match read {
                Ok(()) => {
                    rows.below.must_be_none()?;
                    rows.count += 1;
                    after_blank = false;
                }
                Err(wrong) => {
                    let header = self.header.map(|header| header.0);
                    if left_out.take(record, self.dialect, header, columns) {
                        after_blank |= is_blank(record, self.dialect);
                    } else {
                        let line = (record, &self.dialect.cut.fields(record)[..], columns);
                        rows.below.take(line, after_blank, wrong.at(count))?;
                    }
                    rows.values.truncate(before);
                    rows.names.truncate(rows.count);
                    rows.classes.truncate(rows.count);
                }
            }
            count += lines;
        }
        Ok(count)
    }

    /// A line of text without a cell.
    #[cold]
    fn has_only_a_name(self, line: &[u8]) -> bool {
        let fields = self.dialect.cut.fields(line);
        fields.iter().skip(1).all(|field| field.is_empty())
    }

    #[inline]
    fn row(self, line: &[u8], rows: &mut Rows) -> Result<(), Wrong> {
        let kinds = &self.grid.kinds;
        let (mut first_wrong, mut beyond, mut filled) = (None, false, false);
        let text = |field: &[u8]| self.dialect.text(field);
        let found = cut(line, self.dialect.cut, |at, field| {
            filled |= !field.is_empty();
            match kinds.get(at) {
                Some(Kind::Cell) => match self.dialect.cell(field) {
                    Ok(value) => rows.values.push(value),
                    Err(problem) => {
                        first_wrong.get_or_insert_with(|| Wrong::cell(field, problem, at));
                    }
                },
                Some(Kind::Name) => rows.names.push(text(field)),
                Some(Kind::Class) => {
                    let class = (!self.dialect.missing.is_word(field)).then(|| text(field));
                    rows.classes.push(class);
                }
                Some(Kind::NotRead) => (),
                None => beyond |= !field.is_empty(),
            }
        })
        .map_err(Wrong::quote)?;
        if found < kinds.len() || beyond || !filled {
            return Err(Wrong::columns(
                found,
                self.dialect.cut.delimiter,
                kinds.len(),
            ));
        }
        first_wrong.map_or(Ok(()), Err)
    }
}

/// Takes rows of totals out; returns what is to be said of it.
fn leave_out_totals(all: &mut Rows, columns: usize) -> Option<String> {
    let names: Vec<&str> = all.names.iter().map(String::as_str).collect();
    let row = |at: usize| all.values[at * columns..][..columns].to_vec();
    let out = aggregates::aggregates(&names, row);
    let left: Vec<&str> = out.iter().map(|at| names[*at]).collect();
    let notice = (!left.is_empty()).then(|| aggregates::notice("row", &left))?;
    for &at in out.iter().rev() {
        all.values.drain(at * columns..(at + 1) * columns);
        all.names.remove(at);
        if at < all.classes.len() {
            all.classes.remove(at);
        }
        all.count -= 1;
    }
    Some(notice)
}

fn no_row(source: &Source<'_>) -> DataError {
    DataError::content(
        source.path(),
        "holds names, but no row of cells",
        "Add rows of numbers below the names; if the first line is no header, set data.header = false",
    )
}

/// Labels of names. One that is empty or there already gets a number behind it, so that every row keeps a name of its own.
pub(crate) fn unique(names: Vec<String>, what: &str, notices: &mut Vec<String>) -> Labels {
    let mut labels = Labels::default();
    // By name, the number that the next of that name gets.
    let mut numbers: FxHashMap<String, usize> = FxHashMap::default();
    let (mut twice, mut example) = (0, None);
    for (at, name) in names.into_iter().enumerate() {
        let own = if name.is_empty() {
            format!("{what} {}", at + 1)
        } else {
            name
        };
        labels.intern(&own);
        if labels.len() > at {
            continue;
        }
        twice += 1;
        let number = numbers.entry(own.clone()).or_insert(2);
        while labels.len() == at {
            let numbered = format!("{own} ({number})");
            labels.intern(&numbered);
            example.get_or_insert(numbered);
            *number += 1;
        }
    }
    if let Some(example) = example {
        let came = counted(
            twice,
            &format!("{what} has the name of another"),
            &format!("{what}s have the name of another"),
        );
        notices.push(format!("{came} and got a number appended, as in {example}"));
    }
    labels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_come_again_are_kept_apart() {
        let mut notices = Vec::new();
        let names = ["a", "b", "a", "", "a (2)", "a"].map(str::to_owned);
        let labels = unique(names.to_vec(), "row", &mut notices);
        let expected = ["a", "b", "a (2)", "row 4", "a (2) (2)", "a (3)"];
        assert!(labels.ids().eq(expected));
        assert!(notices[0].contains("3 rows have the name"), "{notices:?}");
    }
}
