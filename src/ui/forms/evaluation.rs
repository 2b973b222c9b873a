//! The defaults, the complete config and the problems that follow from the values of a form.

use std::collections::BTreeMap;

use serde_json::Value;

use super::model::{ParameterForm, Unfinished};
use super::schema::FormSchema;
use super::tried::Tried;
use crate::record::schema::ParameterKind;
use crate::systems::ConfigMap;

/// The defaults, the complete config and the problems of a form.
#[derive(Debug)]
pub(super) struct Evaluation {
    /// The values that it follows from.
    values: ConfigMap,
    inherited: ConfigMap,
    unfinished: BTreeMap<String, Unfinished>,
    tried: BTreeMap<String, Tried>,
    subject: &'static str,
    /// The value of every key where nothing was set: the chosen preset's, else the default.
    pub(super) baseline: ConfigMap,
    /// Every key with its value; those without one are absent.
    pub(super) complete: ConfigMap,
    /// In the order of the keys.
    problems: Vec<Problem>,
}

/// A problem of a key.
#[derive(Debug)]
struct Problem {
    key: String,
    text: String,
    /// Nothing was chosen yet, which the row shows by itself.
    to_choose: bool,
}

impl Evaluation {
    pub(super) fn new(form: &ParameterForm, schema: &FormSchema) -> Self {
        let baseline = baseline(form, schema);
        let complete = complete(form, schema, &baseline);
        Self {
            problems: problems(form, schema, &complete),
            values: form.values.clone(),
            inherited: form.inherited.clone(),
            unfinished: form.unfinished.clone(),
            tried: form.tried.clone(),
            subject: schema.name(),
            baseline,
            complete,
        }
    }

    /// True while the form has the values that this follows from.
    pub(super) fn is_of(&self, form: &ParameterForm, schema: &FormSchema) -> bool {
        self.values == form.values
            && self.inherited == form.inherited
            && self.unfinished == form.unfinished
            && self.tried == form.tried
            && self.subject == schema.name()
    }

    /// Pairs of key and problem.
    pub(super) fn problems(&self) -> Vec<(String, String)> {
        let pair = |problem: &Problem| (problem.key.clone(), problem.text.clone());
        self.problems.iter().map(pair).collect()
    }

    /// True if a value is wrong, not merely still to be chosen.
    pub(super) fn is_wrong(&self) -> bool {
        self.problems.iter().any(|problem| !problem.to_choose)
    }

    /// The problem that the row of a key shows; with `asked` also that nothing was chosen yet.
    pub(super) fn problem(&self, key: &str, asked: bool) -> Option<&str> {
        let is_said = |problem: &&Problem| problem.key == key && (asked || !problem.to_choose);
        self.problems
            .iter()
            .find(is_said)
            .map(|problem| problem.text.as_str())
    }
}

fn baseline(form: &ParameterForm, schema: &FormSchema) -> ConfigMap {
    let preset = form.preset(&schema.presets).map(|preset| &preset.values);
    let mut given = preset.cloned().unwrap_or_default();
    given.extend(form.own().map(|(key, value)| (key.clone(), value.clone())));
    let mut baseline = schema.defaults(&given);
    // A default that depends on other keys is asked for without the key itself.
    if schema.is_system() {
        for (key, value) in form.own() {
            let removed = given.remove(key);
            if let Some(default) = schema.defaults(&given).remove(key) {
                baseline.insert(key.clone(), default);
            }
            given.insert(key.clone(), removed.unwrap_or_else(|| value.clone()));
        }
    }
    if let Some(preset) = preset {
        baseline.extend(preset.clone());
    }
    baseline.extend(form.inherited.clone());
    baseline
}

fn complete(form: &ParameterForm, schema: &FormSchema, baseline: &ConfigMap) -> ConfigMap {
    let mut complete = baseline.clone();
    complete.extend(form.own().map(|(key, value)| (key.clone(), value.clone())));
    // Of several values the first stands for all: each was checked on its own.
    for spec in &schema.specs {
        let first = |tried: &Tried| tried.values(spec).ok()?.into_iter().next();
        if let Some(value) = form.tried.get(&spec.key).and_then(first) {
            complete.insert(spec.key.clone(), value);
        }
    }
    complete.retain(|_, value| !value.is_null());
    // As a config file may say it: `hidden = 500` for a list of one.
    for spec in &schema.specs {
        if let Some(value) = complete.get_mut(&spec.key)
            && let Ok(normal) = spec.check(value)
        {
            *value = normal;
        }
    }
    complete
}

fn problems(form: &ParameterForm, schema: &FormSchema, complete: &ConfigMap) -> Vec<Problem> {
    let mut problems: Vec<Problem> = schema
        .specs
        .iter()
        .filter(|spec| FormSchema::applies(spec, complete))
        .filter_map(|spec| {
            let to_choose = FormSchema::is_to_choose(spec, complete);
            if let Some(tried) = form.tried.get(&spec.key) {
                return Some(Problem {
                    key: spec.key.clone(),
                    text: tried.values(spec).err()?,
                    to_choose: false,
                });
            }
            let text = match form.unfinished.get(&spec.key) {
                Some(unfinished) => unfinished.problem.clone(),
                None if to_choose => spec.request(),
                None => {
                    let value = complete.get(&spec.key).unwrap_or(&Value::Null);
                    let problem = spec.check(value).err()?.problem;
                    match spec.kind {
                        ParameterKind::Number { min, max } if spec.percent => {
                            format!("must be from {} to {} %", min * 100.0, max * 100.0)
                        }
                        _ => problem,
                    }
                }
            };
            Some(Problem {
                key: spec.key.clone(),
                text,
                to_choose,
            })
        })
        .collect();
    if problems.is_empty()
        && let Some((key, text)) = schema.check(complete)
    {
        problems.push(Problem {
            key,
            text,
            to_choose: false,
        });
    }
    problems
}
