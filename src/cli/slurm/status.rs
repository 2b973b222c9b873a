//! How a sweep on a cluster stands: `atelier sweep SWEEP_DIR --status`.

use crate::cli::failure::{Outcome, ResultExt as _};
use crate::cli::output::{Output, say};
use crate::cli::plain_text;
use crate::cli::table::{Align, Table, shorten};
use crate::experiments::slurm::{self, ClusterStatus, TaskState};
use crate::experiments::sweep::{SweepFolder, SweepState};
use crate::record::Status;
use crate::runs;

/// Tasks that are listed with what they say.
const MOST_TASKS: usize = 40;
/// Logs that are shown.
const MOST_LOGS: usize = 3;

/// Shows how the tasks stand, and what came of the runs so far.
pub(crate) fn status(folder: &SweepFolder, weights: bool, out: &mut Output) -> Outcome {
    let status = slurm::status(folder.path(), weights).or_failed()?;
    let listed = runs::list(folder.runs()).or_failed()?;
    let state = folder.state(&listed).or_failed()?;
    if let Some(problem) = &status.problem {
        say!("warning: {problem}\nwhat follows is what the files say");
    }
    out.line(&format!(
        "sweep            {}",
        plain_text::path(folder.path())
    ))?;
    out.line(&format!("tasks            {}", counts(&status)))?;
    out.line(&format!("runs             {}", progress(&state)))?;
    if let Some(best) = best(&state) {
        out.line(&format!("best             {best}"))?;
    }
    tasks(&status, &state, out)?;
    logs(&status, out)
}

fn counts(status: &ClusterStatus) -> String {
    let words = status.counts();
    if words.is_empty() {
        "none: it was never submitted".to_owned()
    } else {
        words.join(", ")
    }
}

fn progress(state: &SweepState) -> String {
    let failed = state
        .trials
        .iter()
        .filter(|own| own.status == Status::Failed)
        .count();
    let mut text = format!("{} of {} done", state.done(), state.planned);
    if failed > 0 {
        text.push_str(&format!(", {failed} of them failed"));
    }
    text
}

/// The best setting so far, in words.
pub(super) fn best(state: &SweepState) -> Option<String> {
    let best = state.best()?;
    let objective = state.objectives.first()?;
    let value = best.measures.first()?.as_ref()?.mean;
    let values: Vec<String> = best
        .setting
        .iter()
        .map(|(key, value)| format!("{key}={}", text(value)))
        .collect();
    Some(format!(
        "{}  ({} {})",
        values.join(" "),
        objective.title(),
        plain_text::number(value)
    ))
}

fn text(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

fn tasks(status: &ClusterStatus, state: &SweepState, out: &mut Output) -> Outcome {
    let open: Vec<_> = status
        .newest()
        .filter(|task| task.state != TaskState::Finished)
        .collect();
    if open.is_empty() {
        return Ok(());
    }
    out.line("")?;
    let mut table = Table::new(&[
        ("task", Align::Left),
        ("state", Align::Left),
        ("node", Align::Left),
        ("runs", Align::Left),
        ("", Align::Left),
    ]);
    for task in open.iter().take(MOST_TASKS) {
        let trials: Vec<String> = task.trials.iter().map(u32::to_string).collect();
        // The run's own reason says more than an exit code.
        let reason = task.trials.iter().find_map(|trial| {
            let own = state.trials.iter().find(|own| own.trial.number == *trial)?;
            let is_failed = own.status == Status::Failed;
            own.message.clone().filter(|_| is_failed)
        });
        let message = match reason {
            Some(reason) if task.state == TaskState::Failed => reason,
            _ => task.message.to_string(),
        };
        table.row([
            task.name(),
            task.state.word().to_owned(),
            task.node.clone(),
            shorten(&trials.join(" "), 24),
            message,
        ]);
    }
    table.write(out)?;
    if open.len() > MOST_TASKS {
        out.line(&format!("and {} more", open.len() - MOST_TASKS))?;
    }
    Ok(())
}

fn logs(status: &ClusterStatus, out: &mut Output) -> Outcome {
    let failed: Vec<_> = status
        .newest()
        .filter(|task| task.state == TaskState::Failed)
        .collect();
    for task in failed.iter().take(MOST_LOGS) {
        let tail = &task.tail;
        if let Some(log) = &task.log
            && !tail.is_empty()
        {
            out.line(&format!("\nend of {}", plain_text::path(log)))?;
            for line in tail.lines() {
                out.line(&format!("  {line}"))?;
            }
        }
    }
    if !failed.is_empty() {
        say!("go on with what failed: atelier sweep SWEEP_DIR --resubmit");
    }
    Ok(())
}
