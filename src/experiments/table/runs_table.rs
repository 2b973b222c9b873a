//! Runs as a table.

use std::borrow::Cow;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::variable::{as_number, as_text, varied};
use super::{Cell, Column, Objective, Row, Variable, common_objective, value_of};
use crate::record::{Measures, Scalar};
use crate::systems;

/// A measure that runs have.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// The scalar's name.
    pub name: String,
    /// Its meaning, by the first system that declares it.
    pub scalar: Scalar,
    /// How many runs have it.
    pub rows: usize,
}

/// Runs as a table. What it holds is shared: a clone costs nothing.
#[derive(Debug, Clone, Default)]
pub struct RunsTable {
    rows: Arc<[Arc<Row>]>,
    varied: Arc<[Variable]>,
    measures: Arc<[Measured]>,
    objective: Option<Arc<Objective>>,
}

impl RunsTable {
    /// A table of these runs in this order. The time grows with the number of runs; with 10,000 it is too long for a frame.
    #[must_use]
    pub fn new(rows: Vec<Arc<Row>>) -> Self {
        Self {
            varied: varied(&rows).into(),
            measures: measures(&rows).into(),
            objective: common_objective(&rows).map(Arc::new),
            rows: rows.into(),
        }
    }

    /// The runs.
    #[must_use]
    pub fn rows(&self) -> &[Arc<Row>] {
        &self.rows
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// True if there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The parameters that differ among the runs, in the order of their systems.
    #[must_use]
    pub fn varied(&self) -> &[Variable] {
        &self.varied
    }

    /// The variable of this key, if it differs among the runs.
    #[must_use]
    pub fn variable(&self, key: &str) -> Option<&Variable> {
        self.varied.iter().find(|variable| variable.key == key)
    }

    /// The declared measures that runs have, in the order of their systems.
    #[must_use]
    pub fn measures(&self) -> &[Measured] {
        &self.measures
    }

    /// The measure of this name, if a run has it.
    #[must_use]
    pub fn measure(&self, name: &str) -> Option<&Measured> {
        self.measures.iter().find(|measure| measure.name == name)
    }

    /// The measure that these runs are chosen by: of validation data where they have some.
    #[must_use]
    pub fn objective(&self) -> Option<&Objective> {
        self.objective.as_deref()
    }

    /// The table of some of its runs.
    #[must_use]
    pub fn subset(&self, rows: &[usize]) -> Self {
        let rows = rows.iter().filter_map(|row| self.rows.get(*row).cloned());
        Self::new(rows.collect())
    }

    /// A cell; empty if there is no such row.
    #[must_use]
    pub fn cell<'a>(&'a self, row: usize, column: &Column) -> Cell<'a> {
        self.rows
            .get(row)
            .map_or(Cell::Empty, |row| self.cell_of(row, column))
    }

    /// The number in a cell.
    #[must_use]
    pub fn number(&self, row: usize, column: &Column) -> Option<f64> {
        self.cell(row, column).number()
    }

    fn cell_of<'a>(&self, row: &'a Row, column: &Column) -> Cell<'a> {
        let summary = &row.summary;
        match column {
            Column::Name => Cell::text(&summary.name),
            Column::Id => Cell::text(row.id.as_str()),
            Column::System => match row.system() {
                Some(system) => Cell::text(system.label()),
                None => Cell::text(&summary.system),
            },
            Column::Status => Cell::text(summary.status.word()),
            Column::Seed => Cell::Number(summary.seed as f64),
            Column::Created => Cell::text(&summary.created),
            Column::Seconds => Cell::Number(summary.seconds),
            Column::Step => Cell::Number(summary.step as f64),
            Column::Data => Cell::text(data_name(row)),
            Column::Device => Cell::text(&summary.device),
            Column::Sweep => match &summary.sweep {
                Some(sweep) => Cell::text(&sweep.id),
                None => Cell::Empty,
            },
            Column::Tags => {
                let tags: Vec<&str> = row.labels.tags.iter().map(String::as_str).collect();
                Cell::text(tags.join(" "))
            }
            Column::Note => Cell::text(&row.labels.note),
            Column::Parameter(key) => match row.value(key) {
                None => Cell::Empty,
                Some(value) => match as_number(value) {
                    Some(number) => match row.word(key) {
                        Some(word) => Cell::Word(number, word),
                        None => Cell::Number(number),
                    },
                    None => match value {
                        serde_json::Value::String(text) => Cell::text(text),
                        other => Cell::text(as_text(other)),
                    },
                },
            },
            Column::Measure(name) | Column::Best(name) | Column::Last(name) => {
                let Some(metric) = summary.metrics.get(name) else {
                    return Cell::Empty;
                };
                let value = match column {
                    Column::Best(_) => metric.best,
                    Column::Last(_) => Some(metric.last),
                    _ => Some(match self.measure(name) {
                        Some(measured) => value_of(metric, &measured.scalar),
                        None => metric.last,
                    }),
                };
                value.map_or(Cell::Empty, Cell::Number)
            }
        }
    }

    /// The rows that pass a filter.
    #[must_use]
    pub fn matching(&self, filter: &super::Filter) -> Vec<usize> {
        (0..self.len())
            .filter(|row| filter.matches(&self.rows[*row]))
            .collect()
    }

    /// The title of a column.
    #[must_use]
    pub fn title(&self, column: &Column) -> String {
        let measure = |name: &String| {
            let measured = self.measure(name);
            measured.map_or_else(|| name.clone(), |measured| measured.scalar.title())
        };
        match column {
            Column::Name => "Run".to_owned(),
            Column::Id => "Folder".to_owned(),
            Column::System => "System".to_owned(),
            Column::Status => "Status".to_owned(),
            Column::Seed => "Seed".to_owned(),
            Column::Created => "Created".to_owned(),
            Column::Seconds => "Time".to_owned(),
            Column::Step => "Steps".to_owned(),
            Column::Data => "Data".to_owned(),
            Column::Device => "Device".to_owned(),
            Column::Sweep => "Sweep".to_owned(),
            Column::Tags => "Tags".to_owned(),
            Column::Note => "Note".to_owned(),
            Column::Parameter(key) => self.variable(key).map_or_else(
                || {
                    let specs = self.rows.iter();
                    let mut specs =
                        specs.filter_map(|row| super::spec_of(&row.summary.system, key));
                    specs
                        .next()
                        .map_or_else(|| key.clone(), |spec| spec.label.clone())
                },
                Variable::title,
            ),
            Column::Measure(name) => measure(name),
            Column::Best(name) => format!("{}, best", measure(name)),
            Column::Last(name) => format!("{}, last", measure(name)),
        }
    }

    /// The rows in the order of a column: numbers before texts, what is empty last in either direction, equal ones in the order of the
    /// table. The time grows with n log n.
    #[must_use]
    pub fn sorted(&self, column: &Column, descending: bool) -> Vec<usize> {
        let cells: Vec<Cell<'_>> = self
            .rows
            .iter()
            .map(|row| self.cell_of(row, column))
            .collect();
        let mut order: Vec<usize> = (0..self.rows.len()).collect();
        order.sort_by(|one, other| cells[*one].order(&cells[*other], descending));
        order
    }

    /// The row that is best by a measure (`None` of it: by the objective): the earliest of several. Never one without a value, nor NaN.
    #[must_use]
    pub fn best(&self, measure: Option<&str>) -> Option<usize> {
        let name = match measure {
            Some(name) => name,
            None => &self.objective()?.measure,
        };
        let better = self.measure(name)?.scalar.better;
        let column = Column::Measure(name.to_owned());
        let numbers = (0..self.len()).filter_map(|row| Some((row, self.number(row, &column)?)));
        numbers
            .filter(|(_, number)| number.is_finite())
            .reduce(|best, own| {
                if better.prefers(own.1, best.1) {
                    own
                } else {
                    best
                }
            })
            .filter(|_| better != crate::record::Better::Neither)
            .map(|(row, _)| row)
    }
}

/// The name of the file or folder that a run learned from.
pub(super) fn data_name(row: &Row) -> Cow<'_, str> {
    let path = row
        .parameters
        .get("data.path")
        .and_then(|path| path.as_str());
    let path = match (path, &row.summary.data) {
        (Some(path), _) => std::path::Path::new(path),
        (None, Some(data)) => &data.path,
        (None, None) => return "".into(),
    };
    path.file_name()
        .map_or(Cow::Borrowed(""), std::ffi::OsStr::to_string_lossy)
}

/// The place of a measure: of its first system, and there.
type Rank = (usize, (usize, usize));

fn measures(rows: &[Arc<Row>]) -> Vec<Measured> {
    let mut known: FxHashMap<&str, (usize, Measures)> = FxHashMap::default();
    let mut found: FxHashMap<&str, (Rank, Measured)> = FxHashMap::default();
    for row in rows {
        let place = known.len();
        let system = row.summary.system.as_str();
        let (place, measures) = *known
            .entry(system)
            .or_insert_with(|| (place, systems::measures_of(system)));
        for name in row.summary.metrics.keys() {
            if let Some((_, measured)) = found.get_mut(name.as_str()) {
                measured.rows += 1;
            } else if let Some(scalar) = measures.declared(name) {
                let measured = Measured {
                    name: name.clone(),
                    scalar: scalar.clone(),
                    rows: 1,
                };
                found.insert(name, ((place, scalar.rank), measured));
            }
        }
    }
    let mut found: Vec<_> = found.into_values().collect();
    found.sort_by(|one, other| one.0.cmp(&other.0).then(one.1.name.cmp(&other.1.name)));
    found.into_iter().map(|(_, measured)| measured).collect()
}
