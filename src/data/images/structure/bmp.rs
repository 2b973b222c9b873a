//! BMP: as many rows as its header says, where they are not compressed.

use std::io::Read;

use super::{cut_off, take};
use crate::data::images::Reason;

const KIND: &str = "BMP";

pub(super) fn check(file: &mut impl Read, bytes: u64) -> Result<(), Reason> {
    let head = take::<34>(file, KIND)?;
    let number =
        |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    let (start, header) = (u64::from(number(10)), number(14));
    // Headers of OS/2 are shorter and rare; the decoder judges them.
    if header < 40 {
        return Ok(());
    }
    let (width, height) = (
        u64::from(number(18)),
        u64::from((number(22) as i32).unsigned_abs()),
    );
    let bits = u64::from(u16::from_le_bytes([head[28], head[29]]));
    let is_plain = matches!(number(30), 0 | 3 | 6);
    let row = (width * bits).div_ceil(32) * 4;
    if is_plain && start + row * height > bytes {
        return Err(cut_off(KIND));
    }
    Ok(())
}
