//! Spectral co-clustering.
//!
//! I. Dhillon, Co-clustering Documents and Words Using Bipartite Spectral Graph Partitioning, KDD 2001.

use std::sync::Arc;

use rand_chacha::ChaCha8Rng;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::baseline::{Counts, Settings, Start, raised_joint};
use super::kmeans::improve;
use super::method::{Criterion, Method, Partition, RowDistance};
use crate::data::{Cells, Dense};
use crate::systems::TrainError;
use crate::systems::matrix::kmeans::{KMeans, Points};
use crate::systems::matrix::{Joint, MOST_VECTORS, Report, negative, spectral_embedding};

/// The normalized cut of the graph between rows and columns, relaxed: k-means of rows and columns together on its leading singular vectors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SpectralConfig {
    /// Number of co-clusters, each of rows and columns.
    #[schemars(range(min = 2, max = 1000), extend("x-group" = "Clusters", "x-label" = "Of rows", "x-symbol" = "k"))]
    row_clusters: usize,
    /// As many as of rows: a co-cluster has both.
    #[schemars(range(min = 2, max = 1000), extend("x-group" = "Clusters", "x-label" = "Of columns", "x-symbol" = "k"))]
    column_clusters: usize,
    /// Number of singular vectors that place rows and columns; the paper's ⌈log₂ k⌉ if it is not given.
    #[schemars(range(min = 1, max = 64), extend("x-group" = "Clusters", "x-symbol" = "ℓ"))]
    vectors: Option<usize>,
    /// Number of starts of k-means; the lowest sum of squared distances is kept.
    #[schemars(range(min = 1, max = 10_000), extend("x-group" = "Search"))]
    restarts: u64,
    /// Iterations of each start, at most; it ends when no row and no column changes its cluster.
    #[schemars(range(min = 1, max = 100_000), extend("x-group" = "Search"))]
    iterations: u64,
}

impl Default for SpectralConfig {
    /// That of scikit-learn.
    fn default() -> Self {
        Self {
            row_clusters: 4,
            column_clusters: 4,
            vectors: None,
            restarts: 10,
            iterations: 300,
        }
    }
}

impl Settings for SpectralConfig {
    const ID: &'static str = "spectral_coclustering";
    const LABEL: &'static str = "Spectral co-clustering";
    const SUMMARY: &'static str =
        "k-means on the leading singular vectors of the scaled matrix (Dhillon, KDD 2001).";
    const PRESET: &'static str = "The paper's number of singular vectors, 10 starts of k-means.";

    fn counts(&self) -> Counts {
        Counts {
            rows: self.row_clusters,
            columns: self.column_clusters,
            equal: Some("a co-cluster has rows and columns"),
        }
    }

    fn start(&self) -> Start {
        Start {
            restarts: self.restarts,
            iterations: self.iterations,
        }
    }

    fn method(&self, report: &Report, seed: u64) -> Result<Box<dyn Method>, TrainError> {
        let joint = raised_joint(report)?;
        let method = Spectral::new(joint, self.row_clusters, self.vectors, seed);
        Ok(Box::new(method))
    }
}

/// Rows and columns as points.
pub(super) struct Spectral {
    /// Rows, then columns.
    points: Points<'static>,
    rows: usize,
    clusters: usize,
}

impl Spectral {
    pub(super) fn new(
        joint: &Arc<Joint>,
        clusters: usize,
        vectors: Option<usize>,
        seed: u64,
    ) -> Self {
        // ⌈log₂ k⌉ of at least two clusters.
        let paper = (clusters - 1).checked_ilog2().unwrap_or(0) as usize + 1;
        let vectors = vectors.unwrap_or(paper).min(MOST_VECTORS);
        // On a thread of the pool, which its many small products need not wake then.
        let mut embedding = rayon::scope(|_| spectral_embedding(joint, vectors, seed));
        embedding.rows.append(&mut embedding.columns);
        let dense = Dense::new(embedding.vectors, embedding.rows);
        Self {
            points: Points::of(&Cells::Dense(Arc::new(dense))),
            rows: joint.rows().len(),
            clusters,
        }
    }

    fn split(&self, mut of: Vec<u16>) -> Partition {
        let columns = of.split_off(self.rows);
        Partition { rows: of, columns }
    }
}

impl Method for Spectral {
    fn clusters(&self) -> (usize, usize) {
        (self.clusters, self.clusters)
    }

    fn raised(&self) -> &'static str {
        negative::SPECTRAL
    }

    fn criteria(&self) -> &'static [Criterion] {
        &[Criterion {
            name: "loss/inertia",
            label: "inertia",
            larger_is_better: false,
        }]
    }

    fn start(&self, rng: &mut ChaCha8Rng) -> Partition {
        self.split(KMeans::start(&self.points, self.clusters, rng).of)
    }

    fn improve(&self, partition: &mut Partition) -> bool {
        let mut of = std::mem::take(&mut partition.rows);
        of.append(&mut partition.columns);
        let changed = improve(&self.points, self.clusters, &mut of);
        *partition = self.split(of);
        changed
    }

    fn values(&self, partition: &Partition) -> Vec<f64> {
        let of = [&partition.rows[..], &partition.columns[..]].concat();
        vec![KMeans::inertia_of(&self.points, self.clusters, &of)]
    }

    fn row_distance(&self) -> Option<RowDistance<'_>> {
        Some(Box::new(|a, b| self.points.distance(a, b)))
    }
}
