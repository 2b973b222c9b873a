//! Settings and measures of every run as CSV: a row a run, for a spreadsheet or a script.

use std::collections::BTreeSet;
use std::io::Write;

use super::ReportError;
use super::comparison::{Comparison, SYSTEM};
use super::material::Material;
use super::values::assigned;
use crate::experiments::table::{SEED, value_of};

/// Writes `run,folder,system,status,seed,…settings that differ,…measures,best`.
pub(super) fn write(material: &Material, to: &mut dyn Write) -> Result<(), ReportError> {
    let comparison = Comparison::of(material);
    let names: BTreeSet<&String> = material
        .runs
        .iter()
        .flat_map(|run| run.row.summary.metrics.keys())
        .collect();
    let varied: Vec<&str> = comparison
        .varied
        .iter()
        .map(|own| own.key.as_str())
        .filter(|key| *key != SYSTEM)
        .collect();
    let mut writer = csv::Writer::from_writer(to);
    let failed = |error: csv::Error| ReportError::Write(error.into());
    let head = ["run", "folder", SYSTEM, "status", SEED].into_iter();
    let measures = names.iter().map(|name| name.as_str());
    writer
        .write_record(
            head.chain(varied.iter().copied())
                .chain(measures)
                .chain(["best"]),
        )
        .map_err(failed)?;
    for (at, run) in material.runs.iter().enumerate() {
        let summary = &run.row.summary;
        let mut cells = vec![
            guarded(run.name()),
            summary.id.to_string(),
            summary.system.clone(),
            summary.status.word().to_owned(),
            summary.seed.to_string(),
        ];
        cells.extend(varied.iter().map(|key| {
            let value = run.row.value(key);
            value.map_or_else(String::new, |value| guarded(&assigned(value)))
        }));
        cells.extend(names.iter().map(|name| {
            let scalar = run.measures().of(name);
            let metric = summary.metrics.get(*name);
            metric.map_or_else(String::new, |metric| value_of(metric, &scalar).to_string())
        }));
        let is_best = comparison
            .best
            .is_some_and(|best| comparison.groups[best].runs.contains(&at));
        cells.push(if is_best { "yes" } else { "" }.to_owned());
        writer.write_record(&cells).map_err(failed)?;
    }
    writer.flush()?;
    Ok(())
}

/// A text that no spreadsheet takes for a formula.
fn guarded(text: &str) -> String {
    if text.starts_with(['=', '+', '@', '\t', '\r'])
        || text.starts_with('-') && text.parse::<f64>().is_err()
    {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}
