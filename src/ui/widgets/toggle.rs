//! A switch: on or off at a glance, in color and in shape.

use eframe::egui::{Response, Role, Sense, Stroke, StrokeKind, TextStyle, Ui, WidgetInfo, vec2};

use crate::ui::theme::tokens;

/// A small switch with its name; `hint` shows on hover.
pub fn toggle(ui: &mut Ui, on: &mut bool, name: &str, hint: &str) -> Response {
    let tokens = tokens(ui.ctx());
    let font = TextStyle::Button.resolve(ui.style());
    let color = if *on {
        tokens.text
    } else {
        tokens.text_secondary
    };
    let text = ui.painter().layout_no_wrap(name.to_owned(), font, color);
    let track = vec2(tokens.space.xl, tokens.space.m);
    let gap = tokens.space.s - tokens.space.hair;
    let size = vec2(
        track.x + gap + text.size().x + tokens.space.xs,
        tokens.size.control,
    );
    let (rect, mut response) = ui.allocate_exact_size(size, Sense::click());
    if response.clicked() {
        *on = !*on;
        response.mark_changed();
    }
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, enabled, *on, name));
    if ui.is_rect_visible(rect) {
        let track = eframe::egui::Rect::from_min_size(
            eframe::egui::pos2(rect.left(), rect.center().y - track.y / 2.0),
            track,
        );
        let radius = track.height() / 2.0;
        let (fill, line, knob) = if *on {
            (tokens.accent, tokens.accent, tokens.on_accent)
        } else {
            (tokens.raised, tokens.border_strong, tokens.text_tertiary)
        };
        let line = if response.has_focus() {
            Stroke::new(tokens.size.line, tokens.accent_text)
        } else if response.hovered() {
            Stroke::new(tokens.size.hairline, tokens.text_tertiary)
        } else {
            Stroke::new(tokens.size.hairline, line)
        };
        ui.painter()
            .rect(track, radius, fill, line, StrokeKind::Inside);
        let place = ui.ctx().animate_bool_responsive(response.id, *on);
        let x = eframe::egui::lerp(track.left() + radius..=track.right() - radius, place);
        let center = eframe::egui::pos2(x, track.center().y);
        ui.painter()
            .circle_filled(center, radius - tokens.space.hair, knob);
        let at = eframe::egui::pos2(track.right() + gap, rect.center().y - text.size().y / 2.0);
        ui.painter().galley(at, text, color);
    }
    response.on_hover_text(hint)
}
