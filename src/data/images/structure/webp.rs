//! WebP (container specification): one size, and as many bytes as it says.

use std::io::{BufRead, Seek};

use super::{cut_off, damaged, take};
use crate::data::images::Reason;

const KIND: &str = "WebP";

/// Refuses a file whose canvas is not the size of its picture: the decoder would fill the rest.
pub(super) fn check_sizes(file: &mut (impl BufRead + Seek), bytes: u64) -> Result<(), Reason> {
    let head = take::<12>(file, KIND)?;
    let says = 8 + u64::from(u32::from_le_bytes([head[4], head[5], head[6], head[7]]));
    if says > bytes {
        return Err(cut_off(KIND));
    }
    let mut at = 12;
    let mut canvas = None;
    while at + 8 <= says {
        let name = take::<4>(file, KIND)?;
        let length = u64::from(u32::from_le_bytes(take(file, KIND)?));
        at += 8 + length + length % 2;
        if at > bytes + 1 {
            return Err(cut_off(KIND));
        }
        let (mut used, mut own) = (0, None);
        match &name {
            b"VP8X" if length >= 10 => {
                let data = take::<10>(file, KIND)?;
                used = 10;
                let number =
                    |at: usize| 1 + u32::from_le_bytes([data[at], data[at + 1], data[at + 2], 0]);
                if data[0] & 2 != 0 {
                    return Err(damaged("the WebP is an animation, not a picture"));
                }
                canvas = Some((number(4), number(7)));
            }
            b"VP8 " if length >= 10 => {
                let data = take::<10>(file, KIND)?;
                used = 10;
                let number =
                    |at: usize| u32::from(u16::from_le_bytes([data[at], data[at + 1]]) & 0x3fff);
                own = Some((number(6), number(8)));
            }
            b"VP8L" if length >= 5 => {
                let data = take::<5>(file, KIND)?;
                used = 5;
                let bits = u32::from_le_bytes([data[1], data[2], data[3], data[4]]);
                own = Some((1 + (bits & 0x3fff), 1 + (bits >> 14 & 0x3fff)));
            }
            _ => {}
        }
        if let Some((width, height)) = own {
            return match canvas {
                Some((wide, high)) if (wide, high) != (width, height) => Err(damaged(&format!(
                    "the WebP says {wide} × {high} pixels and holds {width} × {height}"
                ))),
                _ => Ok(()),
            };
        }
        let skip = length + length % 2 - used;
        file.seek_relative(i64::try_from(skip).unwrap_or(i64::MAX))
            .map_err(|_| cut_off(KIND))?;
    }
    Err(damaged("the WebP holds no picture"))
}

/// All that it says is there.
pub(super) fn check(file: &mut (impl BufRead + Seek), bytes: u64) -> Result<(), Reason> {
    check_sizes(file, bytes)
}
