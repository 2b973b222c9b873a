//! Runs that have the same setting, as one: means and how they scatter.

use rustc_hash::FxHashMap;
use serde_json::Value;

use super::{Column, RunsTable};

/// Runs that have the same setting.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// What they have in common, in the order of what was grouped by; null where they have no value.
    pub setting: Vec<(String, Value)>,
    /// Their places in the table.
    pub rows: Vec<usize>,
    /// How many of them have the measure, as a finite number.
    pub n: usize,
    /// The mean; NaN of none.
    pub mean: f64,
    /// The standard deviation of a sample; `None` of fewer than two.
    pub deviation: Option<f64>,
    /// The smallest; NaN of none.
    pub min: f64,
    /// The largest; NaN of none.
    pub max: f64,
    /// The numbers, with the rows that have them.
    values: Vec<(usize, f64)>,
}

/// How far two groups are apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// The mean of the one minus that of the other.
    pub mean: f64,
    /// Its standard error; `None` where a group has too few runs.
    pub error: Option<f64>,
    /// True if runs with the same seed were compared, so that what a seed brings to both cancels out.
    pub paired: bool,
}

impl RunsTable {
    /// What groups go by unless told otherwise: all that differs but the seed.
    #[must_use]
    pub fn settings(&self) -> Vec<String> {
        let varied = self.varied().iter().filter(|own| !own.is_seed());
        varied.map(|own| own.key.clone()).collect()
    }

    /// The runs in groups of the same system and the same values of these parameters, in the order of the first run of each. The time grows
    /// with runs × parameters.
    #[must_use]
    pub fn groups(&self, by: &[String], measure: &str) -> Vec<Group> {
        let column = Column::Measure(measure.to_owned());
        let mut places: FxHashMap<String, usize> = FxHashMap::default();
        let mut groups: Vec<Group> = Vec::new();
        for (place, row) in self.rows().iter().enumerate() {
            let mut identity = row.summary.system.clone();
            for key in by {
                // In no JSON text, and in no name of a system.
                identity.push('\n');
                if let Some(value) = row.value(key) {
                    identity.push_str(&value.to_string());
                }
            }
            let group = *places.entry(identity).or_insert_with(|| {
                let setting = by.iter().map(|key| {
                    let value = row.value(key).cloned().unwrap_or(Value::Null);
                    (key.clone(), value)
                });
                groups.push(Group {
                    setting: setting.collect(),
                    rows: Vec::new(),
                    n: 0,
                    mean: f64::NAN,
                    deviation: None,
                    min: f64::NAN,
                    max: f64::NAN,
                    values: Vec::new(),
                });
                groups.len() - 1
            });
            groups[group].rows.push(place);
            if let Some(number) = self.number(place, &column).filter(|own| own.is_finite()) {
                groups[group].values.push((place, number));
            }
        }
        groups.iter_mut().for_each(Group::sum_up);
        groups
    }

    /// How far a group is from another, such as a baseline: by pairs of the same seed where both have the same seeds, each once.
    #[must_use]
    pub fn difference(&self, group: &Group, other: &Group) -> Option<Difference> {
        if group.n == 0 || other.n == 0 {
            return None;
        }
        let mean = group.mean - other.mean;
        let seeds = |group: &Group| {
            let mut seeds: Vec<(u64, f64)> = group
                .values
                .iter()
                .map(|(row, value)| (self.rows()[*row].summary.seed, *value))
                .collect();
            seeds.sort_by_key(|(seed, _)| *seed);
            seeds
        };
        let (own, others) = (seeds(group), seeds(other));
        let distinct = own.windows(2).all(|pair| pair[0].0 != pair[1].0);
        let same = own
            .iter()
            .map(|(seed, _)| seed)
            .eq(others.iter().map(|(seed, _)| seed));
        let paired = distinct && same && own.len() > 1;
        let error = if paired {
            let pairs = own.iter().zip(&others);
            let differences: Vec<f64> = pairs.map(|(one, other)| one.1 - other.1).collect();
            deviation(&differences).map(|own| own / (differences.len() as f64).sqrt())
        } else {
            // Welch's.
            let square = |group: &Group| Some(group.deviation?.powi(2) / group.n as f64);
            square(group)
                .zip(square(other))
                .map(|(one, other)| (one + other).sqrt())
        };
        Some(Difference {
            mean,
            error,
            paired,
        })
    }
}

impl Group {
    fn sum_up(&mut self) {
        let numbers: Vec<f64> = self.values.iter().map(|(_, number)| *number).collect();
        self.n = numbers.len();
        if numbers.is_empty() {
            return;
        }
        self.mean = numbers.iter().sum::<f64>() / numbers.len() as f64;
        self.deviation = deviation(&numbers);
        self.min = numbers.iter().copied().fold(f64::INFINITY, f64::min);
        self.max = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    }
}

/// The standard deviation of a sample; `None` of fewer than two numbers.
fn deviation(numbers: &[f64]) -> Option<f64> {
    if numbers.len() < 2 {
        return None;
    }
    let count = numbers.len() as f64;
    let mean = numbers.iter().sum::<f64>() / count;
    let squares: f64 = numbers.iter().map(|own| (own - mean).powi(2)).sum();
    Some((squares / (count - 1.0)).sqrt())
}
