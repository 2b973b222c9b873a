//! The whole page.

use serde::Serialize;
use serde_json::{Value, json};

use super::block::{Notice, Section};
use super::{data, environment, measures, overview, repeat, results, settings};
use crate::data::Monitor;
use crate::record::float;
use crate::report::ReportError;
use crate::report::comparison::Comparison;
use crate::report::material::{Material, ReportedRun};

/// Points of all curves for machines.
const POINTS: usize = 30_000;

/// The whole page.
#[derive(Debug, Serialize)]
pub(super) struct Page {
    pub(super) title: String,
    /// Under the title: what was asked.
    pub(super) question: String,
    /// The answer in a sentence or two, where there is one.
    pub(super) answer: Vec<String>,
    /// Names and values in a strip.
    pub(super) facts: Vec<(String, String)>,
    /// Runs that are not whole.
    pub(super) notices: Vec<Notice>,
    pub(super) sections: Vec<Section>,
    pub(super) foot: String,
    /// For machines.
    #[serde(skip)]
    pub(super) data: Value,
}

pub(super) fn page(
    material: &Material,
    comparison: &Comparison<'_>,
    monitor: &Monitor,
) -> Result<Page, ReportError> {
    let title = material
        .title
        .clone()
        .unwrap_or_else(|| overview::title(material, comparison));
    let sections = [
        measures::measures(material, comparison),
        results::curves(comparison),
        results::results(comparison, monitor)?,
        settings::settings(comparison),
        data::data(material),
        environment::environment(&material.runs),
        repeat::repeat(material, comparison),
    ];
    Ok(Page {
        question: overview::question(material, comparison),
        answer: overview::answer(material, comparison),
        facts: overview::facts(material),
        notices: overview::notices(material),
        sections: sections.into_iter().flatten().collect(),
        foot: format!(
            "Written by Atelier {} on {}.",
            env!("CARGO_PKG_VERSION"),
            now()
        ),
        data: for_machines(material, &title),
        title,
    })
}

/// The day and the minute, in universal time.
fn now() -> String {
    jiff::Timestamp::now()
        .strftime("%-d %B %Y, %H:%M UTC")
        .to_string()
}

/// Runs, settings, measures and curves.
fn for_machines(material: &Material, title: &str) -> Value {
    let curves: usize = material.runs.iter().map(|run| run.curves.len()).sum();
    let points = POINTS / curves.max(1);
    let runs: Vec<Value> = material.runs.iter().map(|own| run(own, points)).collect();
    json!({
        "format": "atelier-report",
        "version": 1,
        "title": title,
        "runs": runs,
        "unreadable": material.unreadable.iter().map(|(path, why)| json!({
            "path": path.display().to_string(),
            "problem": why,
        })).collect::<Vec<_>>(),
    })
}

fn run(run: &ReportedRun, points: usize) -> Value {
    let number =
        |value: &f64| float::serialize(value, serde_json::value::Serializer).unwrap_or_default();
    let curves: serde_json::Map<String, Value> = run
        .curves
        .iter()
        .map(|(name, curve)| {
            let curve = curve.clone().thinned(points);
            let values: Vec<Value> = curve.values.iter().map(number).collect();
            (name.clone(), json!({"step": curve.steps, "value": values}))
        })
        .collect();
    let mut all = serde_json::to_value(&run.row.summary).unwrap_or_default();
    if let Value::Object(all) = &mut all {
        all.insert("parameters".to_owned(), json!(run.row.parameters));
        all.insert("problems".to_owned(), json!(run.problems));
        all.insert("curves".to_owned(), curves.into());
    }
    all
}
