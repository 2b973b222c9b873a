//! The parts: what each is given.

use std::sync::Arc;

use eframe::egui::Ui;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Shared;
use crate::experiments::table::{Column, Objective, Row, RunsTable};
use crate::record::Scalar;
use crate::runs::RunId;
use crate::systems::{self, AnySystem};
use crate::ui::app::Action;
use crate::ui::panes::PaneContext;

/// One view of many runs. It keeps its jobs and caches, and settings of its own.
pub trait Part {
    /// Fills `ui`; what it asks the window to do.
    fn ui(&mut self, ui: &mut Ui, look: &Look<'_>, shared: &mut Shared) -> Vec<Action>;

    /// The runs whose events it needs, so that they are read and have colors of their own.
    fn wanted(&self) -> Vec<RunId> {
        Vec::new()
    }

    /// The run whose data it needs, so that it is read and stands in the context.
    fn data_of(&self) -> Option<RunId> {
        None
    }

    /// True if it reads or computes something.
    fn is_working(&self) -> bool {
        false
    }

    /// Settings that survive a restart.
    fn settings(&self) -> Value {
        Value::Null
    }

    /// Brings them back.
    fn restore(&mut self, _settings: Value) {}
}

/// Which part is shown.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum PartKind {
    /// Parameters, a relation and the table at once.
    #[default]
    Overview,
    /// Each run a line through all parameters and measures.
    Coordinates,
    /// A measure over one parameter or two, or any pair.
    Relation,
    /// Every run's curves, colored by a parameter.
    Curves,
    /// Which parameters matter.
    Importance,
    /// Runs by their settings: means over seeds.
    Groups,
    /// A run a row.
    Table,
    /// The same test picture through several runs.
    Pictures,
    /// The same matrix through several co-clusterings.
    CoClusters,
    /// What several models would recommend to the same user.
    Recommendations,
}

impl PartKind {
    /// All of them, in the order of the switch.
    pub const ALL: [Self; 10] = [
        Self::Overview,
        Self::Coordinates,
        Self::Relation,
        Self::Curves,
        Self::Importance,
        Self::Groups,
        Self::Table,
        Self::Pictures,
        Self::CoClusters,
        Self::Recommendations,
    ];

    /// Its name in the switch.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Coordinates => "Parameters",
            Self::Relation => "Relation",
            Self::Curves => "Curves",
            Self::Importance => "Importance",
            Self::Groups => "Groups",
            Self::Table => "Table",
            Self::Pictures => "Pictures",
            Self::CoClusters => "Co-clusters",
            Self::Recommendations => "Recommendations",
        }
    }

    /// True if there is something for it to show.
    #[must_use]
    pub fn is_useful(self, look: &Look<'_>) -> bool {
        let any = |fits: fn(&dyn AnySystem) -> bool| systems_of(look).into_iter().any(fits);
        match self {
            Self::Pictures => any(super::pictures::translates),
            Self::CoClusters => any(super::co_clusters::clusters),
            Self::Recommendations => any(super::recommendations::recommends),
            _ => true,
        }
    }
}

/// The systems of the runs that share data, each once; there are thousands of runs, of a few systems.
fn systems_of<'a>(look: &Look<'a>) -> Vec<&'static dyn AnySystem> {
    let mut known: Vec<&'a str> = Vec::new();
    for row in look.plots.table.rows() {
        let system = row.summary.system.as_str();
        if !known.contains(&system) {
            known.push(system);
        }
    }
    known.into_iter().filter_map(systems::find).collect()
}

/// What parts look at.
pub struct Look<'a> {
    /// The runs of the window, for names, colors and details.
    pub context: &'a PaneContext<'a>,
    /// The runs of the set that pass the filter, newest first.
    pub rows: &'a [Arc<Row>],
    /// The same as a table: the parameters that differ, the measures, the measure that they are chosen by.
    pub table: &'a RunsTable,
    /// Of each row, whether it is inside all brushes.
    pub inside: &'a [bool],
    /// The row under the pointer, in whichever part.
    pub hovered: Option<usize>,
    /// Grows when brushes change what is inside: what is made from that is old then.
    pub brushed: u64,
    /// Those among the runs that can share a plot.
    pub plots: Plotted<'a>,
    /// Grows whenever rows change: what is made from them is old then.
    pub generation: u64,
}

/// The runs that can share a plot: those that learned from the same data.
pub struct Plotted<'a> {
    /// The runs.
    pub table: &'a RunsTable,
    /// Of each, whether it is inside all brushes.
    pub inside: &'a [bool],
    /// The one under the pointer, in whichever part.
    pub hovered: Option<usize>,
    /// The keys of the parameters that differ among them, the most telling first.
    pub telling: &'a [String],
}

/// The measure that runs are judged by.
#[derive(Debug, Clone, PartialEq)]
pub struct Judge {
    /// The scalar's name.
    pub name: String,
    /// Its meaning.
    pub scalar: Scalar,
    /// What a person must know who chooses by it.
    pub warning: Option<String>,
}

impl Judge {
    /// Its column.
    #[must_use]
    pub fn column(&self) -> Column {
        Column::Measure(self.name.clone())
    }
}

impl Look<'_> {
    /// The measure that runs are judged by: the chosen one, else that of validation data where runs have one.
    #[must_use]
    pub fn judge(&self, shared: &Shared) -> Option<Judge> {
        let table = self.plots.table;
        let chosen = shared
            .measure
            .as_deref()
            .and_then(|name| table.measure(name));
        if let Some(measured) = chosen {
            let system = table
                .rows()
                .first()
                .map_or("", |row| row.summary.system.as_str());
            let objective = Objective::of(systems::measures_of(system), &measured.name);
            return Some(Judge {
                name: measured.name.clone(),
                scalar: measured.scalar.clone(),
                warning: objective.and_then(|own| own.warning()),
            });
        }
        let objective = table.objective()?;
        Some(Judge {
            name: objective.measure.clone(),
            scalar: objective.scalar.clone(),
            warning: objective.warning(),
        })
    }
}
