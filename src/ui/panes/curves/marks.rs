//! Changes of live parameters, as vertical lines.

use eframe::egui::{Align2, Color32, Painter, Shape, Stroke, TextStyle, Ui, pos2, vec2};
use egui_plot::PlotTransform;
use serde_json::Value;

use super::CurveRun;
use super::axis::XAxis;
use super::settings::Settings;
use crate::draw::Tokens;
use crate::draw::format;
use crate::runs::{Mark, RunState};

/// A change of a parameter.
#[derive(Debug, Clone)]
pub(super) struct MarkLine {
    x: f64,
    color: Color32,
    /// `learning_rate 0.01`.
    label: String,
}

/// Most rows of labels above each other; further labels are left out.
const ROWS: usize = 3;

/// The marks of the runs that are shown.
pub(super) fn mark_lines(runs: &[CurveRun<'_>], settings: &Settings) -> Vec<MarkLine> {
    let mut lines: Vec<MarkLine> = runs
        .iter()
        .filter(|run| settings.shows_run(run.id))
        .flat_map(|run| {
            run.state.marks.iter().map(|mark| MarkLine {
                x: x_of(mark, run.state, settings.x_axis),
                color: run.color,
                label: format!("{} {}", mark.key, value_text(&mark.value)),
            })
        })
        .filter(|line| line.x.is_finite())
        .collect();
    lines.sort_by(|a, b| a.x.total_cmp(&b.x));
    lines
}

fn x_of(mark: &Mark, state: &RunState, axis: XAxis) -> f64 {
    match axis {
        XAxis::Step => mark.step as f64,
        XAxis::Time => mark.seconds,
        XAxis::Epoch => {
            // A mark knows no epoch: that of the next point of the most detailed measure.
            let Some(series) = state.series.values().max_by_key(|series| series.len()) else {
                return f64::NAN;
            };
            let next = series.steps.partition_point(|step| *step < mark.step);
            series
                .epochs
                .get(next)
                .or(series.epochs.last())
                .copied()
                .unwrap_or(f64::NAN)
        }
    }
}

/// A config value as a person writes it.
pub(super) fn value_text(value: &Value) -> String {
    match value {
        Value::Number(number) => number
            .as_f64()
            .map_or_else(|| number.to_string(), format::setting),
        Value::String(text) => text.clone(),
        Value::Array(entries) => entries
            .iter()
            .map(value_text)
            .collect::<Vec<_>>()
            .join(", "),
        Value::Null => "–".to_owned(),
        Value::Bool(_) | Value::Object(_) => value.to_string(),
    }
}

/// Draws the lines with their labels along the top of a plot.
pub(super) fn draw(
    ui: &Ui,
    painter: &Painter,
    tokens: &Tokens,
    transform: &PlotTransform,
    lines: &[MarkLine],
) {
    let frame = *transform.frame();
    let font = TextStyle::Small.resolve(ui.style());
    let row_height = font.size + tokens.space.xs;
    let mut rows = [f32::NEG_INFINITY; ROWS];
    for line in lines {
        let x = transform.position_from_point_x(line.x);
        if !frame.x_range().contains(x) {
            continue;
        }
        let stroke = Stroke::new(tokens.size.hairline, line.color.gamma_multiply(0.6));
        painter.extend(Shape::dashed_line(
            &[pos2(x, frame.top()), pos2(x, frame.bottom())],
            stroke,
            3.0,
            3.0,
        ));
        let Some(row) = rows.iter().position(|end| *end < x) else {
            continue;
        };
        let galley =
            painter.layout_no_wrap(line.label.clone(), font.clone(), tokens.text_secondary);
        let mut rect = Align2::LEFT_TOP.anchor_size(
            pos2(
                x + tokens.space.xs,
                frame.top() + row as f32 * row_height + tokens.space.hair,
            ),
            galley.size(),
        );
        // At the right edge the label stands on the other side of its line.
        if rect.right() > frame.right() {
            rect = rect.translate(vec2(-rect.width() - 2.0 * tokens.space.xs, 0.0));
        }
        if rect.left() < frame.left() {
            continue;
        }
        rows[row] = rect.right() + tokens.space.s;
        painter.rect_filled(
            rect.expand2(vec2(tokens.space.hair, 0.0)),
            0.0,
            tokens.surface.gamma_multiply(0.8),
        );
        painter.galley(rect.min, galley, tokens.text_secondary);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runs::Series;
    use serde_json::json;

    #[test]
    fn values_read_as_in_a_config_file() {
        for (value, text) in [
            (json!(0.01), "0.01"),
            (json!(500), "500"),
            (json!("sigmoid"), "sigmoid"),
            (json!([500, 250]), "500, 250"),
            (json!(true), "true"),
        ] {
            assert_eq!(value_text(&value), text);
        }
    }

    #[test]
    fn a_mark_stands_at_the_epoch_of_the_step_it_was_made_at() {
        let mut state = RunState::default();
        let series = Series {
            steps: vec![10, 20, 30],
            epochs: vec![1.0, 2.0, 3.0],
            seconds: vec![0.5, 1.0, 1.5],
            values: vec![0.0; 3],
        };
        state.series.insert("train/loss".to_owned(), series);
        let mark = Mark {
            key: "learning_rate".to_owned(),
            value: json!(0.1),
            step: 20,
            seconds: 1.25,
        };
        assert_eq!(x_of(&mark, &state, XAxis::Step), 20.0);
        assert_eq!(x_of(&mark, &state, XAxis::Epoch), 2.0);
        assert_eq!(x_of(&mark, &state, XAxis::Time), 1.25);
    }
}
