//! Names and values in two columns.

use eframe::egui::{Grid, RichText, Ui, vec2};

use crate::ui::theme::tokens;

/// Names on the left, values on the right; values are cut in the middle where the room ends.
pub fn key_values(ui: &mut Ui, id: &str, rows: &[(&str, String)]) {
    let tokens = tokens(ui.ctx());
    Grid::new(id)
        .num_columns(2)
        .spacing(vec2(tokens.space.m, tokens.space.xs))
        .min_row_height(tokens.size.control - tokens.space.xs)
        .show(ui, |ui| {
            for (name, value) in rows {
                ui.label(RichText::new(*name).color(tokens.text_secondary));
                let width = ui.available_width().max(tokens.space.xxl);
                super::elided_label(ui, value, width);
                ui.end_row();
            }
        });
}
