//! The seed of a run, or those that each setting of a sweep is run with.

use std::sync::LazyLock;

use eframe::egui::Ui;
use serde_json::Value;

use super::DataForm;
use crate::data::DataKind;
use crate::record::schema::{ParameterKind, ParameterSpec};
use crate::ui::forms::editors::{Edit, Field};
use crate::ui::forms::form::FormMode;
use crate::ui::forms::row::Row;
use crate::ui::forms::tried::Tried;
use crate::ui::forms::tried_row::TriedRow;

/// Its key in a config file.
pub(super) const KEY: &str = "seed";
/// Seeds that are tried at first: what is needed for a spread.
pub(super) const USUAL: usize = 3;

const HELP: &str = "Determines the test set, the initial weights and every shuffle: the same seed gives the same run";

static SPEC: LazyLock<ParameterSpec> = LazyLock::new(|| ParameterSpec {
    key: KEY.to_owned(),
    label: "Seed".to_owned(),
    kind: ParameterKind::Integer {
        min: 0,
        max: i64::MAX,
    },
    ..ParameterSpec::default()
});

impl DataForm {
    /// The seeds that each setting is run with: one unless several are tried.
    ///
    /// # Errors
    /// A sentence for the row, if what is tried are no seeds.
    pub fn seeds(&self, kind: DataKind) -> Result<Vec<u64>, String> {
        match self.form(kind).tried.get(KEY) {
            None => Ok(vec![self.seed]),
            Some(tried) => Ok(tried
                .values(&SPEC)?
                .iter()
                .filter_map(Value::as_u64)
                .collect()),
        }
    }

    /// True if several seeds are tried.
    #[must_use]
    pub fn tries_seeds(&self, kind: DataKind) -> bool {
        self.form(kind).tried.contains_key(KEY)
    }

    /// Tries so many seeds, from the own one on; one is no longer several.
    pub fn try_seeds(&mut self, kind: DataKind, count: usize) {
        if count < 2 {
            self.form_mut(kind).stop_trying(KEY);
            return;
        }
        let known = self.seeds(kind).unwrap_or_default();
        let mut seeds: Vec<u64> = known.into_iter().take(count).collect();
        let mut next = seeds
            .last()
            .map_or(self.seed, |last| last.saturating_add(1));
        while seeds.len() < count {
            if !seeds.contains(&next) {
                seeds.push(next);
            }
            next = next.wrapping_add(1);
        }
        self.set_seeds(kind, &seeds);
    }

    pub(super) fn set_seeds(&mut self, kind: DataKind, seeds: &[u64]) {
        let texts: Vec<String> = seeds.iter().map(u64::to_string).collect();
        let tried = Tried::List(texts.join(" "));
        self.form_mut(kind).set_tried(KEY, tried, false);
    }

    pub(super) fn seed_ui(&mut self, ui: &mut Ui, kind: DataKind, mode: FormMode, draws: bool) {
        let tooltip = |ui: &mut Ui| {
            ui.label(HELP);
        };
        let form = self.form_mut(kind);
        if let Some(tried) = form.tried.get(KEY).cloned() {
            let problem = tried.values(&SPEC).err();
            let row = TriedRow {
                spec: &SPEC,
                tried: &tried,
                grid: !draws,
                focus: form.takes_focus(KEY, mode),
                problem: problem.as_deref(),
            };
            let response = ui.push_id("seeds", |ui| row.ui(ui, tooltip)).inner;
            form.take_tried(KEY, response);
            return;
        }
        let row = Row {
            label: &SPEC.label,
            symbol: None,
            live: false,
            roomy: false,
            reset_to: None,
            problem: None,
            locked: (mode != FormMode::Edit)
                .then_some("The seed of a run cannot change; duplicate its settings"),
            can_try: mode == FormMode::Edit,
        };
        let value = Value::from(self.seed);
        let response = ui
            .push_id("seed", |ui| {
                row.show(ui, tooltip, |ui, label, width| {
                    let field = Field {
                        spec: &SPEC,
                        value: &value,
                        unfinished: None,
                        label,
                        width,
                        focus: false,
                        found: None,
                        offered: &[],
                    };
                    field.ui(ui)
                })
            })
            .inner;
        if response.tries {
            self.try_seeds(kind, USUAL);
        }
        if let Some(Edit::Commit(value) | Edit::Draft(value)) = response.inner {
            self.seed = value.as_u64().unwrap_or(self.seed);
        }
    }
}
