//! The text of a config, and where in it something is wrong.

use std::cell::RefCell;
use std::ops::Range;
use std::path::Path;

use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::BACKSLASH;
use crate::data::{DataError, DataKind, Source};
use crate::runs::config::NO_VALUE;
use crate::runs::{ConfigFileError, RunConfig};
use crate::systems::{self, AnySystem, ConfigError, ConfigMap, ParameterSpec};

/// A file's text and name, for errors.
pub(crate) struct ConfigText<'a> {
    pub(super) text: &'a str,
    pub(super) file: &'a Path,
    /// Where unknown keys go; without it they are refused.
    pub(super) left_out: Option<RefCell<Vec<String>>>,
}

impl<'a> ConfigText<'a> {
    /// The text of a file.
    pub(crate) fn new(text: &'a str, file: &'a Path) -> Self {
        Self {
            text,
            file,
            left_out: None,
        }
    }

    /// The text as TOML.
    ///
    /// # Errors
    /// If it is none, or too long.
    pub(crate) fn toml(&self) -> Result<DeTable<'a>, ConfigFileError> {
        if self.text.len() > RunConfig::MAX_BYTES {
            return Err(self.error(None, None, "this is too long for a config file".to_owned()));
        }
        let table = DeTable::parse(self.text)
            .map_err(|error| self.syntax_error(error.span(), error.message()))?;
        Ok(table.into_inner())
    }

    /// True if an unknown key does no harm.
    pub(super) fn leaves_out(&self, key: &str) -> bool {
        let Some(left_out) = &self.left_out else {
            return false;
        };
        left_out.borrow_mut().push(key.to_owned());
        true
    }

    /// What is no TOML. Paths copied from Windows bring backslashes, which begin escapes in double quotes.
    fn syntax_error(&self, span: Option<Range<usize>>, message: &str) -> ConfigFileError {
        let at = span
            .as_ref()
            .map_or(0, |span| span.start.min(self.text.len()));
        let start = self.text.as_bytes()[..at]
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |end| end + 1);
        let line = self.text.get(start..).and_then(|rest| rest.lines().next());
        let is_path = line.is_some_and(|line| line.contains('"') && line.contains('\\'));
        let remedy = if is_path { BACKSLASH } else { "" };
        self.error(span, None, format!("{message}{remedy}"))
    }

    /// A path that cannot be what was meant: with a letter that stands for a backslash and the letter after it, or a home folder by its sign.
    fn path_problem(path: &str) -> Option<String> {
        if let Some(letter) = path.chars().find(|letter| letter.is_control()) {
            let name = match letter {
                '\t' => "a tab",
                '\r' | '\n' => "a line break",
                _ => "a control character",
            };
            return Some(format!("there is {name} in the path {path:?}{BACKSLASH}"));
        }
        let first = path.split(['/', '\\']).next().unwrap_or_default();
        if first == "~" || (first.len() > 1 && first.starts_with('$')) {
            return Some(format!(
                "`{first}` is not replaced here: write the folder itself"
            ));
        }
        None
    }

    /// A problem at a place.
    pub(crate) fn error(
        &self,
        span: Option<Range<usize>>,
        key: Option<&str>,
        problem: String,
    ) -> ConfigFileError {
        let line = span.map(|span| {
            let before = &self.text.as_bytes()[..span.start.min(self.text.len())];
            before.iter().filter(|byte| **byte == b'\n').count() + 1
        });
        ConfigFileError {
            file: self.file.to_owned(),
            line,
            key: key.map(str::to_owned),
            problem,
        }
    }

    /// A problem of a key whose place is known.
    pub(crate) fn config_error(
        &self,
        error: &ConfigError,
        span: Option<Range<usize>>,
    ) -> ConfigFileError {
        self.error(span, Some(&error.key), error.problem.clone())
    }

    pub(super) fn system(
        &self,
        table: &DeTable<'_>,
    ) -> Result<&'static dyn AnySystem, ConfigFileError> {
        let Some(value) = table.get("system") else {
            let ids: Vec<&str> = systems::all().iter().map(|system| system.id()).collect();
            let problem = format!("missing: one of {}", ids.join(", "));
            return Err(self.error(None, Some("system"), problem));
        };
        let Some(id) = value.get_ref().as_str() else {
            let problem = "must be the name of a system, in quotes".to_owned();
            return Err(self.error(Some(value.span()), Some("system"), problem));
        };
        systems::get(id).map_err(|error| self.config_error(&error, Some(value.span())))
    }

    pub(super) fn seed(&self, value: &Spanned<DeValue<'_>>) -> Result<u64, ConfigFileError> {
        self.value("seed", value)?.as_u64().ok_or_else(|| {
            let problem = "must be a whole number, 0 or more".to_owned();
            self.error(Some(value.span()), Some("seed"), problem)
        })
    }

    /// A value that must be a table.
    pub(crate) fn table<'t, 'i>(
        &self,
        key: &str,
        value: &'t Spanned<DeValue<'i>>,
    ) -> Result<&'t DeTable<'i>, ConfigFileError> {
        value.get_ref().as_table().ok_or_else(|| {
            let problem = format!("must be a table: [{key}]");
            self.error(Some(value.span()), Some(key), problem)
        })
    }

    pub(super) fn data(
        &self,
        table: &DeTable<'_>,
        kind: DataKind,
    ) -> Result<Source, ConfigFileError> {
        let mut data = Source::empty(kind);
        for (key, value) in table {
            let name: &str = key.get_ref();
            let spec = Source::keys(kind).iter().find(|spec| spec.key == name);
            if spec.is_none() && self.leaves_out(&format!("data.{name}")) {
                continue;
            }
            let own = self.value(&format!("data.{name}"), value)?;
            if spec.is_some_and(ParameterSpec::is_path)
                && let Some(problem) = own.as_str().and_then(Self::path_problem)
            {
                let key = format!("data.{name}");
                return Err(self.error(Some(value.span()), Some(&key), problem));
            }
            data.set(name, &own)
                .map_err(|error| self.config_error(&error, Some(key.span())))?;
        }
        // A key that is missing may still be set on the command line; one that is there is wrong.
        if let Some((key, problem)) = data.check().err().and_then(DataError::in_config)
            && let Some((found, _)) = table.iter().find(|(own, _)| *own.get_ref() == key)
        {
            let key = format!("data.{key}");
            return Err(self.error(Some(found.span()), Some(&key), problem));
        }
        Ok(data)
    }

    pub(super) fn parameters(
        &self,
        system: &dyn AnySystem,
        table: &DeTable<'_>,
    ) -> Result<ConfigMap, ConfigFileError> {
        let mut given = ConfigMap::new();
        for (key, value) in table {
            let name: &str = key.get_ref();
            let is_known = system.parameter(name).is_some() || name == systems::PRESET_KEY;
            if !is_known && self.leaves_out(name) {
                continue;
            }
            let mut own = self.value(name, value)?;
            if own == NO_VALUE && system.parameter(name).is_some_and(|spec| spec.optional) {
                own = Value::Null;
            }
            given.insert(name.to_owned(), own);
        }
        system.resolve(&given).map_err(|error| {
            let span = table
                .iter()
                .find(|(key, _)| *key.get_ref() == error.key)
                .map(|(key, _)| key.span());
            self.config_error(&error, span)
        })?;
        Ok(given)
    }

    /// As JSON, in which systems read their parameters.
    pub(crate) fn value(
        &self,
        key: &str,
        value: &Spanned<DeValue<'_>>,
    ) -> Result<Value, ConfigFileError> {
        let error = |problem: &str| self.error(Some(value.span()), Some(key), problem.to_owned());
        match value.get_ref() {
            DeValue::String(text) => Ok(Value::from(text.as_ref())),
            DeValue::Boolean(flag) => Ok(Value::from(*flag)),
            DeValue::Integer(integer) => {
                let (digits, radix) = (integer.as_str(), integer.radix());
                i64::from_str_radix(digits, radix)
                    .map(Value::from)
                    .or_else(|_| u64::from_str_radix(digits, radix).map(Value::from))
                    .map_err(|_| error("this number is too large"))
            }
            DeValue::Float(float) => float
                .as_str()
                .parse::<f64>()
                .ok()
                .filter(|number| number.is_finite())
                .map(Value::from)
                .ok_or_else(|| error("must be a finite number")),
            DeValue::Array(values) => values
                .iter()
                .map(|value| self.value(key, value))
                .collect::<Result<Vec<Value>, _>>()
                .map(Value::from),
            DeValue::Datetime(_) => Err(error("a date is not allowed here")),
            DeValue::Table(_) => Err(error("a table is not allowed here")),
        }
    }
}
