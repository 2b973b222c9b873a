//! Stays with a sweep until it ends.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use crate::cli::interrupt;
use crate::cli::plain_text;
use crate::cli::progress::Progress;
use crate::engine::{Command, Engine};
use crate::experiments::local::{LocalSweep, SweepCommand};
use crate::experiments::sweep::{SettingState, SweepState};
use crate::record::{Event, LogLevel, Status};
use crate::runs::RunId;

/// Between two looks at Ctrl-C and the clock.
const TICK: Duration = Duration::from_millis(50);
/// Between two tries of a run to write what could not be written.
const RETRY: Duration = Duration::from_secs(10);

/// What is said of runs only once, and when to try again what they could not write.
#[derive(Default)]
struct Heard {
    said: BTreeSet<String>,
    unwritten: BTreeMap<RunId, Instant>,
}

/// Follows a sweep to its end. The first Ctrl-C stops all its runs after checkpoints.
pub(crate) fn follow(engine: &Engine, sweep: &LocalSweep, quiet: bool) {
    let mut progress = Progress::new(quiet);
    let mut heard = Heard::default();
    let mut stopping = false;
    while sweep.is_active() {
        if let Ok((run, event)) = engine.events().recv_timeout(TICK) {
            heard.react(&run, &event, &progress);
            // Runs wait while nobody takes their events.
            for (run, event) in engine.events().try_iter() {
                heard.react(&run, &event, &progress);
            }
        }
        if interrupt::interrupted() && !stopping {
            stopping = sweep.send(SweepCommand::Stop);
            if stopping {
                progress.warn("stopping all runs after checkpoints; Ctrl-C again ends at once");
            }
        }
        heard.retry(engine);
        let state = sweep.state();
        if let Some(message) = &state.message
            && heard.said.insert(message.clone())
        {
            progress.warn(&format!("warning: {message}"));
        }
        let text = describe(&state);
        progress.counted(state.done() as u64, state.planned as u64, &text);
    }
    progress.finish();
}

impl Heard {
    fn react(&mut self, run: &RunId, event: &Event, progress: &Progress) {
        match event {
            // Nobody paused it here: something could not be written.
            Event::Status {
                status: Status::Paused,
                message: Some(message),
                ..
            } => {
                self.unwritten.insert(run.clone(), Instant::now() + RETRY);
                let text = format!("a run waits, and goes on by itself when it can: {message}");
                self.once(progress, &text);
            }
            Event::Status { status, .. } if *status != Status::Paused => {
                self.unwritten.remove(run);
            }
            Event::Alarms { alarms, .. } => {
                for alarm in alarms {
                    self.once(progress, &format!("warning: {}", alarm.message));
                }
            }
            Event::Log {
                level: LogLevel::Warning,
                message,
                ..
            } => self.once(progress, &format!("warning: {message}")),
            Event::Log {
                level: LogLevel::Error,
                message,
                ..
            } => self.once(progress, &format!("a run failed: {message}")),
            _ => {}
        }
    }

    fn once(&mut self, progress: &Progress, text: &str) {
        if self.said.insert(text.to_owned()) {
            progress.warn(text);
        }
    }

    fn retry(&mut self, engine: &Engine) {
        let now = Instant::now();
        for (run, again) in &mut self.unwritten {
            if *again <= now {
                *again = now + RETRY;
                if let Err(error) = engine.send(run, Command::Resume) {
                    tracing::debug!("{error}");
                }
            }
        }
    }
}

/// The best so far and the time left.
fn describe(state: &SweepState) -> String {
    let mut parts = Vec::new();
    if let Some(best) = state.best() {
        parts.push(best_of(state, &best));
    }
    if let Some(seconds) = state.seconds_left.filter(|seconds| *seconds > 0.0) {
        parts.push(format!("{} left", plain_text::duration(seconds)));
    }
    parts.join("  ")
}

/// `best Validation RMSE 0.893 at hidden 100, regularization 50`.
pub(super) fn best_of(state: &SweepState, best: &SettingState) -> String {
    let measured = state.objectives.first().zip(best.measures.first());
    let Some((objective, Some(spread))) = measured else {
        return String::new();
    };
    let value = plain_text::measured(spread.mean, objective.scalar.unit);
    let setting = super::table::setting(&best.setting);
    let at = if setting.is_empty() {
        String::new()
    } else {
        format!(" at {setting}")
    };
    format!("best {} {value}{at}", objective.title())
}
