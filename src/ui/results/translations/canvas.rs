//! One place where pictures are drawn: painting, zooming and moving with pointer and keys, and what is pointed at.

use eframe::egui::{
    Color32, Id, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

use super::cell::Cell;
use super::prepared::Prepared;
use super::settings::Settings;
use super::textures::Textures;
use crate::ui::theme::tokens;
use crate::ui::widgets::{Fit, Placed, Viewport};

/// Where a picture goes, for pointer and keys.
pub(super) fn sense(ui: &Ui, id: Id, rect: Rect, name: &str) -> Response {
    let response = ui.interact(rect, id, Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, name));
    if response.clicked() || response.drag_started() {
        response.request_focus();
    }
    response
}

/// Zooms and moves. `drags` says whether dragging moves the picture.
pub(super) fn navigate(
    ui: &Ui,
    response: &Response,
    cell: Rect,
    size: [usize; 2],
    viewport: &mut Viewport,
    drags: bool,
) {
    let place = |viewport: &Viewport| place(ui, viewport, cell, size);
    viewport.navigate(ui, response, &[], place, drags);
}

/// Where a picture of this size stands in a cell.
pub(super) fn place(ui: &Ui, viewport: &Viewport, cell: Rect, size: [usize; 2]) -> Placed {
    viewport.place(cell, size, Fit::picture(ui.pixels_per_point()))
}

/// Paints a cell of a picture inside `clip`; false if there is none.
pub(super) fn paint(
    ui: &Ui,
    textures: &mut Textures,
    settings: &Settings,
    placed: &Placed,
    clip: Rect,
    (picture, cell): (&Prepared, Cell),
    tint: Color32,
) -> bool {
    let texture = textures.get(ui.ctx(), picture, cell, settings.smooth, settings.scale);
    let Some(texture) = texture else {
        return false;
    };
    let painter = ui
        .painter()
        .with_clip_rect(clip.intersect(placed.rect).intersect(ui.clip_rect()));
    let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    painter.image(texture, placed.content(), whole, tint);
    true
}

/// The ground behind a picture, and an outline where the keys go.
pub(super) fn ground(ui: &Ui, rect: Rect) {
    let tokens = tokens(ui.ctx());
    ui.painter().rect_filled(rect, 0.0, tokens.canvas);
}

/// An outline where the keys go.
pub(super) fn focus(ui: &Ui, response: &Response, rect: Rect) {
    if response.has_focus() {
        let tokens = tokens(ui.ctx());
        let line = Stroke::new(tokens.size.hairline, tokens.accent_text);
        ui.painter()
            .rect_stroke(rect, 0.0, line, StrokeKind::Outside);
    }
}

/// The place on the picture that is pointed at.
pub(super) fn pointed(response: &Response, placed: &Placed) -> Option<[f64; 2]> {
    if response.dragged() {
        return None;
    }
    let share = placed.share(response.hover_pos()?);
    placed.cell(share).map(|_| share)
}

/// Marks the place that is pointed at in another cell.
pub(super) fn cross(ui: &Ui, placed: &Placed, share: [f64; 2]) {
    let tokens = tokens(ui.ctx());
    let point = placed.point(share);
    if !placed.visible().contains(point) {
        return;
    }
    let painter = ui.painter().with_clip_rect(placed.visible());
    let reach = tokens.space.s;
    for (width, color) in [
        (tokens.size.line + tokens.space.hair, tokens.shadow),
        (tokens.size.line, tokens.on_accent),
    ] {
        let stroke = Stroke::new(width, color);
        for delta in [vec2(reach, 0.0), vec2(0.0, reach)] {
            painter.line_segment([point - delta, point + delta], stroke);
        }
    }
}
