//! Zip archives: the file of data among what they hold, unpacked as the archive is read from its beginning.

mod choose;
mod directory;

use std::io::{self, BufReader, Cursor, Read};
use std::path::Path;

use super::{ALWAYS_ALLOWED, MOST_EXPANSION, Packing, Problem};
use crate::data::{DataError, regular_file};

pub(crate) use choose::{Content, choose, content};
pub(crate) use directory::Member;

/// What an archive holds. The file is opened apart from the one that is read.
pub(crate) fn members(path: &Path) -> Result<Vec<Member>, DataError> {
    let file = regular_file::open(path, "a file of data")?;
    directory::read(&mut BufReader::new(file)).map_err(|error| super::explain(path, error))
}

/// What an archive in memory holds.
pub(crate) fn members_of(archive: &[u8]) -> io::Result<Vec<Member>> {
    directory::read(&mut Cursor::new(archive))
}

/// Unpacks everything in an archive in memory once, one after the other, to learn that it does not expand out of proportion; `check` looks at
/// the name and content of each, and says why it must not be read on.
pub(crate) fn check_all(
    archive: &[u8],
    mut check: impl FnMut(&str, &[u8]) -> Result<(), &'static str>,
) -> io::Result<()> {
    let mut left = ALWAYS_ALLOWED.max((archive.len() as u64).saturating_mul(MOST_EXPANSION));
    for member in members_of(archive)? {
        let from = usize::try_from(member.header).ok();
        let own = from
            .and_then(|from| archive.get(from..))
            .unwrap_or_default();
        let mut content = Vec::new();
        if member.encrypted {
            return Err(io::Error::other("it is protected by a password"));
        }
        unpack(
            &Member {
                header: 0,
                ..member.clone()
            },
            own,
        )?
        .take(left + 1)
        .read_to_end(&mut content)?;
        left = left
            .checked_sub(content.len() as u64)
            .ok_or_else(|| io::Error::other(Problem::Expands("zip")))?;
        check(&member.name, &content).map_err(io::Error::other)?;
    }
    Ok(())
}

/// The names of the files in an archive that could be the data; none if it is something else.
pub(crate) fn names(path: &Path) -> Vec<String> {
    let members = members(path).unwrap_or_default();
    match content(&members) {
        Content::Whole => Vec::new(),
        Content::Files(files) => files.iter().map(|file| file.name.clone()).collect(),
    }
}

/// True if an archive that begins like this is one for itself, such as an array of NumPy or a spreadsheet, and not a wrapping of files.
pub(crate) fn is_whole(head: &[u8]) -> bool {
    let name = first_name(head);
    name.ends_with(b".npy")
        || [
            &b"[Content_Types].xml"[..],
            b"_rels/",
            b"xl/",
            b"docProps/",
            b"mimetype",
        ]
        .iter()
        .any(|beginning| name.starts_with(beginning))
}

/// True if an archive that begins like this is one of NumPy's arrays.
pub(crate) fn holds_arrays(head: &[u8]) -> bool {
    first_name(head).ends_with(b".npy")
}

/// The name of the first file.
fn first_name(head: &[u8]) -> &[u8] {
    let length = head
        .get(26..28)
        .map_or(0, |bytes| directory::u16_at(bytes, 0));
    head.get(30..30 + usize::from(length)).unwrap_or_default()
}

/// How a member is packed, if it is known here; else the name of the way.
fn packing(method: u16) -> Result<Option<Way>, &'static str> {
    Ok(Some(match method {
        0 => return Ok(None),
        8 => Way::Deflate,
        12 => Way::Stream(Packing::Bzip2),
        20 | 93 => Way::Stream(Packing::Zstd),
        95 => Way::Stream(Packing::Xz),
        1..=6 => return Err("an old way (shrink, reduce, implode)"),
        9 => return Err("Deflate64"),
        14 => return Err("LZMA"),
        98 => return Err("PPMd"),
        _ => return Err("an unknown way"),
    }))
}

enum Way {
    Deflate,
    Stream(Packing),
}

/// An error if a member cannot be unpacked: a password, an unknown way of packing.
pub(crate) fn check(path: &Path, member: &Member) -> Result<(), DataError> {
    let Member {
        name, encrypted, ..
    } = member;
    if *encrypted {
        return Err(DataError::content(
            path,
            format!("{name} in it is protected by a password"),
            "Unpack it with the password and give the unpacked file",
        ));
    }
    packing(member.method).map(|_| ()).map_err(|way| {
        DataError::content(
            path,
            format!("{name} in it is packed in {way}"),
            "Unpack it and give the unpacked file, or pack it again with `zip`",
        )
    })
}

/// Unpacks a member from an archive that is read from its beginning.
pub(crate) fn unpack<'r>(
    member: &Member,
    mut archive: impl Read + Send + 'r,
) -> io::Result<Box<dyn Read + Send + 'r>> {
    let truncated = || io::Error::other(Problem::Truncated("zip"));
    let skip = |archive: &mut dyn Read, bytes: u64| -> io::Result<()> {
        if io::copy(&mut archive.take(bytes), &mut io::sink())? < bytes {
            return Err(truncated());
        }
        Ok(())
    };
    skip(&mut archive, member.header)?;
    let mut header = [0; 30];
    archive.read_exact(&mut header).map_err(|_| truncated())?;
    if !header.starts_with(b"PK\x03\x04") {
        let why = "a file does not lie where its directory says";
        return Err(io::Error::other(Problem::Damaged("zip", why.to_owned())));
    }
    let names = [26, 28].map(|at| u64::from(directory::u16_at(&header, at)));
    skip(&mut archive, names[0] + names[1])?;
    let packed = archive.take(member.packed);
    let unpacking: Box<dyn Read + Send + 'r> = match packing(member.method) {
        Ok(None) => Box::new(packed),
        Ok(Some(Way::Deflate)) => {
            let packed = BufReader::with_capacity(256 << 10, packed);
            Box::new(flate2::bufread::DeflateDecoder::new(packed))
        }
        Ok(Some(Way::Stream(packing))) => packing.unpack(packed)?,
        Err(way) => return Err(io::Error::other(Problem::Damaged("zip", way.to_owned()))),
    };
    Ok(Box::new(Checked {
        unpacking,
        crc: flate2::Crc::new(),
        expected: member.crc,
        left: member.unpacked,
    }))
}

/// Compares what is unpacked with its checksum.
struct Checked<'r> {
    unpacking: Box<dyn Read + Send + 'r>,
    crc: flate2::Crc,
    expected: u32,
    left: u64,
}

impl Read for Checked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let damaged = |why: &str| io::Error::other(Problem::Damaged("zip", why.to_owned()));
        let read = self.unpacking.read(buffer)?;
        self.crc.update(&buffer[..read]);
        self.left = self
            .left
            .checked_sub(read as u64)
            .ok_or_else(|| damaged("a file in it is longer than its directory says"))?;
        if read == 0 && !buffer.is_empty() {
            if self.left > 0 {
                return Err(io::Error::other(Problem::Truncated("zip")));
            }
            if self.crc.sum() != self.expected {
                return Err(damaged("the checksum of a file in it is another"));
            }
        }
        Ok(read)
    }
}
