//! One rating a line: MovieLens, MovieTweetings, and whatever a spreadsheet writes.

use super::blocks::{LineError, in_blocks, lines};
use super::collect::{Collector, Part};
use super::fields::{Delimiter, OpenQuote, split, unquoted};
use super::number::{self, NumberProblem};
use super::sniff::Layout;
use super::source::Source;
use super::{Names, Table};
use crate::data::DataError;

/// Largest row and column number of a file that declares them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub rows: u64,
    pub columns: u64,
}

/// Reads ratings from the next line, which has number `first_line`.
pub(crate) fn read(
    source: &mut Source<'_>,
    layout: &Layout,
    bounds: Option<Bounds>,
    first_line: u64,
    names: &mut Names,
) -> Result<Table, DataError> {
    let reader = Reader { layout, bounds };
    let mut collector = Collector::default();
    in_blocks(
        source,
        first_line,
        |block, part| reader.block(block, part),
        |part| collector.take(part, names),
    )?;
    Ok(Table {
        chunks: collector.finish(),
        ..Table::default()
    })
}

struct Reader<'l> {
    layout: &'l Layout,
    bounds: Option<Bounds>,
}

impl Reader<'_> {
    /// Fills `part` from a block; returns the number of lines.
    fn block(&self, block: &[u8], part: &mut Part) -> Result<u64, LineError> {
        if std::str::from_utf8(block).is_err() {
            return Err(not_utf8(block, self.layout.delimiter));
        }
        part.clear();
        let mut count = 0;
        for line in lines(block) {
            if !line.trim_ascii().is_empty() {
                self.line(line, part).map_err(|wrong| wrong.at(count))?;
            }
            count += 1;
        }
        Ok(count)
    }

    #[inline]
    fn line(&self, line: &[u8], part: &mut Part) -> Result<(), Wrong> {
        let layout = self.layout;
        let (mut user, mut item, mut rating, mut time) = (&[][..], &[][..], &[][..], &[][..]);
        let columns = split(line, layout.delimiter, |column, field| {
            if column == layout.user {
                user = field;
            } else if column == layout.item {
                item = field;
            } else if column == layout.rating {
                rating = field;
            } else if Some(column) == layout.timestamp {
                time = field;
            }
        })
        .map_err(|OpenQuote { field }| Wrong::open_quote(field))?;
        if columns != layout.columns {
            return Err(Wrong::columns(columns, layout.delimiter, layout.columns));
        }
        let value = number::number(rating, layout.delimiter != Delimiter::Byte(b','))
            .map_err(|problem| Wrong::rating(rating, problem, layout.rating))?;
        if user.is_empty() {
            return Err(Wrong::no_id("user", layout.user));
        }
        if item.is_empty() {
            return Err(Wrong::no_id("item", layout.item));
        }
        let (user_number, new_user) = part.user_ids.intern(&unquoted(user));
        let (item_number, new_item) = part.item_ids.intern(&unquoted(item));
        if let Some(bounds) = self.bounds {
            if new_user {
                check_bound(user, "row", bounds.rows, layout.user)?;
            }
            if new_item {
                check_bound(item, "column", bounds.columns, layout.item)?;
            }
        }
        if let Some(column) = layout.timestamp {
            part.times
                .push(number::time(time).ok_or_else(|| Wrong::time(time, column))?);
        }
        part.users.push(user_number);
        part.items.push(item_number);
        part.values.push(value);
        Ok(())
    }
}

fn check_bound(text: &[u8], what: &str, bound: u64, column: usize) -> Result<(), Wrong> {
    let number = std::str::from_utf8(text)
        .ok()
        .and_then(|text| text.parse().ok());
    match number {
        Some(1..) if number <= Some(bound) => Ok(()),
        _ => Err(Wrong {
            column: Some(column),
            problem: format!(
                "{what} {} is not between 1 and {bound}, which the header declares",
                shown(text)
            ),
            remedy: "Write the file again, with the size of the matrix in its header".to_owned(),
        }),
    }
}

/// The problem with a line.
pub(crate) struct Wrong {
    /// From 0.
    pub column: Option<usize>,
    pub problem: String,
    pub remedy: String,
}

impl Wrong {
    #[cold]
    pub(crate) fn at(self, line: u64) -> LineError {
        LineError {
            line,
            column: self.column.map(|column| column as u64 + 1),
            problem: self.problem,
            remedy: self.remedy,
        }
    }

    #[cold]
    pub(crate) fn columns(found: usize, delimiter: Delimiter, columns: usize) -> Self {
        Self {
            column: Some(found.min(columns)),
            problem: format!(
                "the line has {found} columns between {}, where the others have {columns}",
                delimiter.name()
            ),
            remedy: "Give every line the same columns, and put quotes around text that holds the delimiter"
                .to_owned(),
        }
    }

    #[cold]
    pub(crate) fn open_quote(field: usize) -> Self {
        Self {
            column: Some(field),
            problem: "a quote is opened, but not closed on the same line".to_owned(),
            remedy: "Close it, or double it if it belongs to the text".to_owned(),
        }
    }

    #[cold]
    pub(crate) fn rating(text: &[u8], problem: NumberProblem, column: usize) -> Self {
        let (problem, remedy) = match problem {
            NumberProblem::NotANumber if text.is_empty() => (
                "there is no rating".to_owned(),
                "Write a number, or remove the line",
            ),
            NumberProblem::NotANumber => (
                format!("expected a rating, but found {}", shown(text)),
                "Write a number such as 3.5; if the columns are in another order, name them in a header: user,item,rating",
            ),
            NumberProblem::NotFinite => (
                format!("the rating {} is not a finite number", shown(text)),
                "Write a number, or remove the line if the pair is not rated",
            ),
        };
        Self {
            column: Some(column),
            problem,
            remedy: remedy.to_owned(),
        }
    }

    #[cold]
    pub(crate) fn no_id(what: &str, column: usize) -> Self {
        Self {
            column: Some(column),
            problem: format!("there is no {what}"),
            remedy: format!("Write the id of the {what}, or remove the line"),
        }
    }

    #[cold]
    fn time(text: &[u8], column: usize) -> Self {
        Self {
            column: Some(column),
            problem: format!("expected a time, but found {}", shown(text)),
            remedy: "Write seconds since 1970 or a date such as 2019-05-31, or remove the column"
                .to_owned(),
        }
    }
}

/// Text from a file, cut to a length that fits a message.
pub(crate) fn shown(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    format!("{short:?}")
}

/// The error of the first line that is not UTF-8.
pub(crate) fn not_utf8(block: &[u8], delimiter: Delimiter) -> LineError {
    let (mut line_number, mut column) = (0, None);
    for line in lines(block) {
        if let Err(error) = std::str::from_utf8(line) {
            let before = super::fields::fields(&line[..error.valid_up_to()], delimiter);
            column = Some(before.len().max(1) as u64);
            break;
        }
        line_number += 1;
    }
    LineError {
        line: line_number,
        column,
        problem: "the text is not UTF-8".to_owned(),
        remedy: "Convert it, for instance with `iconv -f latin1 -t utf-8`".to_owned(),
    }
}
