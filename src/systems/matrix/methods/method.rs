//! The interface of a method to the trainers.

use rand_chacha::ChaCha8Rng;

use crate::systems::matrix::negative;

/// Clusters of the active rows and columns in the making.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Partition {
    /// The cluster of each active row.
    pub(super) rows: Vec<u16>,
    /// The cluster of each active column.
    pub(super) columns: Vec<u16>,
}

/// The objective of a method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Criterion {
    /// The name of the scalar: `blocks/modularity`.
    pub(super) name: &'static str,
    /// In a sentence: `modularity`.
    pub(super) label: &'static str,
    pub(super) larger_is_better: bool,
}

impl Criterion {
    pub(super) fn is_better(&self, value: f64, than: f64) -> bool {
        if self.larger_is_better {
            value > than
        } else {
            value < than
        }
    }
}

/// A co-clustering that is improved iteration by iteration from random starts.
pub(super) trait Method {
    /// Number of row and of column clusters.
    fn clusters(&self) -> (usize, usize);

    /// What is of raised cells where some are negative: see [`negative`].
    fn raised(&self) -> &'static str {
        negative::MEASURES
    }

    /// One criterion of both sides, or one of rows and one of columns, if the sides do not depend on each other.
    fn criteria(&self) -> &'static [Criterion];

    /// Where one start begins.
    fn start(&self, rng: &mut ChaCha8Rng) -> Partition;

    /// One iteration; whether anything changed.
    fn improve(&self, partition: &mut Partition) -> bool;

    /// The value of each criterion.
    fn values(&self, partition: &Partition) -> Vec<f64>;

    /// The distance of two active rows where the method sees them apart from all clusters; `None` if it compares rows by clusters alone.
    fn row_distance(&self) -> Option<RowDistance<'_>> {
        None
    }
}

/// Of two rows by number.
pub(super) type RowDistance<'a> = Box<dyn Fn(usize, usize) -> f64 + Sync + 'a>;
