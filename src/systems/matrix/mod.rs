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
pub use methods::{ClusterScan, INFORMATION, K_MEANS, MODULARITY, SPECTRAL};
pub use report::Report;
pub use scaling::{Scaling, compact, scaled, transposed};
pub use spectral::{MOST_VECTORS, SpectralEmbedding, spectral_embedding};
pub use summary::{BlockSummary, block_summaries};

use std::sync::Arc;

use crate::data::{Dataset, MatrixData};
use crate::systems::TrainError;

/// The matrix of a data set.
///
/// # Errors
/// If it has too few rows or columns to cluster.
pub fn matrix(data: &Dataset) -> Result<&Arc<MatrixData>, TrainError> {
    let matrix = data.matrix().ok_or_else(|| {
        TrainError::Data("it learns from a matrix, and the data is ratings".to_owned())
    })?;
    if matrix.active_rows.len() < 2 || matrix.active_columns.len() < 2 {
        return Err(TrainError::Data(
            "fewer than two rows or columns are left once the constant ones are set aside: there is nothing to cluster"
                .to_owned(),
        ));
    }
    Ok(matrix)
}
