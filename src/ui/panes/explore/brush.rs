//! Ranges and values that runs must have to stand out, by column.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::draw::format;
use crate::experiments::table::{Cell, Column, Row, RunsTable, VariableKind};

/// What a run must have in one column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Brush {
    /// A number from the first to the second.
    Range(f64, f64),
    /// One of these, as they are shown.
    Values(BTreeSet<String>),
}

impl Brush {
    /// As a person reads it: `10 – 215`, `item, user`.
    #[must_use]
    pub fn text(&self, column: &Column) -> String {
        match self {
            Self::Range(from, to) => {
                let text = |value: f64| match column {
                    Column::Parameter(_) => format::setting(rounded(value)),
                    _ => format::number(value),
                };
                if from == to {
                    text(*from)
                } else {
                    format!("{} – {}", text(*from), text(*to))
                }
            }
            Self::Values(values) => {
                let values: Vec<&str> = values.iter().map(String::as_str).collect();
                values.join(", ")
            }
        }
    }

    fn admits(&self, table: &RunsTable, row: usize, column: &Column) -> bool {
        match self {
            Self::Range(from, to) => {
                let number = table.number(row, column);
                number.is_some_and(|number| (*from..=*to).contains(&number))
            }
            Self::Values(values) => {
                let text = table
                    .rows()
                    .get(row)
                    .map(|run| shown(table, run, row, column));
                text.is_some_and(|text| values.contains(&text))
            }
        }
    }
}

/// What limits the runs to those that have the value of this one in a column; `None` if it has none.
pub(super) fn of_value(table: &RunsTable, run: &Row, row: usize, column: &Column) -> Option<Brush> {
    if let Some(number) = table.number(row, column) {
        return Some(Brush::Range(number, number));
    }
    let text = shown(table, run, row, column);
    (!text.is_empty()).then(|| Brush::Values([text].into()))
}

/// A value of a category, as axes and brushes show it.
fn shown(table: &RunsTable, run: &Row, row: usize, column: &Column) -> String {
    if let Column::Parameter(key) = column
        && let Some(variable) = table.variable(key)
    {
        return match variable.kind {
            VariableKind::Flag => match variable.position(run) {
                Some(place) if place > 0.5 => "yes".to_owned(),
                Some(_) => "no".to_owned(),
                None => String::new(),
            },
            _ => variable.text(run),
        };
    }
    match table.cell(row, column) {
        Cell::Text(text) => text.into_owned(),
        Cell::Number(number) => format::setting(number),
        Cell::Word(_, word) => word.to_owned(),
        Cell::Empty => String::new(),
    }
}

/// To three digits: a brush that is dragged stops anywhere.
fn rounded(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let digits = 2 - value.abs().log10().floor() as i32;
    // Powers of ten are exact only upwards.
    if digits >= 0 {
        let power = 10.0_f64.powi(digits);
        (value * power).round() / power
    } else {
        let power = 10.0_f64.powi(-digits);
        (value / power).round() * power
    }
}

/// Of each row, whether it is inside all brushes. A brush on a column that the table does not have limits nothing.
pub(super) fn inside<'a>(
    table: &RunsTable,
    brushes: impl Iterator<Item = (&'a Column, &'a Brush)>,
) -> Vec<bool> {
    let mut inside = vec![true; table.len()];
    for (column, brush) in brushes.filter(|(column, _)| applies(table, column)) {
        for (row, inside) in inside.iter_mut().enumerate() {
            *inside &= brush.admits(table, row, column);
        }
    }
    inside
}

/// True if the runs of a table can be told apart by a column.
pub(super) fn applies(table: &RunsTable, column: &Column) -> bool {
    match column {
        Column::Parameter(key) => table.variable(key).is_some(),
        Column::Measure(name) | Column::Best(name) | Column::Last(name) => {
            table.measure(name).is_some()
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brushes_read_back_in_few_digits() {
        let lambda = Column::Parameter("regularization".to_owned());
        assert_eq!(Brush::Range(10.0, 214.87).text(&lambda), "10 – 215");
        assert_eq!(
            Brush::Range(0.001234, 12345.0).text(&lambda),
            "0.00123 – 12300"
        );
        let rmse = Column::Measure("test/rmse".to_owned());
        assert_eq!(Brush::Range(0.9, 0.912_345).text(&rmse), "0.9000 – 0.9123");
        let values = ["item", "user"].map(str::to_owned).into();
        assert_eq!(Brush::Values(values).text(&lambda), "item, user");
    }
}
