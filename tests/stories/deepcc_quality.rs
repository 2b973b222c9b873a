//! The default preset finds the clusters of real texts and of the sample's planted groups. Seeds and settings are not chosen by the labels.

use std::path::Path;

use crate::measured_data;
use atelier::data::{self, Dataset, MatrixSource, Monitor};
use atelier::record::Recorded;
use atelier::systems::{Outcome, Place, find};
use serde_json::{Value, json};

/// The means of some measures over the seeds 0, 1, …
fn means<const N: usize>(
    data: &Dataset,
    given: &Value,
    seeds: u64,
    measures: [&str; N],
) -> [f64; N] {
    let system = find("deepcc").expect("a system");
    let mut sums = [0.0; N];
    for seed in 0..seeds {
        let config = system
            .resolve(given.as_object().expect("an object"))
            .expect("right");
        let mut trainer = system
            .trainer(&config, data, &Place::cpu(seed))
            .expect("a trainer");
        let mut recorded = Recorded::default();
        while trainer.step(&mut recorded).expect("a step") == Outcome::Continue {}
        trainer.finish(&mut recorded).expect("measured");
        let values = measures.map(|measure| recorded.last(measure).expect("it is measured"));
        println!("seed {seed}: {measures:?} = {values:.3?}");
        for (sum, value) in sums.iter_mut().zip(values) {
            *sum += value;
        }
    }
    let means = sums.map(|sum| sum / seeds as f64);
    println!("mean: {means:.3?}");
    means
}

fn matrix(folder: &Path, config: MatrixSource) -> Dataset {
    let config = MatrixSource { ..config };
    data::load(&config.clone().into(), folder, 0, &Monitor::default()).expect("the matrix loads")
}

/// A matrix of WebKB.
fn webkb(name: &str) -> Dataset {
    let folder = measured_data::folder().join("webkb");
    let config = MatrixSource {
        path: name.into(),
        ..MatrixSource::default()
    };
    matrix(&folder, config)
}

const TEXT: [&str; 3] = ["rows/purity", "rows/acc", "rows/nmi"];

#[test]
#[cfg_attr(
    not(has_webkb),
    ignore = "needs WebKB: set ATELIER_DATA to the folder that holds webkb"
)]
fn web_pages_of_a_university_fall_into_their_kinds() {
    let data = webkb("WebKB_cornell.mat");
    let given = json!({"row_clusters": 5, "column_clusters": 5});
    let [purity, accuracy, nmi] = means(&data, &given, 5, TEXT);
    assert!(purity >= 0.67 && accuracy >= 0.55 && nmi >= 0.39);
}

#[test]
#[cfg_attr(
    not(has_webkb),
    ignore = "needs WebKB: set ATELIER_DATA to the folder that holds webkb"
)]
fn web_pages_of_four_universities_fall_into_their_kinds() {
    let data = webkb("WebKB4.mat");
    let given = json!({"row_clusters": 4, "column_clusters": 4});
    // One seed alone: it takes half a minute.
    let [purity, accuracy, nmi] = means(&data, &given, 1, TEXT);
    assert!(purity >= 0.73 && accuracy >= 0.68 && nmi >= 0.48);
}

#[test]
fn people_and_films_of_the_sample_fall_into_their_groups() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data/ratings");
    let config = MatrixSource {
        path: "ratings.csv".into(),
        row_labels: Some("user_groups.csv".into()),
        column_labels: Some("item_groups.csv".into()),
        ..MatrixSource::default()
    };
    let data = matrix(&folder, config);
    let given = json!({"row_clusters": 5, "column_clusters": 6});
    let measures = ["rows/acc", "columns/acc", "rows/nmi", "columns/nmi"];
    let [rows, columns, rows_nmi, columns_nmi] = means(&data, &given, 5, measures);
    assert!(rows >= 0.95 && columns >= 0.95);
    assert!(rows_nmi >= 0.86 && (rows_nmi + columns_nmi) / 2.0 >= 0.9);
}
