//! The editor of a file or a folder.

use std::path::Path;

use eframe::egui::{Align, Atom, Button, Layout, Response, RichText, TextStyle, Ui, vec2};
use egui_material_icons::icons::ICON_CLOSE;
use serde_json::Value;

use super::choice::offered;
use super::{Edit, Field};
use crate::ui::theme::tokens;
use crate::ui::widgets::{IconButton, elide_middle};

/// A button with the name, which asks for another, and where it may be absent one that clears it; a list where there is one to choose
/// from.
pub(super) fn path(ui: &mut Ui, field: Field<'_>) -> Option<Edit> {
    if !field.offered.is_empty() {
        return offered(ui, field, Some("Another folder…"));
    }
    let tokens = tokens(ui.ctx());
    ui.spacing_mut().item_spacing.x = 0.0;
    let chosen = field.value.as_str().filter(|path| !path.is_empty());
    let clear = field.spec.optional && chosen.is_some() && ui.is_enabled();
    let mut width = field.width;
    if clear {
        width -= tokens.size.control;
    }
    let mut edit = None;
    if field.named(button(ui, field, chosen, width)).clicked() {
        edit = Some(Edit::Choose);
    }
    if clear && ui.add(IconButton::new(ICON_CLOSE, "Clear")).clicked() {
        // One of a set stays the one that is chosen, as does one that is asked for by name.
        let stays = field.spec.option.is_some() || !field.spec.first.is_null();
        edit = Some(Edit::Commit(if stays {
            Value::from("")
        } else {
            Value::Null
        }));
    }
    edit
}

fn button(ui: &mut Ui, field: Field<'_>, path: Option<&str>, width: f32) -> Response {
    let size = vec2(width, tokens(ui.ctx()).size.control);
    let font = TextStyle::Button.resolve(ui.style());
    // Between the name and what fills the rest of the button there is a gap, too.
    let room = width - 2.0 * ui.spacing().button_padding.x - ui.spacing().icon_spacing;
    let Some(path) = path.map(Path::new) else {
        let shown = elide_middle(ui, field.absent("Choose…"), &font, room);
        // Not chosen by a person: fainter than what is.
        let shown = RichText::new(shown).color(tokens(ui.ctx()).text_secondary);
        let button = ui.add(Button::new((shown, Atom::grow())).min_size(size));
        return match field.found {
            Some(_) => button.on_hover_text("Found automatically\nClick to choose another…"),
            None => button,
        };
    };
    let name = path
        .file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy();
    let shown = elide_middle(ui, &name, &font, room);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.add(Button::new((shown, Atom::grow())).min_size(size))
            .on_hover_text(format!("{}\nClick to choose another…", path.display()))
    })
    .inner
}
