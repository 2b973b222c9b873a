//! The panes, with what they are given.

use eframe::egui::Ui;
use egui_material_icons::icons as icon;

use super::AtelierApp;
use super::actions::Action;
use crate::ui::commands::Command;
use crate::ui::layout::Pane;
use crate::ui::panes::PaneContext;
use crate::ui::panes::data::{Editable, Reading};
use crate::ui::state::{DataKey, DataLook, Selection};
use crate::ui::widgets::EmptyState;

impl AtelierApp {
    pub(super) fn pane_ui(&mut self, ui: &mut Ui, pane: Pane) {
        let key = self.data_key();
        let file = key.as_ref().map(DataKey::file_name).unwrap_or_default();
        let one_domain = self.half_of_images();
        let explored = match pane {
            Pane::Explore => self.explored_data(),
            _ => None,
        };
        let data = explored
            .as_ref()
            .or(key.as_ref())
            .map_or(DataLook::Absent, |key| self.data.look(key));
        let editable = self.editable();
        let reading = key.as_ref().map(|key| Reading {
            look: self.previews.look(&key.source),
            kind: key.source.kind(),
            failing: self.data.failing(key),
            editable: editable.as_ref(),
        });
        let context = PaneContext {
            runs: self.runs.all(),
            selected: self
                .settings
                .selection
                .run()
                .and_then(|id| self.runs.get(id)),
            sweeps: self.sweeps.all(),
            sweep: self
                .settings
                .selection
                .sweep()
                .and_then(|id| self.sweeps.get(id)),
            compared: &self.settings.compared,
            data,
            file: &file,
            reading,
            one_domain: one_domain.as_deref(),
            device: self.settings.device,
            newest: self.engine.newest(),
        };
        let actions = self.panes.get(pane).show(ui, &context);
        self.actions.extend(actions);
    }

    /// What can be changed of how the data is read.
    fn editable(&self) -> Option<Editable> {
        let draft = &self.settings.draft;
        if self.settings.selection != Selection::Draft {
            return None;
        }
        let kind = draft.kind();
        let form = draft.data.form(kind);
        Some(Editable {
            set: draft.data.set_to_read(kind),
            can_undo: form.can_undo(),
            can_redo: form.can_redo(),
        })
    }

    pub(super) fn no_panes_ui(&mut self, ui: &mut Ui) {
        let empty = EmptyState::new(
            icon::ICON_TAB,
            "Every pane is closed",
            "Reset the layout to bring them back.",
        )
        .action(icon::ICON_RESTART_ALT, Command::ResetLayout.name());
        if empty.show(ui).is_some() {
            self.actions.push(Action::Command(Command::ResetLayout));
        }
    }
}
