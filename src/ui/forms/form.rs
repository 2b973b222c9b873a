//! The form as a person sees it.

use eframe::egui::collapsing_header::CollapsingState;
use eframe::egui::{
    Align, Button, Layout, Popup, RichText, Role, Sense, TextEdit, TextStyle, Ui, WidgetInfo, vec2,
};
use egui_material_icons::icons::{
    ICON_CHEVRON_RIGHT, ICON_ERROR, ICON_EXPAND_MORE, ICON_REDO, ICON_RESTART_ALT, ICON_SEARCH,
    ICON_UNDO,
};
use serde_json::Value;

use super::editors::{Edit, editor};
use super::model::{ParameterForm, Unfinished};
use super::row::Row;
use super::schema::{FormSchema, display, range_text, same};
use crate::systems::{ConfigMap, ParameterKind, ParameterSpec, Preset};
use crate::ui::theme::emphasis;
use crate::ui::theme::tokens;
use crate::ui::widgets::{IconButton, caption};

/// From this many parameters on there is a search box.
const SEARCH_FROM: usize = 10;

/// What can be edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormMode {
    /// Everything: the next run is being prepared.
    Edit,
    /// What is marked live: the run that is shown is running or paused.
    Live,
    /// Nothing: the run that is shown is over.
    ReadOnly,
}

/// What came of a frame of the form.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FormResponse {
    /// Keys that were set, with their new values; once per edit, not while a value is dragged.
    pub changed: Vec<(String, Value)>,
    /// What is wrong, as (key, problem); a run cannot start while there is something.
    pub problems: Vec<(String, String)>,
    /// The preset that was chosen.
    pub preset_chosen: Option<String>,
}

/// What the rows of one frame share.
struct Frame<'a> {
    mode: FormMode,
    /// What a reset goes back to.
    baseline: ConfigMap,
    /// The values that are shown.
    shown: ConfigMap,
    problems: &'a [(String, String)],
}

impl ParameterForm {
    /// Shows the form as wide as `ui`. It does not scroll by itself.
    pub fn ui(&mut self, ui: &mut Ui, schema: &FormSchema, mode: FormMode) -> FormResponse {
        let before = self.values.clone();
        let mut response = FormResponse {
            problems: self.problems(schema),
            ..FormResponse::default()
        };
        if mode == FormMode::Edit {
            response.preset_chosen = self.header_ui(ui, schema);
        }
        if schema.specs.len() >= SEARCH_FROM {
            self.search_ui(ui);
        } else {
            self.search.clear();
        }
        let mut shown = self.complete(schema);
        if let Some((key, value)) = &self.draft {
            shown.insert(key.clone(), value.clone());
        }
        let frame = Frame {
            mode,
            baseline: self.baseline(schema),
            shown,
            problems: &response.problems,
        };
        let mut nothing_found = true;
        for (group, specs) in schema.groups() {
            let found: Vec<&ParameterSpec> = specs
                .into_iter()
                .filter(|spec| self.is_found(spec))
                .collect();
            if !found.is_empty() {
                nothing_found = false;
                self.group_ui(ui, group, &found, &frame);
            }
        }
        if nothing_found {
            caption(
                ui,
                format!("No parameter matches “{}”.", self.search.trim()),
            );
        }
        // Problems of keys without a row, such as the config as a whole.
        for (key, problem) in &response.problems {
            if !schema.specs.iter().any(|spec| spec.key == *key) {
                ui.colored_label(tokens(ui.ctx()).error, format!("{key}: {problem}"));
            }
        }
        if before != self.values {
            let after = self.complete(schema);
            let was = ParameterForm::with_values(before).complete(schema);
            let keys = schema.specs.iter().map(|spec| &spec.key);
            response.changed = keys
                .filter_map(|key| {
                    let now = after.get(key).unwrap_or(&Value::Null);
                    let then = was.get(key).unwrap_or(&Value::Null);
                    (!same(now, then)).then(|| (key.clone(), now.clone()))
                })
                .collect();
            response.problems = self.problems(schema);
        }
        response
    }

    /// The presets menu, undo, redo and reset.
    fn header_ui(&mut self, ui: &mut Ui, schema: &FormSchema) -> Option<String> {
        let tokens = tokens(ui.ctx());
        let changes = self.changes(schema);
        ui.horizontal(|ui| {
            ui.set_min_height(tokens.size.row);
            let icons = 3.0 * tokens.size.control;
            let width = (ui.available_width() - icons - tokens.space.s).max(tokens.space.xxl);
            let chosen = self.presets_ui(ui, &schema.presets, width);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.spacing_mut().item_spacing.x = 0.0;
                let hint = match changes {
                    0 => "Everything is as in the preset".to_owned(),
                    1 => "Reset the one changed parameter".to_owned(),
                    n => format!("Reset {n} changed parameters"),
                };
                let reset = IconButton::new(ICON_RESTART_ALT, "Reset all").hint(hint);
                if ui.add_enabled(changes > 0, reset).clicked() {
                    self.reset_all();
                }
                if ui
                    .add_enabled(self.can_redo(), IconButton::new(ICON_REDO, "Redo edit"))
                    .clicked()
                {
                    self.redo();
                }
                if ui
                    .add_enabled(self.can_undo(), IconButton::new(ICON_UNDO, "Undo edit"))
                    .clicked()
                {
                    self.undo();
                }
            });
            chosen
        })
        .inner
    }

    fn presets_ui(&mut self, ui: &mut Ui, presets: &[Preset], width: f32) -> Option<String> {
        let tokens = tokens(ui.ctx());
        let current = self.preset(presets)?.name;
        let button = ui.add_sized(
            vec2(width, tokens.size.control),
            Button::new((
                RichText::new(current).color(tokens.text),
                eframe::egui::Atom::grow(),
                ICON_EXPAND_MORE.rich_text().size(tokens.size.icon),
            ))
            .truncate(),
        );
        let enabled = ui.is_enabled();
        button.widget_info(|| {
            WidgetInfo::labeled(Role::ComboBox, enabled, format!("Preset: {current}"))
        });
        let mut chosen = None;
        Popup::menu(&button)
            .width(ui.spacing().menu_width.max(width))
            .show(|ui| {
                for preset in presets {
                    if preset_item(ui, preset, preset.name == current) {
                        chosen = Some(preset.name.to_owned());
                    }
                }
            });
        if let Some(name) = &chosen {
            self.choose_preset(name);
        }
        chosen
    }

    fn search_ui(&mut self, ui: &mut Ui) {
        let tokens = tokens(ui.ctx());
        let response = ui.add(
            TextEdit::singleline(&mut self.search)
                .hint_text("Search parameters")
                .prefix(
                    ICON_SEARCH
                        .rich_text()
                        .size(tokens.size.icon)
                        .color(tokens.text_tertiary),
                )
                .desired_width(f32::INFINITY)
                .min_size(vec2(0.0, tokens.size.control))
                .align(eframe::egui::Align2::LEFT_CENTER),
        );
        response.widget_info(|| {
            let mut info = WidgetInfo::text_edit(true, "", &self.search, "Search parameters");
            info.label = Some("Search parameters".to_owned());
            info
        });
        if response.has_focus() && ui.input(|input| input.key_pressed(eframe::egui::Key::Escape)) {
            self.search.clear();
        }
        ui.add_space(tokens.space.xs);
    }

    fn group_ui(&mut self, ui: &mut Ui, group: &str, specs: &[&ParameterSpec], frame: &Frame<'_>) {
        let tokens = tokens(ui.ctx());
        let id = ui.make_persistent_id(("parameter group", group));
        let mut state = CollapsingState::load_with_default_open(ui.ctx(), id, true);
        let searching = !self.search.trim().is_empty();
        let changes = specs
            .iter()
            .filter(|spec| self.is_changed(&spec.key, &frame.baseline))
            .count();
        let wrong = specs.iter().any(|spec| frame.problem(&spec.key).is_some());
        let open = state.is_open() || searching;
        if group_header(ui, group, open, changes, wrong) && !searching {
            state.toggle(ui);
        }
        let rows = |ui: &mut Ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for spec in specs {
                self.row_ui(ui, spec, frame);
            }
            ui.add_space(tokens.space.s);
        };
        if searching {
            ui.scope(rows);
        } else {
            state.show_body_unindented(ui, rows);
        }
    }

    fn row_ui(&mut self, ui: &mut Ui, spec: &ParameterSpec, frame: &Frame<'_>) {
        let null = Value::Null;
        let key = spec.key.as_str();
        let value = frame.shown.get(key).unwrap_or(&null);
        let baseline = frame.baseline.get(key).unwrap_or(&null);
        let unfinished = self
            .unfinished
            .get(key)
            .map(|unfinished| unfinished.text.clone());
        let changed = self.is_changed(key, &frame.baseline);
        let locked = match frame.mode {
            FormMode::Edit => None,
            FormMode::Live if spec.live => None,
            FormMode::Live => Some("Cannot change while the run is running"),
            FormMode::ReadOnly => Some("This run is over; start a new one with other values"),
        };
        let back = display(baseline);
        let row = Row {
            label: &spec.label,
            symbol: spec.symbol.as_deref(),
            live: spec.live,
            roomy: matches!(
                spec.kind,
                ParameterKind::Integer { .. } | ParameterKind::Number { .. }
            ),
            reset_to: changed.then_some(&back),
            problem: frame.problem(key),
            locked,
        };
        let response = ui
            .push_id(key, |ui| {
                row.show(
                    ui,
                    |ui| tooltip_ui(ui, spec, &back, locked),
                    |ui, label, width| editor(ui, spec, value, unfinished.as_deref(), label, width),
                )
            })
            .inner;
        if response.reset {
            self.reset(key);
        }
        let current = self.draftless(key, baseline);
        match response.inner {
            None => (),
            Some(Edit::Unfinished { text, problem }) => {
                self.unfinished
                    .insert(key.to_owned(), Unfinished { text, problem });
            }
            Some(Edit::Draft(value)) => {
                self.unfinished.remove(key);
                self.draft = Some((key.to_owned(), value));
            }
            Some(Edit::Commit(value)) => {
                self.unfinished.remove(key);
                self.draft = None;
                if same(&value, baseline) && changed {
                    self.reset(key);
                } else if !same(&value, &current) {
                    self.set(key, value);
                }
            }
        }
    }

    /// The value of a key as it counts, without what is being dragged.
    fn draftless(&self, key: &str, baseline: &Value) -> Value {
        self.values.get(key).unwrap_or(baseline).clone()
    }
}

impl Frame<'_> {
    fn problem(&self, key: &str) -> Option<&str> {
        let found = self.problems.iter().find(|(own, _)| own == key)?;
        Some(&found.1)
    }
}

/// A group's name with a chevron, how many of its parameters were changed, and whether one is wrong. True if clicked.
fn group_header(ui: &mut Ui, group: &str, open: bool, changes: usize, wrong: bool) -> bool {
    let tokens = tokens(ui.ctx());
    let size = vec2(ui.available_width(), tokens.size.row);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::Button, true, group);
        info.selected = Some(open);
        info
    });
    if response.hovered() || response.has_focus() {
        ui.painter()
            .rect_filled(rect, tokens.radius.medium, tokens.hovered);
    }
    let mut child = ui.new_child(
        eframe::egui::UiBuilder::new()
            .max_rect(rect)
            .layout(Layout::left_to_right(Align::Center)),
    );
    let ui = &mut child;
    ui.spacing_mut().item_spacing.x = 0.0;
    ui.style_mut().interaction.selectable_labels = false;
    let chevron = if open {
        ICON_EXPAND_MORE
    } else {
        ICON_CHEVRON_RIGHT
    };
    ui.label(
        chevron
            .rich_text()
            .size(tokens.size.icon)
            .color(tokens.text_tertiary),
    );
    ui.label(emphasis(group).color(tokens.text_secondary));
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = tokens.space.s;
        ui.add_space(tokens.space.xs);
        if wrong {
            ui.label(
                ICON_ERROR
                    .rich_text()
                    .size(tokens.size.icon)
                    .color(tokens.error),
            );
        }
        if changes > 0 {
            let text = RichText::new(format!("{changes} changed"));
            ui.label(text.text_style(TextStyle::Small).color(tokens.accent_text));
        }
    });
    response.clicked()
}

/// A preset's name with its description below.
fn preset_item(ui: &mut Ui, preset: &Preset, chosen: bool) -> bool {
    let tokens = tokens(ui.ctx());
    let mut job = eframe::egui::text::LayoutJob::default();
    job.wrap.max_width = ui.available_width() - 2.0 * ui.spacing().button_padding.x;
    let format = |style: TextStyle, color| {
        eframe::egui::TextFormat::simple(style.resolve(ui.style()), color)
    };
    job.append(preset.name, 0.0, format(TextStyle::Body, tokens.text));
    job.append(
        &format!("\n{}", preset.description),
        0.0,
        format(TextStyle::Small, tokens.text_secondary),
    );
    let response = ui.add(
        Button::selectable(chosen, job)
            .wrap()
            .min_size(vec2(ui.available_width(), 0.0)),
    );
    response.widget_info(|| WidgetInfo::selected(Role::MenuItem, true, chosen, preset.name));
    response.clicked()
}

/// What a parameter means, its key, range and default.
fn tooltip_ui(ui: &mut Ui, spec: &ParameterSpec, back: &str, locked: Option<&str>) {
    let tokens = tokens(ui.ctx());
    let name = match &spec.symbol {
        Some(symbol) => format!("{} ({symbol})", spec.label),
        None => spec.label.clone(),
    };
    ui.label(emphasis(name));
    if !spec.help.is_empty() {
        ui.label(RichText::new(&spec.help).color(tokens.text_secondary));
    }
    if let ParameterKind::Choice(choices) = &spec.kind {
        for choice in choices.iter().filter(|choice| !choice.help.is_empty()) {
            let text = format!("{}: {}", choice.name, choice.help);
            ui.label(RichText::new(text).color(tokens.text_secondary));
        }
    }
    ui.add_space(tokens.space.xs);
    caption(ui, format!("Key: {}", spec.key));
    if let Some(range) = range_text(spec) {
        caption(ui, format!("Range: {range}"));
    }
    caption(ui, format!("Default: {back}"));
    if spec.live {
        caption(ui, "Can change while running");
    }
    if let Some(reason) = locked {
        ui.add_space(tokens.space.xs);
        ui.label(RichText::new(reason).color(tokens.warning));
    }
}
