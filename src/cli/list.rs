//! `atelier list`.

use super::args::ListArgs;
use super::failure::{Outcome, ResultExt as _};
use super::output::Output;
use super::table::{Align, Table, shorten};
use super::{plain_text, runs_dir};
use crate::record::Status;
use crate::runs;
use crate::runs::RunSummary;
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
    ]);
    for run in &listed {
        match &run.summary {
            Ok(summary) => {
                let (measure, value) = main_metric(summary);
                table.row([
                    run.id.to_string(),
                    shorten(&summary.name, 32),
                    status(summary.status).to_owned(),
                    format!("{:.0}", summary.epoch),
                    plain_text::duration(summary.seconds),
                    measure.to_owned(),
                    value,
                ]);
            }
            Err(error) => {
                eprintln!("warning: {error}");
                table.row([run.id.as_str(), "", "unreadable", "", "", "", ""].map(str::to_owned));
            }
        }
    }
    if table.is_empty() {
        eprintln!(
            "no runs in {}; train one with `atelier run CONFIG.toml` or `atelier demo`",
            plain_text::path(&dir)
        );
        return Ok(());
    }
    table.write(out)?;
    Ok(())
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

fn main_metric(summary: &RunSummary) -> (&'static str, String) {
    systems::find(&summary.system)
        .map(|system| system.main_metric())
        .and_then(|name| Some((name, plain_text::number(summary.metrics.get(name)?.last))))
        .unwrap_or_default()
}
