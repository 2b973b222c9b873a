//! Lines and fields of text whose structure is known.

use std::path::Path;

use super::super::blocks;
use super::super::delimited::Wrong;
use super::super::source::Source;
use crate::data::{DataError, Place};

/// A beginning shorter than this is the whole file: a longer file shows more of itself.
const SURELY_ALL: usize = 64 << 10;
/// Lines that are looked at to recognize a format.
const SAMPLE: usize = 4000;

/// The first lines of a file.
pub(crate) struct Sample<'h> {
    /// Those that hold something, without their ends and the blanks around them.
    pub lines: Vec<&'h [u8]>,
    /// True if there are no others.
    pub whole: bool,
}

impl<'h> Sample<'h> {
    /// The first lines of the beginning of a file; none if it is binary. A last line that may be cut off is left out.
    pub(crate) fn of(head: &'h [u8]) -> Self {
        let short = head.len() < SURELY_ALL;
        let end = match memchr::memrchr(b'\n', head) {
            _ if short => head.len(),
            Some(last) => last + 1,
            None => 0,
        };
        let mut filled = blocks::lines(&head[..end])
            .map(<[u8]>::trim_ascii)
            .filter(|line| !line.is_empty());
        let lines: Vec<&[u8]> = match head.get(..1024).unwrap_or(head).contains(&0) {
            true => Vec::new(),
            false => filled.by_ref().take(SAMPLE).collect(),
        };
        Self {
            whole: short && filled.next().is_none(),
            lines,
        }
    }

    /// The same without comments at the top.
    pub(crate) fn below_comments(mut self) -> Self {
        let comments = self
            .lines
            .iter()
            .take_while(|line| is_comment(line))
            .count();
        self.lines.drain(..comments);
        self
    }
}

/// True for an empty line, or one that begins with `%` or `#`.
pub(crate) fn is_comment(line: &[u8]) -> bool {
    matches!(line.trim_ascii_start().first(), None | Some(b'%' | b'#'))
}

/// What stands between blanks, commas and semicolons.
pub(crate) fn pieces(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(|byte| byte.is_ascii_whitespace() || matches!(byte, b',' | b';'))
        .filter(|piece| !piece.is_empty())
}

/// What stands between tabs, without blanks and quotes around it.
pub(crate) fn between_tabs(line: &[u8]) -> Vec<&[u8]> {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    line.split(|&byte| byte == b'\t').map(bare).collect()
}

/// Without blanks and one pair of quotes around it.
pub(crate) fn bare(field: &[u8]) -> &[u8] {
    let field = field.trim_ascii();
    match field {
        [b'"', inner @ .., b'"'] => inner,
        _ => field,
    }
}

/// Text of a field.
pub(crate) fn text(field: &[u8]) -> String {
    String::from_utf8_lossy(field).into_owned()
}

/// A whole number without a sign.
pub(crate) fn whole(field: &[u8]) -> Option<u64> {
    let digits = !field.is_empty() && field.len() <= 19 && field.iter().all(u8::is_ascii_digit);
    digits.then(|| {
        field
            .iter()
            .fold(0, |value, byte| value * 10 + u64::from(byte - b'0'))
    })
}

/// All the fields of a line as whole numbers; `None` if one is something else.
pub(crate) fn wholes(line: &[u8]) -> Option<Vec<u64>> {
    pieces(line).map(whole).collect()
}

/// The error of a line.
pub(crate) fn at(path: &Path, line: u64, wrong: Wrong) -> DataError {
    DataError::Content {
        place: Place {
            path: path.to_owned(),
            line: Some(line),
            column: wrong.column.map(|column| column as u64 + 1),
        },
        problem: wrong.problem,
        remedy: wrong.remedy,
    }
}

/// The problem with a line as a whole.
pub(crate) fn wrong(problem: impl Into<String>, remedy: impl Into<String>) -> Wrong {
    Wrong {
        column: None,
        problem: problem.into(),
        remedy: remedy.into(),
    }
}

/// A size to hold what a header claims against: that of the file.
pub(crate) fn bytes_of(source: &Source<'_>) -> usize {
    std::fs::metadata(source.path()).map_or(0, |metadata| metadata.len()) as usize
}

/// The lines of a file one after the other, for formats of which a line depends on those before it.
pub(crate) struct Lines<'s, 'm> {
    source: &'s mut Source<'m>,
    block: Vec<u8>,
    start: usize,
    number: u64,
}

impl<'s, 'm> Lines<'s, 'm> {
    /// The lines that are left, of a file of which none was read.
    pub(crate) fn new(source: &'s mut Source<'m>) -> Self {
        Self {
            source,
            block: Vec::new(),
            start: 0,
            number: 0,
        }
    }

    /// The next line without its end; `None` at the end of the file.
    pub(crate) fn next(&mut self) -> Result<Option<&[u8]>, DataError> {
        if self.start >= self.block.len() {
            self.start = 0;
            if !self.source.next_block(&mut self.block)? {
                self.block.clear();
                return Ok(None);
            }
        }
        let rest = &self.block[self.start..];
        let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        self.start += length + 1;
        self.number += 1;
        let line = &rest[..length];
        Ok(Some(line.strip_suffix(b"\r").unwrap_or(line)))
    }

    /// The next line that holds more than blanks.
    pub(crate) fn next_filled(&mut self) -> Result<Option<&[u8]>, DataError> {
        loop {
            match self.next()? {
                None => return Ok(None),
                Some(line) if line.trim_ascii().is_empty() => (),
                // What was just read is read again: the borrow of a line that is given back in a loop would last too long.
                Some(_) => return Ok(Some(self.current())),
            }
        }
    }

    /// The line that was read last.
    pub(crate) fn current(&self) -> &[u8] {
        let end = self.start.saturating_sub(1).min(self.block.len());
        let start = memchr::memrchr(b'\n', &self.block[..end]).map_or(0, |at| at + 1);
        let line = &self.block[start..end];
        line.strip_suffix(b"\r").unwrap_or(line)
    }

    /// The number of the line that was read last, from 1.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// The path of the file.
    pub(crate) fn path(&self) -> &Path {
        self.source.path()
    }

    /// Something wrong with the line that was read last.
    pub(crate) fn wrong(&self, wrong: Wrong) -> DataError {
        at(self.path(), self.number, wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_beginning_loses_its_last_line_and_a_short_one_keeps_it() {
        let short = Sample::of(b"a\n\n  b \nc");
        assert_eq!(short.lines, [&b"a"[..], b"b", b"c"]);
        assert!(short.whole);
        let long = "1 2 3\n".repeat(20_000) + "4";
        let long = Sample::of(long.as_bytes());
        assert_eq!(long.lines.len(), SAMPLE);
        assert!(!long.whole);
        assert!(Sample::of(b"a\0b\n").lines.is_empty());
    }

    #[test]
    fn whole_numbers_are_nothing_but_digits() {
        assert_eq!(wholes(b"3, 4;5\t6"), Some(vec![3, 4, 5, 6]));
        for line in ["-1", "1.0", "1e3", "a", "99999999999999999999"] {
            assert_eq!(wholes(line.as_bytes()), None, "{line}");
        }
    }
}
