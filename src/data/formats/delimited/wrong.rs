//! What is wrong with a line, in words.

use crate::data::formats::blocks::{LineError, lines};
use crate::data::formats::dates::Times;
use crate::data::formats::fields::{BadQuote, Delimiter};
use crate::data::formats::number::NumberProblem;
use crate::data::formats::numerals::is_numeral;
use crate::data::load::counted;

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
    pub(super) fn comment() -> Self {
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
            NumberProblem::NotANumber if is_grade(text) => (
                format!("expected a {what}, but found {}", shown(text)),
                "If these are grades, write a number for each, such as 4 for A and 3 for B; if the columns are others, set data.columns"
                    .to_owned(),
            ),
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
    pub(super) fn time(text: &[u8], times: Times, column: usize) -> Self {
        Self {
            column: Some(column),
            problem: format!("expected {}, but found {}", times.wanted(), shown(text)),
            remedy: "Write seconds since 1970 or a date such as 2019-05-31, or remove the column; if the times stand in another, set data.columns"
                .to_owned(),
        }
    }
}

/// `A`, `B+`: a grade of a school.
fn is_grade(text: &[u8]) -> bool {
    matches!(text, [b'A'..=b'F'] | [b'A'..=b'F', b'+' | b'-'])
}

/// The sign of money or percent beside a number.
fn unit_of(text: &[u8]) -> Option<crate::data::formats::unit::Unit> {
    let split = crate::data::formats::unit::split(std::str::from_utf8(text).ok()?);
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
            let before =
                crate::data::formats::fields::fields(&line[..error.valid_up_to()], delimiter);
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
