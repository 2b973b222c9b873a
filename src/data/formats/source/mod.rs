//! A file being read: checked, counted, hashed, unpacked if it is packed, decoded if it is text of another encoding.

mod decoded;
mod encoding;
mod file;
mod line_ends;
mod text;
mod unpack;

use std::io::{self, Read};
use std::path::{Path, PathBuf};

pub(crate) use file::{Digest, RawFile, lock};

use super::format::Options;
use super::packed;
use crate::data::{DataError, Monitor, regular_file};
use text::Text;

/// How much is looked at to recognize a format.
const HEAD: usize = 256 << 10;
/// Blocks that threads parse: large enough that they seldom wait for each other, small beside the ratings.
const BLOCK: usize = 4 << 20;
/// A longer line is taken for something that is no text.
const LONGEST_LINE: usize = 64 << 20;

type Reader<'m> = Box<dyn Read + Send + 'm>;

/// The content of a file, unpacked: bytes, or text in UTF-8 whose lines end with a line feed, in blocks of whole lines.
pub(crate) struct Source<'m> {
    path: PathBuf,
    monitor: &'m Monitor,
    reader: Reader<'m>,
    file: RawFile<'m>,
    /// Read, but not handed out.
    pending: Vec<u8>,
    ended: bool,
    /// None if it is no text.
    text: Option<Text>,
    notices: Vec<String>,
    /// True if it is a sheet of a spreadsheet.
    has_sheets: bool,
    /// True if the text was made here, of a spreadsheet or of columns.
    is_made: bool,
    role: Role,
}

/// What a file is to the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// The data, of which keys of `[data]` say how it is read.
    Data,
    /// Something that goes with it.
    Beside,
}

impl<'m> Source<'m> {
    /// Opens a file that goes with the data and reads enough to recognize it. Bytes of the file are added to the monitor as they are read.
    pub(crate) fn open(path: &Path, monitor: &'m Monitor) -> Result<Self, DataError> {
        Self::open_as(Role::Beside, path, &Options::default(), monitor)
    }

    /// Opens a file of data, as far as `options` say how.
    pub(crate) fn open_with(
        path: &Path,
        options: &Options<'_>,
        monitor: &'m Monitor,
    ) -> Result<Self, DataError> {
        Self::open_as(Role::Data, path, options, monitor)
    }

    fn open_as(
        role: Role,
        path: &Path,
        options: &Options<'_>,
        monitor: &'m Monitor,
    ) -> Result<Self, DataError> {
        let wanted = if path.is_dir() {
            in_folder(path)
        } else {
            "a file with one rating per line, or with a matrix".to_owned()
        };
        let file = RawFile::new(regular_file::open(path, &wanted)?, monitor);
        let mut source = Self {
            path: path.to_owned(),
            monitor,
            reader: Box::new(file.clone()),
            file,
            pending: Vec::new(),
            ended: false,
            text: None,
            notices: Vec::new(),
            has_sheets: false,
            is_made: false,
            role,
        };
        source.fill(HEAD)?;
        if source.pending.is_empty() {
            return Err(DataError::content(
                path,
                "is empty",
                "Give a file with one rating per line: user, item, rating",
            ));
        }
        source.unpack(options)?;
        source.begin_text(options)?;
        // Lines are of interest in text only.
        if source.text.is_some() {
            source.fill_lines(8)?;
        }
        Ok(source)
    }

    /// Puts a reader around everything behind the first `kept` bytes that are not handed out.
    fn wrap(
        &mut self,
        kept: usize,
        around: impl FnOnce(Reader<'m>) -> io::Result<Reader<'m>>,
    ) -> Result<(), DataError> {
        let rest = io::Cursor::new(self.pending.split_off(kept));
        let raw = std::mem::replace(&mut self.reader, Box::new(io::empty()));
        self.reader = around(Box::new(rest.chain(raw)))
            .map_err(|error| packed::explain(&self.path, error))?;
        self.ended = false;
        Ok(())
    }

    /// Ends the file after so many bytes of its head.
    pub(crate) fn end_at(&mut self, length: usize) {
        self.pending.truncate(length);
        self.cut_off();
        self.reader = Box::new(io::empty());
        self.ended = true;
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// True if it is a sheet of a spreadsheet, of which a key names one.
    pub(crate) fn has_sheets(&self) -> bool {
        self.has_sheets
    }

    /// The beginning of what is not yet handed out: at least the first lines.
    pub(crate) fn head(&self) -> &[u8] {
        &self.pending
    }

    /// True if `head` is all there is.
    pub(crate) fn head_is_all(&self) -> bool {
        self.ended
    }

    /// The next line with its end; `None` at the end of the file.
    pub(crate) fn next_line(&mut self) -> Result<Option<Vec<u8>>, DataError> {
        self.fill_lines(1)?;
        if self.pending.is_empty() {
            return Ok(None);
        }
        let end = memchr::memchr(b'\n', &self.pending).map_or(self.pending.len(), |at| at + 1);
        let rest = self.pending.split_off(end);
        self.handed_out(end);
        Ok(Some(std::mem::replace(&mut self.pending, rest)))
    }

    /// Puts the next few megabytes of whole lines into `block`; false at the end of the file.
    pub(crate) fn next_block(&mut self, block: &mut Vec<u8>) -> Result<bool, DataError> {
        if self.monitor.is_canceled() {
            return Err(DataError::Canceled);
        }
        self.fill(BLOCK)?;
        self.fill_lines(1)?;
        std::mem::swap(block, &mut self.pending);
        self.pending.clear();
        if !self.ended
            && let Some(end) = memchr::memrchr(b'\n', block)
        {
            self.pending.extend_from_slice(&block[end + 1..]);
            block.truncate(end + 1);
        }
        self.handed_out(block.len());
        Ok(!block.is_empty())
    }

    /// Everything that is left.
    pub(crate) fn rest(&mut self) -> Result<Vec<u8>, DataError> {
        while !self.ended {
            if self.monitor.is_canceled() {
                return Err(DataError::Canceled);
            }
            self.fill(self.pending.len() + BLOCK)?;
        }
        self.handed_out(self.pending.len());
        Ok(std::mem::take(&mut self.pending))
    }

    /// Size and hash of the file, which is read to its end.
    pub(crate) fn digest(&mut self) -> Result<Digest, DataError> {
        let digest = self.file.digest();
        digest.map_err(|error| packed::explain(&self.path, error))
    }

    /// Reads until `pending` holds `lines` ends of lines, or the file ends.
    fn fill_lines(&mut self, lines: usize) -> Result<(), DataError> {
        loop {
            let found = memchr::memchr_iter(b'\n', &self.pending)
                .take(lines)
                .count();
            if self.ended || found == lines {
                return Ok(());
            }
            if self.pending.len() >= LONGEST_LINE {
                if found > 0 {
                    return Ok(());
                }
                return Err(DataError::content(
                    &self.path,
                    format!("a line is longer than {} MB", LONGEST_LINE >> 20),
                    "Give a text file with one rating per line, or a matrix as .npy or .npz",
                ));
            }
            self.fill((self.pending.len() * 2).clamp(HEAD, LONGEST_LINE))?;
        }
    }

    /// Reads until `pending` holds `size` bytes, or the file ends. What of it is text is looked at.
    fn fill(&mut self, size: usize) -> Result<(), DataError> {
        loop {
            self.read(size)?;
            if self.is_as_expected()? {
                return Ok(());
            }
        }
    }

    /// Reads until `pending` holds `size` bytes, or the file ends.
    fn read(&mut self, size: usize) -> Result<(), DataError> {
        while !self.ended && self.pending.len() < size {
            let wanted = size - self.pending.len();
            self.pending.reserve_exact(wanted);
            let read = self
                .reader
                .by_ref()
                .take(wanted as u64)
                .read_to_end(&mut self.pending)
                .map_err(|error| packed::explain(&self.path, error))?;
            self.ended = read < wanted;
        }
        Ok(())
    }
}

/// What to give instead of a folder: names a file in it that looks like ratings.
fn in_folder(folder: &Path) -> String {
    let likely = ["u.data", "ratings.csv", "ratings.dat", "ratings.csv.gz"]
        .into_iter()
        .find(|name| folder.join(name).is_file());
    match likely {
        Some(name) => format!("the file in it: {}", folder.join(name).display()),
        None => "the file of ratings in it".to_owned(),
    }
}

#[cfg(test)]
mod packed_tests;
#[cfg(test)]
mod tests;
