//! How far a run is, on stderr.

use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::output::{say, visible_name};
use super::plain_text;
use crate::record::Measures;
use crate::runs::RunState;

/// Between two lines where stderr is no terminal.
const BETWEEN_LINES: Duration = Duration::from_secs(5);

/// A bar on a terminal, a line every few seconds elsewhere, or nothing.
pub(crate) enum Progress {
    Bar(ProgressBar),
    Lines { next: Instant },
    Quiet,
}

/// Where a run was when it was first seen: speed is measured from there.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Start {
    step: u64,
    seconds: f64,
}

impl Start {
    pub(crate) fn of(state: &RunState) -> Self {
        Self {
            step: state.step,
            seconds: state.seconds,
        }
    }
}

impl Progress {
    pub(crate) fn new(quiet: bool) -> Self {
        if quiet {
            Self::Quiet
        } else if std::io::stderr().is_terminal() {
            let bar = ProgressBar::new(0);
            bar.enable_steady_tick(Duration::from_millis(200));
            Self::Bar(bar)
        } else {
            Self::Lines {
                next: Instant::now() + BETWEEN_LINES,
            }
        }
    }

    /// Reading: `fraction` from 0 to 1 where it is known.
    pub(crate) fn reading(&mut self, fraction: Option<f32>) {
        let Self::Bar(bar) = self else {
            return;
        };
        bar.set_style(style("{spinner} reading the data {wide_bar} {percent} %"));
        bar.set_length(1000);
        bar.set_position((fraction.unwrap_or(0.0) * 1000.0) as u64);
    }

    /// Something else whose share that is done is known, 0 to 1.
    pub(crate) fn share(&mut self, what: &str, fraction: f32) {
        match self {
            Self::Bar(bar) => {
                bar.set_style(style("{spinner} {msg} {wide_bar} {percent} %"));
                bar.set_message(what.to_owned());
                bar.set_length(1000);
                bar.set_position((fraction * 1000.0) as u64);
            }
            Self::Lines { next } if Instant::now() >= *next => {
                *next = Instant::now() + BETWEEN_LINES;
                say!("{what} {:.0} %", fraction * 100.0);
            }
            Self::Lines { .. } | Self::Quiet => {}
        }
    }

    /// Some of a number that are done.
    pub(crate) fn counted(&mut self, done: u64, all: u64, text: &str) {
        match self {
            Self::Bar(bar) => {
                bar.set_style(style("{spinner} {wide_bar} {pos}/{len} runs  {msg}"));
                bar.set_length(all);
                bar.set_position(done);
                bar.set_message(visible_name(text).into_owned());
            }
            Self::Lines { next } if Instant::now() >= *next => {
                *next = Instant::now() + BETWEEN_LINES;
                say!("{done}/{all} runs  {text}");
            }
            Self::Lines { .. } | Self::Quiet => {}
        }
    }

    /// Progress before the first step.
    pub(crate) fn doing(&self, what: &str) {
        if let Self::Bar(bar) = self {
            bar.set_style(style("{spinner} {msg}"));
            bar.set_message(visible_name(what).into_owned());
        }
    }

    /// Training.
    pub(crate) fn training(&mut self, state: &RunState, start: Start, measures: Measures) {
        let text = describe(state, start, measures);
        match self {
            Self::Bar(bar) => {
                bar.set_style(style("{spinner} {wide_bar} {pos}/{len}  {msg}"));
                bar.set_length(state.total_steps);
                bar.set_position(state.step);
                bar.set_message(text);
            }
            Self::Lines { next } if Instant::now() >= *next => {
                *next = Instant::now() + BETWEEN_LINES;
                say!("step {}/{}  {text}", state.step, state.total_steps);
            }
            Self::Lines { .. } | Self::Quiet => {}
        }
    }

    /// A sentence that stays, unless nothing is wanted.
    pub(crate) fn note(&self, text: &str) {
        match self {
            Self::Bar(bar) => bar.suspend(|| say!("{text}")),
            Self::Lines { .. } => say!("{text}"),
            Self::Quiet => {}
        }
    }

    /// A sentence that matters: it is shown in any case.
    pub(crate) fn warn(&self, text: &str) {
        match self {
            Self::Quiet => say!("{text}"),
            Self::Bar(_) | Self::Lines { .. } => self.note(text),
        }
    }

    /// Takes the bar away.
    pub(crate) fn finish(self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

/// Speed, time left and the main measure.
fn describe(state: &RunState, start: Start, measures: Measures) -> String {
    let mut parts = Vec::new();
    let steps = state.step.saturating_sub(start.step) as f64;
    let seconds = state.seconds - start.seconds;
    if steps > 0.0 && seconds > 0.0 {
        let rate = steps / seconds;
        parts.push(plain_text::rate(rate));
        if state.total_steps > state.step {
            let left = (state.total_steps - state.step) as f64 / rate;
            parts.push(format!("{} left", plain_text::duration(left)));
        }
    }
    let value = |name: &str| state.series.get(name).and_then(|own| own.last());
    if let Some((name, scalar)) = measures.main(|name| value(name).is_some())
        && let Some(value) = value(name)
    {
        parts.push(format!(
            "{} {}",
            scalar.title(),
            plain_text::measured(value, scalar.unit)
        ));
    }
    parts.join("  ")
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Event;
    use crate::runs::RunState;

    #[test]
    fn speed_and_time_left_are_counted_from_where_the_run_was_first_seen() {
        let mut state = RunState {
            step: 100,
            seconds: 50.0,
            total_steps: 200,
            ..RunState::default()
        };
        let start = Start::of(&state);
        state.apply(&Event::Scalar {
            name: "test/rmse".into(),
            step: 140,
            epoch: 14.0,
            seconds: 52.0,
            value: 0.912_34,
        });
        assert_eq!(
            describe(&state, start, crate::systems::measures_of("autorec")),
            "20 it/s  3.0 s left  Test RMSE 0.9123"
        );
    }
}
