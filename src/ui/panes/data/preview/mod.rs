//! The preview of a file: its first lines with what each column is, what was found out about it, and what can be said otherwise.

mod cell;
mod guesses;
mod head;
mod notice;
mod roles;
mod rows;
mod settings;
mod table;

use std::sync::{Arc, Weak};

use eframe::egui::{ScrollArea, Ui, UiBuilder};

use super::{DataRequest, DataState};
use crate::data::{DataKind, Preview};
use crate::systems::ConfigMap;
use crate::ui::state::{Failing, PreviewLook, ReadingEdit};
use crate::ui::theme::tokens;
use crate::ui::widgets::caption;
pub(super) use notice::{doubts_ui, other_notices};
use table::{Place, Table};

/// How the file of the data is read.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    /// The preview of the file.
    pub look: PreviewLook<'a>,
    /// What the file is read as.
    pub kind: DataKind,
    /// What of the file could not be read, as far as the whole of it was.
    pub failing: Option<&'a Failing>,
    /// What can be changed; nothing of a run's data.
    pub editable: Option<&'a Editable>,
}

/// What a person set of how a file is read, and whether that can be taken back.
#[derive(Debug, Clone, Default)]
pub struct Editable {
    /// The keys that were set, with their values.
    pub set: ConfigMap,
    /// There is an edit to take back.
    pub can_undo: bool,
    /// There is one to make again.
    pub can_redo: bool,
}

/// Frames in which the table comes to the line that fails.
const COME: u8 = 3;

/// The preview as a page of the data view.
#[derive(Default)]
pub(super) struct PreviewView {
    /// The name of the file that it was opened for.
    open_for: Option<String>,
    place: Place,
    /// The preview whose failing line was come to.
    come_to: Weak<Preview>,
    /// A preview with what failed further down.
    joined: Option<(Weak<Preview>, Failing, Arc<Preview>)>,
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
        // Of what is no delimited text the preview has no lines if it cannot be read, but those around the failing one are known.
        let has_lines = reading.failing.is_some_and(|own| !own.rows.is_empty());
        let says_something = has_lines
            || !preview.rows.is_empty()
            || !preview.guesses.is_empty()
            || !preview.not_shown.is_empty();
        // A file that cannot be read opens here, and stays until it can and a person has seen so.
        let fails = preview.problem.is_some() || reading.failing.is_some();
        if matches!(state, DataState::Failed { .. }) && fails && says_something {
            self.open(file);
        }
        says_something && self.open_for.as_deref() == Some(file)
    }

    /// The preview with what failed below its lines.
    fn joined(&mut self, preview: &Arc<Preview>, failing: Option<&Failing>) -> Arc<Preview> {
        let Some(failing) = failing.filter(|own| rows::lacks(preview, own)) else {
            return Arc::clone(preview);
        };
        if let Some((of, own, joined)) = &self.joined
            && std::ptr::eq(of.as_ptr(), Arc::as_ptr(preview))
            && own == failing
        {
            return Arc::clone(joined);
        }
        let joined = Arc::new(rows::with_failing(preview, failing));
        self.joined = Some((
            Arc::downgrade(preview),
            failing.clone(),
            Arc::clone(&joined),
        ));
        joined
    }

    /// Fills `ui`.
    pub(super) fn ui(
        &mut self,
        ui: &mut Ui,
        state: &DataState<'_>,
        reading: &Reading<'_>,
    ) -> Option<DataRequest> {
        let preview = &self.joined(reading.look.shown()?, reading.failing);
        if !std::ptr::eq(self.come_to.as_ptr(), Arc::as_ptr(preview)) {
            self.come_to = Arc::downgrade(preview);
            self.place.come = if preview.problem.is_some() { COME } else { 0 };
        }
        let mut request = head::head_ui(ui, state, reading, preview);
        if matches!(request, Some(DataRequest::ShowData)) {
            self.open_for = None;
        }
        let tokens = tokens(ui.ctx());
        ui.add_space(tokens.space.s);
        let area = ui.available_rect_before_wrap();
        let (list, lines) = match guesses::is_empty(preview, reading.kind, reading.editable) {
            true => (None, area),
            false => {
                let (list, lines) = guesses::places(area, tokens);
                (Some(list), lines)
            }
        };
        let mut list_ui = |ui: &mut Ui, list| {
            ui.scope_builder(UiBuilder::new().max_rect(list), |ui| {
                ui.set_clip_rect(ui.clip_rect().intersect(list));
                ScrollArea::vertical()
                    .id_salt("settings of the file")
                    .auto_shrink(false)
                    .show(ui, |ui| {
                        let edit = guesses::guesses_ui(ui, preview, reading.kind, reading.editable);
                        request = request.take().or(edit.map(DataRequest::Read));
                    });
            });
        };
        if let Some(list) = list {
            list_ui(ui, list);
        }
        ui.scope_builder(UiBuilder::new().max_rect(lines), |ui| {
            ui.set_clip_rect(ui.clip_rect().intersect(lines.expand(tokens.space.xs)));
            if !preview.not_shown.is_empty() {
                caption(ui, &preview.not_shown);
                return;
            }
            let columns = roles::columns(preview);
            let table = Table {
                preview,
                columns: &columns,
                kind: reading.kind,
                editable: reading.editable.is_some() && settings::is_text(preview),
            };
            if let Some((column, role)) = table.ui(ui, &mut self.place) {
                let columns = roles::assigned(&columns, column, role);
                let edit = ReadingEdit::Set("columns".to_owned(), columns);
                request = request.take().or(Some(DataRequest::Read(edit)));
            }
        });
        ui.advance_cursor_after_rect(area);
        request
    }
}
