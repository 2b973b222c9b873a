//! Words that leave runs in the list.

use eframe::egui::{Id, Key, TextEdit, Ui, WidgetInfo};
use egui_material_icons::icons as icon;

use crate::ui::state::Run;
use crate::ui::theme::tokens;
use crate::ui::widgets::{IconButton, status_label};

/// The field above the list, with a button that empties it.
pub(super) fn filter_ui(ui: &mut Ui, filter: &mut String) {
    let tokens = tokens(ui.ctx());
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = tokens.space.hair;
        let button = if filter.is_empty() {
            0.0
        } else {
            tokens.size.control + tokens.space.hair
        };
        let field = ui.add(
            TextEdit::singleline(filter)
                .id(Id::unique("filter runs"))
                .hint_text("Filter")
                .desired_width(ui.available_width() - button),
        );
        field.widget_info(|| WidgetInfo {
            label: Some("Filter runs".to_owned()),
            ..WidgetInfo::text_edit(true, "", filter.as_str(), "Filter")
        });
        let escape = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Escape));
        let clear = !filter.is_empty()
            && ui
                .add(IconButton::new(icon::ICON_CLOSE, "Clear filter"))
                .clicked();
        if escape || clear {
            filter.clear();
        }
    });
}

/// True if every word stands in the run's name, its `other` one, id, system or status.
pub(in crate::ui::panels) fn matches(run: &Run, other: &str, words: &[String]) -> bool {
    if words.is_empty() {
        return true;
    }
    let text = format!(
        "{} {other} {} {} {}",
        run.title(),
        run.id,
        run.summary.system,
        status_label(run.status())
    );
    has_words(&text, words)
}

pub(in crate::ui::panels) fn has_words(text: &str, words: &[String]) -> bool {
    let text = text.to_lowercase();
    words.iter().all(|word| text.contains(word))
}
