//! Lines at the end, and sizes at the beginning, that are no data.

use super::{Above, Row, Survey};
use crate::data::formats::fields::Delimiter;
use crate::data::formats::footer;
use crate::data::formats::header::Named;
use crate::data::formats::numerals::is_numeral;

impl<'h> Survey<'h> {
    /// Lines below the table, which the reader tells of.
    pub(super) fn leave_out_footer(&mut self) {
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
    pub(super) fn leave_out_sizes(&mut self) {
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

    pub(super) fn count_trailing(&self) -> usize {
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
