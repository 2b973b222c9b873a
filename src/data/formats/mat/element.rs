//! Data elements: a tag with type and size, and the bytes that follow it.

use super::{AGAIN, Wrong};

/// An array (miMATRIX).
pub(super) const MATRIX: u32 = 14;
/// An element packed with zlib (miCOMPRESSED).
pub(super) const COMPRESSED: u32 = 15;

/// Texts (miUTF8, miUTF16, miUTF32).
const UTF8: u32 = 16;
const UTF16: u32 = 17;
const UTF32: u32 = 18;

/// The order of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Endian {
    Little,
    Big,
}

impl Endian {
    fn u32(self, bytes: [u8; 4]) -> u32 {
        match self {
            Self::Little => u32::from_le_bytes(bytes),
            Self::Big => u32::from_be_bytes(bytes),
        }
    }
}

/// A data element.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element<'b> {
    /// The type: miINT8 is 1.
    pub kind: u32,
    pub payload: &'b [u8],
    endian: Endian,
}

/// Elements one after the other.
#[derive(Clone)]
pub(super) struct Elements<'b> {
    rest: &'b [u8],
    endian: Endian,
}

impl<'b> Elements<'b> {
    pub(super) fn new(bytes: &'b [u8], endian: Endian) -> Self {
        Self {
            rest: bytes,
            endian,
        }
    }

    /// The next element, which must be there.
    pub(super) fn need(&mut self) -> Result<Element<'b>, Wrong> {
        self.next().unwrap_or_else(|| Err(cut_off()))
    }
}

impl<'b> Iterator for Elements<'b> {
    type Item = Result<Element<'b>, Wrong>;

    fn next(&mut self) -> Option<Self::Item> {
        // Fewer bytes than a tag has are padding.
        if self.rest.len() < 8 {
            return None;
        }
        let (head, after) = self.rest.split_at(8);
        let tag = self.endian.u32([head[0], head[1], head[2], head[3]]);
        let (small, kind) = ((tag >> 16) as usize, tag & 0xffff);
        if small > 0 {
            // At most four bytes, which stand where the size would.
            self.rest = after;
            let payload = head[4..].get(..small);
            let payload =
                payload.ok_or_else(|| Wrong::new("a small data element is too large", AGAIN));
            return Some(payload.map(|payload| Element {
                kind,
                payload,
                endian: self.endian,
            }));
        }
        let size = self.endian.u32([head[4], head[5], head[6], head[7]]) as usize;
        let Some(payload) = after.get(..size) else {
            self.rest = &[];
            return Some(Err(cut_off()));
        };
        // Packed elements are not padded.
        let padding = if tag == COMPRESSED {
            0
        } else {
            size.next_multiple_of(8) - size
        };
        self.rest = after.get(size + padding..).unwrap_or(&[]);
        Some(Ok(Element {
            kind: tag,
            payload,
            endian: self.endian,
        }))
    }
}

fn cut_off() -> Wrong {
    Wrong::new(
        "a data element is longer than what is left: the file was cut off",
        AGAIN,
    )
}

/// The payload of the array that unpacked bytes hold; of a beginning of it what is there.
pub(super) fn inside(unpacked: &[u8], endian: Endian) -> Option<&[u8]> {
    let tag: &[u8; 8] = unpacked.first_chunk()?;
    let kind = endian.u32([tag[0], tag[1], tag[2], tag[3]]);
    let size = endian.u32([tag[4], tag[5], tag[6], tag[7]]) as usize;
    let payload = &unpacked[8..];
    (kind == MATRIX).then(|| payload.get(..size).unwrap_or(payload))
}

/// How numbers are stored.
#[derive(Debug, Clone, Copy)]
enum Storage {
    Signed(usize),
    Unsigned(usize),
    Single,
    Double,
}

impl Storage {
    fn size(self) -> usize {
        match self {
            Self::Signed(size) | Self::Unsigned(size) => size,
            Self::Single => 4,
            Self::Double => 8,
        }
    }
}

impl<'b> Element<'b> {
    fn storage(&self) -> Option<Storage> {
        Some(match self.kind {
            1 => Storage::Signed(1),
            2 => Storage::Unsigned(1),
            3 => Storage::Signed(2),
            4 => Storage::Unsigned(2),
            5 => Storage::Signed(4),
            6 => Storage::Unsigned(4),
            7 => Storage::Single,
            9 => Storage::Double,
            12 => Storage::Signed(8),
            13 => Storage::Unsigned(8),
            _ => return None,
        })
    }

    /// The numbers, whatever they are stored as: MATLAB stores whole ones in fewer bytes than their class has.
    pub(super) fn numbers(&self) -> Result<impl ExactSizeIterator<Item = f64> + use<'b>, Wrong> {
        let storage = self.storage().ok_or_else(|| {
            Wrong::new(
                format!("holds data of type {}, which are not numbers", self.kind),
                AGAIN,
            )
        })?;
        let (size, endian) = (storage.size(), self.endian);
        Ok(self.payload.chunks_exact(size).map(move |bytes| {
            let join = |bits: u64, &byte: &u8| bits << 8 | u64::from(byte);
            let bits = match endian {
                Endian::Little => bytes.iter().rev().fold(0, join),
                Endian::Big => bytes.iter().fold(0, join),
            };
            match storage {
                Storage::Signed(size) => {
                    let unused = 64 - 8 * size as u32;
                    ((bits << unused) as i64 >> unused) as f64
                }
                Storage::Unsigned(_) => bits as f64,
                Storage::Single => f64::from(f32::from_bits(bits as u32)),
                Storage::Double => f64::from_bits(bits),
            }
        }))
    }

    /// The code units of a text: UTF-16, whatever it is stored as.
    pub(super) fn units(&self) -> Result<Vec<u16>, Wrong> {
        let wide = |number: f64| char::from_u32(number as u32).unwrap_or('\u{fffd}');
        match self.kind {
            UTF8 => Ok(String::from_utf8_lossy(self.payload)
                .encode_utf16()
                .collect()),
            UTF16 => Ok(self
                .with_kind(4)
                .numbers()?
                .map(|unit| unit as u16)
                .collect()),
            UTF32 => {
                let text: String = self.with_kind(6).numbers()?.map(wide).collect();
                Ok(text.encode_utf16().collect())
            }
            _ => Ok(self.numbers()?.map(|unit| unit as u16).collect()),
        }
    }

    fn with_kind(self, kind: u32) -> Self {
        Self { kind, ..self }
    }

    /// An element that no tag announces.
    pub(super) fn new(kind: u32, payload: &'b [u8], endian: Endian) -> Self {
        Self {
            kind,
            payload,
            endian,
        }
    }

    /// The numbers as positions or sizes; an error if one is negative.
    pub(super) fn positions(&self) -> Result<Vec<usize>, Wrong> {
        let whole = |number: f64| (0.0..9e15).contains(&number).then_some(number as usize);
        let found: Option<Vec<usize>> = self.numbers()?.map(whole).collect();
        found.ok_or_else(|| Wrong::new("a position or a size is negative", AGAIN))
    }
}
