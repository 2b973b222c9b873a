//! Damage at random, of the kinds that find faults: flipped bits, cuts, numbers at the ends of their ranges, brackets within brackets.

use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;

/// Texts that readers stumble over.
const TEXTS: &[&str] = &[
    "99999999999999999999",
    "-1",
    "0",
    "NaN",
    "1e999",
    "((((((((((((((((((((((((((((((((",
    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    "\"",
    "\u{feff}",
    "\0",
    "\r\n\r\n",
    ",,,,,,,,",
    "\t\t",
    "{}",
];

/// The bytes with one to four kinds of damage; `other` is another file that parts come from.
pub(super) fn mutated(rng: &mut ChaCha8Rng, bytes: &[u8], other: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    // One kind alone gets further into a reader.
    let times = if rng.random_bool(0.6) {
        1
    } else {
        rng.random_range(2..=4)
    };
    for _ in 0..times {
        damage(rng, &mut bytes, other);
    }
    bytes
}

fn damage(rng: &mut ChaCha8Rng, bytes: &mut Vec<u8>, other: &[u8]) {
    if bytes.is_empty() {
        bytes.extend_from_slice(other);
        return;
    }
    // Headers decide more than what follows.
    let most = if rng.random_bool(0.5) {
        bytes.len().min(256)
    } else {
        bytes.len()
    };
    let at = rng.random_range(0..most);
    match rng.random_range(0..9) {
        0 => bytes[at] ^= 1 << rng.random_range(0..8),
        1 => bytes[at] = rng.random_range(0..=255),
        2 => bytes.truncate(at),
        3 => {
            let end = part(rng, bytes.len(), at);
            bytes.drain(at..end);
        }
        4 => {
            let end = part(rng, bytes.len(), at);
            let copy = bytes[at..end].to_vec();
            bytes.splice(at..at, copy);
        }
        5 => {
            let extremes = [
                0_u64,
                1,
                0x7f,
                0xff,
                0x7fff,
                0xffff,
                0x7fff_ffff,
                0xffff_ffff,
                u64::MAX,
            ];
            let number = extremes[rng.random_range(0..extremes.len())];
            let width = [1, 2, 4, 8][rng.random_range(0..4)];
            let little = number.to_le_bytes();
            let big = number.to_be_bytes();
            let written = if rng.random_bool(0.5) {
                &little[..width]
            } else {
                &big[8 - width..]
            };
            for (own, new) in bytes[at..].iter_mut().zip(written) {
                *own = *new;
            }
        }
        6 => {
            let text = TEXTS[rng.random_range(0..TEXTS.len())];
            bytes.splice(at..at, text.bytes());
        }
        7 if !other.is_empty() => {
            let from = rng.random_range(0..other.len());
            let end = part(rng, other.len(), from);
            bytes.splice(at..at, other[from..end].iter().copied());
        }
        _ => {
            let end = part(rng, bytes.len(), at);
            let value = rng.random_range(0..=255);
            bytes[at..end].fill(value);
        }
    }
}

/// The end of a part that begins at `at`: mostly short.
fn part(rng: &mut ChaCha8Rng, length: usize, at: usize) -> usize {
    let most = if rng.random_bool(0.8) { 16 } else { 4096 };
    (at + rng.random_range(1..=most)).min(length)
}
