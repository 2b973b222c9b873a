//! One key of a config: its meaning, the values it takes, and how a value is checked.

mod kind;

use std::borrow::Cow;
use std::path::Path;

use serde_json::{Map, Value};

use super::ConfigError;
use kind::{
    choice, inner, integer, integers, number, number_or_text, parts, shown, text, unquoted, words,
};

pub use kind::{Choice, ParameterKind};

/// Longest text a parameter takes, in bytes.
const MAX_TEXT: usize = 4096;

/// One key of a config, for forms, `--set` and the documentation.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ParameterSpec {
    /// The key in the config file.
    pub key: String,
    /// The key as words: `Learning rate`.
    pub label: String,
    /// The group in the form.
    pub group: String,
    /// The doc comment of the field.
    pub help: String,
    /// The paper's symbol, if it has one.
    pub symbol: Option<String>,
    /// The values it takes.
    pub kind: ParameterKind,
    /// The default, over which a system's defaults for other values may stand.
    pub default: Value,
    /// It may have no value (`null`; absent in a config file).
    pub optional: bool,
    /// It can be changed while a run runs.
    pub live: bool,
    /// A slider of it is logarithmic.
    pub logarithmic: bool,
    /// It is a share, shown in percent.
    pub percent: bool,
    /// The words in place of a value that is absent.
    pub absent: Option<String>,
    /// The word in place of 0, where 0 leaves the choice to the system.
    pub zero: Option<String>,
    /// The request to choose a value: `Choose a file of ratings`.
    pub request: Option<String>,
    /// The value that an absent one starts from; null if the schema names none.
    pub first: Value,
    /// Its place among several keys of which at most one has a value.
    pub option: Option<SetOption>,
    /// Where a form shows it.
    pub shown: Shown,
}

/// The place of a key among several of which at most one has a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetOption {
    /// The label of the set: `Test ratings`.
    pub set: String,
    /// The name of the key in it: `File`.
    pub name: String,
    /// The meaning of none of them; the first of the set has it.
    pub none_help: String,
}

/// Where a form shows a key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Shown {
    /// Everywhere.
    #[default]
    Always,
    /// Where it has a value, or one was found.
    WhereGiven,
    /// Where it has a value, or there is more than one to choose from.
    WhereOffered,
    /// Where another key has this value. It must then have one itself, and means nothing elsewhere.
    With {
        /// The other key.
        key: String,
        /// Its value.
        value: String,
    },
}

impl ParameterSpec {
    /// A value as it is shown: the word that stands in place of 0, where there is one.
    #[must_use]
    pub fn named<'v>(&self, value: &'v Value) -> Cow<'v, Value> {
        match &self.zero {
            Some(word) if value.as_f64() == Some(0.0) => Cow::Owned(Value::from(word.as_str())),
            _ => Cow::Borrowed(value),
        }
    }

    /// The value in its normal form (a whole number as an integer, a list for [`ParameterKind::Integers`]).
    ///
    /// # Errors
    /// If the value has the wrong type or is out of range; the message says what is right.
    pub fn check(&self, value: &Value) -> Result<Value, ConfigError> {
        if value.is_null() && self.optional {
            return Ok(Value::Null);
        }
        let checked = match &self.kind {
            ParameterKind::Flag => value
                .as_bool()
                .map(Value::from)
                .ok_or_else(|| format!("must be true or false, not {}", shown(value))),
            ParameterKind::Integer { min, max } => integer(value, *min, *max).map(Value::from),
            ParameterKind::Number { min, max } => number(value, *min, *max).map(Value::from),
            ParameterKind::Choice(choices) => choice(value, choices).map(Value::from),
            ParameterKind::Integers { min, max, max_len } => {
                integers(value, *min, *max, *max_len).map(Value::from)
            }
            ParameterKind::Path { .. } | ParameterKind::Text => text(value).map(Value::from),
            ParameterKind::Words => words(value).map(Value::from),
            ParameterKind::Parts(names) => parts(value, names).map(Value::from),
        };
        checked.map_err(|problem| self.error(problem))
    }

    /// Reads a value as a person types it (`0.001`, `item`, `500,250,500`, `[500, 250]`) and checks it. An empty text or
    /// `none` is no value where the parameter may have none.
    ///
    /// # Errors
    /// As [`Self::check`].
    pub fn parse(&self, text: &str) -> Result<Value, ConfigError> {
        let text = match self.kind {
            ParameterKind::Words | ParameterKind::Parts(_) => text.trim(),
            _ => unquoted(text.trim()),
        };
        if self.optional && (text.is_empty() || text == "none") {
            return Ok(Value::Null);
        }
        let value = match &self.kind {
            ParameterKind::Flag => text
                .parse::<bool>()
                .map_or_else(|_| Value::from(text), Value::from),
            ParameterKind::Integer { .. } | ParameterKind::Number { .. } => number_or_text(text),
            ParameterKind::Integers { .. } => {
                let inner = text
                    .strip_prefix('[')
                    .and_then(|rest| rest.strip_suffix(']'))
                    .unwrap_or(text);
                inner
                    .split([',', ' ', ';'])
                    .filter(|part| !part.is_empty())
                    .map(number_or_text)
                    .collect()
            }
            ParameterKind::Choice(_) | ParameterKind::Path { .. } | ParameterKind::Text => {
                Value::from(text)
            }
            ParameterKind::Words => inner(text, '[', ']')
                .split(',')
                .map(|word| Value::from(unquoted(word.trim())))
                .collect(),
            ParameterKind::Parts(_) => inner(text, '{', '}')
                .split(',')
                .filter(|part| !part.trim().is_empty())
                .map(|part| {
                    let (name, value) = part.split_once(['=', ':']).unwrap_or((part, ""));
                    let value = value.trim();
                    let value = match value.parse::<u32>() {
                        Ok(number) => Value::from(number),
                        Err(_) => Value::from(unquoted(value)),
                    };
                    (unquoted(name.trim()).to_owned(), value)
                })
                .collect::<Map<_, _>>()
                .into(),
        };
        self.check(&value)
    }

    /// True for a file or a folder.
    #[must_use]
    pub fn is_path(&self) -> bool {
        matches!(self.kind, ParameterKind::Path { .. })
    }

    /// The value that an absent one starts from: what the schema names, its default, else something within its bounds. An empty path is
    /// one that is still to be chosen.
    #[must_use]
    pub fn first(&self) -> Value {
        if !self.first.is_null() {
            return self.first.clone();
        }
        match &self.kind {
            _ if !self.default.is_null() => self.default.clone(),
            ParameterKind::Integer { min, max } => Value::from(10.clamp(*min, *max)),
            ParameterKind::Number { min, max } => {
                Value::from(if *min > 0.0 { *min } else { max.min(1.0) })
            }
            ParameterKind::Path { .. } => Value::from(""),
            _ => Value::Null,
        }
    }

    /// The request to choose a value.
    #[must_use]
    pub fn request(&self) -> String {
        let choose = || format!("Choose {}", self.label.to_lowercase());
        self.request.clone().unwrap_or_else(choose)
    }

    /// Makes a path in `config` absolute: a relative one starts at `base`. Leaves what is no path alone.
    ///
    /// # Errors
    /// If the path is not UTF-8, or the current folder, where a relative `base` starts, is gone.
    pub fn make_absolute(
        &self,
        config: &mut Map<String, Value>,
        base: &Path,
    ) -> Result<(), ConfigError> {
        let Some(Value::String(path)) = config.get_mut(&self.key) else {
            return Ok(());
        };
        if !self.is_path() || path.is_empty() {
            return Ok(());
        }
        let found = std::path::absolute(base.join(&*path))
            .map_err(|error| self.error(format!("cannot find the folder of {path}: {error}")))?;
        *path = found.into_os_string().into_string().map_err(|name| {
            self.error(format!(
                "the name of {} is not UTF-8, so a config file cannot hold it: rename the file or its folder",
                Path::new(&name).display()
            ))
        })?;
        Ok(())
    }

    fn error(&self, problem: String) -> ConfigError {
        ConfigError {
            key: self.key.clone(),
            problem,
        }
    }
}

#[cfg(test)]
mod tests;
