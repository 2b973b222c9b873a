//! The beginning of a delimited text, looked over as a whole: where the table begins, and how its lines are cut into fields.

mod cuts;
mod edges;
mod lines;
mod titles;

use std::path::Path;

use cuts::best_cut;
use lines::Lines;

use super::dialect::{Comment, Dialect, Given, MissingWords};
use super::fields::Delimiter;
use super::footer;
use super::format::TextKeys;
use super::header::Named;
use super::list::What;
use super::number::Signs;
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
