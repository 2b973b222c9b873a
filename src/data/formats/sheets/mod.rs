//! Spreadsheets: a sheet becomes text with tabs between the cells, a line a row, and is read as such.

mod ods;
mod table;
mod xlsx;

use std::io::Read as _;
use std::path::Path;

use super::packed::zip;
use crate::data::{DataError, regular_file};
use crate::record::panics;

use table::Cells;

/// A sheet as text.
#[derive(Debug)]
pub(crate) struct Sheet {
    pub text: Vec<u8>,
    pub notices: Vec<String>,
}

/// The problem with a spreadsheet, and the remedy.
type Wrong = (String, &'static str);

/// The name of a sheet, and its cells once they are wanted.
trait Book {
    /// The names of the sheets that hold something and are not hidden.
    fn sheets(&mut self) -> Vec<String>;

    fn cells(&mut self, sheet: &str) -> Result<Cells, Wrong>;
}

/// The sheets of a larger file are not listed.
const LARGEST: u64 = 256 << 20;

const SAVE: &str = "Open it in a spreadsheet program and save the sheet as CSV";

/// True if these are the bytes of a spreadsheet: `.xlsx` or `.ods`.
pub(crate) fn is_spreadsheet(bytes: &[u8]) -> bool {
    kind(bytes).is_some()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Xlsx,
    Ods,
}

fn kind(bytes: &[u8]) -> Option<Kind> {
    let members = zip::members_of(bytes).ok()?;
    let has = |name: &str| members.iter().any(|member| member.name == name);
    if has("[Content_Types].xml") && members.iter().any(|member| member.name.starts_with("xl/")) {
        Some(Kind::Xlsx)
    } else if has("mimetype") && has("content.xml") {
        Some(Kind::Ods)
    } else {
        None
    }
}

/// The names of the sheets of a spreadsheet; none if it cannot be read.
pub(crate) fn names(bytes: &[u8]) -> Vec<String> {
    let names = || open(bytes).map(|mut book| book.sheets());
    guarded(names).unwrap_or_default()
}

/// The names of the sheets of a file; none if it is no spreadsheet or cannot be read.
pub(crate) fn names_of_file(path: &Path) -> Vec<String> {
    let is_zip = || -> Result<bool, DataError> {
        let mut magic = Vec::new();
        let file = regular_file::open(path, "a spreadsheet")?;
        let read = file.take(4).read_to_end(&mut magic);
        read.map_err(|error| DataError::read(path, error))?;
        Ok(magic == b"PK\x03\x04")
    };
    if !is_zip().unwrap_or(false) {
        return Vec::new();
    }
    let bytes = regular_file::read(path, LARGEST, "a spreadsheet");
    bytes.map_or(Vec::new(), |bytes| names(&bytes))
}

/// Reads the sheet called `wanted`, or else the only one that holds something. `remedy`: what to do if there are several.
pub(crate) fn read(
    path: &Path,
    bytes: &[u8],
    wanted: Option<&str>,
    remedy: &str,
) -> Result<Sheet, DataError> {
    let content = |(problem, remedy): Wrong| DataError::content(path, problem, remedy);
    let names = guarded(|| open(bytes).map(|mut book| book.sheets())).map_err(content)?;
    let name = match (wanted, &names[..]) {
        (Some(wanted), _) => {
            names
                .iter()
                .find(|name| *name == wanted)
                .ok_or_else(|| DataError::Config {
                    key: "variable",
                    problem: format!(
                        "{wanted:?} is no sheet of {}: set it to one of {}",
                        path.display(),
                        names.join(", ")
                    ),
                })?
        }
        (None, [only]) => only,
        (None, []) => {
            let problem = "is a spreadsheet without a sheet that holds something";
            return Err(DataError::content(path, problem, SAVE));
        }
        (None, _) => {
            return Err(DataError::content(
                path,
                format!(
                    "is a spreadsheet of {} sheets: {}",
                    names.len(),
                    names.join(", ")
                ),
                remedy,
            ));
        }
    };
    let cells = guarded(|| open(bytes)?.cells(name)).map_err(content)?;
    let mut sheet = cells.into_text().map_err(content)?;
    sheet.notices.insert(0, format!("read the sheet {name}"));
    Ok(sheet)
}

fn open<'b>(bytes: &'b [u8]) -> Result<Box<dyn Book + 'b>, Wrong> {
    Ok(match kind(bytes) {
        Some(Kind::Xlsx) => Box::new(xlsx::open(bytes)?),
        Some(Kind::Ods) => Box::new(ods::open(bytes)?),
        None => return Err(("is no spreadsheet".to_owned(), SAVE)),
    })
}

/// Calls a reader from elsewhere; a panic in it is a damaged file.
fn guarded<T>(read: impl FnOnce() -> Result<T, Wrong>) -> Result<T, Wrong> {
    // What `read` was working on is dropped.
    panics::catch(read).unwrap_or_else(|_| Err(damaged("its reader failed")))
}

fn damaged(why: impl std::fmt::Display) -> Wrong {
    (format!("the spreadsheet cannot be read: {why}"), SAVE)
}

#[cfg(test)]
mod tests;
