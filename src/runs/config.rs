//! A config file: the system, the seed, the data and the system's parameters.

use std::path::PathBuf;

use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::Value;

use crate::data::Source;
use crate::data::images::ImageNeeds;
use crate::record::schema::unknown_key;
use crate::systems::{self, AnySystem, ConfigError, ConfigMap};

/// How a TOML file says that an optional parameter has no value: TOML has no null.
pub(super) const NO_VALUE: &str = "none";

/// The config of a run.
///
/// ```toml
/// system = "autorec"
/// seed = 1
///
/// [data]
/// path = "u1.base"
///
/// [autorec]
/// hidden = 500
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct RunConfig {
    /// The system's id.
    pub system: String,
    /// The seed of all random numbers of the run.
    pub seed: u64,
    /// The data that it learns from; paths are relative to the file.
    pub data: Source,
    /// The keys of the system's table, as a person gave them: [`RunConfig::resolve`] completes them.
    pub parameters: ConfigMap,
}

/// The problem with a config file, and its place.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}{}: {}{problem}", file.display(), line.map(|line| format!(":{line}")).unwrap_or_default(), key.as_ref().map(|key| format!("{key}: ")).unwrap_or_default())]
pub struct ConfigFileError {
    /// The file.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: Option<usize>,
    /// The key.
    pub key: Option<String>,
    /// The problem and its remedy.
    pub problem: String,
}

impl RunConfig {
    /// The config of a system with its defaults.
    #[must_use]
    pub fn new(system: &str, data: impl Into<Source>) -> Self {
        Self {
            system: system.to_owned(),
            seed: 1,
            data: data.into(),
            parameters: ConfigMap::new(),
        }
    }

    /// Requirements of the system on images with these parameters.
    #[must_use]
    pub fn image_needs(&self, system: &dyn AnySystem) -> ImageNeeds {
        // Parameters that do not hold are refused elsewhere.
        self.resolve(system)
            .map(|parameters| system.image_needs(&parameters))
            .unwrap_or_default()
    }

    /// Sets one key as `--set` does: `hidden=500`, `autorec.hidden=500`, `data.path=ratings.csv`, `seed=2`.
    ///
    /// # Errors
    /// If there is no `=`, the key is unknown or the value cannot be.
    pub fn set(&mut self, assignment: &str) -> Result<(), ConfigError> {
        let Some((key, value)) = assignment.split_once('=') else {
            return Err(ConfigError::new(assignment, "must be written as key=value"));
        };
        self.set_key(key.trim(), value.trim())
    }

    /// As [`Self::set`], with the key and the value apart.
    ///
    /// # Errors
    /// If the key is unknown or the value cannot be.
    pub fn set_key(&mut self, key: &str, text: &str) -> Result<(), ConfigError> {
        let error = |problem: String| ConfigError {
            key: key.to_owned(),
            problem,
        };
        if key == "seed" {
            self.seed = text
                .parse()
                .map_err(|_| error("must be a whole number, 0 or more".to_owned()))?;
            return Ok(());
        }
        if let Some(own) = key.strip_prefix("data.") {
            return self.data.set_text(own, text);
        }
        let system = systems::get(&self.system)?;
        let own = key
            .strip_prefix(system.id())
            .and_then(|rest| rest.strip_prefix('.'))
            .unwrap_or(key);
        let value = if own == systems::PRESET_KEY {
            Value::from(text.trim_matches('"'))
        } else {
            let spec = system.parameter(own).ok_or_else(|| {
                let keys = system
                    .parameters()
                    .iter()
                    .map(|spec| spec.key.as_str())
                    .chain(["seed", systems::PRESET_KEY]);
                error(unknown_key(own, keys))
            })?;
            spec.parse(text)?
        };
        self.parameters.insert(own.to_owned(), value);
        Ok(())
    }

    /// The complete, checked parameters: those for the trainer.
    ///
    /// # Errors
    /// As [`AnySystem::resolve`].
    pub fn resolve(&self, system: &dyn AnySystem) -> Result<ConfigMap, ConfigError> {
        system.resolve(&self.parameters)
    }

    /// The same with every parameter there, null where an optional one has no value: what a run folder keeps.
    pub(crate) fn completed(&self, system: &dyn AnySystem) -> Result<Self, ConfigError> {
        let mut parameters = self.resolve(system)?;
        for spec in system.parameters() {
            parameters.entry(&spec.key).or_insert(Value::Null);
        }
        Ok(Self {
            parameters,
            ..self.clone()
        })
    }

    /// As a file that [`Self::parse`] reads back.
    #[must_use]
    pub fn to_toml(&self) -> String {
        // Fails for paths that are not UTF-8 alone, which `Engine::start` refuses.
        toml::to_string(self).unwrap_or_default()
    }
}

impl Serialize for RunConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let parameters: ConfigMap = self
            .parameters
            .iter()
            .map(|(key, value)| {
                let value = if value.is_null() {
                    Value::from(NO_VALUE)
                } else {
                    value.clone()
                };
                (key.clone(), value)
            })
            .collect();
        let mut map = serializer.serialize_map(Some(4))?;
        map.serialize_entry("system", &self.system)?;
        map.serialize_entry("seed", &self.seed)?;
        map.serialize_entry("data", &self.data)?;
        map.serialize_entry(&self.system, &parameters)?;
        map.end()
    }
}
