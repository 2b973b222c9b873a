//! The plots in view as a figure for a paper: on white, with axes, units and one legend.

use eframe::egui::Color32;

use super::curve::{Curve, PlotContent, paleness};
use super::fit::{self, Span};
use super::marks::MarkLine;
use super::settings::Settings;
use crate::draw::chart::{Axis, Chart, DASHES, Figure, Kind, Mark};
use crate::draw::{DARK, LIGHT};

/// Width and height of a chart among others, in points.
const CHART: (f64, f64) = (420.0, 280.0);
/// Room for the title and the legend.
const HEAD: f64 = 90.0;
/// Labels of marks, at most: more would cover each other.
const LABELS: usize = 4;

/// The plots and, where a person zoomed one, the heights in view, in coordinates.
pub(super) fn figure<'a>(
    plots: impl Iterator<Item = (&'a PlotContent<'a>, Option<Span>)>,
    x: Span,
    settings: &Settings,
    marks: &[MarkLine],
) -> Figure {
    let mut title = None;
    let mut charts = Vec::new();
    for (plot, y) in plots.filter(|(plot, _)| !plot.curves.is_empty()) {
        let y = y.unwrap_or_else(|| fit::fit_y(plot, x, settings, 0.0));
        charts.push(chart(plot, x, y, settings, marks));
        let name = plot.curves.first().map(|curve| curve.run.name);
        let name = if plot.has_several_runs() {
            Some("")
        } else {
            name
        };
        // Of several runs each has its name in the legend.
        title = if title.is_none() || title == name {
            name
        } else {
            Some("")
        };
    }
    let columns = match charts.len() {
        0 | 1 => 1,
        2..=4 => 2,
        _ => 3,
    };
    let rows = charts.len().div_ceil(columns).max(1);
    let size = if charts.len() < 2 {
        Figure::SIZE
    } else {
        (
            CHART.0 * columns as f64 + 60.0,
            CHART.1 * rows as f64 + HEAD,
        )
    };
    let note = if settings.smoothing > 0.0 {
        format!(
            "Moving average with weight {} over the values as they are.",
            settings.smoothing
        )
    } else {
        String::new()
    };
    Figure {
        title: title.unwrap_or_default().to_owned(),
        note,
        columns,
        charts,
        size,
    }
}

fn chart(
    plot: &PlotContent<'_>,
    x: Span,
    y: Span,
    settings: &Settings,
    marks: &[MarkLine],
) -> Chart {
    let axis = settings.x_axis;
    let unit = plot.scalar.unit;
    let label = if unit.is_empty() {
        plot.scalar.label.to_string()
    } else {
        format!("{} ({unit})", plot.scalar.label)
    };
    let heights = (plot.scale.at(y.0), plot.scale.at(y.1));
    let mut chart = Chart::new(
        Axis::new(axis.label(), x).values(axis.values()),
        Axis::new(label, heights).scale(plot.scale),
    );
    chart.title = plot.scalar.label.to_string();
    for curve in &plot.curves {
        let color = printed(curve.run.color).lerp_to_gamma(LIGHT.text, paleness(curve.scalar));
        let (main, _) = curve.cache.main(curve.series);
        if curve.cache.is_smoothed() {
            let faint = color.gamma_multiply(0.25);
            chart.add("", faint, line(curve, x, &curve.series.values, 1.0));
        }
        let part = &*curve.scalar.part;
        let name = match (plot.has_several_runs(), part.is_empty()) {
            (true, true) => curve.run.name.to_owned(),
            (true, false) => format!("{} · {part}", curve.run.name),
            (false, _) => part.to_owned(),
        };
        chart.add(name, color, line(curve, x, main, 1.75));
    }
    let labeled = marks.len() <= LABELS;
    chart.marks.extend(marks.iter().map(|mark| Mark::Moment {
        x: mark.x,
        label: if labeled {
            mark.label.clone()
        } else {
            String::new()
        },
    }));
    chart
}

/// The points in view, and one more on each side.
fn line(curve: &Curve<'_>, x: Span, values: &[f64], width: f64) -> Kind {
    let first = curve.x.before(x.0).saturating_sub(1);
    let end = (curve.x.before(x.1.next_up()) + 1)
        .min(curve.x.len())
        .min(values.len());
    Kind::Line {
        points: (first.min(end)..end)
            .map(|point| (curve.x.get(point), values[point]))
            .collect(),
        width,
        dash: DASHES[curve.dash as usize],
    }
}

/// A run's color on white: that of the light theme.
fn printed(color: Color32) -> Color32 {
    let index = DARK.categorical.iter().position(|dark| *dark == color);
    index.map_or(color, |index| LIGHT.category(index))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colors_of_the_dark_theme_become_those_of_the_light_one() {
        assert_eq!(printed(DARK.categorical[3]), LIGHT.categorical[3]);
        assert_eq!(printed(LIGHT.categorical[2]), LIGHT.categorical[2]);
    }
}
