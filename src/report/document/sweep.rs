//! A sweep: how its settings were chosen, how it stands, and what came out of it.

use super::block::{Cell, Column, Notice, Table, TableRow};
use super::overview::{count, listed, sentence, spread_text, varied_values};
use crate::draw::format;
use crate::experiments::importance::importance;
use crate::experiments::sweep::{Method, Spread, SweepState, SweepStatus, Values};
use crate::report::comparison::{Comparison, label_of};
use crate::report::values::{self, fixed};
use crate::systems;

/// What was varied, how settings were chosen, and by which measure.
pub(super) fn question(sweep: &SweepState, comparison: &Comparison<'_>) -> String {
    let spec = &sweep.config.sweep;
    let how = match spec.method {
        Method::Grid => "Every combination of",
        Method::Random => "Random draws of",
        Method::Sobol => "Evenly spread draws (a scrambled Sobol sequence) of",
        Method::Tpe => "Draws near what was good (TPE) of",
    };
    let varied: Vec<String> = spec
        .values
        .iter()
        .map(|(key, values)| {
            let at = comparison.varied.iter().position(|own| own.key == *key);
            match (at, values) {
                (Some(at), Values::List(_)) => varied_values(comparison, at),
                (_, values) => format!(
                    "{} ({})",
                    label_of(comparison.runs, key),
                    range(&sweep.config.base.system, key, values)
                ),
            }
        })
        .collect();
    let seeds = sweep.config.seeds().len();
    let over = match seeds {
        0 | 1 => String::new(),
        seeds => format!(", each with {seeds} seeds"),
    };
    let what = match varied[..] {
        [] => format!("{} of the same settings", count(seeds, "seed")),
        _ => format!("{how} {}{over}", listed(&varied)),
    };
    let titles: Vec<String> = sweep
        .objectives
        .iter()
        .map(|own| own.scalar.title())
        .collect();
    let stopped = match spec.stop_early {
        Some(_) if titles.len() > 1 => " Losers were stopped early (MOASHA).",
        Some(_) => " Losers were stopped early (ASHA).",
        None => "",
    };
    format!("{what}; chosen by {}.{stopped}", listed(&titles))
}

fn range(system: &str, key: &str, values: &Values) -> String {
    match values {
        Values::List(values) => {
            let own = |value| values::setting_of(system, key, value);
            let values: Vec<String> = values.iter().map(own).collect();
            values.join(", ")
        }
        Values::Range { from, to, .. } => {
            format!("{} to {}", format::setting(*from), format::setting(*to))
        }
    }
}

/// What is still to come, or went wrong.
pub(super) fn notice(sweep: &SweepState) -> Option<Notice> {
    let done = format!(
        "{} of {} runs have ended",
        sweep.done(),
        sweep.planned.max(sweep.trials.len())
    );
    let what = match sweep.status {
        SweepStatus::Finished => return None,
        SweepStatus::Running => format!("The sweep still runs: {done}"),
        SweepStatus::Paused => format!("The sweep is paused: {done}"),
        SweepStatus::Stopped => format!("The sweep was stopped: {done}"),
        SweepStatus::Interrupted => {
            format!("The process of the sweep is gone: {done}; `atelier resume` goes on")
        }
        SweepStatus::Failed => format!("The sweep cannot go on: {done}"),
    };
    let lines = [Some(what), sweep.message.clone()];
    Some(Notice {
        title: String::new(),
        lines: lines
            .into_iter()
            .flatten()
            .map(|line| sentence(&line))
            .collect(),
    })
}

/// What the chosen setting measured on the test set, in a sentence.
pub(super) fn result(sweep: &SweepState) -> Option<String> {
    let result = sweep.result.as_ref()?;
    let measures = systems::measures_of(&sweep.config.base.system);
    let main = measures.main(|name| result.test.contains_key(name));
    let (name, scalar) = main?;
    let spread = result.test.get(name)?;
    let so_far = if result.complete { "" } else { " so far" };
    Some(format!(
        "Trained on all training data and measured on the test set once for each seed{so_far}: {} {}.",
        scalar.title(),
        spread_text(&own(spread))
    ))
}

/// Which of the settings matter for the measure that was chosen by, in a sentence or two; none where the runs are too few to say.
pub(super) fn what_matters(comparison: &Comparison<'_>) -> Option<String> {
    let measure = &comparison.objective.as_ref()?.measure;
    let table = &comparison.table;
    let found = importance(table.rows(), table.varied(), measure).ok()?;
    let explained = (100.0 * found.explained.max(0.0)).round();
    Some(format!(
        "{} (Functional ANOVA of {} runs over a random forest that explains {explained} % of the scatter; shares of the variance with 90 % intervals.)",
        found.sentence, found.runs
    ))
}

/// All test measures of the chosen setting.
pub(super) fn result_table(sweep: &SweepState) -> Option<Table> {
    let result = sweep.result.as_ref()?;
    if result.test.is_empty() {
        return None;
    }
    let measures = systems::measures_of(&sweep.config.base.system);
    let mut rows: Vec<_> = result
        .test
        .iter()
        .map(|(name, spread)| (measures.of(name), own(spread)))
        .collect();
    rows.sort_by_key(|(scalar, _)| scalar.rank);
    let rows = rows.into_iter().map(|(scalar, spread)| {
        let decimals = spread.decimals();
        let cell = Cell::from(fixed(spread.mean, decimals));
        let cell = match spread.deviation {
            Some(deviation) => cell.note(format!("± {}", fixed(deviation, decimals))),
            None => cell,
        };
        TableRow::of([
            Cell::from(scalar.title()),
            cell,
            Cell::from(spread.count.to_string()),
        ])
    });
    let setting: Vec<String> = result
        .setting
        .iter()
        .map(|(key, value)| {
            let system = &sweep.config.base.system;
            format!("{key} {}", values::setting_of(system, key, value))
        })
        .collect();
    Some(Table {
        caption: format!("The result: {}", setting.join(", ")),
        columns: vec![
            Column::text("Measure"),
            Column::number("On the test set"),
            Column::number("Seeds"),
        ],
        rows: rows.collect(),
        note:
            "The chosen setting, trained on all training data; nothing was chosen by these numbers."
                .to_owned(),
    })
}

/// The same with no deviation of a single value.
fn own(spread: &Spread) -> values::Spread {
    values::Spread {
        mean: spread.mean,
        deviation: (spread.count > 1).then_some(spread.deviation),
        count: spread.count,
    }
}
