//! Choosing a run to compare with.

use eframe::egui::containers::menu::MenuButton;
use eframe::egui::{Button, RichText, Role, ScrollArea, Ui, WidgetInfo};
use egui_material_icons::icons as icon;

use super::OtherRun;
use super::legend::swatch;
use crate::ui::theme::tokens;

/// A menu of the runs with the same data; true if one was chosen.
pub(super) fn compare_menu(
    ui: &mut Ui,
    others: &[OtherRun<'_>],
    compared: &mut Option<String>,
) -> bool {
    let mut chosen = false;
    let tokens = tokens(ui.ctx());
    let icon = icon::ICON_COMPARE
        .rich_text()
        .size(tokens.size.icon)
        .color(tokens.text_secondary);
    let on = compared.is_some();
    let button = Button::new(icon).frame_when_inactive(on).selected(on);
    let (response, _) = MenuButton::from_button(button).ui(ui, |ui| {
        ui.label(RichText::new("Compare with").color(tokens.text_tertiary));
        if ui
            .selectable_label(compared.is_none(), "No other run")
            .clicked()
        {
            *compared = None;
            ui.close();
        }
        ScrollArea::vertical().show(ui, |ui| {
            for other in others {
                ui.horizontal(|ui| {
                    swatch(ui, other.color, false);
                    let current = compared.as_deref() == Some(other.id);
                    if ui.selectable_label(current, other.name).clicked() {
                        *compared = Some(other.id.to_owned());
                        chosen = true;
                        ui.close();
                    }
                });
            }
        });
    });
    response
        .widget_info(|| WidgetInfo::selected(Role::Button, true, on, "Compare with another run"));
    response.on_hover_text("Compare with another run that has the same data");
    chosen
}
