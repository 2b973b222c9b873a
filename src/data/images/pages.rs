//! Files that hold several images, of which the first is used: stacks of slices, documents of several pages.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use rayon::prelude::*;

use super::Domain;
use super::structure::tiff;
use crate::data::load::counted;

/// What is said of the TIFF files of a domain that hold more than one image.
pub(super) fn notice(domain: &Domain) -> Option<String> {
    let mut paths: Vec<&Path> = (domain.train.iter().chain(&domain.test))
        .map(|picture| picture.path.as_path())
        .filter(|path| is_tiff(path))
        .collect();
    paths.dedup();
    let several: Vec<&Path> = paths
        .into_par_iter()
        .filter(|path| holds_several(path))
        .collect();
    let name = several.first()?.file_name()?.to_string_lossy();
    Some(format!(
        "{}: {} several images, as {name} does: the first of each is used; to use the others, save each as a file of its own",
        domain.name,
        counted(several.len(), "TIFF file holds", "TIFF files hold"),
    ))
}

fn is_tiff(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|own| own.eq_ignore_ascii_case("tif") || own.eq_ignore_ascii_case("tiff"))
}

fn holds_several(path: &Path) -> bool {
    // What cannot be read is told of where it is decoded.
    File::open(path)
        .is_ok_and(|file| tiff::holds_several(&mut BufReader::new(file)).unwrap_or(false))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// A TIFF of directories with one entry each: what the picture is of others.
    fn tiff_of(subfiles: &[u32], big: bool) -> Vec<u8> {
        let short = |value: u16| {
            if big {
                value.to_be_bytes()
            } else {
                value.to_le_bytes()
            }
        };
        let long = |value: u32| {
            if big {
                value.to_be_bytes()
            } else {
                value.to_le_bytes()
            }
        };
        let mut bytes = if big { b"MM".to_vec() } else { b"II".to_vec() };
        bytes.extend(short(42));
        bytes.extend(long(8));
        for (at, subfile) in subfiles.iter().enumerate() {
            bytes.extend(short(1));
            bytes.extend(short(254));
            bytes.extend(short(4));
            bytes.extend(long(1));
            bytes.extend(long(*subfile));
            let next = if at + 1 == subfiles.len() {
                0
            } else {
                bytes.len() as u32 + 4
            };
            bytes.extend(long(next));
        }
        bytes
    }

    #[test]
    fn a_second_picture_counts_unless_it_is_a_version_of_the_first() {
        let several = |bytes: &[u8]| tiff::holds_several(&mut Cursor::new(bytes)).ok();
        for big in [false, true] {
            assert_eq!(several(&tiff_of(&[0], big)), Some(false));
            assert_eq!(several(&tiff_of(&[0, 0, 0], big)), Some(true));
            // A pyramid with a mask.
            assert_eq!(several(&tiff_of(&[0, 1, 1, 4], big)), Some(false));
            assert_eq!(several(&tiff_of(&[0, 1, 0], big)), Some(true));
        }
        let whole = tiff_of(&[0, 0], false);
        assert_eq!(several(&whole[..30]), None);
        // A directory that leads back to itself ends.
        let mut round = tiff_of(&[1], false);
        let last = round.len() - 4;
        round[last..].copy_from_slice(&8_u32.to_le_bytes());
        assert_eq!(several(&round), Some(false));
    }
}
