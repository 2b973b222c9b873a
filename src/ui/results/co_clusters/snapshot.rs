//! One snapshot of co-clusters, with what the view shows of it.

use std::sync::Arc;

use rayon::prelude::*;

use crate::data::{Classes, MatrixData};
use crate::eval::Contingency;
use crate::record::{CoClusters, Side};
use crate::ui::jobs::on_own_threads;
use crate::ui::results::cache::{self, Shared, Source};

/// Co-clusters at a step, counted and measured.
#[derive(Debug, Clone)]
pub(super) struct Snapshot {
    pub(super) step: u64,
    pub(super) clusters: Arc<CoClusters>,
    pub(super) rows: Counts,
    pub(super) columns: Counts,
    /// `None` without the matrix.
    pub(super) blocks: Option<Blocks>,
}

/// How many members the clusters of one side have, and of which classes they are.
#[derive(Debug, Clone, Default)]
pub(super) struct Counts {
    pub(super) sizes: Vec<usize>,
    pub(super) set_aside: usize,
    /// Where the true classes are known.
    pub(super) confusion: Option<Confusion>,
}

/// Clusters against true classes.
#[derive(Debug, Clone)]
pub(super) struct Confusion {
    /// Members by cluster and class, [clusters, classes], row by row.
    pub(super) counts: Vec<usize>,
    pub(super) classes: usize,
    pub(super) nmi: f64,
    pub(super) ari: f64,
    pub(super) purity: f64,
    pub(super) accuracy: Option<f64>,
    /// The class that each cluster goes with best, one to one.
    pub(super) class_of: Vec<Option<u32>>,
}

/// Sums of the cells of the blocks, [row clusters, column clusters], row by row. Of the cells as the file has them.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Blocks {
    pub(super) columns: usize,
    pub(super) all: Vec<Block>,
    pub(super) total: Block,
}

/// Sums of the cells of a block.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Block {
    pub(super) sum: f64,
    /// Cells with a value, zeros too.
    pub(super) present: u64,
    /// Cells that are neither missing nor zero.
    pub(super) nonzero: u64,
    pub(super) cells: u64,
}

impl Block {
    fn add(&mut self, other: &Self) {
        self.sum += other.sum;
        self.present += other.present;
        self.nonzero += other.nonzero;
        self.cells += other.cells;
    }

    pub(super) fn mean(&self) -> Option<f64> {
        (self.present > 0).then(|| self.sum / self.present as f64)
    }

    /// The rest of `whole` without this.
    pub(super) fn rest(&self, whole: &Self) -> Self {
        Self {
            sum: whole.sum - self.sum,
            present: whole.present - self.present,
            nonzero: whole.nonzero - self.nonzero,
            cells: whole.cells - self.cells,
        }
    }
}

impl Snapshot {
    pub(super) fn new(
        step: u64,
        clusters: impl Into<Arc<CoClusters>>,
        data: Option<&MatrixData>,
    ) -> Self {
        let clusters = clusters.into();
        let classes = |side: fn(&MatrixData) -> Option<&Classes>| data.and_then(side);
        Self {
            step,
            rows: Counts::of(&clusters.rows, classes(|data| data.row_classes.as_ref())),
            columns: Counts::of(
                &clusters.columns,
                classes(|data| data.column_classes.as_ref()),
            ),
            blocks: data.map(|data| Blocks::of(data, &clusters)),
            clusters,
        }
    }
}

impl cache::Snapshot for Snapshot {
    /// The matrix, where it is there.
    type Context = Option<Shared<MatrixData>>;

    fn read(source: Source, step: u64, data: &Self::Context) -> Result<Self, String> {
        let clusters = source.load(CoClusters::read_npz)?;
        let data = data.as_ref().map(|data| &*data.0);
        if let Some(data) = data {
            check_shape(&clusters, data)?;
        }
        Ok(Self::new(step, clusters, data))
    }

    fn bytes(&self) -> usize {
        let sides = [&self.clusters.rows, &self.clusters.columns];
        let of = |side: &Side| size_of_val(&*side.posterior) + size_of_val(&*side.of);
        sides.into_iter().map(of).sum()
    }
}

/// The file of the data may have changed since the run.
fn check_shape(clusters: &CoClusters, data: &MatrixData) -> Result<(), String> {
    let own = (clusters.rows.of.len(), clusters.columns.of.len());
    let cells = (data.observed.rows(), data.observed.columns());
    if own == cells {
        return Ok(());
    }
    Err(format!(
        "The run clustered {} rows and {} columns, but its data now has {} and {}: the file has changed since.",
        own.0, own.1, cells.0, cells.1
    ))
}

impl Counts {
    fn of(side: &Side, classes: Option<&Classes>) -> Self {
        let mut sizes = vec![0; side.clusters];
        let mut set_aside = 0;
        for cluster in &side.of {
            match cluster {
                Some(cluster) => sizes[usize::from(*cluster)] += 1,
                None => set_aside += 1,
            }
        }
        Self {
            sizes,
            set_aside,
            confusion: classes.map(|classes| Confusion::of(side, classes)),
        }
    }
}

impl Confusion {
    fn of(side: &Side, classes: &Classes) -> Self {
        let width = classes.names.len();
        let pairs = || {
            let both = side.of.iter().zip(&classes.of);
            both.filter_map(|(cluster, class)| Some((u32::from((*cluster)?), (*class)?)))
        };
        let mut counts = vec![0; side.clusters * width];
        for (cluster, class) in pairs() {
            if let Some(count) = counts.get_mut(cluster as usize * width + class as usize) {
                *count += 1;
            }
        }
        let table: Contingency = pairs().collect();
        Self {
            counts,
            classes: width,
            nmi: table.nmi_arithmetic(),
            ari: table.ari(),
            purity: table.purity(),
            accuracy: table.accuracy(),
            class_of: matching(&table, side.clusters),
        }
    }

    pub(super) fn count(&self, cluster: usize, class: usize) -> usize {
        self.counts[cluster * self.classes + class]
    }
}

/// The match of each of `clusters` clusters.
pub(super) fn matching(table: &Contingency, clusters: usize) -> Vec<Option<u32>> {
    let mut partner = vec![None; clusters];
    for (cluster, other) in table.matching().unwrap_or_default() {
        // A pair without a common member says nothing.
        if table.count(cluster, other) > 0
            && let Some(partner) = partner.get_mut(cluster as usize)
        {
            *partner = Some(other);
        }
    }
    partner
}

impl Blocks {
    /// Looks at every stored cell once, on all cores.
    pub(super) fn of(data: &MatrixData, clusters: &CoClusters) -> Self {
        let width = clusters.columns.clusters;
        let count = clusters.rows.clusters * width;
        let add_row = |mut blocks: Vec<Block>, row: usize| {
            let Some(cluster) = clusters.rows.of.get(row).copied().flatten() else {
                return blocks;
            };
            let own = &mut blocks[usize::from(cluster) * width..][..width];
            for (column, value) in data.observed.row(row) {
                if let Some(Some(cluster)) = clusters.columns.of.get(column)
                    && !value.is_nan()
                {
                    let block = &mut own[usize::from(*cluster)];
                    block.sum += f64::from(value);
                    block.present += 1;
                    block.nonzero += u64::from(value != 0.0);
                }
            }
            blocks
        };
        let none = || vec![Block::default(); count];
        let merge = |mut all: Vec<Block>, part: Vec<Block>| {
            for (own, other) in all.iter_mut().zip(&part) {
                own.add(other);
            }
            all
        };
        let rows = (0..data.observed.rows()).into_par_iter().with_min_len(64);
        let mut all = on_own_threads(|| rows.fold(none, add_row).reduce(none, merge));
        let (rows, columns) = (sizes(&clusters.rows), sizes(&clusters.columns));
        let zeros_are_implied =
            matches!(data.observed, crate::data::Cells::Sparse(_)) && !data.absent_is_missing;
        for (at, block) in all.iter_mut().enumerate() {
            block.cells = (rows[at / width] * columns[at % width]) as u64;
            if zeros_are_implied {
                block.present = block.cells;
            }
        }
        let mut total = Block::default();
        all.iter().for_each(|block| total.add(block));
        Self {
            columns: width,
            all,
            total,
        }
    }

    pub(super) fn get(&self, row_cluster: u16, column_cluster: u16) -> Option<&Block> {
        self.all
            .get(usize::from(row_cluster) * self.columns + usize::from(column_cluster))
    }

    /// How much stronger a block is than its row and column clusters make likely: the mean's difference from the whole's.
    pub(super) fn strength(&self) -> Vec<f64> {
        let overall = self.total.mean().unwrap_or(0.0);
        self.all
            .iter()
            .map(|block| {
                block
                    .mean()
                    .map_or(f64::NEG_INFINITY, |mean| mean - overall)
            })
            .collect()
    }

    /// Sum of the block over what its row and column clusters make likely; `None` where sums can be negative or are zero.
    pub(super) fn lift(&self, row_cluster: u16, column_cluster: u16) -> Option<f64> {
        let block = self.get(row_cluster, column_cluster)?;
        let row: f64 = self.all[usize::from(row_cluster) * self.columns..][..self.columns]
            .iter()
            .map(|block| block.sum)
            .sum();
        let column: f64 = self
            .all
            .iter()
            .skip(usize::from(column_cluster))
            .step_by(self.columns)
            .map(|block| block.sum)
            .sum();
        let expected = row * column / self.total.sum;
        let usable = self.all.iter().all(|block| block.sum >= 0.0) && expected > 0.0;
        usable.then(|| block.sum / expected)
    }
}

fn sizes(side: &Side) -> Vec<usize> {
    let mut sizes = vec![0; side.clusters];
    for cluster in side.of.iter().flatten() {
        sizes[usize::from(*cluster)] += 1;
    }
    sizes
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::data::{Cells, Sparse};

    fn side(clusters: usize, of: &[Option<u16>]) -> Side {
        Side {
            clusters,
            of: of.to_vec(),
            posterior: Vec::new(),
        }
    }

    /// 5 . 1 / 4 . . / . 3 2
    fn data(absent_is_missing: bool) -> MatrixData {
        let sparse = Sparse::from_parts(
            3,
            vec![0, 2, 3, 5],
            vec![0, 2, 0, 1, 2],
            vec![5.0, 1.0, 4.0, 3.0, 2.0],
        );
        MatrixData {
            absent_is_missing,
            row_classes: Some(Classes::from_names(&[Some("b"), Some("b"), Some("a")])),
            ..MatrixData::of(Cells::Sparse(Arc::new(sparse)))
        }
    }

    fn clusters() -> CoClusters {
        CoClusters {
            rows: side(2, &[Some(0), Some(0), Some(1)]),
            columns: side(2, &[Some(0), Some(1), Some(1)]),
        }
    }

    #[test]
    fn blocks_by_hand() {
        let blocks = Blocks::of(&data(false), &clusters());
        let means: Vec<_> = blocks.all.iter().map(Block::mean).collect();
        assert_eq!(means, [Some(4.5), Some(0.25), Some(0.0), Some(2.5)]);
        let rest = blocks.all[0].rest(&blocks.total);
        assert_eq!(
            (rest.sum, rest.present, rest.mean()),
            (6.0, 7, Some(6.0 / 7.0))
        );
        // 9 of 15 where 10 · 9 / 15 = 6 are likely.
        assert_eq!(blocks.lift(0, 0), Some(1.5));

        let blocks = Blocks::of(&data(true), &clusters());
        let means: Vec<_> = blocks.all.iter().map(Block::mean).collect();
        assert_eq!(means, [Some(4.5), Some(1.0), None, Some(2.5)]);
        assert_eq!(blocks.total.present, 5);
    }

    #[test]
    fn clusters_are_counted_against_classes() {
        let snapshot = Snapshot::new(7, clusters(), Some(&data(false)));
        assert_eq!(snapshot.rows.sizes, [2, 1]);
        let confusion = snapshot.rows.confusion.expect("classes");
        // Classes by name: a, b.
        assert_eq!(confusion.counts, [0, 2, 1, 0]);
        assert_eq!(confusion.class_of, [Some(1), Some(0)]);
        assert!((confusion.nmi - 1.0).abs() < 1e-9);
        assert_eq!(confusion.count(1, 0), 1);
        assert!(snapshot.columns.confusion.is_none());
    }

    #[test]
    fn without_the_matrix_there_are_sizes() {
        let snapshot = Snapshot::new(7, clusters(), None);
        assert_eq!(snapshot.columns.sizes, [1, 2]);
        assert!(snapshot.blocks.is_none());
    }
}
