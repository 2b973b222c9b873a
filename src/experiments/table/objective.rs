//! The measure that runs are chosen by, and how honest that is.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Row;
use crate::record::{self, Better, Measures, Role, Scalar};
use crate::runs::Metric;
use crate::systems;

/// The measure that runs are chosen by.
#[derive(Debug, Clone, PartialEq)]
pub struct Objective {
    /// The scalar's name.
    pub measure: String,
    /// Its meaning.
    pub scalar: Scalar,
    /// The data behind it.
    pub basis: Basis,
}

/// The data that a choice goes by, from the most to the least honest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// Validation data, which is what it is for.
    Validation,
    /// A measure that the system declares as the one that tells how good a run is, where data is not divided.
    Declared,
    /// Known answers, such as true classes, which nobody has of new data.
    Truth,
    /// The test data: what is chosen by it looks better than it is.
    Test,
    /// The training data: what is chosen by it may have learned it by heart.
    Training,
    /// A term of what is minimized, whose values depend on the settings.
    Loss,
}

impl Objective {
    /// A declared measure as an objective; `None` if no direction of it is better.
    #[must_use]
    pub fn of(measures: Measures, name: &str) -> Option<Self> {
        let scalar = measures.declared(name)?;
        if scalar.better == Better::Neither {
            return None;
        }
        let basis = match (scalar.role, scalar.basis) {
            (Role::Reference, _) => return None,
            _ if scalar.loss => Basis::Loss,
            (_, record::Basis::Validation) => Basis::Validation,
            (_, record::Basis::Test) => Basis::Test,
            (_, record::Basis::Truth) => Basis::Truth,
            (Role::Training, record::Basis::Fitted) => Basis::Training,
            (_, record::Basis::Fitted) => Basis::Declared,
        };
        Some(Self {
            measure: name.to_owned(),
            scalar,
            basis,
        })
    }

    /// What a person must know of the choice; `None` where it goes by validation data.
    #[must_use]
    pub fn warning(&self) -> Option<String> {
        let title = self.scalar.title();
        match self.basis {
            Basis::Validation => None,
            Basis::Declared => Some(format!(
                "Chosen by {title}: these runs have no validation data."
            )),
            Basis::Truth => Some(format!(
                "Chosen by {title}, which compares with known answers: nobody has those of new data."
            )),
            Basis::Test => Some(format!(
                "Chosen by {title}, on the test data itself: the chosen value looks better than it is. Set a validation share to choose by."
            )),
            Basis::Training => Some(format!(
                "Chosen by {title}, on the training data: it does not tell how well a run does on other data."
            )),
            Basis::Loss => Some(format!(
                "Chosen by {title}, whose values depend on the settings: runs with other weights of losses cannot be told apart by it."
            )),
        }
    }

    /// The value that stands for a run.
    #[must_use]
    pub fn value(&self, row: &Row) -> Option<f64> {
        let metric = row.summary.metrics.get(&self.measure)?;
        Some(value_of(metric, &self.scalar))
    }
}

/// The value of a measure that stands for a run: the best where it is measured on validation data, else the last.
#[must_use]
pub fn value_of(metric: &Metric, scalar: &Scalar) -> f64 {
    match scalar.role {
        Role::Validation => metric.best.unwrap_or(metric.last),
        _ => metric.last,
    }
}

/// The most honest objective that a run of this system has values for.
#[must_use]
pub fn objective(system: &str, row: &Row) -> Option<Objective> {
    candidates(systems::measures_of(system), row)
        .into_iter()
        .min_by_key(|(rank, _)| *rank)
        .map(|(_, objective)| objective)
}

/// The objective that most of the rows have, among those the most honest; but one of validation data where more than half have it, so that
/// the result of a sweep, which has none, does not turn a choice by validation into one by test data.
#[must_use]
pub fn common_objective(rows: &[Arc<Row>]) -> Option<Objective> {
    let mut counts: FxHashMap<String, (usize, (Basis, usize), Objective)> = FxHashMap::default();
    let mut known: FxHashMap<&str, Measures> = FxHashMap::default();
    for row in rows {
        let system = row.summary.system.as_str();
        let measures = *known
            .entry(system)
            .or_insert_with(|| systems::measures_of(system));
        for (rank, objective) in candidates(measures, row) {
            let entry = counts
                .entry(objective.measure.clone())
                .or_insert((0, rank, objective));
            entry.0 += 1;
            entry.1 = entry.1.min(rank);
        }
    }
    let validates = |own: &(usize, (Basis, usize), Objective)| {
        own.2.basis == Basis::Validation && 2 * own.0 > rows.len()
    };
    let best = counts.into_values().min_by(|one, other| {
        validates(other)
            .cmp(&validates(one))
            .then(other.0.cmp(&one.0))
            .then(one.1.cmp(&other.1))
            .then_with(|| one.2.measure.cmp(&other.2.measure))
    });
    best.map(|(_, _, objective)| objective)
}

/// What a run can be chosen by: the validation measures, and the main ones.
fn candidates(measures: Measures, row: &Row) -> Vec<((Basis, usize), Objective)> {
    let metrics = &row.summary.metrics;
    let main = |name: &str| measures.main.iter().position(|own| *own == name);
    metrics
        .keys()
        .filter_map(|name| {
            let objective = Objective::of(measures, name)?;
            let place = match (main(name), objective.basis) {
                (Some(place), _) => place,
                (None, Basis::Validation) => measures.main.len() + objective.scalar.rank.0,
                (None, _) => return None,
            };
            Some(((objective.basis, place), objective))
        })
        .collect()
}
