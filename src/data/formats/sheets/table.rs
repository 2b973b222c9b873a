//! The cells of a sheet, and the text that they become.

use rustc_hash::FxHashSet;

use super::{Sheet, Wrong};
use crate::data::load::counted;

/// Cells that a sheet may span however few of them are filled.
const ALWAYS_ALLOWED: u64 = 4 << 20;
/// A sheet spans at most this many cells for each that is filled.
const MOST_EMPTY: u64 = 50;

/// The filled cells of a sheet.
#[derive(Debug, Default)]
pub(super) struct Cells {
    /// Row and column from 0, and where the text ends; it begins where the one before ends.
    filled: Vec<(u32, u32, usize)>,
    texts: String,
    errors: usize,
    truths: usize,
    formulas: Vec<(u32, u32)>,
    /// Cells whose value is an empty text or an error.
    empty: Vec<(u32, u32)>,
}

impl Cells {
    /// Adds a text. A line of text is a row, so that what breaks lines becomes a space.
    pub(super) fn text(&mut self, place: (u32, u32), text: &str) {
        let text = text.trim();
        if text.is_empty() {
            self.empty.push(place);
            return;
        }
        let flat = |letter: char| if letter.is_control() { ' ' } else { letter };
        if text.starts_with('"') {
            self.texts.push('"');
            self.texts
                .extend(text.replace('"', "\"\"").chars().map(flat));
            self.texts.push('"');
        } else {
            self.texts.extend(text.chars().map(flat));
        }
        self.filled.push((place.0, place.1, self.texts.len()));
    }

    pub(super) fn number(&mut self, place: (u32, u32), number: f64) {
        self.text(place, &number.to_string());
    }

    /// Adds what is true or false, as 1 or 0.
    pub(super) fn truth(&mut self, place: (u32, u32), truth: bool) {
        self.truths += 1;
        self.text(place, if truth { "1" } else { "0" });
    }

    /// Adds a date, perhaps with a time.
    pub(super) fn date(&mut self, place: (u32, u32), date: calamine::ExcelDateTime) {
        if !date.is_datetime() {
            self.number(place, date.as_f64());
            return;
        }
        let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
        let mut text = format!("{year:04}-{month:02}-{day:02}");
        if (hour, minute, second) != (0, 0, 0) {
            text += &format!(" {hour:02}:{minute:02}:{second:02}");
        }
        self.text(place, &text);
    }

    /// Leaves a cell empty that holds an error.
    pub(super) fn error(&mut self, place: (u32, u32)) {
        self.empty.push(place);
        self.errors += 1;
    }

    /// Notes a cell with a formula, whose value should be there.
    pub(super) fn formula(&mut self, place: (u32, u32)) {
        self.formulas.push(place);
    }

    /// A line a row, from the first on, so that lines have the numbers of rows; columns begin with the first that is filled.
    pub(super) fn into_text(self) -> Result<Sheet, Wrong> {
        let columns = self.filled.iter().map(|cell| cell.1);
        let first = columns.clone().min().unwrap_or(0);
        let width = u64::from(columns.max().unwrap_or(0) - first) + 1;
        let last = self.filled.iter().map(|cell| cell.0).max().unwrap_or(0);
        let spanned = width * (u64::from(last) + 1);
        let filled = self.filled.len() as u64;
        if spanned > ALWAYS_ALLOWED.max(filled.saturating_mul(MOST_EMPTY)) {
            return Err((
                format!(
                    "its sheet spans {} rows and {width} columns, of which only {filled} cells are filled",
                    u64::from(last) + 1
                ),
                "Remove what stands far off the table, or save the table as CSV",
            ));
        }
        let unsaved = if self.formulas.is_empty() {
            0
        } else {
            let places = self.filled.iter().map(|cell| (cell.0, cell.1));
            let there: FxHashSet<(u32, u32)> = places.chain(self.empty).collect();
            let is_unsaved = |place: &&(u32, u32)| !there.contains(place);
            self.formulas.iter().filter(is_unsaved).count()
        };
        let mut order: Vec<(u32, u32, usize, usize)> = Vec::with_capacity(self.filled.len());
        let mut start = 0;
        for (row, column, end) in self.filled {
            order.push((row, column, start, end));
            start = end;
        }
        if !order.is_sorted() {
            order.sort();
        }
        let mut text = Vec::with_capacity(self.texts.len() + spanned as usize);
        let mut cells = order.into_iter().peekable();
        for row in 0..=last {
            for column in first..first + width as u32 {
                if column > first {
                    text.push(b'\t');
                }
                while let Some((_, _, start, end)) =
                    cells.next_if(|cell| (cell.0, cell.1) == (row, column))
                {
                    text.extend_from_slice(&self.texts.as_bytes()[start..end]);
                }
            }
            text.push(b'\n');
        }
        let mut notices = Vec::new();
        if unsaved > 0 {
            notices.push(format!(
                "{}: open the file in a spreadsheet program and save it, which works them out",
                counted(
                    unsaved,
                    "cell holds a formula without a value and counts as missing",
                    "cells hold formulas without values and count as missing"
                )
            ));
        }
        if self.errors > 0 {
            notices.push(format!(
                "{} such as #N/A was read as missing",
                counted(self.errors, "cell with an error", "cells with errors")
            ));
        }
        if self.truths > 0 {
            notices.push("TRUE and FALSE were read as 1 and 0".to_owned());
        }
        Ok(Sheet { text, notices })
    }
}
