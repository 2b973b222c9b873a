//! Decoders of files from anywhere should not panic, and some do.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::Reason;

/// Calls a decoder; a panic in it is an unreadable file.
pub(super) fn guarded<T>(decode: impl FnOnce() -> Result<T, Reason>) -> Result<T, Reason> {
    // What `decode` was working on is dropped.
    catch_unwind(AssertUnwindSafe(decode))
        .unwrap_or_else(|_| Err(Reason::Unreadable("its decoder failed".to_owned())))
}
