//! Choosing a run to compare with.

use eframe::egui::{RichText, Ui};
use egui_material_icons::icons as icon;

use super::legend::swatch;
use crate::ui::results::OtherRun;
use crate::ui::theme::tokens;
use crate::ui::widgets::Menu;

/// A menu of the runs with the same data; true if one was chosen.
pub(super) fn compare_menu(
    ui: &mut Ui,
    others: &[OtherRun<'_>],
    compared: &mut Option<String>,
) -> bool {
    let mut chosen = false;
    let menu = Menu::new("Compare with another run")
        .icon(icon::ICON_COMPARE)
        .hint("Compare with another run that has the same data")
        .on(compared.is_some())
        .scrolls();
    menu.closes().show(ui, |ui| {
        ui.label(RichText::new("Compare with").color(tokens(ui.ctx()).text_tertiary));
        if ui
            .selectable_label(compared.is_none(), "No other run")
            .clicked()
        {
            *compared = None;
            ui.close();
        }
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
    chosen
}
