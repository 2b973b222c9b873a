//! Minimum and maximum of any stretch of a growing series, without looking at every point.

use std::ops::Range;

/// The smallest and largest finite value of a stretch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extent {
    /// Smallest; +∞ if the stretch has no finite value.
    pub min: f64,
    /// Largest; −∞ if the stretch has no finite value.
    pub max: f64,
    /// Smallest above zero, for a logarithmic axis; +∞ if there is none.
    pub min_positive: f64,
}

impl Extent {
    /// Of no value at all.
    pub const EMPTY: Self = Self {
        min: f64::INFINITY,
        max: f64::NEG_INFINITY,
        min_positive: f64::INFINITY,
    };

    /// Of these values.
    #[must_use]
    pub fn of(values: &[f64]) -> Self {
        values
            .iter()
            .fold(Self::EMPTY, |extent, value| extent.with(*value))
    }

    /// Of both stretches.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self {
            min: self.min.min(other.min),
            max: self.max.max(other.max),
            min_positive: self.min_positive.min(other.min_positive),
        }
    }

    /// True if there is no finite value.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.min > self.max
    }

    fn with(self, value: f64) -> Self {
        if !value.is_finite() {
            return self;
        }
        Self {
            min: self.min.min(value),
            max: self.max.max(value),
            min_positive: if value > 0.0 {
                self.min_positive.min(value)
            } else {
                self.min_positive
            },
        }
    }
}

/// Points in a block of the lowest level. Levels above double it, so that all levels together take 3 bytes a point.
pub const BLOCK: usize = 16;

/// Extents of aligned blocks of [`BLOCK`] · 2ᵏ points, extended as points arrive.
#[derive(Debug, Clone, Default)]
pub struct Pyramid {
    levels: Vec<Vec<Extent>>,
    len: usize,
}

impl Pyramid {
    /// Points taken in so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// True if there is no point yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Takes in the points of `values` beyond those it has. Cost follows the new points, not all of them.
    pub fn extend(&mut self, values: &[f64]) {
        if values.len() <= self.len {
            return;
        }
        let mut first_changed = self.len / BLOCK;
        self.len = values.len();
        let blocks = self.len.div_ceil(BLOCK);
        if self.levels.is_empty() {
            self.levels.push(Vec::new());
        }
        let lowest = &mut self.levels[0];
        lowest.truncate(first_changed);
        lowest.extend(
            values[first_changed * BLOCK..]
                .chunks(BLOCK)
                .map(Extent::of),
        );
        debug_assert_eq!(lowest.len(), blocks);

        let mut level = 0;
        while self.levels[level].len() > 1 {
            first_changed /= 2;
            if self.levels.len() == level + 1 {
                self.levels.push(Vec::new());
            }
            let (below, above) = self.levels.split_at_mut(level + 1);
            above[0].truncate(first_changed);
            above[0].extend(below[level][first_changed * 2..].chunks(2).map(|pair| {
                pair.iter()
                    .fold(Extent::EMPTY, |union, extent| union.union(*extent))
            }));
            level += 1;
        }
    }

    /// Forgets all points from `len` on; [`Self::extend`] takes new ones in.
    pub fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    /// How many levels there are; level k has blocks of [`BLOCK`] · 2ᵏ points.
    #[must_use]
    pub fn levels(&self) -> usize {
        self.levels.len()
    }

    /// The extent of one block.
    #[must_use]
    pub fn block(&self, level: usize, index: usize) -> Extent {
        self.levels[level][index]
    }

    /// The points of one block.
    #[must_use]
    pub fn points(&self, level: usize, index: usize) -> Range<usize> {
        let size = BLOCK << level;
        (index * size).min(self.len)..((index + 1) * size).min(self.len)
    }

    /// The extent of `range`, in time that grows with the logarithm of its length. `values` are those taken in.
    #[must_use]
    pub fn extent(&self, values: &[f64], range: Range<usize>) -> Extent {
        let range = range.start..range.end.min(self.len).min(values.len());
        let mut union = Extent::EMPTY;
        let mut at = range.start;
        while at < range.end {
            // The largest block that begins here and ends inside.
            let mut level = None;
            let mut size = BLOCK;
            while at.is_multiple_of(size) && at + size <= range.end {
                level = Some(level.map_or(0, |level| level + 1));
                size *= 2;
            }
            if let Some(level) = level {
                let size = BLOCK << level;
                union = union.union(self.levels[level][at / size]);
                at += size;
            } else {
                let end = (at / BLOCK * BLOCK + BLOCK).min(range.end);
                union = union.union(Extent::of(&values[at..end]));
                at = end;
            }
        }
        union
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn value() -> impl Strategy<Value = f64> {
        prop_oneof![8 => -1e3..1e3_f64, 1 => Just(f64::NAN), 1 => Just(f64::INFINITY), 1 => Just(0.0)]
    }

    proptest! {
        #[test]
        fn the_extent_of_any_range_is_that_of_its_values(
            values in prop::collection::vec(value(), 1..600),
            cut in 0.0..1.0_f64, from in 0.0..1.0_f64, to in 0.0..1.0_f64,
        ) {
            let at = |share: f64| (share * values.len() as f64) as usize;
            let mut pyramid = Pyramid::default();
            pyramid.extend(&values[..at(cut)]);
            pyramid.extend(&values);
            let range = at(from.min(to))..at(from.max(to));
            prop_assert_eq!(pyramid.extent(&values, range.clone()), Extent::of(&values[range]));
        }

        #[test]
        fn growing_in_pieces_gives_the_same_blocks_as_at_once(
            values in prop::collection::vec(value(), 1..600), piece in 1..70_usize,
        ) {
            let mut at_once = Pyramid::default();
            at_once.extend(&values);
            let mut grown = Pyramid::default();
            for end in (piece..values.len()).step_by(piece).chain([values.len()]) {
                grown.extend(&values[..end]);
            }
            prop_assert_eq!(grown.levels, at_once.levels);
        }
    }

    #[test]
    fn points_that_change_are_taken_in_again() {
        let mut pyramid = Pyramid::default();
        let mut values = vec![1.0; 300];
        pyramid.extend(&values);
        values[290] = 5.0;
        values.push(2.0);
        pyramid.truncate(289);
        pyramid.extend(&values);
        assert_eq!(pyramid.extent(&values, 0..301), Extent::of(&values));
    }

    #[test]
    fn nothing_but_nan_has_no_extent() {
        let values = [f64::NAN; 40];
        let mut pyramid = Pyramid::default();
        pyramid.extend(&values);
        assert!(pyramid.extent(&values, 0..40).is_empty());
    }
}
