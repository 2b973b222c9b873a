//! Parameters that differ among runs.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde_json::Value;

use super::Row;
use super::row::{DATA, SEED, spec_of};
use crate::data::{DataKind, Source};
use crate::experiments::sweep::Scale;
use crate::record::schema::{ParameterKind, ParameterSpec};

/// A parameter that differs among runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Variable {
    /// Its key, as `--set` takes it.
    pub key: String,
    /// Its name in words.
    pub label: String,
    /// The paper's symbol.
    pub symbol: Option<String>,
    /// The word in place of 0, where 0 leaves the choice to the system.
    pub zero: Option<String>,
    /// The values that the runs have.
    pub kind: VariableKind,
    /// True if some runs that could have a value have none.
    pub has_absent: bool,
}

/// The values that runs have of a variable.
#[derive(Debug, Clone, PartialEq)]
pub enum VariableKind {
    /// Numbers.
    Number {
        /// How an axis is best spaced: as the schema says, or else by the spread of the values.
        scale: Scale,
        /// True if all are whole by their meaning.
        whole: bool,
        /// The smallest that a run has.
        min: f64,
        /// The largest that a run has.
        max: f64,
    },
    /// Words, in the order of the schema, or else of the alphabet.
    Categories(Vec<String>),
    /// True and false.
    Flag,
}

impl Variable {
    /// The name and the symbol: `Regularizer λ`.
    #[must_use]
    pub fn title(&self) -> String {
        match &self.symbol {
            Some(symbol) => format!("{} {symbol}", self.label),
            None => self.label.clone(),
        }
    }

    /// True for the seed, which is no setting: runs that differ by it alone repeat each other.
    #[must_use]
    pub fn is_seed(&self) -> bool {
        self.key == SEED
    }

    /// The place of a run along the variable: the number, the place of the category, or 0 and 1. `None` if it has none.
    #[must_use]
    pub fn position(&self, row: &Row) -> Option<f64> {
        let value = row.value(&self.key)?;
        match &self.kind {
            VariableKind::Number { .. } => as_number(value),
            VariableKind::Flag => value.as_bool().map(f64::from),
            VariableKind::Categories(names) => {
                if value.is_null() {
                    return None;
                }
                let text = as_text(value);
                names
                    .iter()
                    .position(|name| *name == text)
                    .map(|place| place as f64)
            }
        }
    }

    /// The value of a run in words; empty if it has none.
    #[must_use]
    pub fn text(&self, row: &Row) -> String {
        match row.word(&self.key) {
            Some(word) => word.to_owned(),
            None => row.value(&self.key).map(as_text).unwrap_or_default(),
        }
    }
}

/// A number; the single entry of a list counts as one.
#[must_use]
pub fn as_number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::Array(entries) => match entries.as_slice() {
            [Value::Number(number)] => number.as_f64(),
            _ => None,
        },
        _ => None,
    }
}

/// True if two values mean the same setting: 100 and 100.0, 50 and [50].
#[must_use]
pub fn is_same(one: &Value, other: &Value) -> bool {
    match (as_number(one), as_number(other)) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    }
}

/// A value as a person writes it: `0.1`, `item`, `500, 250, 500`; nothing for one that is absent.
#[must_use]
pub fn as_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(entries) => entries.iter().map(as_text).collect::<Vec<_>>().join(", "),
        Value::Object(entries) => entries
            .iter()
            .map(|(key, value)| format!("{key} = {}", as_text(value)))
            .collect::<Vec<_>>()
            .join(", "),
        Value::Number(_) | Value::Bool(_) => value.to_string(),
    }
}

/// What is known of a parameter after some rows.
struct Tally<'a> {
    first: &'a Value,
    differs: bool,
    /// Rows that have a value.
    present: usize,
    /// Rows that have none, where they could.
    absent: usize,
    spec: Option<&'static ParameterSpec>,
    /// The place of the first system that has it, and its place there.
    rank: (usize, usize),
}

/// The parameters that differ among `rows`, in the order of their systems, then those of the data, then the seed. The time grows with rows ×
/// parameters.
pub(super) fn varied(rows: &[Arc<Row>]) -> Vec<Variable> {
    let mut tallies: FxHashMap<&str, Tally<'_>> = FxHashMap::default();
    let mut systems: Vec<(&str, usize)> = Vec::new();
    let mut kinds = [0_usize; DataKind::ALL.len()];
    for row in rows {
        let system = row.summary.system.as_str();
        let place = match systems.iter().position(|(id, _)| *id == system) {
            Some(place) => place,
            None => {
                systems.push((system, 0));
                systems.len() - 1
            }
        };
        systems[place].1 += 1;
        if let Some(system) = row.system() {
            kinds[system.data_kind() as usize] += 1;
        }
        for (key, value) in &row.parameters {
            let tally = tallies.entry(key).or_insert_with(|| Tally {
                first: value,
                differs: false,
                present: 0,
                absent: 0,
                spec: spec_of(system, key),
                rank: rank(system, place, key),
            });
            tally.differs |= tally.first != value;
            if value.is_null() {
                tally.absent += 1;
            } else {
                tally.present += 1;
            }
        }
    }
    for (key, tally) in &mut tallies {
        let Some(own) = key.strip_prefix(DATA) else {
            continue;
        };
        // Rows keep no absent key of the data.
        let could: usize = DataKind::ALL
            .into_iter()
            .filter(|kind| Source::keys(*kind).iter().any(|spec| spec.key == own))
            .map(|kind| kinds[kind as usize])
            .sum();
        let absent = could.saturating_sub(tally.present);
        tally.absent = tally.absent.max(absent);
        tally.differs |= absent > 0 && tally.present > 0;
    }
    let mut varied: Vec<(&str, Tally<'_>)> = tallies
        .into_iter()
        .filter(|(_, tally)| tally.differs)
        .collect();
    varied.sort_by(|(one, a), (other, b)| a.rank.cmp(&b.rank).then(one.cmp(other)));
    varied
        .into_iter()
        .filter_map(|(key, tally)| variable(rows, key, &tally))
        .collect()
}

/// Parameters of systems stand before those of the data, and the seed comes last.
fn rank(system: &str, place: usize, key: &str) -> (usize, usize) {
    const DATA_RANK: usize = usize::MAX - 1;
    if key == SEED {
        return (usize::MAX, 0);
    }
    let known = crate::systems::find(system);
    let find = |specs: &[ParameterSpec], own: &str| specs.iter().position(|spec| spec.key == own);
    match (key.strip_prefix(DATA), known) {
        (Some(own), Some(system)) => {
            let at = find(Source::keys(system.data_kind()), own);
            (DATA_RANK, at.unwrap_or(usize::MAX))
        }
        (Some(_), None) => (DATA_RANK, usize::MAX),
        (None, Some(system)) => (place, find(system.parameters(), key).unwrap_or(usize::MAX)),
        (None, None) => (place, usize::MAX),
    }
}

/// `None` if the runs that it applies to do not differ.
fn variable(rows: &[Arc<Row>], key: &str, tally: &Tally<'_>) -> Option<Variable> {
    let mut distinct: BTreeMap<String, &Value> = BTreeMap::new();
    let mut has_absent = false;
    for row in rows {
        match row.value(key) {
            Some(Value::Null) => has_absent = true,
            Some(value) => {
                distinct.entry(as_text(value)).or_insert(value);
            }
            None => {}
        }
    }
    if distinct.len() + usize::from(has_absent) < 2 {
        return None;
    }
    let spec = tally.spec;
    let label = spec.map_or_else(
        || {
            let words = key.strip_prefix(DATA).unwrap_or(key).replace('_', " ");
            let mut letters = words.chars();
            let first = letters.next().into_iter().flat_map(char::to_uppercase);
            first.chain(letters).collect()
        },
        |spec| spec.label.clone(),
    );
    Some(Variable {
        key: key.to_owned(),
        label,
        symbol: spec.and_then(|spec| spec.symbol.clone()),
        zero: spec.and_then(|spec| spec.zero.clone()),
        kind: kind(distinct, spec),
        has_absent,
    })
}

fn kind(distinct: BTreeMap<String, &Value>, spec: Option<&ParameterSpec>) -> VariableKind {
    if distinct.values().all(|value| value.is_boolean()) {
        return VariableKind::Flag;
    }
    let numbers: Option<Vec<f64>> = distinct.values().map(|value| as_number(value)).collect();
    if let Some(mut numbers) = numbers.filter(|numbers| !numbers.is_empty()) {
        numbers.sort_by(f64::total_cmp);
        let (min, max) = (numbers[0], numbers[numbers.len() - 1]);
        let whole = match spec.map(|spec| &spec.kind) {
            Some(ParameterKind::Integer { .. } | ParameterKind::Integers { .. }) => true,
            Some(_) => false,
            None => distinct
                .values()
                .all(|value| value.is_i64() || value.is_u64()),
        };
        let scale = scale(&numbers, spec.is_some_and(|spec| spec.logarithmic));
        return VariableKind::Number {
            scale,
            whole,
            min,
            max,
        };
    }
    let mut names: Vec<String> = distinct.into_keys().collect();
    if let Some(ParameterKind::Choice(choices)) = spec.map(|spec| &spec.kind) {
        let place = |name: &String| choices.iter().position(|choice| choice.name == *name);
        names.sort_by_key(|name| place(name).unwrap_or(usize::MAX));
    }
    VariableKind::Categories(names)
}

/// Logarithmic where the schema says so, or where values spread over a factor of 10 and crowd at the lower end: 20, 50, 100, 500. `sorted`: the
/// distinct values, not empty.
fn scale(sorted: &[f64], by_schema: bool) -> Scale {
    /// The share of the way from the smallest to the largest below which the middle value is crowded.
    const CROWDED: f64 = 0.3;
    let (min, max) = (sorted[0], sorted[sorted.len() - 1]);
    if min <= 0.0 {
        return Scale::Linear;
    }
    let upper = sorted[sorted.len() / 2];
    let middle = f64::midpoint(upper, sorted[(sorted.len() - 1) / 2]);
    let crowded = max / min >= 10.0 && (middle - min) / (max - min) < CROWDED;
    if by_schema || crowded {
        Scale::Log
    } else {
        Scale::Linear
    }
}
