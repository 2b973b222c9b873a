//! The panel at the right: the next run's settings, or those of the selected run.

use std::path::PathBuf;

use eframe::egui::{ComboBox, Frame, Label, Margin, RichText, Role, ScrollArea, Ui, WidgetInfo};
use egui_material_icons::icons as icon;

use super::AtelierApp;
use super::actions::Action;
use super::presets::PresetDo;
use crate::data::DataKind;
use crate::draw::format;
use crate::engine;
use crate::record::Status;
use crate::runs::RunId;
use crate::systems::{self, AnySystem};
use crate::ui::commands::Command;
use crate::ui::forms::{FormContext, FormMode, FoundData, OwnPresetAsk, PathRequest};
use crate::ui::layout::{self, Pane};
use crate::ui::state::{DataState, Detail, Run, Selection};
use crate::ui::theme::emphasis;
use crate::ui::theme::tokens;
use crate::ui::widgets::{
    IconButton, Severity, caption, elided_label, key_values, message, quiet_button, section_header,
    section_header_with, status_label,
};

/// What stands beside a file while the view of the data says why.
const UNREADABLE: &str = "It cannot be read: the data view says why.";

impl AtelierApp {
    pub(super) fn parameters_panel_ui(&mut self, ui: &mut Ui) {
        let tokens = tokens(ui.ctx());
        let margin = Margin {
            left: tokens.space.m as i8,
            right: tokens.space.m as i8,
            top: tokens.space.xs as i8,
            bottom: tokens.space.l as i8,
        };
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            Frame::new().inner_margin(margin).show(ui, |ui| {
                match self.settings.selection.clone() {
                    Selection::Draft => self.draft_ui(ui),
                    Selection::Run(id) => self.run_ui(ui, &id),
                    Selection::Sweep(id) => self.sweep_ui(ui, &id),
                }
            });
        });
    }

    fn draft_ui(&mut self, ui: &mut Ui) {
        let tokens = tokens(ui.ctx());
        section_header(ui, "New run");
        self.system_choice(ui);
        let Some(system) = systems::find(&self.settings.draft.system) else {
            return;
        };
        caption(ui, system.summary());
        if let Some(problem) = self.start_problem.clone() {
            ui.add_space(tokens.space.s);
            message(ui, Severity::Error, &problem, |_| ());
        }
        ui.add_space(tokens.space.m);
        let kind = system.data_kind();
        self.sweep_group_ui(ui, kind);
        self.data_header_ui(ui, kind);
        let state = self.data_state();
        let key = self.data_key();
        let wrong = key.and_then(|key| self.data.wrong_key(&key));
        let loaded = match &state {
            DataState::Ready(loaded) => Some(loaded),
            _ => None,
        };
        let found = FoundData {
            variables: self.variables(),
            runs: self.completions(),
            images: loaded.and_then(|loaded| loaded.images()).map(AsRef::as_ref),
            draws: self.settings.draft.sweep.draws(),
            titles: loaded.and_then(|loaded| loaded.titles()),
            unreadable: match (&state, wrong) {
                (DataState::Failed(_), Some(key)) if self.data_pane_is_shown() => {
                    Some((key, UNREADABLE))
                }
                (DataState::Failed(why), Some(key)) => Some((key, why)),
                _ => self.question.key_problem(true),
            },
        };
        let data = &mut self.settings.draft.data;
        let response = data.ui(ui, kind, FormMode::Edit, &found);
        let choose = response.choose.map(PathRequest::data);
        self.actions.extend(choose.map(Action::Choose));
        self.data_problem_ui(ui);
        ui.add_space(tokens.space.m);
        self.estimate_ui(ui, system);
        self.parameters_header_ui(ui, system);
        let schema = &self.schemas[system.id()];
        let draws = self.settings.draft.sweep.draws();
        let form = self.settings.draft.form();
        let context = FormContext {
            problem: self.question.key_problem(false),
            draws,
            own_presets: self.own_presets.of(system.id()),
            ..FormContext::default()
        };
        let response = form.show(ui, schema, &context);
        let choose = response.choose.map(PathRequest::parameter);
        self.actions.extend(choose.map(Action::Choose));
        let asked = response.own_preset.map(|asked| match asked {
            OwnPresetAsk::Choose(preset) => PresetDo::Choose(preset),
            OwnPresetAsk::Delete(preset) => PresetDo::Delete(system.id().to_owned(), preset),
            OwnPresetAsk::Keep => PresetDo::KeepForm,
        });
        self.actions.extend(asked.map(Action::Preset));
    }

    /// The head of the form of the data: how its file is read, undo and redo.
    fn data_header_ui(&mut self, ui: &mut Ui, kind: DataKind) {
        let has_preview = self
            .data_key()
            .is_some_and(|key| self.previews.look(&key.source).shown().is_some());
        let data = &mut self.settings.draft.data;
        let (can_undo, can_redo) = (data.form(kind).can_undo(), data.form(kind).can_redo());
        section_header_with(ui, "Data", |ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            if can_undo || can_redo {
                let redo = IconButton::new(icon::ICON_REDO, "Redo data edit");
                if ui.add_enabled(can_redo, redo).clicked() {
                    data.redo(kind);
                }
                let undo = IconButton::new(icon::ICON_UNDO, "Undo data edit");
                if ui.add_enabled(can_undo, undo).clicked() {
                    data.undo(kind);
                }
            }
            if has_preview {
                let look = IconButton::new(icon::ICON_TABLE_VIEW, "Preview of the file")
                    .hint("The first lines of the file, and how it is read");
                if ui.add(look).clicked() {
                    self.actions.push(Action::ShowPreview);
                }
            }
        });
    }

    /// The matrices in the file of the draft, as far as it was read.
    fn variables(&self) -> Vec<String> {
        let known = self.data_key().and_then(|key| self.data.variables(&key));
        known.unwrap_or_default()
    }

    /// Folder and name of the finished runs that can complete a matrix.
    fn completions(&self) -> Vec<(PathBuf, String)> {
        let draft = &self.settings.draft;
        let missing = draft.data.form(DataKind::Matrix).values.get("missing");
        if draft.kind() != DataKind::Matrix || missing.is_none_or(|own| own != "autorec") {
            return Vec::new();
        }
        let fits = |run: &&Run| {
            run.status() == Status::Finished
                && systems::find(&run.summary.system).is_some_and(|system| {
                    system.data_kind() == DataKind::Ratings && !system.is_baseline()
                })
        };
        let runs = self.runs.all().iter().filter(fits);
        runs.map(|run| (run.path.clone(), run.title().to_owned()))
            .collect()
    }

    fn system_choice(&mut self, ui: &mut Ui) {
        let current = systems::find(&self.settings.draft.system);
        let label = current.map_or("Choose a system", |system| system.label());
        let width = ui.available_width();
        let response = ComboBox::from_id_salt("system")
            .selected_text(emphasis(label))
            .width(width)
            // All of them in sight, where the window is high enough.
            .height(ui.ctx().content_rect().height())
            .show_ui(ui, |ui| {
                for system in systems::all() {
                    let chosen = system.id() == self.settings.draft.system;
                    let entry = ui
                        .selectable_label(chosen, system.label())
                        .on_hover_text(system.summary());
                    if entry.clicked() {
                        self.actions.push(Action::New(system.id()));
                    }
                }
            })
            .response;
        response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, "System"));
    }

    /// True while the view of the data says in full why it cannot be read, with what can be done.
    fn data_pane_is_shown(&self) -> bool {
        layout::is_shown(&self.settings.layout, Pane::Data)
    }

    /// Why the data cannot be read, beside the file's name.
    fn data_problem_ui(&mut self, ui: &mut Ui) {
        if let DataState::Failed(why) = self.data_state() {
            let key = self.data_key();
            let has_row = self.settings.selection == Selection::Draft
                && key.is_some_and(|key| self.data.wrong_key(&key).is_some());
            ui.add_space(tokens(ui.ctx()).space.xs);
            if self.data_pane_is_shown() {
                if !has_row {
                    message(ui, Severity::Error, UNREADABLE, |_| ());
                }
                return;
            }
            if has_row {
                // What is wrong stands beside its row.
                if quiet_button(ui, "Try again").clicked() {
                    self.actions.push(Action::RetryData);
                }
                return;
            }
            let again = message(ui, Severity::Error, &why, |ui| {
                quiet_button(ui, "Try again").clicked()
            });
            if again.inner {
                self.actions.push(Action::RetryData);
            }
        }
    }

    fn run_ui(&mut self, ui: &mut Ui, id: &RunId) {
        let Some(run) = self.runs.get(id) else {
            return;
        };
        let tokens = tokens(ui.ctx());
        let (summary, active) = (run.summary.clone(), run.active);
        let title = run.title().to_owned();
        section_header_with(ui, "Run", |ui| {
            let copy = IconButton::new(icon::ICON_CONTENT_COPY, Command::DuplicateSettings.name())
                .hint(Command::DuplicateSettings.help());
            if ui.add(copy).clicked() {
                self.actions
                    .push(Action::Command(Command::DuplicateSettings));
            }
            let rename = IconButton::new(icon::ICON_EDIT, Command::RenameRun.name())
                .hint(Command::RenameRun.help());
            if ui.add(rename).clicked() {
                self.actions.push(Action::Command(Command::RenameRun));
            }
        });
        let width = ui.available_width();
        elided_label(ui, &title, width);
        self.run_message_ui(ui, id, summary.status, summary.message.as_deref());
        ui.add_space(tokens.space.xs);
        let system = systems::find(&summary.system);
        let label = system.map_or_else(
            || summary.system.clone(),
            |system| system.label().to_owned(),
        );
        key_values(
            ui,
            "run facts",
            &[
                ("System", label),
                ("Status", status_label(summary.status).to_owned()),
                ("Time", format::duration(summary.seconds)),
                ("Device", summary.device.to_uppercase()),
                ("Id", id.to_string()),
            ],
        );
        let Some(system) = system else {
            message(
                ui,
                Severity::Warning,
                "This version of Atelier does not know the system of this run.",
                |_| (),
            );
            return;
        };
        match self.runs.get(id).map(|run| &run.detail) {
            Some(Detail::Failed(why)) => {
                ui.add_space(tokens.space.s);
                message(ui, Severity::Error, why, |_| ());
            }
            Some(Detail::Read(_)) => self.run_parameters_ui(ui, id, system, active),
            _ => {
                ui.add_space(tokens.space.m);
                ui.spinner();
            }
        }
    }

    /// The message of a run, with what can be done about it.
    fn run_message_ui(&mut self, ui: &mut Ui, id: &RunId, status: Status, text: Option<&str>) {
        if let Some(problem) = self.start_problem.clone() {
            message(ui, Severity::Error, &problem, |_| ());
        }
        let Some(text) = text else {
            return;
        };
        match status {
            Status::Paused => {
                let pressed = message(ui, Severity::Warning, text, |ui| {
                    quiet_button(ui, "Choose another folder…").clicked()
                });
                if pressed.inner {
                    self.actions.push(Action::MoveRun(id.clone()));
                }
            }
            Status::Failed => {
                message(ui, Severity::Error, text, |_| ());
            }
            _ => {
                ui.add(
                    Label::new(RichText::new(text).color(tokens(ui.ctx()).text_secondary)).wrap(),
                );
            }
        }
    }

    fn run_parameters_ui(
        &mut self,
        ui: &mut Ui,
        id: &RunId,
        system: &'static dyn AnySystem,
        active: bool,
    ) {
        let tokens = tokens(ui.ctx());
        let Some(run) = self.runs.get(id) else {
            return;
        };
        let Some(details) = run.details() else {
            return;
        };
        let notice = details.notice.clone();
        if let Some(notice) = notice {
            message(ui, Severity::Warning, &notice, |_| ());
        }
        let Some(mut forms) = self.run_forms_for(id) else {
            return;
        };
        ui.add_space(tokens.space.m);
        section_header(ui, "Data");
        let (kind, mode) = (system.data_kind(), FormMode::ReadOnly);
        forms.data.ui(ui, kind, mode, &FoundData::default());
        self.data_problem_ui(ui);
        ui.add_space(tokens.space.m);
        section_header(ui, "Parameters");
        let mode = if active {
            FormMode::Live
        } else {
            FormMode::ReadOnly
        };
        let schema = &self.schemas[system.id()];
        let response = forms.parameters.ui(ui, schema, mode);
        for (key, value) in response.changed {
            self.send(engine::Command::Set { key, value });
        }
        self.run_forms = Some(forms);
    }
}
