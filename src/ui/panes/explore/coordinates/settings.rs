//! Which axes stand in which order.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::experiments::table::{Column, RunsTable};
use crate::record::{Better, Role};
use crate::ui::panes::explore::Judge;

/// Parameters and further measures that have an axis without being asked for.
const MOST_PARAMETERS: usize = 8;
const MOST_MEASURES: usize = 2;

/// What a person changed of the axes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct AxisSettings {
    /// Columns in the order in which they were put; others stand where they usually do.
    order: Vec<Column>,
    /// Usual axes that are not wanted.
    hidden: BTreeSet<Column>,
    /// Axes that are wanted, too.
    added: BTreeSet<Column>,
    /// Axes with the largest value at the bottom.
    flipped: BTreeSet<Column>,
}

impl AxisSettings {
    /// The columns of the axes from left to right.
    pub(super) fn columns(&self, table: &RunsTable, judge: Option<&Judge>) -> Vec<Column> {
        let usual = usual(table, judge);
        let mut columns: Vec<Column> = possible(table);
        // What may have an axis stands where it usually does: parameters, measures, the one that runs are judged by.
        columns.sort_by_key(|column| {
            let at = usual.iter().position(|own| own == column);
            let is_parameter = matches!(column, Column::Parameter(_));
            match (at, is_parameter) {
                (Some(at), _) => (1, at),
                (None, true) => (0, 0),
                (None, false) => (1, usual.len().saturating_sub(1)),
            }
        });
        let wanted = |column: &Column| {
            let is_usual = usual.contains(column) && !self.hidden.contains(column);
            is_usual || self.added.contains(column)
        };
        columns.retain(wanted);
        let mut ordered: Vec<Column> = self.order.clone();
        ordered.retain(|column| columns.contains(column));
        for (at, column) in columns.iter().enumerate() {
            if !ordered.contains(column) {
                // Right of the one that it usually stands beside.
                let beside = columns[..at].iter().rev();
                let mut beside = beside.filter_map(|own| ordered.iter().position(|c| c == own));
                let place = beside.next().map_or(0, |place| place + 1);
                ordered.insert(place, column.clone());
            }
        }
        ordered
    }

    /// Puts a column at a place among those shown.
    pub(super) fn put(&mut self, shown: &[Column], column: &Column, place: usize) {
        let mut order = shown.to_vec();
        order.retain(|own| own != column);
        order.insert(place.min(order.len()), column.clone());
        self.order = order;
    }

    pub(super) fn is_flipped(&self, column: &Column) -> bool {
        self.flipped.contains(column)
    }

    pub(super) fn flip(&mut self, column: &Column) {
        if !self.flipped.remove(column) {
            self.flipped.insert(column.clone());
        }
    }

    /// Gives a column an axis, or takes it.
    pub(super) fn set_shown(&mut self, column: &Column, shown: bool) {
        if shown {
            self.hidden.remove(column);
            self.added.insert(column.clone());
        } else {
            self.hidden.insert(column.clone());
            self.added.remove(column);
        }
    }
}

/// The axes that stand without being asked for.
fn usual(table: &RunsTable, judge: Option<&Judge>) -> Vec<Column> {
    let parameters = table.varied().iter().filter(|own| !own.is_seed());
    let parameters = parameters.filter(|own| own.key != "data.path" && own.key != "data.test");
    let parameters = parameters
        .take(MOST_PARAMETERS)
        .map(|own| Column::Parameter(own.key.clone()));
    let name = judge.map(|judge| judge.name.as_str());
    let telling = table.measures().iter().filter(|own| {
        let role = own.scalar.role;
        Some(own.name.as_str()) != name
            && !own.scalar.loss
            && own.scalar.better != Better::Neither
            && !matches!(role, Role::Reference | Role::Training)
            && 2 * own.rows >= table.len()
    });
    let measures = telling
        .take(MOST_MEASURES)
        .map(|own| Column::Measure(own.name.clone()));
    parameters
        .chain(measures)
        .chain(judge.map(Judge::column))
        .collect()
}

/// Everything that can have an axis.
pub(in crate::ui::panes::explore) fn possible(table: &RunsTable) -> Vec<Column> {
    let parameters = table.varied().iter();
    let parameters = parameters.map(|own| Column::Parameter(own.key.clone()));
    let measures = table.measures().iter();
    let measures = measures.map(|own| Column::Measure(own.name.clone()));
    parameters
        .chain(measures)
        .chain([Column::Seconds])
        .collect()
}
