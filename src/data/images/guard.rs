//! Decoders of files from anywhere should not panic, and some do: what that must not break.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Reason;
use crate::record::panics;

/// Calls a decoder; a panic in it is an unreadable file.
pub(super) fn guarded<T>(decode: impl FnOnce() -> Result<T, Reason>) -> Result<T, Reason> {
    // What `decode` was working on is dropped.
    panics::catch(decode)
        .unwrap_or_else(|_| Err(Reason::Unreadable("its decoder failed".to_owned())))
}

/// Locks what other threads hold; a panic of one of them leaves it usable, since each change is whole.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
