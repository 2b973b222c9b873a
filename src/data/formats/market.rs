//! Any real matrix in MatrixMarket's format (Boisvert, Pozo, Remington 1996): coordinate, of which absent cells are zero, or array.

use super::blocks::{LineError, in_blocks, lines};
use super::delimited::{Wrong, shown};
use super::entries::{self, Entries};
use super::npy;
use super::number::{self, NumberProblem};
use super::raw::RawMatrix;
use super::source::Source;
use crate::data::{DataError, Dense, Place};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Symmetry {
    General,
    Symmetric,
    Skew,
}

#[derive(Debug, Clone, Copy)]
struct Banner {
    array: bool,
    /// Positions without values, each of which stands for 1.
    pattern: bool,
    symmetry: Symmetry,
}

/// Reads the matrix. The size in the header bounds the entries and is checked at the end; what is allocated follows the file's own size.
pub(crate) fn read(source: &mut Source<'_>, bytes: usize) -> Result<RawMatrix, DataError> {
    let place = |line: u64| Place {
        path: source.path().to_owned(),
        line: Some(line),
        column: None,
    };
    let (first, path) = (place(1), source.path().to_owned());
    let banner = source.next_line()?.unwrap_or_default();
    let banner = Banner::parse(&banner).map_err(|(problem, remedy)| DataError::Content {
        place: first.clone(),
        problem: problem.to_owned(),
        remedy: remedy.to_owned(),
    })?;
    let mut line = 1;
    let size = loop {
        line += 1;
        match source.next_line()? {
            Some(text) if text.trim_ascii().is_empty() || text.starts_with(b"%") => (),
            text => break text.unwrap_or_default(),
        }
    };
    let at_size = |problem: String, remedy: &str| DataError::Content {
        place: Place {
            line: Some(line),
            ..first.clone()
        },
        problem,
        remedy: remedy.to_owned(),
    };
    let of_size = |wrong: npy::Wrong| at_size(wrong.problem, wrong.remedy);
    let (rows, columns, entries) = parse_size(&size, banner).ok_or_else(|| {
        let problem = format!(
            "expected the size of the matrix, but found {}",
            shown(size.trim_ascii())
        );
        let remedy = "Write whole numbers: rows, columns and, unless it is an array, entries";
        at_size(problem, remedy)
    })?;
    if banner.symmetry != Symmetry::General && rows != columns {
        return Err(at_size(
            format!("a symmetric matrix is square, but this is {rows} × {columns}"),
            "Correct the header, or write the matrix as general",
        ));
    }
    let held = |found: usize| {
        at_size(
            format!("the header promises {entries} entries, but the file holds {found}"),
            "Download or copy the file again, or correct the header",
        )
    };
    if banner.array {
        let mut values = Vec::new();
        in_blocks(source, line + 1, numbers, |part: &mut Vec<f32>| {
            values.append(part);
        })?;
        if values.len() as u64 != entries {
            return Err(held(values.len()));
        }
        if entries == 0 {
            return Ok(RawMatrix::default());
        }
        // As many numbers as the size says: it is no mere promise any more.
        let values = unfold(&values, rows as usize, columns as usize, banner.symmetry);
        return Ok(RawMatrix::dense(Dense::new(columns as usize, values), 1));
    }
    let shape = (
        entries::side(rows, "rows", bytes).map_err(of_size)?,
        entries::side(columns, "columns", bytes).map_err(of_size)?,
    );
    let mut all = Entries::default();
    in_blocks(
        source,
        line + 1,
        |block, part: &mut Entries| cells(block, part, shape, banner.pattern),
        |part| {
            all.rows.append(&mut part.rows);
            all.columns.append(&mut part.columns);
            all.values.append(&mut part.values);
        },
    )?;
    if all.values.len() as u64 != entries {
        return Err(held(all.values.len()));
    }
    if banner.symmetry != Symmetry::General {
        mirror(&mut all, banner.symmetry);
    }
    let compressed = all
        .compress(shape.0, shape.1)
        .map_err(|wrong| wrong.at(&path))?;
    Ok(RawMatrix::sparse(compressed, 1))
}

impl Banner {
    fn parse(line: &[u8]) -> Result<Self, (&'static str, &'static str)> {
        let text = String::from_utf8_lossy(line).to_ascii_lowercase();
        let words: Vec<&str> = text.split_ascii_whitespace().collect();
        let unknown = (
            "the first line is not a known MatrixMarket header",
            "Begin with: %%MatrixMarket matrix coordinate real general",
        );
        let &[_, "matrix", format, field, symmetry] = &words[..] else {
            return Err(unknown);
        };
        let array = match format {
            "coordinate" => false,
            "array" => true,
            _ => return Err(unknown),
        };
        let pattern = match field {
            "real" | "integer" | "double" => false,
            "pattern" if !array => true,
            "complex" => {
                return Err((
                    "the values are complex numbers",
                    "Write them as real or integer",
                ));
            }
            _ => return Err(unknown),
        };
        let symmetry = match symmetry {
            "general" => Symmetry::General,
            "symmetric" => Symmetry::Symmetric,
            "skew-symmetric" => Symmetry::Skew,
            _ => return Err(unknown),
        };
        Ok(Self {
            array,
            pattern,
            symmetry,
        })
    }
}

/// Rows, columns, and how many entries follow.
fn parse_size(text: &[u8], banner: Banner) -> Option<(u64, u64, u64)> {
    let text = std::str::from_utf8(text).ok()?;
    let numbers: Result<Vec<u64>, _> = text.split_ascii_whitespace().map(str::parse).collect();
    match numbers.ok()?[..] {
        [rows, columns] if banner.array => {
            let all = rows.checked_mul(columns)?;
            // Of a symmetric array the lower triangle follows, without the diagonal where it is zero.
            let entries = match banner.symmetry {
                Symmetry::General => all,
                Symmetry::Symmetric => all.checked_add(rows)? / 2,
                Symmetry::Skew => (all - rows) / 2,
            };
            Some((rows, columns, entries))
        }
        [rows, columns, entries] if !banner.array => Some((rows, columns, entries)),
        _ => None,
    }
}

/// Numbers between spaces and ends of lines, NaN for a missing cell; returns the number of lines.
fn numbers(block: &[u8], values: &mut Vec<f32>) -> Result<u64, LineError> {
    values.clear();
    let mut count = 0;
    for line in lines(block) {
        for (at, field) in line.split(u8::is_ascii_whitespace).enumerate() {
            if field.is_empty() {
                continue;
            }
            let value = match number::number(field, false) {
                Err(NumberProblem::NotFinite) if field.eq_ignore_ascii_case(b"nan") => Ok(f32::NAN),
                parsed => parsed,
            };
            values.push(value.map_err(|problem| wrong_number(field, problem, at).at(count))?);
        }
        count += 1;
    }
    Ok(count)
}

/// Entries of a block, one a line; returns the number of lines.
fn cells(
    block: &[u8],
    entries: &mut Entries,
    shape: (usize, usize),
    pattern: bool,
) -> Result<u64, LineError> {
    let fields = if pattern { 2 } else { 3 };
    let mut count = 0;
    for line in lines(block) {
        let mut found = line
            .split(u8::is_ascii_whitespace)
            .filter(|field| !field.is_empty());
        if let Some(row) = found.next() {
            let (column, value, more) = (found.next(), found.next(), found.next());
            if fields - 1 != [column, value, more].iter().flatten().count() {
                let wrong = Wrong {
                    column: None,
                    problem: format!("{} is not an entry", shown(line)),
                    remedy: format!(
                        "Write {fields} numbers: row, column{}",
                        if pattern { "" } else { " and value" }
                    ),
                };
                return Err(wrong.at(count));
            }
            let column = column.unwrap_or_default();
            let position = |field, what, bound, at| {
                position(field, what, bound, at).map_err(|wrong: Wrong| wrong.at(count))
            };
            entries.rows.push(position(row, "row", shape.0, 0)?);
            entries
                .columns
                .push(position(column, "column", shape.1, 1)?);
            let value = value.map_or(Ok(1.0), |field| {
                number::number(field, false)
                    .map_err(|problem| wrong_number(field, problem, 2).at(count))
            });
            entries.values.push(value?);
        }
        count += 1;
    }
    Ok(count)
}

/// A position from 1 as one from 0.
fn position(field: &[u8], what: &str, bound: usize, at: usize) -> Result<u32, Wrong> {
    let number = std::str::from_utf8(field).ok();
    let number = number.and_then(|text| text.parse::<usize>().ok());
    match number {
        Some(number) if (1..=bound).contains(&number) => Ok(number as u32 - 1),
        _ => Err(Wrong {
            column: Some(at),
            problem: format!(
                "{what} {} is not between 1 and {bound}, which the header declares",
                shown(field)
            ),
            remedy: "Write the file again, with the size of the matrix in its header".to_owned(),
        }),
    }
}

fn wrong_number(field: &[u8], problem: NumberProblem, at: usize) -> Wrong {
    let is = match problem {
        NumberProblem::NotANumber => "is not a number",
        NumberProblem::NotFinite => "is not a finite number",
    };
    Wrong {
        column: Some(at),
        problem: format!("{} {is}", shown(field)),
        remedy: "Write a number such as 3.5".to_owned(),
    }
}

/// A dense matrix row by row from its columns, of a symmetric one below the diagonal.
fn unfold(values: &[f32], rows: usize, columns: usize, symmetry: Symmetry) -> Vec<f32> {
    let mut cells = vec![0.0; rows * columns];
    let mut next = values.iter().copied();
    for column in 0..columns {
        let first = match symmetry {
            Symmetry::General => 0,
            Symmetry::Symmetric => column,
            Symmetry::Skew => column + 1,
        };
        for row in first..rows {
            let value = next.next().unwrap_or(0.0);
            cells[row * columns + column] = value;
            if symmetry == Symmetry::Symmetric {
                cells[column * columns + row] = value;
            } else if symmetry == Symmetry::Skew {
                cells[column * columns + row] = -value;
            }
        }
    }
    cells
}

/// Adds what stands on the other side of the diagonal.
fn mirror(entries: &mut Entries, symmetry: Symmetry) {
    let sign = if symmetry == Symmetry::Skew {
        -1.0
    } else {
        1.0
    };
    for at in 0..entries.values.len() {
        let (row, column) = (entries.rows[at], entries.columns[at]);
        if row != column {
            entries.rows.push(column);
            entries.columns.push(row);
            entries.values.push(sign * entries.values[at]);
        }
    }
}
