//! Small charts with fixed bounds: histograms, distributions, errors by group. (Curves over a run have a view of their own.)

mod frame;
mod legend;
mod scale;

pub(crate) use frame::{Area, Axis, Chart, tick_text};
pub(crate) use legend::legend_item;
pub(crate) use scale::{Scale, round_up};
