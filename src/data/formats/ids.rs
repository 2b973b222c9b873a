//! Ids of one block of a file, before the blocks are put together.

use rustc_hash::FxHashMap;

use crate::data::Labels;

/// Gives ids of any text numbers from 0 in order of first appearance.
#[derive(Debug, Default)]
pub(crate) struct LocalIds {
    /// Ids of one to eight bytes, which are nearly all, packed into a number.
    short: FxHashMap<u64, u32>,
    long: FxHashMap<Box<[u8]>, u32>,
    text: Vec<u8>,
    ends: Vec<usize>,
    last: Option<(u64, u32)>,
}

impl LocalIds {
    /// The number of an id, and whether it is new.
    pub(crate) fn intern(&mut self, id: &[u8]) -> (u32, bool) {
        let next = self.ends.len() as u32;
        let (number, new) = match pack(id) {
            Some(key) => {
                // Files are often sorted by user.
                if let Some((last, number)) = self.last
                    && last == key
                {
                    return (number, false);
                }
                let number = *self.short.entry(key).or_insert(next);
                self.last = Some((key, number));
                (number, number == next)
            }
            None => match self.long.get(id) {
                Some(&number) => (number, false),
                None => {
                    self.long.insert(id.into(), next);
                    (next, true)
                }
            },
        };
        if new {
            self.text.extend_from_slice(id);
            self.ends.push(self.text.len());
        }
        (number, new)
    }

    /// Adds the ids to `labels`, in order; returns the index there of each number here.
    pub(crate) fn merge_into(&self, labels: &mut Labels) -> Vec<u32> {
        let mut start = 0;
        self.ends
            .iter()
            .map(|&end| {
                let id = String::from_utf8_lossy(&self.text[start..end]);
                start = end;
                labels.intern(&id)
            })
            .collect()
    }

    /// Frees what only `intern` needs.
    pub(crate) fn close(&mut self) {
        self.short = FxHashMap::default();
        self.long = FxHashMap::default();
    }
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
    fn ids_of_every_length_stay_apart() {
        let ids: [&[u8]; 9] = [
            b"7",
            b"07",
            b"007",
            b"\x007",
            b"tt0111161",
            b"12345678",
            b"123456789",
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
        assert_eq!(local.merge_into(&mut labels), [2, 3, 4, 5, 6, 7, 8, 0, 9]);
    }
}
