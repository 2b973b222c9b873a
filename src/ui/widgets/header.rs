//! Headers of sections.

use eframe::egui::{Align, Layout, Response, RichText, TextStyle, Ui};

use crate::ui::theme::tokens;

/// The name of a section.
pub fn section_header(ui: &mut Ui, text: &str) {
    section_header_with(ui, text, |_| ());
}

/// The name of a section with actions at its right end (first comes rightmost).
pub fn section_header_with<R>(ui: &mut Ui, text: &str, actions: impl FnOnce(&mut Ui) -> R) -> R {
    let tokens = tokens(ui.ctx());
    ui.horizontal(|ui| {
        ui.set_min_height(tokens.size.control);
        ui.label(RichText::new(text).text_style(TextStyle::Heading));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = tokens.space.xs;
            actions(ui)
        })
        .inner
    })
    .inner
}

/// Small explanatory text.
pub fn caption(ui: &mut Ui, text: impl Into<String>) -> Response {
    let color = tokens(ui.ctx()).text_tertiary;
    ui.label(
        RichText::new(text)
            .text_style(TextStyle::Small)
            .color(color),
    )
}
