//! A person compares baselines of co-clustering on one matrix: each finds planted blocks, reports, stops, is saved and resumes.

use std::sync::Arc;

use atelier::data::{Cells, Classes, Dataset, Dense, MatrixData};
use atelier::record::{ArtifactKind, CoClusters, Recorded};
use atelier::systems;
use atelier::systems::{AnySystem, ConfigMap, Outcome, Place, Trainer};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

const IDS: [&str; 4] = [
    "kmeans",
    "spectral_coclustering",
    "information_coclustering",
    "modularity_coclustering",
];
const ROWS: usize = 90;
const COLUMNS: usize = 60;

/// Three blocks on the diagonal: seven of ten cells inside, one of twenty elsewhere. The last row and column are zero.
fn planted() -> Dataset {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut values = vec![0.0; ROWS * COLUMNS];
    for row in 0..ROWS - 1 {
        for column in 0..COLUMNS - 1 {
            let inside = row % 3 == column % 3;
            if rng.random_bool(if inside { 0.7 } else { 0.05 }) {
                values[row * COLUMNS + column] = rng.random_range(1.0..4.0);
            }
        }
    }
    let classes = |count: usize| {
        let names: Vec<Option<String>> = (0..count).map(|at| Some((at % 3).to_string())).collect();
        Some(Classes::from_names(&names))
    };
    let cells = Cells::Dense(Arc::new(Dense::new(COLUMNS, values)));
    Dataset::Matrix(Arc::new(MatrixData {
        row_classes: classes(ROWS),
        column_classes: classes(COLUMNS),
        ..MatrixData::of(cells)
    }))
}

fn system(id: &str) -> &'static dyn AnySystem {
    systems::find(id).expect("the system exists")
}

fn config(id: &str, given: &Value) -> ConfigMap {
    let given = given.as_object().cloned().unwrap_or_default();
    system(id).resolve(&given).expect("the config is right")
}

fn trainer(id: &str, given: &Value) -> Box<dyn Trainer<ConfigMap>> {
    system(id)
        .trainer(&config(id, given), &planted(), &Place::cpu(7))
        .expect("the trainer starts")
}

/// Steps until it is done, or `most` times.
fn run(trainer: &mut dyn Trainer<ConfigMap>, most: u64, recorded: &mut Recorded) {
    for _ in 0..most {
        if trainer.step(recorded).expect("the step works") == Outcome::Done {
            break;
        }
    }
}

fn trained(id: &str, given: &Value) -> Recorded {
    let mut trainer = trainer(id, given);
    let mut recorded = Recorded::default();
    run(&mut *trainer, u64::MAX, &mut recorded);
    trainer.finish(&mut recorded).expect("measured");
    recorded
}

fn file(recorded: &Recorded, name: &str) -> String {
    let mut files = recorded.artifacts.iter().rev();
    let artifact = files.find(|artifact| artifact.file_name == name);
    String::from_utf8(artifact.expect(name).bytes().into_owned()).expect("UTF-8")
}

fn error(id: &str, given: &Value) -> String {
    let resolved = system(id).resolve(given.as_object().expect("an object"));
    resolved.expect_err("it is wrong").to_string()
}

#[test]
fn every_method_finds_planted_blocks() {
    for id in IDS {
        let recorded = trained(id, &json!({"row_clusters": 3}));
        for measure in [
            "rows/ari",
            "columns/ari",
            "rows/acc",
            "rows/nmi",
            "columns/nmi_geometric",
        ] {
            let value = recorded.last(measure).expect(measure);
            assert!(value > 0.999, "{id}: {measure} {value}");
        }
        let kept = recorded.last("blocks/information_kept").expect("measured");
        assert!((0.3..1.0).contains(&kept), "{id}: {kept}");
    }
}

#[test]
fn the_result_is_tables_and_snapshots_that_can_be_read() {
    for id in IDS {
        let recorded = trained(id, &json!({"row_clusters": 3, "restarts": 2}));
        let rows = file(&recorded, "rows.csv");
        assert!(rows.starts_with("name,cluster,class\n1,"), "{rows}");
        assert_eq!(rows.lines().count(), ROWS + 1);
        assert!(rows.ends_with("90,,2\n"), "a zero row has no cluster");
        assert_eq!(file(&recorded, "columns.csv").lines().count(), COLUMNS + 1);
        assert_eq!(file(&recorded, "blocks.csv").lines().count(), 1 + 9);
        let mut snapshots = recorded.artifacts.iter();
        let last = snapshots
            .rfind(|artifact| artifact.kind == ArtifactKind::CO_CLUSTERS)
            .expect("there are snapshots");
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(&last.file_name);
        std::fs::write(&path, last.bytes()).expect("written");
        let clusters = CoClusters::read_npz(&path).expect("read");
        assert_eq!((clusters.rows.clusters, clusters.rows.of.len()), (3, ROWS));
        assert_eq!(clusters.rows.of[ROWS - 1], None);
    }
}

#[test]
fn the_best_start_is_kept_by_its_criterion() {
    let cases = [
        ("kmeans", "loss/inertia_rows", false),
        ("spectral_coclustering", "loss/inertia", false),
        ("information_coclustering", "loss/information", false),
        ("modularity_coclustering", "blocks/modularity", true),
    ];
    for (id, criterion, larger) in cases {
        // More clusters than there are blocks: the starts end apart.
        let recorded = trained(id, &json!({"row_clusters": 7, "restarts": 6}));
        let last = recorded.last(criterion).expect("measured");
        for value in recorded.series(criterion) {
            let better = if larger { value > last } else { value < last };
            assert!(
                !better || (value - last).abs() < 1e-9,
                "{id}: {value} and {last}"
            );
        }
        let starts = recorded
            .logs
            .iter()
            .filter(|(_, line)| line.starts_with("start "));
        assert_eq!(starts.count(), 6, "{id}");
    }
}

#[test]
fn a_resumed_run_ends_as_one_that_was_not_stopped() {
    for id in IDS.into_iter().chain(["cluster_scan"]) {
        let given = match id {
            "cluster_scan" => json!({"to": 4, "restarts": 3}),
            _ => json!({"row_clusters": 6, "restarts": 4}),
        };
        let whole = trained(id, &given);
        let mut first = trainer(id, &given);
        let mut recorded = Recorded::default();
        run(&mut *first, 9, &mut recorded);
        let folder = tempfile::tempdir().expect("a folder");
        first.save(folder.path()).expect("saved");
        let position = first.position();
        let mut second = trainer(id, &given);
        second.load(folder.path()).expect("loaded");
        assert_eq!(second.position(), position, "{id}");
        run(&mut *second, u64::MAX, &mut recorded);
        second.finish(&mut recorded).expect("measured");
        assert_eq!(recorded.scalars, whole.scalars, "{id}");
        for name in ["rows.csv", "columns.csv", "blocks.csv"] {
            assert_eq!(file(&recorded, name), file(&whole, name), "{id}");
        }
    }
}

#[test]
fn a_run_that_is_stopped_early_still_has_a_result() {
    for id in IDS {
        let mut trainer = trainer(id, &json!({"row_clusters": 3}));
        let mut recorded = Recorded::default();
        trainer.finish(&mut recorded).expect("nothing is there yet");
        run(&mut *trainer, 1, &mut recorded);
        trainer.finish(&mut recorded).expect("measured");
        assert_eq!(
            file(&recorded, "rows.csv").lines().count(),
            ROWS + 1,
            "{id}"
        );
    }
}

#[test]
fn column_clusters_follow_row_clusters_unless_they_are_given() {
    for id in IDS {
        assert_eq!(
            config(id, &json!({"row_clusters": 6}))["column_clusters"],
            6,
            "{id}"
        );
    }
    let two = json!({"row_clusters": 6, "column_clusters": 2});
    for id in ["kmeans", "information_coclustering"] {
        assert_eq!(config(id, &two)["column_clusters"], 2);
        let recorded = trained(id, &two);
        assert_eq!(file(&recorded, "blocks.csv").lines().count(), 1 + 12);
    }
    for id in ["spectral_coclustering", "modularity_coclustering"] {
        let error = error(id, &two);
        assert!(error.starts_with("column_clusters: must be 6"), "{error}");
    }
}

#[test]
fn more_clusters_than_rows_are_refused_with_the_key() {
    for (id, key) in [("kmeans", "row_clusters"), ("cluster_scan", "to")] {
        let config = config(id, &json!({ key: 200 }));
        let refused = system(id).trainer(&config, &planted(), &Place::cpu(1));
        let error = refused.map(drop).expect_err("too many").to_string();
        // One of 90 rows is zero.
        assert!(
            error.starts_with(&format!("{key}: must be at most 89")) || error.contains("200"),
            "{error}"
        );
    }
}

#[test]
fn the_scan_finds_how_many_blocks_were_planted() {
    for method in ["information", "spectral", "modularity", "kmeans"] {
        let given = json!({"method": method, "to": 6, "restarts": 5});
        let recorded = trained("cluster_scan", &given);
        assert_eq!(recorded.last("scan/clusters"), Some(3.0), "{method}");
        assert!(recorded.last("rows/ari").is_some_and(|ari| ari > 0.999));
        assert_eq!(recorded.series("scan/information_kept").count(), 5);
        let table = file(&recorded, "scan.csv");
        assert_eq!(table.lines().count(), 6, "{table}");
        let chosen = table.lines().find(|line| line.ends_with(",1"));
        assert!(
            chosen.expect("one is chosen").starts_with("3,3,"),
            "{table}"
        );
        let said = recorded
            .logs
            .iter()
            .any(|(_, line)| line.starts_with("3 clusters: "));
        assert!(said, "the log tells the number");
        assert_eq!(file(&recorded, "rows.csv").lines().count(), ROWS + 1);
    }
}

#[test]
fn a_point_of_the_scan_stands_at_its_number_of_clusters() {
    let mut trainer = trainer(
        "cluster_scan",
        &json!({"from": 3, "to": 5, "restarts": 2, "method": "modularity"}),
    );
    let mut steps = Vec::new();
    loop {
        let mut recorded = Recorded::default();
        let outcome = trainer.step(&mut recorded).expect("the step works");
        if recorded.last("scan/modularity").is_some() {
            steps.push(trainer.position().step);
        }
        if outcome == Outcome::Done {
            break;
        }
    }
    assert_eq!(steps, [3, 4, 5]);
    assert_eq!(trainer.position().total_steps, 5);
}

#[test]
fn a_scan_that_cannot_be_is_refused_with_the_key() {
    let cases = [
        (json!({"from": 6, "to": 5}), "to: "),
        (json!({"to": 900}), "to: "),
        (
            json!({"method": "spectral", "column_clusters": 3}),
            "column_clusters: ",
        ),
        (
            json!({"method": "kmeans", "choose_by": "modularity"}),
            "choose_by: ",
        ),
        (json!({"choose_by": "silhouette"}), "choose_by: "),
        (
            json!({"restarts": 1, "choose_by": "stability"}),
            "choose_by: ",
        ),
    ];
    for (given, key) in cases {
        let error = error("cluster_scan", &given);
        assert!(error.starts_with(key), "{given}: {error}");
    }
}
