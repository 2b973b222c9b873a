//! `atelier show`.

use serde_json::Value;

use super::args::ShowArgs;
use super::failure::{Outcome, ResultExt as _};
use super::output::{Output, say};
use super::table::{Align, Table};
use super::{list, plain_text, runs_dir, sweep};
use crate::data::Source;
use crate::engine::RunConfig;
use crate::experiments::sweep::SweepFolder;
use crate::record::Better;
use crate::runs::{RunFolder, RunSummary};
use crate::systems::{self, ConfigMap};

/// Shows one run.
pub(super) fn run(args: &ShowArgs, out: &mut Output) -> Outcome {
    let path = runs_dir::find_run(&args.run, &args.runs);
    if SweepFolder::is_one(&path) {
        return sweep::show(&path, out);
    }
    let folder = RunFolder::open(&path).or_wrong()?;
    let summary = folder.summary().or_wrong()?;
    let config = folder.config();
    overview(out, &folder, &summary)?;
    match &config {
        Ok(config) => {
            data(out, config, &summary)?;
            parameters(out, config)?;
        }
        Err(error) => say!("warning: {error}"),
    }
    metrics(out, &summary)?;
    files(out, &folder)
}

fn overview(out: &mut Output, folder: &RunFolder, summary: &RunSummary) -> Outcome {
    let mut status = list::status(summary.status).to_owned();
    if let Some(message) = &summary.message {
        status = format!("{status}: {message}");
    }
    let system = systems::find(&summary.system).map_or_else(
        || summary.system.clone(),
        |system| format!("{}: {}", system.label(), system.summary()),
    );
    let steps = if summary.total_steps > 0 {
        format!("{} of {}", summary.step, summary.total_steps)
    } else {
        summary.step.to_string()
    };
    let mut table = Table::new(&[("", Align::Left), ("", Align::Left)]);
    for (name, value) in [
        ("run", summary.id.to_string()),
        ("name", summary.name.clone()),
        ("folder", plain_text::path(folder.path())),
        ("status", status),
        ("system", system),
        ("seed", summary.seed.to_string()),
        ("device", summary.device.clone()),
        ("created", local_time(&summary.created)),
        ("steps", steps),
        ("epochs", plain_text::number(summary.epoch)),
        ("training time", plain_text::duration(summary.seconds)),
    ] {
        table.row([name.to_owned(), value]);
    }
    table.write(out)?;
    Ok(())
}

fn data(out: &mut Output, config: &RunConfig, summary: &RunSummary) -> Outcome {
    out.line("\ndata")?;
    let mut table = Table::new(&[("", Align::Left), ("", Align::Left)]);
    for (key, value) in &config.data.table().or_wrong()? {
        table.row([format!("  {key}"), plain(value)]);
    }
    if let Some(found) = &summary.data {
        let names = match config.data {
            Source::Ratings(_) => ["users", "items", "ratings"],
            Source::Matrix(_) => ["rows", "columns", "cells"],
            Source::Images(_) => ["images A", "images B", "masks"],
        };
        for (name, count) in names
            .into_iter()
            .zip([found.rows, found.columns, found.cells])
        {
            table.row([format!("  {name}"), count.to_string()]);
        }
    }
    table.write(out)?;
    Ok(())
}

/// The parameters; those that differ from the default have it beside them.
fn parameters(out: &mut Output, config: &RunConfig) -> Outcome {
    let Some(system) = systems::find(&config.system) else {
        return Ok(());
    };
    let resolved = config.resolve(system).or_wrong()?;
    let defaults = system.defaults(&ConfigMap::new());
    let mut table = Table::new(&[("", Align::Left), ("", Align::Left), ("", Align::Left)]);
    for spec in system.parameters() {
        let own = resolved.get(&spec.key).unwrap_or(&Value::Null);
        let default = defaults.get(&spec.key).unwrap_or(&Value::Null);
        let note = if own == default {
            String::new()
        } else {
            format!("(default {})", plain(default))
        };
        table.row([format!("  {}", spec.key), plain(own), note]);
    }
    if !table.is_empty() {
        out.line("\nparameters")?;
        table.write(out)?;
    }
    Ok(())
}

/// In the order of the system; a best value where one direction is better.
fn metrics(out: &mut Output, summary: &RunSummary) -> Outcome {
    if summary.metrics.is_empty() {
        return Ok(());
    }
    out.line("")?;
    let mut table = Table::new(&[
        ("scalar", Align::Left),
        ("measure", Align::Left),
        ("last", Align::Right),
        ("best", Align::Right),
        ("at step", Align::Right),
    ]);
    let measures = systems::measures_of(&summary.system);
    let mut metrics: Vec<_> = summary
        .metrics
        .iter()
        .map(|(name, metric)| (name, metric, measures.of(name)))
        .collect();
    metrics.sort_by_key(|(.., scalar)| scalar.rank);
    for (name, metric, scalar) in metrics {
        let best = metric.best.filter(|_| scalar.better != Better::Neither);
        let number = |value| plain_text::measured(value, scalar.unit);
        table.row([
            name.clone(),
            scalar.title(),
            number(metric.last),
            best.map(number).unwrap_or_default(),
            best.map(|_| metric.step.to_string()).unwrap_or_default(),
        ]);
    }
    table.write(out)?;
    Ok(())
}

fn files(out: &mut Output, folder: &RunFolder) -> Outcome {
    let Ok(entries) = std::fs::read_dir(folder.artifacts()) else {
        return Ok(());
    };
    let mut table = Table::new(&[("", Align::Left), ("", Align::Right)]);
    let mut files: Vec<_> = entries.filter_map(Result::ok).collect();
    files.sort_by_key(std::fs::DirEntry::file_name);
    for file in files {
        let size = file.metadata().map_or(0, |metadata| metadata.len());
        table.row([
            format!("  {}", file.file_name().to_string_lossy()),
            plain_text::bytes(size),
        ]);
    }
    if !table.is_empty() {
        out.line("\nartifacts")?;
        table.write(out)?;
    }
    Ok(())
}

/// RFC 3339 as the local time to the second.
fn local_time(created: &str) -> String {
    created.parse::<jiff::Timestamp>().map_or_else(
        |_| created.to_owned(),
        |time| {
            time.to_zoned(jiff::tz::TimeZone::system())
                .strftime("%Y-%m-%d %H:%M:%S")
                .to_string()
        },
    )
}

/// A value as it stands in a config file, without quotes but in lists.
fn plain(value: &Value) -> String {
    match value {
        Value::Array(_) => value.to_string(),
        _ => sweep::value_text(value),
    }
}
