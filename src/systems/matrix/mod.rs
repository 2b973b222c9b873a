//! The systems that cluster the rows and columns of a matrix: DeepCC, the methods to compare it with, and what they share.

mod baselined;
pub mod deepcc;
mod joint;
pub mod kmeans;
mod measures;
mod methods;
mod negative;
mod report;
mod scaled;
mod scaling;
mod spectral;
mod summary;
mod tables;

pub use baselined::{Baselined, DENSE_CELLS, trains_sparse};
pub use joint::{Blocks, Joint, cluster_sizes};
pub use methods::{
    ClusterScan, InformationCoClustering, KMeansClustering, ModularityCoClustering,
    SpectralCoClustering,
};
pub use report::Report;
pub use scaled::Scaled;
pub use scaling::{Scaling, compact, rescaled, scaled, transposed};
pub use spectral::{MOST_VECTORS, SpectralEmbedding, spectral_embedding};
pub use summary::{BlockSummary, block_summaries};
pub use tables::ClusterTable;
