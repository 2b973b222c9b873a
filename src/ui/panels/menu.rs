//! Entries of menus, made from commands.

use eframe::egui::{Button, RichText, Ui};
use egui_material_icons::MaterialIcon;

use crate::ui::app::Action;
use crate::ui::commands::{Command, Situation};
use crate::ui::theme::tokens;

/// An entry that does a command, with its shortcut; true if it was chosen.
pub(super) fn command_entry(ui: &mut Ui, command: Command, situation: Situation) -> bool {
    let keys = command
        .shortcut()
        .map(|keys| ui.ctx().format_shortcut(&keys))
        .unwrap_or_default();
    let enabled = command.is_enabled(situation);
    ui.add_enabled_ui(enabled, |ui| {
        entry(ui, command.icon(), command.name_in(situation), &keys)
            .on_hover_text(command.help())
            .on_disabled_hover_text(command.help())
            .clicked()
    })
    .inner
}

/// Several of them.
pub(super) fn command_entries(
    ui: &mut Ui,
    commands: &[Command],
    situation: Situation,
    actions: &mut Vec<Action>,
) {
    for &command in commands {
        if command_entry(ui, command, situation) {
            actions.push(Action::Command(command));
        }
    }
}

/// An entry with an icon, a name, and something short at its right end.
pub(super) fn entry(
    ui: &mut Ui,
    icon: MaterialIcon,
    name: &str,
    detail: &str,
) -> eframe::egui::Response {
    let tokens = tokens(ui.ctx());
    let icon = icon
        .rich_text()
        .size(tokens.size.icon)
        .color(tokens.text_secondary);
    let mut button = Button::new((icon, RichText::new(name)));
    if !detail.is_empty() {
        button = button.right_text(RichText::new(detail).color(tokens.text_tertiary));
    }
    let response = ui.add(button);
    let enabled = ui.is_enabled();
    response.widget_info(|| {
        eframe::egui::WidgetInfo::labeled(eframe::egui::Role::Button, enabled, name)
    });
    response
}
