//! TIFF (revision 6): every strip and tile of the first picture lies within the file.

use std::io::{BufRead, Seek, SeekFrom};

use super::{cut_off, damaged, take};
use crate::data::images::Reason;

const KIND: &str = "TIFF";
/// More entries than a directory of a picture has.
const MOST_ENTRIES: u16 = 4_096;

/// An entry of the directory: the type and the count of its values, and they or where they lie.
struct Entry {
    kind: u16,
    count: u32,
    value: [u8; 4],
}

pub(super) fn check(file: &mut (impl BufRead + Seek), bytes: u64) -> Result<(), Reason> {
    let head = take::<8>(file, KIND)?;
    let big = head[0] == b'M';
    let short = |bytes: [u8; 2]| {
        if big {
            u16::from_be_bytes(bytes)
        } else {
            u16::from_le_bytes(bytes)
        }
    };
    let long = |bytes: [u8; 4]| {
        if big {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        }
    };
    // The decoder judges BigTIFF.
    if short([head[2], head[3]]) != 42 {
        return Ok(());
    }
    let directory = long([head[4], head[5], head[6], head[7]]);
    file.seek(SeekFrom::Start(u64::from(directory)))
        .map_err(|_| cut_off(KIND))?;
    let count = short(take(file, KIND)?);
    if count > MOST_ENTRIES {
        return Err(damaged("the directory of the TIFF is none"));
    }
    let (mut offsets, mut lengths) = (None, None);
    for _ in 0..count {
        let entry = take::<12>(file, KIND)?;
        let found = Entry {
            kind: short([entry[2], entry[3]]),
            count: long([entry[4], entry[5], entry[6], entry[7]]),
            value: [entry[8], entry[9], entry[10], entry[11]],
        };
        match short([entry[0], entry[1]]) {
            273 | 324 => offsets = Some(found),
            279 | 325 => lengths = Some(found),
            _ => {}
        }
    }
    // Where the next directory is: the last of this one.
    take::<4>(file, KIND)?;
    let (Some(offsets), Some(lengths)) = (offsets, lengths) else {
        return Ok(());
    };
    let mut values = |entry: &Entry| -> Result<Vec<u64>, Reason> {
        let size: u64 = match entry.kind {
            3 => 2,
            4 => 4,
            _ => return Ok(Vec::new()),
        };
        let count = u64::from(entry.count);
        if count * size > bytes {
            return Err(cut_off(KIND));
        }
        if count * size <= 4 {
            let [a, b, c, d] = entry.value;
            let both = [u64::from(short([a, b])), u64::from(short([c, d]))];
            return Ok(match size {
                2 => both.into_iter().take(count as usize).collect(),
                _ => vec![u64::from(long(entry.value))],
            });
        }
        file.seek(SeekFrom::Start(u64::from(long(entry.value))))
            .map_err(|_| cut_off(KIND))?;
        (0..count)
            .map(|_| {
                Ok(match size {
                    2 => u64::from(short(take(file, KIND)?)),
                    _ => u64::from(long(take(file, KIND)?)),
                })
            })
            .collect()
    };
    let (offsets, lengths) = (values(&offsets)?, values(&lengths)?);
    if offsets
        .iter()
        .zip(&lengths)
        .any(|(offset, length)| offset + length > bytes)
    {
        return Err(cut_off(KIND));
    }
    Ok(())
}
