//! Files that are packed: what is within is read as if it stood there by itself.
//!
//! Recognized by their content; unpacked as they are read, in memory that their own header cannot ask for.

mod bounded;
pub(crate) mod tar;
pub(crate) mod zip;

use std::io::{self, BufReader, Read};
use std::path::Path;

use crate::data::regular_file;

pub(crate) use bounded::{ALWAYS_ALLOWED, Bounded, MOST_EXPANSION, Problem, explain};

/// A way to pack a single file, or several files after each other as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    Gzip,
    Bzip2,
    Xz,
    Zstd,
}

/// What a file is packed as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packed {
    Stream(Packing),
    /// An archive of several files.
    Zip,
    /// An archive of several files, often packed as a whole.
    Tar,
    /// Something that is not unpacked here, and what to do with it.
    Unknown(&'static str, &'static str),
}

const UNPACK: &str = "Unpack it and give the file of data in it";
/// An xz file may need no more memory, in kB; `xz -9` needs 65 MB.
const XZ_MEMORY: u32 = 256 << 10;

/// How a file that begins like this is packed; none if it is not.
pub(crate) fn recognize(head: &[u8]) -> Option<Packed> {
    let begins = |magic: &[u8]| head.starts_with(magic);
    let stream = if begins(b"\x1f\x8b") {
        Some(Packing::Gzip)
    } else if begins(b"BZh") && head.get(4..10).is_some_and(is_bzip2_block) {
        Some(Packing::Bzip2)
    } else if begins(b"\xfd7zXZ\0") {
        Some(Packing::Xz)
    } else if begins(b"\x28\xb5\x2f\xfd") {
        Some(Packing::Zstd)
    } else {
        None
    };
    if let Some(packing) = stream {
        return Some(Packed::Stream(packing));
    }
    if begins(b"PK\x03\x04") || begins(b"PK\x05\x06") || begins(b"PK\x07\x08") {
        return Some(Packed::Zip);
    }
    if tar::is_tar(head) {
        return Some(Packed::Tar);
    }
    let unknown = if head.get(257..262) == Some(b"ustar") {
        "a damaged tar archive"
    } else if begins(b"7z\xbc\xaf\x27\x1c") {
        "a 7z archive"
    } else if begins(b"Rar!\x1a\x07") {
        "a RAR archive"
    } else if begins(b"\x04\x22\x4d\x18") {
        "an LZ4 file"
    } else if begins(b"\x1f\x9d") {
        "a file of Unix compress (.Z)"
    } else if begins(b"LZIP") {
        "an lzip file"
    } else if begins(b"\x5d\0\0") && head.get(5..13) == Some(&[0xff; 8]) {
        "an LZMA file"
    } else if begins(b"MSCF") {
        "a cabinet archive"
    } else {
        return None;
    };
    Some(Packed::Unknown(unknown, UNPACK))
}

/// The names of the files in an archive that could be the data; none if it is something else.
pub(crate) fn names(path: &Path) -> Vec<String> {
    let head = |packings: &[Packing]| -> io::Result<Vec<u8>> {
        let file = regular_file::open(path, "a file of data").map_err(io::Error::other)?;
        let mut reader: Box<dyn Read + Send> = Box::new(file);
        for packing in packings {
            reader = packing.unpack(reader)?;
        }
        let mut head = Vec::new();
        reader.take(4096).read_to_end(&mut head)?;
        Ok(head)
    };
    let mut packings = Vec::new();
    loop {
        match head(&packings).ok().as_deref().and_then(recognize) {
            Some(Packed::Zip) if packings.is_empty() => return zip::names(path),
            Some(Packed::Stream(packing)) if packings.len() < 4 => packings.push(packing),
            Some(Packed::Tar) => {
                let members = tar::members(path, &packings).unwrap_or_default();
                let files = tar::files(&members);
                return files.iter().map(|file| file.name.clone()).collect();
            }
            _ => return Vec::new(),
        }
    }
}

/// The beginning of a first block, or of the end of an empty file.
fn is_bzip2_block(bytes: &[u8]) -> bool {
    bytes == b"\x31\x41\x59\x26\x53\x59" || bytes == b"\x17\x72\x45\x38\x50\x90"
}

impl Packing {
    /// As in messages.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
            Self::Zstd => "zstd",
        }
    }

    /// A reader that unpacks.
    pub(crate) fn unpack<'r>(
        self,
        packed: impl Read + Send + 'r,
    ) -> io::Result<Box<dyn Read + Send + 'r>> {
        let packed = BufReader::with_capacity(256 << 10, packed);
        Ok(match self {
            Self::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(packed)),
            Self::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(packed)),
            Self::Xz => Box::new(lzma_rust2::XzReader::new_mem_limit(packed, true, XZ_MEMORY)),
            Self::Zstd => Box::new(zstd::stream::read::Decoder::with_buffer(packed)?),
        })
    }
}
