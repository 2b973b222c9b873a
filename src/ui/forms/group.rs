//! The head of a group of a form, and the explanation of one of its rows.

use eframe::egui::{Align, Layout, RichText, Role, Sense, TextStyle, Ui, WidgetInfo, vec2};
use egui_material_icons::icons::{ICON_CHEVRON_RIGHT, ICON_ERROR, ICON_EXPAND_MORE};

use super::schema::range_text;
use crate::record::schema::{ParameterKind, ParameterSpec};
use crate::ui::theme::{emphasis, tokens};
use crate::ui::widgets::{caption, marked};

/// A group's name with a chevron, how many of its parameters were changed, and whether one is wrong. True if clicked.
pub(super) fn group_header(
    ui: &mut Ui,
    group: &str,
    open: bool,
    changes: usize,
    wrong: bool,
) -> bool {
    let tokens = tokens(ui.ctx());
    let size = vec2(ui.available_width(), tokens.size.row);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::Button, true, group);
        info.selected = Some(open);
        info
    });
    if response.hovered() || response.has_focus() {
        ui.painter()
            .rect_filled(rect, tokens.radius.medium, tokens.hovered);
    }
    let mut child = ui.new_child(
        eframe::egui::UiBuilder::new()
            .max_rect(rect)
            .layout(Layout::left_to_right(Align::Center)),
    );
    let ui = &mut child;
    ui.spacing_mut().item_spacing.x = 0.0;
    ui.style_mut().interaction.selectable_labels = false;
    let chevron = if open {
        ICON_EXPAND_MORE
    } else {
        ICON_CHEVRON_RIGHT
    };
    ui.label(
        chevron
            .rich_text()
            .size(tokens.size.icon)
            .color(tokens.text_tertiary),
    );
    ui.label(emphasis(group).color(tokens.text_secondary));
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = tokens.space.s;
        ui.add_space(tokens.space.xs);
        if wrong {
            ui.label(
                ICON_ERROR
                    .rich_text()
                    .size(tokens.size.icon)
                    .color(tokens.error),
            );
        }
        if changes > 0 {
            let text = RichText::new(format!("{changes} changed"));
            ui.label(text.text_style(TextStyle::Small).color(tokens.accent_text));
        }
    });
    response.clicked()
}

/// Meaning, key, range and default of a parameter.
pub(super) fn tooltip_ui(ui: &mut Ui, spec: &ParameterSpec, back: &str, locked: Option<&str>) {
    let tokens = tokens(ui.ctx());
    let name = match &spec.symbol {
        Some(symbol) => format!("{} ({symbol})", spec.label),
        None => spec.label.clone(),
    };
    ui.label(emphasis(name));
    if !spec.help.is_empty() {
        ui.label(marked(ui, &spec.help));
    }
    if let ParameterKind::Choice(choices) = &spec.kind {
        for choice in choices.iter().filter(|choice| !choice.help.is_empty()) {
            let text = format!("{}: {}", choice.name, choice.help);
            ui.label(marked(ui, &text));
        }
    }
    ui.add_space(tokens.space.xs);
    caption(ui, format!("Key: {}", spec.key));
    if let Some(range) = range_text(spec) {
        caption(ui, format!("Range: {range}"));
    }
    caption(ui, format!("Default: {back}"));
    if spec.live {
        caption(ui, "Can change while running");
    }
    if let Some(reason) = locked {
        ui.add_space(tokens.space.xs);
        ui.label(RichText::new(reason).color(tokens.warning));
    }
}
