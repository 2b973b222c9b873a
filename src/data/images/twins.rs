//! Test images that are the same files as training images: what is measured on them is no test.

use std::fs::File;
use std::path::Path;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Domain, Picture};
use crate::data::load::counted;

/// Bytes that are read to compare files, at most.
const MOST_BYTES: u64 = 256 << 20;

/// What is said of the test images of a domain that are training images too.
pub(super) fn notice(domain: &Domain) -> Option<String> {
    let mut left = MOST_BYTES;
    let lengths = |pictures: &[Picture]| -> FxHashSet<u64> {
        pictures.iter().map(|picture| picture.bytes).collect()
    };
    let (train, test) = (lengths(&domain.train), lengths(&domain.test));
    let mut hash = |picture: &Picture| {
        if !train.contains(&picture.bytes) || !test.contains(&picture.bytes) {
            return None;
        }
        left = left.checked_sub(picture.bytes)?;
        content(&picture.path, picture.bytes)
    };
    let known: FxHashMap<[u8; 32], &Path> = domain
        .test
        .iter()
        .filter_map(|picture| Some((hash(picture)?, picture.path.as_path())))
        .collect();
    let mut twins = FxHashMap::default();
    for picture in &domain.train {
        let twin = hash(picture).and_then(|own| Some((own, *known.get(&own)?)));
        if let Some((own, test)) = twin {
            twins.entry(own).or_insert((picture.path.as_path(), test));
        }
    }
    let (train, test) = *twins.values().min()?;
    Some(format!(
        "{}: {} the same as one for training, such as {} and {}: what is measured on them is no test",
        domain.name,
        counted(
            twins.len(),
            "image for testing is",
            "images for testing are"
        ),
        test.display(),
        train.display()
    ))
}

fn content(path: &Path, bytes: u64) -> Option<[u8; 32]> {
    use std::io::Read as _;
    let mut hasher = blake3::Hasher::new();
    hasher
        .update_reader(File::open(path).ok()?.take(bytes))
        .ok()?;
    Some(*hasher.finalize().as_bytes())
}
