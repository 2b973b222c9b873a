//! When ratings were given.

/// Times in seconds since 1970, four bytes each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Timestamps {
    base: i64,
    /// Seconds per tick: 1 unless the span is longer than 136 years.
    unit: u64,
    ticks: Vec<u32>,
}

impl Timestamps {
    /// From seconds since 1970.
    #[must_use]
    pub fn from_seconds(seconds: &[i64]) -> Self {
        let (Some(&first), Some(&last)) = (seconds.iter().min(), seconds.iter().max()) else {
            return Self::default();
        };
        let mut times = Self::with_span(first, last);
        times.ticks = seconds.iter().map(|&second| times.tick(second)).collect();
        times
    }

    /// None yet, for times from `first` to `last`.
    pub(crate) fn with_span(first: i64, last: i64) -> Self {
        let span = last.abs_diff(first);
        Self {
            base: first,
            unit: span / (u64::from(u32::MAX) + 1) + 1,
            ticks: Vec::new(),
        }
    }

    /// The tick of a time within the span; others are moved to its ends.
    pub(crate) fn tick(&self, second: i64) -> u32 {
        let distance = second.max(self.base).abs_diff(self.base);
        u32::try_from(distance / self.unit.max(1)).unwrap_or(u32::MAX)
    }

    /// The same base and unit over other ticks.
    pub(crate) fn with_ticks(&self, ticks: Vec<u32>) -> Self {
        Self {
            base: self.base,
            unit: self.unit,
            ticks,
        }
    }

    /// The times as ticks, which sort like the times.
    pub(crate) fn ticks(&self) -> &[u32] {
        &self.ticks
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ticks.len()
    }

    /// True if there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ticks.is_empty()
    }

    /// Seconds since 1970 of one rating.
    #[must_use]
    pub fn get(&self, position: usize) -> Option<i64> {
        Some(self.second(*self.ticks.get(position)?))
    }

    /// The earliest and the latest.
    #[must_use]
    pub fn span(&self) -> Option<(i64, i64)> {
        let first = *self.ticks.iter().min()?;
        let last = *self.ticks.iter().max()?;
        Some((self.second(first), self.second(last)))
    }

    fn second(&self, tick: u32) -> i64 {
        self.base
            .saturating_add_unsigned(u64::from(tick) * self.unit)
    }
}

#[cfg(test)]
mod tests {
    use super::Timestamps;

    #[test]
    fn seconds_survive_exactly_within_a_century() {
        let seconds = [881_250_949, -5, 1_900_000_000];
        let times = Timestamps::from_seconds(&seconds);
        let read: Vec<_> = (0..3).filter_map(|i| times.get(i)).collect();
        assert_eq!(read, seconds);
        assert_eq!(times.span(), Some((-5, 1_900_000_000)));
    }

    #[test]
    fn the_widest_span_keeps_order_and_does_not_overflow() {
        let times = Timestamps::from_seconds(&[i64::MIN, 0, i64::MAX]);
        let read: Vec<_> = (0..3).filter_map(|i| times.get(i)).collect();
        assert!(read[0] < read[1] && read[1] < read[2], "{read:?}");
    }
}
