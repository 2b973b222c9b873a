//! Titles above the columns.

use super::lines::Lines;
use super::{Above, Row, Survey};
use crate::data::formats::dialect::is_missing;
use crate::data::formats::fields::{Delimiter, cut};
use crate::data::formats::numerals::is_numeral;

impl<'h> Survey<'h> {
    /// Lines above the table with other columns than it has, and a blank line below them.
    pub(super) fn titles_before_a_gap(&self, lines: &mut Lines<'h>) -> Vec<Above<'h>> {
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

    /// True if a line above the others is no part of the table: it has a single field, or text in fewer fields.
    pub(super) fn is_title(&self, raw: &[u8], fields: &[&[u8]]) -> bool {
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
    pub(super) fn take_header_behind_comment(&mut self) {
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
}
