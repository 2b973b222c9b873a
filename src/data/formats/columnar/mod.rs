//! Parquet: columns become text with tabs between the fields, a line a row, as it is read, and are read as such.

mod column;
mod zstd;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::file::reader::FileReader as _;
use parquet::file::serialized_reader::SerializedFileReader;

use super::packed::{ALWAYS_ALLOWED, MOST_EXPANSION, Problem};
use crate::data::{DataError, Monitor, regular_file};
use crate::record::panics;
use column::{Column, Kind};

/// How a file begins.
pub(crate) const MAGIC: &[u8] = b"PAR1";
/// Rows that become text at a time.
const ROWS: usize = 16 << 10;
/// What pandas calls the names of the rows.
const INDEX: &str = "__index_level_0__";

/// The rows of a file as text.
pub(crate) struct Rows<'m> {
    file: SerializedFileReader<File>,
    /// The same file, for pages that are unpacked here.
    bytes: Arc<File>,
    monitor: &'m Monitor,
    /// The columns that are read: which, and what they hold.
    kinds: Vec<(usize, Kind)>,
    group: usize,
    columns: Vec<Column>,
    /// Text, handed out up to `given`.
    text: Vec<u8>,
    given: usize,
    /// Bytes of text that may still come.
    left: u64,
}

/// Opens a file; returns its rows and notices.
pub(crate) fn open<'m>(
    path: &Path,
    monitor: &'m Monitor,
) -> Result<(Rows<'m>, Vec<String>), DataError> {
    let wrong = |problem: String, remedy: &str| DataError::content(path, problem, remedy);
    let file = regular_file::open(path, "a file of data")?;
    let length = file.metadata().map_or(0, |metadata| metadata.len());
    let damaged = |error: String| {
        wrong(
            format!("the Parquet file is damaged or cut off: {error}"),
            "Download or copy it again",
        )
    };
    let bytes = file.try_clone();
    let bytes = Arc::new(bytes.map_err(|error| DataError::read(path, error))?);
    let opened = panics::catch(|| SerializedFileReader::new(file));
    let file = match opened {
        Ok(Ok(file)) => file,
        Ok(Err(error)) => return Err(damaged(error.to_string())),
        Err(_) => return Err(damaged("its reader failed".to_owned())),
    };
    for group in file.metadata().row_groups() {
        for column in group.columns() {
            match column.compression() {
                Compression::UNCOMPRESSED
                | Compression::SNAPPY
                | Compression::GZIP(_)
                | Compression::ZSTD(_) => {}
                other => {
                    let name = format!("{other:?}");
                    let name = name.split('(').next().unwrap_or_default();
                    return Err(wrong(
                        format!("is a Parquet file packed with {name}, which is not read"),
                        "Write it with zstd, snappy or gzip; in Python: to_parquet(…, compression=\"snappy\")",
                    ));
                }
            }
        }
    }
    let schema = file.metadata().file_metadata().schema_descr();
    let (mut kinds, mut names, mut left_out) = (Vec::new(), Vec::new(), Vec::new());
    for (at, description) in schema.columns().iter().enumerate() {
        let name = description.path().string();
        match Kind::of(description) {
            Some(kind) => {
                // Names of rows stand first.
                let place = if name == INDEX { 0 } else { kinds.len() };
                kinds.insert(place, (at, kind));
                names.insert(place, if name == INDEX { String::new() } else { name });
            }
            None => left_out.push(name),
        }
    }
    if kinds.is_empty() {
        return Err(wrong(
            "is a Parquet file without a column of numbers or texts".to_owned(),
            "Write it with columns such as user, item and rating",
        ));
    }
    let mut notices = Vec::new();
    if !left_out.is_empty() {
        notices.push(format!(
            "columns not used, since they hold lists or other values: {}",
            left_out.join(", ")
        ));
    }
    let mut text = Vec::new();
    for (at, name) in names.iter().enumerate() {
        if at > 0 {
            text.push(b'\t');
        }
        column::push_text(name.as_bytes(), &mut text);
    }
    text.push(b'\n');
    let rows = Rows {
        file,
        bytes,
        monitor,
        kinds,
        group: 0,
        columns: Vec::new(),
        text,
        given: 0,
        left: ALWAYS_ALLOWED.max(length.saturating_mul(MOST_EXPANSION)),
    };
    Ok((rows, notices))
}

impl Rows<'_> {
    /// Makes text of the next rows; false at the end of the file.
    fn advance(&mut self) -> Result<bool, String> {
        let error = |error: parquet::errors::ParquetError| error.to_string();
        if self.columns.is_empty() {
            if self.group == self.file.num_row_groups() {
                return Ok(false);
            }
            let group = self.file.get_row_group(self.group).map_err(error)?;
            self.group += 1;
            for &(at, kind) in &self.kinds {
                let reader = match group.metadata().column(at).compression() {
                    Compression::ZSTD(_) => {
                        zstd::column_reader(Arc::clone(&self.bytes), group.metadata(), at)
                    }
                    _ => group.get_column_reader(at),
                };
                let reader = reader.map_err(error)?;
                self.columns.push(Column::new(reader, kind));
            }
        }
        let mut rows = None;
        for column in &mut self.columns {
            let read = column.read(ROWS).map_err(error)?;
            if *rows.get_or_insert(read) != read {
                return Err("its columns differ in length".to_owned());
            }
        }
        let rows = rows.unwrap_or(0);
        if rows == 0 {
            self.columns.clear();
        }
        for row in 0..rows {
            for (at, column) in self.columns.iter().enumerate() {
                if at > 0 {
                    self.text.push(b'\t');
                }
                column.push(row, &mut self.text);
            }
            self.text.push(b'\n');
        }
        Ok(true)
    }
}

impl Read for Rows<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let damaged = |why: String| io::Error::other(Problem::Damaged("Parquet", why));
        while self.given == self.text.len() {
            self.text.clear();
            self.given = 0;
            if self.monitor.is_canceled() {
                return Err(io::Error::other(Problem::Canceled));
            }
            // After a panic nothing more is read.
            let more = panics::catch(|| self.advance())
                .unwrap_or_else(|_| Err("its reader failed".to_owned()));
            if !more.map_err(damaged)? {
                return Ok(0);
            }
            self.left = self
                .left
                .checked_sub(self.text.len() as u64)
                .ok_or_else(|| io::Error::other(Problem::Expands("Parquet")))?;
        }
        let size = buffer.len().min(self.text.len() - self.given);
        buffer[..size].copy_from_slice(&self.text[self.given..self.given + size]);
        self.given += size;
        Ok(size)
    }
}

#[cfg(test)]
mod tests;
