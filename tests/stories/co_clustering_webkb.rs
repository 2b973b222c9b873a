//! The baselines of co-clustering are as good on WebKB as other implementations of the same methods.

use crate::measured_data;
use atelier::data::{self, Dataset, MatrixSource, Monitor};
use atelier::record::Recorded;
use atelier::systems::{Outcome, Place, find};
use serde_json::json;

const SEEDS: u64 = 5;

/// A matrix of `webkb`.
fn webkb(file: &str) -> Dataset {
    let folder = measured_data::folder().join("webkb");
    let config = MatrixSource {
        path: file.into(),
        ..MatrixSource::default()
    };
    data::load(&config.clone().into(), &folder, 0, &Monitor::default()).expect("the matrix loads")
}

/// Mean purity, accuracy and NMI (arithmetic) of rows over the seeds.
fn quality(data: &Dataset, id: &str, clusters: usize) -> [f64; 3] {
    let system = find(id).expect("a system");
    let given = json!({ "row_clusters": clusters });
    let config = system
        .resolve(given.as_object().expect("an object"))
        .expect("right");
    let mut means = [0.0; 3];
    for seed in 0..SEEDS {
        let mut recorded = Recorded::default();
        let mut trainer = system
            .trainer(&config, data, &Place::cpu(seed))
            .expect("a trainer");
        while trainer.step(&mut recorded).expect("a step") == Outcome::Continue {}
        trainer.finish(&mut recorded).expect("measured");
        for (mean, name) in means
            .iter_mut()
            .zip(["rows/purity", "rows/acc", "rows/nmi"])
        {
            *mean += recorded.last(name).expect("there are classes") / SEEDS as f64;
        }
    }
    println!("{id}: {means:?}");
    means
}

fn assert_reaches(found: [f64; 3], expected: [f64; 3]) {
    for (found, expected) in found.into_iter().zip(expected) {
        assert!(found >= expected - 0.02, "{found}, not {expected}");
    }
}

/// scikit-learn 1.9.1's SpectralCoclustering and numpy's CoclustMod, mean of ten seeds.
#[test]
#[cfg_attr(
    not(has_webkb),
    ignore = "needs WebKB: set ATELIER_DATA to the folder that holds webkb"
)]
fn baselines_reach_the_known_quality_on_cornell() {
    let data = webkb("WebKB_cornell.mat");
    assert_reaches(
        quality(&data, "spectral_coclustering", 5),
        [0.695, 0.695, 0.432],
    );
    assert_reaches(
        quality(&data, "modularity_coclustering", 5),
        [0.523, 0.469, 0.144],
    );
    assert_reaches(quality(&data, "kmeans", 5), [0.481, 0.461, 0.112]);
    assert_reaches(
        quality(&data, "information_coclustering", 5),
        [0.58, 0.46, 0.24],
    );
}

#[test]
#[cfg_attr(
    not(has_webkb),
    ignore = "needs WebKB: set ATELIER_DATA to the folder that holds webkb"
)]
fn baselines_reach_the_known_quality_on_four_universities() {
    let data = webkb("WebKB4.mat");
    assert_reaches(
        quality(&data, "spectral_coclustering", 4),
        [0.726, 0.618, 0.487],
    );
    assert_reaches(
        quality(&data, "modularity_coclustering", 4),
        [0.760, 0.754, 0.491],
    );
    assert_reaches(quality(&data, "kmeans", 4), [0.503, 0.460, 0.156]);
    assert_reaches(
        quality(&data, "information_coclustering", 4),
        [0.71, 0.60, 0.45],
    );
}
