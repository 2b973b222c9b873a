//! The bytes of a file as they lie on the disk.

use std::fs::File;
use std::io::{self, Read};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::super::packed::Problem;
use crate::data::Monitor;

/// Size and hash of a file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Digest {
    pub bytes: u64,
    pub hash: blake3::Hash,
}

pub(crate) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A file that is read once from its beginning to its end. What is read is counted, hashed and told to a monitor, which can cancel it.
#[derive(Clone)]
pub(crate) struct RawFile<'m>(Arc<Mutex<Counted<'m>>>);

struct Counted<'m> {
    file: File,
    bytes: u64,
    hasher: blake3::Hasher,
    monitor: &'m Monitor,
}

impl<'m> RawFile<'m> {
    pub(super) fn new(file: File, monitor: &'m Monitor) -> Self {
        Self(Arc::new(Mutex::new(Counted {
            file,
            bytes: 0,
            hasher: blake3::Hasher::new(),
            monitor,
        })))
    }

    /// Bytes that were read.
    pub(crate) fn bytes_read(&self) -> u64 {
        lock(&self.0).bytes
    }

    /// Reads what is left, and returns size and hash of all.
    pub(super) fn digest(&mut self) -> io::Result<Digest> {
        let mut buffer = vec![0; 64 << 10];
        while self.read(&mut buffer)? > 0 {}
        let counted = lock(&self.0);
        Ok(Digest {
            bytes: counted.bytes,
            hash: counted.hasher.finalize(),
        })
    }
}

impl Read for RawFile<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let counted = &mut *lock(&self.0);
        if counted.monitor.is_canceled() {
            return Err(io::Error::other(Problem::Canceled));
        }
        let read = counted.file.read(buffer)?;
        counted.bytes += read as u64;
        counted.hasher.update(&buffer[..read]);
        counted.monitor.advance(read as u64);
        Ok(read)
    }
}
