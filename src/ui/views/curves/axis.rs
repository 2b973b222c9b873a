//! What the axes measure: x by step, epoch or time; y linear or logarithmic.

use serde::{Deserialize, Serialize};

use crate::runs::Series;

/// What runs along the x axis.
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
#[derive(Debug, Clone, Copy)]
pub enum XColumn<'a> {
    /// By step.
    Steps(&'a [u64]),
    /// By epoch or time.
    Floats(&'a [f64]),
}

impl XColumn<'_> {
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

    /// Whether there is no point.
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

/// How values map to heights.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum YScale {
    /// Equal differences are equally far apart.
    #[default]
    Linear,
    /// Equal ratios are equally far apart; what is not above zero has no place.
    Log,
}

impl YScale {
    /// The height of a value in plot coordinates; −∞ where a logarithmic axis has no place for it, NaN for NaN.
    #[must_use]
    pub fn to_plot(self, value: f64) -> f64 {
        match self {
            Self::Linear => value,
            Self::Log if value > 0.0 => value.log10(),
            Self::Log if value.is_nan() => f64::NAN,
            Self::Log => f64::NEG_INFINITY,
        }
    }

    /// The value at a height.
    #[must_use]
    pub fn to_value(self, height: f64) -> f64 {
        match self {
            Self::Linear => height,
            Self::Log => 10.0_f64.powf(height),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_point_is_found_at_between_and_beyond_the_points() {
        let x = XColumn::Steps(&[10, 20, 40]);
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
        assert_eq!(XColumn::Floats(&[]).nearest(1.0), None);
    }

    #[test]
    fn a_log_axis_has_no_place_for_zero_and_below() {
        assert_eq!(YScale::Log.to_plot(100.0), 2.0);
        assert_eq!(YScale::Log.to_plot(0.0), f64::NEG_INFINITY);
        assert_eq!(YScale::Log.to_plot(-1.0), f64::NEG_INFINITY);
        assert!(YScale::Log.to_plot(f64::NAN).is_nan());
        assert!((YScale::Log.to_value(YScale::Log.to_plot(0.037)) - 0.037).abs() < 1e-15);
    }
}
