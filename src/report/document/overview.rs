//! What the page begins with: the question, the answer, the runs in a table, and the data.

use std::collections::BTreeSet;

use super::block::{Block, Cell, Column, Notice, Section, Table, TableRow};
use crate::data::{DataKind, Source};
use crate::draw::format;
use crate::experiments::table::as_number;
use crate::record::{Basis, Better, Role};
use crate::report::comparison::{Comparison, Group, MeasureColumn};
use crate::report::material::{Material, ReportedRun};
use crate::report::values::{Spread, fixed, setting};
use crate::systems;

/// Values of a setting that a sentence names.
const NAMED: usize = 8;

/// A title made of the runs.
pub(in crate::report) fn title(material: &Material, comparison: &Comparison<'_>) -> String {
    let runs = &material.runs;
    if let Some(sweep) = &material.sweep {
        let system = systems::find(&sweep.config.base.system);
        let title = sweep.config.title();
        return system.map_or_else(|| title.clone(), |own| format!("{}: {title}", own.label()));
    }
    match &runs[..] {
        [] => "Runs that cannot be read".to_owned(),
        [one] => one.name().to_owned(),
        _ => {
            let varied: Vec<&str> = comparison
                .varied
                .iter()
                .map(|own| own.label.as_str())
                .take(3)
                .collect();
            let systems = system_names(runs);
            match varied[..] {
                [] => format!("{}: {} runs", systems.join(", "), runs.len()),
                _ if systems.len() > 1 => format!("{} compared", systems.join(", ")),
                _ => format!("{}: {}", systems.join(", "), varied.join(" × ")),
            }
        }
    }
}

fn system_names(runs: &[ReportedRun]) -> Vec<String> {
    let mut systems: Vec<String> = Vec::new();
    for run in runs {
        let own = run.system_label();
        if systems.iter().all(|other| other != own) {
            systems.push(own.to_owned());
        }
    }
    systems
}

/// What was asked, in a sentence.
pub(super) fn question(material: &Material, comparison: &Comparison<'_>) -> String {
    let runs = &material.runs;
    if let Some(sweep) = &material.sweep {
        return super::sweep::question(sweep, comparison);
    }
    if let [one] = &runs[..] {
        let system = one.system();
        return system.map_or_else(
            || one.system_label().to_owned(),
            |own| own.summary().to_owned(),
        );
    }
    if runs.is_empty() {
        return String::new();
    }
    let seeds: BTreeSet<u64> = runs.iter().map(|run| run.row.summary.seed).collect();
    let mut parts = vec![format!(
        "{} of {}",
        count(runs.len(), "run"),
        system_names(runs).join(", ")
    )];
    if !comparison.varied.is_empty() {
        let varied: Vec<String> = (0..comparison.varied.len())
            .filter(|at| comparison.varied[*at].key != crate::report::comparison::SYSTEM)
            .map(|at| varied_values(comparison, at))
            .collect();
        if !varied.is_empty() {
            parts.push(format!("that differ in {}", listed(&varied)));
        }
    }
    if seeds.len() > 1 {
        parts.push(format!("with {} seeds", seeds.len()));
    }
    format!("{}.", parts.join(" "))
}

/// `hidden units (20, 50, 100)`, or the range of many.
pub(super) fn varied_values(comparison: &Comparison<'_>, at: usize) -> String {
    let mut values: Vec<&serde_json::Value> = Vec::new();
    for value in comparison
        .groups
        .iter()
        .filter_map(|group| group.values[at].as_ref())
    {
        if !values.contains(&value) {
            values.push(value);
        }
    }
    let numbers: Option<Vec<f64>> = values.iter().map(|value| as_number(value)).collect();
    if let Some(numbers) = &numbers {
        let mut order: Vec<usize> = (0..numbers.len()).collect();
        order.sort_by(|a, b| numbers[*a].total_cmp(&numbers[*b]));
        values = order.iter().map(|at| values[*at]).collect();
    }
    let texts: Vec<String> = values.iter().map(|value| setting(value)).collect();
    let text = match (texts.len() > NAMED, &texts[..]) {
        (true, [first, .., last]) if numbers.is_some() => {
            format!("{} values from {first} to {last}", texts.len())
        }
        (true, _) => format!("{} values", texts.len()),
        _ => texts.join(", "),
    };
    format!("{} ({text})", comparison.varied[at].label)
}

/// The best setting in a sentence, and how honest that is.
pub(super) fn answer(material: &Material, comparison: &Comparison<'_>) -> Vec<String> {
    let mut answer = chosen(comparison);
    if let Some(sweep) = &material.sweep {
        answer.extend(super::sweep::result(sweep));
    }
    answer
}

fn chosen(comparison: &Comparison<'_>) -> Vec<String> {
    let (Some(objective), [_, _, ..]) = (&comparison.objective, &comparison.groups[..]) else {
        return Vec::new();
    };
    let title = objective.scalar.title();
    let (Some(best), Some(column)) = (comparison.best, comparison.objective_column()) else {
        return match objective.scalar.basis {
            Basis::Test => vec![format!(
                "No setting is marked as the best: there are no validation data to choose by, and what is chosen by {title} looks better than it is."
            )],
            _ => Vec::new(),
        };
    };
    let best = &comparison.groups[best];
    let value = |at: usize| best.measures[at].as_ref().map(spread_text);
    let chosen = format!(
        "Best by {title}: {} ({}).",
        comparison.name(best),
        value(column).unwrap_or_default()
    );
    let mut answer = vec![chosen];
    let test = comparison
        .measures
        .iter()
        .position(|own| own.scalar.role == Role::Test && own.scalar.key == objective.scalar.key);
    if let Some((at, value)) = test.and_then(|at| Some((at, value(at)?))) {
        let title = comparison.measures[at].scalar.title();
        answer.push(format!("Its {title}: {value}."));
    }
    answer.extend(objective.warning());
    answer
}

/// `0.9038 ± 0.0021 over 3 seeds`.
pub(super) fn spread_text(spread: &Spread) -> String {
    let decimals = spread.decimals();
    match spread.deviation {
        Some(deviation) => format!(
            "{} ± {} over {} runs",
            fixed(spread.mean, decimals),
            fixed(deviation, decimals),
            spread.count
        ),
        None => fixed(spread.mean, decimals),
    }
}

/// What can be said in a strip.
pub(super) fn facts(material: &Material) -> Vec<(String, String)> {
    let runs = &material.runs;
    let mut facts = Vec::new();
    let mut add = |name: &str, value: String| facts.push((name.to_owned(), value));
    if runs.len() > 1 {
        let finished = runs.iter().filter(|run| run.is_finished()).count();
        let value = match finished == runs.len() {
            true => format!("{finished} finished"),
            false => format!("{finished} of {} finished", runs.len()),
        };
        add("Runs", value);
    } else if let [one] = &runs[..] {
        let measures = one.measures();
        if let Some((name, scalar)) = measures.main(|name| one.measured(name).is_some())
            && let Some(value) = one.measured(name)
        {
            add(&scalar.title(), format::measured(value, scalar.unit));
        }
        add("Status", one.row.summary.status.word().to_owned());
    }
    let data: BTreeSet<String> = runs.iter().filter_map(data_name).collect();
    match data.len() {
        0 => {}
        1 => add("Data", data.into_iter().next().unwrap_or_default()),
        several => add("Data", format!("{several} different")),
    }
    let seconds: f64 = runs.iter().map(|run| run.row.summary.seconds).sum();
    add("Training time", format::duration(seconds));
    let days: BTreeSet<String> = runs
        .iter()
        .filter_map(|run| run.row.summary.created.parse::<jiff::Timestamp>().ok())
        .map(|time| time.strftime("%Y-%m-%d").to_string())
        .collect();
    match (days.first(), days.last()) {
        (Some(first), Some(last)) if first == last => add("Trained", first.clone()),
        (Some(first), Some(last)) => add("Trained", format!("{first} to {last}")),
        _ => {}
    }
    facts
}

fn data_name(run: &ReportedRun) -> Option<String> {
    let data = run.row.summary.data.as_ref()?;
    let path = &data.path;
    let name = path.file_name().unwrap_or(path.as_os_str());
    Some(name.to_string_lossy().into_owned())
}

/// Runs that are not whole, and folders that cannot be read.
pub(super) fn notices(material: &Material) -> Vec<Notice> {
    let of_runs = material
        .runs
        .iter()
        .chain(&material.results)
        .filter(|run| !run.problems.is_empty());
    let of_runs = of_runs.map(|run| Notice {
        title: run.name().to_owned(),
        lines: run
            .problems
            .iter()
            .map(|problem| sentence(problem))
            .collect(),
    });
    let unreadable = material.unreadable.iter().map(|(path, why)| Notice {
        title: path
            .file_name()
            .unwrap_or(path.as_os_str())
            .to_string_lossy()
            .into_owned(),
        lines: vec![sentence(&format!("It is left out: {why}"))],
    });
    let of_sweep = material.sweep.iter().filter_map(super::sweep::notice);
    of_sweep.chain(of_runs).chain(unreadable).collect()
}

/// With a capital and a period.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    let end = if text.ends_with(['.', '!', '?']) {
        ""
    } else {
        "."
    };
    format!("{}{}{end}", first.unwrap_or_default(), letters.as_str())
}

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
                capital(part)
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
                        _ => setting(value).into(),
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

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

pub(super) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

pub(super) fn listed(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The name of a system by its id.
pub(in crate::report) fn system_name(id: &serde_json::Value) -> String {
    let id = id.as_str().unwrap_or_default();
    systems::find(id).map_or_else(|| id.to_owned(), |system| system.label().to_owned())
}

/// The data: what it is, its hash, and which part of it is held out.
pub(super) fn data(material: &Material) -> Option<Section> {
    let mut rows: Vec<(String, TableRow)> = Vec::new();
    let mut columns = None;
    for run in &material.runs {
        let Some(data) = &run.row.summary.data else {
            continue;
        };
        let names = shape(run.data_kind());
        columns.get_or_insert(names);
        let split = run
            .config
            .as_ref()
            .map_or_else(String::new, |config| held_out(&config.data, run));
        let key = format!("{} {split}", data.hash);
        if rows.iter().any(|(own, _)| *own == key) {
            continue;
        }
        let short = data.hash.get(..16).unwrap_or(&data.hash);
        rows.push((
            key,
            TableRow::of([
                Cell::from(data.path.display().to_string()).note(format::bytes(data.bytes)),
                format::count(data.rows).into(),
                format::count(data.columns).into(),
                format::count(data.cells).into(),
                split.into(),
                Cell::from(short),
            ]),
        ));
    }
    let names = columns?;
    let several = rows.len() > 1;
    let mut blocks = Vec::new();
    if several {
        blocks.push(Block::warning(
            "The runs differ in their data or in what of it is held out: their measures can be compared within the same data only.",
        ));
    }
    blocks.push(Block::Table(Table {
        columns: vec![
            Column::text("Data"),
            Column::number(names[0]),
            Column::number(names[1]),
            Column::number(names[2]),
            Column::text("Held out"),
            Column::text("BLAKE3").note("first 16 digits"),
        ],
        rows: rows.into_iter().map(|(_, row)| row).collect(),
        ..Table::default()
    }));
    let warnings: BTreeSet<&String> = material.runs.iter().flat_map(|run| &run.warnings).collect();
    if !warnings.is_empty() {
        blocks.push(Block::Heading("Warnings in the logs".to_owned()));
        blocks.extend(warnings.into_iter().map(|text| Block::Text(sentence(text))));
    }
    Some(Section {
        id: "data",
        title: "Data".to_owned(),
        blocks,
    })
}

fn shape(kind: Option<DataKind>) -> [&'static str; 3] {
    match kind {
        Some(DataKind::Ratings) | None => ["Users", "Items", "Ratings"],
        Some(DataKind::Matrix) => ["Rows", "Columns", "Cells"],
        Some(DataKind::Images) => ["Images A", "Images B", "Masks"],
    }
}

/// What of the data is held out for testing and for validation.
fn held_out(source: &Source, run: &ReportedRun) -> String {
    let mut parts = Vec::new();
    let share = |value: f64| format::percent(value);
    match source {
        Source::Ratings(own) => {
            if let Some(test) = &own.test {
                let name = test.file_name().unwrap_or(test.as_os_str());
                parts.push(format!("test: {}", name.to_string_lossy()));
            } else if let Some(own) = own.newest_fraction {
                parts.push(format!("test: newest {}", share(f64::from(own))));
            } else if let Some(own) = own.leave_out {
                parts.push(format!("test: {own} of each user"));
            } else if let Some(own) = own.test_fraction {
                parts.push(format!(
                    "test: {}, drawn with the seed",
                    share(f64::from(own))
                ));
            }
        }
        Source::Matrix(own) => {
            if own.row_labels.is_some() || own.column_labels.is_some() {
                parts.push("true classes, which nothing learned from".to_owned());
            }
        }
        Source::Images(own) => {
            parts.push(format!(
                "test: its folder, or {}",
                share(f64::from(own.test_fraction))
            ));
        }
    }
    if let Some(own) = run
        .row
        .value("validation_fraction")
        .and_then(serde_json::Value::as_f64)
        && own > 0.0
    {
        parts.push(format!("validation: {} of the rest", share(own)));
    }
    if parts.is_empty() {
        "nothing".to_owned()
    } else {
        parts.join("; ")
    }
}
