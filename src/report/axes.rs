//! Columns of a table of runs as axes of figures.

use crate::draw::Scale;
use crate::draw::runs::Variable;
use crate::experiments::sweep;
use crate::experiments::table::{Column, RunsTable, VariableKind};

/// A column as an axis: a parameter that differs, a measure, the time.
#[must_use]
pub fn axis(table: &RunsTable, column: &Column) -> Variable {
    let name = axis_title(table, column);
    let numbers = || -> Vec<f64> {
        let rows = 0..table.len();
        rows.map(|row| table.number(row, column).unwrap_or(f64::NAN))
            .collect()
    };
    let Column::Parameter(key) = column else {
        let values = numbers();
        let scale = spread_scale(&values);
        return match column {
            Column::Seed | Column::Step => Variable::numbers(name, values, Scale::Linear, true),
            Column::Seconds | Column::Measure(_) | Column::Best(_) | Column::Last(_) => {
                Variable::numbers(name, values, scale, false)
            }
            _ => words(name, table, column),
        };
    };
    let Some(variable) = table.variable(key) else {
        return Variable::numbers(name, numbers(), Scale::Linear, true);
    };
    let places = || -> Vec<f64> {
        let rows = table.rows().iter();
        rows.map(|row| variable.position(row).unwrap_or(f64::NAN))
            .collect()
    };
    match &variable.kind {
        VariableKind::Number { scale, .. } => {
            let scale = match scale {
                sweep::Scale::Linear => Scale::Linear,
                sweep::Scale::Log => Scale::Log,
            };
            Variable::numbers(name, places(), scale, true).with_zero(variable.zero.clone())
        }
        VariableKind::Categories(names) => Variable::categories(name, names.clone(), places()),
        VariableKind::Flag => {
            let names = vec!["no".to_owned(), "yes".to_owned()];
            Variable::categories(name, names, places())
        }
    }
}

/// The title of a column with its unit.
#[must_use]
pub fn axis_title(table: &RunsTable, column: &Column) -> String {
    let title = table.title(column);
    let unit = match column {
        Column::Measure(name) | Column::Best(name) | Column::Last(name) => {
            table.measure(name).map_or("", |own| own.scalar.unit)
        }
        Column::Seconds => "s",
        _ => "",
    };
    match unit {
        "" => title,
        unit => format!("{title} ({unit})"),
    }
}

/// Logarithmic where the largest is far from the smallest.
fn spread_scale(values: &[f64]) -> Scale {
    /// A ratio that a linear axis would squeeze.
    const FAR: f64 = 50.0;
    let finite = values.iter().filter(|value| value.is_finite());
    let (low, high) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(*value), high.max(*value))
    });
    if low > 0.0 && high / low > FAR {
        Scale::Log
    } else {
        Scale::Linear
    }
}

/// A column of words: each a category, in the order of its first run.
fn words(name: String, table: &RunsTable, column: &Column) -> Variable {
    let mut names: Vec<String> = Vec::new();
    let mut values = Vec::new();
    for row in 0..table.len() {
        use crate::experiments::table::Cell;
        let Cell::Text(text) = table.cell(row, column) else {
            values.push(f64::NAN);
            continue;
        };
        let at = names.iter().position(|known| *known == text);
        let at = at.unwrap_or_else(|| {
            names.push(text.into_owned());
            names.len() - 1
        });
        values.push(at as f64);
    }
    Variable::categories(name, names, values)
}
