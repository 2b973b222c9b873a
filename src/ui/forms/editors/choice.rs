//! Editors that offer a few values.

use eframe::egui::style::WidgetVisuals;
use eframe::egui::{Align2, ComboBox, FontId, Rect, Response, TextStyle, Ui};
use egui_material_icons::icons::ICON_EXPAND_MORE;
use serde_json::Value;

use super::{Edit, Field};
use crate::record::schema::Choice;
use crate::ui::theme::tokens;
use crate::ui::widgets::{marked, segmented};

/// A line of a menu.
struct Item<'a> {
    value: Value,
    label: &'a str,
    help: &'a str,
}

/// Segments where the words fit, else a menu.
pub(super) fn choice(ui: &mut Ui, field: Field<'_>, choices: &[Choice]) -> Option<Edit> {
    let spec = field.spec;
    if !spec.optional && fits_as_segments(ui, choices, field.width) {
        let mut picked = choices
            .iter()
            .position(|choice| field.value == choice.name.as_str());
        let options: Vec<(Option<usize>, &str)> = choices
            .iter()
            .enumerate()
            .map(|(index, choice)| (Some(index), choice.label.as_str()))
            .collect();
        let changed = segmented(ui, &mut picked, &options);
        return changed
            .then_some(picked)
            .flatten()
            .map(|index| Edit::Commit(Value::from(choices[index].name.as_str())));
    }
    let none = spec.optional.then(|| Item {
        value: Value::Null,
        label: field.absent("none"),
        help: "",
    });
    let items = choices.iter().map(|choice| Item {
        value: Value::from(choice.name.as_str()),
        label: &choice.label,
        help: &choice.help,
    });
    let items: Vec<Item<'_>> = none.into_iter().chain(items).collect();
    let index = items.iter().position(|item| item.value == *field.value);
    let shown = index.map_or("", |index| items[index].label);
    let mut edit = None;
    let response = menu(ui, &spec.key, shown, field.width, |ui| {
        for item in &items {
            let mut entry = ui.selectable_label(item.value == *field.value, item.label);
            if !item.help.is_empty() {
                entry = entry.on_hover_text(marked(ui, item.help));
            }
            if entry.clicked() && item.value != *field.value {
                edit = Some(Edit::Commit(item.value.clone()));
            }
        }
    });
    field.named(response);
    edit
}

/// The values that are there to choose from, and below them `other`, which asks for any other.
pub(super) fn offered(ui: &mut Ui, field: Field<'_>, other: Option<&str>) -> Option<Edit> {
    let text = field.value.as_str().unwrap_or_default();
    let listed = field
        .offered
        .iter()
        .find(|(value, _)| value == field.value)
        .map(|(_, label)| label.as_str());
    // One that is not listed goes by the last part of its path.
    let own = text.rsplit(['/', '\\']).next().unwrap_or(text);
    let shown = match listed {
        Some(label) => label,
        None if text.is_empty() => field.absent("Choose"),
        None => own,
    };
    let mut edit = None;
    let response = menu(ui, &field.spec.key, shown, field.width, |ui| {
        for (value, label) in field.offered {
            let mut entry = ui.selectable_label(value == field.value, label);
            if let Some(path) = value.as_str().filter(|_| field.spec.is_path()) {
                entry = entry.on_hover_text(path);
            }
            if entry.clicked() && value != field.value {
                edit = Some(Edit::Commit(value.clone()));
            }
        }
        if other.is_some_and(|other| ui.button(other).clicked()) {
            edit = Some(Edit::Choose);
        }
    });
    field.named(response);
    edit
}

/// A button that shows `shown` and unfolds a menu.
pub(in crate::ui::forms) fn menu(
    ui: &mut Ui,
    id: &str,
    shown: &str,
    width: f32,
    items: impl FnOnce(&mut Ui),
) -> Response {
    ComboBox::from_id_salt(id)
        .width(width)
        .truncate()
        .icon(chevron)
        .selected_text(shown)
        .show_ui(ui, items)
        .response
}

/// The mark of a menu, the same on every one.
fn chevron(ui: &Ui, rect: Rect, visuals: &WidgetVisuals, _open: bool) {
    ui.painter().text(
        rect.center(),
        Align2::CENTER_CENTER,
        ICON_EXPAND_MORE.codepoint,
        FontId::proportional(tokens(ui.ctx()).size.icon),
        visuals.text_color(),
    );
}

/// True if the labels fit side by side in `width`.
fn fits_as_segments(ui: &Ui, choices: &[Choice], width: f32) -> bool {
    let tokens = tokens(ui.ctx());
    let font = TextStyle::Button.resolve(ui.style());
    let padding = 2.0 * ui.spacing().button_padding.x + tokens.space.hair;
    let needed: f32 = choices
        .iter()
        .map(|choice| {
            let galley = ui.fonts_mut(|fonts| {
                fonts.layout_no_wrap(choice.label.clone(), font.clone(), tokens.text)
            });
            galley.size().x + padding
        })
        .sum();
    needed + 2.0 * tokens.space.hair <= width
}
