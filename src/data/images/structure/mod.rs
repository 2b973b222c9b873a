//! Whether a file is whole, by its structure: decoders fill what is missing with gray and say nothing, and a few break on what they should refuse.

mod bmp;
mod jpeg;
mod jpeg_scan;
mod png;
pub(super) mod tiff;
mod webp;

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek};
use std::path::Path;

use image::ImageFormat;

use super::Reason;

/// Refuses what must not reach a decoder; leaves the reader anywhere.
pub(super) fn before_decoding(
    file: &mut (impl BufRead + Seek),
    format: ImageFormat,
    bytes: u64,
) -> Result<(), Reason> {
    match format {
        ImageFormat::Png => png::check_palette(file, bytes),
        ImageFormat::WebP => webp::check_sizes(file, bytes),
        _ => Ok(()),
    }
}

/// Reads a file through once, without decoding it: nothing may be missing at its end.
pub(super) fn whole(path: &Path, format: ImageFormat, bytes: u64) -> Result<(), Reason> {
    let file = File::open(path).map_err(|error| Reason::Unreadable(error.to_string()))?;
    whole_of(&mut BufReader::with_capacity(64 << 10, file), format, bytes)
}

/// As [`whole`], from its beginning.
pub(super) fn whole_of(
    file: &mut (impl BufRead + Seek),
    format: ImageFormat,
    bytes: u64,
) -> Result<(), Reason> {
    match format {
        ImageFormat::Jpeg => jpeg::check(file, bytes),
        ImageFormat::Png => png::check(file, bytes),
        ImageFormat::WebP => webp::check(file, bytes),
        ImageFormat::Bmp => bmp::check(file, bytes),
        ImageFormat::Tiff => tiff::check(file, bytes),
        _ => Ok(()),
    }
}

fn damaged(problem: &str) -> Reason {
    Reason::Damaged(problem.to_owned())
}

/// The file ends where more should be.
fn cut_off(kind: &str) -> Reason {
    Reason::Damaged(format!(
        "the {kind} ends too early, as after an interrupted copy or download"
    ))
}

/// Exactly `N` bytes.
fn take<const N: usize>(file: &mut impl Read, kind: &str) -> Result<[u8; N], Reason> {
    let mut bytes = [0; N];
    file.read_exact(&mut bytes).map_err(|_| cut_off(kind))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests;
