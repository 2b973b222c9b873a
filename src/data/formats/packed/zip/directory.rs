//! The directory at the end of a zip archive ("APPNOTE.TXT", PKWARE): what it holds, and where.
//!
//! It is read here and not by the crate `zip`, since that takes memory for any number of files that is announced, and reads only from what it
//! can seek in, while the archive is to be read once, and hashed, from its beginning to its end.

use std::io::{self, Read, Seek, SeekFrom};

use super::super::bounded::Problem;

/// No directory is larger.
const LONGEST: u64 = 64 << 20;
/// The end of the directory stands within this many last bytes: itself and a comment.
const END: u64 = 22 + 65_535;

/// A file in an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Member {
    /// With its folders; without what a terminal would obey.
    pub name: String,
    /// True if a password is needed.
    pub encrypted: bool,
    pub method: u16,
    pub crc: u32,
    pub packed: u64,
    pub unpacked: u64,
    /// Where its own header begins.
    pub header: u64,
}

/// Reads the directory of an archive.
pub(super) fn read(file: &mut (impl Read + Seek)) -> io::Result<Vec<Member>> {
    let length = file.seek(SeekFrom::End(0))?;
    let tail_start = length.saturating_sub(END + 20);
    file.seek(SeekFrom::Start(tail_start))?;
    let mut tail = Vec::new();
    file.by_ref().take(END + 20).read_to_end(&mut tail)?;
    let at = memchr::memmem::rfind(&tail, b"PK\x05\x06")
        .filter(|at| at + 22 <= tail.len())
        .ok_or_else(|| io::Error::other(Problem::Truncated("zip")))?;
    let end = &tail[at..];
    let mut place = Place {
        files: u64::from(u16_at(end, 10)),
        size: u64::from(u32_at(end, 12)),
        start: u64::from(u32_at(end, 16)),
        end: tail_start + at as u64,
    };
    if u16_at(end, 4) != u16_at(end, 6) {
        return Err(damaged("it is a part of several"));
    }
    let locator = at.checked_sub(20).map(|at| &tail[at..]);
    if let Some(locator) = locator.filter(|locator| locator.starts_with(b"PK\x06\x07")) {
        place = place.of_64(file, u64_at(locator, 8))?;
    }
    // Archives may have something before them, by which all places are off.
    let shift = place
        .end
        .checked_sub(place.size)
        .and_then(|start| start.checked_sub(place.start))
        .ok_or_else(|| damaged("its directory does not lie where it says"))?;
    // An entry has at least 46 bytes.
    if place.size > LONGEST || place.files.saturating_mul(46) > place.size {
        return Err(damaged("its directory has not the size that it says"));
    }
    file.seek(SeekFrom::Start(place.start + shift))?;
    let mut bytes = Vec::new();
    file.by_ref().take(place.size).read_to_end(&mut bytes)?;
    let mut members = Vec::new();
    let mut rest = bytes.as_slice();
    for _ in 0..place.files {
        let (member, after) =
            member(rest, shift).ok_or_else(|| damaged("its directory cannot be read"))?;
        members.push(member);
        rest = after;
    }
    Ok(members)
}

/// Where the directory lies.
struct Place {
    files: u64,
    size: u64,
    start: u64,
    /// Where it really ends.
    end: u64,
}

impl Place {
    /// The same of an archive of 64 bits, whose record is at `record`.
    fn of_64(self, file: &mut (impl Read + Seek), record: u64) -> io::Result<Self> {
        file.seek(SeekFrom::Start(record))?;
        let mut bytes = [0; 56];
        file.read_exact(&mut bytes)?;
        if !bytes.starts_with(b"PK\x06\x06") {
            return Err(damaged("its directory does not lie where it says"));
        }
        Ok(Self {
            files: u64_at(&bytes, 32),
            size: u64_at(&bytes, 40),
            start: u64_at(&bytes, 48),
            end: record,
        })
    }
}

/// The entry at the beginning of `bytes`, and what follows it.
fn member(bytes: &[u8], shift: u64) -> Option<(Member, &[u8])> {
    let (fixed, rest) = bytes.split_at_checked(46)?;
    if !fixed.starts_with(b"PK\x01\x02") {
        return None;
    }
    let (name, rest) = rest.split_at_checked(usize::from(u16_at(fixed, 28)))?;
    let (extra, rest) = rest.split_at_checked(usize::from(u16_at(fixed, 30)))?;
    let (_comment, rest) = rest.split_at_checked(usize::from(u16_at(fixed, 32)))?;
    let mut sizes = [
        u64::from(u32_at(fixed, 24)),
        u64::from(u32_at(fixed, 20)),
        u64::from(u32_at(fixed, 42)),
    ];
    let mut wide = wide_sizes(extra);
    for size in &mut sizes {
        if *size == u64::from(u32::MAX) {
            let (own, after) = wide.split_at_checked(8)?;
            *size = u64_at(own, 0);
            wide = after;
        }
    }
    let [unpacked, packed, header] = sizes;
    let member = Member {
        name: shown(name),
        encrypted: u16_at(fixed, 8) & 0x2041 != 0,
        method: u16_at(fixed, 10),
        crc: u32_at(fixed, 16),
        packed,
        unpacked,
        header: header.checked_add(shift)?,
    };
    Some((member, rest))
}

/// The field with sizes of 64 bits; empty if there is none.
fn wide_sizes(mut extra: &[u8]) -> &[u8] {
    while let Some((head, rest)) = extra.split_at_checked(4) {
        let Some((field, after)) = rest.split_at_checked(usize::from(u16_at(head, 2))) else {
            break;
        };
        if u16_at(head, 0) == 1 {
            return field;
        }
        extra = after;
    }
    &[]
}

/// A name as text. Those that are not UTF-8 are in the code page of old DOS, or of whoever packed them.
fn shown(name: &[u8]) -> String {
    let text = match std::str::from_utf8(name) {
        Ok(text) => text.to_owned(),
        Err(_) => name.iter().map(|&byte| char::from(byte)).collect(),
    };
    text.replace('\\', "/")
        .replace(char::is_control, "\u{fffd}")
}

fn damaged(why: &str) -> io::Error {
    io::Error::other(Problem::Damaged("zip", why.to_owned()))
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | u32::from(u16_at(bytes, at + 2)) << 16
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}
