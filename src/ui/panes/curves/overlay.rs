//! Drawings over the lines: values that are not numbers, and the best values.

use eframe::egui::{Painter, Rect, Stroke, TextStyle, Ui, pos2, vec2};
use egui_plot::PlotTransform;

use super::curve::{Curve, PlotContent};
use super::settings::Settings;
use super::trace::Screen;
use crate::draw::Tokens;
use crate::draw::format;
use crate::record::{Better, Role};

/// Where the overlays of a plot are drawn.
#[derive(Clone, Copy)]
pub(super) struct PlotOverlay<'a> {
    pub(super) ui: &'a Ui,
    /// Clipped to the plot.
    pub(super) painter: &'a Painter,
    pub(super) tokens: &'a Tokens,
    pub(super) transform: &'a PlotTransform,
    pub(super) settings: &'a Settings,
    pub(super) plot: &'a PlotContent<'a>,
}

impl<'a> PlotOverlay<'a> {
    /// Where the points of a line go.
    pub(super) fn screen(&self, curve: &Curve<'a>) -> Screen<'a> {
        curve.screen(self.transform, self.plot.scale)
    }

    /// A cross at the foot of the plot for every value that is NaN or infinite, one where they crowd.
    pub(super) fn not_finite(&self) {
        let (frame, bounds) = (self.transform.frame(), self.transform.bounds());
        let reach = 0.35 * self.tokens.space.s;
        let apart = 2.5 * f64::from(reach) * self.transform.dvalue_dpos()[0];
        let y = frame.bottom() - reach - self.tokens.space.hair;
        let stroke = Stroke::new(self.tokens.size.line, self.tokens.error);
        for curve in &self.plot.curves {
            let points = curve.cache.not_finite();
            let mut next = points.partition_point(|point| curve.x.get(*point) < bounds.min()[0]);
            while let Some(&point) = points.get(next) {
                let x = curve.x.get(point);
                if x.is_nan() || x > bounds.max()[0] {
                    break;
                }
                let center = pos2(self.transform.position_from_point_x(x), y);
                for slant in [vec2(reach, reach), vec2(reach, -reach)] {
                    self.painter
                        .line_segment([center - slant, center + slant], stroke);
                }
                // At least one further, even where x is not a number.
                next += points[next..]
                    .partition_point(|other| curve.x.get(*other) <= x + apart)
                    .max(1);
            }
        }
    }

    /// A ring at the best value of each line that has one and is not minimized itself, and, `with_label`, its number at the best of all.
    pub(super) fn best(&self, with_label: bool) {
        let mut best_of_all: Option<(&Curve<'a>, usize, f64)> = None;
        for curve in &self.plot.curves {
            let better = curve.scalar.better;
            let point = match better {
                Better::Lower => curve.cache.lowest(),
                Better::Higher => curve.cache.highest(),
                Better::Neither => None,
            };
            let chooses = !curve.scalar.loss
                && !matches!(curve.scalar.role, Role::Training | Role::Reference);
            let Some(point) = point.filter(|_| chooses && !curve.faded) else {
                continue;
            };
            let value = curve.series.values[point];
            if best_of_all.is_none_or(|(_, _, best)| better.prefers(value, best)) {
                best_of_all = Some((curve, point, value));
            }
            self.painter.circle(
                self.screen(curve).position(point, value),
                3.5,
                self.tokens.surface,
                Stroke::new(self.tokens.size.line, curve.color),
            );
        }
        if let Some((curve, point, value)) = best_of_all.filter(|_| with_label) {
            self.best_label(curve, point, value);
        }
    }

    fn best_label(&self, curve: &Curve<'a>, point: usize, value: f64) {
        let frame = self.transform.frame();
        let center = self.screen(curve).position(point, value);
        if !frame.contains(center) {
            return;
        }
        let font = TextStyle::Small.resolve(self.ui.style());
        let text = format!("best {}", format::number(value));
        let galley = self
            .painter
            .layout_no_wrap(text, font, self.tokens.text_secondary);
        // On the side where the line does not run: below a minimum, above a maximum; inside the plot in any case.
        let gap = self.tokens.space.s + galley.size().y / 2.0;
        let lower = curve.scalar.better == Better::Lower;
        let side = if lower { gap } else { -gap };
        let half = galley.size() / 2.0 + vec2(self.tokens.space.xs, 0.0);
        let wanted = center + vec2(0.0, side);
        let y = if wanted.y + half.y > frame.bottom() || wanted.y - half.y < frame.top() {
            center.y - side
        } else {
            wanted.y
        };
        let x = wanted.x.clamp(
            frame.left() + half.x,
            (frame.right() - half.x).max(frame.left() + half.x),
        );
        let rect = Rect::from_center_size(pos2(x, y), galley.size());
        self.painter.rect_filled(
            rect.expand2(vec2(self.tokens.space.hair, 0.0)),
            0.0,
            self.tokens.surface.gamma_multiply(0.85),
        );
        self.painter
            .galley(rect.min, galley, self.tokens.text_secondary);
    }
}
