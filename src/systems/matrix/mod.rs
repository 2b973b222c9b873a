//! The systems that cluster the rows and columns of a matrix: DeepCC, the methods to compare it with, and what they share.

pub mod deepcc;
mod joint;
pub mod kmeans;
mod measures;
mod methods;
mod report;
mod scaling;
mod spectral;
mod summary;
mod tables;

pub use joint::{Blocks, Joint, cluster_sizes};
pub use methods::{
    ClusterScan, InformationCoClustering, KMeansClustering, ModularityCoClustering,
    SpectralCoClustering,
};
pub use report::Report;
pub use scaling::{Scaling, compact, scaled, transposed};
pub use spectral::{MOST_VECTORS, SpectralEmbedding, spectral_embedding};
pub use summary::{BlockSummary, block_summaries};
pub use tables::ClusterTable;
