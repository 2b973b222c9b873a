//! What can be done with a line, or with all chosen ones if it is one of them.

use eframe::egui::Ui;

use super::edit::{Editing, Field};
use super::grid::Asked;
use super::model::{Line, Model};
use crate::ui::app::{Action, LabelChange};
use crate::ui::commands::Command;
use crate::ui::layout::Pane;
use crate::ui::panes::explore::{Look, Shared};
use crate::ui::widgets::menu_entry;

/// Shows the entries.
pub(super) fn ui(
    ui: &mut Ui,
    model: &Model,
    line: Line,
    look: &Look<'_>,
    shared: &Shared,
    asked: &mut Asked,
) {
    let mut ids = model.ids_of(line);
    if ids.iter().all(|id| shared.selected.contains(id)) {
        let rows = model.table.rows().iter();
        let chosen = rows.filter(|row| shared.selected.contains(&row.id));
        ids = chosen.map(|row| row.id.clone()).collect();
    }
    if let ([id], Line::Run { row, .. }) = (&ids[..], line) {
        let run = &model.table.rows()[row];
        for (text, command) in [
            ("Show result", Command::Show(Pane::Result)),
            ("Show curves", Command::Show(Pane::Curves)),
            ("Start from here", Command::DuplicateSettings),
            ("Rename…", Command::RenameRun),
            ("Open folder", Command::RevealRun),
        ] {
            if menu_entry(ui, text) {
                asked.actions.push(Action::For(id.clone(), command));
            }
        }
        ui.separator();
        for (text, field) in [("Change tags", Field::Tags), ("Change note", Field::Note)] {
            let column = match field {
                Field::Tags => crate::experiments::table::Column::Tags,
                Field::Note => crate::experiments::table::Column::Note,
            };
            let is_shown = model.heads.iter().any(|head| head.column == column);
            if is_shown && menu_entry(ui, text) {
                asked.edit = Some(Editing::new(id, field, &run.labels));
            }
        }
    }
    let rows = model.table.rows().iter();
    let own: Vec<_> = rows.filter(|row| ids.contains(&row.id)).collect();
    let pinned = own.iter().all(|row| row.labels.pinned);
    let marked = ids.iter().all(|id| look.context.compared.contains(id));
    if menu_entry(ui, if pinned { "Unpin" } else { "Pin" }) {
        let change = LabelChange::Pin(!pinned);
        asked.actions.push(Action::Label(ids.clone(), change));
    }
    if menu_entry(ui, if marked { "Unmark" } else { "Mark" }) {
        asked.actions.push(Action::Mark {
            runs: ids.clone(),
            on: !marked,
        });
    }
    ui.separator();
    let text = match ids.len() {
        1 => "Delete".to_owned(),
        several => format!("Delete {several} runs"),
    };
    if menu_entry(ui, &text) {
        asked.actions.push(Action::Delete(ids));
    }
}
