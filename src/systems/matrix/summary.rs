//! Statistics of each block: its size, its mean and how it differs from independence.

use super::Joint;
use super::report::complete;
use crate::data::{Cells, MatrixData};
use crate::record::CoClusters;

/// One block: the cells of a row cluster in a column cluster. Rows and columns that were set aside are in none.
#[derive(Debug, Clone, PartialEq)]
pub struct BlockSummary {
    /// The row cluster, from 0.
    pub row_cluster: usize,
    /// The column cluster, from 0.
    pub column_cluster: usize,
    /// Number of its rows.
    pub rows: usize,
    /// Number of its columns.
    pub columns: usize,
    /// Mean of its cells that are not missing; `None` if there are none.
    pub mean: Option<f64>,
    /// p(x̂_s, ŷ_t), its share of the sum of all clustered cells (of filled cells, shifted if some are negative).
    pub share: f64,
    /// p(x̂_s, ŷ_t) / (p(x̂_s) p(ŷ_t)): above 1 where row and column cluster go together; `None` if one is empty.
    pub lift: Option<f64>,
    /// The share of its cells that are neither missing nor zero; `None` if it has no cells.
    pub density: Option<f64>,
}

/// All blocks, by row cluster, then by column cluster. `joint` is that of the active rows and columns.
#[must_use]
pub fn block_summaries(
    data: &MatrixData,
    joint: Option<&Joint>,
    clusters: &CoClusters,
) -> Vec<BlockSummary> {
    let (rows, row_clusters) = complete(&clusters.rows, &data.active_rows);
    let (columns, column_clusters) = complete(&clusters.columns, &data.active_columns);
    let blocks =
        joint.map(|joint| joint.blocks((&rows, row_clusters), (&columns, column_clusters)));
    let marginals = blocks
        .as_ref()
        .map(|blocks| (blocks.row_shares(), blocks.column_shares()));
    let observed = observed(data, clusters);
    let (row_sizes, column_sizes) = (
        super::cluster_sizes(&rows, row_clusters),
        super::cluster_sizes(&columns, column_clusters),
    );
    let sparse = matches!(data.observed, Cells::Sparse(_));
    let mut summaries = Vec::with_capacity(clusters.rows.clusters * clusters.columns.clusters);
    for row_cluster in 0..clusters.rows.clusters {
        for column_cluster in 0..clusters.columns.clusters {
            let found = &observed[row_cluster * clusters.columns.clusters + column_cluster];
            let (rows, columns) = (row_sizes[row_cluster], column_sizes[column_cluster]);
            let cells = rows * columns;
            let zeros_count = sparse && !data.absent_is_missing;
            let present = if zeros_count { cells } else { found.present };
            let share = blocks.as_ref().map_or(0.0, |blocks| {
                blocks.shares[row_cluster * column_clusters + column_cluster]
            });
            let expected = marginals.as_ref().map_or(0.0, |(rows, columns)| {
                rows[row_cluster] * columns[column_cluster]
            });
            summaries.push(BlockSummary {
                row_cluster,
                column_cluster,
                rows,
                columns,
                mean: (present > 0).then(|| found.sum / present as f64),
                share,
                lift: (expected > 0.0).then(|| share / expected),
                density: (cells > 0).then(|| found.other_than_zero as f64 / cells as f64),
            });
        }
    }
    summaries
}

#[derive(Debug, Clone, Default)]
struct Observed {
    sum: f64,
    /// Stored and not missing.
    present: usize,
    other_than_zero: usize,
}

/// Of each block, what the file has in it.
fn observed(data: &MatrixData, clusters: &CoClusters) -> Vec<Observed> {
    let width = clusters.columns.clusters;
    let mut blocks = vec![Observed::default(); clusters.rows.clusters * width];
    for &row in &data.active_rows {
        let Some(cluster) = clusters.rows.of.get(row as usize).copied().flatten() else {
            continue;
        };
        let blocks = &mut blocks[usize::from(cluster) * width..][..width];
        for (column, value) in data.observed.row(row as usize) {
            let Some(Some(cluster)) = clusters.columns.of.get(column) else {
                continue;
            };
            if value.is_nan() {
                continue;
            }
            let block = &mut blocks[usize::from(*cluster)];
            block.sum += f64::from(value);
            block.present += 1;
            block.other_than_zero += usize::from(value != 0.0);
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::data::Sparse;
    use crate::record::Side;

    fn data(absent_is_missing: bool) -> MatrixData {
        let sparse = Sparse::from_parts(2, vec![0, 1, 3], vec![0, 0, 1], vec![4., 2., 3.]);
        MatrixData {
            absent_is_missing,
            ..MatrixData::of(Cells::Sparse(Arc::new(sparse)))
        }
    }

    #[test]
    fn absent_cells_are_zeros_of_the_mean_only_if_they_are_not_missing() {
        let one = |total: usize| Side {
            clusters: 1,
            of: vec![Some(0); total],
            posterior: Vec::new(),
        };
        let clusters = CoClusters {
            rows: one(2),
            columns: one(2),
        };
        for (missing, mean) in [(false, 9.0 / 4.0), (true, 3.0)] {
            let data = data(missing);
            let joint = Joint::new(&data.active());
            let summaries = block_summaries(&data, joint.as_ref(), &clusters);
            assert_eq!(
                summaries,
                [BlockSummary {
                    row_cluster: 0,
                    column_cluster: 0,
                    rows: 2,
                    columns: 2,
                    mean: Some(mean),
                    share: 1.0,
                    lift: Some(1.0),
                    density: Some(0.75),
                }]
            );
        }
    }

    #[test]
    fn an_empty_cluster_has_no_mean_and_no_lift() {
        let clusters = CoClusters {
            rows: Side {
                clusters: 2,
                of: vec![Some(0), Some(0)],
                posterior: Vec::new(),
            },
            columns: Side {
                clusters: 1,
                of: vec![Some(0), Some(0)],
                posterior: Vec::new(),
            },
        };
        let data = data(false);
        let joint = Joint::new(&data.active());
        let summaries = block_summaries(&data, joint.as_ref(), &clusters);
        assert_eq!(summaries[1].rows, 0);
        assert_eq!(
            (summaries[1].mean, summaries[1].lift, summaries[1].density),
            (None, None, None)
        );
    }
}
