//! Who works on a run.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::time::Duration;

use super::RunError;
use super::folder::LOCK;
use crate::record::files;

/// Held by the run's thread while it lives; the operating system releases it when the process dies, however it dies.
#[derive(Debug)]
pub(crate) struct RunLock {
    _file: File,
}

impl RunLock {
    /// Takes the lock of a run folder; `None` if somebody else has it.
    ///
    /// # Errors
    /// If the file system refuses.
    pub(crate) fn take(folder: &Path) -> io::Result<Option<Self>> {
        let file = files::open_to_write(&folder.join(LOCK))?;
        // Someone who lists runs holds a shared lock for an instant, and a process that was just started holds every lock until it runs its
        // own program.
        for _ in 0..25 {
            match file.try_lock() {
                Ok(()) => return Ok(Some(Self { _file: file })),
                Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(20)),
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
        Ok(None)
    }

    /// The lock of a run that nobody works on.
    ///
    /// # Errors
    /// If somebody does, or the file system refuses.
    pub(crate) fn of_free_run(folder: &Path) -> Result<Self, RunError> {
        Self::take(folder)
            .map_err(RunError::io("lock", folder))?
            .ok_or_else(|| RunError::InUse {
                path: folder.to_owned(),
            })
    }

    /// True if a run folder has a file for it.
    pub(crate) fn is_there(folder: &Path) -> bool {
        files::is_file(&folder.join(LOCK))
    }

    /// True if somebody has the lock of a run folder.
    pub(crate) fn is_taken(folder: &Path) -> bool {
        // Where it is a link, a pipe or a device, nobody here has taken it.
        let Ok(file) = files::open(&folder.join(LOCK)) else {
            return false;
        };
        matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_exclusive_and_free_again_when_dropped() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!RunLock::is_taken(folder.path()));
        let lock = RunLock::take(folder.path()).unwrap().unwrap();
        assert!(RunLock::is_taken(folder.path()));
        assert!(RunLock::take(folder.path()).unwrap().is_none());
        drop(lock);
        assert!(!RunLock::is_taken(folder.path()));
        assert!(RunLock::take(folder.path()).unwrap().is_some());
    }
}
