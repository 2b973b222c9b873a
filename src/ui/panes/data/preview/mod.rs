//! The preview of a file: its first lines with what each column is, what was found out about it, and what can be said otherwise.

mod cell;
mod guesses;
mod head;
mod notice;
mod roles;
mod rows;
mod table;

use std::sync::{Arc, Weak};

use eframe::egui::{ScrollArea, Ui, UiBuilder};

use super::{DataRequest, DataState};
use crate::data::{DataKind, Preview};
use crate::ui::state::{PreviewLook, ReadingEdit};
use crate::ui::theme::tokens;
pub(super) use notice::doubts_ui;
use table::{Place, Table};

/// How the file of the data is read.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    /// The preview of the file.
    pub look: PreviewLook<'a>,
    /// What the file is read as.
    pub kind: DataKind,
    /// What can be changed; nothing of a run's data.
    pub editable: Option<&'a Editable>,
}

/// What a person set of how a file is read, and whether that can be taken back.
#[derive(Debug, Clone, Default)]
pub struct Editable {
    /// The keys that were set.
    pub set: Vec<String>,
    /// There is an edit to take back.
    pub can_undo: bool,
    /// There is one to make again.
    pub can_redo: bool,
}

/// The preview as a page of the data view.
#[derive(Default)]
pub(super) struct PreviewView {
    /// The name of the file that it was opened for.
    open_for: Option<String>,
    place: Place,
    /// The preview whose failing line was come to.
    come_to: Weak<Preview>,
}

impl PreviewView {
    /// Shows it until it is closed or another file is shown.
    pub(super) fn open(&mut self, file: &str) {
        if self.open_for.as_deref() != Some(file) {
            self.open_for = Some(file.to_owned());
            self.place = Place::default();
        }
    }

    /// True if it is to be shown in the place of the data.
    pub(super) fn is_open(
        &mut self,
        file: &str,
        state: &DataState<'_>,
        reading: &Reading<'_>,
    ) -> bool {
        let Some(preview) = reading.look.shown() else {
            return false;
        };
        let says_something = !preview.rows.is_empty() || !preview.guesses.is_empty();
        // A file that cannot be read opens here, and stays until it can and a person has seen so.
        if matches!(state, DataState::Failed { .. }) && preview.problem.is_some() && says_something
        {
            self.open(file);
        }
        says_something && self.open_for.as_deref() == Some(file)
    }

    /// Fills `ui`.
    pub(super) fn ui(
        &mut self,
        ui: &mut Ui,
        state: &DataState<'_>,
        reading: &Reading<'_>,
    ) -> Option<DataRequest> {
        let preview = reading.look.shown()?;
        if !std::ptr::eq(self.come_to.as_ptr(), Arc::as_ptr(preview)) {
            self.come_to = Arc::downgrade(preview);
            self.place.come = preview.problem.is_some();
        }
        let mut request = head::head_ui(ui, state, reading, preview);
        if matches!(request, Some(DataRequest::ShowData)) {
            self.open_for = None;
        }
        let tokens = tokens(ui.ctx());
        ui.add_space(tokens.space.s);
        let area = ui.available_rect_before_wrap();
        let (list, lines) = guesses::places(area, tokens, preview.guesses.len());
        ui.scope_builder(UiBuilder::new().max_rect(list), |ui| {
            ScrollArea::vertical()
                .id_salt("settings of the file")
                .auto_shrink(false)
                .show(ui, |ui| {
                    let edit = guesses::guesses_ui(ui, preview, reading.kind, reading.editable);
                    request = request.take().or(edit.map(DataRequest::Read));
                });
        });
        ui.scope_builder(UiBuilder::new().max_rect(lines), |ui| {
            ui.set_clip_rect(ui.clip_rect().intersect(lines.expand(tokens.space.xs)));
            let table = Table {
                preview,
                kind: reading.kind,
                editable: reading.editable.is_some(),
            };
            if let Some((column, role)) = table.ui(ui, &mut self.place) {
                let columns = roles::assigned(&preview.columns, column, role);
                let edit = ReadingEdit::Set("columns".to_owned(), columns);
                request = request.take().or(Some(DataRequest::Read(edit)));
            }
        });
        ui.advance_cursor_after_rect(area);
        request
    }
}
