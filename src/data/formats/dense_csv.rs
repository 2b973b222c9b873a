//! A matrix in text with item ids above and user ids at the left; empty cells are not rated.

use rustc_hash::FxHashSet;

use super::blocks::{LineError, in_blocks, lines};
use super::collect::{Collector, Part};
use super::delimited::{self, Wrong};
use super::fields::{Delimiter, OpenQuote, fields, split, unquoted};
use super::number;
use super::sniff::is_missing;
use super::source::Source;
use super::{Names, Table};
use crate::data::assemble::Chunk;
use crate::data::{DataError, Place};

/// A parsed block, and how many cells of it are empty.
#[derive(Default)]
struct Workspace {
    part: Part,
    missing: usize,
}

/// Reads the matrix from the line of item ids, which has number `first_line`; `columns` is the number of fields of the lines below it.
pub(crate) fn read(
    source: &mut Source<'_>,
    delimiter: Delimiter,
    columns: usize,
    first_line: u64,
    names: &mut Names,
) -> Result<Table, DataError> {
    let header = source.next_line()?.unwrap_or_default();
    let items = item_ids(&header, delimiter, columns)
        .map_err(|wrong| wrong.at(0).at_line(source, first_line))?;
    for id in &items {
        names.items.intern(id);
    }
    let mut collector = Collector::default();
    let mut missing = 0;
    in_blocks(
        source,
        first_line + 1,
        |block, workspace: &mut Workspace| parse(block, delimiter, columns, &items, workspace),
        |workspace| {
            missing += workspace.missing;
            collector.take(&mut workspace.part, names);
        },
    )?;
    let mut table = Table {
        chunks: collector.finish(),
        ..Table::default()
    };
    if missing == 0 {
        let zeros: usize = table.chunks.iter_mut().map(Chunk::drop_zeros).sum();
        if zeros > 0 {
            table
                .notices
                .push("no cell is empty, so 0 was read as no rating".to_owned());
        }
    }
    Ok(table)
}

/// The ids above the columns; R leaves out the cell above the user ids.
fn item_ids(header: &[u8], delimiter: Delimiter, columns: usize) -> Result<Vec<String>, Wrong> {
    if std::str::from_utf8(header).is_err() {
        return Err(Wrong {
            column: None,
            problem: "the text is not UTF-8".to_owned(),
            remedy: "Convert it, for instance with `iconv -f latin1 -t utf-8`".to_owned(),
        });
    }
    let cells = fields(header.trim_ascii_end(), delimiter);
    let skip = (cells.len() + 1).saturating_sub(columns).min(1);
    if cells.len() + 1 - skip != columns {
        return Err(Wrong::columns(cells.len(), delimiter, columns));
    }
    let mut seen = FxHashSet::default();
    let mut ids = Vec::with_capacity(columns);
    for (column, cell) in cells.iter().enumerate().skip(skip) {
        let id = String::from_utf8_lossy(&unquoted(cell)).into_owned();
        if id.is_empty() {
            return Err(Wrong::no_id("item", column));
        }
        if !seen.insert(id.clone()) {
            return Err(Wrong {
                column: Some(column),
                problem: format!("the item {} appears twice", delimited::shown(cell)),
                remedy: "Give every column its own name".to_owned(),
            });
        }
        ids.push(id);
    }
    Ok(ids)
}

fn parse(
    block: &[u8],
    delimiter: Delimiter,
    columns: usize,
    items: &[String],
    workspace: &mut Workspace,
) -> Result<u64, LineError> {
    if std::str::from_utf8(block).is_err() {
        return Err(delimited::not_utf8(block, delimiter));
    }
    workspace.part.clear();
    workspace.missing = 0;
    let mut count = 0;
    for text in lines(block) {
        if !text.trim_ascii().is_empty() {
            line(text, delimiter, columns, items, workspace).map_err(|wrong| wrong.at(count))?;
        }
        count += 1;
    }
    Ok(count)
}

fn line(
    text: &[u8],
    delimiter: Delimiter,
    columns: usize,
    items: &[String],
    workspace: &mut Workspace,
) -> Result<(), Wrong> {
    let mut user = None;
    let mut first_wrong = None;
    let Workspace { part, missing } = workspace;
    let found = split(text, delimiter, |column, cell| {
        if column == 0 {
            user = (!cell.is_empty()).then(|| part.user_ids.intern(&unquoted(cell)).0);
            return;
        }
        let (Some(user), Some(item)) = (user, items.get(column - 1)) else {
            return;
        };
        if is_missing(cell) {
            *missing += 1;
            return;
        }
        match number::number(cell, delimiter != Delimiter::Byte(b',')) {
            Ok(value) => {
                part.users.push(user);
                part.items.push(part.item_ids.intern(item.as_bytes()).0);
                part.values.push(value);
            }
            Err(problem) => {
                first_wrong.get_or_insert_with(|| Wrong::rating(cell, problem, column));
            }
        }
    })
    .map_err(|OpenQuote { field }| Wrong::open_quote(field))?;
    if found != columns {
        return Err(Wrong::columns(found, delimiter, columns));
    }
    if user.is_none() {
        return Err(Wrong::no_id("user", 0));
    }
    first_wrong.map_or(Ok(()), Err)
}

impl LineError {
    /// The error of a single line.
    fn at_line(self, source: &Source<'_>, line: u64) -> DataError {
        DataError::Content {
            place: Place {
                path: source.path().to_owned(),
                line: Some(line),
                column: self.column,
            },
            problem: self.problem,
            remedy: self.remedy,
        }
    }
}
