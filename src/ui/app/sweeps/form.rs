//! What the form of the next run has for sweeps: their group, the menu of what can be tried, and the start.

use eframe::egui::{Context, RichText, Ui};
use egui_material_icons::icons as icon;

use super::super::AtelierApp;
use super::super::side_panels::SidePanel;
use crate::data::DataKind;
use crate::record::schema::{ParameterSpec, UNGROUPED};
use crate::systems::{self, AnySystem};
use crate::ui::app::Action;
use crate::ui::forms::{PathRequest, Tried};
use crate::ui::state::Selection;
use crate::ui::theme::tokens;
use crate::ui::widgets::{IconButton, Menu, menu_entry, section_header_with};

/// The key of the seed, which belongs to no table.
const SEED: &str = "seed";

impl AtelierApp {
    /// The group of the sweep, where something is varied.
    pub(in crate::ui::app) fn sweep_group_ui(&mut self, ui: &mut Ui, kind: DataKind) {
        if !self.settings.draft.is_sweep() {
            self.sweep_jump = false;
            return;
        }
        let top = ui.cursor().min;
        let one = section_header_with(ui, "Sweep", |ui| {
            let button = IconButton::new(icon::ICON_CLOSE, "One run")
                .hint("Back to one value of everything: a single run");
            ui.add(button).clicked()
        });
        let draft = &mut self.settings.draft;
        let response = draft.sweep.ui(ui, &self.question.context);
        if let Some(seeds) = response.seeds {
            draft.data.try_seeds(kind, seeds);
        }
        if one {
            draft.try_nothing();
        }
        if std::mem::take(&mut self.sweep_jump) {
            let group = eframe::egui::Rect::from_min_max(top, ui.min_rect().right_bottom());
            ui.scroll_to_rect(group, None);
        }
        ui.add_space(tokens(ui.ctx()).space.m);
    }

    /// The head of the parameters, with a menu of those that can be tried.
    pub(in crate::ui::app) fn parameters_header_ui(
        &mut self,
        ui: &mut Ui,
        system: &'static dyn AnySystem,
    ) {
        let schema = &self.schemas[system.id()];
        let mut chosen = None;
        section_header_with(ui, "Parameters", |ui| {
            let menu = Menu::new("Try values…")
                .icon(icon::ICON_STACKS)
                .hint("Try several values of a parameter: one run for each");
            menu.closes().scrolls().show(ui, |ui| {
                for (group, specs) in schema.groups(Tried::fits) {
                    if group != UNGROUPED {
                        ui.label(RichText::new(group).color(tokens(ui.ctx()).text_tertiary));
                    }
                    for spec in specs {
                        if menu_entry(ui, &name(spec)) {
                            chosen = Some(PathRequest::parameter(&spec.key));
                        }
                    }
                }
                ui.separator();
                if menu_entry(ui, "Seed") {
                    chosen = Some(PathRequest::data(SEED));
                }
            });
        });
        self.actions.extend(chosen.map(Action::TryValues));
    }

    /// Everything that can be tried, for the palette: the request and a name.
    pub(in crate::ui::app) fn to_try(&self) -> Vec<(PathRequest, String)> {
        if self.settings.selection != Selection::Draft {
            return Vec::new();
        }
        let draft = &self.settings.draft;
        let own = systems::find(&draft.system).map(|system| &self.schemas[system.id()].specs);
        let own = own.into_iter().flatten().filter(|spec| Tried::fits(spec));
        let own = own.map(|spec| (PathRequest::parameter(&spec.key), name(spec)));
        let seed = (PathRequest::data(SEED), "Seed".to_owned());
        own.chain(std::iter::once(seed)).collect()
    }

    /// Has a person type the values of a key.
    pub(in crate::ui::app) fn try_values(&mut self, key: &PathRequest) {
        self.select(Selection::Draft);
        self.set_open(SidePanel::Parameters, true);
        let draft = &mut self.settings.draft;
        if key.data {
            draft.data.begin_to_try(draft.kind(), &key.key);
        } else if let Some(schema) = self.schemas.get(draft.system.as_str()) {
            draft.form().begin_to_try(schema, &key.key);
        }
    }

    /// Starts the sweep of the form, or goes to what is wrong with it.
    pub(in crate::ui::app) fn start_sweep(&mut self, ctx: &Context) {
        self.question.update(&self.settings.draft);
        let (config, problem) = self.question.answer();
        let Some(problem) = problem else {
            if let Some(config) = config.cloned() {
                if self.settings.draft.sweep.cluster {
                    self.ask_for_cluster(config);
                } else {
                    self.spawn_sweep(ctx, config);
                }
            }
            return;
        };
        let key = problem.key.strip_prefix("sweep.values.").map(str::to_owned);
        self.set_open(SidePanel::Parameters, true);
        let draft = &mut self.settings.draft;
        match key {
            Some(key) => match key.strip_prefix("data.") {
                Some(own) => draft.data.begin_to_try(draft.kind(), own),
                None => {
                    if let Some(schema) = self.schemas.get(draft.system.as_str()) {
                        draft.form().begin_to_try(schema, &key);
                    }
                }
            },
            None => self.sweep_jump = true,
        }
    }
}

fn name(spec: &ParameterSpec) -> String {
    match &spec.symbol {
        Some(symbol) => format!("{} {symbol}", spec.label),
        None => spec.label.clone(),
    }
}
