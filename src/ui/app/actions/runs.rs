//! Runs are started, watched and copied into the form.

use std::path::PathBuf;

use eframe::egui::Context;

use crate::record::Status;
use crate::runs::{RunConfig, RunId};
use crate::ui::app::AtelierApp;
use crate::ui::app::side_panels::SidePanel;
use crate::ui::forms::{DataForm, ParameterForm};
use crate::ui::layout::{self, Pane};
use crate::ui::state::{Began, DataState, Run, Selection};
use crate::ui::toasts::Tone;
use crate::{engine, systems};

impl AtelierApp {
    /// Tells the selected run something.
    pub(in crate::ui::app) fn send(&mut self, command: engine::Command) {
        let Some(id) = self.selected().map(|run| run.id.clone()) else {
            return;
        };
        if let Err(error) = self.engine.send(&id, command) {
            self.toasts.push(Tone::Error, error.to_string());
        }
    }

    pub(super) fn start(&mut self, ctx: &Context) {
        let Some(run) = self.selected() else {
            self.start_draft(ctx);
            return;
        };
        match run.status() {
            Status::Paused if run.active => self.send(engine::Command::Resume),
            Status::Finished => {
                if self.duplicate_inner() {
                    self.start_draft(ctx);
                }
            }
            _ => {
                let (path, device) = (run.path.clone(), self.settings.device);
                self.resume(ctx, path, device);
                self.watch();
            }
        }
    }

    fn start_draft(&mut self, ctx: &Context) {
        self.start_problem = None;
        let draft = &mut self.settings.draft;
        let Some(system) = systems::find(&draft.system) else {
            return;
        };
        let schema = &self.schemas[system.id()];
        if draft.data.jump_to_problem(system.data_kind()) || draft.form().jump_to_problem(schema) {
            self.set_open(SidePanel::Parameters, true);
            return;
        }
        if draft.is_sweep() {
            self.start_sweep(ctx);
            return;
        }
        let draft = &mut self.settings.draft;
        let key = draft.data_key();
        let config = draft.config();
        let data = match self.data.get(&key) {
            DataState::Ready(loaded) => Some(loaded.dataset()),
            _ => None,
        };
        self.spawn_start(ctx, system, config, data);
    }

    /// A run that was just started or resumed comes to the front.
    pub(in crate::ui::app) fn began(&mut self, began: Began) {
        let id = began.summary.id.clone();
        self.runs.begin(began, &self.settings);
        self.select(Selection::Run(id));
        self.watch();
    }

    /// Brings up what shows how the selected run goes: pictures where there are any, else curves.
    fn watch(&mut self) {
        let pictures = self.selected().is_some_and(Run::translates);
        let pane = if pictures { Pane::Result } else { Pane::Curves };
        layout::show(&mut self.settings.layout, pane);
    }

    pub(super) fn duplicate(&mut self) {
        if self.duplicate_inner() {
            self.set_open(SidePanel::Parameters, true);
        }
    }

    /// Fills the draft from the selected run and shows it.
    fn duplicate_inner(&mut self) -> bool {
        let Some(run) = self.selected() else {
            return false;
        };
        let Some(details) = run.details() else {
            self.toasts.push(
                Tone::Info,
                "The run is still being read; try again in a moment",
            );
            return false;
        };
        let config = RunConfig {
            system: run.summary.system.clone(),
            seed: run.summary.seed,
            data: details.data.clone(),
            parameters: details.parameters.clone(),
        };
        self.fill(&config, &PathBuf::new());
        true
    }

    /// Fills the draft from a config and shows it.
    pub(in crate::ui::app) fn fill(&mut self, config: &RunConfig, base: &std::path::Path) {
        match self.settings.draft.fill(config, base) {
            Ok(()) => self.select(Selection::Draft),
            Err(error) => self.toasts.push(Tone::Error, error.to_string()),
        }
    }

    /// The forms of the selected run; they follow what is changed live.
    pub(in crate::ui::app) fn run_forms_for(&mut self, id: &RunId) -> Option<RunForms> {
        let run = self.runs.get(id)?;
        let details = run.details()?;
        let marks = details.state.marks.len();
        if let Some(forms) = self.run_forms.take()
            && forms.run == *id
            && forms.marks == marks
        {
            return Some(forms);
        }
        let mut values = details.parameters.clone();
        for (key, value) in details.state.live_parameters() {
            values.insert(key.to_owned(), value.clone());
        }
        Some(RunForms {
            run: id.clone(),
            marks,
            data: DataForm::of(&details.data, run.summary.seed),
            parameters: ParameterForm::with_values(values),
        })
    }
}

/// The forms that show a run.
pub(in crate::ui::app) struct RunForms {
    run: RunId,
    /// How many live changes they show.
    marks: usize,
    pub(in crate::ui::app) data: DataForm,
    pub(in crate::ui::app) parameters: ParameterForm,
}
