//! Records of event files: a length, its checksum, the bytes, their checksum. The checksum is CRC-32C, masked as TensorFlow does.

use std::io::{self, Write};

/// Castagnoli's polynomial, reflected.
const POLYNOMIAL: u32 = 0x82f6_3b78;
/// What TensorFlow adds to a rotated checksum.
const MASK: u32 = 0xa282_ead8;

static TABLE: [u32; 256] = table();

const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut rest = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            rest = if rest & 1 == 1 {
                rest >> 1 ^ POLYNOMIAL
            } else {
                rest >> 1
            };
            bit += 1;
        }
        table[byte] = rest;
        byte += 1;
    }
    table
}

/// CRC-32C, RFC 3720.
fn checksum(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |rest, byte| {
        rest >> 8 ^ TABLE[((rest ^ u32::from(*byte)) & 0xff) as usize]
    })
}

pub(super) fn masked(bytes: &[u8]) -> u32 {
    checksum(bytes).rotate_right(15).wrapping_add(MASK)
}

/// Writes a record.
pub(super) fn write(to: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    let length = (bytes.len() as u64).to_le_bytes();
    to.write_all(&length)?;
    to.write_all(&masked(&length).to_le_bytes())?;
    to.write_all(bytes)?;
    to.write_all(&masked(bytes).to_le_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 3720, appendix B.4.
    #[test]
    fn the_checksum_agrees_with_the_examples_of_rfc_3720() {
        assert_eq!(checksum(&[0; 32]), 0x8a91_36aa);
        assert_eq!(checksum(&[0xff; 32]), 0x62a8_ab43);
        let ascending: Vec<u8> = (0..32).collect();
        assert_eq!(checksum(&ascending), 0x46dd_794e);
        // The check value of the catalogue of CRC algorithms.
        assert_eq!(checksum(b"123456789"), 0xe306_9283);
    }
}
