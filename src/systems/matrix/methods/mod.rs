//! Methods of co-clustering to compare with, and the scan over the number of clusters. Plain host code, the same on any device.

mod baseline;
mod information;
mod kmeans;
mod method;
mod modularity;
mod scan;
mod scan_result;
mod scan_trainer;
mod search;
mod spectral;
mod trainer;

use baseline::Baseline;
use information::InformationConfig;
use kmeans::KMeansConfig;
use modularity::ModularityConfig;
pub use scan::ClusterScan;
use spectral::SpectralConfig;

/// k-means on rows and on columns.
pub const K_MEANS: Baseline<KMeansConfig> = Baseline::new();
/// Spectral co-clustering.
pub const SPECTRAL: Baseline<SpectralConfig> = Baseline::new();
/// Information-theoretic co-clustering.
pub const INFORMATION: Baseline<InformationConfig> = Baseline::new();
/// Modularity co-clustering.
pub const MODULARITY: Baseline<ModularityConfig> = Baseline::new();

#[cfg(test)]
mod tests;
