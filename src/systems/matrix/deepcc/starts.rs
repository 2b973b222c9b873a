//! Clusters that the inference nets start from.

use crate::systems::matrix::kmeans::{Points, k_means};
use crate::systems::matrix::{Joint, MOST_VECTORS, spectral_embedding};

/// Starts of k-means, of which the best is taken, and iterations of each at most.
const STARTS: u64 = 20;
const ITERATIONS: u64 = 100;

/// k-means on codes: [rows, width].
pub(super) fn k_means_of(codes: &[f32], width: usize, clusters: usize, seed: u64) -> Vec<u16> {
    k_means(
        &Points::dense(width, codes),
        clusters,
        STARTS,
        ITERATIONS,
        seed,
    )
    .of
}

/// Spectral co-clustering: rows and columns together, where there are as many clusters of each, and apart where not.
pub(super) fn spectral(joint: &Joint, clusters: [usize; 2], seed: u64) -> [Vec<u16>; 2] {
    let most = clusters[0].max(clusters[1]) as f64;
    let vectors = (most.log2().ceil() as usize).clamp(1, MOST_VECTORS);
    let embedding = spectral_embedding(joint, vectors, seed);
    let width = embedding.vectors;
    if clusters[0] != clusters[1] {
        return [
            k_means_of(&embedding.rows, width, clusters[0], seed),
            k_means_of(&embedding.columns, width, clusters[1], seed),
        ];
    }
    let rows = embedding.rows.len() / width.max(1);
    let mut all = embedding.rows;
    all.extend(embedding.columns);
    let mut of = k_means_of(&all, width, clusters[0], seed);
    let columns = of.split_off(rows);
    [of, columns]
}
