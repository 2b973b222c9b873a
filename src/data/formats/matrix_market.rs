//! MatrixMarket coordinate files (Boisvert, Pozo, Remington 1996): users are rows, items are columns.

use super::delimited::{self, Bounds};
use super::fields::Delimiter;
use super::format::{Format, Options};
use super::market;
use super::raw::RawMatrix;
use super::sniff::Layout;
use super::source::Source;
use super::{Names, Table};
use crate::data::{DataError, Place};

/// How a file begins, in any case.
const BANNER: &[u8] = b"%%MatrixMarket";

/// MatrixMarket's coordinate and array files.
pub(crate) struct MatrixMarket;

impl Format for MatrixMarket {
    fn name(&self) -> &'static str {
        "MatrixMarket"
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        is_matrix_market(head)
    }

    fn ratings(
        &self,
        source: &mut Source<'_>,
        names: &mut Names,
        _options: &Options<'_>,
    ) -> Result<Table, DataError> {
        read(source, names)
    }

    fn matrix(
        &self,
        source: &mut Source<'_>,
        _options: &Options<'_>,
    ) -> Result<RawMatrix, DataError> {
        // What is kept for each row is bounded by what the file really holds.
        let bytes = std::fs::metadata(source.path()).map_or(0, |metadata| metadata.len());
        market::read(source, bytes as usize)
    }

    fn holds_only_a_matrix(&self, source: &mut Source<'_>) -> bool {
        let line = source.next_line().ok().flatten().unwrap_or_default();
        !is_of_ratings(&line)
    }
}

pub(crate) fn is_matrix_market(head: &[u8]) -> bool {
    head.get(..BANNER.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(BANNER))
}

/// True if ratings can be read below this first line.
pub(crate) fn is_of_ratings(banner: &[u8]) -> bool {
    check_banner(banner).is_ok()
}

/// Reads the ratings. The size in the header bounds the indices and is checked at the end, but nothing is allocated by it.
pub(crate) fn read(source: &mut Source<'_>, names: &mut Names) -> Result<Table, DataError> {
    let mut line = 1;
    let banner = source.next_line()?.unwrap_or_default();
    check_banner(&banner).map_err(|(problem, remedy)| wrong(source, line, problem, remedy))?;
    let size = loop {
        line += 1;
        let Some(text) = source.next_line()? else {
            return Err(wrong(
                source,
                line,
                "the line with the size of the matrix is missing".to_owned(),
                "Write it below the comments: rows, columns, entries",
            ));
        };
        let text = text.trim_ascii();
        if !text.is_empty() && !text.starts_with(b"%") {
            break Size::parse(text).ok_or_else(|| {
                wrong(
                    source,
                    line,
                    format!(
                        "expected the size of the matrix, but found {}",
                        delimited::shown(text)
                    ),
                    "Write three whole numbers: rows, columns, entries",
                )
            })?;
        }
    };
    let layout = Layout {
        delimiter: Delimiter::Spaces,
        columns: 3,
        user: 0,
        item: 1,
        rating: 2,
        timestamp: None,
    };
    let bounds = Bounds {
        rows: size.rows,
        columns: size.columns,
    };
    let mut table = delimited::read(source, &layout, Some(bounds), line + 1, names)?;
    if table.len() as u64 != size.entries {
        return Err(wrong(
            source,
            line,
            format!(
                "the header promises {} entries, but the file holds {}",
                size.entries,
                table.len()
            ),
            "Download or copy the file again, or correct the header",
        ));
    }
    table.positions = true;
    Ok(table)
}

fn check_banner(banner: &[u8]) -> Result<(), (String, &'static str)> {
    let text = String::from_utf8_lossy(banner).to_ascii_lowercase();
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let (problem, remedy) = match words[..] {
        [
            _,
            "matrix",
            "coordinate",
            "real" | "integer" | "double",
            "general",
        ] => return Ok(()),
        [_, "matrix", "coordinate", "pattern", _] => (
            "the matrix has positions, but no ratings (pattern)",
            "Write it with values: real or integer",
        ),
        [_, "matrix", "array", _, _] => (
            "the matrix is dense (array)",
            "Write it as coordinate; in Python: scipy.io.mmwrite of a sparse matrix",
        ),
        [
            _,
            "matrix",
            "coordinate",
            _,
            "symmetric" | "skew-symmetric" | "hermitian",
        ] => (
            "the matrix is symmetric, which ratings of items by users are not",
            "Write it as general; in Python: scipy.io.mmwrite(…, symmetry=\"general\")",
        ),
        [_, "matrix", "coordinate", "complex", _] => (
            "the values are complex numbers",
            "Write them as real or integer",
        ),
        _ => (
            "the first line is not a known MatrixMarket header",
            "Begin with: %%MatrixMarket matrix coordinate real general",
        ),
    };
    Err((problem.to_owned(), remedy))
}

struct Size {
    rows: u64,
    columns: u64,
    entries: u64,
}

impl Size {
    fn parse(text: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(text).ok()?;
        let mut numbers = text.split_ascii_whitespace().map(str::parse::<u64>);
        let size = Self {
            rows: numbers.next()?.ok()?,
            columns: numbers.next()?.ok()?,
            entries: numbers.next()?.ok()?,
        };
        numbers.next().is_none().then_some(size)
    }
}

fn wrong(source: &Source<'_>, line: u64, problem: String, remedy: &str) -> DataError {
    DataError::Content {
        place: Place {
            path: source.path().to_owned(),
            line: Some(line),
            column: None,
        },
        problem,
        remedy: remedy.to_owned(),
    }
}
