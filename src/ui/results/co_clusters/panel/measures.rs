//! The measures over time, with the snapshot in view marked.

use eframe::egui::{
    Align2, Pos2, Rect, Role, Sense, Shape, Stroke, TextStyle, Ui, WidgetInfo, pos2, vec2,
};

use crate::draw::format;
use crate::record::{PROGRESS, Scalar};
use crate::runs::Series;
use crate::ui::results::ResultRun;
use crate::ui::theme::tokens;
use crate::ui::widgets::{caption, section_header};

/// Points of a small curve: an even sample of more.
const POINTS: usize = 240;

/// Small curves of what tells how good clusters are, then of the losses.
pub(super) fn measures_ui(ui: &mut Ui, runs: &[ResultRun<'_>], step: u64) {
    let tokens = tokens(ui.ctx());
    let shown = scalars(runs);
    if shown.is_empty() {
        caption(ui, "Nothing has been measured yet.");
        return;
    }
    section_header(ui, "Measures");
    for (name, scalar) in shown {
        let series: Vec<(&ResultRun<'_>, &Series)> = runs
            .iter()
            .filter_map(|run| Some((run, run.state.series.get(name)?)))
            .collect();
        curve_ui(ui, &scalar.title(), &series, step);
        ui.add_space(tokens.space.s);
    }
}

/// Measurements of the runs, in the order of the first run's system; not how they proceeded.
fn scalars<'a>(runs: &[ResultRun<'a>]) -> Vec<(&'a str, Scalar)> {
    let mut found: Vec<(usize, &str, Scalar)> = Vec::new();
    for (number, run) in runs.iter().enumerate() {
        let measures = run.measures();
        for name in run.state.series.keys() {
            let scalar = measures.of(name);
            let is_new = found.iter().all(|(_, known, _)| known != name);
            if is_new && scalar.group != PROGRESS {
                found.push((number, name, scalar));
            }
        }
    }
    found.sort_by_key(|(run, _, scalar)| (*run, scalar.rank));
    found
        .into_iter()
        .map(|(_, name, scalar)| (name, scalar))
        .collect()
}

fn curve_ui(ui: &mut Ui, name: &str, series: &[(&ResultRun<'_>, &Series)], step: u64) {
    let tokens = tokens(ui.ctx());
    let width = ui.available_width() - tokens.space.xs;
    let line = ui.text_style_height(&TextStyle::Small);
    let size = vec2(width, line + tokens.space.xs + tokens.size.sparkline);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let at_step = series
        .first()
        .and_then(|(_, series)| value_at(series, step));
    response.widget_info(|| {
        let value = at_step.map_or_else(|| "none".to_owned(), format::number);
        WidgetInfo::labeled(Role::Image, true, format!("{name}: {value}"))
    });
    if !ui.is_rect_visible(rect) {
        return;
    }
    let font = TextStyle::Small.resolve(ui.style());
    let painter = ui.painter();
    painter.text(
        rect.min,
        Align2::LEFT_TOP,
        name,
        font.clone(),
        tokens.text_secondary,
    );
    let mut right = rect.right();
    let series_of = series;
    for (run, series) in series.iter().rev() {
        if let Some(value) = value_at(series, step).or_else(|| series.last()) {
            let color = if series_of.len() == 1 {
                tokens.text
            } else {
                run.color
            };
            let text = painter.text(
                pos2(right, rect.top()),
                Align2::RIGHT_TOP,
                format::number(value),
                font.clone(),
                color,
            );
            right = text.left() - tokens.space.s;
        }
    }
    let plot = Rect::from_min_max(
        pos2(rect.left(), rect.top() + line + tokens.space.xs),
        rect.max,
    );
    let painter = painter.with_clip_rect(plot.expand(1.0));
    painter.rect_filled(plot, f32::from(tokens.radius.small), tokens.raised);
    let Some(range) = extent(series) else {
        return;
    };
    let plot = plot.shrink2(vec2(0.0, tokens.space.xs));
    let place = |step: u64, value: f64| -> Pos2 {
        let across = |at: f64, (low, high): (f64, f64)| {
            if high > low {
                (at - low) / (high - low)
            } else {
                0.5
            }
        };
        pos2(
            plot.left() + plot.width() * across(step as f64, range.0) as f32,
            plot.bottom() - plot.height() * across(value, range.1) as f32,
        )
    };
    let mark = place(step, 0.0).x;
    if (plot.left()..=plot.right()).contains(&mark) {
        let stroke = Stroke::new(tokens.size.hairline, tokens.border_strong);
        painter.vline(mark, rect.y_range(), stroke);
    }
    for (run, series) in series {
        let points: Vec<Pos2> = sampled(series)
            .filter(|(_, value)| value.is_finite())
            .map(|(step, value)| place(step, value))
            .collect();
        if let [only] = points[..] {
            painter.circle_filled(only, tokens.space.hair, run.color);
        } else {
            let stroke = Stroke::new(tokens.size.line, run.color);
            painter.add(Shape::line(points, stroke));
        }
        if let Some(value) = value_at(series, step) {
            painter.circle_filled(place(step, value), tokens.space.hair + 0.5, run.color);
        }
    }
}

/// An even sample with both ends.
fn sampled(series: &Series) -> impl Iterator<Item = (u64, f64)> {
    let count = series.len();
    let every = count.div_ceil(POINTS).max(1);
    let indices = (0..count)
        .step_by(every)
        .chain((count > 0 && !(count - 1).is_multiple_of(every)).then(|| count - 1));
    indices.map(|at| (series.steps[at], series.values[at]))
}

/// The value measured at a step or last before it.
fn value_at(series: &Series, step: u64) -> Option<f64> {
    let after = series.steps.partition_point(|own| *own <= step);
    series.values.get(after.checked_sub(1)?).copied()
}

type Extent = ((f64, f64), (f64, f64));

/// Steps and values from the least to the largest.
fn extent(series: &[(&ResultRun<'_>, &Series)]) -> Option<Extent> {
    let mut extent: Option<Extent> = None;
    for (_, series) in series {
        for (step, value) in sampled(series).filter(|(_, value)| value.is_finite()) {
            let step = step as f64;
            extent = Some(match extent {
                None => ((step, step), (value, value)),
                Some((steps, values)) => (
                    (steps.0.min(step), steps.1.max(step)),
                    (values.0.min(value), values.1.max(value)),
                ),
            });
        }
    }
    extent
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(count: u64) -> Series {
        Series {
            steps: (1..=count).map(|step| step * 10).collect(),
            epochs: vec![0.0; count as usize],
            seconds: vec![0.0; count as usize],
            values: (1..=count).map(|value| value as f64).collect(),
        }
    }

    #[test]
    fn long_curves_are_sampled_with_both_ends() {
        let long = series(10_001);
        let points: Vec<_> = sampled(&long).collect();
        assert!(points.len() <= POINTS + 1);
        assert_eq!(points.first(), Some(&(10, 1.0)));
        assert_eq!(points.last(), Some(&(100_010, 10_001.0)));
        assert_eq!(sampled(&series(3)).count(), 3);
        assert_eq!(sampled(&series(0)).count(), 0);
    }

    #[test]
    fn a_step_between_two_measures_has_the_value_before() {
        let series = series(5);
        assert_eq!(value_at(&series, 9), None);
        assert_eq!(value_at(&series, 10), Some(1.0));
        assert_eq!(value_at(&series, 29), Some(2.0));
        assert_eq!(value_at(&series, 1000), Some(5.0));
    }
}
