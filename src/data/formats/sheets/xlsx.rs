//! `.xlsx`, through `calamine`, cell by cell.

use std::io::Cursor;

use calamine::{DataRef, Reader as _, SheetType, SheetVisible, Xlsx};

use super::table::Cells;
use super::{Book, Wrong, damaged};
use crate::data::formats::packed::zip;

pub(super) struct Workbook<'b>(Xlsx<Cursor<&'b [u8]>>);

/// Opens a workbook, all of which is known to be unpacked without taking too much memory.
pub(super) fn open(bytes: &[u8]) -> Result<Workbook<'_>, Wrong> {
    zip::check_all(bytes, |name, content| {
        // `calamine` makes room for as many texts as are announced.
        let promised = name
            .ends_with("sharedStrings.xml")
            .then(|| announced_texts(content))
            .flatten();
        match promised {
            Some(count) if count > content.len() as u64 => {
                Err("it announces more texts than it holds")
            }
            _ => Ok(()),
        }
    })
    .map_err(damaged)?;
    let book = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    Ok(Workbook(book))
}

/// The number in `uniqueCount="…"`.
fn announced_texts(xml: &[u8]) -> Option<u64> {
    let at = memchr::memmem::find(xml, b"uniqueCount")?;
    let rest = xml.get(at + b"uniqueCount".len()..)?;
    let digits: Vec<u8> = rest
        .iter()
        .copied()
        .skip_while(|byte| !byte.is_ascii_digit())
        .take_while(u8::is_ascii_digit)
        .take(20)
        .collect();
    std::str::from_utf8(&digits).ok()?.parse().ok()
}

impl Book for Workbook<'_> {
    fn sheets(&mut self) -> Vec<String> {
        let sheets: Vec<String> = self
            .0
            .sheets_metadata()
            .iter()
            .filter(|sheet| {
                sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible
            })
            .map(|sheet| sheet.name.clone())
            .collect();
        let is_filled = |name: &String| {
            let Ok(mut cells) = self.0.worksheet_cells_reader(name) else {
                return true;
            };
            loop {
                match cells.next_cell() {
                    Ok(Some(cell)) if *cell.get_value() == DataRef::Empty => {}
                    // What cannot be read is said when it is wanted.
                    found => return !matches!(found, Ok(None)),
                }
            }
        };
        sheets.into_iter().filter(is_filled).collect()
    }

    fn cells(&mut self, sheet: &str) -> Result<Cells, Wrong> {
        let mut reader = self.0.worksheet_cells_reader(sheet).map_err(damaged)?;
        let mut cells = Cells::default();
        while let Some(cell) = reader.next_cell().map_err(damaged)? {
            let place = cell.get_position();
            match cell.get_value() {
                DataRef::Empty => {}
                DataRef::Int(number) => cells.text(place, &number.to_string()),
                DataRef::Float(number) => cells.number(place, *number),
                DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
                    cells.text(place, text);
                }
                DataRef::SharedString(text) => cells.text(place, text),
                DataRef::Bool(truth) => cells.truth(place, *truth),
                DataRef::DateTime(date) => cells.date(place, *date),
                DataRef::Error(_) => cells.error(place),
            }
        }
        drop(reader);
        let mut formulas = self.0.worksheet_cells_reader(sheet).map_err(damaged)?;
        while let Some(formula) = formulas.next_formula().map_err(damaged)? {
            if !formula.get_value().is_empty() {
                cells.formula(formula.get_position());
            }
        }
        Ok(cells)
    }
}
