//! Which runs are best, and in which sense: among runs on the same data, and by validation data where there is some.

use rustc_hash::{FxHashMap, FxHashSet};

use super::model::{Line, Model};
use crate::experiments::table::{Basis, Column, Row};
use crate::record::{Better, Role, Scalar};

/// The best lines of a column.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Best {
    /// Which.
    pub(super) lines: FxHashSet<Line>,
    /// A sentence for whoever asks what the star means.
    pub(super) why: String,
    /// False if they were chosen by the data that tells how good they are.
    pub(super) honest: bool,
}

/// The best lines of a column, if it is one of a measure of which more or less is better.
pub(super) fn of(model: &Model, units: &[Line], column: &Column) -> Option<Best> {
    let (Column::Measure(name) | Column::Best(name) | Column::Last(name)) = column else {
        return None;
    };
    let scalar = &model.table.measure(name)?.scalar;
    if scalar.better == Better::Neither
        || scalar.loss
        || matches!(scalar.role, Role::Training | Role::Reference)
    {
        return None;
    }
    let by_validation = model
        .table
        .objective()
        .filter(|objective| objective.basis == Basis::Validation);
    let title = scalar.title();
    match (scalar.role, by_validation) {
        (Role::Test, Some(objective)) => {
            let chosen = Column::Measure(objective.measure.clone());
            Some(Best {
                lines: winners(model, units, &chosen, &objective.scalar, Some(column)),
                why: format!("Chosen by {}, not by {title}", objective.scalar.title()),
                honest: true,
            })
        }
        (Role::Test, None) => Some(Best {
            lines: winners(model, units, column, scalar, None),
            why: format!(
                "Best on the test data ({title}). Chosen by it, a run looks better than it is: with a validation share in the data, runs are chosen by that."
            ),
            honest: false,
        }),
        _ => Some(Best {
            lines: winners(model, units, column, scalar, None),
            why: format!("Best {title} of the runs on the same data"),
            honest: true,
        }),
    }
}

/// The lines whose number is the best among those on the same data, unless all are the same. `also`: they must have a number there, too.
fn winners(
    model: &Model,
    units: &[Line],
    column: &Column,
    scalar: &Scalar,
    also: Option<&Column>,
) -> FxHashSet<Line> {
    let mut by_data: FxHashMap<String, Vec<(Line, f64)>> = FxHashMap::default();
    for line in units {
        let Some(row) = model.rows_of(*line).first().copied() else {
            continue;
        };
        let has_other = also.is_none_or(|also| model.number(*line, also).is_some());
        if let Some(number) = model.number(*line, column)
            && number.is_finite()
            && has_other
        {
            let key = data_of(&model.table.rows()[row]);
            by_data.entry(key).or_default().push((*line, number));
        }
    }
    let mut lines = FxHashSet::default();
    for numbers in by_data.values() {
        let best = numbers
            .iter()
            .map(|(_, number)| *number)
            .reduce(|best, number| {
                if scalar.better.prefers(number, best) {
                    number
                } else {
                    best
                }
            });
        let own: Vec<Line> = numbers
            .iter()
            .filter(|(_, number)| Some(*number) == best)
            .map(|(line, _)| *line)
            .collect();
        if own.len() < numbers.len() {
            lines.extend(own);
        }
    }
    lines
}

/// Equal for runs whose numbers can be compared: the same content, divided in the same way.
pub(super) fn data_of(row: &Row) -> String {
    let mut key = match &row.summary.data {
        Some(data) => format!("{} {} {}", data.hash, data.rows, data.columns),
        None => String::new(),
    };
    for (name, value) in &row.parameters {
        // Where it lies does not matter, its content does.
        let is_place = row.summary.data.is_some() && value.is_string();
        if name.starts_with("data.") && !is_place {
            key.push('\0');
            key.push_str(name);
            key.push_str(&value.to_string());
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use super::super::model::Choice;
    use super::super::tests::{row, rows, with_validation};
    use super::*;
    use crate::experiments::table::RunsTable;
    use std::sync::Arc;

    fn starred(model: &Model, measure: &str) -> (Vec<String>, bool) {
        let column = Column::Measure(measure.to_owned());
        let head = model.heads.iter().find(|head| head.column == column);
        let best = head.unwrap().best.as_ref().unwrap();
        let lines = model.lines.iter().filter(|line| best.lines.contains(line));
        let names = lines.map(|line| model.shown(*line, &Column::Name));
        (names.collect(), best.honest)
    }

    #[test]
    fn without_validation_the_best_test_error_is_starred_and_called_what_it_is() {
        let rows = rows(&[
            ("a", 50, 1, Some(0.93)),
            ("b", 20, 1, Some(0.91)),
            ("c", 10, 1, Some(f64::NAN)),
        ]);
        let model = Model::new(RunsTable::new(rows), &Choice::default());
        assert_eq!(starred(&model, "test/rmse"), (vec!["b".to_owned()], false));
    }

    #[test]
    fn with_validation_the_star_stands_with_the_run_that_validation_chooses() {
        let rows = vec![
            Arc::new(with_validation(row("a", 50, 1, Some(0.93)), 0.90)),
            Arc::new(with_validation(row("b", 20, 1, Some(0.91)), 0.95)),
        ];
        let model = Model::new(RunsTable::new(rows), &Choice::default());
        let a = (vec!["a".to_owned()], true);
        assert_eq!(starred(&model, "validation/rmse"), a);
        assert_eq!(starred(&model, "test/rmse"), a);
    }

    #[test]
    fn runs_on_other_data_do_not_compete() {
        let on = |mut own: Row, hash: &str| {
            own.summary.data = Some(crate::data::Fingerprint {
                hash: hash.to_owned(),
                ..Default::default()
            });
            Arc::new(own)
        };
        let rows = vec![
            on(row("a", 50, 1, Some(0.93)), "u.data"),
            on(row("b", 20, 1, Some(0.91)), "u.data"),
            on(row("c", 20, 1, Some(0.50)), "sample"),
        ];
        let model = Model::new(RunsTable::new(rows), &Choice::default());
        assert_eq!(starred(&model, "test/rmse").0, ["b"]);
    }
}
