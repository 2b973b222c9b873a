//! The runs in question, as tables: all that pass the filter, and of them those that plots can compare.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::telling::telling;
use super::{RunSet, comparable};
use crate::experiments::table::{Column, Filter, Row, RunsTable};
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
    /// The data that plots show the runs of; that of most of them while nobody has chosen.
    pub(super) data: Option<String>,
}

/// The runs in question.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// The set that they are of.
    pub set: Option<RunSet>,
    /// Those of the set, before the filter.
    pub whole: RunsTable,
    /// What is wrong with the filter: then all pass.
    pub problem: Option<String>,
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
    /// The data of the runs, with how many learned from it, the most frequent first.
    pub data: Vec<(comparable::Data, usize)>,
    /// Grows with each question.
    pub number: u64,
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
        let data = comparable::data_of(all.rows());
        let chosen = key.data.as_deref();
        let chosen = chosen.filter(|chosen| data.iter().any(|(data, _)| data.id == *chosen));
        let chosen = chosen.or_else(|| Some(data.first()?.0.id.as_str()));
        let rows = comparable::of_data(all.rows(), chosen);
        let plotted = if rows.len() == all.len() {
            all.clone()
        } else {
            all.subset(&rows)
        };
        let judged = plotted.objective();
        let judged = judged.map(|own| Column::Measure(own.measure.clone()));
        Self {
            telling: telling(&plotted, judged.as_ref()),
            set: Some(key.set.clone()),
            whole,
            problem,
            all,
            plotted,
            rows,
            of,
            data,
            number,
        }
    }
}
