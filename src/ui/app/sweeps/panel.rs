//! The selected sweep in the panel at the right: how it stands, what is best so far, what came out of it, and what can be done.

use eframe::egui::{Label, RichText, Ui};
use egui_material_icons::icons as icon;

use super::super::AtelierApp;
use super::SweepDo;
use super::on_cluster::on_cluster_ui;
use crate::draw::format;
use crate::experiments::Setting;
use crate::experiments::sweep::{Spread, SweepId, SweepState, SweepStatus, Values};
use crate::experiments::table::named;
use crate::record::schema::ParameterSpec;
use crate::record::words::capitalized;
use crate::systems;
use crate::ui::app::Action;
use crate::ui::forms::display;
use crate::ui::state::Sweep;
use crate::ui::theme::tokens;
use crate::ui::widgets::{
    IconButton, Menu, Severity, caption, elided_label, key_values, menu_entry, message,
    quiet_button, section_header, section_header_with, status_label,
};

impl AtelierApp {
    /// Shows the selected sweep.
    pub(in crate::ui::app) fn sweep_ui(&mut self, ui: &mut Ui, id: &SweepId) {
        let Some(sweep) = self.sweeps.get(id).cloned() else {
            return;
        };
        let asked = panel_ui(ui, &sweep, &mut self.actions);
        let asked = asked.map(|what| Action::ForSweep(id.clone(), what));
        self.actions.extend(asked);
    }
}

fn panel_ui(ui: &mut Ui, sweep: &Sweep, actions: &mut Vec<Action>) -> Option<SweepDo> {
    let tokens = tokens(ui.ctx());
    let mut asked = None;
    section_header_with(ui, "Sweep", |ui| {
        let menu = Menu::new("More to do with the sweep").icon(icon::ICON_MORE_HORIZ);
        menu.closes().show(ui, |ui| {
            for what in SweepDo::ALL {
                let enabled = what.is_enabled(sweep);
                ui.add_enabled_ui(enabled, |ui| {
                    if menu_entry(ui, what.name()) {
                        asked = Some(what);
                    }
                });
            }
        });
        for (icon, what) in [
            (icon::ICON_CONTENT_COPY, SweepDo::Duplicate),
            (icon::ICON_EDIT, SweepDo::Rename),
        ] {
            let button = IconButton::new(icon, what.name()).hint(what.help());
            if ui.add(button).clicked() {
                asked = Some(what);
            }
        }
    });
    let width = ui.available_width();
    elided_label(ui, sweep.title(), width);
    message_ui(ui, &sweep.state);
    ui.add_space(tokens.space.xs);
    key_values(ui, "sweep facts", &facts(sweep));
    for caution in sweep
        .state
        .objectives
        .iter()
        .filter_map(|own| own.caution())
    {
        ui.add_space(tokens.space.xs);
        ui.add(
            Label::new(
                RichText::new(capitalized(&caution))
                    .small()
                    .color(tokens.warning),
            )
            .wrap(),
        );
    }
    ui.add_space(tokens.space.m);
    on_cluster_ui(ui, sweep, actions);
    result_ui(ui, sweep);
    best_ui(ui, sweep, &mut asked);
    section_header(ui, "What is varied");
    key_values(ui, "sweep values", &varied(&sweep.state));
    ui.add_space(tokens.space.xs);
    caption(ui, method(&sweep.state));
    ui.add_space(tokens.space.xs);
    let what = SweepDo::AddValues;
    ui.add_enabled_ui(what.is_enabled(sweep), |ui| {
        if ui.button(what.name()).on_hover_text(what.help()).clicked() {
            asked = Some(what);
        }
    });
    asked
}

fn message_ui(ui: &mut Ui, state: &SweepState) {
    let Some(text) = &state.message else {
        return;
    };
    let severity = match state.status {
        SweepStatus::Failed => Severity::Error,
        _ => Severity::Warning,
    };
    message(ui, severity, text, |_| ());
}

fn facts(sweep: &Sweep) -> Vec<(&'static str, String)> {
    let state = &sweep.state;
    let system = systems::find(&state.config.base.system);
    let label = system.map_or(state.config.base.system.as_str(), |system| system.label());
    let (done, planned) = sweep.counts();
    let objectives = state.objectives.iter().map(|own| own.title());
    let mut facts = vec![
        ("System", label.to_owned()),
        ("Status", status_label(sweep.status()).to_owned()),
        ("Runs", format!("{done} of {planned}")),
        ("Chosen by", objectives.collect::<Vec<_>>().join(", ")),
    ];
    let seconds: f64 = state.trials.iter().map(|own| own.seconds).sum();
    facts.push(("Training", format::duration(seconds)));
    if let (SweepStatus::Running, Some(left)) = (state.status, state.seconds_left) {
        facts.push(("Time left", format!("≈ {}", format::duration(left))));
    }
    let failed = state
        .trials
        .iter()
        .filter(|own| own.status == crate::record::Status::Failed);
    match failed.count() {
        0 => (),
        many => facts.push(("Failed", many.to_string())),
    }
    match state.trials.iter().filter(|own| own.stopped_early).count() {
        0 => (),
        many => facts.push(("Stopped early", many.to_string())),
    }
    facts.push(("Id", state.id.as_str().to_owned()));
    facts
}

/// What the chosen setting measured on data that nothing was chosen by.
fn result_ui(ui: &mut Ui, sweep: &Sweep) {
    let state = &sweep.state;
    let Some(result) = state.result.as_ref().filter(|own| !own.test.is_empty()) else {
        return;
    };
    section_header(ui, "Result");
    let measures = systems::measures_of(&state.config.base.system);
    let rows = result.test.iter().flat_map(|(name, spread)| {
        let scalar = measures.of(name);
        spread_rows(scalar.title(), *spread, scalar.unit)
    });
    pairs_ui(ui, "sweep result", rows.collect());
    let text = if result.complete {
        "The best setting, trained on all training data and measured once on the test data, with each seed."
    } else {
        "The best setting, trained on all training data; some of its runs are still training."
    };
    caption(ui, text);
    ui.add_space(tokens(ui.ctx()).space.m);
}

/// The best setting so far, with what can be done with it.
fn best_ui(ui: &mut Ui, sweep: &Sweep, asked: &mut Option<SweepDo>) {
    let tokens = tokens(ui.ctx());
    let finished = sweep.state.status == SweepStatus::Finished;
    section_header(ui, if finished { "Best" } else { "Best so far" });
    let Some(best) = sweep.best() else {
        caption(ui, "Shown once the first run has finished.");
        ui.add_space(tokens.space.m);
        return;
    };
    let mut rows = setting_rows(&sweep.state, &best.setting);
    for (objective, spread) in sweep.state.objectives.iter().zip(&best.measures) {
        if let Some(spread) = spread {
            rows.extend(spread_rows(
                objective.title(),
                *spread,
                objective.scalar.unit,
            ));
        }
    }
    pairs_ui(ui, "best of the sweep", rows);
    ui.add_space(tokens.space.xs);
    ui.horizontal_wrapped(|ui| {
        let refine = ui.button(SweepDo::Refine.name());
        if refine.on_hover_text(SweepDo::Refine.help()).clicked() {
            *asked = Some(SweepDo::Refine);
        }
        for what in [SweepDo::StartFrom, SweepDo::Promote] {
            if quiet_button(ui, what.name())
                .on_hover_text(what.help())
                .clicked()
            {
                *asked = Some(what);
            }
        }
    });
    ui.add_space(tokens.space.m);
}

/// Rows with names that are made here.
fn pairs_ui(ui: &mut Ui, id: &str, rows: Vec<(String, String)>) {
    let rows: Vec<(&str, String)> = rows
        .iter()
        .map(|(name, value)| (name.as_str(), value.clone()))
        .collect();
    key_values(ui, id, &rows);
}

fn setting_rows(state: &SweepState, setting: &Setting) -> Vec<(String, String)> {
    setting
        .iter()
        .map(|(key, value)| (label(state, key), shown(state, key, value)))
        .collect()
}

/// A value as the form shows it.
fn shown(state: &SweepState, key: &str, value: &serde_json::Value) -> String {
    display(&named(&state.config.base.system, key, value))
}

pub(super) fn label(state: &SweepState, key: &str) -> String {
    spec(state, key).map_or_else(|| key.replace('_', " "), |spec| spec.label.clone())
}

pub(super) fn spec(state: &SweepState, key: &str) -> Option<&'static ParameterSpec> {
    let system = systems::find(&state.config.base.system)?;
    match key.strip_prefix("data.") {
        Some(own) => {
            let keys = crate::data::Source::keys(system.data_kind());
            keys.iter().find(|spec| spec.key == own)
        }
        None => system.parameter(key),
    }
}

/// The mean, and below it the deviation where there are several seeds: side by side they are wider than the panel.
fn spread_rows(title: String, spread: Spread, unit: &str) -> Vec<(String, String)> {
    let mut rows = vec![(title, format::measured(spread.mean, unit))];
    if spread.count > 1 {
        let name = format!("± over {} seeds", spread.count);
        rows.push((name, format::number(spread.deviation)));
    }
    rows
}

fn varied(state: &SweepState) -> Vec<(&'static str, String)> {
    let mut rows = Vec::new();
    for (key, values) in &state.config.sweep.values {
        let name = spec(state, key).map_or("Preset", |spec| spec.label.as_str());
        rows.push((name, values_text(state, key, values)));
    }
    let seeds = state.config.seeds();
    if seeds.len() > 1 {
        let texts: Vec<String> = seeds.iter().map(u64::to_string).collect();
        rows.push(("Seeds", texts.join(", ")));
    }
    rows
}

pub(super) fn values_text(state: &SweepState, key: &str, values: &Values) -> String {
    match values {
        Values::List(list) => {
            let own = |value| shown(state, key, value);
            let texts: Vec<String> = list.iter().map(own).collect();
            texts.join(", ")
        }
        Values::Range {
            from, to, count, ..
        } => {
            let ends = format!("{} … {}", format::setting(*from), format::setting(*to));
            match count {
                Some(count) => format!("{ends} × {count}"),
                None => ends,
            }
        }
    }
}

fn method(state: &SweepState) -> String {
    let sweep = &state.config.sweep;
    let mut text = match sweep.method {
        crate::experiments::sweep::Method::Grid => "Every combination (grid)".to_owned(),
        method => format!("Drawn by {}", method.name()),
    };
    if sweep.stop_early.is_some() {
        text.push_str(", losers stopped early");
    }
    text
}
