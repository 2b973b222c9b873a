//! The keys of the config that a form edits, and how a form writes values.

use std::sync::LazyLock;

use serde_json::Value;

use crate::data::{DataKind, Source};
use crate::draw::format;
use crate::record::schema::{ParameterKind, ParameterSpec, Shown};
use crate::systems::{AnySystem, ConfigMap, Preset};

/// The group of the keys that say how a file is read.
pub(super) const READING: &str = "Reading";
/// The keys that name what is read of a file that holds several.
const IN_FILE: [&str; 2] = ["member", "variable"];

/// The keys of a config with its presets, read once: reading them makes its JSON schema.
#[derive(Clone)]
pub struct FormSchema {
    subject: Subject,
    /// Its keys, in order.
    pub specs: Vec<ParameterSpec>,
    /// Its presets; the first is the default config. A source of data has none.
    pub presets: Vec<Preset>,
}

/// The config that is edited.
#[derive(Clone, Copy)]
enum Subject {
    /// The parameters of a system.
    System(&'static dyn AnySystem),
    /// The `[data]` table.
    Source(DataKind),
}

static SOURCES: LazyLock<[FormSchema; 3]> = LazyLock::new(|| {
    DataKind::ALL.map(|kind| FormSchema {
        subject: Subject::Source(kind),
        specs: Source::keys(kind).to_vec(),
        presets: Vec::new(),
    })
});

impl FormSchema {
    /// Reads the parameters and presets of a system.
    #[must_use]
    pub fn of(system: &'static dyn AnySystem) -> Self {
        Self {
            subject: Subject::System(system),
            specs: system.parameters().to_vec(),
            presets: system.presets().to_vec(),
        }
    }

    /// The keys of the `[data]` table for this kind of data.
    #[must_use]
    pub fn of_source(kind: DataKind) -> &'static Self {
        &SOURCES[kind as usize]
    }

    /// The name of what is edited.
    pub(super) fn name(&self) -> &'static str {
        match self.subject {
            Subject::System(system) => system.id(),
            Subject::Source(kind) => kind.noun(),
        }
    }

    /// True for the config of a system, which has groups, presets and marks for changes.
    pub(super) fn is_system(&self) -> bool {
        matches!(self.subject, Subject::System(_))
    }

    /// True for a key of the `[data]` table that says how a file is read.
    #[must_use]
    pub fn is_reading(&self, key: &str) -> bool {
        self.reading().any(|spec| spec.key == key)
    }

    /// The keys of the `[data]` table that say how a file is read.
    pub fn reading(&self) -> impl Iterator<Item = &ParameterSpec> {
        let is_source = !self.is_system();
        self.specs.iter().filter(move |spec| {
            is_source && (spec.group == READING || IN_FILE.contains(&&*spec.key))
        })
    }

    /// True for a key that names what is read of a file that holds several.
    pub(super) fn names_in_file(key: &str) -> bool {
        IN_FILE.contains(&key)
    }

    /// The default of every key for what is given (a system may have defaults that depend on it).
    pub(super) fn defaults(&self, given: &ConfigMap) -> ConfigMap {
        match self.subject {
            Subject::System(system) => system.defaults(given),
            Subject::Source(_) => self
                .specs
                .iter()
                .map(|spec| (spec.key.clone(), spec.default.clone()))
                .collect(),
        }
    }

    /// The problem of a combination of values that are right on their own, as (key, problem).
    pub(super) fn check(&self, complete: &ConfigMap) -> Option<(String, String)> {
        match self.subject {
            Subject::System(system) => {
                let error = system.check(complete).err()?;
                Some((error.key, error.problem))
            }
            Subject::Source(kind) => {
                let source = self.source(kind, complete);
                let twice = match &source {
                    Source::Ratings(ratings) if ratings.test.as_ref() == Some(&ratings.path) => {
                        Some((
                            "test",
                            "This is the file of training ratings; choose another",
                        ))
                    }
                    Source::Images(images) if images.path_b.as_ref() == Some(&images.path) => {
                        Some(("path_b", "This is the folder of domain A; choose another"))
                    }
                    _ => None,
                };
                if let Some((key, problem)) = twice {
                    return Some((key.to_owned(), problem.to_owned()));
                }
                let (key, problem) = source.check().err()?.in_config()?;
                Some((key.to_owned(), problem))
            }
        }
    }

    /// The source of these values that can be read: what is wrong or still to be chosen is left out.
    pub(super) fn source(&self, kind: DataKind, complete: &ConfigMap) -> Source {
        let mut table = ConfigMap::new();
        for spec in &self.specs {
            let applies = Self::applies(spec, complete);
            let to_choose = Self::is_to_choose(spec, complete);
            match complete.get(&spec.key) {
                Some(value) if applies && !to_choose && spec.check(value).is_ok() => {
                    table.insert(spec.key.clone(), value.clone());
                }
                _ => (),
            }
            // Until what goes with a value is chosen, the data can be looked at without it.
            if let Shown::With { key, .. } = &spec.shown
                && applies
                && to_choose
            {
                table.remove(key);
            }
        }
        Source::read(kind, &table).unwrap_or_else(|_| Source::empty(kind))
    }

    /// True if a key has a meaning among these values: one that goes with the value of another may have none.
    pub(super) fn applies(spec: &ParameterSpec, values: &ConfigMap) -> bool {
        match &spec.shown {
            Shown::With { key, value } => {
                values.get(key).and_then(Value::as_str) == Some(value.as_str())
            }
            Shown::Always | Shown::WhereGiven | Shown::WhereOffered => true,
        }
    }

    /// True if a path or a name is still to be chosen.
    pub(super) fn is_to_choose(spec: &ParameterSpec, values: &ConfigMap) -> bool {
        match values.get(&spec.key) {
            None | Some(Value::Null) => matches!(spec.shown, Shown::With { .. }),
            Some(value) => spec.is_path() && value.as_str() == Some(""),
        }
    }

    /// Groups in order of first appearance, with those keys of each for which `is_shown` holds.
    pub(in crate::ui) fn groups(
        &self,
        is_shown: impl Fn(&ParameterSpec) -> bool,
    ) -> Vec<(&str, Vec<&ParameterSpec>)> {
        let mut groups: Vec<(&str, Vec<&ParameterSpec>)> = Vec::new();
        for spec in self.specs.iter().filter(|spec| is_shown(spec)) {
            match groups.iter_mut().find(|(name, _)| *name == spec.group) {
                Some((_, members)) => members.push(spec),
                None => groups.push((&spec.group, vec![spec])),
            }
        }
        groups
    }

    /// The keys of which at most one has a value, by the name of their set.
    pub(super) fn set<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a ParameterSpec> {
        let is_in = move |spec: &&ParameterSpec| {
            spec.option
                .as_ref()
                .is_some_and(|option| option.set == name)
        };
        self.specs.iter().filter(is_in)
    }
}

impl std::fmt::Debug for FormSchema {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FormSchema")
            .field("subject", &self.name())
            .field("specs", &self.specs)
            .finish_non_exhaustive()
    }
}

/// A value as the form shows it.
pub(in crate::ui) fn display(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::Bool(true) => "on".to_owned(),
        Value::Bool(false) => "off".to_owned(),
        Value::Number(number) => number.as_f64().map_or_else(String::new, format::setting),
        Value::Array(entries) => entries.iter().map(display).collect::<Vec<_>>().join(", "),
        Value::String(text) => text.clone(),
        Value::Object(parts) => {
            let shown = |(name, part): (&String, &Value)| match part {
                Value::Number(number) => format!("{name} = {number}"),
                part => format!("{name} = {}", display(part)),
            };
            parts.iter().map(shown).collect::<Vec<_>>().join(", ")
        }
    }
}

/// The range of a parameter in words: `0.001 to 1000`, `at least 1`.
pub(super) fn range_text(spec: &ParameterSpec) -> Option<String> {
    use ParameterKind as Kind;
    // Bounds that only the integer type sets are not worth a word.
    let (low, high) = match &spec.kind {
        Kind::Integer { min, max } | Kind::Integers { min, max, .. } => (
            (*min > i64::from(i32::MIN)).then_some(*min as f64),
            (*max < i64::from(u32::MAX)).then_some(*max as f64),
        ),
        Kind::Number { min, max } => (
            Some(*min).filter(|min| min.is_finite()),
            Some(*max).filter(|max| max.is_finite()),
        ),
        Kind::Flag
        | Kind::Choice(_)
        | Kind::Path { .. }
        | Kind::Text
        | Kind::Words
        | Kind::Parts(_) => return None,
    };
    let range = match (low.map(format::setting), high.map(format::setting)) {
        (Some(low), Some(high)) => format!("{low} to {high}"),
        (Some(low), None) => format!("at least {low}"),
        (None, Some(high)) => format!("at most {high}"),
        (None, None) => return None,
    };
    Some(match &spec.kind {
        Kind::Integers { max_len, .. } => format!("each {range}; up to {max_len} numbers"),
        _ => range,
    })
}

/// True if two values mean the same: 20 and 20.0 do, so do 500 and [500].
pub(super) fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Array(list), single) | (single, Value::Array(list)) => {
            list.len() == 1 && same(&list[0], single)
        }
        _ => a == b,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_shown_as_people_write_them() {
        for (value, text) in [
            (json!([500, 250, 500]), "500, 250, 500"),
            (json!(true), "on"),
            (json!("sigmoid"), "sigmoid"),
            (json!(500), "500"),
            (json!(0.1), "0.1"),
            (json!(0.000_03), "3e-5"),
            (Value::Null, "none"),
        ] {
            assert_eq!(display(&value), text);
        }
    }

    #[test]
    fn values_that_mean_the_same_are_not_changes() {
        assert!(same(&json!(20), &json!(20.0)));
        assert!(same(&json!(500), &json!([500])));
        assert!(!same(&json!([500, 250]), &json!([500])));
        assert!(!same(&json!(true), &json!(1)));
    }
}
