//! JPEG (ITU T.81, annex B): segments up to the end mark.

use std::io::{BufRead, Read as _, Seek};

use super::jpeg_scan::Picture;
use super::{cut_off, damaged, take};
use crate::data::images::Reason;

const KIND: &str = "JPEG";
const RESTART: std::ops::RangeInclusive<u8> = 0xd0..=0xd7;

pub(super) fn check(file: &mut (impl BufRead + Seek), bytes: u64) -> Result<(), Reason> {
    let mut at = 2;
    take::<2>(file, KIND)?;
    let mut has_scan = false;
    let mut picture = Picture::default();
    // The marker that a scan ended with.
    let mut next: Option<u8> = None;
    loop {
        let marker = match next.take() {
            Some(marker) => marker,
            None => {
                if take::<1>(file, KIND)? != [0xff] {
                    return Err(damaged("a segment of the JPEG does not end where it says"));
                }
                at += 1;
                // Any number of 0xff before a marker is filling.
                loop {
                    let [marker] = take::<1>(file, KIND)?;
                    at += 1;
                    if marker != 0xff {
                        break marker;
                    }
                }
            }
        };
        match marker {
            0xd9 if has_scan => return is_all_there(&picture),
            0xd9 => return Err(damaged("the JPEG holds no picture")),
            0x01 | 0xd0..=0xd8 => {}
            _ => {
                let length = u64::from(u16::from_be_bytes(take(file, KIND)?));
                if length < 2 {
                    return Err(damaged("a segment of the JPEG has no length"));
                }
                at += length;
                if at > bytes {
                    return Err(cut_off(KIND));
                }
                let is_read = matches!(marker, 0xc0..=0xc2 | 0xc4 | 0xda | 0xdd);
                let mut content = Vec::new();
                if is_read {
                    file.take(length - 2)
                        .read_to_end(&mut content)
                        .map_err(|_| cut_off(KIND))?;
                    picture.segment(marker, &content);
                } else {
                    file.seek_relative(length as i64 - 2)
                        .map_err(|_| cut_off(KIND))?;
                }
                if marker == 0xda {
                    has_scan = true;
                    let (counted, is_behind_ff) = picture.scan(&content, file);
                    let (skipped, marker) = skip_scan(file, is_behind_ff)?;
                    at += counted + skipped;
                    next = Some(marker);
                }
            }
        }
    }
}

/// Less of a picture may be missing without a word: some programs write one unit too few.
const SHARE: f64 = 0.995;

/// The end mark is there, but is the picture?
fn is_all_there(picture: &Picture) -> Result<(), Reason> {
    match picture.share {
        Some(share) if share < SHARE => Err(Reason::Damaged(format!(
            "its data ends after {:.0} % of the picture although the end mark is there; decoders fill the rest with gray",
            (share * 100.0).floor()
        ))),
        _ if !picture.is_complete() => Err(damaged(
            "not all parts of the progressive JPEG are there, although the end mark is",
        )),
        _ => Ok(()),
    }
}

/// Goes behind the next marker after the coded data of a scan; returns how far that is, and the marker.
fn skip_scan(file: &mut impl BufRead, mut is_behind_ff: bool) -> Result<(u64, u8), Reason> {
    let mut skipped = 0;
    loop {
        let buffer = file.fill_buf().map_err(|_| cut_off(KIND))?;
        let Some(&first) = buffer.first() else {
            return Err(cut_off(KIND));
        };
        let used = if is_behind_ff {
            // Zeros behind 0xff are stuffed, restarts are part of the data, and 0xff fills.
            is_behind_ff = first == 0xff;
            if first != 0 && first != 0xff && !RESTART.contains(&first) {
                file.consume(1);
                return Ok((skipped + 1, first));
            }
            1
        } else {
            let found = memchr::memchr(0xff, buffer);
            is_behind_ff = found.is_some();
            found.map_or(buffer.len(), |found| found + 1)
        };
        file.consume(used);
        skipped += used as u64;
    }
}
