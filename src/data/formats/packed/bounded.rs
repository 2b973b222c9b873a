//! A limit to how much a packed file may expand, and the errors of unpacking.

use std::io::{self, Read};
use std::path::Path;

use super::super::source::RawFile;
use crate::data::DataError;

/// Ratings shrink about 4 to 10 times; what shrinks more than this is not unpacked any further.
pub(crate) const MOST_EXPANSION: u64 = 200;
/// Below this size nothing is too much.
pub(crate) const ALWAYS_ALLOWED: u64 = 64 << 20;

/// Unpacks, and stops where it grows out of proportion to what was read of the file.
pub(crate) struct Bounded<'m, R> {
    unpacking: R,
    name: &'static str,
    file: RawFile<'m>,
    unpacked: u64,
}

impl<'m, R: Read> Bounded<'m, R> {
    /// `name`: what it unpacks, as `gzip`.
    pub(crate) fn new(unpacking: R, name: &'static str, file: RawFile<'m>) -> Self {
        Self {
            unpacking,
            name,
            file,
            unpacked: 0,
        }
    }
}

impl<R: Read> Read for Bounded<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let name = self.name;
        let read = self.unpacking.read(buffer).map_err(|error| {
            if error.get_ref().is_some_and(|inner| inner.is::<Problem>()) {
                return error;
            }
            io::Error::other(match error.kind() {
                io::ErrorKind::UnexpectedEof => Problem::Truncated(name),
                io::ErrorKind::OutOfMemory => Problem::Window(name),
                _ if error.to_string().contains("too much memory") => Problem::Window(name),
                _ => Problem::Damaged(name, error.to_string()),
            })
        })?;
        self.unpacked += read as u64;
        let packed = self.file.bytes_read();
        if self.unpacked > ALWAYS_ALLOWED.max(packed.saturating_mul(MOST_EXPANSION)) {
            return Err(io::Error::other(Problem::Expands(name)));
        }
        Ok(read)
    }
}

/// Why unpacking stops. Each names what is unpacked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    #[error("the {0} file ends too early: it was cut off")]
    Truncated(&'static str),
    #[error("the {0} file is damaged: {1}")]
    Damaged(&'static str, String),
    #[error("the {0} file expands more than {MOST_EXPANSION} times, which ratings never do")]
    Expands(&'static str),
    #[error("the {0} file was packed with a window so large that unpacking needs too much memory")]
    Window(&'static str),
    #[error("canceled")]
    Canceled,
}

/// The error of a read that may have gone through `Bounded`.
pub(crate) fn explain(path: &Path, error: io::Error) -> DataError {
    let problem = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<Problem>());
    let Some(problem) = problem else {
        return DataError::read(path, error);
    };
    let remedy = match problem {
        Problem::Canceled => return DataError::Canceled,
        Problem::Expands(_) | Problem::Window(_) => {
            "If you trust it, unpack it yourself and give the unpacked file".to_owned()
        }
        Problem::Truncated("zip") | Problem::Damaged("zip", _) => {
            "Download or copy it again; `unzip -t` checks it".to_owned()
        }
        Problem::Truncated("tar") | Problem::Damaged("tar", _) => {
            "Download or copy it again; `tar -t` checks it".to_owned()
        }
        Problem::Truncated(name) | Problem::Damaged(name, _) => {
            format!("Download or copy it again; `{name} -t` checks it")
        }
    };
    DataError::content(path, problem.to_string(), remedy)
}
