//! Contents of a form: values, what they are measured against, unfinished text, and the way back.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::evaluation::Evaluation;
use super::history::History;
use super::schema::{FormSchema, same};
use super::tried::Tried;
use crate::record::schema::ParameterSpec;
use crate::systems::{self, ConfigMap, PRESET_KEY, Preset};

/// The values of one config while a person edits them: the parameters of a system, or the `[data]` table.
///
/// Keep one form for each: it remembers its own edits and undo steps. Serialized, it keeps the values alone.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ParameterForm {
    /// The values that were set, by key; `preset` names the chosen preset. A key that is absent stands at its default. This is what
    /// `AnySystem::resolve` takes. An empty path is one that is still to be chosen.
    pub values: ConfigMap,
    /// Values from elsewhere, which stand where none was set.
    #[serde(skip_serializing_if = "ConfigMap::is_empty")]
    pub(super) inherited: ConfigMap,
    /// Values of keys that another of their set has taken the place of, for when they are chosen again.
    #[serde(skip_serializing_if = "ConfigMap::is_empty")]
    pub(super) set_aside: ConfigMap,
    /// The values that a sweep tries in the place of one, by key.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tried: BTreeMap<String, Tried>,
    /// Text that cannot be read as a value yet, by key.
    #[serde(skip)]
    pub(super) unfinished: BTreeMap<String, Unfinished>,
    /// The value in an editor that is being dragged: shown, but not set before it is let go.
    #[serde(skip)]
    pub(super) draft: Option<(String, Value)>,
    /// The text in the search box.
    #[serde(skip)]
    pub(super) search: String,
    /// The key to scroll to and to focus.
    #[serde(skip)]
    pub(super) jump: Option<String>,
    /// Set once a start was tried: rows then also say that nothing was chosen yet.
    #[serde(skip)]
    pub(super) asked: bool,
    /// The key whose values are to be typed next.
    #[serde(skip)]
    pub(super) try_next: Option<String>,
    /// The key whose values are being typed: one step of undo.
    #[serde(skip)]
    pub(super) typing: Option<String>,
    #[serde(skip)]
    history: History<Contents>,
    /// Defaults, complete values and problems, until the values change.
    #[serde(skip)]
    evaluation: RefCell<Option<Rc<Evaluation>>>,
}

/// What undo brings back.
#[derive(Debug, Clone, Default, PartialEq)]
struct Contents {
    values: ConfigMap,
    tried: BTreeMap<String, Tried>,
}

/// Text in an editor that is not a value, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unfinished {
    pub(super) text: String,
    pub(super) problem: String,
}

impl ParameterForm {
    /// A form that shows `values`, such as the config of a run.
    #[must_use]
    pub fn with_values(values: ConfigMap) -> Self {
        Self {
            values,
            ..Self::default()
        }
    }

    /// The form of a new run of a system: as the preset that it starts with.
    #[must_use]
    pub fn starting(system: &str) -> Self {
        let preset = systems::find(system).and_then(|system| system.info().starting_preset);
        let preset = preset.map(|name| (PRESET_KEY.to_owned(), Value::from(name)));
        Self::with_values(preset.into_iter().collect())
    }

    /// Defaults, complete values and problems; computed once per change.
    pub(super) fn evaluation(&self, schema: &FormSchema) -> Rc<Evaluation> {
        let mut known = self.evaluation.borrow_mut();
        match &*known {
            Some(evaluation) if evaluation.is_of(self, schema) => Rc::clone(evaluation),
            _ => Rc::clone(known.insert(Rc::new(Evaluation::new(self, schema)))),
        }
    }

    /// Every key with its value, as `AnySystem::check` wants it.
    #[must_use]
    pub fn complete(&self, schema: &FormSchema) -> ConfigMap {
        self.evaluation(schema).complete.clone()
    }

    /// The chosen preset; the first, which is the default config, if none was chosen.
    #[must_use]
    pub fn preset<'a>(&self, presets: &'a [Preset]) -> Option<&'a Preset> {
        let chosen = self.values.get(PRESET_KEY).and_then(Value::as_str);
        chosen
            .and_then(|name| systems::preset_named(presets, name))
            .or(presets.first())
    }

    /// How many parameters differ from the preset and the defaults.
    #[must_use]
    pub fn changes(&self, schema: &FormSchema) -> usize {
        let evaluation = self.evaluation(schema);
        schema
            .specs
            .iter()
            .filter(|spec| self.is_changed(&spec.key, &evaluation.baseline))
            .count()
    }

    pub(super) fn is_changed(&self, key: &str, baseline: &ConfigMap) -> bool {
        self.unfinished.contains_key(key)
            || self
                .values
                .get(key)
                .is_some_and(|value| !same(value, baseline.get(key).unwrap_or(&Value::Null)))
    }

    /// Sets one value, as one step of undo. Whether it was another before.
    pub fn set(&mut self, key: &str, value: Value) -> bool {
        self.unfinished.remove(key);
        if self.values.get(key).is_some_and(|own| same(own, &value)) {
            return false;
        }
        self.record();
        self.values.insert(key.to_owned(), value);
        true
    }

    /// Sets one path.
    ///
    /// # Errors
    /// If its name is not UTF-8, in a sentence.
    pub fn set_path(&mut self, key: &str, path: &Path) -> Result<(), String> {
        self.set(key, path_value(path)?);
        Ok(())
    }

    /// Sets one parameter back to the preset's value or the default.
    pub fn reset(&mut self, key: &str) {
        self.unfinished.remove(key);
        if self.values.contains_key(key) {
            self.record();
            self.values.remove(key);
        }
    }

    /// Sets some parameters back, as one step of undo.
    pub fn reset_keys(&mut self, keys: &[String]) {
        let mut values = self.values.clone();
        values.retain(|key, _| !keys.contains(key));
        self.replace(values);
    }

    /// Sets every parameter back to the one value of the preset or the default, as one step of undo.
    pub fn reset_all(&mut self) {
        let preset = self.values.get_key_value(PRESET_KEY);
        let preset = preset.map(|(key, name)| (key.clone(), name.clone()));
        self.replace_all(preset.into_iter().collect(), BTreeMap::new());
    }

    /// Takes a preset's values in place of all edits, as one step of undo.
    pub fn choose_preset(&mut self, name: &str) {
        let preset = (PRESET_KEY.to_owned(), Value::from(name));
        self.replace(std::iter::once(preset).collect());
    }

    /// Takes other values in place of all, as one step of undo. What is tried stays.
    pub fn replace(&mut self, values: ConfigMap) {
        self.replace_all(values, self.tried.clone());
    }

    /// Takes other values and others to try in place of all, as one step of undo.
    pub fn replace_all(&mut self, values: ConfigMap, tried: BTreeMap<String, Tried>) {
        self.forget_drafts();
        self.asked = false;
        if values != self.values || tried != self.tried {
            self.record();
            self.values = values;
            self.tried = tried;
        }
    }

    /// Takes the last edit back. Whether there was one.
    pub fn undo(&mut self) -> bool {
        let mut contents = self.contents();
        let undone = self.history.undo(&mut contents);
        self.bring_back(contents);
        undone
    }

    /// Makes the edit again that was taken back last. Whether there was one.
    pub fn redo(&mut self) -> bool {
        let mut contents = self.contents();
        let redone = self.history.redo(&mut contents);
        self.bring_back(contents);
        redone
    }

    fn contents(&self) -> Contents {
        Contents {
            values: self.values.clone(),
            tried: self.tried.clone(),
        }
    }

    fn bring_back(&mut self, contents: Contents) {
        self.forget_drafts();
        (self.values, self.tried) = (contents.values, contents.tried);
    }

    /// Notes the contents that an edit is about to replace.
    pub(super) fn record(&mut self) {
        self.typing = None;
        let contents = self.contents();
        self.history.record(contents);
    }

    /// True if there is an edit to take back.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        self.history.can_undo()
    }

    /// True if there is an edit to make again.
    #[must_use]
    pub fn can_redo(&self) -> bool {
        self.history.can_redo()
    }

    /// Gives the value to one of a set of keys, or to none, as one step of undo. What the others had is kept for when they are chosen
    /// again.
    pub(super) fn choose_of_set(&mut self, schema: &FormSchema, set: &str, chosen: Option<&str>) {
        let mut values = self.values.clone();
        for spec in schema.set(set) {
            if let Some(value) = values.remove(&spec.key).filter(|value| !value.is_null()) {
                self.set_aside.insert(spec.key.clone(), value);
            }
            if chosen == Some(spec.key.as_str()) {
                let value = self.set_aside.remove(&spec.key);
                values.insert(spec.key.clone(), value.unwrap_or_else(|| spec.first()));
            }
        }
        let mut tried = self.tried.clone();
        tried.retain(|key, _| schema.set(set).all(|spec| spec.key != *key));
        self.replace_all(values, tried);
    }

    /// The problems of the values, as (key, problem): unreadable text, what is still to be chosen, each value on its own, and, once
    /// those are right, their combinations.
    #[must_use]
    pub fn problems(&self, schema: &FormSchema) -> Vec<(String, String)> {
        self.evaluation(schema).problems()
    }

    /// If something is wrong, has the form go to it: its group is unfolded, the search cleared, its row scrolled to and focused. Whether
    /// something is.
    pub fn jump_to_problem(&mut self, schema: &FormSchema) -> bool {
        let first = self.evaluation(schema).problems().into_iter().next();
        let Some((key, _)) = first else {
            return false;
        };
        self.search.clear();
        self.asked = true;
        self.jump = Some(key);
        true
    }

    /// True if a parameter matches the search: every word is in its label, key, symbol, group or help.
    pub(super) fn is_found(&self, spec: &ParameterSpec) -> bool {
        let symbol = spec.symbol.as_deref().unwrap_or_default();
        let text = [&spec.label, &spec.key, symbol, &spec.group, &spec.help]
            .join(" ")
            .to_lowercase();
        let search = self.search.to_lowercase();
        search.split_whitespace().all(|word| text.contains(word))
    }

    /// The values that were set, without the preset's name.
    pub(super) fn own(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.values.iter().filter(|(key, _)| *key != PRESET_KEY)
    }

    fn forget_drafts(&mut self) {
        self.unfinished.clear();
        self.draft = None;
        self.typing = None;
    }
}

/// A path as a form holds it.
pub(super) fn path_value(path: &Path) -> Result<Value, String> {
    path.to_str().map(Value::from).ok_or_else(|| {
        format!(
            "The name of {} is not UTF-8, so a config file cannot hold it. Rename the file or its folder.",
            path.display()
        )
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::systems::toy::TOY;

    fn schema() -> FormSchema {
        FormSchema::of(&TOY)
    }

    fn value(form: &ParameterForm, key: &str) -> Value {
        form.complete(&schema())[key].clone()
    }

    #[test]
    fn an_edit_is_a_change_until_it_is_reset_or_undone() {
        let (schema, mut form) = (schema(), ParameterForm::default());
        assert_eq!(form.changes(&schema), 0);
        assert!(form.set("epochs", json!(50)));
        assert!(
            !form.set("epochs", json!(50.0)),
            "the same value again is no edit"
        );
        assert_eq!(form.changes(&schema), 1);
        form.reset("epochs");
        assert_eq!(form.changes(&schema), 0);
        assert!(form.undo());
        assert_eq!(value(&form, "epochs"), json!(50));
        assert!(form.undo());
        assert_eq!(form.changes(&schema), 0);
        assert!(!form.undo());
        assert!(form.redo());
        assert_eq!(value(&form, "epochs"), json!(50));
    }

    #[test]
    fn setting_a_value_to_its_default_is_not_a_change() {
        let mut form = ParameterForm::default();
        form.set("hidden", json!(500));
        assert_eq!(form.changes(&schema()), 0);
    }

    #[test]
    fn a_preset_replaces_edits_and_becomes_what_changes_are_measured_against() {
        let (schema, mut form) = (schema(), ParameterForm::default());
        form.set("epochs", json!(7));
        form.choose_preset("deep");
        assert_eq!(
            form.preset(&schema.presets).map(|preset| preset.name),
            Some("deep")
        );
        assert_eq!(value(&form, "hidden"), json!([500, 250, 500]));
        assert_eq!(form.changes(&schema), 0);
        form.set("hidden", json!([500]));
        assert_eq!(form.changes(&schema), 1);
        form.reset_all();
        assert_eq!(value(&form, "hidden"), json!([500, 250, 500]));
        form.undo();
        form.undo();
        form.undo();
        assert_eq!(value(&form, "epochs"), json!(7));
    }

    #[test]
    fn defaults_that_depend_on_other_keys_follow_them_and_edits_stay() {
        let (schema, mut form) = (schema(), ParameterForm::default());
        assert_eq!(value(&form, "regularization"), json!(20.0));
        form.set("side", json!("user"));
        assert_eq!(value(&form, "regularization"), json!(5.0));
        assert_eq!(form.changes(&schema), 1, "the side alone was changed");
        form.set("regularization", json!(7.0));
        form.set("side", json!("item"));
        assert_eq!(value(&form, "regularization"), json!(7.0));
    }

    #[test]
    fn problems_come_from_text_ranges_and_combinations_in_that_order() {
        let (schema, mut form) = (schema(), ParameterForm::default());
        assert!(form.problems(&schema).is_empty());
        form.set("warm_start", json!(true));
        form.set("epochs", json!(200));
        let problems = form.problems(&schema);
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].0, "epochs");
        form.set("learning_rate", json!(-1));
        let problems = form.problems(&schema);
        assert_eq!(
            problems.len(),
            1,
            "combinations are checked once the values are right"
        );
        assert_eq!(problems[0].0, "learning_rate");
        assert!(problems[0].1.contains("-1"), "{}", problems[0].1);
    }

    #[test]
    fn only_the_values_are_kept_between_starts() {
        let mut form = ParameterForm::default();
        form.set("epochs", json!(3));
        let text = serde_json::to_string(&form).expect("plain values");
        assert_eq!(text, r#"{"values":{"epochs":3}}"#);
        let back: ParameterForm = serde_json::from_str(&text).expect("what was written");
        assert_eq!(back.values, form.values);
        assert!(!back.can_undo());
    }

    #[test]
    fn search_finds_labels_symbols_and_help() {
        let schema = schema();
        let found = |search: &str| {
            let form = ParameterForm {
                search: search.to_owned(),
                ..ParameterForm::default()
            };
            let keys = schema.specs.iter().filter(|spec| form.is_found(spec));
            keys.map(|spec| spec.key.clone()).collect::<Vec<_>>()
        };
        assert_eq!(found("λ"), ["regularization"]);
        assert_eq!(found("RATE learn"), ["learning_rate"]);
        assert_eq!(found("passes"), ["epochs"]);
        assert_eq!(found("").len(), schema.specs.len());
        assert!(found("no such thing").is_empty());
    }
}
