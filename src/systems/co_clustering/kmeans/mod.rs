//! k-means of dense or sparse rows (S. Lloyd, Least Squares Quantization in PCM, 1982), started by k-means++.

mod points;
mod start;

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
    /// Σ of squared distances of the points to the centres they were last assigned by.
    pub inertia: f64,
}

/// Centres [clusters, width], also as [width, clusters] for the inner loop, and their squared norms.
struct Centres {
    clusters: usize,
    transposed: Vec<f64>,
    squares: Vec<f64>,
}

impl KMeans {
    /// Centres drawn by greedy k-means++ (D. Arthur and S. Vassilvitskii, 2007, the best of 2 + ln k candidates each time), each
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
        let centres = Centres::new(self.clusters, points.width(), &means);
        let nearest = centres.nearest(points);
        self.inertia = nearest.iter().map(|(_, distance)| distance).sum();
        let mut changed = false;
        for (of, (cluster, _)) in self.of.iter_mut().zip(nearest) {
            changed |= *of != cluster;
            *of = cluster;
        }
        changed
    }

    /// The mean of each cluster: [clusters, width].
    fn means(&self, points: &Points<'_>) -> Vec<f64> {
        let width = points.width();
        let mut members: Vec<Vec<u32>> = vec![Vec::new(); self.clusters];
        for (point, &cluster) in (0..).zip(&self.of) {
            members[usize::from(cluster)].push(point);
        }
        let mut means = vec![0.0; self.clusters * width];
        // A cluster for each task, its points in order: the same sums on any number of threads.
        means
            .par_chunks_exact_mut(width.max(1))
            .zip(&members)
            .for_each(|(mean, members)| {
                for &point in members {
                    points.add_to(point as usize, mean);
                }
                let share = 1.0 / members.len().max(1) as f64;
                mean.iter_mut().for_each(|value| *value *= share);
            });
        let empty: Vec<usize> = (0..self.clusters)
            .filter(|&cluster| members[cluster].is_empty())
            .collect();
        if !empty.is_empty() {
            let centres = Centres::new(self.clusters, width, &means);
            let mut far: Vec<(f64, usize)> = (0..points.count())
                .into_par_iter()
                .map(|point| (centres.distance(points, point, self.of[point]), point))
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

impl Centres {
    fn new(clusters: usize, width: usize, centres: &[f64]) -> Self {
        let mut transposed = vec![0.0; clusters * width];
        let mut squares = Vec::with_capacity(clusters);
        for (cluster, centre) in centres.chunks_exact(width.max(1)).enumerate() {
            for (at, &value) in centre.iter().enumerate() {
                transposed[at * clusters + cluster] = value;
            }
            squares.push(centre.iter().map(|value| value * value).sum());
        }
        Self {
            clusters,
            transposed,
            squares,
        }
    }

    /// The nearest centre of each point, the first of equals, and the squared distance to it.
    fn nearest(&self, points: &Points<'_>) -> Vec<(u16, f64)> {
        let nearest = |products: &mut Vec<f64>, point: usize| {
            products.clear();
            products.resize(self.clusters, 0.0);
            points.for_each(point, |at, value| {
                let column = &self.transposed[at * self.clusters..][..self.clusters];
                for (product, centre) in products.iter_mut().zip(column) {
                    *product += value * centre;
                }
            });
            let mut best = (0, f64::INFINITY);
            for (cluster, (square, product)) in (0..).zip(self.squares.iter().zip(&*products)) {
                let distance = square - 2.0 * product;
                if distance < best.1 {
                    best = (cluster, distance);
                }
            }
            (best.0, (best.1 + points.square(point)).max(0.0))
        };
        (0..points.count())
            .into_par_iter()
            .map_init(Vec::new, nearest)
            .collect()
    }

    fn distance(&self, points: &Points<'_>, point: usize, cluster: u16) -> f64 {
        let cluster = usize::from(cluster);
        let mut product = 0.0;
        points.for_each(point, |at, value| {
            product += value * self.transposed[at * self.clusters + cluster];
        });
        (points.square(point) - 2.0 * product + self.squares[cluster]).max(0.0)
    }
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
