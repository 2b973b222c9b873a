//! The order in which rows and columns are drawn.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::record::Side;

/// The order of rows (and columns) within a cluster.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Within {
    /// Surest first: by γ of the own cluster.
    #[default]
    Confidence,
    /// Heaviest first: by the sum of absolute values.
    Weight,
    /// As in the file.
    File,
}

/// One side of a matrix in the order it is drawn in.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Along {
    /// The row (or column) at each place.
    pub(crate) order: Vec<u32>,
    /// The place of each row (or column): the inverse of `order`.
    pub(crate) place: Vec<u32>,
    /// Where clusters begin and end, in order; empty if they are scattered.
    pub(crate) spans: Vec<Span>,
}

/// The places of a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    /// `None`: set aside.
    pub(crate) cluster: Option<u16>,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// A cluster between two places, which need not be whole while clusters move.
pub(crate) type Stretch = (Option<u16>, f64, f64);

/// Both sides.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Arrangement {
    pub(crate) rows: Arc<Along>,
    pub(crate) columns: Arc<Along>,
}

impl Along {
    /// The order of the file.
    pub(crate) fn original(length: usize) -> Self {
        let order: Vec<u32> = (0..length as u32).collect();
        Self {
            place: order.clone(),
            order,
            spans: Vec::new(),
        }
    }

    /// Any order.
    pub(crate) fn ordered(order: Vec<u32>) -> Self {
        let mut place = vec![0; order.len()];
        for (at, &row) in (0..).zip(&order) {
            place[row as usize] = at;
        }
        Self {
            order,
            place,
            spans: Vec::new(),
        }
    }

    /// By cluster, in the order of `sequence`, those set aside last; within a cluster as `within` says. `weights` has one for each row.
    pub(crate) fn folded(side: &Side, sequence: &[u16], within: Within, weights: &[f64]) -> Self {
        let mut rank = vec![usize::MAX; side.clusters];
        for (at, &cluster) in sequence.iter().enumerate() {
            rank[usize::from(cluster)] = at;
        }
        let key = |row: usize| match within {
            Within::Confidence => own_share(side, row).map_or(0.0, f64::from),
            Within::Weight => weights.get(row).copied().unwrap_or(0.0),
            Within::File => 0.0,
        };
        let mut keyed: Vec<(usize, f64, u32)> = (0..side.of.len())
            .map(|row| {
                let rank = side.of[row].map_or(usize::MAX, |cluster| rank[usize::from(cluster)]);
                (rank, key(row), row as u32)
            })
            .collect();
        keyed.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)).then(a.2.cmp(&b.2)));
        let mut along = Self::ordered(keyed.into_iter().map(|(.., row)| row).collect());
        along.spans = spans(&along.order, side);
        along
    }

    pub(crate) fn len(&self) -> usize {
        self.order.len()
    }

    /// The places of a cluster.
    pub(crate) fn span_of(&self, cluster: u16) -> Option<Span> {
        self.spans
            .iter()
            .copied()
            .find(|span| span.cluster == Some(cluster))
    }
}

/// γ of the own cluster; `None` of a hard method.
fn own_share(side: &Side, row: usize) -> Option<f32> {
    let cluster = side.of.get(row).copied().flatten()?;
    side.shares(row)?.get(usize::from(cluster)).copied()
}

fn spans(order: &[u32], side: &Side) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for (place, &row) in order.iter().enumerate() {
        let cluster = side.of[row as usize];
        match spans.last_mut() {
            Some(span) if span.cluster == cluster => span.end = place + 1,
            _ => spans.push(Span {
                cluster,
                start: place,
                end: place + 1,
            }),
        }
    }
    spans
}

/// Clusters by number.
pub(crate) fn by_number(clusters: usize) -> Vec<u16> {
    (0..clusters as u16).collect()
}

/// Largest first.
pub(crate) fn by_size(sizes: &[usize]) -> Vec<u16> {
    let mut sequence = by_number(sizes.len());
    sequence.sort_by_key(|&cluster| std::cmp::Reverse(sizes[usize::from(cluster)]));
    sequence
}

/// Row clusters by number, and column clusters so that the strongest block of each row cluster comes as near to the diagonal as it can.
/// `strength` is [rows, columns], row by row.
pub(crate) fn on_diagonal(rows: usize, columns: usize, strength: &[f64]) -> Vec<u16> {
    let mut blocks: Vec<(usize, usize)> = (0..rows)
        .flat_map(|row| (0..columns).map(move |column| (row, column)))
        .collect();
    blocks.sort_by(|a, b| {
        let of = |&(row, column): &(usize, usize)| strength[row * columns + column];
        of(b).total_cmp(&of(a))
    });
    let mut wanted = vec![None; columns];
    let mut taken = vec![false; rows];
    for &(row, column) in &blocks {
        if !taken[row] && wanted[column].is_none() {
            taken[row] = true;
            wanted[column] = Some(row);
        }
    }
    // Column clusters beyond the number of row clusters follow the row cluster that they are strongest in.
    for &(row, column) in &blocks {
        if wanted[column].is_none() {
            wanted[column] = Some(row);
        }
    }
    let mut sequence = by_number(columns);
    sequence.sort_by_key(|&column| (wanted[usize::from(column)], column));
    sequence
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(clusters: usize, of: &[Option<u16>], posterior: &[f32]) -> Side {
        Side {
            clusters,
            of: of.to_vec(),
            posterior: posterior.to_vec(),
        }
    }

    #[test]
    fn rows_stand_by_cluster_and_surest_first() {
        let of = [Some(1), Some(0), None, Some(1), Some(0)];
        let posterior = [0.4, 0.6, 0.7, 0.3, 0.0, 0.0, 0.1, 0.9, 0.8, 0.2];
        let along = Along::folded(&side(2, &of, &posterior), &[0, 1], Within::Confidence, &[]);
        assert_eq!(along.order, [4, 1, 3, 0, 2]);
        assert_eq!(along.place, [3, 1, 4, 2, 0]);
        let spans: Vec<_> = along
            .spans
            .iter()
            .map(|span| (span.cluster, span.start, span.end))
            .collect();
        assert_eq!(spans, [(Some(0), 0, 2), (Some(1), 2, 4), (None, 4, 5)]);
        let other = Along::folded(&side(2, &of, &posterior), &[1, 0], Within::File, &[]);
        assert_eq!(other.order, [0, 3, 1, 4, 2]);
        let weights = [1.0, 2.0, 9.0, 3.0, 1.0];
        let heavy = Along::folded(&side(2, &of, &[]), &[0, 1], Within::Weight, &weights);
        assert_eq!(heavy.order, [1, 4, 3, 0, 2]);
    }

    #[test]
    fn strong_blocks_come_to_the_diagonal() {
        // Row cluster 0 goes with column cluster 2, 1 with 0; column cluster 1 is left over and strongest in row cluster 0.
        let strength = [0.1, 0.5, 3.0, 2.0, 0.2, 0.1];
        assert_eq!(on_diagonal(2, 3, &strength), [1, 2, 0]);
        assert_eq!(on_diagonal(3, 1, &[1.0, 2.0, 3.0]), [0]);
    }

    #[test]
    fn largest_clusters_come_first() {
        assert_eq!(by_size(&[1, 0, 2]), [2, 0, 1]);
    }
}
