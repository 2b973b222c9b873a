//! The runs in question, as tables: all that pass the filter, and of them those that plots can compare.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::RunSet;
use super::telling::telling;
use crate::experiments::table::{
    Column, Comparability, ComparableRuns, Filter, Row, RunsTable, comparability,
};
use crate::record::{Better, Role, Scalar};
use crate::runs::RunId;

/// What decides which runs are in question.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct QuestionKey {
    /// Of the rows that were read.
    pub(super) generation: u64,
    pub(super) set: RunSet,
    pub(super) filter: String,
    /// The marked runs, where the set is about them.
    pub(super) marked: BTreeSet<RunId>,
    /// The measure that runs are judged by, if one was chosen.
    pub(super) measure: Option<String>,
    /// The runs that plots show, of those that can be compared; the largest group while nobody has chosen.
    pub(super) group: Option<String>,
}

/// The runs in question.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// The set that they are of.
    pub set: Option<RunSet>,
    /// Those of the set, before the filter.
    pub whole: RunsTable,
    /// Those that pass the filter, newest first.
    pub all: RunsTable,
    /// Those among them that plots can compare.
    pub plotted: RunsTable,
    /// Of each plotted run its row among all.
    pub rows: Vec<usize>,
    /// How many runs the set has before the filter.
    pub of: usize,
    /// The keys of the parameters that differ among the plotted runs, the most telling first.
    pub telling: Vec<String>,
    /// The best value of the measure among the plotted runs.
    pub best: Option<f64>,
    /// What is wrong with the filter: then all pass.
    pub problem: Option<String>,
    /// The runs that can be compared with each other, the largest group first.
    pub groups: Vec<ComparableGroup>,
    /// What differs between the groups, or what to mind within the only one.
    pub sentence: Option<String>,
    /// Grows with each question.
    pub number: u64,
}

/// Runs that can be compared with each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparableGroup {
    /// Tells it apart from others.
    pub id: String,
    /// What tells it apart, in words.
    pub name: String,
    /// How many runs it has.
    pub runs: usize,
    /// True if plots show it.
    pub is_shown: bool,
}

impl Question {
    /// Gathers the runs; with thousands of them slow.
    pub(super) fn new(key: &QuestionKey, known: Vec<Arc<Row>>, number: u64) -> Self {
        let of_set = known.into_iter();
        let of_set = of_set.filter(|row| key.set.contains(row, &key.marked));
        let of_set: Vec<Arc<Row>> = of_set.collect();
        let of = of_set.len();
        let whole = RunsTable::new(of_set);
        // Keys are those of the runs at hand.
        let (filter, problem) = match Filter::parse_for(&key.filter, &whole) {
            Ok(filter) => (filter, None),
            Err(error) => (Filter::default(), Some(error.to_string())),
        };
        let all = if filter.is_empty() {
            whole.clone()
        } else {
            let rows = whole.rows().iter();
            let rows = rows.filter(|row| filter.matches(row));
            RunsTable::new(rows.cloned().collect())
        };
        let measure = key.measure.as_deref().and_then(|name| all.measure(name));
        let measure = measure.map(|own| &own.scalar);
        let measure = measure.or_else(|| usual_measure(&all));
        let comparable = measure.map(|scalar| comparability(all.rows(), scalar));
        let (rows, groups, sentence) = match comparable {
            Some(found) => shown_of(found, key.group.as_deref()),
            None => ((0..all.len()).collect(), Vec::new(), None),
        };
        let plotted = if rows.len() == all.len() {
            all.clone()
        } else {
            all.subset(&rows)
        };
        let judged = key.measure.clone();
        let judged = judged.or_else(|| Some(plotted.objective()?.measure.clone()));
        let judged = judged.map(Column::Measure);
        let best = plotted.best(key.measure.as_deref());
        let best = best.and_then(|row| plotted.number(row, judged.as_ref()?));
        Self {
            best,
            telling: telling(&plotted, judged.as_ref()),
            set: Some(key.set.clone()),
            whole,
            all,
            plotted,
            rows,
            of,
            problem,
            groups,
            sentence,
            number,
        }
    }
}

/// The measure by which runs are compared while nobody has chosen: one of validation data where most runs have it, so that the result of a
/// sweep, which has none, does not turn a choice by validation into one by test data.
fn usual_measure(table: &RunsTable) -> Option<&Scalar> {
    let mut validated = table.measures().iter().filter(|own| {
        own.scalar.role == Role::Validation
            && !own.scalar.loss
            && own.scalar.better != Better::Neither
            && 2 * own.rows > table.len()
    });
    let validated = validated.next().map(|own| &own.scalar);
    validated.or_else(|| table.objective().map(|own| &own.scalar))
}

/// The runs that plots show: those of the chosen group, else of the largest, and those whose data is not known yet.
fn shown_of(
    found: Comparability,
    chosen: Option<&str>,
) -> (Vec<usize>, Vec<ComparableGroup>, Option<String>) {
    let id = |group: &ComparableRuns| format!("{} {:?}", group.data, group.settings);
    let chosen = found
        .groups
        .iter()
        .position(|group| Some(id(group).as_str()) == chosen);
    let shown = chosen.unwrap_or(0);
    let groups = found.groups.iter().enumerate();
    let named = groups.map(|(at, group)| ComparableGroup {
        id: id(group),
        name: named(group, &found.groups),
        runs: group.rows.len(),
        is_shown: at == shown,
    });
    let mut rows = found.unread.clone();
    rows.extend(
        found
            .groups
            .get(shown)
            .into_iter()
            .flat_map(|group| &group.rows),
    );
    rows.sort_unstable();
    (rows, named.collect(), found.sentence)
}

/// What tells a group apart: its data, or the settings in which it differs from others.
fn named(group: &ComparableRuns, all: &[ComparableRuns]) -> String {
    if all.iter().any(|other| other.data != group.data) {
        return group.data.clone();
    }
    let differs = |key: &String| {
        let value = group.settings.get(key);
        all.iter().any(|other| other.settings.get(key) != value)
    };
    let settings = group.settings.iter().filter(|(key, _)| differs(key));
    let named: Vec<String> = settings
        .map(|(key, value)| format!("{key} {value}"))
        .collect();
    match named.is_empty() {
        true => group.data.clone(),
        false => named.join(", "),
    }
}
