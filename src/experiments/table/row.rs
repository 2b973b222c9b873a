//! A run as a row: read from its folder, which may come from a stranger.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use crate::record::schema::{ParameterSpec, Shown};
use crate::runs::{Labels, Listed, RunConfig, RunFolder, RunId, RunSummary};
use crate::systems::{self, AnySystem};

/// Most parameters that are kept of a run whose system is unknown.
const MAX_UNKNOWN: usize = 256;
/// Longest text that is kept as the value of such a parameter, in bytes.
const MAX_UNKNOWN_TEXT: usize = 4096;
/// The key of the seed.
pub const SEED: &str = "seed";
/// What the keys of the data begin with.
pub(super) const DATA: &str = "data.";

/// A run as a row of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its folder's name.
    pub id: RunId,
    /// Its folder.
    pub path: PathBuf,
    /// Its `run.json`.
    pub summary: RunSummary,
    /// What was set, by key as `--set` takes it (`hidden`, `data.test_fraction`, `seed`): complete, defaults included, so that every run of
    /// a system has every parameter of it; null where an optional one has no value. Of the data only what has a value. Of a system that
    /// this program does not know, what the file says.
    pub parameters: BTreeMap<String, Value>,
    /// What a person wrote beside it.
    pub labels: Labels,
    /// What could not be read of its config or its labels, where that was something.
    pub problem: Option<String>,
}

/// A folder that makes no row.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{problem}")]
pub struct RowError {
    /// Its name.
    pub id: RunId,
    /// The problem, with the file.
    pub problem: String,
}

impl Row {
    /// Reads the config of a listed run, as [`Self::new`] does.
    ///
    /// # Errors
    /// If its `run.json` could not be read.
    pub fn read(listed: &Listed) -> Result<Self, RowError> {
        let summary = listed.summary.as_ref().map_err(|error| RowError {
            id: listed.id.clone(),
            problem: error.to_string(),
        })?;
        Ok(Self::new(
            listed.id.clone(),
            listed.path.clone(),
            summary.clone(),
        ))
    }

    /// Reads the config of a run whose `run.json` is known. Where that fails the row has the seed alone, and says why.
    #[must_use]
    pub fn new(id: RunId, path: PathBuf, summary: RunSummary) -> Self {
        let (mut parameters, problem) = match RunFolder::open(&path) {
            Ok(folder) => parameters_in(&folder, &summary.system),
            Err(error) => (BTreeMap::new(), Some(error.to_string())),
        };
        parameters.insert(SEED.to_owned(), summary.seed.into());
        let (labels, problem) = match Labels::read(&path) {
            Ok(labels) => (labels, problem),
            Err(error) => (
                Labels::default(),
                problem.or_else(|| Some(error.to_string())),
            ),
        };
        Self {
            id,
            path,
            summary,
            parameters,
            labels,
            problem,
        }
    }

    /// The system, if this program knows it.
    #[must_use]
    pub fn system(&self) -> Option<&'static dyn AnySystem> {
        systems::find(&self.summary.system)
    }

    /// The value of a parameter. `Null` if it is optional and has none; `None` if the run has no such parameter, or it means nothing beside
    /// the others.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<&Value> {
        let spec = spec_of(&self.summary.system, key);
        if let Some(spec) = spec
            && !self.applies(spec, key)
        {
            return None;
        }
        match self.parameters.get(key) {
            Some(value) => Some(value),
            None => spec.and(Some(&Value::Null)),
        }
    }

    /// The word that stands in place of the value of a parameter.
    #[must_use]
    pub fn word(&self, key: &str) -> Option<&'static str> {
        let spec = spec_of(&self.summary.system, key)?;
        let is_zero = self.value(key).and_then(Value::as_f64) == Some(0.0);
        spec.zero.as_deref().filter(|_| is_zero)
    }

    /// True if a parameter means something beside the others.
    fn applies(&self, spec: &ParameterSpec, key: &str) -> bool {
        let Shown::With { key: other, value } = &spec.shown else {
            return true;
        };
        let room = key.strip_suffix(spec.key.as_str()).unwrap_or_default();
        let other = self.parameters.get(&format!("{room}{other}"));
        other.and_then(Value::as_str) == Some(value)
    }
}

/// The meaning of a parameter (`hidden`, `data.test_fraction`) of a system.
#[must_use]
pub fn spec_of(system: &str, key: &str) -> Option<&'static ParameterSpec> {
    let system = systems::find(system)?;
    match key.strip_prefix(DATA) {
        Some(own) => crate::data::Source::keys(system.data_kind())
            .iter()
            .find(|spec| spec.key == own),
        None => system.parameter(key),
    }
}

/// A value of a parameter of a system as it is shown: the word that stands in place of 0, where there is one.
#[must_use]
pub fn named<'v>(system: &str, key: &str, value: &'v Value) -> Cow<'v, Value> {
    match spec_of(system, key) {
        Some(spec) => spec.named(value),
        None => Cow::Borrowed(value),
    }
}

type Parameters = (BTreeMap<String, Value>, Option<String>);

fn parameters_in(folder: &RunFolder, id: &str) -> Parameters {
    if let Some(system) = systems::find(id) {
        match folder.config_as_known() {
            Ok((config, unknown)) if config.system == id => match known(&config, system) {
                Ok(parameters) => return (parameters, left_out(&unknown)),
                Err(error) => return (BTreeMap::new(), Some(error.to_string())),
            },
            Ok((config, _)) => {
                let problem = format!(
                    "{}: system: it is {}, but run.json says {id}",
                    folder.config_path().display(),
                    config.system
                );
                return (BTreeMap::new(), Some(problem));
            }
            // A value that this version refuses is still what was set.
            Err(error) => {
                let (parameters, problem) = as_written(folder, id);
                return (parameters, problem.or_else(|| Some(error.to_string())));
            }
        }
    }
    as_written(folder, id)
}

fn known(
    config: &RunConfig,
    system: &dyn AnySystem,
) -> Result<BTreeMap<String, Value>, crate::systems::ConfigError> {
    let config = config.completed(system)?;
    let data = config.data.table()?.into_iter();
    Ok(data
        .map(|(key, value)| (format!("{DATA}{key}"), value))
        .chain(config.parameters)
        .collect())
}

fn left_out(unknown: &[String]) -> Option<String> {
    /// Keys that are named.
    const NAMED: usize = 5;
    if unknown.is_empty() {
        return None;
    }
    let named = unknown.iter().take(NAMED).map(String::as_str);
    let named = named.collect::<Vec<_>>().join(", ");
    let more = match unknown.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Some(format!(
        "config.toml: this version of Atelier does not know {named}{more}"
    ))
}

/// The file as it is: its data and the table of the system.
fn as_written(folder: &RunFolder, id: &str) -> Parameters {
    let table: toml::Table = match folder.config_text() {
        Err(error) => return (BTreeMap::new(), Some(error.to_string())),
        Ok(text) => match text.parse() {
            Ok(table) => table,
            Err(error) => {
                let place = folder.config_path();
                let problem = format!("{} is damaged: {error}", place.display());
                return (BTreeMap::new(), Some(problem));
            }
        },
    };
    let mut parameters = BTreeMap::new();
    let mut refused = Vec::new();
    for (table, prefix) in [(table.get(id), ""), (table.get("data"), DATA)] {
        let Some(toml::Value::Table(table)) = table else {
            continue;
        };
        for (key, value) in table {
            let key = format!("{prefix}{key}");
            match plain(value) {
                Some(value) if parameters.len() < MAX_UNKNOWN => {
                    parameters.insert(key, value);
                }
                _ => refused.push(key),
            }
        }
    }
    (parameters, left_out(&refused))
}

/// A value as JSON; `None` if it is longer than a parameter is.
fn plain(value: &toml::Value) -> Option<Value> {
    match value {
        toml::Value::String(text) if text == "none" => Some(Value::Null),
        toml::Value::String(text) => (text.len() <= MAX_UNKNOWN_TEXT).then(|| text.as_str().into()),
        toml::Value::Integer(number) => Some((*number).into()),
        toml::Value::Float(number) => serde_json::Number::from_f64(*number).map(Value::Number),
        toml::Value::Boolean(flag) => Some((*flag).into()),
        toml::Value::Datetime(date) => Some(date.to_string().into()),
        toml::Value::Array(_) | toml::Value::Table(_) => {
            let value = serde_json::to_value(value).ok()?;
            (value.to_string().len() <= MAX_UNKNOWN_TEXT).then_some(value)
        }
    }
}
