//! One run of a sweep.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::SweepConfig;
use super::check::apply;
use crate::experiments::Setting;
use crate::record::schema::ConfigError;
use crate::runs::RunConfig;
use crate::systems;

/// Names a sweep: its folder's name, beside its runs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SweepId(pub(super) String);

impl SweepId {
    /// The id that a folder's name is.
    #[must_use]
    pub fn of_folder(folder: &Path) -> Option<Self> {
        let name = folder.file_name()?.to_str()?;
        Some(Self(name.to_owned()))
    }

    /// The folder's name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The random digits at the end.
    #[must_use]
    pub fn short(&self) -> &str {
        self.0.rsplit('_').next().unwrap_or(&self.0)
    }
}

impl std::fmt::Display for SweepId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// One run of a sweep: a file of its own in the sweep's folder, written once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// From 0, in the order in which they were handed out.
    #[serde(skip)]
    pub number: u32,
    /// What it is for.
    pub purpose: Purpose,
    /// Its values.
    pub setting: Setting,
    /// Its seed.
    pub seed: u64,
    /// What is set for this run beside what is varied: of the result, that nothing is held out, and for how long it trains.
    #[serde(default, skip_serializing_if = "Setting::is_empty")]
    pub also: Setting,
    /// Who launches its run, where that is not whoever runs the sweep: a task of a cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub launcher: Option<String>,
}

/// What a run of a sweep is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To choose a setting, by validation measures.
    Search,
    /// The result: the chosen setting trained on all training data and measured on the test set.
    Result,
}

impl SweepConfig {
    /// The config of one run: what is the same in all, with the values and the seed of a trial over it.
    ///
    /// # Errors
    /// If the values do not hold together.
    pub fn run_config(&self, trial: &Trial) -> Result<RunConfig, ConfigError> {
        let system = systems::get(&self.base.system)?;
        let mut config = self.base.clone();
        config.seed = trial.seed;
        for (key, value) in trial.setting.iter().chain(&trial.also) {
            apply(&mut config, key, value)?;
        }
        config.resolve(system)?;
        Ok(config)
    }

    /// The name that a person gave it, else what is varied, in the order of a table: `hidden × λ`, `learning rate × 3 seeds`.
    #[must_use]
    pub fn title(&self) -> String {
        if let Some(name) = &self.sweep.name {
            return name.clone();
        }
        let system = systems::find(&self.base.system);
        let short = |key: &String| {
            let own = key.strip_prefix("data.").unwrap_or(key);
            let spec = system.and_then(|system| system.parameter(own));
            let symbol = spec.and_then(|spec| spec.symbol.as_ref());
            // A Latin letter says less than the word.
            match symbol.filter(|symbol| !symbol.is_ascii()) {
                Some(symbol) => symbol.clone(),
                None => own.replace('_', " "),
            }
        };
        let mut parts: Vec<String> = self.sweep.values.keys().map(short).collect();
        let seeds = self.seeds().len();
        if seeds > 1 || parts.is_empty() {
            parts.push(format!("{seeds} seeds"));
        }
        parts.join(" × ")
    }
}
