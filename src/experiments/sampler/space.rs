//! What is varied: the parameters and their values, checked.

use std::collections::BTreeMap;

use serde_json::Value;

use super::domain::{Domain, plain};
use crate::experiments::Setting;
use crate::experiments::sweep::{Scale, Values};
use crate::experiments::table::{as_number, is_same, spec_of};
use crate::record::schema::{ConfigError, ParameterKind};

/// Most parameters that vary.
const MAX_AXES: usize = 64;
/// Most values of one parameter in a list or a grid.
const MAX_VALUES: usize = 10_000;
/// Most settings of a grid.
const MAX_GRID: u128 = 10_000;
/// Whole numbers beyond are not told apart as floats.
const MAX_WHOLE: f64 = 9_007_199_254_740_992.0;
/// The table of a config file that errors speak of.
const TABLE: &str = "sweep.values";

/// The parameters that vary and their values.
#[derive(Debug, Clone, PartialEq)]
pub struct Space {
    axes: Vec<Axis>,
}

/// A parameter that varies.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Axis {
    pub(super) key: String,
    pub(super) domain: Domain,
    /// How many values a grid has of a range.
    count: Option<u32>,
}

impl Space {
    /// The space of a system's parameters: whole numbers where the schema says so.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn of(system: &str, values: &BTreeMap<String, Values>) -> Result<Self, ConfigError> {
        Self::new(values, |key| {
            let kind = spec_of(system, key).map(|spec| &spec.kind);
            let whole = matches!(
                kind,
                Some(ParameterKind::Integer { .. } | ParameterKind::Integers { .. })
            );
            whole || key == crate::experiments::table::SEED
        })
    }

    /// The space of these values; `is_whole`: which parameters take whole numbers. No values make a space of one setting.
    ///
    /// # Errors
    /// If a list is empty, or a range is none: with the key and what to do.
    pub fn new(
        values: &BTreeMap<String, Values>,
        is_whole: impl Fn(&str) -> bool,
    ) -> Result<Self, ConfigError> {
        if values.len() > MAX_AXES {
            let problem = format!(
                "varies {} parameters, where {MAX_AXES} are the most; fix some of them",
                values.len()
            );
            return Err(ConfigError::new(TABLE, problem));
        }
        let axes = values.iter().map(|(key, values)| {
            let checked = match values {
                Values::List(list) => listed(list),
                Values::Range {
                    from,
                    to,
                    scale,
                    count,
                } => range(*from, *to, *scale, is_whole(key), *count),
            };
            let (domain, count) =
                checked.map_err(|problem| ConfigError::new(&format!("{TABLE}.{key}"), problem))?;
            Ok(Axis {
                key: key.clone(),
                domain,
                count,
            })
        });
        Ok(Self {
            axes: axes.collect::<Result<_, ConfigError>>()?,
        })
    }

    pub(super) fn axes(&self) -> &[Axis] {
        &self.axes
    }

    /// How many settings there are; `None` if a parameter takes any number of a range. More than 2^127 count as that.
    #[must_use]
    pub fn size(&self) -> Option<u128> {
        self.axes.iter().try_fold(1_u128, |product, axis| {
            product.checked_mul(axis.domain.size()?)
        })
    }

    /// The setting of a finite space at a place below [`Self::size`]; the last parameter changes fastest.
    pub(super) fn nth(&self, mut place: u128) -> Option<Setting> {
        let mut setting = Setting::new();
        for axis in self.axes.iter().rev() {
            let size = axis.domain.size()?;
            setting.insert(axis.key.clone(), axis.domain.nth(place % size)?);
            place /= size;
        }
        Some(setting)
    }

    /// The setting of one share of the way per parameter, in their order.
    pub(super) fn at(&self, mut share: impl FnMut(usize) -> f64) -> Setting {
        let axes = self.axes.iter().enumerate();
        axes.map(|(place, axis)| (axis.key.clone(), axis.domain.at(share(place))))
            .collect()
    }

    /// A text that two settings share if they are the same; what is not varied does not count.
    pub(super) fn identity(&self, setting: &Setting) -> String {
        let mut text = String::new();
        for axis in &self.axes {
            let value = setting.get(&axis.key).unwrap_or(&Value::Null);
            match as_number(value) {
                Some(number) => text.push_str(&format!("{number:?}")),
                None => text.push_str(&value.to_string()),
            }
            // In no JSON text outside a string, and escaped in those.
            text.push('\n');
        }
        text
    }

    /// The same space with the values of a grid in place of ranges.
    ///
    /// # Errors
    /// If a range does not say how many, or the grid is too large.
    pub(super) fn grid(&self) -> Result<Self, ConfigError> {
        let axes = self.axes.iter().map(|axis| {
            let values = match &axis.domain {
                Domain::Choices { .. } => return Ok(axis.clone()),
                domain => steps(domain, axis.count).map_err(|problem| {
                    ConfigError::new(&format!("{TABLE}.{}", axis.key), problem)
                })?,
            };
            Ok(Axis {
                key: axis.key.clone(),
                domain: Domain::Choices {
                    values,
                    ordered: true,
                },
                count: None,
            })
        });
        let grid = Self {
            axes: axes.collect::<Result<_, ConfigError>>()?,
        };
        match grid.size() {
            Some(size) if size <= MAX_GRID => Ok(grid),
            size => {
                let sizes: Vec<String> = grid
                    .axes
                    .iter()
                    .filter_map(|axis| Some(axis.domain.size()?.to_string()))
                    .collect();
                let size =
                    size.map_or_else(|| "more than 10^38".to_owned(), |size| size.to_string());
                let problem = format!(
                    "a grid of {} is {size} settings, where {MAX_GRID} are the most; give fewer values, or take the method \"random\", \"sobol\" or \"tpe\" with a number of runs",
                    sizes.join(" × ")
                );
                Err(ConfigError::new(TABLE, problem))
            }
        }
    }

    /// The values of a parameter that has finitely many, as those of a grid have; none if it is not varied.
    pub(super) fn values_of(&self, key: &str) -> Vec<Value> {
        let own = self.axes.iter().find(|axis| axis.key == key);
        let size = own.and_then(|axis| axis.domain.size()).unwrap_or_default();
        let places = 0..size;
        places.filter_map(|place| own?.domain.nth(place)).collect()
    }

    /// How many settings a grid has.
    ///
    /// # Errors
    /// As a grid sampler has.
    pub fn grid_size(&self) -> Result<usize, ConfigError> {
        let size = self.grid()?.size().unwrap_or(MAX_GRID);
        // At most MAX_GRID.
        Ok(usize::try_from(size).unwrap_or(usize::MAX))
    }
}

type Checked = Result<(Domain, Option<u32>), String>;

fn listed(list: &[Value]) -> Checked {
    if list.is_empty() {
        return Err("has no values; give some, such as [20, 50]".to_owned());
    }
    if list.len() > MAX_VALUES {
        return Err(format!(
            "has {} values, where {MAX_VALUES} are the most; give fewer, or a range",
            list.len()
        ));
    }
    for (place, value) in list.iter().enumerate() {
        if list[..place].iter().any(|other| is_same(other, value)) {
            return Err(format!("has {value} twice; remove one"));
        }
    }
    let numbers: Option<Vec<f64>> = list.iter().map(as_number).collect();
    let ordered =
        numbers.is_some_and(|numbers| numbers.is_sorted() || numbers.iter().rev().is_sorted());
    let values = list.to_vec();
    Ok((Domain::Choices { values, ordered }, None))
}

fn range(from: f64, to: f64, scale: Scale, whole: bool, count: Option<u32>) -> Checked {
    if !from.is_finite() || !to.is_finite() || !(to - from).is_finite() {
        return Err("must go from one finite number to another".to_owned());
    }
    if from > to {
        return Err(format!("is empty: it goes from {from} to {to}; swap them"));
    }
    if from == to {
        return Err(format!(
            "has one value alone, {from}; set that beside the other parameters, or widen the range"
        ));
    }
    if scale == Scale::Log && from <= 0.0 {
        return Err(format!(
            "is logarithmic and begins at {from}, where it must begin above 0; raise `from`, or take scale = \"linear\""
        ));
    }
    if let Some(count) = count
        && (count < 2 || count as usize > MAX_VALUES)
    {
        return Err(format!(
            "has count = {count}, where 2 to {MAX_VALUES} make sense; change it"
        ));
    }
    if !whole {
        return Ok((Domain::Number { from, to, scale }, count));
    }
    for end in [from, to] {
        if end.fract() != 0.0 || end.abs() > MAX_WHOLE {
            return Err(format!(
                "must go from one whole number to another, and {end} is none; round it"
            ));
        }
    }
    let domain = Domain::Whole {
        from: from as i64,
        to: to as i64,
        scale,
    };
    Ok((domain, count))
}

/// So many values of a range from end to end; fewer where whole numbers coincide.
fn steps(domain: &Domain, count: Option<u32>) -> Result<Vec<Value>, String> {
    let Some(count) = count else {
        return Err(
            "is a range, of which a grid must know how many values to take; add count = 4, or take the method \"random\", \"sobol\" or \"tpe\""
                .to_owned(),
        );
    };
    let (ends, scale) = match domain {
        Domain::Whole { from, to, scale } => ((*from as f64, *to as f64), *scale),
        Domain::Number { from, to, scale } => ((*from, *to), *scale),
        Domain::Choices { values, .. } => return Ok(values.clone()),
    };
    let (low, high) = match scale {
        Scale::Linear => ends,
        Scale::Log => (ends.0.ln(), ends.1.ln()),
    };
    let last = count - 1;
    let mut values: Vec<Value> = (0..count)
        .map(|step| match step {
            0 => exact(domain, ends.0),
            step if step == last => exact(domain, ends.1),
            step => domain.value(low + (high - low) * f64::from(step) / f64::from(last)),
        })
        .collect();
    values.dedup();
    Ok(values)
}

/// An end of a range as it was given.
fn exact(domain: &Domain, end: f64) -> Value {
    match domain {
        Domain::Whole { .. } => Value::from(end as i64),
        _ => plain(end),
    }
}
