//! Joint distributions of clusters, and the mutual information that they keep.

use rayon::prelude::*;

use super::{Baseline, Joint};
use crate::data::Cells;

/// Parts of the rows whose sums are added up apart: fixed, so that they do not depend on the number of threads.
const PARTS: usize = 8;
/// Rows of a part, at least: fewer are not worth a thread.
const ROWS_PER_PART: usize = 256;
/// Sums of each block that are added to in turn; a power of two.
const LANES: usize = 4;
/// With more blocks there is one sum of each, and one part: cells rarely meet in a block, and the sums would fill the memory.
const MANY_BLOCKS: usize = 1 << 12;

/// The joint distribution of row and column clusters: p(x̂_s, ŷ_t), [row clusters, column clusters], row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct Blocks {
    /// Number of column clusters.
    pub columns: usize,
    /// Shares, which sum to 1.
    pub shares: Vec<f64>,
}

impl Joint {
    /// p(x̂_s, ŷ_t) for hard clusters of all rows and columns.
    ///
    /// # Panics
    /// If a cluster is not below its count, or there is not one for each row and column.
    #[must_use]
    pub fn blocks(&self, rows: (&[u16], usize), columns: (&[u16], usize)) -> Blocks {
        let ((row_of, row_clusters), (column_of, column_clusters)) = (rows, columns);
        assert_eq!(row_of.len(), self.cells.rows(), "one cluster for each row");
        assert_eq!(
            column_of.len(),
            self.cells.columns(),
            "one cluster for each column"
        );
        let mut shares = vec![0.0; row_clusters * column_clusters];
        if let Some([left, right]) = self.baseline_sums(rows, columns) {
            for (block, left) in shares.chunks_exact_mut(column_clusters.max(1)).zip(&left) {
                for (share, right) in block.iter_mut().zip(&right) {
                    *share = left * right;
                }
            }
        }
        let count = shares.len();
        let (lanes, parts) = if count <= MANY_BLOCKS {
            (LANES, PARTS)
        } else {
            (1, 1)
        };
        let length = row_of.len().div_ceil(parts).max(ROWS_PER_PART);
        let parts: Vec<Vec<f64>> = row_of
            .par_chunks(length)
            .enumerate()
            .map(|(part, of)| {
                let mut sums = vec![0.0; lanes * count];
                for (row, &cluster) in (part * length..).zip(of) {
                    let first = usize::from(cluster) * column_clusters;
                    self.add_row(row, column_of, first, (lanes, count), &mut sums);
                }
                sums
            })
            .collect();
        for sums in parts
            .iter()
            .flat_map(|part| part.chunks_exact(count.max(1)))
        {
            for (share, sum) in shares.iter_mut().zip(sums) {
                *share += sum;
            }
        }
        shares.iter_mut().for_each(|share| *share /= self.total);
        Blocks {
            columns: column_clusters,
            shares,
        }
    }

    /// Adds the cells of a row to the sums of its column clusters from `first` on, in turn to each of the lanes, which are `apart` long: a
    /// sum need not wait for the one before.
    fn add_row(
        &self,
        row: usize,
        column_of: &[u16],
        first: usize,
        (lanes, apart): (usize, usize),
        sums: &mut [f64],
    ) {
        let mut add = |at: usize, cluster: u16, value: f32| {
            sums[(at & (lanes - 1)) * apart + first + usize::from(cluster)] += f64::from(value);
        };
        match &self.cells {
            Cells::Dense(dense) => {
                for (at, (value, cluster)) in dense.row(row).iter().zip(column_of).enumerate() {
                    add(at, *cluster, *value);
                }
            }
            Cells::Sparse(sparse) => {
                let (columns, values) = sparse.row(row);
                for (at, (column, value)) in columns.iter().zip(values).enumerate() {
                    add(at, column_of[*column as usize], *value);
                }
            }
        }
    }

    /// p(x_i, ŷ_t) of each row and column cluster: [rows, clusters].
    #[must_use]
    pub fn row_profiles(&self, column_of: &[u16], clusters: usize) -> Vec<f64> {
        let baseline = self.baseline_of(0, (column_of, clusters));
        let mut profiles = vec![0.0; self.cells.rows() * clusters];
        let rows = profiles.par_chunks_exact_mut(clusters.max(1)).enumerate();
        rows.for_each(|(row, profile)| {
            for (column, value) in self.cells.row(row) {
                profile[usize::from(column_of[column])] += f64::from(value);
            }
            self.to_shares(row, profile, baseline.as_ref());
        });
        profiles
    }

    /// p(x̂_s, y_j) of each column and row cluster: [columns, clusters].
    #[must_use]
    pub fn column_profiles(&self, row_of: &[u16], clusters: usize) -> Vec<f64> {
        let baseline = self.baseline_of(1, (row_of, clusters));
        let length = row_of.len().div_ceil(PARTS).max(1024);
        let parts: Vec<Vec<f64>> = row_of
            .par_chunks(length)
            .enumerate()
            .map(|(part, of)| {
                let mut sums = vec![0.0; self.cells.columns() * clusters];
                for (row, &cluster) in (part * length..).zip(of) {
                    for (column, value) in self.cells.row(row) {
                        sums[column * clusters + usize::from(cluster)] += f64::from(value);
                    }
                }
                sums
            })
            .collect();
        let mut profiles = vec![0.0; self.cells.columns() * clusters];
        let columns = profiles.par_chunks_exact_mut(clusters.max(1)).enumerate();
        columns.for_each(|(column, profile)| {
            for part in &parts {
                let own = &part[column * clusters..(column + 1) * clusters];
                for (sum, value) in profile.iter_mut().zip(own) {
                    *sum += value;
                }
            }
            self.to_shares(column, profile, baseline.as_ref());
        });
        profiles
    }

    /// From sums of cells over clusters to shares of one line.
    fn to_shares(&self, line: usize, sums: &mut [f64], baseline: Option<&[Vec<f64>; 2]>) {
        if let Some([left, right]) = baseline {
            for (sum, right) in sums.iter_mut().zip(right) {
                *sum += left[line] * right;
            }
        }
        sums.iter_mut().for_each(|sum| *sum /= self.total);
    }

    /// The baseline as u vᵀ: u of the lines of a side, and v summed over the clusters of the others; `None` without one.
    fn baseline_of(&self, side: usize, others: (&[u16], usize)) -> Option<[Vec<f64>; 2]> {
        let lines = [self.rows.len(), self.columns.len()];
        match &self.baseline {
            Baseline::Uniform(0.0) => None,
            Baseline::Uniform(shift) => {
                Some([vec![1.0; lines[side]], uniform_sums(*shift, others)])
            }
            Baseline::Outer(both) => {
                Some([both[side].clone(), cluster_sums(&both[1 - side], others)])
            }
        }
    }

    /// The baseline summed over clusters of rows and of columns.
    fn baseline_sums(
        &self,
        rows: (&[u16], usize),
        columns: (&[u16], usize),
    ) -> Option<[Vec<f64>; 2]> {
        match &self.baseline {
            Baseline::Uniform(0.0) => None,
            Baseline::Uniform(shift) => {
                Some([uniform_sums(*shift, rows), uniform_sums(1.0, columns)])
            }
            Baseline::Outer([a, b]) => Some([cluster_sums(a, rows), cluster_sums(b, columns)]),
        }
    }

    /// I(X̂; Ŷ) / I(X; Y), the share of mutual information that these blocks keep, in [0, 1]; 1 if there is none to keep.
    #[must_use]
    pub fn kept(&self, blocks: &Blocks) -> f64 {
        if self.information <= f64::EPSILON {
            return 1.0;
        }
        (blocks.information() / self.information).clamp(0.0, 1.0)
    }
}

impl Blocks {
    /// I(X̂; Ŷ) in nats.
    #[must_use]
    pub fn information(&self) -> f64 {
        let sum = |sums: &[f64]| sums.iter().copied().map(x_ln_x).sum::<f64>();
        (sum(&self.shares) - sum(&self.row_shares()) - sum(&self.column_shares())).max(0.0)
    }

    /// p(x̂_s).
    #[must_use]
    pub fn row_shares(&self) -> Vec<f64> {
        let rows = self.shares.chunks_exact(self.columns.max(1));
        rows.map(|row| row.iter().sum()).collect()
    }

    /// p(ŷ_t).
    #[must_use]
    pub fn column_shares(&self) -> Vec<f64> {
        let mut sums = vec![0.0; self.columns];
        for row in self.shares.chunks_exact(self.columns.max(1)) {
            for (sum, share) in sums.iter_mut().zip(row) {
                *sum += share;
            }
        }
        sums
    }
}

/// How many members each of `clusters` clusters has.
///
/// # Panics
/// If a cluster is not below `clusters`.
#[must_use]
pub fn cluster_sizes(of: &[u16], clusters: usize) -> Vec<usize> {
    let mut sizes = vec![0; clusters];
    for &cluster in of {
        sizes[usize::from(cluster)] += 1;
    }
    sizes
}

/// `value` for each member, summed over clusters.
fn uniform_sums(value: f64, (of, clusters): (&[u16], usize)) -> Vec<f64> {
    let sizes = cluster_sizes(of, clusters);
    sizes.into_iter().map(|size| value * size as f64).collect()
}

/// Values of the members, summed over clusters.
fn cluster_sums(values: &[f64], (of, clusters): (&[u16], usize)) -> Vec<f64> {
    let mut sums = vec![0.0; clusters];
    for (value, &cluster) in values.iter().zip(of) {
        sums[usize::from(cluster)] += value;
    }
    sums
}

/// x ln x, 0 at 0 (and below it, where rounding can lead).
fn x_ln_x(x: f64) -> f64 {
    if x > 0.0 { x * x.ln() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::tests::{by_hand, dense};
    use super::*;
    use crate::data::Sparse;
    use crate::systems::matrix::Baselined;

    #[test]
    fn blocks_are_sums_and_keep_a_share_of_the_information() {
        let joint =
            Joint::new(&dense(3, &[4., 0., 1., 2., 3., 0., 0., 1., 5.])).expect("not empty");
        let blocks = joint.blocks((&[0, 0, 1], 2), (&[0, 0, 1], 2));
        let expected = [9.0, 1.0, 1.0, 5.0].map(|sum| sum / 16.0);
        for (found, expected) in blocks.shares.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12);
        }
        let kept = by_hand(2, &[9., 1., 1., 5.]) / joint.information();
        assert!((joint.kept(&blocks) - kept).abs() < 1e-12);
        let all = joint.blocks((&[0, 1, 2], 3), (&[0, 1, 2], 3));
        assert!((joint.kept(&all) - 1.0).abs() < 1e-12);
        let none = joint.blocks((&[0, 0, 0], 1), (&[0, 1, 2], 3));
        assert!(joint.kept(&none).abs() < 1e-12);
    }

    #[test]
    fn negative_cells_shift_a_sparse_matrix_as_they_shift_a_dense_one() {
        let values = [0., -1., 2., 0., 0., 3.];
        let sparse = Sparse::from_parts(3, vec![0, 2, 3], vec![1, 2, 2], vec![-1., 2., 3.]);
        let sparse = Joint::new(&Cells::Sparse(Arc::new(sparse))).expect("not empty");
        let dense = Joint::new(&dense(3, &values)).expect("not empty");
        let expected = by_hand(3, &values.map(|value| f64::from(value) + 1.0));
        let (of_rows, of_columns) = ((&[0_u16, 1][..], 2), (&[0_u16, 0, 1][..], 2));
        for joint in [&sparse, &dense] {
            assert!((joint.information() - expected).abs() < 1e-12);
            let blocks = joint.blocks(of_rows, of_columns);
            let shares = [1.0, 3.0, 2.0, 4.0].map(|sum| sum / 10.0);
            for (found, expected) in blocks.shares.iter().zip(shares) {
                assert!((found - expected).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn profiles_are_the_sums_over_the_clusters_of_the_other_side() {
        let values = [0., -1., 2., 0., 0., 3., 0., 0., 0., 0., 0., 0.];
        let mut values = values.to_vec();
        values.resize(3 * 20, 0.0);
        let joint = Joint::new(&dense(3, &values)).expect("not empty");
        assert!(matches!(joint.cells(), Cells::Sparse(_)));
        // Shifted by 1: 60 zeros become 60, and the cells add 4.
        let rows = joint.row_profiles(&[1, 0, 0], 2);
        for (found, expected) in rows.iter().zip([3.0, 1.0, 5.0, 1.0, 2.0, 1.0]) {
            assert!((found - expected / 64.0).abs() < 1e-12);
        }
        let mut of = vec![1; 20];
        of[0] = 0;
        let columns = joint.column_profiles(&of, 2);
        for (found, expected) in columns.iter().zip([1.0, 19.0, 0.0, 19.0, 3.0, 22.0]) {
            assert!((found - expected / 64.0).abs() < 1e-12);
        }
    }

    #[test]
    fn a_baseline_of_rows_and_columns_counts_in_blocks_and_profiles() {
        // (0, 1, 2) + (1, ½)ᵀ (2, 1, 0) and (0, 0, 3) + …: 2 2 2 and 1 ½ 3, in all 10.5.
        let sparse = Sparse::from_parts(3, vec![0, 2, 3], vec![1, 2, 2], vec![1., 2., 3.]);
        let joint = Joint::of_amounts(Baselined {
            cells: Cells::Sparse(Arc::new(sparse)),
            baseline: Some([vec![1.0, 0.5], vec![2.0, 1.0, 0.0]]),
        })
        .expect("not empty");
        let near = |found: &[f64], sums: &[f64]| {
            for (found, sum) in found.iter().zip(sums) {
                assert!(
                    (found - sum / 10.5).abs() < 1e-12,
                    "{found}, not {sum} / 10.5"
                );
            }
        };
        let of_columns = (&[0_u16, 1, 1][..], 2);
        let blocks = joint.blocks((&[0, 1], 2), of_columns);
        near(&blocks.shares, &[2.0, 4.0, 1.0, 3.5]);
        near(&joint.row_profiles(of_columns.0, 2), &[2.0, 4.0, 1.0, 3.5]);
        near(
            &joint.column_profiles(&[0, 1], 2),
            &[2.0, 1.0, 2.0, 0.5, 2.0, 3.0],
        );
    }
}
