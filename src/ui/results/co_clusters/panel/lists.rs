//! Names with bars.

use eframe::egui::{Align2, Color32, Rect, Role, Sense, TextStyle, Ui, WidgetInfo, pos2, vec2};

use crate::ui::theme::tokens;
use crate::ui::widgets::elide_middle;

/// A name with a bar and a number.
pub(super) struct Line<'a> {
    pub(super) name: &'a str,
    /// Length of the bar, 0 to 1.
    pub(super) share: f32,
    /// A second mark on the bar, 0 to 1: what it is elsewhere.
    pub(super) elsewhere: Option<f32>,
    pub(super) value: String,
    pub(super) color: Color32,
    pub(super) hint: String,
    pub(super) clickable: bool,
}

/// Shows it across the width of `ui`; true if it was clicked.
pub(super) fn line_ui(ui: &mut Ui, line: &Line<'_>) -> bool {
    let tokens = tokens(ui.ctx());
    let height = tokens.size.control - tokens.space.xs;
    let sense = if line.clickable {
        Sense::click()
    } else {
        Sense::hover()
    };
    let width = ui.available_width() - tokens.space.xs;
    let (rect, response) = ui.allocate_exact_size(vec2(width, height), sense);
    response.widget_info(|| {
        let role = if line.clickable {
            Role::Button
        } else {
            Role::ListItem
        };
        WidgetInfo::labeled(role, true, format!("{}: {}", line.name, line.value))
    });
    if ui.is_rect_visible(rect) {
        let painter = ui.painter();
        if line.clickable && (response.hovered() || response.has_focus()) {
            painter.rect_filled(rect, f32::from(tokens.radius.small), tokens.hovered);
        }
        let font = TextStyle::Body.resolve(ui.style());
        let small = TextStyle::Small.resolve(ui.style());
        let number = tokens.space.xxl + tokens.space.xs;
        let track = Rect::from_min_max(
            pos2(
                rect.left() + rect.width() * 0.52,
                rect.center().y - tokens.space.hair,
            ),
            pos2(rect.right() - number, rect.center().y + tokens.space.hair),
        );
        let room = track.left() - tokens.space.s - rect.left() - tokens.space.xs;
        painter.text(
            pos2(rect.left() + tokens.space.xs, rect.center().y),
            Align2::LEFT_CENTER,
            elide_middle(ui, line.name, &font, room),
            font,
            tokens.text,
        );
        painter.rect_filled(track, tokens.space.hair, tokens.raised);
        let at = |share: f32| track.left() + track.width() * share.clamp(0.0, 1.0);
        let bar = track.with_max_x(at(line.share));
        painter.rect_filled(bar, tokens.space.hair, line.color);
        if let Some(elsewhere) = line.elsewhere {
            let x = at(elsewhere);
            let mark = track.y_range().expand(tokens.space.hair);
            painter.vline(x, mark, (tokens.size.line, tokens.text_secondary));
        }
        painter.text(
            pos2(rect.right(), rect.center().y),
            Align2::RIGHT_CENTER,
            &line.value,
            small,
            tokens.text_secondary,
        );
    }
    let clicked = response.clicked();
    response.on_hover_text(&line.hint);
    clicked
}
