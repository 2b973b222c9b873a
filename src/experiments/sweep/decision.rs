//! What was decided about a sweep after it began: numbered files, each written once, by a person's hand or by whoever runs the sweep.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Scale, SweepConfig, Values};

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
            let mut list = own.map_or_else(Vec::new, |own| own.listed());
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
}

impl Values {
    /// The values of a grid: those of a list, or the steps of a range with their ends, to four digits.
    #[must_use]
    pub fn listed(&self) -> Vec<Value> {
        let (from, to, scale, count) = match self {
            Self::List(list) => return list.clone(),
            Self::Range {
                from,
                to,
                scale,
                count,
            } => (*from, *to, *scale, count.unwrap_or(2)),
        };
        let last = f64::from(count.saturating_sub(1).max(1));
        let at = |step: u32| {
            let share = f64::from(step) / last;
            let value = match scale {
                _ if step == 0 => return from,
                _ if step + 1 == count => return to,
                Scale::Linear => from + share * (to - from),
                Scale::Log => from * (to / from).powf(share),
            };
            to_digits(value, 4)
        };
        (0..count)
            .map(|step| super::check::number(at(step)))
            .collect()
    }
}

/// A number with this many digits that count.
fn to_digits(value: f64, digits: i32) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let text = format!("{value:.*e}", (digits - 1).max(0) as usize);
    text.parse().unwrap_or(value)
}
