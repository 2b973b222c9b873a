//! What tells one data set from another.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Stands in `run.json`: tells whether a run is resumed with the data it began with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// The ratings file.
    pub path: PathBuf,
    /// Bytes of the ratings file, and of the test file where there is one.
    pub bytes: u64,
    /// BLAKE3 of those bytes, in hexadecimal.
    pub hash: String,
    /// Users.
    pub rows: u64,
    /// Items.
    pub columns: u64,
    /// Ratings, for training and for testing.
    pub cells: u64,
}
