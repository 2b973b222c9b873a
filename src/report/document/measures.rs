//! The tables of measures: of one run, or of several by their settings.

use super::block::{Block, Cell, Column, Section, Table, TableRow};
use crate::draw::format;
use crate::record::Better;
use crate::record::words::capitalized;
use crate::report::comparison::{Comparison, Group, MeasureColumn};
use crate::report::material::{Material, ReportedRun};
use crate::report::values::fixed;

/// The measures: of one run as a list, of several as a table of settings.
pub(super) fn measures(material: &Material, comparison: &Comparison<'_>) -> Option<Section> {
    if comparison.measures.is_empty() {
        return None;
    }
    let result = material.sweep.as_ref().and_then(super::sweep::result_table);
    let tables = match comparison.runs {
        [run] => of_one(run, &comparison.measures),
        _ => vec![of_several(comparison)],
    };
    Some(Section {
        id: "measures",
        title: "Measures".to_owned(),
        blocks: result.into_iter().chain(tables).map(Block::Table).collect(),
    })
}

/// Measures whose values are of the same parts (validation and test; rows and columns; A → B and B → A) in a table together.
fn of_one(run: &ReportedRun, measures: &[MeasureColumn]) -> Vec<Table> {
    let mut tables: Vec<(Vec<&str>, Vec<Vec<&MeasureColumn>>)> = Vec::new();
    let mut keys: Vec<&str> = Vec::new();
    for column in measures {
        if keys.contains(&&*column.scalar.key) {
            continue;
        }
        keys.push(&column.scalar.key);
        let own = measures
            .iter()
            .filter(|own| own.scalar.key == column.scalar.key);
        let own: Vec<&MeasureColumn> = own.collect();
        let parts: Vec<&str> = own.iter().map(|own| &*own.scalar.part).collect();
        match tables.iter_mut().find(|(known, _)| *known == parts) {
            Some((_, rows)) => rows.push(own),
            None => tables.push((parts, vec![own])),
        }
    }
    let value = |own: &MeasureColumn| {
        let value = run.measured(&own.name);
        value.map_or_else(String::new, |value| {
            format::measured(value, own.scalar.unit)
        })
    };
    let tables = tables.into_iter().map(|(parts, rows)| {
        let mut columns = vec![Column::text("Measure")];
        columns.extend(parts.iter().map(|part| {
            Column::number(if part.is_empty() {
                "Value".to_owned()
            } else {
                capitalized(part)
            })
        }));
        let rows = rows.into_iter().filter_map(|own| {
            let first = own.first()?;
            let name = Cell::from(first.scalar.label.to_string());
            let name = name.note(direction(first.scalar.better));
            let values = own.iter().map(|own| Cell::from(value(own)));
            Some(TableRow::of([name].into_iter().chain(values)))
        });
        Table {
            columns,
            rows: rows.collect(),
            ..Table::default()
        }
    });
    let mut tables: Vec<Table> = tables.collect();
    if let Some(last) = tables.last_mut() {
        "Of the weights that the run ended with.".clone_into(&mut last.note);
    }
    tables
}

fn of_several(comparison: &Comparison<'_>) -> Table {
    let several = comparison.groups.iter().any(|group| group.runs.len() > 1);
    let mut columns = Vec::new();
    if comparison.varied.is_empty() {
        columns.push(Column::text("Run"));
    }
    columns.extend(comparison.varied.iter().enumerate().map(|(at, own)| {
        let is_number = comparison.numeric().contains(&at);
        let column = if is_number {
            Column::number(&own.label)
        } else {
            Column::text(&own.label)
        };
        column.note(if own.label.eq_ignore_ascii_case(&own.key) {
            ""
        } else {
            &own.key
        })
    }));
    if several || comparison.seeds_differ {
        columns.push(Column::number("Seeds"));
    }
    columns.extend(comparison.measures.iter().map(|own| {
        let unit = match own.scalar.unit {
            "" => String::new(),
            unit => format!(" ({unit})"),
        };
        Column::number(format!(
            "{}{unit}{}",
            own.scalar.title(),
            arrow(own.scalar.better)
        ))
    }));
    // All of a column with as many decimals.
    let decimals: Vec<usize> = (0..comparison.measures.len())
        .map(|at| decimals(&comparison.groups, at))
        .collect();
    let best = comparison.best;
    let rows = comparison.groups.iter().enumerate().map(|(index, group)| {
        let mut cells: Vec<Cell> = Vec::new();
        if comparison.varied.is_empty() {
            cells.push(comparison.name(group).into());
        }
        cells.extend(
            group
                .values
                .iter()
                .zip(&comparison.varied)
                .map(|(value, key)| {
                    let Some(value) = value else {
                        return Cell::from("–");
                    };
                    match key.key.as_str() {
                        crate::report::comparison::SYSTEM => {
                            comparison.runs[group.runs[0]].system_label().into()
                        }
                        own => comparison.setting(group, own, value).into(),
                    }
                }),
        );
        if several || comparison.seeds_differ {
            let text = match &group.runs[..] {
                [one] => comparison.runs[*one].row.summary.seed.to_string(),
                runs => format!("{} ×", runs.len()),
            };
            cells.push(text.into());
        }
        cells.extend(
            group
                .measures
                .iter()
                .zip(&decimals)
                .map(|(spread, decimals)| {
                    let Some(spread) = spread else {
                        return Cell::from("–");
                    };
                    let cell = Cell::from(fixed(spread.mean, *decimals));
                    match spread.deviation {
                        Some(deviation) => cell.note(format!("± {}", fixed(deviation, *decimals))),
                        None => cell,
                    }
                }),
        );
        TableRow {
            cells,
            best: Some(index) == best,
        }
    });
    let mut notes = Vec::new();
    for (better, text) in [
        (Better::Lower, "↓ lower is better."),
        (Better::Higher, "↑ higher is better."),
    ] {
        if comparison
            .measures
            .iter()
            .any(|own| own.scalar.better == better)
        {
            notes.push(text.to_owned());
        }
    }
    if several {
        notes.push("Mean ± standard deviation over seeds.".to_owned());
    }
    if let (Some(objective), Some(_)) = (&comparison.objective, best) {
        let title = objective.scalar.title();
        notes.push(format!(
            "★ The best by {title} among the settings whose runs all finished."
        ));
    }
    Table {
        columns,
        rows: rows.collect(),
        note: notes.join(" "),
        ..Table::default()
    }
}

/// Decimals of a column: those of its most exact value, four at most where nothing is repeated.
pub(in crate::report) fn decimals(groups: &[Group], measure: usize) -> usize {
    let spreads = groups.iter().filter_map(|group| group.measures[measure]);
    spreads
        .map(|spread| spread.decimals())
        .max()
        .unwrap_or(0)
        .min(5)
}

fn arrow(better: Better) -> &'static str {
    match better {
        Better::Lower => "\u{a0}↓",
        Better::Higher => "\u{a0}↑",
        Better::Neither => "",
    }
}

fn direction(better: Better) -> &'static str {
    match better {
        Better::Lower => "lower is better",
        Better::Higher => "higher is better",
        Better::Neither => "",
    }
}
