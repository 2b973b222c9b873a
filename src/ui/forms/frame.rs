//! State that the rows of a form share while it is shown.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use serde_json::Value;

use super::evaluation::Evaluation;
use super::form::{FormContext, FormMode};
use super::schema::FormSchema;
use crate::record::schema::{ParameterSpec, Shown};
use crate::systems::ConfigMap;

/// State that the rows of one frame share.
pub(super) struct Frame<'a> {
    pub(super) schema: &'a FormSchema,
    pub(super) context: &'a FormContext<'a>,
    pub(super) evaluation: Rc<Evaluation>,
    /// The values that are shown.
    pub(super) shown: ConfigMap,
    /// Something is searched for.
    pub(super) searching: bool,
    /// Set by the row to jump to.
    pub(super) jumped: Cell<bool>,
    pub(super) choose: RefCell<Option<String>>,
}

impl Frame<'_> {
    pub(super) fn found(&self, key: &str) -> Option<&str> {
        let found = self.context.found.iter().find(|(own, _)| *own == key);
        found.map(|(_, words)| words.as_str())
    }

    pub(super) fn offered(&self, key: &str) -> &[(Value, String)] {
        let offered = self.context.offered.iter().find(|(own, _)| *own == key);
        offered.map_or(&[], |(_, values)| values.as_slice())
    }

    pub(super) fn is_shown(&self, spec: &ParameterSpec) -> bool {
        let is_given = || self.shown.contains_key(&spec.key);
        match spec.shown {
            Shown::Always => !self.is_set_aside(&spec.key),
            Shown::With { .. } => FormSchema::applies(spec, &self.shown),
            Shown::WhereGiven => is_given() || self.found(&spec.key).is_some(),
            Shown::WhereOffered => is_given() || self.offered(&spec.key).len() > 1,
        }
    }

    fn is_set_aside(&self, key: &str) -> bool {
        let is_asked_for = || {
            let is_wrong = self.context.problem.is_some_and(|(own, _)| own == key);
            let has_own_value = self.shown.get(key) != self.evaluation.baseline.get(key);
            self.searching || is_wrong || has_own_value
        };
        self.context.set_aside.contains(&key) && !is_asked_for()
    }

    /// Why a key cannot be changed now.
    pub(super) fn locked(&self, live: bool) -> Option<&'static str> {
        match self.context.mode {
            FormMode::Edit => None,
            FormMode::Live if live => None,
            _ if !self.schema.is_system() => {
                Some("The data of a run cannot change; duplicate its settings")
            }
            FormMode::Live => Some("Cannot be changed while the run is in progress"),
            FormMode::ReadOnly => Some("This run has ended; start a new one to use other values"),
        }
    }
}
