//! The settings: what all runs share, beside the defaults.

use std::collections::BTreeMap;

use serde_json::Value;

use super::block::{Block, Cell, Column, Section, Table, TableRow};
use crate::experiments::table::SEED;
use crate::report::comparison::{Comparison, label_of};
use crate::report::material::ReportedRun;
use crate::report::values::setting;
use crate::systems::ConfigMap;

/// The settings by system: those that differ from the defaults first, then the others.
pub(super) fn settings(comparison: &Comparison<'_>) -> Option<Section> {
    let mut by_system: BTreeMap<&str, Vec<&ReportedRun>> = BTreeMap::new();
    for run in comparison.runs {
        if !run.row.parameters.is_empty() {
            by_system
                .entry(run.row.summary.system.as_str())
                .or_default()
                .push(run);
        }
    }
    let several = by_system.len() > 1;
    let mut blocks = Vec::new();
    for runs in by_system.values() {
        if several && let Some(first) = runs.first() {
            blocks.push(Block::Heading(first.system_label().to_owned()));
        }
        blocks.extend(of_system(comparison, runs));
    }
    (!blocks.is_empty()).then(|| Section {
        id: "settings",
        title: "Settings".to_owned(),
        blocks,
    })
}

/// Those of the runs of one system.
fn of_system(comparison: &Comparison<'_>, runs: &[&ReportedRun]) -> Vec<Block> {
    let Some((first, system)) = runs.first().and_then(|run| Some((run, run.system()?))) else {
        return Vec::new();
    };
    let defaults = system.defaults(&ConfigMap::new());
    let is_varied = |key: &str| comparison.varied.iter().any(|own| own.key == key);
    let mut changed = Vec::new();
    let mut default = Vec::new();
    for spec in system
        .parameters()
        .iter()
        .filter(|spec| !is_varied(&spec.key))
    {
        let own = first.row.parameters.get(&spec.key).unwrap_or(&Value::Null);
        let usual = defaults.get(&spec.key).unwrap_or(&Value::Null);
        let label = label_of(comparison.runs, &spec.key);
        if own == usual {
            default.push(format!("{label}: {}", setting(&spec.named(own))));
        } else {
            changed.push(TableRow::of([
                Cell::from(label),
                Cell::from(spec.key.as_str()),
                Cell::from(setting(&spec.named(own))),
                Cell::from(setting(&spec.named(usual))),
            ]));
        }
    }
    if !comparison.seeds_differ {
        changed.push(TableRow::of([
            Cell::from("Seed"),
            Cell::from(SEED),
            Cell::from(first.row.summary.seed.to_string()),
            Cell::from("1"),
        ]));
    }
    let mut blocks = Vec::new();
    if runs.len() > 1 {
        let varied: Vec<&str> = comparison
            .varied
            .iter()
            .map(|own| own.label.as_str())
            .collect();
        let but = match varied[..] {
            [] => String::new(),
            _ => format!(" but for {}", varied.join(", ")),
        };
        blocks.push(Block::Text(format!("The same in all runs{but}.")));
    }
    blocks.push(Block::Table(Table {
        columns: vec![
            Column::text("Setting"),
            Column::text("Key"),
            Column::text("Value"),
            Column::text("Default"),
        ],
        rows: changed,
        ..Table::default()
    }));
    if !default.is_empty() {
        blocks.push(Block::Text(format!(
            "At their defaults – {}.",
            default.join("; ")
        )));
    }
    blocks
}
