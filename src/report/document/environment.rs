//! Where the runs were trained.

use super::block::{Block, Cell, Column, Section, Table, TableRow};
use super::overview::count;
use crate::draw::format;
use crate::report::material::ReportedRun;

/// Runs that are listed one by one.
const LISTED: usize = 60;

/// Versions, platforms and devices, and the runs with their times.
pub(super) fn environment(runs: &[ReportedRun]) -> Option<Section> {
    let mut machines: Vec<(String, Vec<&ReportedRun>)> = Vec::new();
    for run in runs {
        let own = machine(run);
        match machines.iter_mut().find(|(other, _)| *other == own) {
            Some((_, runs)) => runs.push(run),
            None => machines.push((own, vec![run])),
        }
    }
    let mut blocks = Vec::new();
    for (text, own) in &machines {
        let which = match (machines.len(), own.len()) {
            (1, _) => String::new(),
            (_, 1) => "1 run: ".to_owned(),
            (_, count) => format!("{count} runs: "),
        };
        blocks.push(Block::Text(format!("{which}{text}.")));
    }
    let rows = runs.iter().take(LISTED).map(|run| {
        let summary = &run.row.summary;
        TableRow::of([
            Cell::from(run.name()),
            Cell::from(summary.id.as_str()),
            Cell::from(summary.status.word()),
            Cell::from(summary.seed.to_string()),
            Cell::from(format::count(summary.step)),
            Cell::from(format::duration(summary.seconds)),
        ])
    });
    blocks.push(Block::Table(Table {
        columns: vec![
            Column::text("Run"),
            Column::text("Folder"),
            Column::text("Status"),
            Column::number("Seed"),
            Column::number("Steps"),
            Column::number("Training time"),
        ],
        rows: rows.collect(),
        note: match runs.len().checked_sub(LISTED + 1) {
            Some(more) => format!("And {} more.", more + 1),
            None => String::new(),
        },
        ..Table::default()
    }));
    (!runs.is_empty()).then(|| Section {
        id: "environment",
        title: "Environment".to_owned(),
        blocks,
    })
}

/// The program, the platform and the device in a sentence.
fn machine(run: &ReportedRun) -> String {
    let versions = &run.row.summary.versions;
    let mut parts = Vec::new();
    if let Some(own) = versions.get("atelier") {
        parts.push(format!("Atelier {own}"));
    }
    let others = versions
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "atelier" | "platform"));
    parts.extend(others.map(|(name, version)| format!("{name} {version}")));
    if let Some(own) = versions.get("platform") {
        parts.push(own.clone());
    }
    if !run.row.summary.device.is_empty() {
        parts.push(match run.row.summary.device.as_str() {
            "cpu" => match run.row.summary.threads {
                Some(threads) => format!("on the CPU with {}", count(threads, "thread")),
                None => "on the CPU".to_owned(),
            },
            device => format!("on {device}"),
        });
    }
    parts.join(", ")
}
