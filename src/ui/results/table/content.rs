//! The content of a table, as far as it is shown.

use std::io::{BufReader, Read};

use crate::draw::format;
use crate::record::files;
use crate::ui::results::cache::{Snapshot, Source};

/// Rows that are shown, and bytes that are read, at most.
const MOST_ROWS: usize = 200_000;
const MOST_BYTES: u64 = 64 << 20;
/// Columns that are shown, at most.
const MOST_COLUMNS: usize = 200;

/// The content of a table, as far as it is shown.
#[derive(Debug, Default)]
pub(super) struct Content {
    pub(super) header: Vec<String>,
    pub(super) rows: Vec<csv::StringRecord>,
    /// True if the file has more rows or columns.
    more: bool,
    /// Of each column, whether every cell is a number or empty.
    numbers: Vec<bool>,
    bytes: usize,
}

impl Content {
    fn parse(from: impl Read) -> csv::Result<Self> {
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(from);
        let header: Vec<String> = reader.headers()?.iter().map(str::to_owned).collect();
        let columns = header.len().min(MOST_COLUMNS);
        let mut content = Self {
            more: header.len() > columns,
            numbers: vec![true; columns],
            header: header.into_iter().take(columns).collect(),
            ..Self::default()
        };
        for record in reader.records() {
            if content.rows.len() == MOST_ROWS {
                content.more = true;
                break;
            }
            let mut record = record?;
            record.truncate(columns);
            for (cell, number) in record.iter().zip(&mut content.numbers) {
                *number &= cell.is_empty() || cell.parse::<f64>().is_ok();
            }
            content.bytes += record.as_slice().len() + 16 * record.len() + 64;
            content.rows.push(record);
        }
        Ok(content)
    }

    /// True if a column holds numbers.
    pub(super) fn is_number(&self, column: usize) -> bool {
        self.numbers.get(column).copied().unwrap_or(false)
    }

    /// `1 200 rows`, and whether there are more.
    pub(super) fn rows_text(&self) -> String {
        let rows = format::count(self.rows.len() as u64);
        let s = if self.rows.len() == 1 { "" } else { "s" };
        if self.more {
            format!("The first {rows} row{s} and {} columns", self.header.len())
        } else {
            format!("{rows} row{s}")
        }
    }
}

impl Snapshot for Content {
    type Context = ();

    fn read(source: Source, _step: u64, (): &()) -> Result<Self, String> {
        let parsed = match source {
            Source::Memory(content) => Self::parse(&*content.encode()),
            Source::File(path) => {
                let file =
                    files::open(&path).map_err(|error| format!("{}: {error}", path.display()))?;
                Self::parse(BufReader::new(file).take(MOST_BYTES))
            }
        };
        parsed.map_err(|error| format!("the table cannot be read: {error}"))
    }

    fn bytes(&self) -> usize {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_numbers_are_told_from_columns_of_text() {
        let text = "name,cluster,share\n\"a, b\",1,0.5\nc,,\n";
        let content = Content::parse(text.as_bytes()).unwrap();
        assert_eq!(content.header, ["name", "cluster", "share"]);
        assert_eq!(&content.rows[0][0], "a, b");
        let numbers = [0, 1, 2, 3].map(|column| content.is_number(column));
        assert_eq!(numbers, [false, true, true, false]);
        assert_eq!(content.rows_text(), "2 rows");
    }
}
