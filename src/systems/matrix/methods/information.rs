//! Information-theoretic co-clustering.
//!
//! I. Dhillon, S. Mallela and D. Modha, Information-Theoretic Co-clustering, KDD 2003.

use std::sync::Arc;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::baseline::{Counts, Settings, Start, joint};
use super::method::{Criterion, Method, Partition};
use crate::systems::TrainError;
use crate::systems::matrix::{Joint, Report, cluster_sizes};

/// The mutual information that is lost when rows and columns are replaced by their clusters: I(X;Y) − I(X̂;Ŷ) = KL(p ‖ q).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct InformationConfig {
    /// Number of row clusters.
    #[schemars(range(min = 2, max = 1000), extend("x-group" = "Clusters", "x-label" = "Of rows", "x-symbol" = "k"))]
    row_clusters: usize,
    /// Number of column clusters; as many as row clusters if it is not given.
    #[schemars(range(min = 2, max = 1000), extend("x-group" = "Clusters", "x-label" = "Of columns", "x-symbol" = "ℓ"))]
    column_clusters: usize,
    /// Number of random starts; the lowest loss of information is kept.
    #[schemars(range(min = 1, max = 10_000), extend("x-group" = "Search"))]
    restarts: u64,
    /// Iterations of each start, at most; it ends when no row and no column changes its cluster.
    #[schemars(range(min = 1, max = 100_000), extend("x-group" = "Search"))]
    iterations: u64,
}

impl Default for InformationConfig {
    fn default() -> Self {
        Self {
            row_clusters: 4,
            column_clusters: 4,
            restarts: 10,
            iterations: 100,
        }
    }
}

impl Settings for InformationConfig {
    const ID: &'static str = "information_coclustering";
    const LABEL: &'static str = "Information-theoretic co-clustering";
    const SUMMARY: &'static str = "Keeps as much mutual information of rows and columns as their clusters can (Dhillon, Mallela and Modha, KDD 2003).";
    const PRESET: &'static str = "10 random starts.";

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
        Ok(Box::new(Information {
            joint: Arc::clone(joint(report, "information-theoretic co-clustering")?),
            clusters: (self.row_clusters, self.column_clusters),
        }))
    }
}

/// Alternates between rows and columns: each goes to the cluster whose distribution is nearest to its own in the sense of KL.
pub(super) struct Information {
    pub(super) joint: Arc<Joint>,
    pub(super) clusters: (usize, usize),
}

impl Method for Information {
    fn clusters(&self) -> (usize, usize) {
        self.clusters
    }

    fn criteria(&self) -> &'static [Criterion] {
        &[Criterion {
            name: "loss/information",
            label: "information lost",
            larger_is_better: false,
        }]
    }

    fn start(&self, rng: &mut ChaCha8Rng) -> Partition {
        let mut random = |count: usize, clusters: usize| -> Vec<u16> {
            (0..count)
                .map(|_| rng.random_range(0..clusters) as u16)
                .collect()
        };
        Partition {
            rows: random(self.joint.rows().len(), self.clusters.0),
            columns: random(self.joint.columns().len(), self.clusters.1),
        }
    }

    fn improve(&self, partition: &mut Partition) -> bool {
        let (g, m) = self.clusters;
        let profiles = self.joint.row_profiles(&partition.columns, m);
        let rows = reassign(&profiles, m, &mut partition.rows, g);
        let profiles = self.joint.column_profiles(&partition.rows, g);
        let columns = reassign(&profiles, g, &mut partition.columns, m);
        rows || columns
    }

    /// In nats.
    fn values(&self, partition: &Partition) -> Vec<f64> {
        let (g, m) = self.clusters;
        let blocks = self
            .joint
            .blocks((&partition.rows, g), (&partition.columns, m));
        vec![(self.joint.information() - blocks.information()).max(0.0)]
    }
}

/// Sends each row to argmin_x̂ KL(p(Ŷ | x) ‖ p(Ŷ | x̂)) = argmax Σ_ŷ p(x, ŷ) ln p(ŷ | x̂). `profiles`: p(x, ŷ), [rows, width]. A
/// cluster that loses all rows takes the one that fits its own worst, which loses no information. Whether a row changed.
fn reassign(profiles: &[f64], width: usize, of: &mut [u16], clusters: usize) -> bool {
    let logarithms = conditional(profiles, width, of, clusters);
    let nearest: Vec<u16> = profiles
        .par_chunks_exact(width)
        .zip(of.par_iter())
        .map(|(profile, &own)| {
            let fits = |cluster: u16| {
                fit(
                    profile,
                    &logarithms[usize::from(cluster) * width..][..width],
                )
            };
            let mut best = (own, fits(own));
            for cluster in (0..clusters as u16).filter(|cluster| *cluster != own) {
                let fit = fits(cluster);
                // Rounding must not send rows around in circles.
                if fit > best.1 + 1e-12 * best.1.abs() {
                    best = (cluster, fit);
                }
            }
            best.0
        })
        .collect();
    let mut changed = false;
    for (of, nearest) in of.iter_mut().zip(nearest) {
        changed |= *of != nearest;
        *of = nearest;
    }
    while let Some(empty) = cluster_sizes(of, clusters)
        .iter()
        .position(|size| *size == 0)
    {
        let Some(row) = misfit(profiles, width, of, clusters) else {
            break;
        };
        of[row] = empty as u16;
        changed = true;
    }
    changed
}

/// ln p(ŷ | x̂): [clusters, width]; −∞ where nothing of a cluster is, and in a cluster without rows.
fn conditional(profiles: &[f64], width: usize, of: &[u16], clusters: usize) -> Vec<f64> {
    let mut sums = vec![0.0; clusters * width];
    for (profile, &cluster) in profiles.chunks_exact(width).zip(of) {
        let own = &mut sums[usize::from(cluster) * width..][..width];
        for (sum, share) in own.iter_mut().zip(profile) {
            *sum += share;
        }
    }
    for own in sums.chunks_exact_mut(width) {
        let total: f64 = own.iter().sum();
        for sum in own {
            *sum = if *sum > 0.0 {
                (*sum / total).ln()
            } else {
                f64::NEG_INFINITY
            };
        }
    }
    sums
}

/// Σ_ŷ p(x, ŷ) ln p(ŷ | x̂).
fn fit(profile: &[f64], logarithms: &[f64]) -> f64 {
    let terms = profile.iter().zip(logarithms);
    terms
        .filter(|(share, _)| **share > 0.0)
        .map(|(share, logarithm)| share * logarithm)
        .sum()
}

/// The row with the largest p(x) KL(p(Ŷ | x) ‖ p(Ŷ | x̂)), if one differs from its cluster at all.
fn misfit(profiles: &[f64], width: usize, of: &[u16], clusters: usize) -> Option<usize> {
    let logarithms = conditional(profiles, width, of, clusters);
    let mut worst = (None, 1e-15);
    for (row, (profile, &cluster)) in profiles.chunks_exact(width).zip(of).enumerate() {
        let total: f64 = profile.iter().sum();
        let own: f64 = profile
            .iter()
            .filter(|share| **share > 0.0)
            .map(|share| share * (share / total).ln())
            .sum();
        let divergence = own
            - fit(
                profile,
                &logarithms[usize::from(cluster) * width..][..width],
            );
        if divergence > worst.1 {
            worst = (Some(row), divergence);
        }
    }
    worst.0
}
