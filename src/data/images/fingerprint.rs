//! The fingerprint that tells one data set of images from another.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use rayon::prelude::*;

use super::load::stop_if_canceled;
use super::{Domain, Picture};
use crate::data::{DataError, Fingerprint, Monitor};

/// Data sets up to this size are hashed whole; of larger ones the beginning of each file.
const WHOLE: u64 = 256 << 20;
const BEGINNING: u64 = 4 << 10;

/// `learned`: the images of each domain outside its own test folder. Names and sizes of all files, and their content within reason. Folders may be elsewhere: names count from the domain's folder.
pub(super) fn of(
    path: &Path,
    classes: Option<&Path>,
    [a, b]: [&Domain; 2],
    learned: [usize; 2],
    monitor: &Monitor,
) -> Result<Fingerprint, DataError> {
    let sets = [&a.train, &a.test, &b.train, &b.test];
    let pictures: Vec<(usize, &Picture)> = sets
        .iter()
        .enumerate()
        .flat_map(|(set, pictures)| pictures.iter().map(move |picture| (set, picture)))
        .collect();
    let bytes: u64 = pictures.iter().map(|(_, picture)| picture.bytes).sum();
    let most = if bytes <= WHOLE { u64::MAX } else { BEGINNING };
    let hashes: Vec<blake3::Hash> = pictures
        .par_iter()
        .map(|(set, picture)| {
            stop_if_canceled(monitor)?;
            let mut hasher = blake3::Hasher::new();
            hasher.update(&[*set as u8, picture.half as u8]);
            hasher.update(picture.key.as_os_str().as_encoded_bytes());
            hasher.update(&picture.bytes.to_le_bytes());
            add_content(&mut hasher, &picture.path, most)?;
            if let Some(mask) = &picture.mask {
                add_content(&mut hasher, mask, most)?;
            }
            monitor.advance(1);
            Ok(hasher.finalize())
        })
        .collect::<Result<_, DataError>>()?;
    let mut hasher = blake3::Hasher::new();
    if let Some(classes) = classes {
        add_content(&mut hasher, classes, u64::MAX)?;
    }
    for hash in hashes {
        hasher.update(hash.as_bytes());
    }
    Ok(Fingerprint {
        path: path.to_owned(),
        bytes,
        hash: hasher.finalize().to_string(),
        rows: learned[0] as u64,
        columns: learned[1] as u64,
        cells: (a.masks() + b.masks()) as u64,
    })
}

fn add_content(hasher: &mut blake3::Hasher, path: &Path, most: u64) -> Result<(), DataError> {
    File::open(path)
        .and_then(|file| hasher.update_reader(file.take(most)).map(|_| ()))
        .map_err(|error| DataError::read(path, error))
}
