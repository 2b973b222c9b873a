//! Tar archives (POSIX.1-2001, and the long names of GNU): the file of data among what they hold.

use std::io::{self, Read};
use std::path::Path;

use super::zip::{Content, Member, content};
use super::{ALWAYS_ALLOWED, MOST_EXPANSION, Packing, Problem};
use crate::data::{DataError, regular_file};

const BLOCK: usize = 512;
/// A name or a header of names may be this long.
const LONGEST: u64 = 1 << 20;
/// More files are not listed.
const MOST_FILES: usize = 100_000;

/// True if a file that begins like this is a tar archive.
pub(crate) fn is_tar(head: &[u8]) -> bool {
    head.get(257..262) == Some(b"ustar") && head.get(..BLOCK).is_some_and(has_its_sum)
}

/// What an archive holds that may be packed as a whole; the place of a file is that of its content in the archive. The file is opened apart from
/// the one that is read.
pub(crate) fn members(path: &Path, packed: &[Packing]) -> Result<Vec<Member>, DataError> {
    let file = regular_file::open(path, "a file of data")?;
    let explain = |error| super::explain(path, error);
    let length = file.metadata().map_err(explain)?.len();
    let mut reader: Box<dyn Read + Send> = Box::new(file);
    for packing in packed {
        reader = packing.unpack(reader).map_err(explain)?;
    }
    // One byte more than may be tells of an archive that expands out of proportion.
    let most = ALWAYS_ALLOWED.max(length.saturating_mul(MOST_EXPANSION));
    let mut reader = reader.take(most + 1);
    let found = list(&mut reader);
    if reader.limit() == 0 {
        return Err(explain(io::Error::other(Problem::Expands("tar"))));
    }
    found.map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => explain(io::Error::other(Problem::Truncated("tar"))),
        io::ErrorKind::Other => explain(error),
        _ => explain(io::Error::other(Problem::Damaged("tar", error.to_string()))),
    })
}

/// Those that could be data, or else all.
pub(crate) fn files(members: &[Member]) -> Vec<&Member> {
    match content(members) {
        Content::Files(files) => files,
        Content::Whole => members.iter().collect(),
    }
}

/// Hands out the content of a member from an archive that is read from its beginning.
pub(crate) fn unpack<'r>(
    member: &Member,
    mut archive: impl Read + Send + 'r,
) -> io::Result<Box<dyn Read + Send + 'r>> {
    skip(&mut archive, member.header)?;
    Ok(Box::new(Exactly {
        archive,
        left: member.unpacked,
    }))
}

fn damaged(why: &str) -> io::Error {
    io::Error::other(Problem::Damaged("tar", why.to_owned()))
}

fn skip(archive: &mut impl Read, bytes: u64) -> io::Result<()> {
    if io::copy(&mut archive.take(bytes), &mut io::sink())? < bytes {
        return Err(io::Error::other(Problem::Truncated("tar")));
    }
    Ok(())
}

/// The content of a member, which must be there whole.
struct Exactly<R> {
    archive: R,
    left: u64,
}

impl<R: Read> Read for Exactly<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        if most == 0 {
            return Ok(0);
        }
        let read = self.archive.read(&mut buffer[..most])?;
        if read == 0 {
            return Err(io::Error::other(Problem::Truncated("tar")));
        }
        self.left -= read as u64;
        Ok(read)
    }
}

fn list(archive: &mut impl Read) -> io::Result<Vec<Member>> {
    let (mut members, mut at) = (Vec::new(), 0_u64);
    // From headers that tell of the next file.
    let (mut long_name, mut long_size): (Option<Vec<u8>>, Option<u64>) = (None, None);
    loop {
        let mut header = [0; BLOCK];
        match archive.read_exact(&mut header) {
            Ok(()) => {}
            // Some writers leave out the zeros at the end.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof && !members.is_empty() => {
                return Ok(members);
            }
            Err(error) => return Err(error),
        }
        at += BLOCK as u64;
        if header.iter().all(|byte| *byte == 0) {
            return Ok(members);
        }
        if !has_its_sum(&header) {
            return Err(damaged("the checksum of a header in it is another"));
        }
        let own = number(&header[124..136]).ok_or_else(|| damaged("a file in it has no size"))?;
        let kind = header[156];
        let is_file = matches!(kind, 0 | b'0' | b'7');
        let size = if is_file {
            long_size.unwrap_or(own)
        } else {
            own
        };
        let padded = size
            .checked_next_multiple_of(BLOCK as u64)
            .and_then(|padded| at.checked_add(padded).map(|_| padded))
            .ok_or_else(|| damaged("a file in it has no size"))?;
        match kind {
            b'L' | b'x' if size > LONGEST => return Err(damaged("a name in it is too long")),
            b'L' | b'x' => {
                let mut text = Vec::new();
                archive.take(size).read_to_end(&mut text)?;
                if (text.len() as u64) < size {
                    return Err(io::Error::other(Problem::Truncated("tar")));
                }
                skip(archive, padded - size)?;
                if kind == b'L' {
                    text.retain(|byte| *byte != 0);
                    long_name = Some(text);
                } else {
                    extended(&text, &mut long_name, &mut long_size);
                }
                at += padded;
                continue;
            }
            b'S' => return Err(damaged("a file in it is stored with holes (sparse)")),
            _ if is_file => {
                let name = long_name.take().unwrap_or_else(|| name_of(&header));
                members.push(Member {
                    name: shown(&name),
                    encrypted: false,
                    method: 0,
                    crc: 0,
                    packed: size,
                    unpacked: size,
                    header: at,
                });
                if members.len() > MOST_FILES {
                    return Err(damaged("it holds more than 100,000 files"));
                }
            }
            // Folders, links and what is global.
            _ => {}
        }
        (long_name, long_size) = (None, None);
        // A folder has no content, whatever its size says.
        let follows = if matches!(kind, b'1'..=b'6') {
            0
        } else {
            padded
        };
        skip(archive, follows)?;
        at += follows;
    }
}

/// The sum of all bytes, with spaces in the place of the sum itself.
fn has_its_sum(header: &[u8]) -> bool {
    let bytes = || {
        (0..).zip(header).map(|(at, byte)| {
            if (148..156).contains(&at) {
                b' '
            } else {
                *byte
            }
        })
    };
    let plain: u64 = bytes().map(u64::from).sum();
    // Old writers took the bytes as signed.
    let signed: i64 = bytes().map(|byte| i64::from(byte.cast_signed())).sum();
    let said = number(&header[148..156]);
    said == Some(plain) || said.is_some_and(|said| i64::try_from(said) == Ok(signed))
}

/// A number in octal digits, or, of more than they can hold, in bytes.
fn number(field: &[u8]) -> Option<u64> {
    if let [0x80, rest @ ..] = field {
        return rest.iter().try_fold(0_u64, |sum, byte| {
            sum.checked_mul(256)?.checked_add(u64::from(*byte))
        });
    }
    let text = std::str::from_utf8(field).ok()?;
    let digits = text.trim_matches([' ', '\0']);
    if digits.is_empty() {
        return Some(0);
    }
    u64::from_str_radix(digits, 8).ok()
}

/// Folder and name of the header itself.
fn name_of(header: &[u8]) -> Vec<u8> {
    let text = |field: &[u8]| -> Vec<u8> {
        let end = memchr::memchr(0, field).unwrap_or(field.len());
        field[..end].to_vec()
    };
    let (name, prefix) = (text(&header[..100]), text(&header[345..500]));
    // GNU has times where POSIX has the folder.
    if prefix.is_empty() || &header[257..263] != b"ustar\0" {
        return name;
    }
    [prefix, b"/".to_vec(), name].concat()
}

/// `27 path=a/b/ratings.csv` and `19 size=12345678901`, a line each.
fn extended(mut text: &[u8], name: &mut Option<Vec<u8>>, size: &mut Option<u64>) {
    while let Some(space) = memchr::memchr(b' ', text) {
        let length = std::str::from_utf8(&text[..space])
            .ok()
            .and_then(|own| own.parse().ok());
        let Some((record, rest)) = length.and_then(|length: usize| text.split_at_checked(length))
        else {
            return;
        };
        let line = record.get(space + 1..).unwrap_or_default();
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        if let Some(path) = line.strip_prefix(b"path=") {
            *name = Some(path.to_vec());
        } else if let Some(digits) = line.strip_prefix(b"size=") {
            *size = std::str::from_utf8(digits)
                .ok()
                .and_then(|own| own.parse().ok());
        }
        text = rest;
    }
}

/// A name as text, without what a terminal would obey.
fn shown(name: &[u8]) -> String {
    String::from_utf8_lossy(name)
        .trim_start_matches("./")
        .replace(char::is_control, "\u{fffd}")
}
