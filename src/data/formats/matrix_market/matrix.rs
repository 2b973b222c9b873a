//! Any real matrix in MatrixMarket's format: coordinate, of which absent cells are zero, or array.

use rustc_hash::FxHashSet;

use super::super::blocks::{LineError, in_blocks, lines};
use super::super::delimited::{Wrong, shown};
use super::super::entries::{self, Entries};
use super::super::npy;
use super::super::number::{self, NumberProblem};
use super::super::raw::RawMatrix;
use super::super::source::Source;
use super::header::{Header, Symmetry, wrong};
use crate::data::{DataError, Dense};

/// Reads the matrix. The size in the header bounds the entries and is checked at the end; what is allocated follows the file's own size.
pub(super) fn read(source: &mut Source<'_>) -> Result<RawMatrix, DataError> {
    let header = Header::read(source, |_| Ok(()))?;
    let mut raw = match header.banner.array {
        true => array(source, &header)?,
        false => coordinates(source, &header)?,
    };
    raw.notices.extend(header.notices);
    Ok(raw)
}

fn array(source: &mut Source<'_>, header: &Header) -> Result<RawMatrix, DataError> {
    let mut values = Vec::new();
    let shape = (header.rows, header.columns);
    let numbers = |block: &[u8], part: &mut Vec<f32>| numbers(block, part, shape);
    in_blocks(source, header.line + 1, numbers, |part: &mut Vec<f32>| {
        values.append(part);
    })?;
    header.check_count(source, values.len() as u64)?;
    if values.is_empty() {
        return Ok(RawMatrix::default());
    }
    // As many numbers as the size says: it is no mere promise any more.
    let (rows, columns) = (header.rows as usize, header.columns as usize);
    let values = unfold(&values, rows, columns, header.banner.symmetry);
    Ok(RawMatrix::dense(Dense::new(columns, values), 1))
}

fn coordinates(source: &mut Source<'_>, header: &Header) -> Result<RawMatrix, DataError> {
    // What is kept for each row is bounded by what the file really holds.
    let bytes = std::fs::metadata(source.path()).map_or(0, |metadata| metadata.len()) as usize;
    let of_size =
        |wrong_size: npy::Wrong| wrong(source, header.line, wrong_size.problem, wrong_size.remedy);
    let shape = (
        entries::side(header.rows, "rows", bytes).map_err(of_size)?,
        entries::side(header.columns, "columns", bytes).map_err(of_size)?,
    );
    let expected = Expected {
        shape,
        pattern: header.banner.pattern,
        size_line: header.line,
    };
    let mut all = Entries::default();
    in_blocks(
        source,
        header.line + 1,
        |block, part: &mut Entries| cells(block, part, &expected),
        |part| {
            all.rows.append(&mut part.rows);
            all.columns.append(&mut part.columns);
            all.values.append(&mut part.values);
        },
    )?;
    header.check_count(source, all.values.len() as u64)?;
    if header.banner.symmetry != Symmetry::General {
        mirror(&mut all, header.banner.symmetry).map_err(|(row, column)| {
            wrong(
                source,
                header.banner_line,
                format!(
                    "the matrix is called symmetric, so that one half of it follows, but the entries hold both row {row}, column {column} and row {column}, column {row}"
                ),
                "Call it general if all its entries are there, or leave one half out",
            )
        })?;
    }
    let compressed = all
        .compress(shape.0, shape.1)
        .map_err(|wrong| wrong.at(source.path()))?;
    Ok(RawMatrix::sparse(compressed, 1))
}

/// What entries must be.
struct Expected {
    shape: (usize, usize),
    /// Without values.
    pattern: bool,
    /// The line that says so.
    size_line: u64,
}

/// Numbers between spaces and ends of lines, NaN for a missing cell; returns the number of lines. Lines of as many numbers as there are columns
/// would be rows, while the format goes column by column.
fn numbers(
    block: &[u8],
    values: &mut Vec<f32>,
    (rows, columns): (u64, u64),
) -> Result<u64, LineError> {
    values.clear();
    let mut count = 0;
    for line in lines(block).map(uncommented) {
        let fields = line
            .split(u8::is_ascii_whitespace)
            .filter(|own| !own.is_empty());
        if rows > 1 && columns > 1 && fields.count() as u64 == columns {
            let wrong = Wrong {
                column: Some(2),
                problem: format!("the line has {columns} numbers, as a row has, while this kind of file goes column by column"),
                remedy: "Write one number a line, column by column; or, if these are rows, take away the lines above them and give the rest as a table".to_owned(),
            };
            return Err(wrong.at(count));
        }
        for (at, field) in line.split(u8::is_ascii_whitespace).enumerate() {
            if field.is_empty() {
                continue;
            }
            let value = match value_of(field) {
                Err(NumberProblem::NotFinite) if field.eq_ignore_ascii_case(b"nan") => Ok(f32::NAN),
                parsed => parsed,
            };
            values.push(value.map_err(|problem| wrong_number(field, problem, at).at(count))?);
        }
        count += 1;
    }
    Ok(count)
}

/// A number, also with the exponent of Fortran: `1.5D+02`.
fn value_of(field: &[u8]) -> Result<f32, NumberProblem> {
    let parsed = number::number(field, false);
    if parsed != Err(NumberProblem::NotANumber)
        || !matches!(field.first(), Some(b'0'..=b'9' | b'-' | b'+' | b'.'))
    {
        return parsed;
    }
    let mut field = field.to_vec();
    for byte in &mut field {
        if matches!(byte, b'd' | b'D') {
            *byte = b'e';
        }
    }
    number::number(&field, false)
}

/// A line, empty if it is a comment.
fn uncommented(line: &[u8]) -> &[u8] {
    match line.trim_ascii_start() {
        [b'%', ..] => &[],
        _ => line,
    }
}

/// Entries of a block, one a line; returns the number of lines.
fn cells(block: &[u8], entries: &mut Entries, expected: &Expected) -> Result<u64, LineError> {
    let &Expected {
        shape,
        pattern,
        size_line,
    } = expected;
    let fields = if pattern { 2 } else { 3 };
    let mut count = 0;
    for line in lines(block) {
        let mut found = line
            .split(u8::is_ascii_whitespace)
            .filter(|field| !field.is_empty());
        if let Some(row) = found.next()
            && !row.starts_with(b"%")
        {
            let (column, value, more) = (found.next(), found.next(), found.next());
            if fields - 1 != [column, value, more].iter().flatten().count() {
                let wrong = Wrong {
                    column: None,
                    problem: format!("{} is not an entry", shown(line)),
                    remedy: format!(
                        "Write {fields} numbers: row, column{}; or say {} in the header",
                        if pattern { "" } else { " and value" },
                        if pattern { "real" } else { "pattern" }
                    ),
                };
                return Err(wrong.at(count));
            }
            let column = column.unwrap_or_default();
            let position = |field, what, bound, at| {
                position(field, what, (bound, size_line), at)
                    .map_err(|wrong: Wrong| wrong.at(count))
            };
            entries.rows.push(position(row, "row", shape.0, 0)?);
            entries
                .columns
                .push(position(column, "column", shape.1, 1)?);
            let value = value.map_or(Ok(1.0), |field| {
                value_of(field).map_err(|problem| wrong_number(field, problem, 2).at(count))
            });
            entries.values.push(value?);
        }
        count += 1;
    }
    Ok(count)
}

/// A position from 1 as one from 0.
fn position(
    field: &[u8],
    what: &str,
    (bound, size_line): (usize, u64),
    at: usize,
) -> Result<u32, Wrong> {
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
            remedy: match number {
                Some(0) => "Write positions that count from 1, as MatrixMarket does".to_owned(),
                _ => format!(
                    "Correct the size in line {size_line}; if line {size_line} is an entry, write the size in a line above it"
                ),
            },
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

/// Adds what stands on the other side of the diagonal; an error with the position (from 1) of an entry that is there already.
fn mirror(entries: &mut Entries, symmetry: Symmetry) -> Result<(), (u32, u32)> {
    let sign = if symmetry == Symmetry::Skew {
        -1.0
    } else {
        1.0
    };
    let positions = || entries.rows.iter().zip(&entries.columns);
    if positions().any(|(row, column)| row > column) {
        let above: FxHashSet<(u32, u32)> = positions()
            .filter(|(row, column)| row < column)
            .map(|(&row, &column)| (row, column))
            .collect();
        let both = positions().find(|&(&row, &column)| above.contains(&(column, row)));
        if let Some((row, column)) = both {
            return Err((row + 1, column + 1));
        }
    }
    for at in 0..entries.values.len() {
        let (row, column) = (entries.rows[at], entries.columns[at]);
        if row != column {
            entries.rows.push(column);
            entries.columns.push(row);
            entries.values.push(sign * entries.values[at]);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::data::formats::trial::matrix as read;

    #[test]
    fn one_percent_and_comments_between_entries() {
        let fortran =
            "%%MatrixMarket matrix coordinate real general\n1 2 2\n1 1 1.5D+01\n1 2 -2d0\n";
        let raw = read(fortran).expect("a matrix");
        assert_eq!(raw.cells.row(0).collect::<Vec<_>>(), [(0, 15.0), (1, -2.0)]);
        let text = "\n%MatrixMarket MATRIX coordinate pattern symmetric\n% note\n\n3\t3  2\n2 1\n% half\n\n3\t3\n";
        let raw = read(text).expect("a matrix");
        assert_eq!((raw.cells.rows(), raw.cells.stored()), (3, 3));
        assert_eq!(raw.cells.row(0).collect::<Vec<_>>(), [(1, 1.0)]);
        assert!(raw.notices[0].contains("%%"), "{:?}", raw.notices);
    }

    #[test]
    fn a_missing_size_is_named_where_it_shows() {
        for (text, expected) in [
            (
                "%%MatrixMarket matrix coordinate pattern general\n2 1\n3 1\n",
                ["line 2", "in a line above it"],
            ),
            (
                "%%MatrixMarket matrix coordinate real general\n2 1 5\n3 1 4\n",
                ["line 3", "if line 2 is an entry"],
            ),
            (
                "%%MatrixMarket matrix coordinate real general\n2 2 1\n0 1 4\n",
                ["line 3", "count from 1"],
            ),
            (
                "%%MatrixMarket matrix coordinate real\n2 2 1\n1 1 4\n",
                ["line 1", "End the line with general"],
            ),
            (
                "%%MatrixMarket matrix coordinate real general\n2 2 1\n1 1 4\n1 2 4\n",
                ["line 2", "Correct it if all"],
            ),
            (
                "%%MatrixMarket matrix coordinate real general\n2 2 1\n1 1\n",
                ["line 3", "pattern"],
            ),
        ] {
            let error = read(text).expect_err(text);
            assert!(expected.iter().all(|part| error.contains(part)), "{error}");
        }
    }

    #[test]
    fn both_halves_of_a_symmetric_matrix_are_not_added_up() {
        let text = "%%MatrixMarket matrix coordinate real symmetric\n2 2 3\n1 1 1\n2 1 5\n1 2 5\n";
        let error = read(text).expect_err("both halves");
        assert!(
            error.contains("line 1") && error.contains("general"),
            "{error}"
        );
    }
}
