//! k-means on rows and on columns, each for itself.

use rand_chacha::ChaCha8Rng;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::baseline::{Counts, Settings, Start};
use super::method::{Criterion, Method, Partition, RowDistance};
use crate::systems::TrainError;
use crate::systems::matrix::kmeans::{KMeans, Points};
use crate::systems::matrix::{Report, Scaling, compact, scaled, transposed};

/// Σ of squared distances to the nearest center, of rows and of columns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct KMeansConfig {
    /// Number of row clusters.
    #[schemars(range(min = 2, max = 1000), extend("x-group" = "Clusters", "x-label" = "Of rows", "x-symbol" = "g"))]
    row_clusters: usize,
    /// Number of column clusters; as many as row clusters if it is not given.
    #[schemars(range(min = 2, max = 1000), extend("x-group" = "Clusters", "x-label" = "Of columns", "x-symbol" = "m"))]
    column_clusters: usize,
    /// Under which scaling rows are compared with rows, and columns with columns.
    #[schemars(extend("x-group" = "Clusters"))]
    scaling: Scaling,
    /// Number of random starts; the lowest sum of squared distances is kept, of rows and of columns apart.
    #[schemars(range(min = 1, max = 10_000), extend("x-group" = "Search"))]
    restarts: u64,
    /// Iterations of each start, at most; it ends when no row and no column changes its cluster.
    #[schemars(range(min = 1, max = 100_000), extend("x-group" = "Search"))]
    iterations: u64,
}

impl Default for KMeansConfig {
    fn default() -> Self {
        Self {
            row_clusters: 4,
            column_clusters: 4,
            scaling: Scaling::default(),
            restarts: 10,
            iterations: 300,
        }
    }
}

impl Settings for KMeansConfig {
    const ID: &'static str = "kmeans";
    const LABEL: &'static str = "k-means";
    const SUMMARY: &'static str = "k-means on rows and on columns separately (Lloyd, 1982), started by k-means++ (Arthur and Vassilvitskii, 2007).";
    const PRESET: &'static str = "Rows and columns scaled to length 1, 10 starts.";

    fn counts(&self) -> Counts {
        Counts {
            rows: self.row_clusters,
            columns: self.column_clusters,
            equal: None,
        }
    }

    fn start(&self) -> Start {
        Start {
            restarts: self.restarts,
            iterations: self.iterations,
        }
    }

    fn method(&self, report: &Report, _: u64) -> Result<Box<dyn Method>, TrainError> {
        let counts = (self.row_clusters, self.column_clusters);
        Ok(Box::new(Sides::new(report, counts, self.scaling)))
    }
}

/// k-means of both sides.
pub(super) struct Sides {
    rows: Points<'static>,
    columns: Points<'static>,
    clusters: (usize, usize),
}

impl Sides {
    pub(super) fn new(report: &Report, clusters: (usize, usize), scaling: Scaling) -> Self {
        let cells = compact(&report.data().active());
        Self {
            rows: Points::of(&scaled(&cells, scaling)),
            columns: Points::of(&scaled(&transposed(&cells), scaling)),
            clusters,
        }
    }
}

impl Method for Sides {
    fn clusters(&self) -> (usize, usize) {
        self.clusters
    }

    fn criteria(&self) -> &'static [Criterion] {
        &[
            Criterion {
                name: "loss/inertia_rows",
                label: "inertia of rows",
                larger_is_better: false,
            },
            Criterion {
                name: "loss/inertia_columns",
                label: "of columns",
                larger_is_better: false,
            },
        ]
    }

    fn start(&self, rng: &mut ChaCha8Rng) -> Partition {
        Partition {
            rows: KMeans::start(&self.rows, self.clusters.0, rng).of,
            columns: KMeans::start(&self.columns, self.clusters.1, rng).of,
        }
    }

    fn improve(&self, partition: &mut Partition) -> bool {
        let rows = improve(&self.rows, self.clusters.0, &mut partition.rows);
        let columns = improve(&self.columns, self.clusters.1, &mut partition.columns);
        rows || columns
    }

    fn values(&self, partition: &Partition) -> Vec<f64> {
        vec![
            KMeans::inertia_of(&self.rows, self.clusters.0, &partition.rows),
            KMeans::inertia_of(&self.columns, self.clusters.1, &partition.columns),
        ]
    }

    fn row_distance(&self) -> Option<RowDistance<'_>> {
        Some(Box::new(|a, b| self.rows.distance(a, b)))
    }
}

/// One iteration; whether a point changed its cluster.
pub(super) fn improve(points: &Points<'_>, clusters: usize, of: &mut Vec<u16>) -> bool {
    let mut kmeans = KMeans::from_clusters(clusters, std::mem::take(of));
    let changed = kmeans.improve(points);
    *of = kmeans.of;
    changed
}
