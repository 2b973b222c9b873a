//! One place where pictures are drawn: painting, zooming and moving with pointer and keys, and what is pointed at.

use eframe::egui::{
    Color32, EventFilter, Id, Key, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo,
    pos2, vec2,
};

use super::cell::Cell;
use super::prepared::Prepared;
use super::settings::Settings;
use super::textures::Textures;
use super::zoom::{Placed, Zoom};
use crate::ui::theme::tokens;

/// How much a turn of the wheel by one point zooms.
const WHEEL: f32 = 1.0 / 220.0;
/// How much a key or button zooms.
pub(super) const STEP: f32 = 1.5;
/// How far an arrow key moves, as a share of what is in view.
const ARROW: f32 = 0.12;

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
    zoom: &mut Zoom,
    drags: bool,
) {
    let dot = 1.0 / ui.pixels_per_point();
    if drags && response.dragged() {
        zoom.pan(&zoom.place(cell, size), response.drag_delta());
    }
    if response.contains_pointer()
        && let Some(pointer) = ui.input(|input| input.pointer.hover_pos())
    {
        let (pinch, scroll) = ui.input(|input| (input.zoom_delta(), input.smooth_scroll_delta()));
        let factor = pinch * (scroll.y * WHEEL).exp();
        if factor != 1.0 {
            zoom.zoom(&zoom.place(cell, size), factor, cell.clamp(pointer), dot);
        }
        if scroll.x != 0.0 {
            zoom.pan(&zoom.place(cell, size), vec2(scroll.x, 0.0));
        }
    }
    if response.double_clicked() {
        zoom.fit();
    }
    if response.has_focus() {
        keys(ui, response, cell, size, zoom);
    }
}

fn keys(ui: &Ui, response: &Response, cell: Rect, size: [usize; 2], zoom: &mut Zoom) {
    let arrows = EventFilter {
        horizontal_arrows: true,
        vertical_arrows: true,
        ..EventFilter::default()
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
    let dot = 1.0 / ui.pixels_per_point();
    let pressed = |key: Key| ui.input(|input| input.key_pressed(key));
    let step = cell.size() * ARROW;
    for (key, delta) in [
        (Key::ArrowLeft, vec2(step.x, 0.0)),
        (Key::ArrowRight, vec2(-step.x, 0.0)),
        (Key::ArrowUp, vec2(0.0, step.y)),
        (Key::ArrowDown, vec2(0.0, -step.y)),
    ] {
        if pressed(key) {
            zoom.pan(&zoom.place(cell, size), delta);
        }
    }
    for (key, factor) in [
        (Key::Plus, STEP),
        (Key::Equals, STEP),
        (Key::Minus, 1.0 / STEP),
    ] {
        if pressed(key) {
            zoom.zoom(&zoom.place(cell, size), factor, cell.center(), dot);
        }
    }
    if pressed(Key::Num0) || pressed(Key::Home) {
        zoom.fit();
    }
    if pressed(Key::Num1) {
        zoom.actual(&zoom.place(cell, size), dot);
    }
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
        .with_clip_rect(clip.intersect(placed.cell).intersect(ui.clip_rect()));
    let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    painter.image(texture, placed.picture, whole, tint);
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
pub(super) fn pointed(response: &Response, placed: &Placed) -> Option<[f32; 2]> {
    if response.dragged() {
        return None;
    }
    let share = placed.share(response.hover_pos()?);
    placed.pixel(share).map(|_| share)
}

/// Marks the place that is pointed at in another cell.
pub(super) fn cross(ui: &Ui, placed: &Placed, share: [f32; 2]) {
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
