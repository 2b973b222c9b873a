use std::sync::Arc;

use rand::RngExt;
use serde_json::{Value, json};

use super::information::Information;
use super::method::{Method, Partition};
use super::modularity::{Modularity, modularity};
use super::scan::ChooseBy;
use super::scan_result::{Found, chosen};
use super::search::{Schedule, Search};
use super::spectral::Spectral;
use crate::data::{Cells, Dataset, Dense, Labels, MatrixData};
use crate::eval::Contingency;
use crate::record::Recorded;
use crate::systems::Place;
use crate::systems::matrix::Joint;
use crate::systems::matrix::kmeans::stream;

fn joint(columns: usize, values: Vec<f32>) -> Arc<Joint> {
    let cells = Cells::Dense(Arc::new(Dense::new(columns, values)));
    Arc::new(Joint::new(&cells).expect("not empty"))
}

/// Three blocks on the diagonal, a third of the cells, and noise.
fn noisy(rows: usize, columns: usize, seed: u64) -> Vec<f32> {
    let mut rng = stream(seed, 0);
    let mut values = Vec::new();
    for at in 0..rows * columns {
        let inside = at / columns % 3 == at % columns % 3;
        let present = rng.random_bool(if inside { 0.6 } else { 0.25 });
        values.push(if present {
            rng.random_range(1.0..3.0)
        } else {
            0.0
        });
    }
    values
}

/// KL(p ‖ q) with q(x, y) = p(x̂, ŷ) p(x | x̂) p(y | ŷ), cell by cell, in nats: the loss of Lemma 2.1 of the paper.
fn divergence(columns: usize, values: &[f32], partition: &Partition) -> f64 {
    let total: f64 = values.iter().copied().map(f64::from).sum();
    let p = |row: usize, column: usize| f64::from(values[row * columns + column]) / total;
    let rows = values.len() / columns;
    let of_row = |row: usize| partition.rows[row];
    let of_column = |column: usize| partition.columns[column];
    let sum = |keep: &dyn Fn(usize, usize) -> bool| -> f64 {
        (0..rows * columns)
            .map(|at| (at / columns, at % columns))
            .filter(|(row, column)| keep(*row, *column))
            .map(|(row, column)| p(row, column))
            .sum()
    };
    let mut divergence = 0.0;
    for row in 0..rows {
        for column in 0..columns {
            if p(row, column) == 0.0 {
                continue;
            }
            let block = sum(&|x, y| of_row(x) == of_row(row) && of_column(y) == of_column(column));
            let in_row_cluster = sum(&|x, _| x == row) / sum(&|x, _| of_row(x) == of_row(row));
            let in_column_cluster =
                sum(&|_, y| y == column) / sum(&|_, y| of_column(y) == of_column(column));
            let q = block * in_row_cluster * in_column_cluster;
            divergence += p(row, column) * (p(row, column) / q).ln();
        }
    }
    divergence
}

#[test]
fn the_loss_of_information_is_the_divergence_of_the_paper_and_never_rises() {
    let values = noisy(24, 15, 1);
    let method = Information {
        joint: joint(15, values.clone()),
        clusters: (3, 4),
    };
    for start in 0..5 {
        let mut partition = method.start(&mut stream(2, start));
        let mut before = f64::INFINITY;
        loop {
            let loss = method.values(&partition)[0];
            let expected = divergence(15, &values, &partition);
            assert!((loss - expected).abs() < 1e-9, "{loss}, not {expected}");
            assert!(loss <= before + 1e-12, "{loss} after {before}");
            before = loss;
            if !method.improve(&mut partition) {
                break;
            }
        }
    }
}

#[test]
fn an_empty_cluster_is_filled_without_a_loss_of_information() {
    let values = noisy(24, 15, 3);
    let method = Information {
        joint: joint(15, values),
        clusters: (4, 3),
    };
    let mut partition = method.start(&mut stream(2, 0));
    partition.rows.iter_mut().for_each(|cluster| *cluster %= 2);
    let before = method.values(&partition)[0];
    method.improve(&mut partition);
    assert!(method.values(&partition)[0] < before);
    for cluster in 0..4 {
        assert!(partition.rows.contains(&cluster));
    }
}

#[test]
fn modularity_is_the_sum_over_pairs_of_the_same_cluster_and_never_falls() {
    let values = noisy(30, 21, 5);
    let method = Modularity {
        joint: joint(21, values.clone()),
        clusters: 3,
    };
    // Q = 1/N Σ_ij (a_ij − a_i. a_.j / N) δ(i, j).
    let by_hand = |partition: &Partition| -> f64 {
        let total: f64 = values.iter().copied().map(f64::from).sum();
        let cell = |row: usize, column: usize| f64::from(values[row * 21 + column]);
        let mut sum = 0.0;
        for row in 0..30 {
            for column in 0..21 {
                if partition.rows[row] == partition.columns[column] {
                    let own: f64 = (0..21).map(|column| cell(row, column)).sum();
                    let other: f64 = (0..30).map(|row| cell(row, column)).sum();
                    sum += cell(row, column) - own * other / total;
                }
            }
        }
        sum / total
    };
    for start in 0..5 {
        let mut partition = method.start(&mut stream(7, start));
        let mut before = f64::NEG_INFINITY;
        while method.improve(&mut partition) {
            let found = method.values(&partition)[0];
            assert!((found - by_hand(&partition)).abs() < 1e-9);
            assert!(found >= before - 1e-12, "{found} after {before}");
            before = found;
        }
    }
}

#[test]
fn modularity_of_separate_blocks_is_known() {
    // k equal blocks: Q = 1 − 1/k.
    let values = (0..36)
        .map(|at| f32::from(at / 6 % 3 == at % 6 % 3))
        .collect();
    let of: Vec<u16> = (0..6).map(|at| at % 3).collect();
    let partition = Partition {
        rows: of.clone(),
        columns: of,
    };
    let found = modularity(&joint(6, values), &partition, 3);
    assert!((found - 2.0 / 3.0).abs() < 1e-12, "{found}");
}

fn whole(value: &Value) -> Vec<i64> {
    let values = value.as_array().expect("an array");
    values
        .iter()
        .map(|value| value.as_i64().expect("a number"))
        .collect()
}

#[test]
fn spectral_co_clustering_partitions_as_scikit_learn_does() {
    let text = include_str!("../../../../tests/fixtures/clustering/spectral.json");
    let cases: Value = serde_json::from_str(text).expect("the fixture is JSON");
    for case in cases.as_array().expect("cases") {
        let columns = case["columns"].as_u64().expect("a number") as usize;
        let clusters = case["clusters"].as_u64().expect("a number") as usize;
        let cells = whole(&case["cells"]).into_iter().map(|cell| cell as f32);
        let method = Spectral::new(&joint(columns, cells.collect()), clusters, None, 0);
        let schedule = Schedule {
            restarts: 10,
            iterations: 300,
            seed: 0,
        };
        let mut search = Search::default();
        while !search.is_done(schedule) {
            search.advance(&method, schedule);
        }
        let found = search.found();
        for (own, theirs) in [
            (&found.rows, "row_labels"),
            (&found.columns, "column_labels"),
        ] {
            let theirs = whole(&case[theirs]);
            let pairs = own.iter().zip(theirs);
            let table: Contingency = pairs.map(|(a, b)| (u32::from(*a), b as u32)).collect();
            assert!(
                (table.ari() - 1.0).abs() < 1e-9,
                "{clusters} clusters: {}",
                table.ari()
            );
        }
    }
}

fn found(kept: f64, silhouette: Option<f64>, modularity: f64) -> Found {
    Found {
        row_clusters: 2,
        column_clusters: 2,
        criteria: vec![0.0],
        information_kept: Some(kept),
        modularity: Some(modularity),
        silhouette,
        stability: None,
    }
}

#[test]
fn the_rules_choose_the_bend_the_highest_or_the_fewest_that_are_nearly_as_good() {
    let curve = [
        found(0.1, None, 0.3),
        found(0.5, Some(0.2), 0.497),
        found(0.6, Some(0.3), 0.5),
        found(0.65, Some(0.1), 0.4),
    ];
    assert_eq!(chosen(&curve, ChooseBy::Information), Some(1));
    assert_eq!(chosen(&curve, ChooseBy::Silhouette), Some(2));
    assert_eq!(chosen(&curve, ChooseBy::Modularity), Some(1));
    assert_eq!(chosen(&curve, ChooseBy::Stability), Some(0));
    assert_eq!(chosen(&[], ChooseBy::Modularity), None);
}

/// 3 × 4 cells of which two are negative, with names.
fn with_negative() -> Arc<MatrixData> {
    let values = vec![1., 2., 0., 4., 3., -1.5, 2., 0., 5., 1., -0.5, 2.];
    let cells = Cells::Dense(Arc::new(Dense::new(4, values)));
    Arc::new(MatrixData {
        rows: Labels::new(["ann", "bob", "cid"]),
        ..MatrixData::of(cells)
    })
}

/// The log of a run of two steps, or why it doesn't start.
fn log_of(system: &str, config: &Value) -> Result<String, String> {
    let system = crate::systems::get(system).expect("known");
    let config = system.resolve(config.as_object().expect("an object"));
    let data = Dataset::Matrix(with_negative());
    let mut trainer = system
        .trainer(&config.expect("right"), &data, &Place::cpu(1))
        .map_err(|error| error.to_string())?;
    let mut recorded = Recorded::default();
    for _ in 0..2 {
        trainer
            .step(&mut recorded)
            .map_err(|error| error.to_string())?;
    }
    let lines = recorded.logs.iter().map(|line| line.1.clone());
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

#[test]
fn methods_that_share_amounts_out_refuse_negative_cells_and_name_the_first() {
    let two = json!({"row_clusters": 2});
    let scan = |method: &str| json!({"method": method, "from": 2, "to": 3});
    for (system, config) in [
        ("information_coclustering", two.clone()),
        ("modularity_coclustering", two.clone()),
        ("cluster_scan", scan("information")),
        ("cluster_scan", scan("modularity")),
    ] {
        let error = log_of(system, &config).expect_err(system);
        for part in [
            "2 of 12 cells are negative",
            "-1.5 in row bob, column 2",
            "kmeans",
        ] {
            assert!(error.contains(part), "{system}: {error}");
        }
    }
}

#[test]
fn methods_that_take_any_numbers_say_what_is_of_raised_cells() {
    for (system, config) in [
        ("kmeans", json!({"row_clusters": 2})),
        ("spectral_coclustering", json!({"row_clusters": 2})),
        (
            "cluster_scan",
            json!({"method": "spectral", "from": 2, "to": 3}),
        ),
        (
            "cluster_scan",
            json!({"method": "kmeans", "from": 2, "to": 3}),
        ),
        ("deepcc", json!({"row_clusters": 2, "column_clusters": 2})),
    ] {
        let log = log_of(system, &config).expect(system);
        assert_eq!(
            log.matches("of all cells raised by 1.5").count(),
            1,
            "{log}"
        );
    }
}

#[test]
fn a_matrix_with_nothing_to_cluster_is_refused_in_words() {
    let cells = Cells::Dense(Arc::new(Dense::new(2, vec![1., 0., 0., 0.])));
    let data = Dataset::Matrix(Arc::new(MatrixData::of(cells)));
    let system = crate::systems::get("spectral_coclustering").expect("known");
    let config = system.resolve(json!({"row_clusters": 2}).as_object().expect("an object"));
    let error = system.trainer(&config.expect("right"), &data, &Place::cpu(1));
    let error = error.err().expect("nothing to cluster").to_string();
    assert!(error.contains("nothing to cluster"), "{error}");
}
