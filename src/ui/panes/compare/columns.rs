//! The columns of a comparison.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use serde_json::Value;

use super::CompareRun;
use crate::draw::format;
use crate::record::{Better, Role, Scalar};
use crate::runs::Metric;
use crate::systems;
use crate::ui::panes::curves::differences::differences;

/// A column: a cell for each run.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) title: String,
    pub(super) hint: String,
    pub(super) cells: Vec<Cell>,
    /// The runs that are best in it, where one can be.
    pub(super) best: Option<Vec<usize>>,
}

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    /// The run has nothing here.
    Missing,
    Text(String),
    /// A measure.
    Number(f64),
    /// A setting, to be shown as it was given.
    Setting(f64),
    Count(u64),
    Seconds(f64),
}

impl Cell {
    /// As it is shown.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Missing => "–".to_owned(),
            Self::Text(text) => text.clone(),
            Self::Number(number) => format::number(*number),
            Self::Setting(number) => format::setting(*number),
            Self::Count(count) => format::count(*count),
            Self::Seconds(seconds) => format::duration(*seconds),
        }
    }

    /// With every digit, for a file.
    pub(super) fn exact(&self) -> String {
        match self {
            Self::Missing => String::new(),
            Self::Text(text) => text.clone(),
            Self::Number(number) | Self::Setting(number) | Self::Seconds(number) => {
                number.to_string()
            }
            Self::Count(count) => count.to_string(),
        }
    }

    pub(super) fn is_missing(&self) -> bool {
        *self == Self::Missing
    }

    /// True if it stands in a column of figures.
    pub(super) fn is_figure(&self) -> bool {
        !matches!(self, Self::Missing | Self::Text(_))
    }

    fn figure(&self) -> Option<f64> {
        match self {
            Self::Missing | Self::Text(_) => None,
            Self::Number(number) | Self::Setting(number) | Self::Seconds(number) => Some(*number),
            Self::Count(count) => Some(*count as f64),
        }
    }

    pub(super) fn compare(&self, other: &Self) -> Ordering {
        match (self.figure(), other.figure()) {
            (Some(a), Some(b)) => a.total_cmp(&b),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => self
                .shown()
                .to_lowercase()
                .cmp(&other.shown().to_lowercase()),
        }
    }
}

/// The columns: what the runs are, their measures, their costs, their parameters.
pub(super) fn columns(runs: &[CompareRun<'_>], all_parameters: bool) -> Vec<Column> {
    let text = |title: &str, hint: &str, of: &dyn Fn(&CompareRun<'_>) -> String| {
        column(title, hint, runs, |run| Cell::Text(of(run)))
    };
    let mut columns = vec![
        text("Run", "The name of the run", &|run| {
            run.summary.name.clone()
        }),
        text("System", "The system that was trained", &|run| {
            run.system.to_owned()
        }),
        text("Data", "The data that it was trained on", &|run| {
            run.data.to_owned()
        }),
    ];
    for Measured { name, scalar, .. } in compared(runs) {
        let title = scalar.title();
        let mut add = |which: &str, hint: &str, of: &dyn Fn(&Metric) -> Option<f64>| {
            let cell = |run: &CompareRun<'_>| {
                let value = run.summary.metrics.get(name).and_then(of);
                value.map_or(Cell::Missing, Cell::Number)
            };
            let (title, hint) = (format!("{title}, {which}"), format!("{name}: {hint}"));
            let mut column = column(&title, &hint, runs, cell);
            column.best = best(&column.cells, scalar.better);
            columns.push(column);
        };
        if scalar.better != Better::Neither {
            add("best", "the best value over the run", &|metric| metric.best);
        }
        add("last", "the value at the end", &|metric| Some(metric.last));
    }
    columns.push(column("Steps", "Updates of the weights", runs, |run| {
        Cell::Count(run.summary.step)
    }));
    columns.push(column(
        "Time",
        "Training time, without pauses",
        runs,
        |run| Cell::Seconds(run.summary.seconds),
    ));
    columns.push(column("Seed", "Seed of all random numbers", runs, |run| {
        Cell::Count(run.summary.seed)
    }));
    columns.extend(parameters(runs, all_parameters));
    columns
}

fn column(
    title: &str,
    hint: &str,
    runs: &[CompareRun<'_>],
    cell: impl FnMut(&CompareRun<'_>) -> Cell,
) -> Column {
    Column {
        title: title.to_owned(),
        hint: hint.to_owned(),
        cells: runs.iter().map(cell).collect(),
        best: None,
    }
}

/// A measure of at least one of the runs.
struct Measured<'a> {
    name: &'a str,
    scalar: Scalar,
    /// The first run that has it.
    run: usize,
    /// True if it stands for a run in lists.
    is_main: bool,
}

/// What the runs are compared by, in the order of their systems: the measures on test data, or where no run has one, all that depend on
/// neither training data nor settings; failing that, what stands for a run in lists.
fn compared<'a>(runs: &[CompareRun<'a>]) -> Vec<Measured<'a>> {
    let mut all: Vec<Measured<'a>> = Vec::new();
    for (number, run) in runs.iter().enumerate() {
        let measures = systems::measures_of(&run.summary.system);
        let metrics = &run.summary.metrics;
        let main = measures.main(|name| metrics.contains_key(name));
        for name in metrics.keys() {
            if all.iter().all(|known| known.name != name) {
                all.push(Measured {
                    name,
                    scalar: measures.of(name),
                    run: number,
                    is_main: main.as_ref().is_some_and(|(main, _)| main == name),
                });
            }
        }
    }
    all.sort_by_key(|own| (own.run, own.scalar.rank));
    let rules: [fn(&Measured<'_>) -> bool; 3] = [
        |own| own.scalar.role == Role::Test,
        |own| {
            let of_other_data = !matches!(own.scalar.role, Role::Training | Role::Reference);
            of_other_data && !own.scalar.loss && own.scalar.better != Better::Neither
        },
        |own| own.is_main,
    ];
    if let Some(rule) = rules.into_iter().find(|rule| all.iter().any(rule)) {
        all.retain(rule);
    }
    all
}

fn parameters(runs: &[CompareRun<'_>], all: bool) -> Vec<Column> {
    let configs: Vec<_> = runs.iter().map(|run| run.config).collect();
    let different: BTreeSet<&str> = differences(&configs).iter().map(|row| row.key).collect();
    let keys: BTreeSet<&str> = configs
        .iter()
        .flat_map(|config| config.keys())
        .map(String::as_str)
        .collect();
    keys.into_iter()
        .filter(|key| all || different.contains(key))
        .map(|key| {
            column(key, "A parameter", runs, |run| {
                run.config.get(key).map_or(Cell::Missing, parameter)
            })
        })
        .collect()
}

fn parameter(value: &Value) -> Cell {
    match value {
        Value::Null => Cell::Missing,
        Value::Number(number) => number
            .as_f64()
            .map_or_else(|| Cell::Text(number.to_string()), Cell::Setting),
        Value::String(text) => Cell::Text(text.clone()),
        Value::Array(entries) => Cell::Text(
            entries
                .iter()
                .map(|entry| parameter(entry).shown())
                .collect::<Vec<_>>()
                .join(", "),
        ),
        Value::Bool(_) | Value::Object(_) => Cell::Text(value.to_string()),
    }
}

/// The runs whose value is the best, unless all are the same or no direction is better.
fn best(cells: &[Cell], better: Better) -> Option<Vec<usize>> {
    if better == Better::Neither {
        return None;
    }
    let numbers: Vec<(usize, f64)> = cells
        .iter()
        .enumerate()
        .filter_map(|(run, cell)| Some((run, cell.figure()?)))
        .filter(|(_, number)| number.is_finite())
        .collect();
    let best = numbers
        .iter()
        .map(|(_, number)| *number)
        .reduce(|best, number| {
            if better.prefers(number, best) {
                number
            } else {
                best
            }
        })?;
    let winners: Vec<usize> = numbers
        .iter()
        .filter(|(_, number)| *number == best)
        .map(|(run, _)| *run)
        .collect();
    (winners.len() < numbers.len()).then_some(winners)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_lowest_error_is_the_best_and_nan_never_is() {
        let cells = [
            Cell::Number(0.95),
            Cell::Number(f64::NAN),
            Cell::Number(0.91),
            Cell::Missing,
        ];
        assert_eq!(best(&cells, Better::Lower), Some(vec![2]));
        assert_eq!(best(&cells, Better::Higher), Some(vec![0]));
    }

    #[test]
    fn where_all_are_the_same_none_is_best() {
        assert_eq!(
            best(&[Cell::Number(1.0), Cell::Number(1.0)], Better::Lower),
            None
        );
        assert_eq!(
            best(
                &[Cell::Number(1.0), Cell::Number(1.0), Cell::Number(2.0)],
                Better::Lower
            ),
            Some(vec![0, 1])
        );
        assert_eq!(best(&[Cell::Missing], Better::Lower), None);
    }

    #[test]
    fn parameters_are_shown_as_given() {
        assert_eq!(parameter(&json!(0.001)).shown(), "0.001");
        assert_eq!(parameter(&json!([500, 250])).shown(), "500, 250");
        assert_eq!(parameter(&json!(null)), Cell::Missing);
    }
}
