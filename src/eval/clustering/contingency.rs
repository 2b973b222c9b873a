//! Measures of clusters against true classes, all from their contingency table.

use pathfinding::kuhn_munkres::kuhn_munkres;
use pathfinding::matrix::Matrix;
use rustc_hash::FxHashMap;

/// The larger side of the table whose best matching is still looked for: the time grows with its cube.
const MOST_TO_MATCH: usize = 1000;

/// How many members of each cluster belong to each class. Only the pairs that occur are held.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contingency {
    /// (cluster, class) and how many, ascending.
    cells: Vec<((u32, u32), u64)>,
    /// Sizes of the clusters that have members, by cluster.
    clusters: Vec<(u32, u64)>,
    /// Sizes of the classes that have members, by class.
    classes: Vec<(u32, u64)>,
    total: u64,
}

impl FromIterator<(u32, u32)> for Contingency {
    /// From the cluster and the class of each member.
    fn from_iter<I: IntoIterator<Item = (u32, u32)>>(pairs: I) -> Self {
        let mut cells: FxHashMap<(u32, u32), u64> = FxHashMap::default();
        for pair in pairs {
            *cells.entry(pair).or_default() += 1;
        }
        let sizes = |side: fn(&(u32, u32)) -> u32| {
            let mut sizes: FxHashMap<u32, u64> = FxHashMap::default();
            for (pair, count) in &cells {
                *sizes.entry(side(pair)).or_default() += count;
            }
            sorted(sizes)
        };
        Self {
            clusters: sizes(|pair| pair.0),
            classes: sizes(|pair| pair.1),
            total: cells.values().sum(),
            cells: sorted(cells),
        }
    }
}

fn sorted<K: Ord + Copy>(counts: FxHashMap<K, u64>) -> Vec<(K, u64)> {
    let mut counts: Vec<(K, u64)> = counts.into_iter().collect();
    counts.sort_unstable_by_key(|(key, _)| *key);
    counts
}

impl Contingency {
    /// Number of members.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }

    /// How many members of `cluster` are of `class`.
    #[must_use]
    pub fn count(&self, cluster: u32, class: u32) -> u64 {
        let at = self
            .cells
            .binary_search_by_key(&(cluster, class), |(pair, _)| *pair);
        at.map_or(0, |at| self.cells[at].1)
    }

    /// Normalized mutual information, with the arithmetic mean of the two entropies (scikit-learn's default since 0.22):
    /// 2 I(K; C) / (H(K) + H(C)), in [0, 1].
    #[must_use]
    pub fn nmi_arithmetic(&self) -> f64 {
        self.nmi(f64::midpoint)
    }

    /// Normalized mutual information, with the geometric mean of the two entropies (scikit-learn's default before 0.22):
    /// I(K; C) / √(H(K) H(C)), in [0, 1].
    #[must_use]
    pub fn nmi_geometric(&self) -> f64 {
        self.nmi(|a, b| (a * b).sqrt())
    }

    fn nmi(&self, mean: fn(f64, f64) -> f64) -> f64 {
        // One cluster and one class say the same, as in scikit-learn.
        if self.clusters.len() <= 1 && self.classes.len() <= 1 {
            return 1.0;
        }
        let entropy = |sizes: &[(u32, u64)]| self.entropy(sizes.iter().map(|(_, count)| *count));
        let (clusters, classes) = (entropy(&self.clusters), entropy(&self.classes));
        let joint = self.entropy(self.cells.iter().map(|(_, count)| *count));
        let information = (clusters + classes - joint).max(0.0);
        let mean = mean(clusters, classes);
        if information <= f64::EPSILON || mean <= 0.0 {
            return 0.0;
        }
        (information / mean).min(1.0)
    }

    /// In nats.
    fn entropy(&self, counts: impl Iterator<Item = u64>) -> f64 {
        let total = self.total as f64;
        let terms = counts.map(|count| {
            let share = count as f64 / total;
            -share * share.ln()
        });
        terms.sum()
    }

    /// Adjusted Rand index (Hubert and Arabie, Comparing Partitions, 1985): 1 for equal partitions, about 0 for independent ones.
    #[must_use]
    pub fn ari(&self) -> f64 {
        // In ordered pairs of members; a product of two of them is beyond u64.
        let pairs = |counts: &mut dyn Iterator<Item = u64>| -> f64 {
            counts
                .map(|count| count as f64 * (count as f64 - 1.0))
                .sum()
        };
        let together = pairs(&mut self.cells.iter().map(|(_, count)| *count));
        let clusters = pairs(&mut self.clusters.iter().map(|(_, count)| *count));
        let classes = pairs(&mut self.classes.iter().map(|(_, count)| *count));
        let all = pairs(&mut std::iter::once(self.total));
        if clusters == together && classes == together {
            return 1.0;
        }
        let expected = clusters * classes / all;
        (together - expected) / (f64::midpoint(clusters, classes) - expected)
    }

    /// The share of members in the largest class of their cluster. Several clusters may count for one class, so more clusters never
    /// lower it.
    #[must_use]
    pub fn purity(&self) -> f64 {
        let mut largest: FxHashMap<u32, u64> = FxHashMap::default();
        for ((cluster, _), count) in &self.cells {
            let most = largest.entry(*cluster).or_default();
            *most = (*most).max(*count);
        }
        self.share(largest.values().sum())
    }

    /// The share of members whose cluster is matched with their class, where each cluster is matched with at most one class and each
    /// class with at most one cluster, in the best way (the Hungarian method). `None` if there are more than 1000 clusters or classes.
    #[must_use]
    pub fn accuracy(&self) -> Option<f64> {
        let matched = self.matching()?;
        let pairs = matched.iter();
        Some(
            self.share(
                pairs
                    .map(|&(cluster, class)| self.count(cluster, class))
                    .sum(),
            ),
        )
    }

    /// The matching of [`Self::accuracy`]: (cluster, class), by cluster. Clusters or classes left over are not in it.
    #[must_use]
    pub fn matching(&self) -> Option<Vec<(u32, u32)>> {
        let (rows, columns) = (self.clusters.len(), self.classes.len());
        if rows.max(columns) > MOST_TO_MATCH {
            return None;
        }
        if rows == 0 {
            return Some(Vec::new());
        }
        let weight = |row: usize, column: usize| {
            let count = self.count(self.clusters[row].0, self.classes[column].0);
            i64::try_from(count).unwrap_or(i64::MAX)
        };
        // The method wants no more rows than columns.
        let pairs: Vec<(usize, usize)> = if rows <= columns {
            let weights = Matrix::from_fn(rows, columns, |(row, column)| weight(row, column));
            let (_, columns): (i64, _) = kuhn_munkres(&weights);
            columns.into_iter().enumerate().collect()
        } else {
            let weights = Matrix::from_fn(columns, rows, |(column, row)| weight(row, column));
            let (_, rows): (i64, _) = kuhn_munkres(&weights);
            let mut pairs: Vec<(usize, usize)> = rows.into_iter().zip(0..).collect();
            pairs.sort_unstable();
            pairs
        };
        let named = |(row, column): (usize, usize)| (self.clusters[row].0, self.classes[column].0);
        Some(pairs.into_iter().map(named).collect())
    }

    /// Of nothing, everything.
    fn share(&self, count: u64) -> f64 {
        if self.total == 0 {
            return 1.0;
        }
        count as f64 / self.total as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cluster 0 holds 3 of class 0 and 1 of class 1; cluster 1 holds 2 of class 0 and 2 of class 2.
    fn table() -> Contingency {
        let pairs = [
            (0, 0),
            (0, 0),
            (0, 0),
            (0, 1),
            (1, 0),
            (1, 0),
            (1, 2),
            (1, 2),
        ];
        pairs.into_iter().collect()
    }

    #[test]
    fn purity_lets_two_clusters_count_for_one_class_and_accuracy_does_not() {
        assert_eq!(table().purity(), 5.0 / 8.0);
        assert_eq!(table().matching(), Some(vec![(0, 0), (1, 2)]));
        assert_eq!(table().accuracy(), Some(5.0 / 8.0));
        let split: Contingency = [(0, 0), (0, 0), (1, 0)].into_iter().collect();
        assert_eq!(split.purity(), 1.0);
        assert_eq!(split.accuracy(), Some(2.0 / 3.0));
        assert_eq!(split.matching(), Some(vec![(0, 0)]));
    }

    #[test]
    fn a_clustering_of_nothing_is_right() {
        let nothing: Contingency = std::iter::empty().collect();
        assert_eq!(nothing.total(), 0);
        assert_eq!(nothing.accuracy(), Some(1.0));
        assert_eq!((nothing.purity(), nothing.ari()), (1.0, 1.0));
        assert_eq!(nothing.nmi_arithmetic(), 1.0);
    }

    #[test]
    fn a_class_for_each_member_needs_no_large_table() {
        let many: Contingency = (0..100_000).map(|member| (member, member)).collect();
        assert_eq!(many.accuracy(), None);
        assert!((many.ari() - 1.0).abs() < 1e-12);
        assert!((many.nmi_geometric() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn numbers_of_clusters_need_not_be_small() {
        let pairs = [(u32::MAX, 7), (u32::MAX, 7), (0, u32::MAX)];
        let table: Contingency = pairs.into_iter().collect();
        assert_eq!(table.count(u32::MAX, 7), 2);
        assert_eq!(table.count(7, 7), 0);
        assert_eq!(table.accuracy(), Some(1.0));
    }
}
