//! Names of what a chart shows, inside its area.

use eframe::egui::{Align2, Color32, Rect, TextStyle, Ui, pos2, vec2};

use super::Area;
use crate::ui::theme::tokens;

/// A swatch and a name, the `index`th from the top in the upper right corner of the area.
pub(crate) fn legend_item(ui: &Ui, area: &Area, index: usize, name: &str, color: Color32) {
    let tokens = tokens(ui.ctx());
    let font = TextStyle::Small.resolve(ui.style());
    let line = ui.text_style_height(&TextStyle::Small) + tokens.space.hair;
    let at = pos2(
        area.rect.right() - tokens.space.s,
        area.rect.top() + tokens.space.s + line * (index as f32 + 0.5),
    );
    let text = area
        .painter
        .text(at, Align2::RIGHT_CENTER, name, font, tokens.text_secondary);
    let swatch = Rect::from_center_size(
        pos2(text.left() - tokens.space.m, at.y),
        vec2(tokens.space.m, tokens.space.hair),
    );
    area.painter.rect_filled(swatch, 0.0, color);
}
