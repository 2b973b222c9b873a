//! A message beside the thing that it is about.

use eframe::egui::{CornerRadius, Frame, InnerResponse, Margin, RichText, Ui};
use egui_material_icons::icons::{ICON_ERROR, ICON_INFO, ICON_WARNING};

use crate::ui::theme::tokens;

/// How much a message matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Good to know.
    Info,
    /// A person should look.
    Warning,
    /// Something failed.
    Error,
}

/// A message as wide as `ui`, with what can be done about it below the text.
pub fn message<R>(
    ui: &mut Ui,
    severity: Severity,
    text: &str,
    actions: impl FnOnce(&mut Ui) -> R,
) -> InnerResponse<R> {
    let tokens = tokens(ui.ctx());
    let (icon, color, fill) = match severity {
        Severity::Info => (ICON_INFO, tokens.accent_text, tokens.raised),
        Severity::Warning => (ICON_WARNING, tokens.warning, tokens.warning_surface),
        Severity::Error => (ICON_ERROR, tokens.error, tokens.error_surface),
    };
    Frame::new()
        .fill(fill)
        .corner_radius(CornerRadius::same(tokens.radius.medium))
        .inner_margin(Margin::same(tokens.space.s as i8))
        .show(ui, |ui| {
            ui.horizontal_top(|ui| {
                ui.label(icon.rich_text().size(tokens.size.icon).color(color));
                ui.vertical(|ui| {
                    ui.add(eframe::egui::Label::new(RichText::new(text).color(tokens.text)).wrap());
                    actions(ui)
                })
                .inner
            })
            .inner
        })
}
