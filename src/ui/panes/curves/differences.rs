//! The parameters whose values differ between the runs.

use std::collections::BTreeSet;

use eframe::egui::{Grid, Label, RichText, ScrollArea, Sense, TextStyle, Ui, vec2};
use serde_json::Value;

use super::CurveRun;
use super::marks::value_text;
use crate::experiments::table::{named, spec_of};
use crate::systems::ConfigMap;
use crate::ui::theme::tokens;
use crate::ui::widgets::{caption, elide_middle, elided_label, section_header};

/// A key and its value in each run, `None` where a run has no such key.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference<'a> {
    /// The config key.
    pub key: &'a str,
    /// Its values, in the order of the runs.
    pub values: Vec<Option<&'a Value>>,
}

/// The keys that do not have the same value in all `configs`, in order.
#[must_use]
pub fn differences<'a>(configs: &[&'a ConfigMap]) -> Vec<Difference<'a>> {
    let keys: BTreeSet<&str> = configs
        .iter()
        .flat_map(|config| config.keys())
        .map(String::as_str)
        .collect();
    keys.into_iter()
        .map(|key| Difference {
            key,
            values: configs.iter().map(|config| config.get(key)).collect(),
        })
        .filter(|row| row.values.iter().any(|value| *value != row.values[0]))
        .collect()
}

/// A value in words: those that stand in place of 0 or of none, where the system chooses.
fn shown(system: &str, key: &str, value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => spec_of(system, key)
            .and_then(|spec| spec.absent.clone())
            .unwrap_or_else(|| "–".to_owned()),
        Some(value) => value_text(&named(system, key, value)),
    }
}

/// The width that the table of so many runs would like.
pub(super) fn wanted_width(ui: &Ui, runs: usize) -> f32 {
    let tokens = tokens(ui.ctx());
    tokens.size.runs_panel * 0.5 + runs as f32 * (tokens.space.xxl + tokens.space.m)
}

/// Shows the differences as a table: keys down, runs across.
pub(super) fn differences_ui(ui: &mut Ui, runs: &[CurveRun<'_>]) {
    let tokens = tokens(ui.ctx());
    section_header(ui, "Different parameters");
    let configs: Vec<&ConfigMap> = runs.iter().map(|run| run.config).collect();
    let rows = differences(&configs);
    if rows.is_empty() {
        caption(ui, "These runs have the same parameters.");
        return;
    }
    if wanted_width(ui, runs.len()) > ui.available_width() {
        below_ui(ui, runs, &rows);
        return;
    }
    ScrollArea::both()
        .id_salt("differences")
        .auto_shrink([false, false])
        .show(ui, |ui| {
            Grid::new("differences")
                .striped(true)
                .spacing(vec2(tokens.space.m, tokens.space.hair))
                .min_row_height(tokens.size.control - tokens.space.xs)
                .min_col_width(tokens.space.xl)
                .show(ui, |ui| {
                    ui.label("");
                    for run in runs {
                        let side = tokens.size.mark;
                        let (rect, response) = ui.allocate_exact_size(
                            vec2(side, tokens.size.control - tokens.space.xs),
                            Sense::hover(),
                        );
                        ui.painter()
                            .circle_filled(rect.center(), side * 0.4, run.color);
                        response.on_hover_text(run.name);
                    }
                    ui.end_row();
                    for row in &rows {
                        ui.label(small(row.key).color(tokens.text_secondary));
                        for (run, value) in runs.iter().zip(&row.values) {
                            let text = shown(run.system, row.key, *value);
                            let font = TextStyle::Small.resolve(ui.style());
                            let cut = elide_middle(ui, &text, &font, 96.0);
                            let response = ui.label(small(&cut));
                            if cut != text {
                                response.on_hover_text(text);
                            }
                        }
                        ui.end_row();
                    }
                });
        });
}

/// Where the runs do not stand side by side, they stand one below the other.
fn below_ui(ui: &mut Ui, runs: &[CurveRun<'_>], rows: &[Difference<'_>]) {
    let tokens = tokens(ui.ctx());
    ScrollArea::vertical()
        .id_salt("differences below")
        .auto_shrink([false, false])
        .show(ui, |ui| {
            for (at, run) in runs.iter().enumerate() {
                ui.horizontal(|ui| {
                    let side = tokens.size.mark;
                    let (rect, _) = ui.allocate_exact_size(vec2(side, side), Sense::hover());
                    let center = rect.center();
                    ui.painter().circle_filled(center, side * 0.4, run.color);
                    elided_label(ui, run.name, ui.available_width());
                });
                let values = rows.iter().map(|row| {
                    let value = shown(run.system, row.key, row.values[at]);
                    format!("{} {value}", row.key)
                });
                let values: Vec<String> = values.collect();
                let text = small(&values.join(" · ")).color(tokens.text_secondary);
                ui.add(Label::new(text).wrap());
                ui.add_space(tokens.space.s);
            }
        });
}

fn small(text: &str) -> RichText {
    RichText::new(text).text_style(TextStyle::Small)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn config(value: &Value) -> ConfigMap {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn only_keys_whose_values_differ_are_listed() {
        let a = config(&json!({"hidden": [500], "side": "item", "epochs": 100}));
        let b = config(&json!({"hidden": [500], "side": "user", "epochs": 100, "patience": 5}));
        let found = differences(&[&a, &b]);
        let keys: Vec<&str> = found.iter().map(|row| row.key).collect();
        assert_eq!(keys, ["patience", "side"]);
        assert_eq!(found[0].values, [None, Some(&json!(5))]);
        assert_eq!(
            found[1].values,
            [Some(&json!("item")), Some(&json!("user"))]
        );
    }

    #[test]
    fn what_the_system_chooses_is_shown_in_its_word() {
        let zero = json!(0);
        assert_eq!(shown("deepcc", "pretraining_epochs", Some(&zero)), "Auto");
        assert_eq!(shown("autorec", "regularization", None), "Auto");
        assert_eq!(shown("autorec", "regularization", Some(&json!(0.5))), "0.5");
        assert_eq!(shown("user_item_bias", "regularization", None), "–");
    }

    #[test]
    fn one_run_differs_from_nothing() {
        let a = config(&json!({"side": "item"}));
        assert!(differences(&[&a]).is_empty() && differences(&[]).is_empty());
    }
}
