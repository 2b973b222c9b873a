//! What was decided about a sweep after it began: numbered files, each written once, by a person's hand or by whoever runs the sweep.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{SweepConfig, Values};
use crate::experiments::sampler;

/// One decision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
pub enum Decision {
    /// No new run begins, and those that train wait.
    Pause,
    /// It goes on.
    Resume,
    /// It ends; runs that train are stopped after a checkpoint.
    Stop,
    /// More values or settings are tried.
    Extend(Extension),
    /// A person calls it something else.
    Rename {
        /// Its name.
        name: String,
    },
    /// A run was stopped as a loser.
    StopEarly {
        /// Its trial.
        trial: u32,
        /// Why, in a sentence.
        reason: String,
    },
    /// A trial cannot be run: its values do not hold together.
    Refuse {
        /// The trial.
        trial: u32,
        /// Why, in a sentence.
        reason: String,
    },
}

/// What is tried in addition.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Extension {
    /// More values of keys that are varied already: a list grows, a range is widened to hold them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, Vec<Value>>,
    /// More settings, for methods without an end.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub runs: u32,
    /// More seeds of every setting.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seeds: Vec<u64>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl SweepConfig {
    /// The question with more to try.
    #[must_use]
    pub fn extended(&self, extension: &Extension) -> Self {
        let mut whole = self.clone();
        let sweep = &mut whole.sweep;
        for (key, more) in &extension.values {
            let own = sweep.values.get(key);
            let mut list = self.listed(key);
            if let (
                Some(Values::Range {
                    from,
                    to,
                    scale,
                    count,
                }),
                true,
            ) = (own, sweep.method != super::Method::Grid)
            {
                let numbers = more.iter().filter_map(Value::as_f64);
                let (from, to) =
                    numbers.fold((*from, *to), |(from, to), own| (from.min(own), to.max(own)));
                let range = Values::Range {
                    from,
                    to,
                    scale: *scale,
                    count: *count,
                };
                sweep.values.insert(key.clone(), range);
                continue;
            }
            for value in more {
                if !list.contains(value) {
                    list.push(value.clone());
                }
            }
            sweep.values.insert(key.clone(), Values::List(list));
        }
        if extension.runs > 0 {
            sweep.runs = sweep.runs.map(|runs| runs.saturating_add(extension.runs));
        }
        for seed in &extension.seeds {
            if !sweep.seeds.contains(seed) {
                sweep.seeds.push(*seed);
            }
        }
        whole
    }

    /// The values that a grid has of a key: those of a list, or the steps of a range with their ends; of a range without a count its ends.
    #[must_use]
    pub fn listed(&self, key: &str) -> Vec<Value> {
        let Some(values) = self.sweep.values.get(key) else {
            return Vec::new();
        };
        let mut values = values.clone();
        if let Values::Range { count, .. } = &mut values {
            count.get_or_insert(2);
        }
        // A question that was checked has some.
        sampler::grid_values(&self.base.system, key, &values).unwrap_or_default()
    }
}
