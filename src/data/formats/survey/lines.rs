//! A text as lines and as records, with their numbers.

use crate::data::formats::fields::{Cut, Delimiter};

/// Lines of a text and their numbers, from 1.
#[derive(Clone, Copy)]
pub(super) struct Lines<'h> {
    pub(super) rest: &'h [u8],
    pub(super) line: u64,
}

impl<'h> Lines<'h> {
    pub(super) fn of(text: &'h [u8]) -> Self {
        Self {
            rest: text,
            line: 1,
        }
    }

    pub(super) fn peek(&self) -> Option<(u64, &'h [u8])> {
        { *self }.next()
    }

    pub(super) fn is_blank(&self) -> bool {
        self.rest.trim_ascii().is_empty()
    }

    /// The next record, the number of its first line, and whether its quotes are closed.
    pub(super) fn next_record(&mut self, by: Cut) -> Option<(u64, &'h [u8], bool)> {
        if self.rest.is_empty() {
            return None;
        }
        let end = by.end_of_record(self.rest);
        let (record, rest) = match end {
            Some(end) => (
                &self.rest[..end],
                self.rest.get(end + 1..).unwrap_or_default(),
            ),
            // A quote that nobody closes is wrong in its own line; the others are as they are.
            None => {
                let end = memchr::memchr(b'\n', self.rest).unwrap_or(self.rest.len());
                (
                    &self.rest[..end],
                    self.rest.get(end + 1..).unwrap_or_default(),
                )
            }
        };
        let line = self.line;
        self.rest = rest;
        self.line += memchr::memchr_iter(b'\n', record).count() as u64 + 1;
        let record = record.strip_suffix(b"\r").unwrap_or(record);
        Some((line, record, end.is_some()))
    }
}

impl<'h> Iterator for Lines<'h> {
    type Item = (u64, &'h [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        const LINES: Cut = Cut {
            delimiter: Delimiter::Spaces,
            quote: None,
        };
        let (line, text, _) = self.next_record(LINES)?;
        Some((line, text))
    }
}
