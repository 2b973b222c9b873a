//! A file that has its name only once it is complete.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Writes a file with what `write` writes. It has its name only once it is complete; until then what was there before stays, and if anything goes
/// wrong nothing is left beside it.
///
/// # Errors
/// If the file cannot be written, or `write` fails.
pub fn write_file<T, E: From<io::Error>>(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> Result<T, E>,
) -> Result<T, E> {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".part");
    let beside = path.with_file_name(name);
    let written = write_and_rename(&beside, path, write);
    if written.is_err() {
        // It may not even be there; the error that counts is the first.
        let _ = std::fs::remove_file(&beside);
    }
    written
}

fn write_and_rename<T, E: From<io::Error>>(
    beside: &Path,
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> Result<T, E>,
) -> Result<T, E> {
    let mut to = BufWriter::new(File::create(beside)?);
    let result = write(&mut to)?;
    let file = to.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.sync_all()?;
    drop(file);
    std::fs::rename(beside, path)?;
    Ok(result)
}
