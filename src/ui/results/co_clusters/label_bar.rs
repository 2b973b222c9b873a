//! Clusters or classes along a side, as a bar.

use eframe::egui::{Color32, Mesh, Painter, Rect, pos2};

/// From this many pieces on a bar shows the most frequent cluster of each stretch.
const FINE: usize = 1500;
/// Stretches of a coarse bar.
const STRETCHES: usize = 1024;

/// Neighbors of one cluster (or class).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) start: usize,
    pub(super) end: usize,
    /// `None`: set aside, or without a class.
    pub(super) index: Option<u32>,
}

/// Clusters or classes along a side.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct LabelBar {
    fine: Vec<Piece>,
    coarse: Vec<Piece>,
}

impl LabelBar {
    /// `of` gives the cluster of a row; `order` has the row at each place.
    pub(super) fn new(order: &[u32], of: impl Fn(usize) -> Option<u32>) -> Self {
        let indices: Vec<Option<u32>> = order.iter().map(|&row| of(row as usize)).collect();
        let fine = pieces(
            indices
                .iter()
                .copied()
                .zip((0..indices.len()).map(|at| (at, at + 1))),
        );
        let coarse = if fine.len() <= STRETCHES {
            Vec::new()
        } else {
            let length = indices.len().div_ceil(STRETCHES);
            pieces(indices.chunks(length).enumerate().map(|(at, part)| {
                let start = at * length;
                (most_frequent(part), (start, start + part.len()))
            }))
        };
        Self { fine, coarse }
    }

    /// The pieces between two places: fine ones if they are few.
    fn between(&self, first: usize, end: usize) -> &[Piece] {
        let cut = |pieces: &[Piece]| {
            let from = pieces.partition_point(|piece| piece.end <= first);
            let to = pieces.partition_point(|piece| piece.start < end);
            from..to.max(from)
        };
        let fine = cut(&self.fine);
        if fine.len() <= FINE || self.coarse.is_empty() {
            &self.fine[fine]
        } else {
            &self.coarse[cut(&self.coarse)]
        }
    }

    /// Paints the pieces in view into `bar`; `at` gives the point of a place, across the length of the bar.
    pub(super) fn paint(
        &self,
        painter: &Painter,
        bar: Rect,
        vertical: bool,
        (first, end): (usize, usize),
        at: impl Fn(usize) -> f32,
        color: impl Fn(Option<u32>) -> Color32,
    ) {
        let mut mesh = Mesh::default();
        for piece in self.between(first, end) {
            let (from, to) = (at(piece.start), at(piece.end));
            let rect = if vertical {
                Rect::from_min_max(pos2(bar.left(), from), pos2(bar.right(), to))
            } else {
                Rect::from_min_max(pos2(from, bar.top()), pos2(to, bar.bottom()))
            };
            mesh.add_colored_rect(rect.intersect(bar), color(piece.index));
        }
        painter.add(mesh);
    }
}

/// Joins neighbors that are alike.
fn pieces(of: impl Iterator<Item = (Option<u32>, (usize, usize))>) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for (index, (start, end)) in of {
        match pieces.last_mut() {
            Some(last) if last.index == index => last.end = end,
            _ => pieces.push(Piece { start, end, index }),
        }
    }
    pieces
}

fn most_frequent(part: &[Option<u32>]) -> Option<u32> {
    let mut sorted = part.to_vec();
    sorted.sort_unstable();
    sorted
        .chunk_by(|a, b| a == b)
        .max_by_key(|group| group.len())
        .and_then(|group| group[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbors_of_one_cluster_are_one_piece() {
        let of = [Some(0), Some(1), Some(1), None, Some(1)];
        let label_bar = LabelBar::new(&[4, 2, 1, 3, 0], |row| of[row]);
        let found: Vec<_> = label_bar
            .between(0, 5)
            .iter()
            .map(|piece| (piece.start, piece.end, piece.index))
            .collect();
        assert_eq!(found, [(0, 3, Some(1)), (3, 4, None), (4, 5, Some(0))]);
        assert_eq!(label_bar.between(3, 4).len(), 1);
        assert_eq!(label_bar.between(9, 9).len(), 0);
    }

    #[test]
    fn a_long_scattered_bar_shows_what_is_frequent() {
        // Two of three rows are of cluster 1 in the first half, of cluster 2 in the second.
        let order: Vec<u32> = (0..60_000).collect();
        let label_bar = LabelBar::new(&order, |row| {
            Some(if row % 3 == 0 {
                0
            } else {
                1 + u32::from(row >= 30_000)
            })
        });
        let all = label_bar.between(0, 60_000);
        assert!(all.len() <= STRETCHES);
        assert_eq!(all.first().and_then(|piece| piece.index), Some(1));
        assert_eq!(all.last().and_then(|piece| piece.index), Some(2));
        // Close up every row counts.
        assert_eq!(label_bar.between(0, 30).len(), 20);
    }
}
