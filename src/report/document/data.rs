//! The data that runs learned from: what it is, its hash, and which part of it is held out.

use std::collections::BTreeSet;

use super::block::{Block, Cell, Column, Section, Table, TableRow};
use super::overview::sentence;
use crate::data::{DataKind, Source};
use crate::draw::format;
use crate::report::material::{Material, ReportedRun};

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
