//! Names of users, items, rows and columns.

use std::hash::Hasher;

use rustc_hash::FxHasher;

/// External ids in order, and titles where a file gives them. An id is found in constant time.
#[derive(Debug, Clone, Default)]
pub struct Labels {
    /// All ids, one after the other.
    text: String,
    /// Where each id ends in `text`.
    ends: Vec<usize>,
    /// Open addressing over the ids: index + 1, or 0 for a free slot; a power of two, at most half full.
    slots: Vec<u32>,
    titles: Vec<Option<Box<str>>>,
}

impl Labels {
    /// Labels without titles; an id that comes twice counts once.
    #[must_use]
    pub fn new<I: AsRef<str>>(ids: impl IntoIterator<Item = I>) -> Self {
        let mut labels = Self::default();
        for id in ids {
            labels.intern(id.as_ref());
        }
        labels
    }

    /// The ids `1`, `2`, …
    #[must_use]
    pub fn numbered(count: usize) -> Self {
        Self::numbered_from(1, count)
    }

    /// As many ids that count from `first`.
    #[must_use]
    pub fn numbered_from(first: usize, count: usize) -> Self {
        Self::new((first..first + count).map(|number| number.to_string()))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// True if there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The id as it stands in the file.
    #[must_use]
    pub fn id(&self, index: usize) -> &str {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.text[start..self.ends[index]]
    }

    /// The ids, in order.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|index| self.id(index))
    }

    /// The title, where one is known.
    #[must_use]
    pub fn title(&self, index: usize) -> Option<&str> {
        self.titles.get(index)?.as_deref()
    }

    /// The title, or else the id.
    #[must_use]
    pub fn display(&self, index: usize) -> &str {
        self.title(index).unwrap_or_else(|| self.id(index))
    }

    /// The index of an id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<usize> {
        if self.slots.is_empty() {
            return None;
        }
        self.slot(id).err()
    }

    /// The index of an id, which is added if it is new.
    ///
    /// # Panics
    /// At the 4,294,967,295th id.
    pub fn intern(&mut self, id: &str) -> u32 {
        if (self.len() + 1) * 2 > self.slots.len() {
            self.grow();
        }
        match self.slot(id) {
            Ok(free) => {
                self.text.push_str(id);
                self.ends.push(self.text.len());
                assert!(self.len() < u32::MAX as usize, "too many ids");
                self.slots[free] = self.len() as u32;
                self.len() as u32 - 1
            }
            Err(index) => index as u32,
        }
    }

    /// Sets the title of one label.
    pub fn set_title(&mut self, index: usize, title: &str) {
        self.titles.resize(self.ends.len(), None);
        self.titles[index] = Some(title.into());
    }

    /// The same labels in another order, without titles: the new index `i` is the old `order[i]`.
    pub(crate) fn reordered(&self, order: &[u32]) -> Self {
        Self::new(order.iter().map(|&old| self.id(old as usize)))
    }

    /// `Err(index)` of the id, or `Ok(slot)` where it would stand.
    fn slot(&self, id: &str) -> Result<usize, usize> {
        let mask = self.slots.len() - 1;
        let mut slot = hash(id) & mask;
        loop {
            match self.slots[slot] {
                0 => return Ok(slot),
                taken if self.id(taken as usize - 1) == id => return Err(taken as usize - 1),
                _ => slot = (slot + 1) & mask,
            }
        }
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(16);
        self.slots.clear();
        self.slots.resize(size, 0);
        for index in 0..self.len() {
            let mut slot = hash(self.id(index)) & (size - 1);
            while self.slots[slot] != 0 {
                slot = (slot + 1) & (size - 1);
            }
            self.slots[slot] = index as u32 + 1;
        }
    }
}

fn hash(id: &str) -> usize {
    let mut hasher = FxHasher::default();
    hasher.write(id.as_bytes());
    hasher.finish() as usize
}

#[cfg(test)]
mod tests {
    use super::Labels;

    #[test]
    fn every_id_is_found_where_it_was_put() {
        let labels = Labels::numbered(10_000);
        assert_eq!(labels.len(), 10_000);
        for index in 0..10_000 {
            assert_eq!(labels.id(index), (index + 1).to_string());
            assert_eq!(labels.find(labels.id(index)), Some(index));
        }
        assert_eq!(labels.find("0"), None);
        assert_eq!(labels.find("1 "), None);
        assert_eq!(Labels::default().find("1"), None);
    }

    #[test]
    fn interning_twice_gives_the_same_index() {
        let mut labels = Labels::new(["b", "a", "b", ""]);
        assert_eq!(labels.ids().collect::<Vec<_>>(), ["b", "a", ""]);
        assert_eq!(labels.intern("a"), 1);
        assert_eq!(labels.intern("c"), 3);
    }

    #[test]
    fn a_title_is_shown_instead_of_its_id() {
        let mut labels = Labels::new(["1", "2"]);
        labels.set_title(1, "Toy Story (1995)");
        assert_eq!(labels.title(0), None);
        assert_eq!(labels.display(0), "1");
        assert_eq!(labels.display(1), "Toy Story (1995)");
    }
}
