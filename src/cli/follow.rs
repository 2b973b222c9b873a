//! Stays with a run until it ends.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crossbeam_channel::RecvTimeoutError;

use super::args::FollowArgs;
use super::failure::{Failure, Outcome, ResultExt as _};
use super::interrupt;
use super::output::{Output, say};
use super::plain_text;
use super::progress::{Progress, Start};
use crate::engine::{Command, Engine, EngineError, EngineOptions};
use crate::record::{Event, LogLevel, Measures, PROGRESS, Role, Status};
use crate::runs::{RunFolder, RunId, RunState, RunSummary};
use crate::systems;

/// Between two looks at Ctrl-C and the clock.
const TICK: Duration = Duration::from_millis(100);
/// Between two tries to write what could not be written.
const RETRY: Duration = Duration::from_secs(10);

/// How a run ended.
#[derive(Debug, PartialEq)]
pub(crate) enum Ended {
    Finished,
    /// After a checkpoint.
    Stopped,
    /// Stopped without one, and why.
    Unsaved(String),
    Failed(String),
}

/// What matters for later of the events so far.
#[derive(Debug, Default)]
struct Heard {
    /// Why nothing can be written, while that is so.
    unwritten: Option<String>,
    /// When to try again.
    next_retry: Option<Instant>,
    /// An error that is not told yet: a run that fails gives it as its reason too.
    error: Option<String>,
}

/// An engine for one run at a time.
pub(crate) fn engine(runs: PathBuf, args: &FollowArgs) -> Engine {
    let mut options = EngineOptions::default();
    if let Some(every) = args.checkpoint_every {
        options.checkpoint_every = every;
    }
    Engine::with_options(runs, options)
}

/// Follows `run` to its end. The first Ctrl-C stops it, with a checkpoint if one can be written.
pub(crate) fn follow(
    engine: &Engine,
    run: &RunId,
    state: RunState,
    progress: &mut Progress,
) -> (RunState, Ended) {
    follow_with(engine, run, state, progress, &mut || false)
}

/// As [`follow`]; the run is stopped too once `is_to_end` says so, which is asked now and then.
pub(crate) fn follow_with(
    engine: &Engine,
    run: &RunId,
    mut state: RunState,
    progress: &mut Progress,
    is_to_end: &mut dyn FnMut() -> bool,
) -> (RunState, Ended) {
    let mut start = None;
    let mut stopping = false;
    let mut heard = Heard::default();
    let measures = measures(engine, run);
    loop {
        match engine.events().recv_timeout(TICK) {
            Ok((id, event)) if id == *run => {
                state.apply(&event);
                if let Some(ended) = ended(&event) {
                    if !matches!(ended, Ended::Failed(_)) {
                        heard.tell_error(progress);
                    }
                    return (state, ended);
                }
                heard.react(&event, progress);
                if matches!(event, Event::Scalar { .. }) {
                    let start = *start.get_or_insert_with(|| Start::of(&state));
                    progress.training(&state, start, measures);
                }
            }
            Ok(_) => {}
            Err(RecvTimeoutError::Timeout) => {
                if !engine.is_active(run) && engine.events().is_empty() {
                    let message = "its thread ended unexpectedly".to_owned();
                    return (state, Ended::Failed(message));
                }
            }
            Err(RecvTimeoutError::Disconnected) => {
                return (
                    state,
                    Ended::Failed("the engine stopped unexpectedly".to_owned()),
                );
            }
        }
        let now = Instant::now();
        // Once more where the checkpoint could not be written: the run waits for a person, who wants it to end.
        let again = stopping && heard.unwritten.is_some();
        if interrupt::interrupted() && (!stopping || again) {
            // A busy run takes no command; the next tick tries again.
            let sent = engine.send(run, Command::Stop).is_ok();
            if sent && heard.unwritten.take().is_some() {
                progress.warn("stopping; what was trained since the last checkpoint cannot be written and is lost");
            } else if sent {
                progress.warn("stopping after a checkpoint; Ctrl-C again ends at once");
            }
            stopping |= sent;
        }
        if !stopping && is_to_end() {
            stopping = engine.send(run, Command::Stop).is_ok();
        }
        if heard.next_retry.is_some_and(|due| now >= due) {
            heard.next_retry = None;
            if let Err(error) = engine.send(run, Command::Resume) {
                tracing::debug!("{error}");
            }
        }
    }
}

fn measures(engine: &Engine, run: &RunId) -> Measures {
    engine
        .folder(run)
        .and_then(|folder| RunFolder::open(&folder).ok()?.summary().ok())
        .map_or_else(Measures::default, |summary| {
            systems::measures_of(&summary.system)
        })
}

fn ended(event: &Event) -> Option<Ended> {
    let Event::Status {
        status, message, ..
    } = event
    else {
        return None;
    };
    match status {
        Status::Finished => Some(Ended::Finished),
        Status::Stopped => Some(message.clone().map_or(Ended::Stopped, Ended::Unsaved)),
        Status::Failed => {
            let message = message.as_deref().unwrap_or("no reason is known");
            Some(Ended::Failed(message.to_owned()))
        }
        Status::Queued | Status::Running | Status::Paused | Status::Interrupted => None,
    }
}

impl Heard {
    /// Says what a person should know.
    fn react(&mut self, event: &Event, progress: &Progress) {
        self.tell_error(progress);
        match event {
            // Nobody paused it here: something could not be written.
            Event::Status {
                status: Status::Paused,
                message: Some(message),
                ..
            } => {
                self.next_retry = Some(Instant::now() + RETRY);
                self.unwritten = Some(message.clone());
                if interrupt::interrupted() {
                    progress.warn(&format!("no checkpoint could be written: {message}"));
                } else {
                    progress.warn(&format!(
                        "paused: {message}\ntrying again every {} s; the training so far is in memory",
                        RETRY.as_secs()
                    ));
                }
            }
            Event::Status {
                status: Status::Running,
                message,
                ..
            } => {
                self.unwritten = None;
                if let Some(message) = message {
                    progress.doing(message);
                }
            }
            Event::Alarms { alarms, .. } => {
                for alarm in alarms {
                    progress.warn(&format!("warning: {}", alarm.message));
                }
            }
            Event::Log { level, message, .. } => match level {
                LogLevel::Info => progress.note(message),
                LogLevel::Warning => progress.warn(&format!("warning: {message}")),
                LogLevel::Error => self.error = Some(message.clone()),
            },
            _ => {}
        }
    }

    fn tell_error(&mut self, progress: &Progress) {
        if let Some(error) = self.error.take() {
            progress.warn(&format!("error: {error}"));
        }
    }
}

/// The last lines: the run folder and the measures, the main one first. Then what the exit code says.
pub(crate) fn conclude(
    out: &mut Output,
    folder: &Path,
    state: &RunState,
    ended: Ended,
    quiet: bool,
) -> Outcome {
    match ended {
        Ended::Failed(message) => {
            let failure = format!("{message}\n  run folder: {}", plain_text::path(folder));
            // Nothing was learned: what it began with is wrong.
            Err(if state.step == 0 && state.series.is_empty() {
                Failure::wrong(failure)
            } else {
                Failure::failed(failure)
            })
        }
        Ended::Unsaved(message) => Err(Failure::failed(format!(
            "{message}\n  free some space there, then go on from the last checkpoint: atelier resume {}",
            plain_text::path(folder)
        ))),
        Ended::Finished | Ended::Stopped => {
            let summary = RunFolder::open(folder).or_failed()?.summary().or_failed()?;
            if !quiet {
                let word = if ended == Ended::Finished {
                    "finished"
                } else {
                    "stopped"
                };
                say!(
                    "{word} after {} steps, {} of training",
                    summary.step,
                    plain_text::duration(summary.seconds)
                );
            }
            write_result(out, folder, &summary)?;
            if ended == Ended::Stopped {
                if !quiet {
                    say!("resume with: atelier resume {}", plain_text::path(folder));
                }
                return Err(Failure::Stopped);
            }
            Ok(())
        }
    }
}

fn write_result(out: &mut Output, folder: &Path, summary: &RunSummary) -> Outcome {
    out.line(&format!("run folder       {}", plain_text::path(folder)))?;
    let measures = systems::measures_of(&summary.system);
    let main = measures.main(|name| summary.metrics.contains_key(name));
    let main = main.map(|(name, _)| name);
    let mut metrics: Vec<_> = summary
        .metrics
        .iter()
        .map(|(name, metric)| (name, metric, measures.of(name)))
        .filter(|(.., scalar)| scalar.group != PROGRESS)
        .collect();
    metrics.sort_by_key(|(name, _, scalar)| {
        let test = scalar.role == Role::Test;
        (Some(name.as_str()) != main, !test, scalar.rank)
    });
    for (name, metric, _) in metrics {
        out.line(&format!("{name:<16} {}", plain_text::number(metric.last)))?;
    }
    Ok(())
}

/// Which exit code an engine's refusal has.
pub(crate) fn refusal(error: EngineError) -> Failure {
    use crate::runs::RunError;
    match error {
        EngineError::Config(_)
        | EngineError::Device(_)
        | EngineError::Finished(_)
        | EngineError::NotActive(_)
        | EngineError::Run(
            RunError::Config(_)
            | RunError::NotARun { .. }
            | RunError::Damaged { .. }
            | RunError::Newer { .. }
            | RunError::InUse { .. },
        ) => Failure::Wrong(error.into()),
        _ => Failure::Failed(error.into()),
    }
}
