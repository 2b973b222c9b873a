//! A table of numbers in text, with or without names.

use std::path::Path;

use rustc_hash::FxHashMap;

use super::blocks::{LineError, in_blocks, lines};
use super::delimited::{self, Wrong};
use super::fields::{Delimiter, OpenQuote, fields, split, unquoted};
use super::number::{self, NumberProblem};
use super::raw::RawMatrix;
use super::source::Source;
use super::table::{Grid, is_missing};
use crate::data::load::counted;
use crate::data::{DataError, Dense, Labels, Place};

/// Rows of a block.
#[derive(Default)]
struct Rows {
    values: Vec<f32>,
    names: Vec<String>,
    classes: Vec<Option<String>>,
    count: usize,
}

/// Reads the table.
pub(crate) fn read(source: &mut Source<'_>, grid: &Grid) -> Result<RawMatrix, DataError> {
    for _ in 0..grid.skip {
        source.next_line()?;
    }
    let mut line = grid.skip as u64 + 1;
    let path = source.path().to_owned();
    let mut header = |line: &mut u64, with_corner: bool| -> Result<Vec<String>, DataError> {
        let (text, number) = next_filled(source, line)?;
        texts(&text, grid, with_corner).map_err(|wrong| at(&path, number, wrong))
    };
    let column_names = match grid.column_names {
        true => Some(header(&mut line, false)?),
        false => None,
    };
    let column_classes = match grid.column_classes {
        true => Some(header(&mut line, true)?),
        false => None,
    };
    let mut all = Rows::default();
    in_blocks(
        source,
        line,
        |block, rows: &mut Rows| parse(block, grid, rows),
        |rows| {
            all.values.extend_from_slice(&rows.values);
            all.names.append(&mut rows.names);
            all.classes.append(&mut rows.classes);
            all.count += rows.count;
        },
    )?;
    let columns = grid.fields - usize::from(grid.row_names) - usize::from(grid.row_class.is_some());
    if all.count == 0 || columns == 0 {
        return Err(DataError::content(
            &path,
            "holds names, but no row of cells",
            "Add rows of numbers below the names",
        ));
    }
    let mut raw = RawMatrix::dense(Dense::new(columns, all.values), 1);
    raw.named = grid.row_names || grid.column_names;
    if grid.row_names {
        raw.rows = unique(all.names, "row", &mut raw.notices);
    }
    if let Some(names) = column_names {
        raw.columns = unique(names, "column", &mut raw.notices);
    }
    let classes = column_classes.map(|classes| {
        let named = |name: String| (!is_missing(name.as_bytes())).then_some(name);
        (
            "the line below the names".to_owned(),
            classes.into_iter().map(named).collect(),
        )
    });
    let row_classes = grid
        .row_class
        .map(|at| (format!("column {}", at + 1), all.classes));
    raw.set_classes(row_classes, classes);
    Ok(raw)
}

/// The next line that holds something, and its number.
fn next_filled(source: &mut Source<'_>, line: &mut u64) -> Result<(Vec<u8>, u64), DataError> {
    loop {
        let text = source.next_line()?.unwrap_or_default();
        *line += 1;
        if text.is_empty() || !text.trim_ascii().is_empty() {
            return Ok((text, *line - 1));
        }
    }
}

fn at(path: &Path, line: u64, wrong: Wrong) -> DataError {
    DataError::Content {
        place: Place {
            path: path.to_owned(),
            line: Some(line),
            column: wrong.column.map(|column| column as u64 + 1),
        },
        problem: wrong.problem,
        remedy: wrong.remedy,
    }
}

/// The texts above the cells. The field above the names of the rows may be left out, unless `with_corner`.
fn texts(line: &[u8], grid: &Grid, with_corner: bool) -> Result<Vec<String>, Wrong> {
    if std::str::from_utf8(line).is_err() {
        return Err(Wrong {
            column: None,
            problem: "the text is not UTF-8".to_owned(),
            remedy: "Convert it, for instance with `iconv -f latin1 -t utf-8`".to_owned(),
        });
    }
    // A tab at the end is an empty field.
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let found = fields(line, grid.delimiter);
    let short = grid.row_names && !with_corner && found.len() + 1 == grid.fields;
    if found.len() + usize::from(short) != grid.fields {
        return Err(Wrong::columns(found.len(), grid.delimiter, grid.fields));
    }
    let skip = usize::from(grid.row_names && !short);
    let kept = (0..).zip(found).skip(skip);
    Ok(kept
        .filter(|(at, _)| Some(*at) != grid.row_class)
        .map(|(_, field)| String::from_utf8_lossy(&unquoted(field)).into_owned())
        .collect())
}

/// Fills `rows` from a block; returns the number of lines.
fn parse(block: &[u8], grid: &Grid, rows: &mut Rows) -> Result<u64, LineError> {
    if std::str::from_utf8(block).is_err() {
        return Err(delimited::not_utf8(block, grid.delimiter));
    }
    rows.values.clear();
    rows.count = 0;
    let mut count = 0;
    for line in lines(block) {
        if !line.trim_ascii().is_empty() {
            row(line, grid, rows).map_err(|wrong| wrong.at(count))?;
            rows.count += 1;
        }
        count += 1;
    }
    Ok(count)
}

fn row(line: &[u8], grid: &Grid, rows: &mut Rows) -> Result<(), Wrong> {
    let mut first_wrong = None;
    let decimal_comma = grid.delimiter != Delimiter::Byte(b',');
    let text = |field: &[u8]| String::from_utf8_lossy(&unquoted(field)).into_owned();
    let found = split(line, grid.delimiter, |at, field| {
        if at == 0 && grid.row_names {
            rows.names.push(text(field));
        } else if Some(at) == grid.row_class {
            rows.classes.push((!is_missing(field)).then(|| text(field)));
        } else if is_missing(field) {
            rows.values.push(f32::NAN);
        } else {
            match number::number(field, decimal_comma) {
                Ok(value) => rows.values.push(value),
                Err(problem) => {
                    first_wrong.get_or_insert_with(|| cell(field, problem, at));
                }
            }
        }
    })
    .map_err(|OpenQuote { field }| Wrong::open_quote(field))?;
    if found != grid.fields {
        return Err(Wrong::columns(found, grid.delimiter, grid.fields));
    }
    first_wrong.map_or(Ok(()), Err)
}

#[cold]
fn cell(text: &[u8], problem: NumberProblem, column: usize) -> Wrong {
    let text = delimited::shown(text);
    let (problem, remedy) = match problem {
        NumberProblem::NotANumber => (
            format!("expected a number, but found {text}"),
            "Write a number, or leave the cell empty if it is missing",
        ),
        NumberProblem::NotFinite => (
            format!("{text} is not a finite number"),
            "Write a number, or leave the cell empty if it is missing",
        ),
    };
    Wrong {
        column: Some(column),
        problem,
        remedy: remedy.to_owned(),
    }
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
