//! Run folders with known numbers, for reports.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// A run of AutoRec that ended so.
pub(crate) struct Planted<'a> {
    pub(crate) name: &'a str,
    pub(crate) hidden: u32,
    pub(crate) seed: u64,
    /// Validation RMSE at the end; none of a run without validation ratings.
    pub(crate) validation: Option<f64>,
    pub(crate) test: f64,
}

/// Writes the folder of a run that finished.
pub(crate) fn plant(runs: &Path, end: &str, run: &Planted<'_>) -> PathBuf {
    let id = format!("2026-11-22_14-03-11_autorec_{end}");
    let folder = runs.join(&id);
    fs::create_dir_all(folder.join("artifacts")).unwrap();
    let share = if run.validation.is_some() { 0.1 } else { 0.0 };
    let config = format!(
        "system = \"autorec\"\nseed = {}\n\n[data]\npath = \"../../ratings.csv\"\ntest_fraction = 0.1\n\n[autorec]\nhidden = {}\nvalidation_fraction = {share}\n",
        run.seed, run.hidden
    );
    fs::write(folder.join("config.toml"), config).unwrap();
    let mut events =
        "{\"event\":\"status\",\"status\":\"running\",\"step\":0,\"total_steps\":2}\n".to_owned();
    let measured = [
        ("validation/rmse", run.validation),
        ("test/rmse", Some(run.test)),
    ];
    for step in 1..=2_u32 {
        for (name, value) in measured {
            if let Some(value) = value {
                let value = value + f64::from(2 - step);
                writeln!(
                    events,
                    "{{\"event\":\"scalar\",\"name\":\"{name}\",\"step\":{step},\"epoch\":{step}.0,\"seconds\":{step}.5,\"value\":{value}}}"
                )
                .unwrap();
            }
        }
    }
    events
        .push_str("{\"event\":\"status\",\"status\":\"finished\",\"step\":2,\"total_steps\":2}\n");
    fs::write(folder.join("events.jsonl"), events).unwrap();
    let summary = serde_json::json!({
        "id": id,
        "name": run.name,
        "system": "autorec",
        "status": "finished",
        "seed": run.seed,
        "device": "cpu",
        "versions": {"atelier": "0.1.0", "platform": "linux x86_64"},
        "created": "2026-11-22T14:03:11Z",
        "data": {"path": "ratings.csv", "bytes": 1234, "hash": "5eed", "rows": 30, "columns": 20, "cells": 400},
        "step": 2,
        "total_steps": 2,
        "epoch": 2.0,
        "seconds": 2.5,
        "metrics": {},
    });
    fs::write(folder.join("run.json"), summary.to_string()).unwrap();
    folder
}

/// Two settings with two seeds each: hidden 10 is better by validation, hidden 20 by the test set.
pub(crate) fn plant_settings(runs: &Path, with_validation: bool) {
    for (end, hidden, seed, validation, test) in [
        ("0001", 10, 1, 0.90, 1.01),
        ("0002", 10, 2, 0.92, 1.03),
        ("0003", 20, 1, 0.95, 0.97),
        ("0004", 20, 2, 0.99, 0.99),
    ] {
        let run = Planted {
            name: "50% of a_b & c",
            hidden,
            seed,
            validation: with_validation.then_some(validation),
            test,
        };
        plant(runs, end, &run);
    }
}

/// Copies a folder with all in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The sample run whose folder's name has this in it.
pub(crate) fn sample(part: &str) -> PathBuf {
    let runs = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data/runs");
    let found = fs::read_dir(runs)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut found = found.filter(|path| {
        let name = path.file_name().unwrap();
        name.to_str().unwrap().contains(part)
    });
    found.next().unwrap()
}
