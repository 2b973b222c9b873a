//! `atelier list`.

use std::collections::BTreeSet;

use super::args::ListArgs;
use super::failure::{Outcome, ResultExt as _};
use super::output::{Output, say};
use super::table::{Align, Table, shorten};
use super::{plain_text, runs_dir, sweep};
use crate::record::Status;
use crate::runs;
use crate::runs::{Labels, Listed, RunSummary};
use crate::systems;

/// Lists the runs, newest first.
pub(super) fn run(args: &ListArgs, out: &mut Output) -> Outcome {
    let dir = runs_dir::resolve(&args.runs);
    let listed = runs::list(&dir).or_wrong()?;
    let mut table = Table::new(&[
        ("run", Align::Left),
        ("name", Align::Left),
        ("status", Align::Left),
        ("epochs", Align::Right),
        ("time", Align::Right),
        ("measure", Align::Left),
        ("value", Align::Right),
        ("tags", Align::Left),
    ]);
    let (sweeps, names) = sweep::rows(&dir, &listed);
    let mut sweeps = sweeps.into_iter().peekable();
    for run in &listed {
        // Newest first, as the runs are.
        while let Some(row) = sweeps.next_if(|row| row.id.as_str() > run.id.as_str()) {
            table.row(row.cells);
        }
        if !args.all && is_of(run, &names) {
            continue;
        }
        let tags = match &run.labels {
            Ok(labels) => tags(labels),
            Err(error) => {
                say!("warning: {error}");
                String::new()
            }
        };
        match &run.summary {
            Ok(summary) => {
                let (measure, value) = main_measure(summary);
                table.row([
                    run.id.to_string(),
                    shorten(&summary.name, 32),
                    status(summary.status).to_owned(),
                    format!("{:.0}", summary.epoch),
                    plain_text::duration(summary.seconds),
                    measure,
                    value,
                    tags,
                ]);
            }
            Err(error) => {
                say!("warning: {error}");
                table.row(
                    [run.id.as_str(), "", "unreadable", "", "", "", "", &tags].map(str::to_owned),
                );
            }
        }
    }
    for row in sweeps {
        table.row(row.cells);
    }
    if table.is_empty() {
        say!(
            "no runs in {}; train one with `atelier run CONFIG.toml` or `atelier demo`",
            plain_text::path(&dir)
        );
        return Ok(());
    }
    table.write(out)?;
    Ok(())
}

/// True if a run is one of a sweep that has a line of its own.
fn is_of(run: &Listed, sweeps: &BTreeSet<String>) -> bool {
    let place = run.summary.as_ref().ok().and_then(|own| own.sweep.as_ref());
    place.is_some_and(|place| sweeps.contains(&place.id))
}

/// The word for a status.
pub(super) fn status(status: Status) -> &'static str {
    match status {
        Status::Queued => "queued",
        Status::Running => "running",
        Status::Paused => "paused",
        Status::Stopped => "stopped",
        Status::Finished => "finished",
        Status::Failed => "failed",
        Status::Interrupted => "interrupted",
    }
}

/// The tags, and a mark for a pinned run.
pub(super) fn tags(labels: &Labels) -> String {
    let mut words: Vec<&str> = labels.tags.iter().map(String::as_str).collect();
    if labels.pinned {
        words.insert(0, "(pinned)");
    }
    words.join(" ")
}

/// The main measure of a run, and its newest value.
fn main_measure(summary: &RunSummary) -> (String, String) {
    let has = |name: &str| summary.metrics.contains_key(name);
    let main = systems::measures_of(&summary.system).main(has);
    main.map_or_else(Default::default, |(name, scalar)| {
        let value = summary.metrics[name].last;
        (scalar.title(), plain_text::measured(value, scalar.unit))
    })
}
