//! TIFF of one channel of floats, of signed or of large numbers, uncompressed, as microscopes and scanners write it: the decoder at hand knows none.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use image::{DynamicImage, ImageBuffer, Rgb};

use super::{Reason, Size};

/// More entries than a directory of a picture has.
const MOST_ENTRIES: u16 = 4_096;
/// More strips than a picture of the most pixels has.
const MOST_STRIPS: u32 = 1 << 20;

/// Where its values are, and of which kind.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct GrayTiff {
    pub(super) size: Size,
    is_big_endian: bool,
    kind: Kind,
    /// Offsets and lengths.
    strips: Vec<(u64, u64)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Signed16,
    Unsigned32,
    Signed32,
    Float32,
}

impl Kind {
    fn of(bits: u64, format: u64) -> Option<Self> {
        Some(match (bits, format) {
            (16, 2) => Self::Signed16,
            (32, 1) => Self::Unsigned32,
            (32, 2) => Self::Signed32,
            (32, 3) => Self::Float32,
            _ => return None,
        })
    }

    fn bytes(self) -> u64 {
        match self {
            Self::Signed16 => 2,
            _ => 4,
        }
    }
}

/// Numbers in the order of the file.
struct Numbers<R> {
    file: R,
    is_big_endian: bool,
}

impl<R: Read + Seek> Numbers<R> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let mut bytes = [0; N];
        self.file.read_exact(&mut bytes).ok()?;
        if self.is_big_endian {
            bytes.reverse();
        }
        Some(bytes)
    }

    fn short(&mut self) -> Option<u16> {
        self.take().map(u16::from_le_bytes)
    }

    fn long(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    /// The values of an entry of whole numbers.
    fn values(&mut self, kind: u16, count: u32, place: u64) -> Option<Vec<u64>> {
        let size = match kind {
            3 => 2,
            4 => 4,
            _ => return None,
        };
        if count > MOST_STRIPS {
            return None;
        }
        self.file.seek(SeekFrom::Start(place)).ok()?;
        if u64::from(count) * size > 4 {
            let offset = self.long()?;
            self.file.seek(SeekFrom::Start(u64::from(offset))).ok()?;
        }
        (0..count)
            .map(|_| match size {
                2 => self.short().map(u64::from),
                _ => self.long().map(u64::from),
            })
            .collect()
    }
}

/// Reads the directory; `None` if it is another kind of TIFF.
pub(super) fn parse(file: impl BufRead + Seek) -> Option<GrayTiff> {
    let mut file = Numbers {
        file,
        is_big_endian: false,
    };
    file.file.seek(SeekFrom::Start(0)).ok()?;
    file.is_big_endian = file.take::<2>()? == *b"MM";
    if file.short()? != 42 {
        return None;
    }
    let directory = u64::from(file.long()?);
    file.file.seek(SeekFrom::Start(directory)).ok()?;
    let count = file.short().filter(|&count| count <= MOST_ENTRIES)?;
    let (mut width, mut height, mut bits, mut format) = (0, 0, 0, 1);
    let (mut offsets, mut lengths) = (Vec::new(), Vec::new());
    for entry in 0..u64::from(count) {
        let place = directory + 2 + 12 * entry;
        file.file.seek(SeekFrom::Start(place)).ok()?;
        let (tag, kind, count) = (file.short()?, file.short()?, file.long()?);
        if !matches!(tag, 256..=259 | 273 | 277 | 279 | 317 | 322 | 339) {
            continue;
        }
        let values = file.values(kind, count, place + 8)?;
        let first = *values.first()?;
        match tag {
            256 => width = first,
            257 => height = first,
            258 => bits = first,
            // Not compressed, of one channel, without a predictor, not in tiles.
            259 | 277 | 317 if first == 1 => {}
            259 | 277 | 317 | 322 => return None,
            273 => offsets = values,
            279 => lengths = values,
            _ => format = first,
        }
    }
    let size = Size::new(u32::try_from(width).ok()?, u32::try_from(height).ok()?);
    let kind = Kind::of(bits, format)?;
    let strips: Vec<(u64, u64)> = offsets.into_iter().zip(lengths).collect();
    let bytes: u64 = strips.iter().map(|(_, length)| length).sum();
    (bytes >= size.pixels() * kind.bytes()).then_some(GrayTiff {
        size,
        is_big_endian: file.is_big_endian,
        kind,
        strips,
    })
}

/// Its values, the same in red, green and blue.
pub(super) fn read(path: &Path) -> Result<DynamicImage, Reason> {
    let broken = || Reason::Unreadable("it has changed".to_owned());
    let file = File::open(path).map_err(|error| Reason::Unreadable(error.to_string()))?;
    let mut file = BufReader::new(file);
    let tiff = parse(&mut file).ok_or_else(broken)?;
    let most = tiff.size.pixels() as usize;
    let mut values: Vec<f32> = Vec::with_capacity(3 * most);
    for &(offset, length) in &tiff.strips {
        file.seek(SeekFrom::Start(offset)).map_err(|_| broken())?;
        let mut file = Numbers {
            file: &mut file,
            is_big_endian: tiff.is_big_endian,
        };
        for _ in 0..length / tiff.kind.bytes() {
            if values.len() == 3 * most {
                break;
            }
            let value = match tiff.kind {
                Kind::Signed16 => file
                    .take()
                    .map(|bytes| f32::from(i16::from_le_bytes(bytes))),
                Kind::Unsigned32 => file.take().map(|bytes| u32::from_le_bytes(bytes) as f32),
                Kind::Signed32 => file.take().map(|bytes| i32::from_le_bytes(bytes) as f32),
                Kind::Float32 => file.take().map(f32::from_le_bytes),
            };
            values.extend([value.ok_or_else(broken)?; 3]);
        }
    }
    ImageBuffer::<Rgb<f32>, Vec<f32>>::from_raw(tiff.size.width, tiff.size.height, values)
        .map(DynamicImage::from)
        .ok_or_else(broken)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// A TIFF of one strip of 3 × 2 values.
    fn tiff(bits: u16, format: u16, big: bool, data: &[u8]) -> Vec<u8> {
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
        bytes.extend(long(8 + data.len() as u32));
        bytes.extend(data);
        let entries = [
            (256, 3),
            (257, 2),
            (258, bits),
            (259, 1),
            (262, 1),
            (273, 8),
            (277, 1),
            (279, data.len() as u16),
            (339, format),
        ];
        bytes.extend(short(entries.len() as u16));
        for (tag, value) in entries {
            bytes.extend(short(tag));
            bytes.extend(short(3));
            bytes.extend(long(1));
            bytes.extend(short(value));
            bytes.extend([0, 0]);
        }
        bytes.extend(long(0));
        bytes
    }

    fn values(bytes: &[u8]) -> Vec<f32> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        let image = read(file.path()).unwrap().into_rgb32f();
        assert_eq!(image.dimensions(), (3, 2));
        image.pixels().map(|pixel| pixel.0[1]).collect()
    }

    #[test]
    fn floats_and_signed_numbers_are_read_in_either_order_of_bytes() {
        let floats = [0.5_f32, -1.0, 1e4, 0.0, 2.0, 3.0];
        let little: Vec<u8> = floats
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        let big: Vec<u8> = floats
            .iter()
            .flat_map(|value| value.to_be_bytes())
            .collect();
        assert_eq!(values(&tiff(32, 3, false, &little)), floats);
        assert_eq!(values(&tiff(32, 3, true, &big)), floats);
        let densities = [-1000_i16, 0, 40, 3000, -1, 7];
        let data: Vec<u8> = densities
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        assert_eq!(values(&tiff(16, 2, false, &data)), densities.map(f32::from));
    }

    #[test]
    fn other_kinds_and_cut_ones_are_left_to_the_decoder() {
        let data = [0; 24];
        assert!(parse(Cursor::new(tiff(32, 3, false, &data))).is_some());
        assert!(parse(Cursor::new(tiff(8, 1, false, &data))).is_none());
        assert!(parse(Cursor::new(tiff(32, 3, false, &data[..20]))).is_none());
        let whole = tiff(32, 3, false, &data);
        // The last six bytes are filling and the place of no other directory.
        for end in 0..whole.len() - 6 {
            assert!(parse(Cursor::new(&whole[..end])).is_none(), "{end}");
        }
    }
}
