//! The silhouette of a clustering.

use rand::seq::index;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rayon::prelude::*;

/// Points that are looked at, at most: the time grows with their square.
const MOST_POINTS: usize = 2000;

/// The mean silhouette of points (P. Rousseeuw, Silhouettes, 1987): how much closer each is to its own cluster than to the next one, in
/// [−1, 1]. Above 2,000 points, of a sample of that many drawn with `seed`, as if there were no others. `distance` is asked for
/// two points by number. `None` if fewer than two clusters have members or each member has a cluster of its own.
///
/// A point alone in its cluster counts as 0.
#[must_use]
pub fn silhouette(
    clusters: &[u16],
    seed: u64,
    distance: impl Fn(usize, usize) -> f64 + Sync,
) -> Option<f64> {
    let points: Vec<usize> = if clusters.len() > MOST_POINTS {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut points = index::sample(&mut rng, clusters.len(), MOST_POINTS).into_vec();
        points.sort_unstable();
        points
    } else {
        (0..clusters.len()).collect()
    };
    let most = points.iter().map(|&point| usize::from(clusters[point]) + 1);
    let mut sizes = vec![0_usize; most.max().unwrap_or(0)];
    for &point in &points {
        sizes[usize::from(clusters[point])] += 1;
    }
    let used = sizes.iter().filter(|size| **size > 0).count();
    if used < 2 || used >= points.len() {
        return None;
    }
    let of_point = |&point: &usize| {
        let own = usize::from(clusters[point]);
        if sizes[own] == 1 {
            return 0.0;
        }
        let mut sums = vec![0.0; sizes.len()];
        for &other in points.iter().filter(|other| **other != point) {
            sums[usize::from(clusters[other])] += distance(point, other);
        }
        let within = sums[own] / (sizes[own] - 1) as f64;
        let others = (0..sizes.len()).filter(|&cluster| cluster != own && sizes[cluster] > 0);
        let next = others.map(|cluster| sums[cluster] / sizes[cluster] as f64);
        let next = next.fold(f64::INFINITY, f64::min);
        let larger = within.max(next);
        if larger > 0.0 {
            (next - within) / larger
        } else {
            0.0
        }
    };
    // In the order of the points, so that the sum is the same on any number of threads.
    let values: Vec<f64> = points.par_iter().map(of_point).collect();
    Some(values.iter().sum::<f64>() / points.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on_a_line(points: &[f64], clusters: &[u16]) -> Option<f64> {
        silhouette(clusters, 0, |a, b| (points[a] - points[b]).abs())
    }

    #[test]
    fn it_equals_the_hand_computation() {
        // Points 0, 1 | 4, 6: within 1, 1, 2, 2; to the other cluster 5, 4, 3.5, 5.5.
        let expected = (4.0 / 5.0 + 3.0 / 4.0 + 1.5 / 3.5 + 3.5 / 5.5) / 4.0;
        let found = on_a_line(&[0., 1., 4., 6.], &[0, 0, 3, 3]).expect("two clusters");
        assert!((found - expected).abs() < 1e-12);
    }

    #[test]
    fn without_two_clusters_or_with_one_for_each_point_there_is_none() {
        assert_eq!(on_a_line(&[0., 1., 2.], &[1, 1, 1]), None);
        assert_eq!(on_a_line(&[0., 1., 2.], &[0, 1, 2]), None);
        assert_eq!(on_a_line(&[], &[]), None);
        assert_eq!(on_a_line(&[1., 1., 1.], &[0, 0, 1]), Some(0.0));
    }

    #[test]
    fn a_sample_stands_for_many_points() {
        let clusters: Vec<u16> = (0..50_000).map(|point| point % 2).collect();
        let place = |point: usize| (point % 2) as f64 * 9.0 + (point / 2 % 7) as f64 / 7.0;
        let distance = |a: usize, b: usize| (place(a) - place(b)).abs();
        let found = silhouette(&clusters, 1, distance).expect("two clusters");
        assert!((0.95..1.0).contains(&found), "{found}");
        assert_eq!(silhouette(&clusters, 1, distance), Some(found));
    }
}
