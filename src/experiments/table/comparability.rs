//! Which runs may be compared by which measure.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde_json::Value;

use super::row::{DATA, spec_of};
use super::runs_table::data_name;
use super::{Row, as_text};
#[cfg(test)]
use crate::data::Source;
use crate::record::{Basis, Scalar};

/// The keys of the data that say what is held out, without their table.
const SPLIT: [&str; 3] = ["test_fraction", "newest_fraction", "leave_out"];
/// Those whose choice is drawn with the seed.
const DRAWN: [&str; 2] = ["data.test_fraction", "data.leave_out"];
/// The parameter that holds data out to choose by.
const VALIDATION_SHARE: &str = "validation_fraction";

/// Which runs may be compared by a measure.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparability {
    /// Runs that may be compared with each other, the largest group first; of equally large ones that of the first run.
    pub groups: Vec<ComparableRuns>,
    /// Runs whose data is not known yet.
    pub unread: Vec<usize>,
    /// What differs between the groups, or what to mind within one; `None` if there is nothing to say.
    pub sentence: Option<String>,
}

/// Runs that may be compared with each other.
#[derive(Debug, Clone, PartialEq)]
pub struct ComparableRuns {
    /// Their places.
    pub rows: Vec<usize>,
    /// The name of their data.
    pub data: String,
    /// What they have in common beside it: what is held out, and how the file is read.
    pub settings: BTreeMap<String, String>,
}

/// Which of these runs may be compared by a measure: those with the same data, read alike; by a measure on validation or test data also with
/// the same share held out. The time grows with the number of runs.
#[must_use]
pub fn comparability(rows: &[Arc<Row>], measure: &Scalar) -> Comparability {
    let mut places: FxHashMap<(String, BTreeMap<String, String>), usize> = FxHashMap::default();
    let mut groups: Vec<ComparableRuns> = Vec::new();
    let mut unread = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        let Some(data) = &row.summary.data else {
            unread.push(place);
            continue;
        };
        let settings = settings(row, measure.basis);
        let group = *places
            .entry((data.hash.clone(), settings.clone()))
            .or_insert_with(|| {
                groups.push(ComparableRuns {
                    rows: Vec::new(),
                    data: data_name(row).into_owned(),
                    settings,
                });
                groups.len() - 1
            });
        groups[group].rows.push(place);
    }
    groups.sort_by_key(|group| std::cmp::Reverse(group.rows.len()));
    let sentence = match groups.as_slice() {
        [] => None,
        [one] => within(rows, one, measure),
        several => Some(between(several)),
    };
    Comparability {
        groups,
        unread,
        sentence,
    }
}

/// What decides, beside the file, which numbers a measure is made of.
fn settings(row: &Row, basis: Basis) -> BTreeMap<String, String> {
    let held_out = matches!(basis, Basis::Validation | Basis::Test);
    let mut settings = BTreeMap::new();
    for (key, value) in &row.parameters {
        let Some(own) = key.strip_prefix(DATA) else {
            continue;
        };
        let is_path = spec_of(&row.summary.system, key).is_some_and(|spec| spec.is_path());
        if !is_path && !value.is_null() && (held_out || !SPLIT.contains(&own)) {
            settings.insert(key.clone(), as_text(value));
        }
    }
    let share = row.parameters.get(VALIDATION_SHARE);
    if let Some(share) = share.and_then(Value::as_f64)
        && basis == Basis::Validation
    {
        settings.insert(VALIDATION_SHARE.to_owned(), share.to_string());
    }
    settings
}

/// Names the data or the settings in which groups differ.
fn between(groups: &[ComparableRuns]) -> String {
    /// Values that are named.
    const NAMED: usize = 4;
    let count = |value: &dyn Fn(&ComparableRuns) -> String| {
        let mut counts: Vec<(String, usize)> = Vec::new();
        for group in groups {
            let own = value(group);
            match counts.iter_mut().find(|(known, _)| *known == own) {
                Some((_, count)) => *count += group.rows.len(),
                None => counts.push((own, group.rows.len())),
            }
        }
        counts
    };
    let list = |counts: &[(String, usize)]| {
        let named = counts.iter().take(NAMED);
        let mut named: Vec<String> = named
            .map(|(value, count)| {
                let runs = if *count == 1 { "run" } else { "runs" };
                format!("{value} ({count} {runs})")
            })
            .collect();
        if counts.len() > NAMED {
            named.push(format!("{} more", counts.len() - NAMED));
        }
        named.join(", ")
    };
    let data = count(&|group| group.data.clone());
    let keys: std::collections::BTreeSet<&String> = groups
        .iter()
        .flat_map(|group| group.settings.keys())
        .collect();
    let mut parts = Vec::new();
    if data.len() > 1 {
        parts.push(format!("data: {}", list(&data)));
    }
    for key in keys {
        let values = count(&|group| {
            let value = group.settings.get(key);
            value.map_or_else(|| "none".to_owned(), Clone::clone)
        });
        if values.len() > 1 {
            parts.push(format!("{key}: {}", list(&values)));
        }
    }
    if parts.is_empty() {
        // Two files of one name.
        return format!(
            "Not all runs can be compared: they learned from {} different files named {}.",
            groups.len(),
            groups[0].data
        );
    }
    format!(
        "Not all runs can be compared: they differ in {}.",
        parts.join("; in ")
    )
}

/// What to mind when the runs of one group are compared.
fn within(rows: &[Arc<Row>], group: &ComparableRuns, measure: &Scalar) -> Option<String> {
    if measure.loss {
        return Some(format!(
            "{} is a term of what is minimized: it tells runs apart only where the weights of the losses are the same.",
            measure.title()
        ));
    }
    let first = rows.get(*group.rows.first()?)?;
    let seeds = group.rows.iter().filter_map(|row| rows.get(*row));
    let same_seed = seeds
        .clone()
        .all(|row| row.summary.seed == first.summary.seed);
    if same_seed {
        return None;
    }
    let drawn = DRAWN.iter().any(|key| {
        let value = group.settings.get(*key);
        value.is_some_and(|value| value != "0")
    });
    match measure.basis {
        Basis::Test if drawn => Some(
            "The test data is drawn with the seed, so runs with different seeds are tested on different data: compare means over the same seeds."
                .to_owned(),
        ),
        Basis::Validation => Some(
            "The validation data is drawn with the seed, so runs with different seeds are measured on different data: compare means over the same seeds."
                .to_owned(),
        ),
        _ => None,
    }
}

/// The keys of the data of all kinds that say what is held out; all exist, which a test holds.
#[cfg(test)]
pub(super) fn split_keys_exist() -> bool {
    SPLIT.iter().all(|key| {
        crate::data::DataKind::ALL
            .into_iter()
            .any(|kind| Source::keys(kind).iter().any(|spec| spec.key == *key))
    })
}
