//! Which columns there are, and which are shown while nobody has chosen.

use crate::experiments::sweep::VALIDATION_SHARE;
use crate::experiments::table::{Column, Row, RunsTable, SEED, Variable, as_number, spec_of};
use crate::record::schema::ParameterKind;
use crate::record::{Better, Role, Status};
use crate::runs::changes_reports_alone;

/// Parameters that are shown while nobody has chosen, at most.
const MOST_PARAMETERS: usize = 8;
/// Measures that are shown while nobody has chosen, at most.
const MOST_MEASURES: usize = 5;

/// The columns that are shown: those that were chosen, or those that tell the runs apart. The name always stands first.
pub(super) fn shown(table: &RunsTable, chosen: Option<&[Column]>) -> Vec<Column> {
    let mut columns = vec![Column::Name];
    match chosen {
        Some(chosen) => columns.extend(chosen.iter().filter(|own| **own != Column::Name).cloned()),
        None => columns.extend(usual(table)),
    }
    columns
}

/// What tells the runs apart, and how well they did: validation beside test.
pub(super) fn usual(table: &RunsTable) -> Vec<Column> {
    let rows = table.rows();
    let Some(first) = rows.first().map(|row| &row.summary) else {
        return Vec::new();
    };
    let differs = |same: &dyn Fn(&crate::runs::RunSummary) -> bool| {
        rows.iter().any(|row| !same(&row.summary))
    };
    // The same content may lie in several places.
    let hash = |own: &crate::runs::RunSummary| own.data.as_ref().map(|data| data.hash.clone());
    let first_hash = hash(first);
    let several_data = differs(&|own| hash(own) == first_hash);
    let mut columns = Vec::new();
    // Tags belong to the name.
    if rows.iter().any(|row| !row.labels.tags.is_empty()) {
        columns.push(Column::Tags);
    }
    let several_systems = differs(&|own| own.system == first.system);
    if several_systems {
        columns.push(Column::System);
    }
    if several_data {
        columns.push(Column::Data);
    }
    // Where data lies does not matter, what it is does; and what is reported tells no runs apart.
    let is_place = |own: &Variable| {
        let mut specs = rows
            .iter()
            .filter_map(|row| spec_of(&row.summary.system, &own.key));
        let spec = specs.next();
        spec.is_some_and(|spec| matches!(spec.kind, ParameterKind::Path { .. }))
    };
    let is_shown = |own: &&Variable| {
        !is_place(own) && !changes_reports_alone(&own.key) && !differs_in_the_result(table, own)
    };
    let varied = table.varied().iter().filter(is_shown);
    let varied = varied.take(MOST_PARAMETERS);
    let varied: Vec<Column> = varied.map(column_of).collect();
    let measures = measures(table).into_iter().map(Column::Measure);
    // Parameters of one system say little of runs of others.
    if several_systems {
        columns.extend(measures);
        columns.extend(varied);
    } else {
        columns.extend(varied);
        columns.extend(measures);
    }
    if rows
        .iter()
        .any(|row| row.summary.status != Status::Finished)
    {
        columns.push(Column::Status);
    }
    columns.push(Column::Seconds);
    if rows.iter().any(|row| !row.labels.note.is_empty()) {
        columns.push(Column::Note);
    }
    columns
}

/// True of the share that a sweep holds out to choose by, which its result is trained without: all that are compared have the same.
fn differs_in_the_result(table: &RunsTable, own: &Variable) -> bool {
    let sweep = |row: &Row| row.summary.sweep.as_ref().map(|place| place.id.clone());
    let first = table.rows().first().and_then(|row| sweep(row));
    let is_one = first.is_some() && table.rows().iter().all(|row| sweep(row) == first);
    let values = table.rows().iter().filter_map(|row| row.value(&own.key));
    let mut shares = values.filter_map(as_number).filter(|own| *own > 0.0);
    let first = shares.next();
    is_one && own.key == VALIDATION_SHARE && shares.all(|other| Some(other) == first)
}

/// The column of a parameter that differs; the seed has one of its own.
fn column_of(variable: &Variable) -> Column {
    if variable.is_seed() {
        Column::Seed
    } else {
        Column::Parameter(variable.key.clone())
    }
}

/// The measure that runs are chosen by, the same on test data beside it, then others of data that was not trained on.
fn measures(table: &RunsTable) -> Vec<String> {
    let chosen = table.objective();
    let rank = |name: &str, role: Role, key: &str| {
        let of_chosen = chosen.is_some_and(|own| own.scalar.key == key);
        match (
            chosen.is_some_and(|own| own.measure == name),
            of_chosen,
            role,
        ) {
            (true, ..) => 0,
            (_, true, Role::Test) => 1,
            (_, _, Role::Test) => 2,
            (_, _, Role::Validation) => 3,
            _ => 4,
        }
    };
    let mut found: Vec<(usize, usize, &str)> = table
        .measures()
        .iter()
        .enumerate()
        .filter(|(_, own)| {
            let scalar = &own.scalar;
            let is_chosen = chosen.is_some_and(|chosen| chosen.measure == own.name);
            let is_telling = scalar.better != Better::Neither
                && !scalar.loss
                && !matches!(scalar.role, Role::Training | Role::Reference);
            is_chosen || is_telling
        })
        .map(|(place, own)| {
            let rank = rank(&own.name, own.scalar.role, &own.scalar.key);
            (rank, place, own.name.as_str())
        })
        .collect();
    found.sort_unstable();
    found
        .into_iter()
        .take(MOST_MEASURES)
        .map(|(_, _, name)| name.to_owned())
        .collect()
}

/// All columns that can be chosen, in groups with a name.
pub(super) fn all(table: &RunsTable) -> Vec<(&'static str, Vec<Column>)> {
    let differing = table.varied().iter().filter(|own| !own.is_seed());
    let differing: Vec<Column> = differing.map(column_of).collect();
    let mut keys: Vec<&String> = Vec::new();
    let mut systems: Vec<&str> = Vec::new();
    for row in table.rows() {
        // Runs of one system have the same parameters.
        if !systems.contains(&row.summary.system.as_str()) {
            systems.push(&row.summary.system);
            let own = row.parameters.keys().filter(|key| *key != SEED);
            let new = own.filter(|key| !keys.contains(key));
            let new: Vec<&String> = new.collect();
            keys.extend(new);
        }
    }
    let others = keys.into_iter().map(|key| Column::Parameter(key.clone()));
    let others: Vec<Column> = others.filter(|own| !differing.contains(own)).collect();
    let mut measures = Vec::new();
    for own in table.measures() {
        measures.push(Column::Measure(own.name.clone()));
        // What is shown of a validation measure is its best, of others the last.
        if own.scalar.better != Better::Neither && own.scalar.role != Role::Reference {
            measures.push(match own.scalar.role {
                Role::Validation => Column::Last(own.name.clone()),
                _ => Column::Best(own.name.clone()),
            });
        }
    }
    vec![
        (
            "Run",
            vec![
                Column::System,
                Column::Data,
                Column::Status,
                Column::Tags,
                Column::Note,
                Column::Seed,
                Column::Seconds,
                Column::Step,
                Column::Created,
                Column::Device,
                Column::Sweep,
                Column::Id,
            ],
        ),
        ("Parameters that differ", differing),
        ("Measures", measures),
        ("Other parameters", others),
    ]
}

/// A sentence about a column.
pub(super) fn hint(table: &RunsTable, column: &Column) -> String {
    match column {
        Column::Name => "The name of the run".to_owned(),
        Column::Id => "The name of its folder".to_owned(),
        Column::System => "The system that was trained".to_owned(),
        Column::Status => "How it stands".to_owned(),
        Column::Seed => "The seed of all its random numbers".to_owned(),
        Column::Created => "When it was created".to_owned(),
        Column::Seconds => "Training time, without pauses".to_owned(),
        Column::Step => "Updates of the weights".to_owned(),
        Column::Data => "The data that it was trained on".to_owned(),
        Column::Device => "Where it was trained".to_owned(),
        Column::Sweep => "The sweep that it belongs to".to_owned(),
        Column::Tags => "Words to find it by; click to change them".to_owned(),
        Column::Note => "What was written about it; click to change it".to_owned(),
        Column::Parameter(key) => {
            let mut rows = table.rows().iter();
            let spec = rows.find_map(|row| spec_of(&row.summary.system, key));
            match spec {
                Some(spec) if !spec.help.is_empty() => format!("{key}: {}", spec.help),
                _ => format!("{key}: a parameter"),
            }
        }
        Column::Measure(name) => {
            let role = table.measure(name).map(|own| own.scalar.role);
            match role {
                Some(Role::Validation) => format!("{name}: the best value over the run"),
                _ => format!("{name}: the value at the end of the run"),
            }
        }
        Column::Best(name) => match table.measure(name).map(|own| own.scalar.role) {
            Some(Role::Test) => format!(
                "{name}: the best value over the run, chosen by the test data itself: it looks better than it is"
            ),
            _ => format!("{name}: the best value over the run"),
        },
        Column::Last(name) => format!("{name}: the value at the end of the run"),
    }
}

/// True if a first click sorts from the largest to the smallest, so that the best stand on top.
pub(super) fn descends_first(table: &RunsTable, column: &Column) -> bool {
    match column {
        Column::Measure(name) | Column::Best(name) | Column::Last(name) => table
            .measure(name)
            .is_some_and(|own| own.scalar.better == Better::Higher),
        Column::Created => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::super::tests::row;
    use super::*;
    use crate::runs::SweepPlace;

    #[test]
    fn what_only_the_result_of_a_sweep_does_without_is_no_column() {
        let run = |hidden: i64, share: f64| {
            let mut own = row("a", hidden, 1, Some(0.9));
            own.summary.sweep = Some(SweepPlace {
                id: "one".to_owned(),
                trial: 0,
            });
            own.parameters
                .insert(VALIDATION_SHARE.to_owned(), json!(share));
            Arc::new(own)
        };
        let share = Column::Parameter(VALIDATION_SHARE.to_owned());
        let has = |rows: &[Arc<Row>]| usual(&RunsTable::new(rows.to_vec())).contains(&share);
        assert!(!has(&[run(20, 0.1), run(50, 0.1), run(50, 0.0)]));
        // Where it is tried itself it is one.
        assert!(has(&[run(20, 0.1), run(50, 0.2), run(50, 0.0)]));
    }
}
