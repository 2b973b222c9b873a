//! The quantities on the axes: x by step, epoch or time; y linear or logarithmic.

use serde::{Deserialize, Serialize};

use super::pyramid::BLOCK;
use crate::draw::ticks::Values;
use crate::runs::Series;

/// The quantity on the x axis.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum XAxis {
    /// Updates of the weights.
    #[default]
    Step,
    /// Passes over the data.
    Epoch,
    /// Seconds of training.
    Time,
}

impl XAxis {
    /// All, in the order of the switch.
    pub const ALL: [Self; 3] = [Self::Step, Self::Epoch, Self::Time];

    /// The name, as on the switch and under the axis.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Step => "Step",
            Self::Epoch => "Epoch",
            Self::Time => "Time",
        }
    }

    /// The quantity.
    #[must_use]
    pub fn values(self) -> Values {
        match self {
            Self::Step => Values::Whole,
            Self::Epoch => Values::Numbers,
            Self::Time => Values::Seconds,
        }
    }

    /// The x column of a series.
    #[must_use]
    pub fn column(self, series: &Series) -> XColumn<'_> {
        match self {
            Self::Step => XColumn::Steps(&series.steps),
            Self::Epoch => XColumn::Floats(&series.epochs),
            Self::Time => XColumn::Floats(&series.seconds),
        }
    }
}

/// The x values of a series, ascending.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum XColumn<'a> {
    /// By step.
    Steps(&'a [u64]),
    /// By epoch or time.
    Floats(&'a [f64]),
}

impl<'a> XColumn<'a> {
    /// The x of one point.
    #[must_use]
    pub fn get(&self, index: usize) -> f64 {
        match self {
            Self::Steps(steps) => steps[index] as f64,
            Self::Floats(floats) => floats[index],
        }
    }

    /// Points.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Steps(steps) => steps.len(),
            Self::Floats(floats) => floats.len(),
        }
    }

    /// True if there is no point.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The first and last x; `None` without points.
    #[must_use]
    pub fn ends(&self) -> Option<(f64, f64)> {
        (!self.is_empty()).then(|| (self.get(0), self.get(self.len() - 1)))
    }

    /// How many points lie before `x`.
    #[must_use]
    pub fn before(&self, x: f64) -> usize {
        match self {
            Self::Steps(steps) => steps.partition_point(|step| (*step as f64) < x),
            Self::Floats(floats) => floats.partition_point(|float| *float < x),
        }
    }

    /// The points from `first` on.
    fn since(&self, first: usize) -> XColumn<'a> {
        match self {
            Self::Steps(steps) => Self::Steps(&steps[first.min(steps.len())..]),
            Self::Floats(floats) => Self::Floats(&floats[first.min(floats.len())..]),
        }
    }
}

/// The x values of a series with a sample of them, so that searches and wide stretches touch little memory.
#[derive(Debug, Clone, Copy)]
pub struct XIndex<'a> {
    column: XColumn<'a>,
    /// The x of every [`BLOCK`]th point, from the first on.
    starts: &'a [f64],
}

impl<'a> XIndex<'a> {
    /// `starts` are those of `column`; fewer do no harm.
    #[must_use]
    pub fn new(column: XColumn<'a>, starts: &'a [f64]) -> Self {
        Self { column, starts }
    }

    /// The x of one point.
    #[must_use]
    pub fn get(&self, index: usize) -> f64 {
        self.column.get(index)
    }

    /// Points.
    #[must_use]
    pub fn len(&self) -> usize {
        self.column.len()
    }

    /// True if there is no point.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.column.is_empty()
    }

    /// The first and last x; `None` without points.
    #[must_use]
    pub fn ends(&self) -> Option<(f64, f64)> {
        self.column.ends()
    }

    /// From where to where a stretch of points reaches; of whole blocks up to the point after it.
    #[must_use]
    pub fn stretch(&self, first: usize, last: usize) -> (f64, f64) {
        if first.is_multiple_of(BLOCK)
            && (last + 1).is_multiple_of(BLOCK)
            && let (Some(from), Some(to)) = (
                self.starts.get(first / BLOCK),
                self.starts.get((last + 1) / BLOCK),
            )
        {
            return (*from, *to);
        }
        (self.get(first), self.get(last))
    }

    /// How many points lie before `x`.
    #[must_use]
    pub fn before(&self, x: f64) -> usize {
        let blocks = self.starts.partition_point(|start| *start < x);
        // All of the blocks but the last lie before x.
        let first = blocks.saturating_sub(1) * BLOCK;
        if blocks < self.starts.len() {
            let block = first..(first + BLOCK).min(self.len());
            return first + block.take_while(|point| self.get(*point) < x).count();
        }
        first + self.column.since(first).before(x)
    }

    /// The point whose x is nearest to `x`, the earlier of two that are as near; `None` without points.
    #[must_use]
    pub fn nearest(&self, x: f64) -> Option<usize> {
        let after = self.before(x);
        if after == 0 {
            return (!self.is_empty()).then_some(0);
        }
        if after == self.len() || x - self.get(after - 1) <= self.get(after) - x {
            return Some(after - 1);
        }
        Some(after)
    }
}

/// The choice of how values map to heights.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum YAxis {
    /// Losses above zero logarithmic, the rest linear.
    #[default]
    Auto,
    /// All linear.
    Linear,
    /// All logarithmic.
    Log,
}

impl YAxis {
    /// All, in the order of the switch.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Linear, Self::Log];

    /// The name on the switch.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Auto => "Auto y",
            Self::Linear => "Linear y",
            Self::Log => "Log y",
        }
    }

    /// True if a measure has a logarithmic axis, if that can show its values.
    #[must_use]
    pub fn prefers_log(self, loss: bool) -> bool {
        match self {
            Self::Auto => loss,
            Self::Linear => false,
            Self::Log => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_point_is_found_at_between_and_beyond_the_points() {
        let x = XIndex::new(XColumn::Steps(&[10, 20, 40]), &[10.0]);
        for (at, expected) in [
            (-5.0, 0),
            (10.0, 0),
            (14.9, 0),
            (15.0, 0),
            (15.1, 1),
            (29.0, 1),
            (31.0, 2),
            (99.0, 2),
        ] {
            assert_eq!(x.nearest(at), Some(expected), "at {at}");
        }
        assert_eq!(XIndex::new(XColumn::Floats(&[]), &[]).nearest(1.0), None);
    }

    #[test]
    fn searching_by_blocks_finds_what_searching_every_point_finds() {
        let steps: Vec<u64> = (0..100).map(|i| i * 3).collect();
        let column = XColumn::Steps(&steps);
        let starts: Vec<f64> = steps
            .iter()
            .step_by(BLOCK)
            .map(|step| *step as f64)
            .collect();
        for known in [0, 1, starts.len() - 1, starts.len()] {
            let index = XIndex::new(column, &starts[..known]);
            for x in -2..305 {
                assert_eq!(
                    index.before(f64::from(x)),
                    column.before(f64::from(x)),
                    "{x} with {known} blocks"
                );
            }
        }
    }
}
