//! The values at the cursor, each beside its line.

use std::sync::Arc;

use eframe::egui::text::LayoutJob;
use eframe::egui::{Align2, FontId, Galley, Pos2, Rect, Stroke, TextFormat, TextStyle, pos2, vec2};

use super::axis::XAxis;
use super::curve::Curve;
use super::hover::spread;
use super::overlay::PlotOverlay;
use crate::draw::{format, ticks};

/// Where the cursor is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor {
    /// In plot coordinates; shared by all plots.
    pub(super) x: f64,
    /// On the screen.
    pub(super) pointer: Pos2,
}

struct Label<'a> {
    curve: &'a Curve<'a>,
    at: Pos2,
    value: f64,
    smoothed: Option<f64>,
}

impl<'a> PlotOverlay<'a> {
    /// A line at the cursor, a dot on every line, its value beside it.
    pub(super) fn readout(&self, cursor: Cursor) {
        let frame = *self.transform.frame();
        let x = self.transform.position_from_point_x(cursor.x);
        if !frame.x_range().contains(x) {
            return;
        }
        let hairline = Stroke::new(self.tokens.size.hairline, self.tokens.border_strong);
        self.painter.vline(x, frame.y_range(), hairline);
        let labels: Vec<Label<'a>> = self
            .plot
            .curves
            .iter()
            .filter_map(|curve| self.label(curve, cursor.x))
            .collect();
        let here = frame.contains(cursor.pointer);
        self.labels(&labels, here.then_some(cursor.pointer.y), x);
        if here {
            self.x_value(cursor.x, x);
        }
    }

    /// The point of a line that is nearest to the cursor; `None` where the line does not reach.
    fn label(&self, curve: &'a Curve<'a>, x: f64) -> Option<Label<'a>> {
        let (first, last) = curve.x.ends()?;
        let slack = 12.0 * self.transform.dvalue_dpos()[0];
        if x < first - slack || x > last + slack {
            return None;
        }
        let point = curve.x.nearest(x)?;
        let (main, _) = curve.cache.main(curve.series);
        let value = curve.series.values[point];
        Some(Label {
            curve,
            at: self.screen(curve).position(point, main[point]),
            value,
            smoothed: (curve.cache.is_smoothed() && value.is_finite()).then(|| main[point]),
        })
    }

    /// The values beside the lines; with names in the plot under the pointer, where `pointer` is its height.
    fn labels(&self, labels: &[Label<'a>], pointer: Option<f32>, x: f32) {
        let (frame, tokens) = (*self.transform.frame(), self.tokens);
        let font = TextStyle::Small.resolve(self.ui.style());
        let height = font.size + tokens.space.xs + 1.0;
        let keep = pointer.unwrap_or(frame.center().y);
        let centers: Vec<f32> = labels
            .iter()
            .map(|label| {
                if label.at.y.is_finite() {
                    label.at.y.clamp(frame.top(), frame.bottom())
                } else {
                    frame.bottom()
                }
            })
            .collect();
        let placed = spread(&centers, height, frame.top(), frame.bottom() - height, keep);
        let mark = tokens.space.s;
        let beside = mark + 3.0 * tokens.space.xs;
        let room = (frame.right() - x).max(x - frame.left()) - tokens.space.s - beside;
        let lay_out = |with_names: bool| -> Vec<Arc<Galley>> {
            labels
                .iter()
                .map(|label| {
                    self.painter
                        .layout_job(self.text(label, &font, pointer.is_some(), with_names))
                })
                .collect()
        };
        let widest = |galleys: &[Arc<Galley>]| {
            galleys
                .iter()
                .map(|galley| galley.size().x)
                .fold(0.0, f32::max)
        };
        let mut galleys = lay_out(pointer.is_some());
        // Where names don't fit, the colors must do.
        if widest(&galleys) > room {
            galleys = lay_out(false);
        }
        let (gap, width) = (tokens.space.s, widest(&galleys) + beside);
        let left = if x + gap + width > frame.right() {
            x - gap - width
        } else {
            x + gap
        };
        for ((label, galley), center) in labels.iter().zip(galleys).zip(placed) {
            let color = label.curve.color;
            if label.value.is_finite() && frame.contains(label.at) {
                self.painter.circle(
                    label.at,
                    3.0,
                    color,
                    Stroke::new(tokens.size.line, tokens.surface),
                );
            }
            let Some(center) = center else { continue };
            let size = vec2(galley.size().x + beside, height);
            let rect = Rect::from_min_size(pos2(left, center - height / 2.0), size);
            self.painter
                .rect_filled(rect, 0.0, tokens.overlay.gamma_multiply(0.88));
            let tick = [
                pos2(left + tokens.space.xs, center),
                pos2(left + tokens.space.xs + mark, center),
            ];
            self.painter.line_segment(tick, Stroke::new(2.0, color));
            let at = pos2(
                left + 2.0 * tokens.space.xs + mark,
                center - galley.size().y / 2.0,
            );
            self.painter.galley(at, galley, tokens.text);
        }
    }

    /// `0.9038 (0.905) test, run a`: the value and, under the pointer (`here`), the smoothed one and whose it is.
    fn text(&self, label: &Label<'_>, font: &FontId, here: bool, with_names: bool) -> LayoutJob {
        let value = TextFormat::simple(
            font.clone(),
            if label.value.is_finite() {
                self.tokens.text
            } else {
                self.tokens.error
            },
        );
        let aside = TextFormat::simple(font.clone(), self.tokens.text_tertiary);
        let mut job = LayoutJob::default();
        job.append(&format::number(label.value), 0.0, value);
        if let Some(smoothed) = label.smoothed.filter(|_| here) {
            job.append(
                &format!(" ({})", format::number(smoothed)),
                0.0,
                aside.clone(),
            );
        }
        if with_names {
            let curves = &self.plot.curves;
            let several = |differs: &dyn Fn(&Curve<'_>) -> bool| curves.iter().any(differs);
            let own = label.curve;
            let mut names = Vec::new();
            if several(&|other| other.scalar.part != own.scalar.part) {
                names.push(own.scalar.part.to_string());
            }
            if several(&|other| other.run.id != own.run.id) {
                names.push(shorten(own.run.name));
            }
            if !names.is_empty() {
                job.append(&names.join(", "), self.tokens.space.xs, aside);
            }
        }
        job
    }

    /// The x at the cursor, at the foot of the plot.
    fn x_value(&self, value: f64, x: f32) {
        let (frame, tokens) = (*self.transform.frame(), self.tokens);
        let pixel = self.transform.dvalue_dpos()[0];
        let text = match self.settings.x_axis {
            XAxis::Step => format!("step {}", format::count(value.round().max(0.0) as u64)),
            XAxis::Epoch => format!("epoch {}", ticks::number(value, pixel.max(0.01))),
            XAxis::Time => ticks::duration(value.max(0.0), pixel.max(0.01)),
        };
        let font = TextStyle::Small.resolve(self.ui.style());
        let galley = self.painter.layout_no_wrap(text, font, tokens.text);
        let half = galley.size().x / 2.0 + tokens.space.xs;
        let x = x.clamp(
            frame.left() + half,
            (frame.right() - half).max(frame.left() + half),
        );
        let rect = Align2::CENTER_BOTTOM.anchor_size(
            pos2(x, frame.bottom()),
            galley.size() + vec2(2.0 * tokens.space.xs, tokens.space.hair),
        );
        self.painter.rect_filled(rect, 0.0, tokens.overlay);
        self.painter
            .galley(rect.center() - galley.size() / 2.0, galley, tokens.text);
    }
}

/// The first characters of a long name.
fn shorten(name: &str) -> String {
    const MOST: usize = 22;
    if name.chars().count() <= MOST {
        return name.to_owned();
    }
    name.chars().take(MOST - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::shorten;

    #[test]
    fn long_names_are_cut_by_characters() {
        assert_eq!(shorten("short"), "short");
        assert_eq!(shorten(&"ü".repeat(30)).chars().count(), 22);
    }
}
