//! Settings of the curves; kept over a restart.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::axis::{XAxis, YAxis};
use super::cache::Preparation;
use super::smoothing;
use crate::record::Scalar;

/// How the curves are shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// The quantity on the x axis.
    pub x_axis: XAxis,
    /// How values map to heights.
    pub y_axis: YAxis,
    /// The weight of the neighbors in the moving average; 0 shows the values as they are.
    pub smoothing: f64,
    /// True if the y axes leave out the few values far from the rest.
    pub ignore_outliers: bool,
    /// True if a zoomed view moves along with the newest point.
    pub follow: bool,
    /// True if the table of differing parameters is open.
    pub differences: bool,
    /// Measures without a plot, by key.
    pub hidden_groups: BTreeSet<String>,
    /// Parts without lines, by label.
    pub hidden_parts: BTreeSet<String>,
    /// Runs without lines.
    #[serde(skip)]
    pub hidden_runs: BTreeSet<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            x_axis: XAxis::Step,
            y_axis: YAxis::Auto,
            smoothing: 0.6,
            ignore_outliers: false,
            follow: false,
            differences: true,
            hidden_groups: BTreeSet::new(),
            hidden_parts: BTreeSet::new(),
            hidden_runs: BTreeSet::new(),
        }
    }
}

impl Settings {
    /// How the series of a scalar is prepared.
    pub(super) fn preparation(&self, scalar: &Scalar) -> Preparation {
        Preparation {
            weight: if scalar.apart { 0.0 } else { self.smoothing },
            log: self.y_axis.prefers_log(scalar.loss),
            axis: self.x_axis,
        }
    }

    /// True if a scalar has a line.
    #[must_use]
    pub fn shows(&self, scalar: &Scalar) -> bool {
        self.shows_plot(&scalar.key) && self.shows_part(&scalar.part)
    }

    /// True if a measure has a plot.
    #[must_use]
    pub fn shows_plot(&self, key: &str) -> bool {
        !self.hidden_groups.contains(key)
    }

    /// True if a part has lines.
    #[must_use]
    pub fn shows_part(&self, part: &str) -> bool {
        !self.hidden_parts.contains(part)
    }

    /// True if a run has lines.
    #[must_use]
    pub fn shows_run(&self, id: &str) -> bool {
        !self.hidden_runs.contains(id)
    }

    /// Makes what was read from a file usable.
    pub(super) fn sanitize(&mut self) {
        if !(0.0..=smoothing::MAX_WEIGHT).contains(&self.smoothing) {
            self.smoothing = Self::default().smoothing;
        }
    }
}
