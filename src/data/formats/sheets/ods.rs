//! `.ods`, through `calamine`, which takes memory for every cell that a sheet repeats: so that is counted before.

use std::io::Cursor;

use calamine::{Data, Ods, Reader as _};

use super::table::Cells;
use super::{Book, Wrong, damaged};
use crate::data::formats::packed::zip;

/// Cells that a document may have, those between filled ones counted.
const MOST_CELLS: u64 = 20_000_000;

/// What stands in a cell whose formula has no value.
const ERRORS: [&str; 7] = [
    "#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!",
];

pub(super) struct Document<'b>(Ods<Cursor<&'b [u8]>>);

pub(super) fn open(bytes: &[u8]) -> Result<Document<'_>, Wrong> {
    zip::check_all(bytes, |name, content| {
        if name == "content.xml" && cells(content) > MOST_CELLS {
            return Err("its sheets span more than 20 million cells");
        }
        Ok(())
    })
    .map_err(damaged)?;
    let document = Ods::new(Cursor::new(bytes)).map_err(damaged)?;
    Ok(Document(document))
}

/// At least as many cells as are made of the content of a document.
fn cells(xml: &[u8]) -> u64 {
    let (mut total, mut rows, mut widest) = (0_u64, 0_u64, 0_u64);
    // Of the row: how often it is repeated, its cells up to the last filled one, and those behind.
    let (mut repeated, mut filled, mut behind) = (1_u64, 0_u64, 0_u64);
    let mut empty_rows = 0_u64;
    for start in memchr::memchr_iter(b'<', xml) {
        let rest = &xml[start + 1..];
        let tag = &rest[..memchr::memchr(b'>', rest).unwrap_or(rest.len())];
        let is = |name: &[u8]| {
            let name_end = |byte: &u8| !matches!(byte, b'a'..=b'z' | b'-' | b':');
            tag.strip_prefix(name)
                .is_some_and(|after| after.first().is_none_or(name_end))
        };
        if is(b"table:table-row") {
            (repeated, filled, behind) = (number(tag, b"number-rows-repeated"), 0, 0);
        } else if is(b"table:table-cell") || is(b"table:covered-table-cell") {
            let count = number(tag, b"number-columns-repeated");
            behind = behind.saturating_add(count);
            if !tag.ends_with(b"/") || memchr::memmem::find(tag, b"office:").is_some() {
                filled = filled.saturating_add(behind);
                behind = 0;
            }
        } else if is(b"/table:table-row") {
            if filled == 0 {
                empty_rows = empty_rows.saturating_add(repeated);
            } else {
                widest = widest.max(filled);
                rows = rows.saturating_add(empty_rows).saturating_add(repeated);
                empty_rows = 0;
            }
        } else if is(b"/table:table") {
            total = total.saturating_add(rows.saturating_mul(widest));
            (rows, widest, empty_rows) = (0, 0, 0);
        }
    }
    total.saturating_add(rows.saturating_mul(widest))
}

/// The number of an attribute of a tag, 1 if it has none.
fn number(tag: &[u8], attribute: &[u8]) -> u64 {
    let Some(at) = memchr::memmem::find(tag, attribute) else {
        return 1;
    };
    let digits = tag[at + attribute.len()..]
        .iter()
        .skip_while(|byte| !byte.is_ascii_digit())
        .take_while(|byte| byte.is_ascii_digit());
    digits.fold(0_u64, |number, digit| {
        number
            .saturating_mul(10)
            .saturating_add(u64::from(digit - b'0'))
    })
}

impl Book for Document<'_> {
    fn sheets(&mut self) -> Vec<String> {
        let sheets = self.0.worksheets().into_iter();
        let filled = sheets.filter(|(_, range)| range.used_cells().next().is_some());
        filled.map(|(name, _)| name).collect()
    }

    fn cells(&mut self, sheet: &str) -> Result<Cells, Wrong> {
        let range = self.0.worksheet_range(sheet).map_err(damaged)?;
        let (top, left) = range.start().unwrap_or_default();
        let mut cells = Cells::default();
        for (row, column, value) in range.used_cells() {
            let place = (top + row as u32, left + column as u32);
            match value {
                Data::Empty => {}
                Data::Int(number) => cells.text(place, &number.to_string()),
                Data::Float(number) => cells.number(place, *number),
                Data::String(text) if ERRORS.contains(&text.as_str()) => cells.error(place),
                Data::String(text) | Data::DurationIso(text) => cells.text(place, text),
                Data::DateTimeIso(text) => {
                    cells.text(place, text.strip_suffix("T00:00:00").unwrap_or(text));
                }
                Data::Bool(truth) => cells.truth(place, *truth),
                Data::DateTime(date) => cells.date(place, *date),
                Data::Error(_) => cells.error(place),
            }
        }
        Ok(cells)
    }
}
