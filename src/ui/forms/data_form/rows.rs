//! The rows of the data form.

use std::path::{Path, PathBuf};

use eframe::egui::{Align, Atom, Button, DragValue, Layout, Response, TextStyle, Ui, vec2};
use egui_material_icons::icons::ICON_CLOSE;

use crate::draw::format;
use crate::ui::forms::row::Row;
use crate::ui::theme::tokens;
use crate::ui::widgets::{IconButton, elide_middle};

/// What the rows of the data form share.
pub(super) struct Rows<'a> {
    pub(super) wrong: Option<&'a (String, String)>,
    pub(super) locked: Option<&'a str>,
}

impl Rows<'_> {
    pub(super) fn row<R>(
        &self,
        ui: &mut Ui,
        key: &str,
        label: &str,
        help: &str,
        editor: impl FnOnce(&mut Ui, &Response, f32) -> R,
    ) -> R {
        let problem = self.wrong.filter(|(own, _)| own == key);
        let row = Row {
            label,
            symbol: None,
            live: false,
            roomy: false,
            reset_to: None,
            problem: problem.map(|(_, text)| text.as_str()),
            locked: self.locked,
        };
        let tooltip = |ui: &mut Ui| {
            ui.label(help);
        };
        // A parameter of the system may have the same key.
        ui.push_id(("data", key), |ui| row.show(ui, tooltip, editor).inner)
            .inner
    }

    /// A file: its name on a button that asks for another, and where it may be absent (and changed) a button that clears it. True if
    /// another is asked for.
    pub(super) fn file(
        &self,
        ui: &mut Ui,
        key: &str,
        label: &str,
        help: &str,
        path: &mut Option<PathBuf>,
        clearable: bool,
    ) -> bool {
        self.path(ui, key, (label, help), path, clearable, "Choose…")
    }

    /// A file or folder that is looked for where none is named; `found` says what came of it.
    pub(super) fn found(
        &self,
        ui: &mut Ui,
        key: &str,
        (label, help): (&str, &str),
        path: &mut Option<PathBuf>,
        found: Option<usize>,
    ) -> bool {
        let absent = match found {
            None => "Automatic".to_owned(),
            Some(0) => "None".to_owned(),
            Some(count) => format!("{} found", format::count(count as u64)),
        };
        self.path(ui, key, (label, help), path, true, &absent)
    }

    fn path(
        &self,
        ui: &mut Ui,
        key: &str,
        (label, help): (&str, &str),
        path: &mut Option<PathBuf>,
        clearable: bool,
        absent: &str,
    ) -> bool {
        self.row(ui, key, label, help, |ui, label, width| {
            let tokens = tokens(ui.ctx());
            ui.spacing_mut().item_spacing.x = 0.0;
            let clear = clearable && path.is_some() && self.locked.is_none();
            let width = if clear {
                width - tokens.size.control
            } else {
                width
            };
            let pressed = file_button(ui, path.as_deref(), absent, label, width);
            if clear && ui.add(IconButton::new(ICON_CLOSE, "Clear")).clicked() {
                *path = None;
            }
            pressed
        })
    }
}

fn file_button(
    ui: &mut Ui,
    path: Option<&Path>,
    absent: &str,
    label: &Response,
    width: f32,
) -> bool {
    let tokens = tokens(ui.ctx());
    let size = vec2(width, tokens.size.control);
    let Some(path) = path else {
        let button = Button::new((absent, Atom::grow())).min_size(size);
        return ui.add(button).labelled_by(label.id).clicked();
    };
    let name = path
        .file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy();
    let font = TextStyle::Button.resolve(ui.style());
    let room = width - 2.0 * ui.spacing().button_padding.x;
    let shown = elide_middle(ui, &name, &font, room);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.add(Button::new((shown, Atom::grow())).min_size(size))
            .labelled_by(label.id)
            .on_hover_text(format!("{}\nClick to choose another…", path.display()))
            .clicked()
    })
    .inner
}

pub(super) fn number_ui(ui: &mut Ui, field: DragValue<'_>, label: &Response, width: f32) {
    let tokens = tokens(ui.ctx());
    let field = field
        .update_while_editing(false)
        .clip_text(true)
        .min_size(vec2(width, tokens.size.control))
        .suffix(Atom::grow())
        .custom_formatter(|number, _| format::setting(number));
    ui.add(field).labelled_by(label.id);
}
