//! PNG (third edition, section 5): chunks up to the end, each with its checksum.

use std::io::{BufRead, Read, Seek};

use super::{cut_off, damaged, take};
use crate::data::images::Reason;

const KIND: &str = "PNG";
const INDEXED: u8 = 3;

struct Chunk {
    name: [u8; 4],
    length: u32,
}

/// The head of a chunk; `at` counts where it began.
fn chunk(file: &mut impl Read, at: u64, bytes: u64) -> Result<Chunk, Reason> {
    let length = u32::from_be_bytes(take(file, KIND)?);
    let name = take(file, KIND)?;
    if at + 12 + u64::from(length) > bytes {
        return Err(cut_off(KIND));
    }
    Ok(Chunk { name, length })
}

/// Refuses a palette that is none, which the decoder at hand breaks on.
pub(super) fn check_palette(file: &mut (impl BufRead + Seek), bytes: u64) -> Result<(), Reason> {
    take::<8>(file, KIND)?;
    let mut at = 8;
    let mut is_indexed = false;
    let mut has_palette = false;
    while at < bytes {
        let Chunk { name, length } = chunk(file, at, bytes)?;
        match &name {
            b"IHDR" if length == 13 => {
                is_indexed = take::<13>(file, KIND)?[9] == INDEXED;
                file.seek_relative(4).map_err(|_| cut_off(KIND))?;
                at += 25;
                continue;
            }
            b"PLTE" => {
                if length == 0 || length > 768 || !length.is_multiple_of(3) {
                    return Err(damaged(&format!(
                        "the palette of the PNG has {length} bytes, not three for each of 1 to 256 colors"
                    )));
                }
                has_palette = true;
            }
            b"IDAT" | b"IEND" => break,
            _ => {}
        }
        at += 12 + u64::from(length);
        file.seek_relative(i64::from(length) + 4)
            .map_err(|_| cut_off(KIND))?;
    }
    if is_indexed && !has_palette {
        return Err(damaged("the PNG is one of a palette, and has none"));
    }
    Ok(())
}

pub(super) fn check(file: &mut (impl BufRead + Seek), bytes: u64) -> Result<(), Reason> {
    take::<8>(file, KIND)?;
    let mut at = 8;
    let mut has_data = false;
    loop {
        let Chunk { name, length } = chunk(file, at, bytes)?;
        let mut sum = flate2::Crc::new();
        sum.update(&name);
        let mut left = length as usize;
        while left > 0 {
            let buffer = file.fill_buf().map_err(|_| cut_off(KIND))?;
            let part = buffer.get(..left.min(buffer.len())).unwrap_or_default();
            if part.is_empty() {
                return Err(cut_off(KIND));
            }
            sum.update(part);
            let used = part.len();
            file.consume(used);
            left -= used;
        }
        let is_right = u32::from_be_bytes(take(file, KIND)?) == sum.sum();
        // Chunks of small first letters say nothing of the picture.
        if !is_right && name[0].is_ascii_uppercase() {
            return Err(damaged("a part of the PNG does not match its checksum"));
        }
        if !name.iter().all(u8::is_ascii_alphabetic) {
            return Err(damaged("the PNG holds something that is no part of one"));
        }
        match &name {
            b"IEND" if has_data => return Ok(()),
            b"IEND" => return Err(damaged("the PNG holds no picture")),
            b"IDAT" => has_data = true,
            _ => {}
        }
        at += 12 + u64::from(length);
    }
}
