//! Whether a question can be asked, how many runs it takes, and what is filled in for it.

mod planned;
mod varied;

use std::collections::BTreeSet;

use serde_json::Value;

use super::objective::VALIDATION_SHARE;
use super::read::MOST_SEEDS;
use super::{Method, Scale, SweepConfig, Values};
use crate::data::Source;
use crate::experiments::sampler;
use crate::record::Basis;
use crate::record::schema::ConfigError;
use crate::runs::RunConfig;
use crate::systems::{self, AnySystem, PRESET_KEY};

pub(super) use varied::{apply, varied};

/// Runs of a sweep, at most: what lists and folders hold well.
pub const MOST_RUNS: usize = 10_000;
/// Values of one key, at most.
const MOST_VALUES: usize = 10_000;
/// Varied keys, at most.
const MOST_KEYS: usize = 32;
/// The share of the training data that is held out to choose by where a config names none.
const SHARE: f64 = 0.1;

impl SweepConfig {
    /// Whether the question can be asked: that all keys may be varied and take these values, the measures exist, and the runs can be counted.
    ///
    /// # Errors
    /// Names the key (`sweep.values.hidden`), what is wrong and what to do.
    pub fn check(&self) -> Result<(), ConfigError> {
        let system = systems::get(&self.base.system)?;
        let wrong = |key: &str, problem: String| Err(ConfigError::new(key, problem));
        let sweep = &self.sweep;
        if sweep.values.is_empty() && sweep.seeds.len() < 2 {
            let problem = "missing: what to vary, such as `hidden = [20, 50, 100]` in a table `[sweep.values]`, or several `seeds`";
            return wrong("sweep.values", problem.to_owned());
        }
        if sweep.values.len() > MOST_KEYS {
            let problem = format!("at most {MOST_KEYS} keys can be varied");
            return wrong("sweep.values", problem);
        }
        let distinct: BTreeSet<u64> = sweep.seeds.iter().copied().collect();
        if distinct.len() != sweep.seeds.len() || sweep.seeds.len() > MOST_SEEDS {
            let problem = format!(
                "must be different numbers, at most {MOST_SEEDS}: the same seed gives the same run"
            );
            return wrong("sweep.seeds", problem);
        }
        for (key, values) in &sweep.values {
            self.check_values(system, key, values)?;
        }
        self.check_measures(system)?;
        if let Some(stop) = sweep.stop_early {
            if stop.reduction < 2 {
                return wrong("sweep.stop_early.reduction", "must be 2 or more".to_owned());
            }
            if !(stop.first > 0.0 && stop.first < 1.0) {
                let problem = "must be a share of a run's length, more than 0 and less than 1";
                return wrong("sweep.stop_early.first", problem.to_owned());
            }
        }
        self.check_count()?;
        sampler::for_space(self)?;
        self.check_fit(system)
    }

    fn check_values(
        &self,
        system: &'static dyn AnySystem,
        key: &str,
        values: &Values,
    ) -> Result<(), ConfigError> {
        let path = format!("sweep.values.{key}");
        let wrong = |problem: String| Err(ConfigError::new(&path, problem));
        let varied = varied(system, &self.base, key)
            .map_err(|error| ConfigError::new(&path, error.problem))?;
        match values {
            Values::List(list) => {
                if list.is_empty() {
                    return wrong("is empty: give at least one value".to_owned());
                }
                if list.len() > MOST_VALUES {
                    return wrong(format!(
                        "has {} values, at most {MOST_VALUES} can be tried",
                        list.len()
                    ));
                }
                let mut seen: Vec<Value> = Vec::new();
                for value in list {
                    let own = varied
                        .check(system, value)
                        .map_err(|error| ConfigError::new(&path, error.problem))?;
                    if seen.contains(&own) {
                        return wrong(format!("has {value} twice: remove one"));
                    }
                    seen.push(own);
                }
                Ok(())
            }
            Values::Range {
                from,
                to,
                scale,
                count,
            } => {
                if !varied.is_numeric() {
                    return wrong("takes no range: give a list of values".to_owned());
                }
                if from.partial_cmp(to) != Some(std::cmp::Ordering::Less) {
                    return wrong(format!(
                        "the range from {from} to {to} is empty: `from` must be less than `to`"
                    ));
                }
                if *scale == Scale::Log && *from <= 0.0 {
                    return wrong(format!(
                        "a logarithmic range cannot begin at {from}: begin above 0, or take scale = \"linear\""
                    ));
                }
                for end in [from, to] {
                    let value = number(*end);
                    varied
                        .check(system, &value)
                        .map_err(|error| ConfigError::new(&path, error.problem))?;
                }
                if self.sweep.method == Method::Grid && count.is_none() {
                    return wrong(
                        "a grid needs to know how many values: add `count`, such as count = 4"
                            .to_owned(),
                    );
                }
                Ok(())
            }
        }
    }

    fn check_measures(&self, system: &dyn AnySystem) -> Result<(), ConfigError> {
        let mut seen = BTreeSet::new();
        for objective in self.objectives()? {
            if !seen.insert(objective.name.clone()) {
                let problem = format!("names `{}` twice", objective.name);
                return Err(ConfigError::new("sweep.measure", problem));
            }
        }
        // Without any share of its own for it, a varied one cannot be chosen by.
        if self.validates(system) {
            let key = format!("sweep.values.{VALIDATION_SHARE}");
            if self.sweep.values.contains_key(VALIDATION_SHARE) {
                let problem = "decides what is chosen by, so it must be the same in all runs: give one value in the table of the system";
                return Err(ConfigError::new(&key, problem));
            }
        }
        Ok(())
    }

    fn check_count(&self) -> Result<(), ConfigError> {
        let sweep = &self.sweep;
        let seeds = sweep.seeds.len().max(1);
        let planned = match sweep.method {
            // As it is asked for: what is far too large is not even listed.
            Method::Grid => Some(self.asked_for()),
            Method::Random | Method::Sobol | Method::Tpe => self.settings_planned(),
        };
        let Some(settings) = planned else {
            return Err(ConfigError::new(
                "sweep.runs",
                format!(
                    "missing: how many settings to try, such as runs = 20; method \"{}\" has no end of its own",
                    sweep.method.name()
                ),
            ));
        };
        let runs = settings.saturating_mul(seeds);
        if runs <= MOST_RUNS {
            return Ok(());
        }
        let all = grouped(runs);
        Err(if sweep.method == Method::Grid {
            let problem = format!(
                "would be {all} runs, at most {} are possible: give fewer values, or try some of them with method = \"sobol\" and runs = 100",
                grouped(MOST_RUNS)
            );
            ConfigError::new("sweep.values", problem)
        } else {
            let problem = format!(
                "would be {all} runs with {seeds} {}, at most {} are possible",
                if seeds == 1 { "seed" } else { "seeds" },
                grouped(MOST_RUNS)
            );
            ConfigError::new("sweep.runs", problem)
        })
    }

    /// That each value alone, over the base, gives a config that holds, and that two values do not give the same run.
    fn check_fit(&self, system: &'static dyn AnySystem) -> Result<(), ConfigError> {
        // Two keys may only hold together; one alone is then no fault.
        if self.sweep.values.len() != 1 {
            return Ok(());
        }
        for (key, values) in &self.sweep.values {
            let Values::List(list) = values else {
                continue;
            };
            let path = format!("sweep.values.{key}");
            let mut seen: Vec<(RunConfig, &Value)> = Vec::new();
            for value in list.iter().take(100) {
                let mut config = self.base.clone();
                apply(&mut config, key, value)?;
                let config = config.completed(system).map_err(|error| {
                    ConfigError::new(
                        &path,
                        format!("{value} does not hold: {}: {}", error.key, error.problem),
                    )
                })?;
                let mut same = config.clone();
                same.parameters.remove(PRESET_KEY);
                if let Some((_, other)) = seen.iter().find(|(own, _)| *own == same) {
                    return Err(ConfigError::new(
                        &path,
                        format!(
                            "{other} and {value} give the same run: what the table [{}] sets stays as it is; remove the keys there that should change",
                            system.id()
                        ),
                    ));
                }
                seen.push((same, value));
            }
        }
        Ok(())
    }

    /// True if settings are chosen by data that is held out of training.
    fn validates(&self, system: &dyn AnySystem) -> bool {
        system.parameter(VALIDATION_SHARE).is_some()
            && self
                .objectives()
                .is_ok_and(|all| all.iter().any(|own| own.scalar.basis == Basis::Validation))
    }

    /// The settings of a grid as its values are written.
    fn asked_for(&self) -> usize {
        let counts = self.sweep.values.values().map(|values| match values {
            Values::List(list) => list.len(),
            Values::Range { count, .. } => count.map_or(1, |count| count as usize),
        });
        counts.fold(1, usize::saturating_mul)
    }
}

/// True if the data names something to test on.
pub(super) fn has_test(data: &Source) -> bool {
    match data {
        Source::Ratings(ratings) => ratings.holdout().is_ok_and(|own| own.is_some()),
        Source::Matrix(_) | Source::Images(_) => true,
    }
}

/// A number of a range: a whole one without a point.
pub(super) fn number(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 9e15 {
        Value::from(value as i64)
    } else {
        Value::from(value)
    }
}

/// `10,000`.
fn grouped(number: usize) -> String {
    if number == usize::MAX {
        return "more than 10^19".to_owned();
    }
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
