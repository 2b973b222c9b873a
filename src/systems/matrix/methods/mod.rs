//! Methods of co-clustering to compare with, and the scan over the number of clusters. Plain host code, the same on any device.

mod baseline;
mod estimate;
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
pub type KMeansClustering = Baseline<KMeansConfig>;
/// Spectral co-clustering.
pub type SpectralCoClustering = Baseline<SpectralConfig>;
/// Information-theoretic co-clustering.
pub type InformationCoClustering = Baseline<InformationConfig>;
/// Modularity co-clustering.
pub type ModularityCoClustering = Baseline<ModularityConfig>;

#[cfg(test)]
mod tests;
