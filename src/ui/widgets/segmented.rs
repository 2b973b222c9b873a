//! One of a few, side by side.

use eframe::egui::{Button, CornerRadius, Frame, Margin, RichText, Role, Ui, WidgetInfo};

use crate::ui::theme::tokens;

/// Shows `options` side by side; the one that equals `value` is marked. True if another one was chosen.
pub fn segmented<T: PartialEq + Copy>(ui: &mut Ui, value: &mut T, options: &[(T, &str)]) -> bool {
    let tokens = tokens(ui.ctx());
    let mut changed = false;
    Frame::new()
        .fill(tokens.raised)
        .corner_radius(CornerRadius::same(tokens.radius.medium))
        .inner_margin(Margin::same(tokens.space.hair as i8))
        .show(ui, |ui| {
            // Before the row begins: a row is at least this high.
            ui.spacing_mut().interact_size.y = tokens.size.control - 2.0 * tokens.space.hair;
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = tokens.space.hair;
                ui.spacing_mut().button_padding.y = 0.0;
                let mut options = options.to_vec();
                if ui.layout().prefer_right_to_left() {
                    options.reverse();
                }
                for (option, name) in options {
                    let chosen = *value == option;
                    let (fill, color) = if chosen {
                        (tokens.pressed, tokens.text)
                    } else {
                        (tokens.raised, tokens.text_secondary)
                    };
                    let response = ui.add(
                        Button::new(RichText::new(name).color(color))
                            .fill(fill)
                            .frame_when_inactive(chosen)
                            .corner_radius(CornerRadius::same(tokens.radius.small))
                            .stroke(eframe::egui::Stroke::NONE),
                    );
                    let enabled = ui.is_enabled();
                    response.widget_info(|| {
                        WidgetInfo::selected(Role::RadioButton, enabled, chosen, name)
                    });
                    if response.clicked() && !chosen {
                        *value = option;
                        changed = true;
                        // The mark is already drawn where it was.
                        ui.ctx().request_repaint();
                    }
                }
            });
        });
    changed
}
