//! What the form knows of a system, and how it writes values.

use serde_json::Value;

use crate::draw::format;
use crate::systems::{ConfigMap, ParameterKind, ParameterSpec, Preset, System, parameters};

/// A system's parameters and presets, read once: reading them makes its JSON schema.
#[derive(Clone)]
pub struct FormSchema {
    /// The system.
    pub system: &'static dyn System,
    /// Its parameters, in order.
    pub specs: Vec<ParameterSpec>,
    /// Its presets; the first is the default config.
    pub presets: Vec<Preset>,
}

impl FormSchema {
    /// Reads the parameters and presets of a system.
    #[must_use]
    pub fn of(system: &'static dyn System) -> Self {
        Self {
            system,
            specs: parameters(system),
            presets: system.presets(),
        }
    }

    /// The default of every key for what is given (the system may have defaults that depend on it).
    pub(super) fn defaults(&self, given: &ConfigMap) -> ConfigMap {
        let mut values: ConfigMap = self
            .specs
            .iter()
            .map(|spec| (spec.key.clone(), spec.default.clone()))
            .collect();
        values.extend(self.system.defaults(given));
        values
    }

    /// Groups in order of first appearance, with the parameters of each.
    pub(super) fn groups(&self) -> Vec<(&str, Vec<&ParameterSpec>)> {
        let mut groups: Vec<(&str, Vec<&ParameterSpec>)> = Vec::new();
        for spec in &self.specs {
            match groups.iter_mut().find(|(name, _)| *name == spec.group) {
                Some((_, members)) => members.push(spec),
                None => groups.push((&spec.group, vec![spec])),
            }
        }
        groups
    }
}

impl std::fmt::Debug for FormSchema {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FormSchema")
            .field("system", &self.system.id())
            .field("specs", &self.specs)
            .finish_non_exhaustive()
    }
}

/// A value as the form shows it.
pub(super) fn display(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::Bool(true) => "on".to_owned(),
        Value::Bool(false) => "off".to_owned(),
        Value::Number(number) => number.as_f64().map_or_else(String::new, format::setting),
        Value::Array(entries) => entries.iter().map(display).collect::<Vec<_>>().join(", "),
        Value::String(text) => text.clone(),
        Value::Object(_) => value.to_string(),
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
        Kind::Flag | Kind::Choice(_) | Kind::Text => return None,
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

/// Whether two values mean the same: 20 and 20.0 do, so do 500 and [500].
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
