//! Ids as one thread meets them, before they are put together with those of the others.

use rustc_hash::FxHashMap;

use crate::data::Labels;

/// Whole numbers below this index a table; others are looked up by hash.
const SMALL: usize = 1_000_000;

/// Gives ids of any text numbers from 0 in order of first appearance, and knows the labels that they stand for.
#[derive(Debug, Default)]
pub(crate) struct LocalIds {
    /// By whole number without leading zeros: number + 1, or 0.
    small: Vec<u32>,
    /// By one to eight bytes, packed.
    short: FxHashMap<u64, u32>,
    long: FxHashMap<Box<[u8]>, u32>,
    count: u32,
    /// Label of each number that was published.
    published: Vec<u32>,
    /// Text of the numbers that were not.
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl LocalIds {
    /// The number of an id, and whether it is new.
    #[inline]
    pub(crate) fn intern(&mut self, id: &[u8]) -> (u32, bool) {
        let next = self.count;
        let number = if let Some(value) = small(id) {
            if value >= self.small.len() {
                self.small.resize((value + 1).next_power_of_two(), 0);
            }
            let slot = &mut self.small[value];
            if *slot == 0 {
                *slot = next + 1;
            }
            *slot - 1
        } else if let Some(key) = pack(id) {
            *self.short.entry(key).or_insert(next)
        } else if let Some(&number) = self.long.get(id) {
            number
        } else {
            self.long.insert(id.into(), next);
            next
        };
        let new = number == next;
        if new {
            self.count += 1;
            self.text.extend_from_slice(id);
            self.ends.push(self.text.len());
        }
        (number, new)
    }

    /// Adds the ids that are new since the last time to `labels`, in order.
    pub(crate) fn publish(&mut self, labels: &mut Labels) {
        let mut start = 0;
        for end in self.ends.drain(..) {
            let id = String::from_utf8_lossy(&self.text[start..end]);
            self.published.push(labels.intern(&id));
            start = end;
        }
        self.text.clear();
    }

    /// The label of each number.
    pub(crate) fn labels(&self) -> &[u32] {
        &self.published
    }
}

/// A whole number below `SMALL` as one writes it.
#[inline]
fn small(id: &[u8]) -> Option<usize> {
    if id.is_empty() || id.len() > 6 || (id[0] == b'0' && id.len() > 1) {
        return None;
    }
    let mut value = 0;
    for byte in id {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + usize::from(digit);
    }
    debug_assert!(value < SMALL);
    Some(value)
}

/// Up to eight bytes as a number. A leading zero byte would look like a shorter id, so such ids are not packed.
fn pack(id: &[u8]) -> Option<u64> {
    if id.is_empty() || id.len() > 8 || id[0] == 0 {
        return None;
    }
    Some(id.iter().fold(0, |key, &byte| key << 8 | u64::from(byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_every_kind_stay_apart() {
        let ids: [&[u8]; 12] = [
            b"7",
            b"07",
            b"007",
            b"\x007",
            b"tt0111161",
            b"12345678",
            b"123456789",
            b"999999",
            b"0",
            b"00",
            b"a",
            b"",
        ];
        let mut local = LocalIds::default();
        for (number, id) in ids.iter().enumerate() {
            assert_eq!(local.intern(id), (number as u32, true));
        }
        for (number, id) in ids.iter().enumerate().rev() {
            assert_eq!(local.intern(id), (number as u32, false));
        }
        let mut labels = Labels::new(["a", "b"]);
        local.publish(&mut labels);
        let expected = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0, 12];
        assert_eq!(local.labels(), expected);
    }

    #[test]
    fn what_was_published_keeps_its_label() {
        let mut labels = Labels::default();
        let mut local = LocalIds::default();
        local.intern(b"x");
        local.publish(&mut labels);
        labels.intern("from another thread");
        local.intern(b"y");
        local.intern(b"x");
        local.publish(&mut labels);
        assert_eq!(local.labels(), [0, 2]);
        assert_eq!(labels.id(2), "y");
    }
}
