//! The beginning of a delimited text, looked over as a whole: where the table begins, and how its lines are cut into fields.

mod cuts;
mod lines;

use std::path::Path;

use cuts::best_cut;
use lines::Lines;

use super::dialect::{Comment, Dialect, Given, MissingWords, is_missing};
use super::fields::{Delimiter, cut};
use super::footer;
use super::format::TextKeys;
use super::header::Named;
use super::list::What;
use super::number::Signs;
use super::numerals::is_numeral;
use crate::data::{DataError, Place};

/// Records by which the delimiter is found.
const SAMPLE: usize = 100;
/// Records that are kept.
const MOST_ROWS: usize = 5_000;
/// Lines that may stand above the table.
const MOST_ABOVE: usize = 50;

/// A line of the table.
#[derive(Debug, Clone)]
pub(crate) struct Row<'h> {
    /// The number of its first line in the file, from 1.
    pub line: u64,
    pub raw: &'h [u8],
    pub fields: Vec<&'h [u8]>,
}

/// A line above the table.
#[derive(Debug, Clone)]
pub(crate) struct Above<'h> {
    pub line: u64,
    pub text: &'h [u8],
    /// It is a comment, blank, or skipped because a person said so; else it was taken for a title.
    pub expected: bool,
}

/// The beginning of a delimited text.
#[derive(Debug, Clone)]
pub(crate) struct Survey<'h> {
    pub given: Given,
    /// Its signs are not yet known.
    pub dialect: Dialect,
    /// Fields of most lines.
    pub columns: usize,
    /// Of these, columns at the right that are empty in every line.
    pub trailing: usize,
    /// The share of the lines that have these columns.
    pub agreed: f64,
    pub above: Vec<Above<'h>>,
    /// At least one. The first may name the columns.
    pub rows: Vec<Row<'h>>,
    /// The first row stands behind a sign of comment, as `numpy.savetxt` writes it.
    pub behind_comment: bool,
    /// The first column is empty in every line, since lines begin with a bar.
    pub bordered: bool,
    /// True if there is no more.
    pub whole: bool,
}

impl<'h> Survey<'h> {
    /// Looks over the beginning of a file. `whole`: `head` is the whole file; `should`: what to do if it is something else.
    pub(crate) fn of(
        path: &Path,
        head: &'h [u8],
        whole: bool,
        given: Given,
        should: &str,
    ) -> Result<Self, DataError> {
        if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
            let problem = "is UTF-16 text";
            return Err(DataError::content(path, problem, "Save it as UTF-8"));
        }
        if head.contains(&0) {
            return Err(DataError::content(
                path,
                "is a binary file of an unknown kind",
                "Give delimited text, MatrixMarket, .npy or .npz, or one of these compressed with gzip",
            ));
        }
        // The last line of a part of a file may be cut off.
        let end = match memchr::memrchr(b'\n', head) {
            Some(last) if !whole => last + 1,
            _ => head.len(),
        };
        let mut lines = Lines::of(&head[..end]);
        let mut above = Vec::new();
        for _ in 0..given.skip_lines.unwrap_or(0) {
            match lines.next() {
                Some((line, text)) => above.push(Above {
                    line,
                    text,
                    expected: true,
                }),
                None => break,
            }
        }
        let comment = comment_of(lines, &given);
        while let Some((line, text)) = lines.peek()
            && (text.trim_ascii().is_empty()
                || (comment.as_ref()).is_some_and(|comment| text.starts_with(&comment.prefix)))
        {
            lines.next();
            above.push(Above {
                line,
                text,
                expected: true,
            });
        }
        let skip = comment.as_ref().filter(|comment| comment.given);
        let is_comment = |record: &[u8]| skip.is_some_and(|skip| record.starts_with(&skip.prefix));
        let first_line = lines.line;
        let at_first = |problem: String| DataError::Content {
            place: Place {
                path: path.to_owned(),
                line: Some(first_line),
                column: None,
            },
            problem,
            remedy: should.to_owned(),
        };
        if lines.is_blank() {
            let problem = match given.skip_lines {
                Some(skipped) if skipped > 0 => {
                    return Err(DataError::Config {
                        key: "skip_lines",
                        problem: format!(
                            "skips {skipped} lines of {}, which has nothing below them: lower it",
                            path.display()
                        ),
                    });
                }
                _ => "holds no lines of data",
            };
            return Err(DataError::content(path, problem, should));
        }
        let Some(best) = best_cut(lines, whole, &given, &is_comment) else {
            return Err(at_first(match given.delimiter {
                Some(delimiter) => format!(
                    "there is only one column between {}, which data.delimiter names",
                    delimiter.name()
                ),
                None => "there is only one column".to_owned(),
            }));
        };
        let mut survey = Self {
            dialect: Dialect {
                cut: best.cut,
                signs: Signs::POINT,
                missing: MissingWords {
                    given: given.missing.clone(),
                    numbers: numbers_of(given.missing.as_deref()),
                },
                comment,
                may_be_short: false,
            },
            given,
            columns: best.columns,
            trailing: 0,
            agreed: best.share,
            above,
            rows: Vec::new(),
            behind_comment: false,
            bordered: false,
            whole,
        };
        survey.take_rows(lines);
        if survey.rows.is_empty() {
            return Err(DataError::content(path, "holds no lines of data", should));
        }
        survey.leave_out_footer();
        survey.leave_out_sizes();
        survey.take_header_behind_comment();
        survey.bordered = survey.dialect.cut.delimiter == Delimiter::Byte(b'|')
            && (survey.rows.iter()).all(|row| row.fields.first().is_none_or(|own| own.is_empty()));
        survey.trailing = survey.count_trailing();
        survey.dialect.may_be_short = survey.trailing > 0;
        Ok(survey)
    }

    fn take_rows(&mut self, mut lines: Lines<'h>) {
        let by = self.dialect.cut;
        let mut titles = self.titles_before_a_gap(&mut lines);
        while self.rows.len() < MOST_ROWS
            && let Some((line, raw, closed)) = lines.next_record(by)
        {
            if !closed && !self.whole && !self.rows.is_empty() {
                break;
            }
            if raw.trim_ascii().is_empty() {
                continue;
            }
            let fields = by.fields(raw);
            let is_comment = self.dialect.is_comment(raw)
                && (fields.len() != self.columns
                    || self.dialect.comment.as_ref().is_some_and(|own| own.given));
            if footer::is_rule(raw) || is_comment || fields.iter().all(|field| field.is_empty()) {
                if self.rows.is_empty() {
                    titles.push(Above {
                        line,
                        text: raw,
                        expected: true,
                    });
                }
                continue;
            }
            if self.rows.is_empty() && titles.len() < MOST_ABOVE && self.is_title(raw, &fields) {
                titles.push(Above {
                    line,
                    text: raw,
                    expected: false,
                });
                continue;
            }
            self.rows.push(Row { line, raw, fields });
        }
        self.above.append(&mut titles);
    }

    /// Lines above the table with other columns than it has, and a blank line below them.
    fn titles_before_a_gap(&self, lines: &mut Lines<'h>) -> Vec<Above<'h>> {
        let (by, mut after) = (self.dialect.cut, *lines);
        let mut titles = Vec::new();
        if self.given.skip_lines.is_some() || self.columns < 3 {
            return titles;
        }
        while let Some((line, text, true)) = after.next_record(by)
            && titles.len() < 10
        {
            let fields = by.fields(text);
            let filled = fields.iter().filter(|field| !field.is_empty()).count();
            if filled == 0 {
                if !titles.is_empty() {
                    *lines = after;
                }
                return titles;
            }
            let other = fields.len() < self.columns || filled == 1;
            if !other || cut(text, by, |_, _| ()).is_err() {
                break;
            }
            titles.push(Above {
                line,
                text,
                expected: false,
            });
        }
        Vec::new()
    }

    /// Lines below the table, which the reader tells of.
    fn leave_out_footer(&mut self) {
        let columns = self.columns;
        let rows = &self.rows;
        if !self.whole || rows.len() < 3 {
            return;
        }
        let is_full = |row: &Row<'_>| {
            row.fields.len() == columns
                && row.fields.iter().filter(|own| !own.is_empty()).count() > 1
        };
        let end = rows.iter().rposition(is_full).map_or(0, |last| last + 1);
        let after_blank = |at: usize| {
            let before = &rows[at - 1];
            before.line + memchr::memchr_iter(b'\n', before.raw).count() as u64 + 1 < rows[at].line
        };
        let begins = |at: &usize| {
            let row = &rows[*at];
            footer::begins(row.raw, &row.fields, columns, after_blank(*at))
        };
        if end > 1
            && let Some(first) = (end..rows.len()).find(begins)
        {
            self.rows.truncate(first);
        }
    }

    /// A first line of numbers that says how large the table is: above a line of names, or before as many lines as it says.
    fn leave_out_sizes(&mut self) {
        let [first, second, ..] = self.rows.as_slice() else {
            return;
        };
        if self.given.skip_lines.is_some() || self.given.header.is_some() {
            return;
        }
        let sizes: Option<Vec<u64>> = first
            .fields
            .iter()
            .filter(|field| !field.is_empty())
            .map(|field| std::str::from_utf8(field).ok()?.parse().ok())
            .collect();
        let is_words = |row: &Row<'_>| row.fields.iter().all(|field| !is_numeral(field));
        let above_names = is_words(second) && Named::of(&second.fields).count() >= 2;
        let fits = sizes.is_some_and(|sizes| {
            above_names || sizes.len() == 3 && self.columns == 3 && self.are_sizes(&sizes)
        });
        if fits {
            let row = self.rows.remove(0);
            self.above.push(Above {
                line: row.line,
                text: row.raw,
                expected: false,
            });
        }
    }

    /// True if three numbers are those of the rows, the columns and the lines below.
    fn are_sizes(&self, sizes: &[u64]) -> bool {
        let body = &self.rows[1..];
        let fits = |at: usize| {
            let (mut different, mut most) = (rustc_hash::FxHashSet::default(), Some(0));
            for row in body {
                let Some(field) = row.fields.get(at) else {
                    return false;
                };
                different.insert(*field);
                let number = std::str::from_utf8(field)
                    .ok()
                    .and_then(|own| own.parse().ok());
                most = most.and_then(|most: u64| number.map(|number: u64| most.max(number)));
            }
            let in_range = most.is_none_or(|most| most <= sizes[at]);
            (different.len() as u64 <= sizes[at], in_range) == (true, true)
                || self.whole && different.len() as u64 == sizes[at]
        };
        let lines = body.len() as u64;
        let all = if self.whole {
            sizes[2] == lines
        } else {
            sizes[2] > lines && {
                let values = body.iter().filter_map(|row| {
                    std::str::from_utf8(row.fields.get(2)?)
                        .ok()?
                        .parse::<f64>()
                        .ok()
                });
                values.fold(0.0, |most: f64, own| most.max(own.abs())) * 10.0 < sizes[2] as f64
            }
        };
        all && lines > 2 && fits(0) && fits(1)
    }

    /// True if a line above the others is no part of the table: it has a single field, or text in fewer fields.
    fn is_title(&self, raw: &[u8], fields: &[&[u8]]) -> bool {
        if self.given.skip_lines.is_some() || cut(raw, self.dialect.cut, |_, _| ()).is_err() {
            return false;
        }
        let filled = fields.iter().filter(|field| !field.is_empty()).count();
        if fields.len() == self.columns {
            // `Title;;;`, padded by a spreadsheet.
            return filled == 1
                && self.columns > 2
                && !fields[0].is_empty()
                && !is_numeral(fields[0]);
        }
        if fields.len() > self.columns {
            return false;
        }
        filled == 1 && (self.columns > 2 || !is_numeral(fields[0]))
            || fields.len() + 1 < self.columns
                && fields
                    .iter()
                    .any(|field| !is_missing(field) && !is_numeral(field))
    }

    /// The last comment above the table names its columns if it has as many fields, not all of them numbers.
    fn take_header_behind_comment(&mut self) {
        let (Some(first), Some(comment)) = (self.rows.first(), &self.dialect.comment) else {
            return;
        };
        let Some(at) = self
            .above
            .iter()
            .rposition(|line| !line.text.trim_ascii().is_empty())
        else {
            return;
        };
        let Above {
            line,
            text,
            expected,
        } = self.above[at];
        if !expected || line >= first.line || self.given.header == Some(false) {
            return;
        }
        let Some(behind) = text.strip_prefix(&comment.prefix[..]) else {
            return;
        };
        let fields = self.dialect.cut.fields(behind);
        // Words of a remark may be as many as columns between spaces: names all differ.
        let differ = || {
            let different: rustc_hash::FxHashSet<_> = fields.iter().collect();
            different.len() == fields.len() && line + 1 == first.line
        };
        let is_short = fields.len() + 1 == self.columns
            && (self.dialect.cut.delimiter != Delimiter::Spaces || differ())
            && !is_numeral(first.fields[0]);
        let names = fields
            .iter()
            .filter(|field| !is_missing(field) && !is_numeral(field))
            .count();
        // In the first line, a number would not be a name.
        let first_is_data = first.fields.iter().any(|field| is_numeral(field));
        if (fields.len() == self.columns || is_short) && names > 0 && first_is_data {
            self.behind_comment = true;
            self.rows.insert(
                0,
                Row {
                    line,
                    raw: text,
                    fields,
                },
            );
            self.above.remove(at);
        }
    }

    /// The same with an empty name above the first column, if the names of a list are one too few: R writes row names without a name above.
    pub(super) fn with_row_numbers_named(&self, what: What, keys: &TextKeys<'_>) -> Option<Self> {
        let header = &self.rows[0].fields;
        let named = match what {
            What::Ratings => Named::of(header),
            What::Cells => Named::of_cells(header),
        };
        let is_list = keys.columns.is_list() || named.count() >= 2;
        let fields = self.columns - self.trailing;
        let (body, few) = (&self.rows[1..], header.len() + 1 == fields && fields > 2);
        if !is_list || !few || body.is_empty() || self.given.header == Some(false) {
            return None;
        }
        let mut names = rustc_hash::FxHashSet::default();
        let differ = body
            .iter()
            .all(|row| row.fields.first().is_some_and(|own| names.insert(*own)));
        differ.then(|| {
            let mut own = self.clone();
            own.rows[0].fields.insert(0, &[]);
            own
        })
    }

    fn count_trailing(&self) -> usize {
        if self.dialect.cut.delimiter == Delimiter::Spaces {
            return 0;
        }
        let used = |row: &Row<'_>| {
            let last = row.fields.iter().rposition(|field| !field.is_empty());
            last.map_or(0, |last| last + 1)
        };
        let widest = self.rows.iter().map(used).max().unwrap_or(0);
        let trailing = self.columns.saturating_sub(widest);
        // A single column of ratings that are all missing is no trailing delimiter.
        if self.columns - trailing < 2 {
            0
        } else {
            trailing
        }
    }
}

/// Numbers among words.
fn numbers_of(words: Option<&[String]>) -> Vec<f32> {
    let words = words.unwrap_or_default().iter();
    words.filter_map(|word| word.trim().parse().ok()).collect()
}

/// How comments begin: as a person says, or with the `#` or `%` of a line above the table.
fn comment_of(lines: Lines<'_>, given: &Given) -> Option<Comment> {
    if let Some(own) = &given.comment {
        return own.clone().map(|prefix| Comment {
            prefix,
            given: true,
        });
    }
    let filled = lines.filter(|(_, text)| !text.trim_ascii().is_empty());
    let first: Vec<&[u8]> = filled.map(|(_, text)| text).take(SAMPLE).collect();
    let sign = first
        .iter()
        .take(MOST_ABOVE)
        .find_map(|text| text.first().copied().filter(|sign| b"#%".contains(sign)))?;
    // Where most lines begin so, they are data.
    let with = first.iter().take_while(|text| text[0] == sign).count();
    let all = first.iter().filter(|text| text[0] == sign).count();
    (with == all && with < first.len() || all * 2 <= first.len()).then(|| Comment {
        prefix: vec![sign],
        given: false,
    })
}
