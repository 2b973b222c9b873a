//! Figures of many runs: their parameters against their measures. Plain data in, charts and pictures out: for the window, files and reports.
//!
//! ```text
//! variable     a parameter or a measure, a value a run: where values stand and how they read
//! coordinates  parallel coordinates: a run a line through all axes
//! relation     a measure over one parameter (line and band), two (heat map), any pair (scatter)
//! importance   how much each parameter matters, with its interval
//! intervals    groups of runs one below the other: mean, spread and single runs
//! ```

pub mod coordinates;
mod importance;
mod intervals;
mod relation;
mod variable;

pub use importance::{Importance, importance};
pub use intervals::{Interval, interval_range, intervals};
pub use relation::{HeatCell, HeatMap, Level, Levels, Trend, scatter, spread, trend};
pub use variable::{Spacing, Variable};
