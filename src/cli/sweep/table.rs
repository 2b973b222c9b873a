//! A sweep as text: its settings with what they measured, and the result.

use serde_json::Value;

use crate::cli::failure::Outcome;
use crate::cli::output::Output;
use crate::cli::plain_text;
use crate::cli::table::{Align, Table};
use crate::draw::format;
use crate::experiments::Setting;
use crate::experiments::sweep::{
    SettingState, Spread, Standing, SweepState, SweepStatus, TrialState,
};
use crate::record::Status;
use crate::systems;

/// Settings that are printed at most.
const MOST: usize = 200;

/// The word for how a sweep stands.
pub(super) fn status(status: SweepStatus) -> &'static str {
    match status {
        SweepStatus::Running => "running",
        SweepStatus::Paused => "paused",
        SweepStatus::Stopped => "stopped",
        SweepStatus::Interrupted => "interrupted",
        SweepStatus::Finished => "finished",
        SweepStatus::Failed => "failed",
    }
}

/// What is said of a sweep above its table.
pub(super) fn overview(out: &mut Output, state: &SweepState) -> Outcome {
    let mut standing = format!(
        "{}, {} of {} runs done",
        status(state.status),
        state.done(),
        state.planned
    );
    if let Some(message) = &state.message {
        standing = format!("{standing}: {message}");
    }
    let system = &state.config.base.system;
    let label = systems::find(system).map_or(system.as_str(), |system| system.label());
    let seeds: Vec<String> = state.config.seeds().iter().map(u64::to_string).collect();
    let mut table = Table::new(&[("", Align::Left), ("", Align::Left)]);
    for (name, value) in [
        ("sweep", state.id.to_string()),
        ("name", state.config.title()),
        ("status", standing),
        ("system", label.to_owned()),
        ("method", state.config.sweep.method.name().to_owned()),
        ("seeds", seeds.join(", ")),
    ] {
        table.row([name.to_owned(), value]);
    }
    table.write(out)?;
    out.line("")?;
    Ok(())
}

/// The table of settings, the best first, and the result.
pub(crate) fn write(out: &mut Output, state: &SweepState) -> Outcome {
    out.line(&format!("sweep folder  {}", plain_text::path(&state.path)))?;
    out.line(&format!("chosen by     {}", chosen_by(state)))?;
    for objective in &state.objectives {
        if let Some(caution) = objective.caution() {
            out.line(&format!("              {caution}"))?;
        }
    }
    out.line("")?;
    settings(out, state)?;
    result(out, state)
}

fn chosen_by(state: &SweepState) -> String {
    let titles: Vec<String> = state.objectives.iter().map(|own| own.title()).collect();
    let seeds = state.config.seeds().len();
    let over = if seeds > 1 {
        format!(", mean over {seeds} seeds")
    } else {
        String::new()
    };
    let front = if titles.len() > 1 {
        "; * marks settings that no other beats in all of them"
    } else {
        ""
    };
    format!("{}{over}{front}", titles.join(" and "))
}

fn settings(out: &mut Output, state: &SweepState) -> Outcome {
    let settings = state.settings();
    let ranking = state.ranking(&settings);
    let front = state.front(&settings);
    let keys: Vec<&str> = state
        .config
        .sweep
        .values
        .keys()
        .map(String::as_str)
        .collect();
    let mut columns = vec![("", Align::Left)];
    columns.extend(keys.iter().map(|key| (*key, Align::Right)));
    let titles: Vec<String> = state.objectives.iter().map(|own| own.title()).collect();
    columns.extend(titles.iter().map(|title| (title.as_str(), Align::Right)));
    columns.extend([("time", Align::Right), ("", Align::Left)]);
    let mut table = Table::new(&columns);
    let others = (0..settings.len()).filter(|at| !ranking.contains(at));
    for at in ranking.iter().copied().chain(others).take(MOST) {
        let own = &settings[at];
        let mut cells = vec![if front.contains(&at) { "*" } else { "" }.to_owned()];
        let value = |key: &&str| own.setting.get(*key).map(value_text).unwrap_or_default();
        cells.extend(keys.iter().map(value));
        cells.extend(measures(state, own));
        let trials: Vec<&TrialState> = own.trials.iter().map(|at| &state.trials[*at]).collect();
        let seconds: f64 = trials.iter().map(|own| own.seconds).sum();
        cells.push(plain_text::duration(seconds));
        cells.push(note(own, &trials));
        table.cells(cells);
    }
    if !table.is_empty() {
        table.write(out)?;
    }
    if settings.len() > MOST {
        out.line(&format!("… and {} more", settings.len() - MOST))?;
    }
    Ok(())
}

/// The means over seeds; of a loser what it had measured when it was stopped.
fn measures(state: &SweepState, own: &SettingState) -> Vec<String> {
    let units = state
        .objectives
        .iter()
        .map(|objective| objective.scalar.unit);
    let stopped = own.trials.iter().find_map(|at| {
        let trial = &state.trials[*at];
        trial.stopped_early.then(|| trial.measures.clone())
    });
    let columns = own.measures.iter().zip(units).enumerate();
    columns
        .map(|(at, (spread, unit))| match (spread, &stopped) {
            (_, Some(values)) => values
                .get(at)
                .copied()
                .flatten()
                .map(|value| plain_text::measured(value, unit))
                .unwrap_or_default(),
            (Some(spread), None) => spread_text(spread, unit),
            (None, None) => String::new(),
        })
        .collect()
}

/// `0.8932 ± 0.0012`; the mean alone of one value.
fn spread_text(spread: &Spread, unit: &str) -> String {
    if spread.count < 2 {
        return plain_text::measured(spread.mean, unit);
    }
    format!(
        "{} ± {}",
        plain_text::number(spread.mean),
        plain_text::measured(spread.deviation, unit)
    )
}

fn note(own: &SettingState, trials: &[&TrialState]) -> String {
    let message = |wanted: fn(&TrialState) -> bool| {
        let mut found = trials.iter().filter(|own| wanted(own));
        found.find_map(|own| own.message.clone())
    };
    match own.standing {
        Standing::Done => String::new(),
        Standing::StoppedEarly => {
            let reason = message(|own| own.stopped_early).unwrap_or_default();
            if reason.starts_with("stopped") {
                reason
            } else {
                format!("stopped early: {reason}")
            }
        }
        Standing::Failed => {
            let reason = message(|own| own.status == Status::Failed);
            let reason =
                reason.unwrap_or_else(|| "a measure is missing or not a number".to_owned());
            format!("failed: {reason}")
        }
        Standing::Open => {
            let done = trials
                .iter()
                .filter(|own| own.status == Status::Finished)
                .count();
            format!("{done} of its runs done")
        }
    }
}

fn result(out: &mut Output, state: &SweepState) -> Outcome {
    let Some(result) = &state.result else {
        return Ok(());
    };
    out.line("")?;
    out.line(&format!("chosen        {}", setting(&result.setting)))?;
    if !state.config.has_result_runs() {
        return Ok(());
    }
    let runs = state.results(&result.setting);
    let epochs = runs.first().and_then(|own| own.trial.also.get("epochs"));
    let epochs = epochs
        .map(|own| format!(" for {own} epochs"))
        .unwrap_or_default();
    let seeds = match runs.len() {
        1 => String::new(),
        count => format!(", {count} seeds"),
    };
    out.line(&format!(
        "result        trained on all training data{epochs}, measured once on the test data{seeds}"
    ))?;
    let measures = systems::measures_of(&state.config.base.system);
    let mut found: Vec<_> = result
        .test
        .iter()
        .map(|(name, spread)| (measures.of(name), spread))
        .collect();
    found.sort_by_key(|(scalar, _)| scalar.rank);
    let mut table = Table::new(&[("", Align::Left), ("", Align::Right)]);
    for (scalar, spread) in found {
        table.row([scalar.title(), spread_text(spread, scalar.unit)]);
    }
    if !table.is_empty() {
        table.write(out)?;
    } else if result.complete {
        out.line("              no test data is named, so nothing was measured on data that nothing was chosen by")?;
    }
    for own in runs {
        if let Some(run) = &own.run {
            out.line(&format!("run folder    {}", plain_text::path(run)))?;
        }
    }
    Ok(())
}

/// `hidden 100, regularization 50`.
pub(super) fn setting(setting: &Setting) -> String {
    let pairs = setting.iter();
    let pairs: Vec<String> = pairs
        .map(|(key, value)| format!("{key} {}", value_text(value)))
        .collect();
    pairs.join(", ")
}

/// A value as it stands in a config file, without quotes.
pub(crate) fn value_text(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) => number
            .as_f64()
            .map_or_else(|| number.to_string(), format::setting),
        Value::Array(entries) => entries.iter().map(value_text).collect::<Vec<_>>().join("-"),
        other => other.to_string(),
    }
}
