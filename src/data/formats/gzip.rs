//! Gzip, as a wrapper around any other format.

use std::io::{self, Read};
use std::path::Path;
use std::sync::{Arc, Mutex};

use flate2::read::MultiGzDecoder;

use super::source::{Tally, lock};
use crate::data::DataError;

/// How a gzip file begins.
pub(crate) const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Ratings shrink about 4 to 10 times; what shrinks more than this is not unpacked any further.
pub(crate) const MOST_EXPANSION: u64 = 200;
/// Below this size nothing is too much.
pub(crate) const ALWAYS_ALLOWED: u64 = 64 << 20;

/// Unpacks gzip, and stops where it grows out of proportion to what was read of the file.
pub(crate) struct Unpacked<R> {
    decoder: MultiGzDecoder<io::BufReader<R>>,
    tally: Arc<Mutex<Tally>>,
    unpacked: u64,
}

impl<R: Read> Unpacked<R> {
    pub(crate) fn new(packed: R, tally: Arc<Mutex<Tally>>) -> Self {
        Self {
            decoder: MultiGzDecoder::new(io::BufReader::with_capacity(256 << 10, packed)),
            tally,
            unpacked: 0,
        }
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.decoder.read(buffer).map_err(|error| {
            let problem = if error.kind() == io::ErrorKind::UnexpectedEof {
                Problem::Truncated
            } else {
                Problem::Damaged(error.to_string())
            };
            io::Error::other(problem)
        })?;
        self.unpacked += read as u64;
        let packed = lock(&self.tally).bytes;
        if self.unpacked > ALWAYS_ALLOWED.max(packed.saturating_mul(MOST_EXPANSION)) {
            return Err(io::Error::other(Problem::Expands));
        }
        Ok(read)
    }
}

#[derive(Debug, thiserror::Error)]
enum Problem {
    #[error("the gzip file ends too early: it was cut off")]
    Truncated,
    #[error("the gzip file is damaged: {0}")]
    Damaged(String),
    #[error("the gzip file expands more than {MOST_EXPANSION} times, which ratings never do")]
    Expands,
}

/// The error of a read that may have gone through `Unpacked`.
pub(crate) fn explain(path: &Path, error: io::Error) -> DataError {
    let problem = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<Problem>());
    match problem {
        None => DataError::read(path, error),
        Some(problem @ Problem::Expands) => DataError::content(
            path,
            problem.to_string(),
            "If you trust it, unpack it yourself and give the unpacked file",
        ),
        Some(problem) => DataError::content(
            path,
            problem.to_string(),
            "Download or copy it again; `gzip -t` checks it",
        ),
    }
}
