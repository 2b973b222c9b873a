//! Training on planted blocks.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::{Value, json};

use super::DeepCcSystem;
use crate::data::{Cells, Classes, Dataset, Dense, MatrixData, Sparse};
use crate::record::{ArtifactKind, Recorded};
use crate::systems::{AnySystem, ConfigMap, Erased, Outcome, Place, Trainer};

static SYSTEM: Erased<DeepCcSystem> = Erased::new();

/// Counts in `blocks` × `blocks` blocks: many where the block of the row is that of the column, few elsewhere.
fn planted(rows: usize, columns: usize, blocks: usize, sparse: bool) -> Dataset {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let values: Vec<f32> = (0..rows * columns)
        .map(|at| {
            let same = (at / columns) % blocks == (at % columns) % blocks;
            let chance = if same { 0.5 } else { 0.1 };
            f32::from(u8::from(rng.random_bool(chance)))
        })
        .collect();
    let cells = if sparse {
        let (mut offsets, mut indices) = (vec![0], Vec::new());
        for row in values.chunks_exact(columns) {
            indices.extend((0..).zip(row).filter(|(_, v)| **v > 0.0).map(|(at, _)| at));
            offsets.push(indices.len());
        }
        let ones = vec![1.0; indices.len()];
        Cells::Sparse(Arc::new(Sparse::from_parts(
            columns, offsets, indices, ones,
        )))
    } else {
        Cells::Dense(Arc::new(Dense::new(columns, values)))
    };
    let classes = |count: usize| {
        let names: Vec<Option<String>> = (0..count)
            .map(|at| Some((at % blocks).to_string()))
            .collect();
        Some(Classes::from_names(&names))
    };
    Dataset::Matrix(Arc::new(MatrixData {
        row_classes: classes(rows),
        column_classes: classes(columns),
        ..MatrixData::of(cells)
    }))
}

fn trainer(data: &Dataset, config: &Value, seed: u64) -> Box<dyn Trainer<ConfigMap>> {
    let config = SYSTEM
        .resolve(config.as_object().expect("an object"))
        .expect("right");
    SYSTEM
        .trainer(&config, data, &Place::cpu(seed))
        .expect("a trainer")
}

fn run(trainer: &mut dyn Trainer<ConfigMap>, steps: usize) -> Recorded {
    let mut recorded = Recorded::default();
    for _ in 0..steps {
        if trainer.step(&mut recorded).expect("a step") == Outcome::Done {
            break;
        }
    }
    recorded
}

#[test]
fn the_default_preset_finds_planted_blocks() {
    let data = planted(90, 60, 3, false);
    let mut trainer = trainer(&data, &json!({"row_clusters": 3}), 1);
    let mut recorded = run(&mut *trainer, usize::MAX);
    assert_eq!(trainer.position().step, trainer.position().total_steps);
    trainer.finish(&mut recorded).expect("measured");
    for measure in ["rows/nmi", "columns/nmi"] {
        let nmi = recorded.last(measure).expect("measured");
        assert!(nmi > 0.95, "{measure}: {nmi}");
    }
    let snapshots = recorded
        .artifacts
        .iter()
        .filter(|artifact| artifact.kind == ArtifactKind::CO_CLUSTERS);
    assert!(snapshots.count() > 10);
    let tables: Vec<&str> = recorded
        .artifacts
        .iter()
        .filter(|artifact| artifact.kind == ArtifactKind::TABLE)
        .map(|artifact| artifact.file_name.as_str())
        .collect();
    assert_eq!(tables, ["rows.csv", "columns.csv", "blocks.csv"]);
    for term in [
        "reconstruction_rows",
        "reconstruction_columns",
        "weight_decay_rows",
        "energy_columns",
        "kl_rows",
        "covariance_columns",
        "cross",
        "total",
    ] {
        assert_eq!(
            recorded.series(&format!("loss/{term}")).count(),
            41,
            "{term}"
        );
    }
}

fn files(folder: &Path) -> BTreeMap<OsString, Vec<u8>> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    entries
        .map(|entry| {
            let path = entry.expect("an entry").path();
            let bytes = std::fs::read(&path).expect("a file");
            (path.file_name().expect("a name").to_owned(), bytes)
        })
        .collect()
}

#[test]
fn resuming_equals_never_stopping_bit_for_bit() {
    let data = planted(40, 30, 2, false);
    let small = |more: Value| {
        let mut config = json!({
            "row_clusters": 2, "row_hidden": [12], "column_hidden": [12], "inference_hidden": [8], "pretraining_epochs": 40,
            "start_epochs": 40, "epochs": 6,
        });
        for (key, value) in more.as_object().expect("an object") {
            config[key] = value.clone();
        }
        config
    };
    for config in [
        small(json!({"restarts": 3})),
        small(
            json!({"restarts": 2, "joint": "bilinear", "column_clusters": 3, "start": "spectral"}),
        ),
        small(
            json!({"preset": "Paper, text", "joint": "dot", "late_rate": 0.1, "restarts": 2, "code": 6}),
        ),
        small(json!({"batch_size": 16, "epochs": 3, "restarts": 2})),
    ] {
        let steps = |config: &Value| {
            let mut whole = trainer(&data, config, 5);
            let mut count = 0;
            while whole.step(&mut Recorded::default()).expect("a step") == Outcome::Continue {
                count += 1;
            }
            count
        };
        for at in 1..steps(&config) {
            let folder = || tempfile::tempdir().expect("a folder");
            let (half, whole, resumed) = (folder(), folder(), folder());
            let mut first = trainer(&data, &config, 5);
            run(&mut *first, at);
            first.save(half.path()).expect("saved");
            run(&mut *first, 2);
            first.save(whole.path()).expect("saved");
            let mut second = trainer(&data, &config, 5);
            second.load(half.path()).expect("loaded");
            run(&mut *second, 2);
            second.save(resumed.path()).expect("saved");
            let resumed = files(resumed.path());
            for (name, bytes) in files(whole.path()) {
                assert!(
                    resumed.get(&name) == Some(&bytes),
                    "{config}, {at}: {name:?}"
                );
            }
        }
    }
}

#[test]
fn a_stage_after_one_without_updates_begins_too() {
    let data = planted(40, 30, 2, false);
    for start in ["kmeans", "consensus"] {
        let config = json!({
            "row_clusters": 2, "row_hidden": [12], "column_hidden": [12], "pretraining": "none", "start": start,
        });
        let mut trainer = trainer(&data, &config, 5);
        // Each takes the clusters that it starts from, and an update.
        run(&mut *trainer, 2);
        let folder = tempfile::tempdir().expect("a folder");
        trainer.save(folder.path()).expect("saved");
        let text = std::fs::read(folder.path().join("state.json")).expect("a state");
        let state: Value = serde_json::from_slice(&text).expect("JSON");
        // The codes' scales are taken as the start begins.
        let scales = state["code_scales"].as_array().expect("two");
        assert!(
            scales.iter().all(|scale| *scale != json!(1.0)),
            "{start}: {scales:?}"
        );
    }
}
