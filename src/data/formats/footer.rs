//! Lines below a table that are no part of it: a source, notes, a count of the rows.

use super::aggregates;
use super::blocks::LineError;
use super::delimited::shown;
use super::numerals::is_numeral;
use crate::data::load::counted;
use crate::data::{DataError, Place};

/// More lines than this are no footer.
const MOST: usize = 50;

/// Words with which lines below a table begin.
const WORDS: [&str; 14] = [
    "source",
    "sources",
    "note",
    "notes",
    "footnote",
    "quelle",
    "quellen",
    "anmerkung",
    "fuente",
    "generated",
    "exported",
    "copyright",
    "end of",
    "last updated",
];

/// True if a line that does not fit into the table can begin what stands below it.
pub(crate) fn begins(line: &[u8], fields: &[&[u8]], columns: usize, after_blank: bool) -> bool {
    let filled: Vec<&[u8]> = fields
        .iter()
        .copied()
        .filter(|field| !field.is_empty())
        .collect();
    let Some(first) = filled.first() else {
        return false;
    };
    if fields.len() == columns && filled.len() > 1 {
        return false;
    }
    let line = String::from_utf8_lossy(line);
    let line = line.trim();
    let lower = line.to_lowercase();
    let words = || {
        let text = String::from_utf8_lossy(first);
        let before = lower.trim_start_matches(|c: char| !c.is_alphanumeric());
        aggregates::is_named(&text)
            || WORDS.iter().any(|word| {
                before
                    .strip_prefix(word)
                    .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
            })
    };
    let signs = || {
        line == "\u{1a}"
            || line == "\\."
            || ["#", "--", "//", "/*", "*", "©", "(c)", "†", "‡"]
                .iter()
                .any(|sign| lower.starts_with(sign))
    };
    let is_text = || filled.iter().any(|field| !is_numeral(field));
    words() || signs() || is_count(&lower) || after_blank && is_text()
}

/// `(81 rows)`, `81 rows affected`.
fn is_count(line: &str) -> bool {
    let line = line.trim_start_matches('(');
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit() || c == ',');
    rest.len() < line.len()
        && [" row", " record", " line"]
            .iter()
            .any(|word| rest.starts_with(word))
}

/// A line made of dashes and bars alone, as databases and Markdown draw between the names and the rows.
pub(crate) fn is_rule(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    is_rule_of_markdown(line)
        || line.first().is_some_and(|first| b"-+|:=".contains(first))
            && line.iter().all(|byte| b"-+|:= \t".contains(byte))
            && [&b"---"[..], b"==="]
                .iter()
                .any(|run| memchr::memmem::find(line, run).is_some())
}

/// `|--|:-:|`, which needs no three dashes.
fn is_rule_of_markdown(line: &[u8]) -> bool {
    let is_cell = |cell: &[u8]| {
        let cell = cell.trim_ascii();
        let cell = cell.strip_prefix(b":").unwrap_or(cell);
        let cell = cell.strip_suffix(b":").unwrap_or(cell);
        !cell.is_empty() && cell.iter().all(|byte| *byte == b'-')
    };
    let inner = line
        .strip_prefix(b"|")
        .and_then(|line| line.strip_suffix(b"|"));
    inner.is_some_and(|inner| {
        inner.split(|byte| *byte == b'|').all(is_cell)
            && memchr::memmem::find(inner, b"--").is_some()
    })
}

/// Lines of a block that may stand below the table: if a line of the table follows, the first of them is wrong.
#[derive(Debug, Default)]
pub(crate) struct Below {
    first: Option<(LineError, String)>,
    count: usize,
}

impl Below {
    /// Takes a line that does not fit, or gives its error back, or that of the first that was taken.
    #[cold]
    pub(crate) fn take(
        &mut self,
        (line, fields, columns): (&[u8], &[&[u8]], usize),
        after_blank: bool,
        wrong: LineError,
    ) -> Result<(), LineError> {
        let fits = self.first.is_some() || begins(line, fields, columns, after_blank);
        self.count += 1;
        if !fits || self.count > MOST {
            return Err(self.first.take().map_or(wrong, |(first, _)| first));
        }
        self.first
            .get_or_insert_with(|| (wrong, shown(line.trim_ascii())));
        Ok(())
    }

    /// An error if there are such lines, since a line of the table follows.
    #[inline]
    pub(crate) fn must_be_none(&mut self) -> Result<(), LineError> {
        match self.first.take() {
            None => Ok(()),
            Some((wrong, _)) => Err(wrong),
        }
    }
}

/// Lines below the table of a whole file, taken from its blocks in their order.
#[derive(Debug, Default)]
pub(crate) struct Footer(Option<(DataError, String)>);

impl Footer {
    /// Takes those of a block whose first line is `line`; `has_rows`: whether there are lines of the table in it.
    pub(crate) fn take(
        &mut self,
        below: &mut Below,
        has_rows: bool,
        line: u64,
        path: &std::path::Path,
    ) -> Result<(), DataError> {
        if has_rows && let Some((error, _)) = self.0.take() {
            return Err(error);
        }
        let below = std::mem::take(below);
        if let (Some((wrong, text)), None) = (below.first, &self.0) {
            let number = line + wrong.line;
            let notice = format!(
                "{} not read (line {number}: {text})",
                counted(
                    below.count,
                    "line below the table was",
                    "lines below the table were"
                )
            );
            let error = DataError::Content {
                place: Place {
                    path: path.to_owned(),
                    line: Some(number),
                    column: wrong.column,
                },
                problem: wrong.problem,
                remedy: wrong.remedy,
            };
            self.0 = Some((error, notice));
        }
        Ok(())
    }

    /// What is said of them.
    pub(crate) fn notice(self) -> Option<String> {
        self.0.map(|(_, notice)| notice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn footers_are_told_from_damaged_lines() {
        let begins = |line: &str, after_blank| {
            let fields: Vec<&[u8]> = line
                .split(',')
                .map(|field| field.trim().as_bytes())
                .collect();
            super::begins(line.as_bytes(), &fields, 3, after_blank)
        };
        for line in [
            "Source: WHO",
            "Total",
            "(81 rows)",
            "# end",
            "Note: a, b",
            "* estimated",
            "\\.",
            "3 records",
        ] {
            assert!(begins(line, false), "{line}");
        }
        for line in ["u1,i", "u1", "u1,i1,x", "Sourcery", "12", "(81)"] {
            assert!(!begins(line, false), "{line}");
        }
        assert!(begins("the office, of ratings", true));
        for line in ["12,3", "u1,i1,", "u1,i1,x"] {
            assert!(!begins(line, true), "{line}");
        }
        for rule in ["---+---", "|---|:--:|", "|--|-:|", "+-----+", "=====  ==="] {
            assert!(is_rule(rule.as_bytes()), "{rule}");
        }
        for line in ["|-|-|", "-", "-|-", "--", "a---", "-,---", ""] {
            assert!(!is_rule(line.as_bytes()), "{line}");
        }
    }
}
