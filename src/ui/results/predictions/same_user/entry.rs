//! One run in the comparison: what it predicts for the user.

use eframe::egui::{
    Align2, CornerRadius, Rect, Role, Sense, TextStyle, Ui, WidgetInfo, pos2, vec2,
};
use egui_material_icons::icons::ICON_STAR;

use crate::data::RatingsData;
use crate::ui::results::predictions::names::{drawn_item_name, item_name, rating_decimals};
use crate::ui::theme::tokens;
use crate::ui::widgets::elide_middle;

/// An item that a model recommends.
pub(super) struct Entry<'a> {
    pub(super) data: &'a RatingsData,
    pub(super) rank: usize,
    pub(super) item: usize,
    pub(super) prediction: f32,
    pub(super) held_out: Option<f32>,
    /// How many of the models recommend it, of how many.
    pub(super) shared: (usize, usize),
    pub(super) pointed: bool,
}

impl Entry<'_> {
    /// Shows it; true if the pointer is over it.
    pub(super) fn ui(&self, ui: &mut Ui) -> bool {
        let tokens = tokens(ui.ctx());
        let size = vec2(ui.available_width(), tokens.size.control);
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        let name = item_name(&self.data.items, self.item);
        let (count, of) = self.shared;
        let decimals = rating_decimals(self.data);
        let held = self
            .held_out
            .map(|rating| format!(", held-out rating {rating:.decimals$}"))
            .unwrap_or_default();
        let spoken = format!(
            "{}. {name}, predicted {:.2}, recommended by {count} of {of}{held}",
            self.rank, self.prediction
        );
        response.widget_info(|| WidgetInfo::labeled(Role::Row, true, &spoken));
        let painter = ui.painter();
        if self.pointed || response.hovered() {
            painter.rect_filled(rect, tokens.radius.small, tokens.hovered);
        }
        // How many share it, as a bar before the rank: full where all do.
        let share = if of > 1 {
            (count.saturating_sub(1)) as f32 / (of - 1) as f32
        } else {
            0.0
        };
        let height = (rect.height() - 2.0 * tokens.space.xs) * share;
        let bar = Rect::from_min_size(
            pos2(rect.left(), rect.bottom() - tokens.space.xs - height),
            vec2(tokens.space.xs, height),
        );
        painter.rect_filled(bar, CornerRadius::same(1), tokens.accent);
        let y = rect.center().y;
        let small = TextStyle::Small.resolve(ui.style());
        let body = TextStyle::Body.resolve(ui.style());
        let rank = pos2(rect.left() + tokens.space.xl, y);
        painter.text(
            rank,
            Align2::RIGHT_CENTER,
            self.rank.to_string(),
            small.clone(),
            tokens.text_tertiary,
        );
        let value = painter.text(
            pos2(rect.right() - tokens.space.xs, y),
            Align2::RIGHT_CENTER,
            format!("{:.2}", self.prediction),
            body.clone(),
            tokens.text_secondary,
        );
        let mut right = value.left() - tokens.space.s;
        if let Some(rating) = self.held_out {
            let text = painter.text(
                pos2(right, y),
                Align2::RIGHT_CENTER,
                format!("{rating:.decimals$}"),
                small,
                tokens.success,
            );
            let family = ICON_STAR.font_family();
            let star = painter.text(
                pos2(text.left() - tokens.space.hair, y),
                Align2::RIGHT_CENTER,
                ICON_STAR.codepoint,
                eframe::egui::FontId::new(tokens.space.m, family),
                tokens.success,
            );
            right = star.left() - tokens.space.xs;
        }
        let left = rank.x + tokens.space.s;
        let drawn = drawn_item_name(ui, &self.data.items, self.item);
        let text = elide_middle(ui, &drawn, &body, right - left);
        let color = if of > 1 && count == of {
            tokens.text
        } else {
            tokens.text_secondary
        };
        painter.text(pos2(left, y), Align2::LEFT_CENTER, text, body, color);
        let hovered = response.hovered();
        response.on_hover_text(spoken);
        hovered
    }
}
