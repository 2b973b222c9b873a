//! Where k-means begins.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::Points;

/// The center that each point starts with, and the sum of squared distances to them.
pub(super) fn plus_plus(
    points: &Points<'_>,
    clusters: usize,
    rng: &mut ChaCha8Rng,
) -> (Vec<u16>, f64) {
    let count = points.count();
    let first = rng.random_range(0..count);
    let mut distances = to(points, first);
    let mut of = vec![0_u16; count];
    let candidates = 2 + (clusters as f64).ln() as usize;
    for cluster in 1..clusters {
        let total: f64 = distances.iter().sum();
        // Every candidate is drawn before any is tried, with a chance proportional to its squared distance.
        let drawn: Vec<usize> = (0..candidates)
            .map(|_| draw(&distances, rng.random::<f64>() * total))
            .collect();
        let tried = drawn.into_iter().map(|candidate| {
            let own = to(points, candidate);
            let lower = own.iter().zip(&distances).map(|(own, old)| own.min(*old));
            (lower.sum::<f64>(), own)
        });
        let Some((_, own)) = tried.min_by(|a, b| a.0.total_cmp(&b.0)) else {
            continue;
        };
        for ((of, old), own) in of.iter_mut().zip(&mut distances).zip(own) {
            if own < *old {
                (*of, *old) = (cluster as u16, own);
            }
        }
    }
    (of, distances.iter().sum())
}

/// The point at which the running sum passes `target`.
fn draw(distances: &[f64], target: f64) -> usize {
    let mut sum = 0.0;
    for (point, distance) in distances.iter().enumerate() {
        sum += distance;
        if sum > target {
            return point;
        }
    }
    distances.len() - 1
}

/// The squared distance of every point to one of them.
fn to(points: &Points<'_>, center: usize) -> Vec<f64> {
    let mut dense = vec![0.0; points.width()];
    points.add_to(center, &mut dense);
    let square = points.square(center);
    let distance = |point| {
        let mut product = 0.0;
        points.for_each(point, |at, value| product += value * dense[at]);
        (points.square(point) - 2.0 * product + square).max(0.0)
    };
    if points.are_few() {
        (0..points.count()).map(distance).collect()
    } else {
        (0..points.count()).into_par_iter().map(distance).collect()
    }
}
