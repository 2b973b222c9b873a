//! The fingerprint that tells one data set from another.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Stands in `run.json`: tells whether a run is resumed with the data it began with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// The ratings or the matrix; of images the folder of both domains or of A.
    pub path: PathBuf,
    /// Bytes of that file, and of the test file where there is one; of all images.
    pub bytes: u64,
    /// BLAKE3 of those bytes, in hexadecimal; of more than 256 MB of images, of their names, sizes and beginnings.
    pub hash: String,
    /// Users, rows, or images of domain A outside its test folder.
    pub rows: u64,
    /// Items, columns, or images of domain B outside its test folder.
    pub columns: u64,
    /// Ratings, for training and for testing; cells; or masks.
    pub cells: u64,
}
