//! Which part of the plane a plot shows.

use std::ops::Range;

use super::curve::PlotContent;
use super::pyramid::Extent;
use super::settings::Settings;
use crate::draw::Scale;

/// A closed range of plot coordinates, never empty.
pub(super) type Span = (f64, f64);

/// Share of the plot left free beside the lines.
const MARGIN: f64 = 0.04;
/// Points of each line that are looked at to tell outliers.
const SAMPLES: usize = 96;

/// All of `extent`, with a margin.
pub(super) fn fit_x(extent: Option<Span>) -> Span {
    let (low, high) = extent.unwrap_or((0.0, 1.0));
    if low < high {
        let margin = (high - low) * 0.02;
        (low - margin, high + margin)
    } else {
        (low - 0.5, high + 0.5)
    }
}

/// The heights of everything in view but the first steps, with a margin, and `headroom` (a share of the plot) left free at the top.
pub(super) fn fit_y(plot: &PlotContent<'_>, x: Span, settings: &Settings, headroom: f64) -> Span {
    let scale = plot.scale;
    let mut extent = Extent::EMPTY;
    let mut samples = Vec::new();
    for curve in &plot.curves {
        let range = curve.x.before(x.0)..curve.x.before(x.1.next_up());
        let range = without_first(range, curve.series.len());
        extent = extent.union(
            curve
                .cache
                .raw()
                .extent(&curve.series.values, range.clone()),
        );
        if settings.ignore_outliers {
            let (values, _) = curve.cache.main(curve.series);
            let stride = (range.len() / SAMPLES).max(1);
            samples.extend(
                values[range]
                    .iter()
                    .step_by(stride)
                    .map(|value| scale.coordinate(*value))
                    .filter(|y| y.is_finite()),
            );
        }
    }
    let (mut low, mut high) = match scale {
        Scale::Linear => (extent.min, extent.max),
        Scale::Log => (
            scale.coordinate(extent.min_positive),
            scale.coordinate(extent.max),
        ),
    };
    if !(low <= high && low.is_finite() && high.is_finite()) {
        return (0.0, 1.0);
    }
    if let Some((from, to)) = without_outliers(&mut samples) {
        (low, high) = (low.max(from), high.min(to));
    }
    if low < high {
        let height = high - low;
        let top = height * (MARGIN + headroom / (1.0 - headroom));
        (low - height * MARGIN, high + top)
    } else {
        // One value: a tenth around it, or something to draw around zero.
        let margin = if low == 0.0 { 0.05 } else { low.abs() * 0.1 };
        (low - margin, low + margin)
    }
}

/// The points in view that decide about the heights: the first 2 % of a line are left out where they are the smaller part of it, since what
/// random weights give would squeeze all that follows into a corner.
fn without_first(range: Range<usize>, len: usize) -> Range<usize> {
    let first = len / 50;
    if len >= 20 && range.end > 4 * first.max(1) {
        range.start.max(first.max(1))..range.end
    } else {
        range
    }
}

/// From the 5th to the 95th percentile and half of that again on each side; `None` of few values.
fn without_outliers(samples: &mut [f64]) -> Option<Span> {
    if samples.len() < 20 {
        return None;
    }
    samples.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| samples[((samples.len() - 1) as f64 * share).round() as usize];
    let (low, high) = (at(0.05), at(0.95));
    let beyond = (high - low) * 0.5;
    Some((low - beyond, high + beyond))
}

/// Moves a zoomed view so that the newest point is at its right edge.
pub(super) fn follow(view: Span, newest: f64) -> Span {
    let width = view.1 - view.0;
    let high = newest + width * 0.02;
    (high - width, high)
}

/// True if a plot can show this: finite and wide enough for f64 to count in.
pub(super) fn is_usable((low, high): Span) -> bool {
    low.is_finite() && high.is_finite() && high - low > low.abs().max(high.abs()) * 1e-12
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_point_is_shown_in_the_middle() {
        assert_eq!(fit_x(Some((3.0, 3.0))), (2.5, 3.5));
        assert_eq!(fit_x(None), (-0.02, 1.02));
    }

    #[test]
    fn the_first_steps_decide_about_the_heights_only_where_little_else_is_in_view() {
        assert_eq!(without_first(0..1000, 1000), 20..1000);
        assert_eq!(without_first(500..1000, 1000), 500..1000);
        assert_eq!(without_first(0..60, 1000), 0..60, "zoomed to the beginning");
        assert_eq!(without_first(0..30, 30), 1..30);
        assert_eq!(without_first(0..10, 10), 0..10, "a short line");
    }

    #[test]
    fn a_few_far_values_are_outliers_but_the_spread_of_the_rest_is_not() {
        let mut samples: Vec<f64> = (0..=100).map(f64::from).collect();
        samples.extend([1e6, 1e6]);
        let (low, high) = without_outliers(&mut samples).unwrap();
        assert!(
            low <= 0.0 && (100.0..200.0).contains(&high),
            "{low} to {high}"
        );
        assert_eq!(without_outliers(&mut [1.0, 2.0]), None);
    }

    #[test]
    fn following_keeps_the_width_and_shows_the_newest() {
        let (low, high) = follow((10.0, 20.0), 105.0);
        assert!((high - low - 10.0).abs() < 1e-12 && high > 105.0 && low < 105.0);
    }

    #[test]
    fn views_too_thin_to_count_in_are_refused() {
        assert!(
            !is_usable((1.0, 1.0)) && !is_usable((f64::NAN, 1.0)) && !is_usable((1e9, 1e9 + 1e-6))
        );
        assert!(is_usable((0.0, 1e-9)));
    }
}
