//! Runs for the tests of the table.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::experiments::table::Row;
use crate::record::Status;
use crate::runs::{Labels, Metric, RunId, RunSummary};

/// A finished run of AutoRec with so many hidden units.
pub(in crate::ui::panes::explore) fn row(
    name: &str,
    hidden: i64,
    seed: u64,
    rmse: Option<f64>,
) -> Row {
    let metric = |value: f64| Metric {
        last: value,
        best: Some(value),
        step: 10,
    };
    let metrics = rmse.map(|rmse| ("test/rmse".to_owned(), metric(rmse)));
    let id = RunId::new("autorec");
    Row {
        path: PathBuf::from("runs").join(id.as_str()),
        summary: RunSummary {
            id: id.clone(),
            name: name.to_owned(),
            system: "autorec".to_owned(),
            status: Status::Finished,
            message: None,
            seed,
            sweep: None,
            device: "cpu".to_owned(),
            threads: None,
            versions: BTreeMap::new(),
            created: String::new(),
            updated: String::new(),
            data: None,
            step: 100,
            total_steps: 100,
            epoch: 10.0,
            seconds: 12.0,
            metrics: metrics.into_iter().collect(),
        },
        id,
        parameters: [
            ("hidden".to_owned(), serde_json::json!([hidden])),
            ("seed".to_owned(), seed.into()),
        ]
        .into(),
        labels: Labels::default(),
        problem: None,
    }
}

/// Several of them.
pub(in crate::ui::panes::explore) fn rows(runs: &[(&str, i64, u64, Option<f64>)]) -> Vec<Arc<Row>> {
    let rows = runs.iter();
    rows.map(|(name, hidden, seed, rmse)| Arc::new(row(name, *hidden, *seed, *rmse)))
        .collect()
}

/// The same run with an error on validation data.
pub(in crate::ui::panes::explore) fn with_validation(mut row: Row, rmse: f64) -> Row {
    let metric = Metric {
        last: rmse + 0.01,
        best: Some(rmse),
        step: 10,
    };
    let metrics = &mut row.summary.metrics;
    metrics.insert("validation/rmse".to_owned(), metric);
    row
}
