//! What limits the runs, to be read and removed.

use eframe::egui::{Button, CornerRadius, RichText, Role, ScrollArea, Stroke, Ui, WidgetInfo};
use egui_material_icons::icons;

use super::{Look, Shared, brush};
use crate::ui::theme::tokens;
use crate::ui::widgets::{caption, quiet_button};

/// A chip for each brush, and how many runs are inside all of them.
pub(super) fn chips_ui(ui: &mut Ui, shared: &mut Shared, look: &Look<'_>) {
    let tokens = tokens(ui.ctx());
    let shown: Vec<_> = shared
        .brushes
        .iter()
        .filter(|(column, _)| brush::applies(look.table, column))
        .map(|(column, brush)| {
            let text = format!("{} {}", look.table.title(column), brush.text(column));
            (column.clone(), text)
        })
        .collect();
    if shown.is_empty() {
        return;
    }
    ScrollArea::horizontal().id_salt("limits").show(ui, |ui| {
        ui.spacing_mut().item_spacing.x = tokens.space.xs;
        let several = shown.len() > 1;
        for (column, text) in shown {
            let icon = icons::ICON_CLOSE.rich_text().size(tokens.space.m);
            let label = RichText::new(&text).color(tokens.text);
            let chip = Button::new((label, icon.color(tokens.text_tertiary)))
                .fill(tokens.selected)
                .stroke(Stroke::new(tokens.size.hairline, tokens.border))
                .corner_radius(CornerRadius::same(tokens.radius.medium));
            let response = ui.add(chip);
            let name = format!("Remove {text}");
            response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
            if response.on_hover_text("Remove this limit").clicked() {
                shared.brush(&column, None);
            }
        }
        let inside = look.inside.iter().filter(|inside| **inside).count();
        caption(ui, format!("{inside} of {} runs", look.rows.len()));
        if several && quiet_button(ui, "Remove all").clicked() {
            shared.clear_brushes();
        }
    });
}
