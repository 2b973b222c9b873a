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

/// Tag of what a picture is of others: bit 0 a smaller version, bit 2 a mask.
const SUBFILE: u16 = 254;

/// In which order the bytes of a number stand.
struct Order {
    big: bool,
}

impl Order {
    fn short(&self, bytes: [u8; 2]) -> u16 {
        if self.big {
            u16::from_be_bytes(bytes)
        } else {
            u16::from_le_bytes(bytes)
        }
    }

    fn long(&self, bytes: [u8; 4]) -> u32 {
        if self.big {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        }
    }
}

/// True if a second picture stands in the file that is neither a smaller version of the first nor a mask.
///
/// # Errors
/// If the file ends before it, or is none.
pub(in crate::data::images) fn holds_several(
    file: &mut (impl BufRead + Seek),
) -> Result<bool, Reason> {
    let head = take::<8>(file, KIND)?;
    let order = Order {
        big: head[0] == b'M',
    };
    if order.short([head[2], head[3]]) != 42 {
        return Ok(false);
    }
    let mut to = |at: u32| {
        let at = file.seek(SeekFrom::Start(u64::from(at)));
        at.map_err(|_| cut_off(KIND))?;
        let count = order.short(take(file, KIND)?);
        if count > MOST_ENTRIES {
            return Err(damaged("the directory of the TIFF is none"));
        }
        let mut subfile = 0;
        for _ in 0..count {
            let entry = take::<12>(file, KIND)?;
            if order.short([entry[0], entry[1]]) == SUBFILE {
                subfile = order.long([entry[8], entry[9], entry[10], entry[11]]);
            }
        }
        Ok((order.long(take(file, KIND)?), subfile))
    };
    let (mut next, _) = to(order.long([head[4], head[5], head[6], head[7]]))?;
    // Versions of the first come before others; the offsets may lead round.
    for _ in 0..16 {
        if next == 0 {
            return Ok(false);
        }
        let (after, subfile) = to(next)?;
        if subfile & 0b101 == 0 {
            return Ok(true);
        }
        next = after;
    }
    Ok(false)
}

pub(super) fn check(file: &mut (impl BufRead + Seek), bytes: u64) -> Result<(), Reason> {
    let head = take::<8>(file, KIND)?;
    let order = Order {
        big: head[0] == b'M',
    };
    let short = |bytes| order.short(bytes);
    let long = |bytes| order.long(bytes);
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
