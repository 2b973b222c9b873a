use std::sync::Arc;

use rand::RngExt;

use super::*;
use crate::data::{Cells, Dense, Sparse};

/// `count` points around each of `centers`, in two dimensions.
fn around(centers: &[[f32; 2]], count: usize) -> Vec<f32> {
    let mut rng = stream(5, 0);
    let mut values = Vec::new();
    for at in 0..centers.len() * count {
        for place in centers[at % centers.len()] {
            values.push(place + rng.random_range(-1.0..1.0));
        }
    }
    values
}

const CENTERS: [[f32; 2]; 4] = [[0., 0.], [9., 0.], [0., 9.], [30., 30.]];

#[test]
fn separate_groups_are_found_whatever_the_seed() {
    let values = around(&CENTERS, 50);
    let points = Points::dense(2, &values);
    for seed in 0..5 {
        let found = k_means(&points, 4, 3, 100, seed);
        for point in 0..points.count() {
            assert_eq!(found.of[point], found.of[point % 4]);
        }
        let mut names = found.of[..4].to_vec();
        names.sort_unstable();
        assert_eq!(names, [0, 1, 2, 3]);
    }
}

#[test]
fn the_inertia_never_rises_and_ends_as_the_squared_distance_to_the_means() {
    let values = around(&CENTERS, 40);
    let points = Points::dense(2, &values);
    let mut kmeans = KMeans::start(&points, 7, &mut stream(1, 0));
    let mut before = kmeans.inertia;
    while kmeans.improve(&points) {
        assert!(kmeans.inertia <= before + 1e-9);
        before = kmeans.inertia;
    }
    let mut by_hand = 0.0;
    for cluster in 0..7 {
        let members: Vec<&[f32]> = values
            .chunks(2)
            .zip(&kmeans.of)
            .filter(|(_, of)| **of == cluster)
            .map(|(point, _)| point)
            .collect();
        for at in 0..2 {
            let mean = members
                .iter()
                .map(|point| f64::from(point[at]))
                .sum::<f64>()
                / members.len() as f64;
            by_hand += members
                .iter()
                .map(|point| (f64::from(point[at]) - mean).powi(2))
                .sum::<f64>();
        }
    }
    assert!((kmeans.inertia - by_hand).abs() < 1e-6 * by_hand);
    let of = KMeans::inertia_of(&points, 7, &kmeans.of);
    assert!((of - by_hand).abs() < 1e-6 * by_hand);
}

#[test]
fn sparse_rows_are_clustered_as_the_same_dense_rows() {
    let mut rng = stream(3, 0);
    let values: Vec<f32> = (0..60 * 30)
        .map(|_| {
            if rng.random_bool(0.2) {
                rng.random_range(1.0..5.0)
            } else {
                0.0
            }
        })
        .collect();
    let (mut offsets, mut columns, mut stored) = (vec![0], Vec::new(), Vec::new());
    for row in values.chunks(30) {
        for (column, &value) in (0..).zip(row).filter(|(_, value)| **value != 0.0) {
            columns.push(column);
            stored.push(value);
        }
        offsets.push(columns.len());
    }
    let sparse = Cells::Sparse(Arc::new(Sparse::from_parts(30, offsets, columns, stored)));
    let dense = Cells::Dense(Arc::new(Dense::new(30, values)));
    let (sparse, dense) = (Points::of(&sparse), Points::of(&dense));
    let (a, b) = (k_means(&sparse, 4, 2, 50, 9), k_means(&dense, 4, 2, 50, 9));
    assert_eq!(a.of, b.of);
    assert!((a.inertia - b.inertia).abs() < 1e-6 * b.inertia);
    assert!((sparse.distance(3, 17) - dense.distance(3, 17)).abs() < 1e-9);
}

#[test]
fn an_empty_cluster_takes_the_farthest_point() {
    let values = [0.0, 0.1, 0.2, 0.3, 50.0];
    let points = Points::dense(1, &values);
    let mut kmeans = KMeans::from_clusters(2, vec![0; 5]);
    assert!(kmeans.improve(&points));
    assert_eq!(kmeans.of, [0, 0, 0, 0, 1]);
}

#[test]
fn equal_points_and_more_clusters_than_points_end() {
    let points = Points::dense(1, &[2.0; 6]);
    let mut kmeans = KMeans::start(&points, 3, &mut stream(0, 0));
    kmeans.improve(&points);
    assert!(!kmeans.improve(&points));
    assert_eq!(kmeans.inertia, 0.0);
    let few = Points::dense(1, &[1.0, 5.0]);
    let mut kmeans = KMeans::start(&few, 4, &mut stream(0, 0));
    kmeans.improve(&few);
    assert!(!kmeans.improve(&few));
    assert_eq!(kmeans.inertia, 0.0);
}

#[test]
fn the_same_seed_gives_the_same_clusters() {
    let values = around(&CENTERS, 30);
    let points = Points::dense(2, &values);
    assert_eq!(k_means(&points, 6, 2, 50, 4), k_means(&points, 6, 2, 50, 4));
}
