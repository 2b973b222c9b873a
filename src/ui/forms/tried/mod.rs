//! The values that a sweep tries for one key, as a person writes them in the form.

mod editor;
mod read;
mod suggest;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(super) use editor::{TriedEdit, TriedField};
pub(super) use read::typed;

use super::schema::{FormSchema, READING, display, same};
use crate::draw::format;
use crate::experiments::sweep::{Scale, Values};
use crate::record::schema::{ParameterKind, ParameterSpec};

/// Most values of one key.
const MOST: usize = 1000;
/// Values in a line that previews them.
const SHOWN: usize = 8;

/// The values that a sweep tries for one key. What was typed is kept as it was typed: it may not be right yet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tried {
    /// Those that were ticked, of a choice or a switch.
    Ticked(Vec<Value>),
    /// Apart by spaces or commas; lists of numbers in brackets.
    List(String),
    /// Between two numbers.
    Range {
        /// The smallest.
        from: String,
        /// The largest.
        to: String,
        /// Spaced by ratios.
        log: bool,
        /// How many for a grid.
        count: u32,
    },
}

impl Tried {
    /// True for a key of which several values can be tried.
    #[must_use]
    pub fn fits(spec: &ParameterSpec) -> bool {
        let names_a_file = matches!(
            spec.kind,
            ParameterKind::Path { .. } | ParameterKind::Parts(_)
        );
        !names_a_file && spec.group != READING && !FormSchema::names_in_file(&spec.key)
    }

    /// What is tried at first around the value that a key has.
    pub(super) fn around(spec: &ParameterSpec, value: &Value) -> Self {
        suggest::around(spec, value)
    }

    /// As a config file has it.
    #[must_use]
    pub fn of(spec: &ParameterSpec, values: &Values) -> Self {
        match values {
            Values::List(list) if is_ticked(spec) => Self::Ticked(list.clone()),
            Values::List(list) => {
                let texts: Vec<String> = list.iter().map(|value| typed(spec, value)).collect();
                Self::List(texts.join(" "))
            }
            Values::Range {
                from,
                to,
                scale,
                count,
            } => Self::Range {
                from: read::typed_number(spec, *from),
                to: read::typed_number(spec, *to),
                log: *scale == Scale::Log,
                count: count.unwrap_or(DEFAULT_COUNT),
            },
        }
    }

    /// Every value of a grid, in its normal form, each once.
    ///
    /// # Errors
    /// A sentence for the row of the key.
    pub fn values(&self, spec: &ParameterSpec) -> Result<Vec<Value>, String> {
        let values = match self {
            Self::Ticked(values) => values.clone(),
            Self::List(text) => read::list(spec, text)?,
            Self::Range {
                from,
                to,
                log,
                count,
            } => {
                let (from, to) = read::bounds(spec, from, to, *log)?;
                if !(2..=MOST as u32).contains(count) {
                    return Err(format!("must have from 2 to {MOST} values, not {count}"));
                }
                points(spec, (from, to), *log, *count)
            }
        };
        let mut checked: Vec<Value> = Vec::new();
        for value in values {
            let value = spec.check(&value).map_err(|error| {
                let (typed, problem) = (typed(spec, &value), error.problem);
                format!("{typed} cannot be tried: it {}", in_unit(spec, problem))
            })?;
            if !checked.iter().any(|known| same(known, &value)) {
                checked.push(value);
            }
        }
        match checked.len() {
            0 if is_ticked(spec) => Err("Tick at least one value to try".to_owned()),
            0 => Err("Write the values to try, such as 10 20 50".to_owned()),
            1..=MOST => Ok(checked),
            many => Err(format!("{many} values are too many: at most {MOST}")),
        }
    }

    /// As a sweep takes it.
    ///
    /// # Errors
    /// As [`Self::values`].
    pub fn to_values(&self, spec: &ParameterSpec) -> Result<Values, String> {
        let values = self.values(spec)?;
        match self {
            Self::Range {
                from,
                to,
                log,
                count,
            } => {
                let (from, to) = read::bounds(spec, from, to, *log)?;
                let scale = if *log { Scale::Log } else { Scale::Linear };
                Ok(Values::Range {
                    from,
                    to,
                    scale,
                    count: Some(*count),
                })
            }
            Self::Ticked(_) | Self::List(_) => Ok(Values::List(
                values.into_iter().map(without_brackets).collect(),
            )),
        }
    }

    /// A line that previews what is tried; `grid` if every value is.
    fn preview(&self, spec: &ParameterSpec, grid: bool) -> Option<String> {
        let values = self.values(spec).ok()?;
        if let (Self::Range { from, to, log, .. }, false) = (self, grid) {
            let by = if *log { "by ratio" } else { "evenly" };
            return Some(format!("Between {from} and {to}, drawn {by}"));
        }
        let shown: Vec<String> = values
            .iter()
            .take(SHOWN)
            .map(|own| brief(spec, own))
            .collect();
        let more = if values.len() > SHOWN { ", …" } else { "" };
        let count = match values.len() {
            1 => "1 value".to_owned(),
            many => format!("{many} values"),
        };
        Some(format!("{count}: {}{more}", shown.join(", ")))
    }
}

/// Values of a range that nobody gave a number of.
const DEFAULT_COUNT: u32 = 4;

/// True for a key of a few values, which are ticked.
pub(super) fn is_ticked(spec: &ParameterSpec) -> bool {
    matches!(spec.kind, ParameterKind::Choice(_) | ParameterKind::Flag)
}

/// True for a key whose values can lie between two numbers.
pub(super) fn is_number(spec: &ParameterSpec) -> bool {
    matches!(
        spec.kind,
        ParameterKind::Integer { .. }
            | ParameterKind::Number { .. }
            | ParameterKind::Integers { .. }
    )
}

fn is_whole(spec: &ParameterSpec) -> bool {
    !matches!(spec.kind, ParameterKind::Number { .. })
}

/// The values of a range, its ends exactly.
fn points(spec: &ParameterSpec, (from, to): (f64, f64), log: bool, count: u32) -> Vec<Value> {
    let last = count.saturating_sub(1);
    (0..count)
        .map(|at| {
            let share = f64::from(at) / f64::from(last.max(1));
            let point = match at {
                0 => from,
                _ if at == last => to,
                _ if log => from * (to / from).powf(share),
                _ => from + (to - from) * share,
            };
            if is_whole(spec) {
                Value::from(point.round() as i64)
            } else {
                Value::from(point)
            }
        })
        .collect()
}

/// 500 for a list of one: files and names are shorter.
pub(in crate::ui) fn without_brackets(value: Value) -> Value {
    match value {
        Value::Array(mut list) if list.len() == 1 => list.remove(0),
        value => value,
    }
}

/// A value in a preview: numbers to three digits.
fn brief(spec: &ParameterSpec, value: &Value) -> String {
    let unit = if spec.percent { " %" } else { "" };
    let number = |value: f64| {
        let value = if spec.percent { value * 100.0 } else { value };
        format!("{}{unit}", format::setting(to_digits(value, 3)))
    };
    match value {
        Value::Number(whole) if whole.is_i64() => display(value),
        Value::Number(own) => own.as_f64().map_or_else(String::new, number),
        Value::Array(list) if list.len() > 1 => format!("[{}]", display(value)),
        _ => display(value),
    }
}

/// `value` rounded to so many digits that count.
fn to_digits(value: f64, digits: i32) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let places = digits - 1 - value.abs().log10().floor() as i32;
    // Through text: what people read has no rounding errors.
    if places >= 0 {
        format!("{value:.*}", places as usize)
            .parse()
            .unwrap_or(value)
    } else {
        let unit = 10_f64.powi(-places);
        (value / unit).round() * unit
    }
}

/// A problem of a share in the unit that the form shows it in.
fn in_unit(spec: &ParameterSpec, problem: String) -> String {
    match spec.kind {
        ParameterKind::Number { min, max } if spec.percent => {
            format!("must be from {} to {} %", min * 100.0, max * 100.0)
        }
        _ => problem,
    }
}

#[cfg(test)]
mod tests;
