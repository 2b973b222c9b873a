//! Every number that a system reports is declared: what it is called, its unit, which way is better.

use std::collections::BTreeSet;
use std::sync::Arc;

use atelier::data::images::{ImageNeeds, MaskNeed, load};
use atelier::data::sample::{SAMPLE_SEED, StreetCounts, write_street};
use atelier::data::{
    Cells, Classes, Dataset, Dense, ImagesSource, MatrixData, Monitor, RatingsData,
};
use atelier::record::{Measure, Recorded};
use atelier::systems::{self, DataKind, Outcome, Place};
use serde_json::{Value, json};

/// Ratings of 30 users, a fifth of them for testing.
fn ratings() -> Dataset {
    let (mut train, mut test) = (Vec::new(), Vec::new());
    for user in 0..30_u32 {
        for item in 0..20_u32 {
            let rating = ((user * 7 + item * 3) % 5 + 1) as f32;
            match (user * 20 + item) % 5 {
                0 => test.push((user, item, rating)),
                1..4 => train.push((user, item, rating)),
                _ => {}
            }
        }
    }
    let data = RatingsData::from_triplets(30, 20, &train, &test);
    Dataset::Ratings(Arc::new(data))
}

/// A matrix of blocks on the diagonal with known classes.
fn matrix() -> Dataset {
    let values = (0..24 * 18_u32)
        .map(|at| {
            let (row, column) = (at / 18, at % 18);
            let noise = (row * 31 + column * 17) % 7;
            if row % 3 == column % 3 {
                9.0 + noise as f32
            } else {
                1.0 + noise as f32 / 7.0
            }
        })
        .collect();
    let classes = |count: usize| {
        let names: Vec<_> = (0..count).map(|at| Some((at % 3).to_string())).collect();
        Some(Classes::from_names(&names))
    };
    let cells = Cells::Dense(Arc::new(Dense::new(18, values)));
    Dataset::Matrix(Arc::new(MatrixData {
        row_classes: classes(24),
        column_classes: classes(18),
        ..MatrixData::of(cells)
    }))
}

/// Streets with masks and test pairs.
fn streets(paired: bool) -> (tempfile::TempDir, Dataset) {
    let folder = tempfile::tempdir().unwrap();
    let counts = StreetCounts { train: 3, test: 2 };
    write_street(folder.path(), SAMPLE_SEED, counts, &Monitor::default()).unwrap();
    if paired {
        // Every picture of A comes with one of its name.
        for part in ["train", "test"] {
            for kind in ["", "_labels"] {
                let folder = |side| folder.path().join(format!("{part}{side}{kind}"));
                std::fs::remove_dir_all(folder("B")).unwrap();
                std::fs::create_dir(folder("B")).unwrap();
                for file in std::fs::read_dir(folder("A")).unwrap() {
                    let file = file.unwrap();
                    std::fs::copy(file.path(), folder("B").join(file.file_name())).unwrap();
                }
            }
        }
    }
    let source = ImagesSource {
        path: folder.path().to_owned(),
        ..ImagesSource::default()
    };
    let needs = ImageNeeds {
        paired,
        masks: MaskNeed::InBoth,
        ..ImageNeeds::default()
    };
    let data = load(&source, needs, 1, &Monitor::default()).unwrap();
    (folder, Dataset::Images(Arc::new(data)))
}

/// Settings under which a system reports as much as it can, in little time.
fn given(id: &str) -> Vec<Value> {
    let tiny = json!({
        "load_size": 36, "crop_size": 32, "generator_filters": 4, "discriminator_filters": 4, "discriminator_layers": 1, "blocks": 1,
        "max_steps": 2, "segmenter_steps": 2, "augmentation_report": true
    });
    let with = |more: Value| {
        let mut given = tiny.clone();
        given
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        given
    };
    match id {
        "autorec" => vec![
            json!({"hidden": [6, 3, 6], "pretraining_epochs": 2, "epochs": 3, "validation_fraction": 0.2, "patience": 2}),
            json!({"hidden": [4]}),
        ],
        "matrix_factorization" | "user_item_bias" => vec![json!({"epochs": 3})],
        "deepcc" => vec![json!({
            "row_clusters": 3, "column_clusters": 3, "restarts": 2, "row_hidden": [6], "column_hidden": [6], "code": 3,
            "pretraining_epochs": 2, "start_epochs": 2, "epochs": 3
        })],
        "cluster_scan" => ["kmeans", "spectral", "information", "modularity"]
            .map(|method| json!({"method": method, "from": 2, "to": 3, "restarts": 2}))
            .to_vec(),
        "cyclegan" => vec![with(json!({"lambda_identity": 0.5}))],
        "pix2pix" => vec![with(json!({}))],
        "auggan" => vec![with(json!({
            "lambda_identity": 0.5, "lambda_consistency": 1.0, "residual_sharing": "soft", "encoder_blocks": 1
        }))],
        _ => vec![json!({})],
    }
}

#[test]
fn every_scalar_of_every_system_is_declared() {
    let mut missing = Vec::new();
    let mut unused = Vec::new();
    for system in systems::all() {
        let (_folder, data) = match system.data_kind() {
            DataKind::Ratings => (None, ratings()),
            DataKind::Matrix => (None, matrix()),
            DataKind::Images => {
                let (folder, data) = streets(system.id() == "pix2pix");
                (Some(folder), data)
            }
        };
        let mut names = BTreeSet::new();
        for given in given(system.id()) {
            let config = system.resolve(given.as_object().unwrap());
            let config = config.unwrap_or_else(|error| panic!("{}: {error}", system.id()));
            let mut trainer = system.trainer(&config, &data, &Place::cpu(7)).unwrap();
            let mut recorded = Recorded::default();
            while trainer.step(&mut recorded).unwrap() == Outcome::Continue {}
            trainer.finish(&mut recorded).unwrap();
            names.extend(recorded.scalars.into_iter().map(|(name, _)| name));
        }
        let measures = system.measures();
        let undeclared = names
            .iter()
            .filter(|name| measures.declared(name).is_none());
        missing.extend(undeclared.map(|name| format!("{} reports {name}", system.id())));
        assert!(
            measures.main(|name| names.contains(name)).is_some(),
            "nothing stands for a run of {} in lists: {names:?}",
            system.id()
        );
        if matches!(system.id(), "autorec" | "deepcc" | "auggan") {
            let is_used = |measure: &&Measure| {
                let of = |name: &String| {
                    measures
                        .declared(name)
                        .is_some_and(|own| own.key == measure.name)
                };
                !names.iter().any(of)
            };
            let of_no_run = measures.all.iter().filter(is_used);
            unused.extend(of_no_run.map(|measure| format!("{}: {}", system.id(), measure.name)));
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
    // Of pix2pix alone.
    assert_eq!(unused, ["auggan: loss/l1"]);
}
