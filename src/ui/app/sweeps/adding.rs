//! The dialog that adds values, settings or seeds to a sweep.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use eframe::egui::{Context, DragValue, RichText, Role, TextEdit, Ui, WidgetInfo, vec2};
use serde_json::Value;

use super::super::AtelierApp;
use super::super::tasks::Task;
use super::{BegunSweep, begin, panel};
use crate::draw::format;
use crate::experiments::local::SweepCommand;
use crate::experiments::sweep::{Decision, Extension, Method, SweepFolder, SweepId, SweepState};
use crate::ui::forms::{Tried, without_brackets};
use crate::ui::theme::{title, tokens};
use crate::ui::widgets::{caption, dialog, primary_button, quiet_button};

/// What a person has typed so far.
#[derive(Debug, Clone, Default)]
pub(in crate::ui::app) struct Adding {
    sweep: Option<SweepId>,
    /// More values by key, apart by spaces.
    values: BTreeMap<String, String>,
    /// More settings, where they are drawn.
    settings: u32,
    seeds: u32,
}

impl AtelierApp {
    /// Opens the dialog.
    pub(super) fn ask_for_values(&mut self, id: &SweepId) {
        self.adding = Adding {
            sweep: Some(id.clone()),
            ..Adding::default()
        };
    }

    pub(in crate::ui::app) fn adding_ui(&mut self, ctx: &Context) {
        let Some(id) = self.adding.sweep.clone() else {
            return;
        };
        let Some(sweep) = self.sweeps.get(&id) else {
            self.adding = Adding::default();
            return;
        };
        let (state, active) = (Arc::clone(&sweep.state), sweep.active);
        let name = sweep.title().to_owned();
        let tokens = tokens(ctx);
        let mut adding = std::mem::take(&mut self.adding);
        let modal = dialog(ctx, "add values").show(ctx, |ui| {
            ui.set_width(tokens.size.measure);
            ui.label(title(format!("Add to {name}")));
            ui.add_space(tokens.space.s);
            adding.fields_ui(ui, &state);
            let extension = adding.extension(&state);
            let more = extension
                .as_ref()
                .map_err(Clone::clone)
                .and_then(|extension| more_runs(&state, extension));
            ui.add_space(tokens.space.xs);
            match &more {
                Ok(0) => caption(
                    ui,
                    "Runs that are done are kept; only what is new is trained.",
                ),
                Ok(runs) => caption(ui, format!("{} more runs", format::count(*runs as u64))),
                Err(why) => ui.label(RichText::new(why).small().color(tokens.error)),
            };
            ui.add_space(tokens.space.m);
            let can = more.is_ok_and(|runs| runs > 0);
            ui.horizontal(|ui| {
                let add = ui.add_enabled_ui(can, |ui| primary_button(ui, None, "Add").clicked());
                let cancel = quiet_button(ui, "Cancel").clicked();
                (add.inner.then_some(extension), cancel)
            })
            .inner
        });
        match modal.inner {
            (Some(Ok(extension)), _) => {
                if active {
                    self.tell_sweep(&id, SweepCommand::Extend(extension));
                } else {
                    self.extend_sweep(ctx, state.path.clone(), extension);
                }
            }
            (_, true) => (),
            _ if modal.should_close() => (),
            _ => self.adding = adding,
        }
    }

    /// Adds to a sweep that nobody runs, and goes on with it.
    fn extend_sweep(&mut self, ctx: &Context, path: PathBuf, extension: Extension) {
        let (engine, device) = (Arc::clone(&self.engine), self.settings.device);
        self.spawn(ctx, "extend sweep", move || {
            let extend = || -> Result<Box<BegunSweep>, String> {
                let folder = SweepFolder::open(&path).map_err(|error| error.to_string())?;
                folder
                    .decide(&Decision::Extend(extension))
                    .map_err(|error| error.to_string())?;
                begin(engine, folder, device)
            };
            Task::SweepBegan(extend())
        });
    }
}

impl Adding {
    /// True while the dialog is open.
    pub(in crate::ui::app) fn is_open(&self) -> bool {
        self.sweep.is_some()
    }

    fn fields_ui(&mut self, ui: &mut Ui, state: &SweepState) {
        let tokens = tokens(ui.ctx());
        for (key, values) in &state.config.sweep.values {
            let label = panel::label(state, key);
            ui.label(&label);
            caption(
                ui,
                format!("so far {}", panel::values_text(state, key, values)),
            );
            let text = self.values.entry(key.clone()).or_default();
            let field = TextEdit::singleline(text)
                .hint_text("more values, apart by spaces")
                .desired_width(f32::INFINITY);
            let response = ui.add(field);
            let name = format!("More values of {}", label.to_lowercase());
            response.widget_info(|| WidgetInfo {
                label: Some(name.clone()),
                ..WidgetInfo::text_edit(true, "", text.as_str(), "more values")
            });
            ui.add_space(tokens.space.s);
        }
        if state.config.sweep.method != Method::Grid {
            number_ui(ui, "More settings", &mut self.settings);
        }
        number_ui(ui, "More seeds of each setting", &mut self.seeds);
    }

    /// What the fields come to.
    fn extension(&self, state: &SweepState) -> Result<Extension, String> {
        let mut extension = Extension {
            runs: self.settings,
            ..Extension::default()
        };
        for (key, text) in &self.values {
            if text.trim().is_empty() {
                continue;
            }
            let values = match panel::spec(state, key) {
                Some(spec) => Tried::List(text.clone())
                    .values(spec)
                    .map_err(|why| format!("{}: {why}", spec.label))?
                    .into_iter()
                    .map(without_brackets)
                    .collect(),
                None => text
                    .split(',')
                    .map(|word| Value::from(word.trim()))
                    .collect(),
            };
            extension.values.insert(key.clone(), values);
        }
        let known = state.config.seeds();
        let mut next = known.iter().max().copied().unwrap_or(0);
        for _ in 0..self.seeds {
            next = next.saturating_add(1);
            extension.seeds.push(next);
        }
        Ok(extension)
    }
}

/// How many runs it has more with an extension.
fn more_runs(state: &SweepState, extension: &Extension) -> Result<usize, String> {
    let longer = state.config.extended(extension);
    longer
        .check()
        .map_err(|error| format!("{}: {}", error.key, error.problem))?;
    let runs = |config: &crate::experiments::sweep::SweepConfig| config.runs_planned().unwrap_or(0);
    Ok(runs(&longer).saturating_sub(runs(&state.config)))
}

fn number_ui(ui: &mut Ui, label: &str, number: &mut u32) {
    let tokens = tokens(ui.ctx());
    ui.horizontal(|ui| {
        let editor = DragValue::new(number)
            .range(0..=1000)
            .speed(0.1)
            .min_size(vec2(tokens.space.xxl * 2.0, tokens.size.control));
        let response = ui.add(editor);
        response.widget_info(|| WidgetInfo::labeled(Role::SpinButton, true, label));
        ui.label(label);
    });
}
