//! Rows for tests.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value, json};

use super::Row;
use crate::runs::{Labels, RunId};

/// A row of a finished run. `parameters` and `metrics` (last values, best by the same) are JSON objects.
pub(super) fn row(system: &str, name: &str, seed: u64, parameters: Value, metrics: Value) -> Row {
    let id = format!("2026-11-22_14-03-11_{system}_{seed:04x}");
    let metrics: serde_json::Map<String, Value> = metrics
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| {
            // JSON has no NaN.
            let value = if value.is_null() {
                &json!("NaN")
            } else {
                value
            };
            let value = json!({"last": value, "best": value, "step": 10});
            (name.clone(), value)
        })
        .collect();
    let summary = json!({
        "id": id, "name": name, "system": system, "status": "finished", "seed": seed,
        "created": "2026-11-22T14:03:11Z", "seconds": 90.0, "step": 10, "metrics": metrics,
        "data": {"path": "/data/u1.base", "bytes": 10, "hash": "aa", "rows": 3, "columns": 4, "cells": 5},
    });
    let mut parameters: std::collections::BTreeMap<String, Value> =
        serde_json::from_value(parameters).unwrap();
    parameters.insert("seed".to_owned(), seed.into());
    Row {
        id: RunId::from(id.clone()),
        path: PathBuf::from(id),
        summary: serde_json::from_value(summary).unwrap(),
        parameters,
        labels: Labels::default(),
        problem: None,
    }
}

/// A run of AutoRec, with a validation RMSE where it has one.
pub(super) fn autorec(hidden: u64, lambda: f64, seed: u64, rmse: Option<f64>) -> Arc<Row> {
    let parameters =
        json!({"hidden": [hidden], "regularization": lambda, "optimizer": "rprop", "center": true});
    let metrics = match rmse {
        Some(rmse) => json!({"validation/rmse": rmse, "train/rmse": rmse / 2.0}),
        None => json!({}),
    };
    let name = format!("h{hidden} λ{lambda} s{seed}");
    Arc::new(row("autorec", &name, seed, parameters, metrics))
}
