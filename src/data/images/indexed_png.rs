//! PNG images with a palette, whose indices mean something.
//!
//! The PNG codec at hand turns indices into colors and writes none. An indexed PNG differs from a gray one by its color type and its
//! palette alone (PNG specification, section 11.2): with those exchanged, the codec reads and writes the indices as grays.

use std::ops::Range;

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder, ImageError};

const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";
/// Where the color type stands in the data of IHDR.
const COLOR_TYPE: usize = 9;
const GRAY: u8 = 0;
const INDEXED: u8 = 3;

/// A PNG with a palette, as one without.
pub(super) struct DecodedPalette {
    /// A gray PNG whose values are the indices, spread over 0 to 255 where they have less than 8 bits.
    pub(super) gray: Vec<u8>,
    /// The factor that an index was multiplied by to spread it.
    pub(super) spread: u8,
    /// Red, green, blue of each index.
    pub(super) palette: Vec<[u8; 3]>,
}

/// Takes the palette off a PNG; `None` if it has none, or is no whole PNG.
pub(super) fn decode_palette(bytes: &[u8]) -> Option<DecodedPalette> {
    let mut gray = SIGNATURE.to_vec();
    let (mut spread, mut palette) = (None, Vec::new());
    for chunk in Chunks::of(bytes)? {
        let data = &bytes[chunk.data];
        match &chunk.name {
            b"IHDR" if data.len() == 13 && data[COLOR_TYPE] == INDEXED => {
                spread = Some(self::spread(data[8]));
                let mut header = data.to_vec();
                header[COLOR_TYPE] = GRAY;
                push(&mut gray, *b"IHDR", &header);
            }
            b"IHDR" => return None,
            b"PLTE" => palette = data.as_chunks().0.to_vec(),
            b"IDAT" | b"IEND" => push(&mut gray, chunk.name, data),
            _ => {}
        }
    }
    Some(DecodedPalette {
        gray,
        spread: spread?,
        palette,
    })
}

/// The factor that the codec multiplies samples of 1, 2 and 4 bits by.
pub(super) fn spread(depth: u8) -> u8 {
    match depth {
        1 => 255,
        2 => 85,
        4 => 17,
        _ => 1,
    }
}

/// The depth in bits of the samples of a gray PNG; `None` for anything else.
pub(super) fn gray_depth(bytes: &[u8]) -> Option<u8> {
    let chunk = Chunks::of(bytes)?.next()?;
    let data = &bytes[chunk.data];
    (chunk.name == *b"IHDR" && data.len() == 13 && data[COLOR_TYPE] == GRAY).then(|| data[8])
}

/// Writes a PNG of indices with 8 bits. `indices`: row by row, all below the length of the palette.
///
/// # Errors
/// If the size does not fit the indices.
pub(crate) fn encode(
    width: u32,
    height: u32,
    indices: &[u8],
    palette: &[[u8; 3]],
) -> Result<Vec<u8>, ImageError> {
    let mut gray = Vec::new();
    PngEncoder::new_with_quality(&mut gray, CompressionType::Best, FilterType::NoFilter)
        .write_image(indices, width, height, ExtendedColorType::L8)?;
    let mut indexed = SIGNATURE.to_vec();
    for chunk in Chunks::of(&gray).into_iter().flatten() {
        let data = &gray[chunk.data];
        if chunk.name == *b"IHDR" {
            let mut header = data.to_vec();
            header[COLOR_TYPE] = INDEXED;
            push(&mut indexed, *b"IHDR", &header);
            push(&mut indexed, *b"PLTE", palette.as_flattened());
        } else {
            push(&mut indexed, chunk.name, data);
        }
    }
    Ok(indexed)
}

fn push(png: &mut Vec<u8>, name: [u8; 4], data: &[u8]) {
    let mut check = flate2::Crc::new();
    check.update(&name);
    check.update(data);
    png.extend((data.len() as u32).to_be_bytes());
    png.extend(name);
    png.extend(data);
    png.extend(check.sum().to_be_bytes());
}

struct Chunk {
    name: [u8; 4],
    data: Range<usize>,
}

/// The chunks of a PNG, up to its end or to the first that is cut off.
struct Chunks<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Chunks<'b> {
    fn of(bytes: &'b [u8]) -> Option<Self> {
        let at = SIGNATURE.len();
        bytes.starts_with(&SIGNATURE).then_some(Self { bytes, at })
    }
}

impl Iterator for Chunks<'_> {
    type Item = Chunk;

    fn next(&mut self) -> Option<Chunk> {
        let rest = self.bytes.get(self.at..)?;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let (name, rest) = rest.split_first_chunk::<4>()?;
        let length = u32::from_be_bytes(*length) as usize;
        // Data, and four bytes of checksum behind it.
        if rest.len() < length.checked_add(4)? {
            return None;
        }
        let start = self.at + 8;
        self.at = start + length + 4;
        Some(Chunk {
            name: *name,
            data: start..start + length,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PALETTE: [[u8; 3]; 3] = [[10, 20, 30], [200, 0, 0], [0, 0, 250]];

    #[test]
    fn what_is_written_reads_as_colors_elsewhere_and_as_indices_here() {
        let indices = [0, 1, 2, 2, 1, 0];
        let png = encode(3, 2, &indices, &PALETTE).expect("a PNG");
        let colors = image::load_from_memory(&png).expect("an image").to_rgb8();
        let expected: Vec<u8> = indices
            .iter()
            .flat_map(|&index| PALETTE[usize::from(index)])
            .collect();
        assert_eq!(colors.into_raw(), expected);
        let decoded = decode_palette(&png).expect("a palette");
        assert_eq!(decoded.palette, PALETTE);
        assert_eq!(decoded.spread, 1);
        let gray = image::load_from_memory(&decoded.gray).expect("an image");
        assert_eq!(gray.to_luma8().into_raw(), indices);
    }

    #[test]
    fn a_cut_png_is_no_panic() {
        let png = encode(3, 2, &[0; 6], &PALETTE).expect("a PNG");
        for end in 0..png.len() {
            let _ = decode_palette(&png[..end]).map(|png| image::load_from_memory(&png.gray));
        }
    }
}
