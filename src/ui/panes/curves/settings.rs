//! What a person chose about the curves; kept over a restart.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::axis::{XAxis, YScale};
use super::{measure, smoothing};

/// How the curves are shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// What runs along the x axis.
    pub x_axis: XAxis,
    /// Whether the y axes are logarithmic.
    pub log_y: bool,
    /// The weight of the past in the moving average; 0 shows the values as they are.
    pub smoothing: f64,
    /// Whether the y axes leave out the few values far from the rest.
    pub ignore_outliers: bool,
    /// Whether a zoomed view moves along with the newest point.
    pub follow: bool,
    /// Whether the table of differing parameters is open.
    pub differences: bool,
    /// Measures without a plot.
    pub hidden_groups: BTreeSet<String>,
    /// Parts without lines.
    pub hidden_parts: BTreeSet<String>,
    /// Runs without lines.
    #[serde(skip)]
    pub hidden_runs: BTreeSet<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            x_axis: XAxis::Step,
            log_y: false,
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
    /// How values map to heights.
    #[must_use]
    pub fn y_scale(&self) -> YScale {
        if self.log_y {
            YScale::Log
        } else {
            YScale::Linear
        }
    }

    /// Whether a scalar has a line.
    #[must_use]
    pub fn shows_scalar(&self, scalar: &str) -> bool {
        !self.hidden_groups.contains(measure::group_of(scalar))
            && !self.hidden_parts.contains(measure::part_of(scalar))
    }

    /// Whether a run has lines.
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
