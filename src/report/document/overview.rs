//! What the page begins with: the question, the answer, the runs in a table, and the data.

use std::collections::BTreeSet;

use super::block::Notice;
use crate::draw::format;
use crate::experiments::table::as_number;
use crate::record::words::capitalized;
use crate::record::{Basis, Role};
use crate::report::comparison::Comparison;
use crate::report::material::{Material, ReportedRun};
use crate::report::values::{Spread, fixed};
use crate::systems;

/// Values of a setting that a sentence names.
const NAMED: usize = 8;

/// A title made of the runs.
pub(in crate::report) fn title(material: &Material, comparison: &Comparison<'_>) -> String {
    let runs = &material.runs;
    if let Some(sweep) = &material.sweep {
        let system = systems::find(&sweep.config.base.system);
        let title = sweep.config.title();
        return system.map_or_else(|| title.clone(), |own| format!("{}: {title}", own.label()));
    }
    match &runs[..] {
        [] => "Runs that cannot be read".to_owned(),
        [one] => one.name().to_owned(),
        _ => {
            let varied: Vec<&str> = comparison
                .varied
                .iter()
                .map(|own| own.label.as_str())
                .take(3)
                .collect();
            let systems = system_names(runs);
            match varied[..] {
                [] => format!("{}: {} runs", systems.join(", "), runs.len()),
                _ if systems.len() > 1 => format!("{} compared", systems.join(", ")),
                _ => format!("{}: {}", systems.join(", "), varied.join(" × ")),
            }
        }
    }
}

fn system_names(runs: &[ReportedRun]) -> Vec<String> {
    let mut systems: Vec<String> = Vec::new();
    for run in runs {
        let own = run.system_label();
        if systems.iter().all(|other| other != own) {
            systems.push(own.to_owned());
        }
    }
    systems
}

/// What was asked, in a sentence.
pub(super) fn question(material: &Material, comparison: &Comparison<'_>) -> String {
    let runs = &material.runs;
    if let Some(sweep) = &material.sweep {
        return super::sweep::question(sweep, comparison);
    }
    if let [one] = &runs[..] {
        let system = one.system();
        return system.map_or_else(
            || one.system_label().to_owned(),
            |own| own.summary().to_owned(),
        );
    }
    if runs.is_empty() {
        return String::new();
    }
    let seeds: BTreeSet<u64> = runs.iter().map(|run| run.row.summary.seed).collect();
    let mut parts = vec![format!(
        "{} of {}",
        count(runs.len(), "run"),
        system_names(runs).join(", ")
    )];
    if !comparison.varied.is_empty() {
        let varied: Vec<String> = (0..comparison.varied.len())
            .filter(|at| comparison.varied[*at].key != crate::report::comparison::SYSTEM)
            .map(|at| varied_values(comparison, at))
            .collect();
        if !varied.is_empty() {
            parts.push(format!("that differ in {}", listed(&varied)));
        }
    }
    if seeds.len() > 1 {
        parts.push(format!("with {} seeds", seeds.len()));
    }
    format!("{}.", parts.join(" "))
}

/// `hidden units (20, 50, 100)`, or the range of many.
pub(super) fn varied_values(comparison: &Comparison<'_>, at: usize) -> String {
    let key = &comparison.varied[at].key;
    let mut values: Vec<&serde_json::Value> = Vec::new();
    let mut texts: Vec<String> = Vec::new();
    for group in &comparison.groups {
        if let Some(value) = group.values[at].as_ref()
            && !values.contains(&value)
        {
            values.push(value);
            texts.push(comparison.setting(group, key, value));
        }
    }
    let numbers: Option<Vec<f64>> = values.iter().map(|value| as_number(value)).collect();
    if let Some(numbers) = &numbers {
        let mut order: Vec<usize> = (0..numbers.len()).collect();
        order.sort_by(|a, b| numbers[*a].total_cmp(&numbers[*b]));
        texts = order.iter().map(|at| texts[*at].clone()).collect();
    }
    let text = match (texts.len() > NAMED, &texts[..]) {
        (true, [first, .., last]) if numbers.is_some() => {
            format!("{} values from {first} to {last}", texts.len())
        }
        (true, _) => format!("{} values", texts.len()),
        _ => texts.join(", "),
    };
    format!("{} ({text})", comparison.varied[at].label)
}

/// The best setting in a sentence, and how honest that is.
pub(super) fn answer(material: &Material, comparison: &Comparison<'_>) -> Vec<String> {
    let mut answer = chosen(comparison);
    if let Some(sweep) = &material.sweep {
        answer.extend(super::sweep::what_matters(comparison));
        answer.extend(super::sweep::result(sweep));
    }
    answer
}

fn chosen(comparison: &Comparison<'_>) -> Vec<String> {
    let (Some(objective), [_, _, ..]) = (&comparison.objective, &comparison.groups[..]) else {
        return Vec::new();
    };
    let title = objective.scalar.title();
    let (Some(best), Some(column)) = (comparison.best, comparison.objective_column()) else {
        return match objective.scalar.basis {
            Basis::Test => vec![format!(
                "No setting is marked as the best: there are no validation data to choose by, and what is chosen by {title} looks better than it is."
            )],
            _ => Vec::new(),
        };
    };
    let best = &comparison.groups[best];
    let value = |at: usize| best.measures[at].as_ref().map(spread_text);
    let chosen = format!(
        "Best by {title}: {} ({}).",
        comparison.name(best),
        value(column).unwrap_or_default()
    );
    let mut answer = vec![chosen];
    let test = comparison
        .measures
        .iter()
        .position(|own| own.scalar.role == Role::Test && own.scalar.key == objective.scalar.key);
    if let Some((at, value)) = test.and_then(|at| Some((at, value(at)?))) {
        let title = comparison.measures[at].scalar.title();
        answer.push(format!("Its {title}: {value}."));
    }
    answer.extend(objective.warning());
    answer
}

/// `0.9038 ± 0.0021 over 3 seeds`.
pub(super) fn spread_text(spread: &Spread) -> String {
    let decimals = spread.decimals();
    match spread.deviation {
        Some(deviation) => format!(
            "{} ± {} over {} runs",
            fixed(spread.mean, decimals),
            fixed(deviation, decimals),
            spread.count
        ),
        None => fixed(spread.mean, decimals),
    }
}

/// What can be said in a strip.
pub(super) fn facts(material: &Material) -> Vec<(String, String)> {
    let runs = &material.runs;
    let mut facts = Vec::new();
    let mut add = |name: &str, value: String| facts.push((name.to_owned(), value));
    if runs.len() > 1 {
        let finished = runs.iter().filter(|run| run.is_finished()).count();
        let value = match finished == runs.len() {
            true => format!("{finished} finished"),
            false => format!("{finished} of {} finished", runs.len()),
        };
        add("Runs", value);
    } else if let [one] = &runs[..] {
        let measures = one.measures();
        if let Some((name, scalar)) = measures.main(|name| one.measured(name).is_some())
            && let Some(value) = one.measured(name)
        {
            add(&scalar.title(), format::measured(value, scalar.unit));
        }
        add("Status", one.row.summary.status.word().to_owned());
    }
    let data: BTreeSet<String> = runs.iter().filter_map(data_name).collect();
    match data.len() {
        0 => {}
        1 => add("Data", data.into_iter().next().unwrap_or_default()),
        several => add("Data", format!("{several} different")),
    }
    let seconds: f64 = runs.iter().map(|run| run.row.summary.seconds).sum();
    add("Training time", format::duration(seconds));
    let days: BTreeSet<String> = runs
        .iter()
        .filter_map(|run| run.row.summary.created.parse::<jiff::Timestamp>().ok())
        .map(|time| time.strftime("%Y-%m-%d").to_string())
        .collect();
    match (days.first(), days.last()) {
        (Some(first), Some(last)) if first == last => add("Trained", first.clone()),
        (Some(first), Some(last)) => add("Trained", format!("{first} to {last}")),
        _ => {}
    }
    facts
}

fn data_name(run: &ReportedRun) -> Option<String> {
    let data = run.row.summary.data.as_ref()?;
    let path = &data.path;
    let name = path.file_name().unwrap_or(path.as_os_str());
    Some(name.to_string_lossy().into_owned())
}

/// Runs that are not whole, and folders that cannot be read.
pub(super) fn notices(material: &Material) -> Vec<Notice> {
    let of_runs = material
        .runs
        .iter()
        .chain(&material.results)
        .filter(|run| !run.problems.is_empty());
    let of_runs = of_runs.map(|run| Notice {
        title: run.name().to_owned(),
        lines: run
            .problems
            .iter()
            .map(|problem| sentence(problem))
            .collect(),
    });
    let unreadable = material.unreadable.iter().map(|(path, why)| Notice {
        title: path
            .file_name()
            .unwrap_or(path.as_os_str())
            .to_string_lossy()
            .into_owned(),
        lines: vec![sentence(&format!("It is left out: {why}"))],
    });
    let of_sweep = material.sweep.iter().filter_map(super::sweep::notice);
    of_sweep.chain(of_runs).chain(unreadable).collect()
}

/// With a capital and a period.
pub(super) fn sentence(text: &str) -> String {
    let end = if text.ends_with(['.', '!', '?']) {
        ""
    } else {
        "."
    };
    format!("{}{end}", capitalized(text))
}

pub(super) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

pub(super) fn listed(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The name of a system by its id.
pub(in crate::report) fn system_name(id: &serde_json::Value) -> String {
    let id = id.as_str().unwrap_or_default();
    systems::find(id).map_or_else(|| id.to_owned(), |system| system.label().to_owned())
}
