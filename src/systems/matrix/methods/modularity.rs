//! Modularity co-clustering (CoclustMod).
//!
//! M. Ailem, F. Role and M. Nadif, Graph Modularity Maximization as an Effective Method for Co-clustering Text Data, Knowledge-Based Systems
//! 109, 2016.

use std::sync::Arc;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::baseline::{Counts, Settings, Start, joint};
use super::method::{Criterion, Method, Partition};
use crate::systems::TrainError;
use crate::systems::matrix::{Joint, Report};

/// The modularity of the graph between rows and columns: Σ over co-clusters of p(x̂, ŷ) − p(x̂) p(ŷ).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ModularityConfig {
    /// Number of co-clusters, each of rows and columns.
    #[schemars(range(min = 2, max = 1000), extend("x-group" = "Clusters", "x-label" = "Of rows", "x-symbol" = "g"))]
    row_clusters: usize,
    /// As many as of rows: a co-cluster has both.
    #[schemars(range(min = 2, max = 1000), extend("x-group" = "Clusters", "x-label" = "Of columns", "x-symbol" = "g"))]
    column_clusters: usize,
    /// Number of random starts; the highest modularity is kept.
    #[schemars(range(min = 1, max = 10_000), extend("x-group" = "Search"))]
    restarts: u64,
    /// Iterations of each start, at most; it ends when no row and no column changes its cluster.
    #[schemars(range(min = 1, max = 100_000), extend("x-group" = "Search"))]
    iterations: u64,
}

impl Default for ModularityConfig {
    fn default() -> Self {
        Self {
            row_clusters: 4,
            column_clusters: 4,
            restarts: 10,
            iterations: 100,
        }
    }
}

impl Settings for ModularityConfig {
    const ID: &'static str = "modularity_coclustering";
    const LABEL: &'static str = "Modularity co-clustering";
    const SUMMARY: &'static str = "CoclustMod: maximizes the modularity of the graph between rows and columns (Ailem, Role and Nadif, 2016).";
    const PRESET: &'static str = "10 random starts.";

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

    fn method(&self, report: &Report, _: u64) -> Result<Box<dyn Method>, TrainError> {
        Ok(Box::new(Modularity {
            joint: Arc::clone(joint(report, "modularity co-clustering")?),
            clusters: self.row_clusters,
        }))
    }
}

/// Alternates: rows to the co-cluster that they add most to, given its columns, then columns likewise.
pub(super) struct Modularity {
    pub(super) joint: Arc<Joint>,
    pub(super) clusters: usize,
}

impl Method for Modularity {
    fn clusters(&self) -> (usize, usize) {
        (self.clusters, self.clusters)
    }

    fn criteria(&self) -> &'static [Criterion] {
        &[Criterion {
            name: "blocks/modularity",
            label: "modularity",
            larger_is_better: true,
        }]
    }

    /// Random columns; the first iteration begins with the rows.
    fn start(&self, rng: &mut ChaCha8Rng) -> Partition {
        let columns = self.joint.columns().iter();
        Partition {
            rows: vec![0; self.joint.rows().len()],
            columns: columns
                .map(|_| rng.random_range(0..self.clusters) as u16)
                .collect(),
        }
    }

    fn improve(&self, partition: &mut Partition) -> bool {
        let (joint, k) = (&self.joint, self.clusters);
        let masses = masses(joint.columns(), &partition.columns, k);
        let profiles = joint.row_profiles(&partition.columns, k);
        let rows = reassign(&profiles, joint.rows(), &masses, &mut partition.rows);
        let masses = self::masses(joint.rows(), &partition.rows, k);
        let profiles = joint.column_profiles(&partition.rows, k);
        let columns = reassign(&profiles, joint.columns(), &masses, &mut partition.columns);
        rows || columns
    }

    fn values(&self, partition: &Partition) -> Vec<f64> {
        vec![modularity(&self.joint, partition, self.clusters)]
    }
}

/// Σ_k p(x̂_k, ŷ_k) − p(x̂_k) p(ŷ_k) of row and column clusters of the same number.
pub(super) fn modularity(joint: &Joint, partition: &Partition, clusters: usize) -> f64 {
    let blocks = joint.blocks((&partition.rows, clusters), (&partition.columns, clusters));
    let margins = blocks.row_shares().into_iter().zip(blocks.column_shares());
    let diagonal = blocks.shares.iter().step_by(clusters + 1);
    diagonal
        .zip(margins)
        .map(|(share, (row, column))| share - row * column)
        .sum()
}

/// p(ŷ) of each cluster.
fn masses(shares: &[f64], of: &[u16], clusters: usize) -> Vec<f64> {
    let mut masses = vec![0.0; clusters];
    for (share, &cluster) in shares.iter().zip(of) {
        masses[usize::from(cluster)] += share;
    }
    masses
}

/// Sends each row to argmax_k p(x, ŷ_k) − p(x) p(ŷ_k), the first of equals; whether one changed.
fn reassign(profiles: &[f64], shares: &[f64], masses: &[f64], of: &mut [u16]) -> bool {
    let best = |(profile, share): (&[f64], &f64)| {
        let mut best = (0, f64::NEG_INFINITY);
        for (cluster, (inside, mass)) in (0..).zip(profile.iter().zip(masses)) {
            let gain = inside - share * mass;
            if gain > best.1 {
                best = (cluster, gain);
            }
        }
        best.0
    };
    let found: Vec<u16> = profiles
        .par_chunks_exact(masses.len())
        .zip(shares)
        .map(best)
        .collect();
    let changed = of != found;
    of.copy_from_slice(&found);
    changed
}
