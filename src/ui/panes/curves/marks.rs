//! Changes of live parameters and returns to the best weights, as vertical lines.

use eframe::egui::{Align2, Color32, FontId, Painter, Pos2, Rect, Shape, Stroke, pos2, vec2};
use egui_plot::PlotTransform;
use serde_json::Value;

use super::CurveRun;
use super::axis::XAxis;
use super::settings::Settings;
use crate::draw::Tokens;
use crate::draw::format;
use crate::runs::RunState;

/// Something that happened to a run.
#[derive(Debug, Clone)]
pub(super) struct MarkLine {
    pub(super) x: f64,
    color: Color32,
    /// `learning_rate 0.01`.
    pub(super) label: String,
}

/// Rows of labels above each other, at most; a label that has no room is left out and shows under the pointer.
const ROWS: usize = 2;
/// Lines that are closer than this, in points, share a label.
const CLOSE: f32 = 10.0;
/// The share of a plot that labels may take, at most.
const MOST_HEADROOM: f32 = 0.3;

/// The marks of the runs that are shown.
pub(super) fn mark_lines(runs: &[CurveRun<'_>], settings: &Settings) -> Vec<MarkLine> {
    let axis = settings.x_axis;
    let of_run = |run: &CurveRun<'_>| {
        let (state, color) = (run.state, run.color);
        let changes = state.marks.iter().map(move |mark| MarkLine {
            x: x_of(mark.step, mark.seconds, state, axis),
            color,
            label: format!("{} {}", mark.key, value_text(&mark.value)),
        });
        let returns = state.restored.iter().map(move |restored| MarkLine {
            x: x_of(restored.step, restored.seconds, state, axis),
            color,
            label: format!(
                "went back to epoch {}",
                format::setting(restored.best.epoch)
            ),
        });
        changes.chain(returns).collect::<Vec<_>>()
    };
    let shown = runs.iter().filter(|run| settings.shows_run(run.id));
    let mut lines: Vec<MarkLine> = shown.flat_map(of_run).collect();
    lines.retain(|line| line.x.is_finite());
    lines.sort_by(|a, b| a.x.total_cmp(&b.x));
    lines
}

fn x_of(step: u64, seconds: f64, state: &RunState, axis: XAxis) -> f64 {
    match axis {
        XAxis::Step => step as f64,
        XAxis::Time => seconds,
        XAxis::Epoch => {
            // A mark knows no epoch: that of the next point of the most detailed measure.
            let Some(series) = state.series.values().max_by_key(|series| series.len()) else {
                return f64::NAN;
            };
            let next = series.steps.partition_point(|own| *own < step);
            let epoch = series.epochs.get(next).or(series.epochs.last());
            epoch.copied().unwrap_or(f64::NAN)
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

/// The share of a plot of this height that the labels of the lines in view need, so that they cover no curve.
pub(super) fn headroom(lines: &[MarkLine], (low, high): (f64, f64), height: f32, row: f32) -> f64 {
    let in_view = lines.iter().filter(|line| (low..=high).contains(&line.x));
    let rows = in_view.count().min(ROWS) as f32;
    f64::from((rows * row / height.max(1.0)).min(MOST_HEADROOM))
}

/// Lines that stand together.
#[derive(Debug, PartialEq)]
struct Cluster<'a> {
    /// The first line on the screen.
    x: f32,
    lines: Vec<&'a str>,
}

impl Cluster<'_> {
    fn label(&self) -> String {
        match self.lines[..] {
            [only] => only.to_owned(),
            [first, ref rest @ ..] => format!("{first} +{}", rest.len()),
            [] => String::new(),
        }
    }
}

/// Puts lines that are close to each other together; `x` is where they are on the screen, ascending.
fn clusters<'a>(lines: impl Iterator<Item = (f32, &'a str)>) -> Vec<Cluster<'a>> {
    let mut clusters: Vec<Cluster<'a>> = Vec::new();
    for (x, label) in lines {
        match clusters.last_mut() {
            Some(last) if x - last.x < CLOSE => last.lines.push(label),
            _ => clusters.push(Cluster {
                x,
                lines: vec![label],
            }),
        }
    }
    clusters
}

/// Where the marks of a plot are drawn.
pub(super) struct MarkPainter<'a> {
    pub(super) painter: &'a Painter,
    pub(super) tokens: &'a Tokens,
    pub(super) transform: &'a PlotTransform,
    pub(super) font: FontId,
}

impl MarkPainter<'_> {
    /// Height of a row of labels.
    pub(super) fn row_height(font: &FontId, tokens: &Tokens) -> f32 {
        font.size + tokens.space.xs
    }

    /// Draws the lines with their labels along the top; all labels of those at the pointer.
    pub(super) fn draw(&self, lines: &[MarkLine], pointer: Option<Pos2>) {
        let frame = *self.transform.frame();
        let seen: Vec<(f32, &MarkLine)> = lines
            .iter()
            .map(|line| (self.transform.position_from_point_x(line.x), line))
            .filter(|(x, _)| frame.x_range().contains(*x))
            .collect();
        for (x, line) in &seen {
            let stroke = Stroke::new(self.tokens.size.hairline, line.color.gamma_multiply(0.6));
            let ends = [pos2(*x, frame.top()), pos2(*x, frame.bottom())];
            self.painter
                .extend(Shape::dashed_line(&ends, stroke, 3.0, 3.0));
        }
        let clusters = clusters(seen.iter().map(|(x, line)| (*x, line.label.as_str())));
        let row_height = Self::row_height(&self.font, self.tokens);
        let mut rows = [f32::NEG_INFINITY; ROWS];
        for cluster in &clusters {
            let Some(row) = rows.iter().position(|end| *end < cluster.x) else {
                continue;
            };
            let top = frame.top() + row as f32 * row_height + self.tokens.space.hair;
            if let Some(rect) = self.label(&cluster.label(), cluster.x, top, rows[row]) {
                rows[row] = rect.right() + self.tokens.space.s;
            }
        }
        let at_pointer = pointer
            .filter(|pointer| frame.contains(*pointer))
            .and_then(|pointer| {
                clusters
                    .iter()
                    .find(|own| (pointer.x - own.x + CLOSE / 2.0).abs() < CLOSE)
            });
        if let Some(cluster) = at_pointer {
            let text = cluster.lines.join("\n");
            let top = frame.top() + self.tokens.space.hair;
            self.label(&text, cluster.x, top, f32::NEG_INFINITY);
        }
    }

    /// Beside its line, on the other side where there is no room; nothing where it would cover what ends at `free_from`.
    fn label(&self, text: &str, x: f32, top: f32, free_from: f32) -> Option<Rect> {
        let frame = *self.transform.frame();
        let tokens = self.tokens;
        let galley =
            self.painter
                .layout_no_wrap(text.to_owned(), self.font.clone(), tokens.text_secondary);
        let mut rect = Align2::LEFT_TOP.anchor_size(pos2(x + tokens.space.xs, top), galley.size());
        if rect.right() > frame.right() {
            rect = rect.translate(vec2(-rect.width() - 2.0 * tokens.space.xs, 0.0));
        }
        if rect.left() < frame.left().max(free_from) {
            return None;
        }
        let behind = rect.expand2(vec2(tokens.space.hair, 0.0));
        self.painter.rect_filled(behind, 0.0, tokens.surface);
        self.painter.galley(rect.min, galley, tokens.text_secondary);
        Some(rect)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Best;
    use crate::runs::{Restored, Series};
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

    fn state() -> RunState {
        let mut state = RunState::default();
        let series = Series {
            steps: vec![10, 20, 30],
            epochs: vec![1.0, 2.0, 3.0],
            seconds: vec![0.5, 1.0, 1.5],
            values: vec![0.0; 3],
        };
        state.series.insert("train/loss".to_owned(), series);
        state
    }

    #[test]
    fn a_mark_stands_at_the_epoch_of_the_step_it_was_made_at() {
        let state = state();
        assert_eq!(x_of(20, 1.25, &state, XAxis::Step), 20.0);
        assert_eq!(x_of(20, 1.25, &state, XAxis::Epoch), 2.0);
        assert_eq!(x_of(20, 1.25, &state, XAxis::Time), 1.25);
    }

    #[test]
    fn a_return_to_the_best_weights_is_marked() {
        let mut state = state();
        state.restored.push(Restored {
            step: 30,
            seconds: 1.5,
            best: Best {
                step: 20,
                epoch: 2.0,
            },
        });
        let run = CurveRun {
            id: "a",
            name: "a",
            color: Color32::RED,
            state: &state,
            system: "autorec",
            config: &serde_json::Map::new(),
            measures: crate::record::Measures::default(),
        };
        let lines = mark_lines(&[run], &Settings::default());
        assert_eq!(
            (lines[0].x, lines[0].label.as_str()),
            (30.0, "went back to epoch 2")
        );
    }

    #[test]
    fn marks_that_are_close_share_a_label() {
        let lines = [(10.0, "a 1"), (14.0, "b 2"), (19.0, "c 3"), (40.0, "a 2")];
        let found = clusters(lines.into_iter());
        let labels: Vec<String> = found.iter().map(Cluster::label).collect();
        assert_eq!(labels, ["a 1 +2", "a 2"]);
        assert_eq!(found[0].lines, ["a 1", "b 2", "c 3"]);
    }
}
