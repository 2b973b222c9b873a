//! The arrays of an archive, unpacked one by one.

use std::io::{Cursor, Read};

use npyz::npz::NpzArchive;

use super::AGAIN;
use crate::data::formats::choose::{Announced, Holds};
use crate::data::formats::npy::{self, Array, Wrong};
use crate::data::formats::packed::{ALWAYS_ALLOWED, MOST_EXPANSION};

/// Longest header of an array that is looked at before the array is wanted.
const LONGEST_HEADER: u64 = 64 << 10;

/// A zip archive of arrays.
pub(super) struct Archive<'b> {
    npz: NpzArchive<Cursor<&'b [u8]>>,
    pub(super) names: Vec<String>,
    /// Bytes that may still be unpacked.
    left: u64,
}

impl<'b> Archive<'b> {
    pub(super) fn open(bytes: &'b [u8]) -> Result<Self, Wrong> {
        let npz = NpzArchive::new(Cursor::new(bytes)).map_err(|error| {
            Wrong::new(
                format!("the archive is damaged or cut off: {error}"),
                "Download or copy it again",
            )
        })?;
        let mut names: Vec<String> = npz.array_names().map(str::to_owned).collect();
        names.sort();
        if names.is_empty() {
            return Err(Wrong::new(
                "is a zip archive without a NumPy array",
                "Unpack it and give the file of ratings",
            ));
        }
        Ok(Self {
            npz,
            names,
            left: ALWAYS_ALLOWED.max((bytes.len() as u64).saturating_mul(MOST_EXPANSION)),
        })
    }

    /// The bytes of an array's file, which grow as they are unpacked, up to a limit.
    pub(super) fn read(&mut self, name: &str) -> Result<Vec<u8>, Wrong> {
        let file = format!("{name}.npy");
        let entry = self.npz.zip_archive().by_name(&file).map_err(|_| {
            Wrong::new(
                format!("the array {name:?} is missing or cannot be read"),
                AGAIN,
            )
        })?;
        let mut bytes = Vec::new();
        entry
            .take(self.left + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| {
                Wrong::new(
                    format!("the array {name:?} is damaged: {error}"),
                    "Download or copy the file again",
                )
            })?;
        self.left = self.left.checked_sub(bytes.len() as u64).ok_or_else(|| {
            Wrong::new(
                format!(
                    "the archive expands more than {MOST_EXPANSION} times, which such data hardly ever does"
                ),
                "If you trust it, save it unpacked: scipy.sparse.save_npz(…, compressed=False)",
            )
        })?;
        Ok(bytes)
    }

    /// The header of an array, read without unpacking the rest.
    pub(super) fn announce(&mut self, name: &str) -> Announced {
        let mut head = Vec::new();
        let file = format!("{name}.npy");
        if let Ok(entry) = self.npz.zip_archive().by_name(&file) {
            // What cannot be read is found out when the array is wanted.
            let _ = entry.take(LONGEST_HEADER).read_to_end(&mut head);
        }
        let (shape, holds) = match npy::Header::parse(&head) {
            Ok(header) => (header.shape.clone(), header.holds()),
            Err(_) => (Vec::new(), Holds::Other("no numbers")),
        };
        Announced {
            name: name.to_owned(),
            shape: shape.into_iter().map(|side| side as u64).collect(),
            holds,
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.names.iter().any(|own| own == name)
    }

    /// An array of positions.
    pub(super) fn positions(&mut self, name: &str) -> Result<Vec<usize>, Wrong> {
        let bytes = self.read(name)?;
        Array::parse(&bytes)?.positions().ok_or_else(|| {
            Wrong::new(
                format!("the array {name:?} does not hold positions from 0"),
                AGAIN,
            )
        })
    }
}
