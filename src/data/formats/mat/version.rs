//! The version of a MAT file.

use super::element::Endian;
use super::{HEADER, Wrong, level4};

/// Where the version and the byte order stand.
const VERSION: std::ops::Range<usize> = 124..128;
/// How the text of every MAT file since version 5 begins.
const TEXT: &[u8] = b"MATLAB ";

/// True if the file is a MAT file of any version, or another that holds what they do.
pub(crate) fn is_mat(head: &[u8]) -> bool {
    head.starts_with(TEXT) && head.contains(&0) || byte_order(head).is_some() || is_version_4(head)
}

/// A version that is read here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    Four,
    Five(Endian),
}

/// The version of a file.
pub(super) fn of(bytes: &[u8]) -> Result<Version, Wrong> {
    if let Some(endian) = byte_order(bytes) {
        return Ok(Version::Five(endian));
    }
    if is_version_4(bytes) {
        return Ok(Version::Four);
    }
    Err(Wrong::new(
        "the header of the MAT file is damaged",
        super::AGAIN,
    ))
}

/// The byte order, if the header is that of level 5.
fn byte_order(bytes: &[u8]) -> Option<Endian> {
    // The first four bytes of version 4 hold a zero, those of the text of later ones never do.
    if bytes.len() < HEADER || bytes[..4].contains(&0) {
        return None;
    }
    match &bytes[VERSION] {
        [_, 1, b'I', b'M'] => Some(Endian::Little),
        [1, _, b'M', b'I'] => Some(Endian::Big),
        _ => None,
    }
}

/// True if the file begins with the header of a matrix of version 4.
fn is_version_4(bytes: &[u8]) -> bool {
    let Some([kind, rows, columns, imaginary, length]) = level4::header(bytes) else {
        return false;
    };
    let (order, zero, precision, class) = (kind / 1000, kind / 100 % 10, kind / 10 % 10, kind % 10);
    let plausible = order <= 4 && zero == 0 && precision <= 5 && class <= 2;
    let named = (2..=64).contains(&length) && bytes.get(19 + length as usize) == Some(&0);
    plausible && named && imaginary <= 1 && rows > 0 && columns > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions() {
        // `A = 1` in version 4, in both byte orders.
        let header = |kind: u32, to: fn(u32) -> [u8; 4]| {
            let mut bytes: Vec<u8> = [kind, 1, 1, 0, 2].into_iter().flat_map(to).collect();
            bytes.extend(b"A\0");
            bytes.extend(1_f64.to_le_bytes());
            bytes
        };
        for bytes in [header(0, u32::to_le_bytes), header(1000, u32::to_be_bytes)] {
            assert!(is_mat(&bytes));
            assert_eq!(of(&bytes).ok(), Some(Version::Four));
        }
    }
}
