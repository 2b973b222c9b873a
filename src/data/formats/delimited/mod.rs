//! One rating a line: MovieLens, MovieTweetings, and whatever a spreadsheet writes.

mod left_out;
mod wrong;

use std::borrow::Cow;

use super::blocks::{LineError, in_blocks_of_records, records, swallows_lines};
use super::collect::{Collector, Part};
use super::dialect::Dialect;
use super::fields::cut;
use super::footer::Footer;
use super::list::{Layout, What};
use super::number;
use super::source::Source;
use super::{Names, Table};
use crate::data::DataError;

pub(crate) use left_out::LeftOut;
pub(crate) use wrong::{Wrong, not_utf8, shown};

/// Largest row and column number of a file that declares them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub rows: u64,
    pub columns: u64,
}

/// Reads ratings from the next line, which has number `first_line`, as files of formats of their own have them.
pub(crate) fn read(
    source: &mut Source<'_>,
    layout: &Layout,
    bounds: Option<Bounds>,
    first_line: u64,
    names: &mut Names,
) -> Result<Table, DataError> {
    let dialect = Dialect::plain(layout.delimiter);
    let reader = Reader {
        layout,
        dialect: &dialect,
        what: What::Ratings,
        bounds,
        left_out: LeftOut::default(),
        header: None,
    };
    reader.read(source, first_line, names)
}

/// Reads a list that was surveyed, from the next line, which has number `first_line`. `header`: the line that names the columns, which may
/// come again.
pub(crate) fn read_list(
    source: &mut Source<'_>,
    (layout, dialect, what): (&Layout, &Dialect, What),
    header: Option<&[u8]>,
    first_line: u64,
    names: &mut Names,
) -> Result<Table, DataError> {
    let reader = Reader {
        layout,
        dialect,
        what,
        bounds: None,
        left_out: LeftOut::default(),
        header,
    };
    reader.read(source, first_line, names)
}

struct Reader<'l> {
    layout: &'l Layout,
    dialect: &'l Dialect,
    what: What,
    bounds: Option<Bounds>,
    left_out: LeftOut,
    header: Option<&'l [u8]>,
}

impl Reader<'_> {
    fn read(
        self,
        source: &mut Source<'_>,
        first_line: u64,
        names: &mut Names,
    ) -> Result<Table, DataError> {
        let (mut collector, mut footer) = (Collector::default(), Footer::default());
        let path = source.path().to_owned();
        in_blocks_of_records(
            source,
            first_line,
            Some(self.dialect.cut),
            |block, part: &mut Part| self.block(block, part),
            |part, line| {
                footer.take(&mut part.below, !part.values.is_empty(), line, &path)?;
                collector.take(part, names);
                Ok(())
            },
        )?;
        let mut notices = self.left_out.notices(self.what.parts()[2]);
        notices.extend(footer.notice());
        Ok(Table {
            chunks: collector.finish(),
            notices,
            ..Table::default()
        })
    }

    /// Fills `part` from a block; returns the number of lines.
    fn block(&self, block: &[u8], part: &mut Part) -> Result<u64, LineError> {
        if std::str::from_utf8(block).is_err() {
            return Err(not_utf8(block, self.layout.delimiter));
        }
        part.clear();
        let (mut count, mut after_blank) = (0, false);
        for (record, lines) in records(block, self.dialect.cut) {
            let swallows =
                lines > 1 && swallows_lines(record, self.dialect.cut, self.layout.columns);
            let read = if swallows {
                Err(Wrong::swallowed(lines))
            } else {
                self.line(record, part)
            };
            match read {
                Ok(()) => {
                    part.below.must_be_none()?;
                    after_blank = false;
                }
                Err(wrong) => {
                    let columns = self.layout.columns;
                    if self
                        .left_out
                        .take(record, self.dialect, self.header, columns)
                    {
                        after_blank |= is_blank(record, self.dialect);
                    } else {
                        // `Total,,227.5`: without an item.
                        let fields = self.dialect.cut.fields(record);
                        let is_empty = |at: usize| fields.get(at).is_none_or(|own| own.is_empty());
                        let no_id = is_empty(self.layout.user) || is_empty(self.layout.item);
                        let of_table = if no_id { usize::MAX } else { columns };
                        let line = (record, &fields[..], of_table);
                        part.below
                            .take(line, after_blank && !no_id, wrong.at(count))?;
                    }
                }
            }
            count += lines;
        }
        Ok(count)
    }

    #[inline]
    fn line(&self, line: &[u8], part: &mut Part) -> Result<(), Wrong> {
        let (layout, dialect) = (self.layout, self.dialect);
        let (mut user, mut item, mut rating, mut time) = (&[][..], &[][..], &[][..], &[][..]);
        let mut last_filled = 0;
        let columns = cut(line, dialect.cut, |column, field| {
            if column == layout.user {
                user = field;
            } else if column == layout.item {
                item = field;
            } else if column == layout.rating {
                rating = field;
            } else if Some(column) == layout.timestamp {
                time = field;
            }
            if column >= layout.columns && !field.is_empty() {
                last_filled = column;
            }
        })
        .map_err(Wrong::quote)?;
        // Delimiters at the end of a line say nothing.
        let fits = columns == layout.columns
            || columns > layout.columns && last_filled < layout.columns
            || columns < layout.columns && dialect.may_be_short && columns > layout.last();
        if !fits {
            return Err(Wrong::columns(columns, layout.delimiter, layout.columns));
        }
        if dialect.comment_is_given() && dialect.is_comment(line) {
            return Err(Wrong::comment());
        }
        let value = dialect
            .signs
            .number(rating)
            .map_err(|problem| Wrong::number(self.what.parts()[2], rating, problem, layout.rating));
        let value = match value {
            Ok(value) if !dialect.missing.is_number(value) => value,
            Ok(_) => {
                self.left_out.missing();
                return Ok(());
            }
            Err(_) if dialect.missing.given.is_some() && dialect.missing.is_word(rating) => {
                self.left_out.missing();
                return Ok(());
            }
            Err(wrong) => return Err(wrong),
        };
        let [user_part, item_part, ..] = self.what.parts();
        if user.is_empty() {
            return Err(Wrong::no_id(user_part, layout.user));
        }
        if item.is_empty() {
            return Err(Wrong::no_id(item_part, layout.item));
        }
        let (user_number, new_user) = part
            .user_ids
            .intern(&id(user, dialect, layout.whole_ids[0]));
        let (item_number, new_item) = part
            .item_ids
            .intern(&id(item, dialect, layout.whole_ids[1]));
        if let Some(bounds) = self.bounds {
            if new_user {
                check_bound(user, "row", bounds.rows, layout.user)?;
            }
            if new_item {
                check_bound(item, "column", bounds.columns, layout.item)?;
            }
        }
        if let Some(column) = layout.timestamp {
            part.times.push(
                layout
                    .times
                    .time(time)
                    .ok_or_else(|| Wrong::time(time, layout.times, column))?,
            );
        }
        part.users.push(user_number);
        part.items.push(item_number);
        part.values.push(value);
        Ok(())
    }
}

/// An id as it is meant.
#[inline]
fn id<'l>(field: &'l [u8], dialect: &Dialect, is_whole: bool) -> Cow<'l, [u8]> {
    match number::whole(field).filter(|_| is_whole) {
        Some(whole) => whole.to_string().into_bytes().into(),
        None => dialect.cut.unquoted(field),
    }
}

/// True if there is nothing in a line but delimiters.
#[cold]
pub(crate) fn is_blank(line: &[u8], dialect: &Dialect) -> bool {
    dialect
        .cut
        .fields(line)
        .iter()
        .all(|field| field.is_empty())
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
