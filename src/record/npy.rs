//! Headers of NumPy's arrays, before `npyz` reads them: its parser takes twice as long for every bracket that is opened within another.

/// Bytes before the header's length, in all versions of the format.
const MAGIC: &[u8] = b"\x93NUMPY";
/// The longest header, in bytes.
const LONGEST: usize = 1 << 16;
/// Brackets within each other: a header of numbers has two, one of records four.
const DEEPEST: usize = 5;

/// Looks at the beginning of an array, at least its header.
///
/// # Errors
/// If it is no header, or none that can be read in reasonable time.
pub(crate) fn check_header(bytes: &[u8]) -> Result<(), String> {
    let rest = bytes
        .strip_prefix(MAGIC)
        .ok_or("it does not begin as a NumPy array")?;
    let (length, rest) = match rest {
        [1, _, a, b, rest @ ..] => (usize::from(u16::from_le_bytes([*a, *b])), rest),
        [2 | 3, _, a, b, c, d, rest @ ..] => (u32::from_le_bytes([*a, *b, *c, *d]) as usize, rest),
        _ => return Err("its header is damaged".to_owned()),
    };
    if length > LONGEST {
        return Err(format!("its header claims {length} bytes: it is damaged"));
    }
    let header = rest
        .get(..length)
        .ok_or("it ends within its header: it is damaged")?;
    let mut depth = 0_usize;
    for byte in header {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return Err("its header has brackets within brackets: it is damaged".to_owned());
        }
    }
    Ok(())
}

/// The longest beginning that [`check_header`] wants to see, in bytes.
pub(crate) const MOST: u64 = LONGEST as u64 + 12;

#[cfg(test)]
mod tests {
    use super::*;

    fn array(header: &str) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend([1, 0]);
        bytes.extend((header.len() as u16).to_le_bytes());
        bytes.extend(header.as_bytes());
        bytes
    }

    #[test]
    fn headers_that_would_take_for_ever_are_refused() {
        let good = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
        assert_eq!(check_header(&array(good)), Ok(()));
        let deep = format!("{{'descr': '<f4', 'shape': {}8", "[".repeat(38));
        assert!(
            check_header(&array(&deep))
                .unwrap_err()
                .contains("brackets")
        );
        assert!(
            check_header(&array(good)[..30])
                .unwrap_err()
                .contains("ends")
        );
        let mut long = MAGIC.to_vec();
        long.extend([2, 0, 255, 255, 255, 255]);
        assert!(check_header(&long).unwrap_err().contains("4294967295"));
        assert!(check_header(b"PK\x03\x04").is_err());
    }
}
