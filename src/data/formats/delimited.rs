//! One rating a line: MovieLens, MovieTweetings, and whatever a spreadsheet writes.

use std::borrow::Cow;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::blocks::{LineError, in_blocks_of_records, lines, records, swallows_lines};
use super::collect::{Collector, Part};
use super::dates::Times;
use super::dialect::Dialect;
use super::fields::{BadQuote, Delimiter, cut};
use super::footer::{Footer, is_rule};
use super::list::{Layout, What};
use super::number::{self, NumberProblem};
use super::numerals::is_numeral;
use super::source::Source;
use super::{Names, Table};
use crate::data::DataError;
use crate::data::load::counted;

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

/// Lines that were left out with reason, counted by all threads.
#[derive(Debug, Default)]
pub(crate) struct LeftOut {
    comments: AtomicUsize,
    headers: AtomicUsize,
    missing: AtomicUsize,
    empty: AtomicUsize,
}

impl LeftOut {
    /// True if a line that cannot be read is blank, a comment, or the header come again.
    #[cold]
    pub(crate) fn take(
        &self,
        line: &[u8],
        dialect: &Dialect,
        header: Option<&[u8]>,
        columns: usize,
    ) -> bool {
        if line.trim_ascii().is_empty() {
            return true;
        }
        let fields = dialect.cut.fields(line);
        let counter = if fields.iter().all(|field| field.is_empty()) {
            &self.empty
        } else if is_rule(line) {
            return true;
        } else if dialect.is_comment(line)
            && (dialect.comment_is_given() || fields.len() != columns)
        {
            &self.comments
        } else if header.is_some_and(|header| header.trim_ascii() == line.trim_ascii()) {
            &self.headers
        } else {
            return false;
        };
        counter.fetch_add(1, Ordering::Relaxed);
        true
    }

    fn missing(&self) {
        self.missing.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn notices(&self, what: &str) -> Vec<String> {
        let many = format!("lines whose {what} is missing were left out");
        [
            (
                &self.comments,
                "line of comment within the table was left out",
                "lines of comment within the table were left out",
            ),
            (
                &self.headers,
                "line within the table repeats the header and was left out",
                "lines within the table repeat the header and were left out",
            ),
            (
                &self.empty,
                "line of delimiters alone was left out",
                "lines of delimiters alone were left out",
            ),
            (
                &self.missing,
                &many
                    .replace("lines whose", "line whose")
                    .replace("were", "was"),
                &many,
            ),
        ]
        .into_iter()
        .map(|(counter, one, many)| (counter.load(Ordering::Relaxed), one, many))
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| counted(count, one, many))
        .collect()
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
            remedy: "Give every line the same columns, and put quotes around text that holds the delimiter; if the line is a remark, say how it begins by data.comment, and if it stands above the table, set data.skip_lines"
                .to_owned(),
        }
    }

    #[cold]
    pub(crate) fn quote(bad: BadQuote) -> Self {
        let (problem, remedy) = if bad.open {
            (
                "a quote is opened, but never closed",
                "Close it, or double it if it belongs to the text; if quotes are letters like others, set data.quote = \"off\"",
            )
        } else {
            (
                "there is text between the end of a quoted field and the next delimiter",
                "Double the quotes that belong to the text; if they have a backslash before them, set data.escape = \"backslash\", and if quotes are letters like others, data.quote = \"off\"",
            )
        };
        Self {
            column: Some(bad.field),
            problem: problem.to_owned(),
            remedy: remedy.to_owned(),
        }
    }

    /// Quotes enclose lines that look like others.
    #[cold]
    pub(crate) fn swallowed(lines: u64) -> Self {
        Self {
            column: None,
            problem: format!(
                "a quote is opened here and closed {} further down, though each of these lines would be one by itself",
                counted(lines as usize - 1, "line", "lines")
            ),
            remedy: "If quotes are letters like others, set data.quote = \"off\"; else close the quote in its line".to_owned(),
        }
    }

    /// A line of comment, which is left out.
    #[cold]
    fn comment() -> Self {
        Self {
            column: None,
            problem: String::new(),
            remedy: String::new(),
        }
    }

    /// `what`: rating, value, number.
    #[cold]
    pub(crate) fn number(what: &str, text: &[u8], problem: NumberProblem, column: usize) -> Self {
        let (problem, remedy) = match problem {
            NumberProblem::NotANumber if text.is_empty() => (
                format!("there is no {what}"),
                "Write a number, or remove the line".to_owned(),
            ),
            NumberProblem::NotANumber if unit_of(text).is_some() => (
                format!(
                    "expected a {what}, but found {}, which has a unit that the lines above do not have",
                    shown(text)
                ),
                "Remove the unit, or write all numbers with the same".to_owned(),
            ),
            NumberProblem::NotANumber if is_numeral(text) => {
                let sign = if text.contains(&b',') { ',' } else { '.' };
                (
                    format!(
                        "expected a {what}, but found {}, which is written otherwise than the lines above",
                        shown(text)
                    ),
                    format!(
                        "If the sign in it stands between thousands, set data.thousands = \"{sign}\"; if before decimals, data.decimal = \"{sign}\""
                    ),
                )
            }
            NumberProblem::NotANumber => (
                format!("expected a {what}, but found {}", shown(text)),
                format!(
                    "Write a number such as 3.5; if it stands for a missing one, set data.missing_words = [{}]; if the columns are others, set data.columns",
                    shown(text)
                ),
            ),
            NumberProblem::NotFinite => (
                format!("the {what} {} is not a finite number", shown(text)),
                format!(
                    "Write a number, or remove the line; if it stands for a missing one, set data.missing_words = [{}]",
                    shown(text)
                ),
            ),
        };
        Self {
            column: Some(column),
            problem,
            remedy,
        }
    }

    /// A cell of a table.
    #[cold]
    pub(crate) fn cell(text: &[u8], problem: NumberProblem, column: usize) -> Self {
        let mut wrong = Self::number("number", text, problem, column);
        if !is_numeral(text) {
            wrong.remedy = format!(
                "Write a number, or leave the cell empty if it is missing; if {} means missing, set data.missing_words = [{0}]",
                shown(text)
            );
        }
        if problem == NumberProblem::NotFinite {
            wrong.problem = format!("{} is not a finite number", shown(text));
            "Write a number, or leave the cell empty if it is missing"
                .clone_into(&mut wrong.remedy);
        }
        wrong
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
    fn time(text: &[u8], times: Times, column: usize) -> Self {
        Self {
            column: Some(column),
            problem: format!("expected {}, but found {}", times.wanted(), shown(text)),
            remedy: "Write seconds since 1970 or a date such as 2019-05-31, or remove the column; if the times stand in another, set data.columns"
                .to_owned(),
        }
    }
}

/// The sign of money or percent beside a number.
fn unit_of(text: &[u8]) -> Option<super::unit::Unit> {
    let split = super::unit::split(std::str::from_utf8(text).ok()?);
    split.map(|(unit, _)| unit).filter(|_| is_numeral(text))
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
