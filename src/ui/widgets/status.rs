//! The status of a run: a color and a shape.

use std::f32::consts::TAU;

use eframe::egui::{
    Painter, Pos2, Rect, Response, Role, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2,
};

use crate::ui::theme::tokens;

use crate::draw::Tokens;
use crate::record::Status;

/// The word for a status.
#[must_use]
pub fn status_label(status: Status) -> &'static str {
    match status {
        Status::Queued => "Queued",
        Status::Running => "Running",
        Status::Paused => "Paused",
        Status::Stopped => "Stopped",
        Status::Finished => "Finished",
        Status::Failed => "Failed",
        Status::Interrupted => "Interrupted",
    }
}

/// The mark of a status, `progress` (0 to 1) of a running one as a ring; its name shows on hover.
pub fn status_mark(ui: &mut Ui, status: Status, progress: Option<f32>) -> Response {
    let tokens = tokens(ui.ctx());
    let side = tokens.size.mark + tokens.space.xs;
    let (rect, response) = ui.allocate_exact_size(vec2(side, side), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, status_label(status)));
    if ui.is_rect_visible(rect) {
        paint(ui.painter(), tokens, rect.center(), status, progress);
    }
    response.on_hover_text(status_label(status))
}

fn paint(painter: &Painter, tokens: &Tokens, center: Pos2, status: Status, progress: Option<f32>) {
    let color = tokens.status(status);
    let radius = tokens.size.mark / 2.0;
    let stroke = Stroke::new(1.75, color);
    match status {
        Status::Queued => {
            painter.circle_stroke(center, radius - 0.75, Stroke::new(1.5, color));
        }
        Status::Running => {
            let ring = radius + 0.5;
            match progress {
                Some(share) => {
                    painter.circle_stroke(center, ring, Stroke::new(2.0, tokens.border_strong));
                    painter.add(arc(center, ring, share, Stroke::new(2.0, color)));
                }
                None => {
                    painter.circle_filled(center, radius, color);
                }
            }
        }
        Status::Paused => {
            for x in [-2.5, 2.5] {
                painter.rect_filled(
                    Rect::from_center_size(center + vec2(x, 0.0), vec2(2.5, 2.0 * radius)),
                    1.0,
                    color,
                );
            }
        }
        Status::Stopped => {
            painter.rect_filled(
                Rect::from_center_size(center, vec2(1.6 * radius, 1.6 * radius)),
                1.5,
                color,
            );
        }
        Status::Finished => {
            painter.line(
                vec![
                    center + vec2(-4.0, 0.5),
                    center + vec2(-1.25, 3.25),
                    center + vec2(4.5, -3.5),
                ],
                stroke,
            );
        }
        Status::Failed => {
            let reach = radius - 1.25;
            for turn in [1.0, -1.0] {
                painter.line_segment(
                    [
                        center + vec2(-reach, -reach * turn),
                        center + vec2(reach, reach * turn),
                    ],
                    stroke,
                );
            }
        }
        Status::Interrupted => {
            painter.add(Shape::convex_polygon(
                vec![
                    pos2(center.x, center.y - radius),
                    pos2(center.x + radius, center.y + radius - 0.5),
                    pos2(center.x - radius, center.y + radius - 0.5),
                ],
                color,
                Stroke::NONE,
            ));
        }
    }
}

/// The first `share` of a circle, clockwise from the top.
fn arc(center: Pos2, radius: f32, share: f32, stroke: Stroke) -> Shape {
    const PARTS: usize = 32;
    let angle = share.clamp(0.02, 1.0) * TAU;
    let points = (0..=PARTS)
        .map(|part| {
            let (sine, cosine) = (angle * part as f32 / PARTS as f32).sin_cos();
            center + radius * vec2(sine, -cosine)
        })
        .collect();
    Shape::line(points, stroke)
}
