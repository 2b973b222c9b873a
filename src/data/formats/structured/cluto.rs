//! The matrices of CLUTO: a line with rows, columns and perhaps the number of entries, then one line for each row: pairs of column (from 1)
//! and value, or all its values. word2vec's text is the latter with a word before each row.

use super::super::delimited::{Wrong, shown};
use super::super::dense_text::unique;
use super::super::entries::{self, Entries};
use super::super::format::{Format, Options};
use super::super::number;
use super::super::raw::{Found, RawMatrix};
use super::super::source::Source;
use super::super::{Names, Table};
use super::grid::{self, Grid, Role};
use super::scan::{self, Lines, Sample, is_comment, pieces, whole, wholes};
use super::triplets::{check_count, number, position};
use super::{beside, ratings};
use crate::data::DataError;

/// CLUTO's `.mat`, with `.rlabel`, `.clabel` and `.rclass` beside it.
pub(crate) struct Cluto;

impl Format for Cluto {
    fn name(&self) -> &'static str {
        "CLUTO matrix"
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        Kind::of(&Sample::of(head).below_comments()).is_some()
    }

    fn ratings(
        &self,
        source: &mut Source<'_>,
        names: &mut Names,
        options: &Options<'_>,
    ) -> Result<Table, DataError> {
        Ok(ratings::of_matrix(self.matrix(source, options)?, names))
    }

    fn matrix(
        &self,
        source: &mut Source<'_>,
        _options: &Options<'_>,
    ) -> Result<RawMatrix, DataError> {
        let path = source.path().to_owned();
        let kind = Kind::of(&Sample::of(source.head()).below_comments()).unwrap_or(Kind::Dense);
        let bytes = scan::bytes_of(source);
        let mut lines = Lines::new(source);
        let size = loop {
            match lines.next()? {
                Some(line) if is_comment(line) => (),
                line => break line.and_then(wholes).unwrap_or_default(),
            }
        };
        let mut raw = match (kind, &size[..]) {
            (Kind::Sparse, &[rows, columns, entries]) => {
                sparse(&mut lines, (rows, columns, entries), bytes)?
            }
            (kind, &[rows, columns, ..]) => dense(&mut lines, (rows, columns), kind)?,
            _ => RawMatrix::default(),
        };
        if kind != Kind::Words {
            add_labels(&path, &mut raw);
        }
        Ok(raw)
    }

    fn holds_only_a_matrix(&self, _source: &mut Source<'_>) -> bool {
        true
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Pairs of column and value.
    Sparse,
    /// All values.
    Dense,
    /// A word and all values.
    Words,
}

impl Kind {
    /// The kind of a file, if every line fits the size in its first.
    fn of(sample: &Sample<'_>) -> Option<Self> {
        let [size, body @ ..] = &sample.lines[..] else {
            return None;
        };
        let size = wholes(size)?;
        let held = body.len() as u64;
        let rows = *size.first()?;
        // Rows without a cell are empty lines, which the sample leaves out.
        if held < 3 || rows < held {
            return None;
        }
        let numbers = |line: &[u8]| {
            let numbers = pieces(line).filter(|field| number::number(field, false).is_ok());
            numbers.count() as u64
        };
        let all = |line: &[u8]| pieces(line).count() as u64;
        match size[..] {
            [_, columns, entries] => {
                let pairs: Option<Vec<u64>> =
                    body.iter().map(|line| pairs_of(line, columns)).collect();
                let pairs: u64 = pairs?.iter().sum();
                // One pair in every row is rather an edge of a graph.
                let other = body.iter().any(|line| all(line) > 2 && all(line) != 3);
                let fits = match sample.whole {
                    true => pairs == entries,
                    false => pairs <= entries,
                };
                (other && fits).then_some(Self::Sparse)
            }
            [_, columns] if columns >= 2 && (!sample.whole || rows == held) => {
                // Two fields in every line, the first too, may be anything unless all of it was seen.
                let sure = columns > 3 || sample.whole;
                let dense = |line: &&[u8]| all(line) == columns && numbers(line) == columns;
                let named = |line: &&[u8]| {
                    let mut fields = words(line).skip(1);
                    let all = words(line).count() as u64 == columns + 1;
                    all && fields.all(|field| number::number(field, false).is_ok())
                };
                if sure && body.iter().all(dense) {
                    Some(Self::Dense)
                } else if sure && body.iter().all(named) {
                    Some(Self::Words)
                } else {
                    None
                }
            }
            _ => None,
        }
    }
}

/// What stands between blanks: a word can be a comma.
fn words(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty())
}

/// How many pairs of column and value a line holds, if it holds nothing else.
fn pairs_of(line: &[u8], columns: u64) -> Option<u64> {
    let (mut fields, mut count) = (pieces(line), 0);
    while let Some(column) = fields.next() {
        let column = whole(column)?;
        number::number(fields.next()?, false).ok()?;
        if !(1..=columns).contains(&column) {
            return None;
        }
        count += 1;
    }
    Some(count)
}

fn sparse(
    lines: &mut Lines<'_, '_>,
    (rows, columns, promised): (u64, u64, u64),
    bytes: usize,
) -> Result<RawMatrix, DataError> {
    let (header, path) = (lines.number(), lines.path().to_owned());
    let at_header = |wrong: Wrong| scan::at(&path, header, wrong);
    let side = |claimed, what| {
        let side = entries::side(claimed, what, bytes);
        side.map_err(|wrong| at_header(scan::wrong(wrong.problem, wrong.remedy)))
    };
    let shape = (side(rows, "rows")?, side(columns, "columns")?);
    let (mut entries, mut row) = (Entries::default(), 0);
    while let Some(line) = lines.next()? {
        if line.trim_ascii().is_empty() && row >= shape.0 {
            continue;
        }
        let cells = pairs(line, row, shape, &mut entries);
        cells.map_err(|wrong| lines.wrong(wrong))?;
        row += 1;
    }
    if row != shape.0 {
        return Err(at_header(grid::wrong_size("rows", rows, row)));
    }
    check_count(Some(promised), entries.values.len()).map_err(at_header)?;
    let compressed = entries.compress(shape.0, shape.1);
    let mut raw = RawMatrix::sparse(compressed.map_err(|wrong| wrong.at(&path))?, 1);
    raw.notices.push(size_notice(rows, columns));
    Ok(raw)
}

/// Adds the cells of a row.
fn pairs(
    line: &[u8],
    row: usize,
    shape: (usize, usize),
    entries: &mut Entries,
) -> Result<(), Wrong> {
    let (mut fields, mut at) = (pieces(line), 0);
    while let Some(column) = fields.next() {
        if row >= shape.0 {
            return Err(scan::wrong(
                format!("there are more rows than the {} of the header", shape.0),
                "Correct the number of rows in the first line, or write the file again",
            ));
        }
        let column = position(column, "column", 1, shape.1, at)?;
        let Some(value) = fields.next() else {
            return Err(scan::wrong(
                format!("the last column of {} has no value", shown(line)),
                "Write pairs of column and value",
            ));
        };
        entries.rows.push(row as u32);
        entries.columns.push(column);
        entries.values.push(number(value, at + 1)?);
        at += 2;
    }
    Ok(())
}

fn dense(
    lines: &mut Lines<'_, '_>,
    (rows, columns): (u64, u64),
    kind: Kind,
) -> Result<RawMatrix, DataError> {
    let (header, path) = (lines.number(), lines.path().to_owned());
    // The first lines have that many fields: it is no mere promise.
    let mut roles = vec![Role::Cell; columns as usize];
    if kind == Kind::Words {
        roles.insert(0, Role::Name);
    }
    let mut grid = Grid::new(roles);
    while let Some(line) = lines.next_filled()? {
        let fields: Vec<&[u8]> = match kind {
            Kind::Words => words(line).collect(),
            Kind::Dense | Kind::Sparse => pieces(line).collect(),
        };
        grid.push(&fields).map_err(|wrong| lines.wrong(wrong))?;
    }
    if grid.rows() as u64 != rows {
        return Err(scan::at(
            &path,
            header,
            grid::wrong_size("rows", rows, grid.rows()),
        ));
    }
    let mut raw = grid.finish(None, "", None);
    raw.notices.push(size_notice(rows, columns));
    Ok(raw)
}

fn size_notice(rows: u64, columns: u64) -> String {
    format!("the first line was read as the size of the matrix, {rows} × {columns}")
}

/// Takes names and classes from the files beside a matrix.
fn add_labels(path: &std::path::Path, raw: &mut RawMatrix) {
    let name = beside::unpacked_name(path);
    let stem = name.rsplit_once('.').map_or(&name[..], |(stem, _)| stem);
    let (rows, columns) = (raw.rows.len(), raw.columns.len());
    let mut notices = Vec::new();
    let mut find = |end: &str, of: (usize, &str, &str)| {
        let names = [format!("{name}.{end}"), format!("{stem}.{end}")];
        beside::lines_of(path, &names, of, &mut notices)
    };
    let row_names = find("rlabel", (rows, "rows", "names"));
    let column_names = find("clabel", (columns, "columns", "names"));
    let row_classes = find("rclass", (rows, "rows", "classes"));
    raw.notices.append(&mut notices);
    if let Some(names) = row_names {
        raw.rows = unique(names, "row", &mut raw.notices);
        raw.named = true;
    }
    if let Some(names) = column_names {
        raw.columns = unique(names, "column", &mut raw.notices);
        raw.named = true;
    }
    let classes = row_classes.map(|classes| -> Found {
        let classes = classes
            .into_iter()
            .map(|class| (!class.is_empty()).then_some(class));
        ("the .rclass file".to_owned(), classes.collect())
    });
    if classes.is_some() {
        raw.set_classes(classes, None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Monitor;
    use crate::data::formats::read_matrix;

    fn read(name: &str, files: &[(&str, &str)]) -> Result<RawMatrix, String> {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).expect("written");
        }
        let read = read_matrix(
            &folder.path().join(name),
            &Options::default(),
            &Monitor::default(),
        );
        read.map(|read| read.0).map_err(|error| error.to_string())
    }

    #[test]
    fn pairs_of_column_and_value_with_an_empty_row_and_labels() {
        let raw = read(
            "d.mat",
            &[
                ("d.mat", "4 5 6\n1 2 3 1\n\n2 0.5\n5 1 1 4 2 1\n"),
                ("d.mat.rlabel", "one\ntwo\nthree\nfour\n"),
                ("d.mat.clabel", "a\nb\nc\nd\ne\n"),
                ("d.mat.rclass", "x\nx\ny\ny\n"),
            ],
        )
        .expect("a matrix");
        assert_eq!((raw.cells.rows(), raw.cells.columns()), (4, 5));
        assert_eq!(raw.cells.row(0).collect::<Vec<_>>(), [(0, 2.0), (2, 1.0)]);
        assert_eq!(raw.cells.row(1).count(), 0);
        assert_eq!(
            raw.cells.row(3).collect::<Vec<_>>(),
            [(0, 4.0), (1, 1.0), (4, 1.0)]
        );
        assert_eq!(raw.rows.id(2), "three");
        assert_eq!(raw.columns.id(4), "e");
        let classes = raw.row_classes.expect("classes");
        assert_eq!(classes[3].as_deref(), Some("y"));
    }

    #[test]
    fn all_values_with_and_without_a_word_before_them() {
        let raw = read("d", &[("d", "3 4\n1 2 3 4\n5 6 7 8\n9 10 11 12.5\n")]).expect("a matrix");
        assert_eq!((raw.cells.rows(), raw.cells.columns()), (3, 4));
        assert_eq!(raw.cells.row(2).last(), Some((3, 12.5)));
        let raw = read("d", &[("d", "3 2\nthe 1 2\n, 5 6\nand 9 10\n")]).expect("a matrix");
        assert!(raw.rows.ids().eq(["the", ",", "and"]));
    }

    #[test]
    fn what_the_first_line_promises_is_held_against_the_rest() {
        let wrong = |text: &str| read("d", &[("d", text)]).expect_err(text);
        let long: String = (0..12_000)
            .map(|row| format!("{} 1 {} 2\n", row % 7 + 1, row % 3 + 8))
            .collect();
        let error = wrong(&format!("12001 10 24000\n{long}"));
        assert!(
            error.contains("line 1: the header promises 12001 rows, but the file holds 12000"),
            "{error}"
        );
        let error = wrong(&format!("12000 10 24001\n{long}"));
        assert!(
            error.contains("promises 24,001 entries, but the file holds 24000"),
            "{error}"
        );
        let error = wrong(&format!("12001 10 24000\n{long}3\n"));
        assert!(
            error.contains("line 12002") && error.contains("has no value"),
            "{error}"
        );
    }

    #[test]
    fn plain_text_is_not_taken_for_it() {
        for text in [
            "1 2 3\n4 5 6\n7 8 9\n1 1 1\n",
            "1 2\n3 4\n5 6\n",
            "3 2 4\n1 2 3 4\n2 1 1 5\n1 1 1 1\n",
            "3 2 3\n1 2\n2 1\n1 1 2 1\n",
            "4 3\n1 2 3\n4 5 6\n7 8 9\n",
        ] {
            let found = Kind::of(&Sample::of(text.as_bytes()));
            assert_eq!(found, None, "{text}");
        }
    }
}
