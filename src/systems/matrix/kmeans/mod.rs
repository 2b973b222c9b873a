//! k-means of dense or sparse rows (S. Lloyd, Least Squares Quantization in PCM, 1982), started by k-means++.

mod centers;
mod points;
mod start;

use centers::Centers;
pub use points::Points;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rayon::prelude::*;

/// Clusters of points in the making.
#[derive(Debug, Clone, PartialEq)]
pub struct KMeans {
    /// Number of clusters.
    pub clusters: usize,
    /// The cluster of each point.
    pub of: Vec<u16>,
    /// Σ of squared distances of the points to the centers they were last assigned by.
    pub inertia: f64,
}

impl KMeans {
    /// Centers drawn by greedy k-means++ (D. Arthur and S. Vassilvitskii, 2007, the best of 2 + ln k candidates each time), each
    /// point with the nearest.
    ///
    /// # Panics
    /// With no or more than 65,535 clusters, or without points.
    #[must_use]
    pub fn start(points: &Points<'_>, clusters: usize, rng: &mut ChaCha8Rng) -> Self {
        assert!(
            (1..=usize::from(u16::MAX)).contains(&clusters),
            "a few clusters"
        );
        assert!(points.count() > 0, "some points");
        let (of, inertia) = start::plus_plus(points, clusters, rng);
        Self {
            clusters,
            of,
            inertia,
        }
    }

    /// From clusters that are there, to go on from.
    #[must_use]
    pub fn from_clusters(clusters: usize, of: Vec<u16>) -> Self {
        Self {
            clusters,
            of,
            inertia: f64::INFINITY,
        }
    }

    /// One iteration: the mean of each cluster, then the nearest mean of each point. A cluster without points takes the point that is
    /// farthest from its mean. Returns whether a point changed its cluster; the inertia never rises.
    pub fn improve(&mut self, points: &Points<'_>) -> bool {
        let means = self.means(points);
        let centers = Centers::new(self.clusters, points.width(), &means);
        let nearest = centers.nearest(points);
        self.inertia = nearest.iter().map(|(_, distance)| distance).sum();
        let mut changed = false;
        for (of, (cluster, _)) in self.of.iter_mut().zip(nearest) {
            changed |= *of != cluster;
            *of = cluster;
        }
        changed
    }

    /// Σ of squared distances of the points to the mean of their cluster: Σ ‖x‖² − Σ ‖Σ_k x‖² / n_k.
    #[must_use]
    pub fn inertia_of(points: &Points<'_>, clusters: usize, of: &[u16]) -> f64 {
        let members = members(of, clusters);
        let explain = |members: &Vec<u32>| {
            let mut sum = vec![0.0; points.width()];
            for &point in members {
                points.add_to(point as usize, &mut sum);
            }
            let square: f64 = sum.iter().map(|value| value * value).sum();
            square / members.len().max(1) as f64
        };
        let explained: Vec<f64> = if points.are_few() {
            members.iter().map(explain).collect()
        } else {
            members.par_iter().map(explain).collect()
        };
        let all: f64 = (0..points.count()).map(|point| points.square(point)).sum();
        (all - explained.iter().sum::<f64>()).max(0.0)
    }

    /// The mean of each cluster, of an empty one the farthest point: [clusters, width].
    fn means(&self, points: &Points<'_>) -> Vec<f64> {
        let width = points.width();
        let members = members(&self.of, self.clusters);
        let mut means = vec![0.0; self.clusters * width];
        // A cluster for each task, its points in order: the same sums on any number of threads.
        let average = |(mean, members): (&mut [f64], &Vec<u32>)| {
            for &point in members {
                points.add_to(point as usize, mean);
            }
            let share = 1.0 / members.len().max(1) as f64;
            mean.iter_mut().for_each(|value| *value *= share);
        };
        if points.are_few() {
            let places = means.chunks_exact_mut(width.max(1));
            places.zip(&members).for_each(average);
        } else {
            let places = means.par_chunks_exact_mut(width.max(1));
            places.zip(&members).for_each(average);
        }
        let empty: Vec<usize> = (0..self.clusters)
            .filter(|&cluster| members[cluster].is_empty())
            .collect();
        if !empty.is_empty() {
            let centers = Centers::new(self.clusters, width, &means);
            let mut far: Vec<(f64, usize)> = (0..points.count())
                .into_par_iter()
                .map(|point| (centers.distance(points, point, self.of[point]), point))
                .collect();
            far.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            for (cluster, (distance, point)) in empty.into_iter().zip(far) {
                if distance > 0.0 {
                    let mean = &mut means[cluster * width..(cluster + 1) * width];
                    mean.fill(0.0);
                    points.add_to(point, mean);
                }
            }
        }
        means
    }
}

/// The points of each cluster, in order.
fn members(of: &[u16], clusters: usize) -> Vec<Vec<u32>> {
    let mut members = vec![Vec::new(); clusters];
    for (point, &cluster) in (0..).zip(of) {
        members[usize::from(cluster)].push(point);
    }
    members
}

/// The clusters with the lowest inertia of `restarts` starts of at most `iterations` each. Start number r draws from stream r of `seed`.
///
/// # Panics
/// As [`KMeans::start`] does.
#[must_use]
pub fn k_means(
    points: &Points<'_>,
    clusters: usize,
    restarts: u64,
    iterations: u64,
    seed: u64,
) -> KMeans {
    let run = |restart: u64| {
        let mut kmeans = KMeans::start(points, clusters, &mut stream(seed, restart));
        for _ in 0..iterations {
            if !kmeans.improve(points) {
                break;
            }
        }
        kmeans
    };
    (1..restarts).map(run).fold(run(0), |best, found| {
        if found.inertia < best.inertia {
            found
        } else {
            best
        }
    })
}

/// The random numbers of one start.
#[must_use]
pub fn stream(seed: u64, restart: u64) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(restart);
    rng
}

#[cfg(test)]
mod tests;
