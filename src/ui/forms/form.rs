//! The form as a person sees it.

use std::cell::{Cell, RefCell};

use eframe::egui::collapsing_header::CollapsingState;
use eframe::egui::{Align, Ui};
use serde_json::Value;

use super::editors::{Edit, Field, menu};
use super::frame::Frame;
use super::group::{group_header, tooltip_ui};
use super::model::{ParameterForm, Unfinished};
use super::row::Row;
use super::schema::{FormSchema, READING, display, same};
use super::tried::Tried;
use crate::record::schema::{ParameterKind, ParameterSpec, SetOption, Shown, UNGROUPED};
use crate::ui::state::OwnPreset;
use crate::ui::theme::tokens;
use crate::ui::widgets::{caption, marked};

/// From this many keys on there is a search box.
const SEARCH_FROM: usize = 10;

/// The keys that can be edited.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FormMode {
    /// Everything: the next run is being prepared.
    #[default]
    Edit,
    /// Those marked live: the run that is shown is running or paused.
    Live,
    /// Nothing: the run that is shown is over.
    ReadOnly,
}

/// Everything a form shows besides its values.
#[derive(Debug, Clone, Default)]
pub struct FormContext<'a> {
    /// The keys that can be edited.
    pub mode: FormMode,
    /// Values to choose from with their labels, by key.
    pub offered: Vec<(&'a str, Vec<(Value, String)>)>,
    /// The words for what was found where a key has no value.
    pub found: Vec<(&'a str, String)>,
    /// A line below the row of a key, and its explanation.
    pub note: Option<(&'a str, String, &'a str)>,
    /// Keys that mean nothing for the data as it is: shown where they have a value of their own, or are searched for.
    pub set_aside: Vec<&'static str>,
    /// A key with a problem that showed when it was used.
    pub problem: Option<(&'a str, &'a str)>,
    /// Of values to try some are drawn; a grid tries all.
    pub draws: bool,
    /// Presets of the person's own.
    pub own_presets: &'a [OwnPreset],
}

/// What is to be done with presets of the person's own.
#[derive(Debug, Clone, PartialEq)]
pub enum OwnPresetAsk {
    /// Fill the form with this one.
    Choose(OwnPreset),
    /// Delete this one.
    Delete(OwnPreset),
    /// Keep the values of the form as another.
    Keep,
}

/// The outcome of a frame of the form.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FormResponse {
    /// Keys that were set, with their new values; once per edit, not while a value is dragged.
    pub changed: Vec<(String, Value)>,
    /// Pairs of key and problem; a run cannot start while there is something.
    pub problems: Vec<(String, String)>,
    /// The preset that was chosen.
    pub preset_chosen: Option<String>,
    /// What is to be done with presets of the person's own.
    pub own_preset: Option<OwnPresetAsk>,
    /// The key for which another file or folder is to be chosen.
    pub choose: Option<String>,
}

impl ParameterForm {
    /// Shows the form as wide as `ui`. It does not scroll by itself.
    pub fn ui(&mut self, ui: &mut Ui, schema: &FormSchema, mode: FormMode) -> FormResponse {
        let context = FormContext {
            mode,
            ..FormContext::default()
        };
        self.show(ui, schema, &context)
    }

    /// As [`Self::ui`], with what is known of the keys.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        schema: &FormSchema,
        context: &FormContext<'_>,
    ) -> FormResponse {
        let before = self.values.clone();
        let mut response = FormResponse::default();
        if context.mode == FormMode::Edit && schema.is_system() {
            let own = self.header_ui(ui, schema, context.own_presets);
            (response.preset_chosen, response.own_preset) = own;
        }
        // Keys that are seldom seen are no reason to search; nor are those of data, whose form stands above a system's with its box.
        let seen = schema.specs.iter().filter(|spec| {
            let seldom = matches!(spec.shown, Shown::WhereGiven | Shown::WhereOffered);
            spec.group != READING && !seldom
        });
        if schema.is_system() && seen.count() >= SEARCH_FROM {
            self.search_ui(ui);
        } else {
            self.search.clear();
        }
        let evaluation = self.evaluation(schema);
        let mut shown = evaluation.complete.clone();
        if let Some((key, value)) = &self.draft {
            shown.insert(key.clone(), value.clone());
        }
        let frame = Frame {
            schema,
            context,
            evaluation,
            shown,
            searching: !self.search.trim().is_empty(),
            jumped: Cell::new(false),
            choose: RefCell::new(None),
        };
        let mut nothing_found = true;
        for (group, specs) in schema.groups(|_| true) {
            let found: Vec<&ParameterSpec> = specs
                .into_iter()
                .filter(|spec| self.is_found(spec) && frame.is_shown(spec))
                .collect();
            if !found.is_empty() {
                nothing_found = false;
                if group == UNGROUPED {
                    ui.scope(|ui| self.rows_ui(ui, &found, &frame));
                } else {
                    self.group_ui(ui, group, &found, &frame);
                }
            }
        }
        if nothing_found {
            caption(
                ui,
                format!("No parameter matches “{}”.", self.search.trim()),
            );
        }
        if !frame.jumped.get() {
            self.jump = None;
        }
        response.problems = frame.evaluation.problems();
        // Problems of keys without a row, such as the config as a whole.
        for (key, problem) in &response.problems {
            if !schema.specs.iter().any(|spec| spec.key == *key) {
                ui.colored_label(tokens(ui.ctx()).error, format!("{key}: {problem}"));
            }
        }
        response.choose = frame.choose.into_inner();
        if before != self.values {
            let after = self.evaluation(schema);
            let was = ParameterForm::with_values(before).complete(schema);
            let keys = schema.specs.iter().map(|spec| &spec.key);
            response.changed = keys
                .filter_map(|key| {
                    let now = after.complete.get(key).unwrap_or(&Value::Null);
                    let then = was.get(key).unwrap_or(&Value::Null);
                    (!same(now, then)).then(|| (key.clone(), now.clone()))
                })
                .collect();
            response.problems = after.problems();
        }
        response
    }

    fn group_ui(&mut self, ui: &mut Ui, group: &str, specs: &[&ParameterSpec], frame: &Frame<'_>) {
        let tokens = tokens(ui.ctx());
        let id = ui.make_persistent_id(("parameter group", group));
        let mut state = CollapsingState::load_with_default_open(ui.ctx(), id, true);
        let searching = !self.search.trim().is_empty();
        let changes = specs
            .iter()
            .filter(|spec| self.is_changed(&spec.key, &frame.evaluation.baseline))
            .count();
        // Of how a file is read only what was set is shown.
        let changes = if group == READING { 0 } else { changes };
        let wrong = specs
            .iter()
            .any(|spec| self.problem(&spec.key, frame).is_some());
        if specs
            .iter()
            .any(|spec| self.jump.as_ref() == Some(&spec.key))
        {
            state.set_open(true);
        }
        let open = state.is_open() || searching;
        if group_header(ui, group, open, changes, wrong) && !searching {
            state.toggle(ui);
        }
        let rows = |ui: &mut Ui| {
            self.rows_ui(ui, specs, frame);
            ui.add_space(tokens.space.s);
        };
        if searching {
            ui.scope(rows);
        } else {
            state.show_body_unindented(ui, rows);
        }
    }

    fn rows_ui(&mut self, ui: &mut Ui, specs: &[&ParameterSpec], frame: &Frame<'_>) {
        ui.spacing_mut().item_spacing.y = 0.0;
        let mut last_set = None;
        for spec in specs {
            match &spec.option {
                None => self.row_ui(ui, spec, frame),
                Some(option) if last_set == Some(&option.set) => (),
                Some(option) => {
                    last_set = Some(&option.set);
                    self.set_ui(ui, option, frame);
                }
            }
        }
    }

    /// A menu with the keys of a set, and the row of the one that was chosen.
    fn set_ui(&mut self, ui: &mut Ui, first: &SetOption, frame: &Frame<'_>) {
        const NONE: &str = "None";
        let name = |spec: &ParameterSpec| spec.option.as_ref().map(|own| own.name.clone());
        let has_value = |spec: &&ParameterSpec| {
            frame
                .shown
                .get(&spec.key)
                .is_some_and(|value| !value.is_null())
        };
        let chosen = frame.schema.set(&first.set).find(has_value);
        let shown = chosen.and_then(name);
        let help = chosen.map_or(first.none_help.as_str(), |spec| spec.help.as_str());
        let row = Row {
            label: &first.set,
            symbol: None,
            live: false,
            roomy: false,
            reset_to: None,
            problem: None,
            locked: frame.locked(false),
            can_try: false,
        };
        let mut picked = None;
        ui.push_id(&first.set, |ui| {
            let tooltip = |ui: &mut Ui| {
                ui.label(marked(ui, help));
            };
            row.show(ui, tooltip, |ui, label, width| {
                let response = menu(ui, "set", shown.as_deref().unwrap_or(NONE), width, |ui| {
                    let none = ui.selectable_label(chosen.is_none(), NONE);
                    if none.on_hover_text(marked(ui, &first.none_help)).clicked() {
                        picked = Some(None);
                    }
                    for spec in frame.schema.set(&first.set) {
                        let is_chosen = chosen.is_some_and(|own| own.key == spec.key);
                        let entry = ui.selectable_label(is_chosen, name(spec).unwrap_or_default());
                        if entry.on_hover_text(marked(ui, &spec.help)).clicked() && !is_chosen {
                            picked = Some(Some(spec.key.clone()));
                        }
                    }
                });
                response.labelled_by(label.id);
            });
        });
        if let Some(key) = picked {
            self.choose_of_set(frame.schema, &first.set, key.as_deref());
        } else if let Some(spec) = chosen {
            self.row_ui(ui, spec, frame);
        }
    }

    fn row_ui(&mut self, ui: &mut Ui, spec: &ParameterSpec, frame: &Frame<'_>) {
        if self.tried.contains_key(&spec.key) {
            self.tried_row_ui(ui, spec, frame);
            return;
        }
        let null = Value::Null;
        let key = spec.key.as_str();
        let value = frame.shown.get(key).unwrap_or(&null);
        let baseline = frame.evaluation.baseline.get(key).unwrap_or(&null);
        let unfinished = self
            .unfinished
            .get(key)
            .map(|unfinished| unfinished.text.clone());
        let changed = self.is_changed(key, &frame.evaluation.baseline);
        let locked = frame.locked(spec.live);
        let is_reading = spec.group == READING;
        let back = if is_reading && baseline.is_null() {
            "automatic".to_owned()
        } else {
            display(baseline)
        };
        let can_reset = frame.schema.is_system() || is_reading;
        let row = Row {
            label: &spec.label,
            symbol: spec.symbol.as_deref(),
            live: spec.live,
            roomy: matches!(
                spec.kind,
                ParameterKind::Integer { .. } | ParameterKind::Number { .. }
            ),
            reset_to: (changed && can_reset).then_some(&back),
            problem: self.problem(key, frame),
            locked,
            can_try: frame.context.mode == FormMode::Edit && Tried::fits(spec),
        };
        let jump = self.jump.as_deref() == Some(key);
        let top = ui.cursor().min;
        let response = ui
            .push_id((frame.schema.name(), key), |ui| {
                row.show(
                    ui,
                    |ui| tooltip_ui(ui, spec, &back, locked),
                    |ui, label, width| {
                        let field = Field {
                            spec,
                            value,
                            unfinished: unfinished.as_deref(),
                            label,
                            width,
                            focus: jump && locked.is_none(),
                            found: frame.found(key),
                            offered: frame.offered(key),
                        };
                        field.ui(ui)
                    },
                )
            })
            .inner;
        if jump {
            self.jump_ui(ui, top, frame);
        }
        if let Some((own, text, help)) = &frame.context.note
            && *own == key
        {
            note_ui(ui, text, help);
        }
        if response.reset {
            self.reset(key);
        }
        if response.tries {
            self.begin_to_try(frame.schema, key);
        }
        if let Some(edit) = response.inner {
            self.take(spec, edit, baseline, frame);
        }
    }

    /// Scrolls to the row that was just shown; a group that unfolds moves it for a while.
    pub(super) fn jump_ui(&mut self, ui: &mut Ui, top: eframe::egui::Pos2, frame: &Frame<'_>) {
        let row = eframe::egui::Rect::from_min_max(top, ui.min_rect().right_bottom());
        ui.scroll_to_rect(row, Some(Align::Center));
        frame.jumped.set(true);
        if ui.is_rect_visible(row) {
            self.jump = None;
        }
        ui.ctx().request_repaint();
    }

    fn take(&mut self, spec: &ParameterSpec, edit: Edit, baseline: &Value, frame: &Frame<'_>) {
        let key = spec.key.as_str();
        match edit {
            Edit::Unfinished { text, problem } => {
                self.unfinished
                    .insert(key.to_owned(), Unfinished { text, problem });
            }
            Edit::Draft(value) => {
                self.unfinished.remove(key);
                self.draft = Some((key.to_owned(), value));
            }
            Edit::Commit(value) => {
                let changed = self.is_changed(key, &frame.evaluation.baseline);
                self.unfinished.remove(key);
                self.draft = None;
                // The value as it counts, without what is being dragged.
                let current = self.values.get(key).unwrap_or(baseline).clone();
                if same(&value, baseline) && changed {
                    self.reset(key);
                } else if !same(&value, &current) {
                    self.set(key, value);
                }
            }
            Edit::Choose => *frame.choose.borrow_mut() = Some(key.to_owned()),
        }
    }

    /// The problem that the row of a key shows.
    pub(super) fn problem<'a>(&self, key: &str, frame: &'a Frame<'_>) -> Option<&'a str> {
        let own = frame.evaluation.problem(key, self.asked);
        let found = || frame.context.problem.filter(|(own, _)| *own == key);
        own.or_else(|| found().map(|(_, problem)| problem))
    }
}

/// A line below a row.
fn note_ui(ui: &mut Ui, text: &str, help: &str) {
    let tokens = tokens(ui.ctx());
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        ui.add_space(tokens.size.icon - tokens.space.hair);
        caption(ui, text).on_hover_text(help);
    });
}
