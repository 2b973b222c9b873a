//! Distances to the centers.

use pulp::Arch;
use rayon::prelude::*;

use super::Points;

/// Centers whose products are summed together.
const LANES: usize = 8;
/// Points of one task.
const POINTS_PER_TASK: usize = 256;

/// Centers, eight side by side.
pub(super) struct Centers {
    width: usize,
    /// [groups of centers, width], the last group filled up with zeros.
    groups: Vec<[f64; LANES]>,
    /// ‖c‖².
    squares: Vec<f64>,
}

impl Centers {
    /// `centers`: [clusters, width].
    pub(super) fn new(clusters: usize, width: usize, centers: &[f64]) -> Self {
        let mut groups = vec![[0.0; LANES]; clusters.div_ceil(LANES) * width];
        let mut squares = Vec::with_capacity(clusters);
        for (cluster, center) in centers.chunks_exact(width.max(1)).enumerate() {
            let group = &mut groups[cluster / LANES * width..][..width];
            for (place, &value) in group.iter_mut().zip(center) {
                place[cluster % LANES] = value;
            }
            squares.push(center.iter().map(|value| value * value).sum());
        }
        Self {
            width,
            groups,
            squares,
        }
    }

    /// The nearest center of each point, the first of equals, and the squared distance to it.
    pub(super) fn nearest(&self, points: &Points<'_>) -> Vec<(u16, f64)> {
        let mut nearest = vec![(0, f64::INFINITY); points.count()];
        let compare = |(task, nearest): (usize, &mut [(u16, f64)])| {
            Arch::new().dispatch(|| {
                for (point, best) in (task * POINTS_PER_TASK..).zip(nearest) {
                    self.compare(points, point, best);
                }
            });
        };
        if points.are_few() {
            let tasks = nearest.chunks_mut(POINTS_PER_TASK);
            tasks.enumerate().for_each(compare);
        } else {
            let tasks = nearest.par_chunks_mut(POINTS_PER_TASK);
            tasks.enumerate().for_each(compare);
        }
        nearest
    }

    #[inline(always)]
    fn compare(&self, points: &Points<'_>, point: usize, best: &mut (u16, f64)) {
        let mut first = 0;
        for group in self.groups.chunks_exact(self.width.max(1)) {
            let mut products = [0.0; LANES];
            points.for_each(point, |at, value| {
                for (product, center) in products.iter_mut().zip(&group[at]) {
                    *product += value * center;
                }
            });
            let squares = &self.squares[first..(first + LANES).min(self.squares.len())];
            for (cluster, (square, product)) in (first..).zip(squares.iter().zip(products)) {
                let distance = square - 2.0 * product;
                if distance < best.1 {
                    *best = (cluster as u16, distance);
                }
            }
            first += LANES;
        }
        best.1 = (best.1 + points.square(point)).max(0.0);
    }

    /// The squared distance of a point to one center.
    pub(super) fn distance(&self, points: &Points<'_>, point: usize, cluster: u16) -> f64 {
        let cluster = usize::from(cluster);
        let group = &self.groups[cluster / LANES * self.width..][..self.width];
        let mut product = 0.0;
        points.for_each(point, |at, value| {
            product += value * group[at][cluster % LANES];
        });
        (points.square(point) - 2.0 * product + self.squares[cluster]).max(0.0)
    }
}
