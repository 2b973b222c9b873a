//! Runs that share their settings, summed up.

use std::collections::BTreeMap;

use crate::experiments::table::{Column, RunsTable, Variable, VariableKind};
use crate::record::Better;
use crate::ui::panes::explore::several::variable_text;
use crate::ui::panes::explore::summary::{Counted, Summary};
use crate::ui::panes::explore::{Brush, Judge, brush};

/// Runs that share their settings.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Group {
    /// What they share, in words.
    pub(super) name: String,
    pub(super) summary: Summary,
    pub(super) values: Vec<f64>,
    /// Their rows among the plotted runs.
    pub(super) rows: Vec<usize>,
    /// What limits the runs to the group.
    pub(super) limits: Vec<(Column, Brush)>,
}

/// Groups, and what is left out of them.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Groups {
    pub(super) groups: Vec<Group>,
    pub(super) note: String,
}

impl Groups {
    /// The runs by their values of these parameters, the best group first; `in_order`: in the order of the parameters.
    pub(super) fn new(
        table: &RunsTable,
        inside: &[bool],
        by: &[&Variable],
        judge: &Judge,
        in_order: bool,
    ) -> Self {
        let measure = judge.column();
        let counted = Counted::new(table, inside, &measure);
        let several_systems = table
            .rows()
            .windows(2)
            .any(|pair| pair[0].summary.system != pair[1].summary.system);
        let mut rows_of: BTreeMap<Vec<Place>, Vec<usize>> = BTreeMap::new();
        for row in &counted.rows {
            let run = &table.rows()[*row];
            let mut key = Vec::with_capacity(by.len() + 1);
            if several_systems {
                key.push(Place::Word(run.summary.system.clone()));
            }
            key.extend(by.iter().map(|variable| match variable.position(run) {
                Some(place) => Place::Number(place),
                None => Place::None,
            }));
            rows_of.entry(key).or_default().push(*row);
        }
        let number = |row: &usize| table.number(*row, &measure).unwrap_or(f64::NAN);
        let group = |rows: Vec<usize>| {
            let values: Vec<f64> = rows.iter().map(number).collect();
            Some(Group {
                name: name(table, *rows.first()?, by, several_systems),
                summary: Summary::of(values.iter().copied())?,
                limits: limits(table, *rows.first()?, by),
                values,
                rows,
            })
        };
        let mut groups: Vec<Group> = rows_of.into_values().filter_map(group).collect();
        if !in_order {
            groups.sort_by(|a, b| match judge.scalar.better {
                Better::Higher => b.summary.mean.total_cmp(&a.summary.mean),
                _ => a.summary.mean.total_cmp(&b.summary.mean),
            });
        }
        Self {
            groups,
            note: counted.note(),
        }
    }
}

/// A value as a part of a key: numbers in their order, what is missing last.
#[derive(Debug, Clone)]
enum Place {
    Word(String),
    Number(f64),
    None,
}

impl Ord for Place {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let rank = |place: &Self| match place {
            Self::Word(_) => 0,
            Self::Number(_) => 1,
            Self::None => 2,
        };
        match (self, other) {
            (Self::Word(a), Self::Word(b)) => a.cmp(b),
            (Self::Number(a), Self::Number(b)) => a.total_cmp(b),
            _ => rank(self).cmp(&rank(other)),
        }
    }
}

impl PartialOrd for Place {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Place {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Place {}

fn name(table: &RunsTable, row: usize, by: &[&Variable], several_systems: bool) -> String {
    let run = &table.rows()[row];
    let mut words = Vec::new();
    if several_systems {
        let label = run
            .system()
            .map_or(run.summary.system.as_str(), |system| system.label());
        words.push(label.to_owned());
    }
    words.extend(by.iter().filter_map(|variable| {
        let text = match variable.kind {
            VariableKind::Flag => variable.text(run),
            _ => variable_text(variable, run),
        };
        (!text.is_empty()).then(|| format!("{} {text}", short(variable)))
    }));
    match words.is_empty() {
        true => "All runs".to_owned(),
        false => words.join(", "),
    }
}

/// The paper's symbol of a parameter, else its name in words.
fn short(variable: &Variable) -> &str {
    variable.symbol.as_deref().unwrap_or(&variable.label)
}

fn limits(table: &RunsTable, row: usize, by: &[&Variable]) -> Vec<(Column, Brush)> {
    let run = &table.rows()[row];
    let limit = |variable: &&Variable| {
        let column = Column::Parameter(variable.key.clone());
        let brush = brush::of_value(table, run, row, &column)?;
        Some((column, brush))
    };
    by.iter().filter_map(limit).collect()
}
