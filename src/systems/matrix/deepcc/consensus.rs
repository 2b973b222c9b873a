//! Clusters that many clusterings agree on.

use kodama::{Method, linkage};
use rand::RngExt;
use rand::seq::index::sample;
use rayon::prelude::*;

use crate::systems::matrix::kmeans::{Points, k_means, stream};

/// Clusterings that are asked, most and fewest, and iterations of each at most.
const MOST_CLUSTERINGS: usize = 100;
const FEWEST_CLUSTERINGS: usize = 40;
const ITERATIONS: u64 = 100;
/// Multiplications that one iteration of all clusterings may take: enough for the most of them with 20 clusters. With more clusters fewer are
/// asked: a hundred would take minutes.
const MOST_WORK: usize = 400_000_000;
/// Multiplications of one iteration of the clusterings that are made in one go, about: a fraction of a second.
const WORK_IN_ONE_GO: usize = 4_000_000;
/// Rows that are clustered, drawn if there are more: their pairs are counted, in 18 MB.
const SAMPLE: usize = 3000;

/// Evidence accumulation (A. Fred and A. Jain, Combining Multiple Clusterings Using Evidence Accumulation, PAMI 2005): k-means with a
/// number of clusters between `clusters` and twice as many, drawn each time, every second time on directions alone (codes of length 1);
/// the share of clusterings that part two rows is their distance, and Ward's linkage of it is cut at `clusters`. Each row
/// goes to the mean direction that is nearest, which also holds for rows that were not drawn.
///
/// The clusterings are made a few at a time, so that a run can be stopped between them.
pub(super) struct Consensus {
    /// [rows, width]
    codes: Vec<f32>,
    width: usize,
    clusters: usize,
    seed: u64,
    /// The rows that are clustered, as they are and at length 1.
    drawn: [Vec<f32>; 2],
    /// The number of clusters of each clustering.
    counts: Vec<usize>,
    /// The clusterings that are made.
    found: Vec<Vec<u16>>,
}

impl Consensus {
    /// `codes`: [rows, width].
    pub(super) fn new(codes: Vec<f32>, width: usize, clusters: usize, seed: u64) -> Self {
        let rows = codes.len() / width;
        let mut rng = stream(seed, 0);
        let mut drawn = if rows > SAMPLE {
            sample(&mut rng, rows, SAMPLE).into_vec()
        } else {
            (0..rows).collect()
        };
        drawn.sort_unstable();
        let clusters = clusters.min(drawn.len());
        let counts = (0..clusterings(drawn.len(), width, clusters))
            .map(|_| rng.random_range(clusters..=2 * clusters).min(drawn.len()))
            .collect();
        let lengths: Vec<f32> = drawn
            .iter()
            .flat_map(|&row| &codes[row * width..(row + 1) * width])
            .copied()
            .collect();
        let directions = directions(&lengths, width);
        Self {
            codes,
            width,
            clusters,
            seed,
            drawn: [lengths, directions],
            counts,
            found: Vec::new(),
        }
    }

    /// Makes the next clusterings; true if there are none left to make.
    pub(super) fn advance(&mut self) -> bool {
        let first = self.found.len();
        let mut work = 0;
        let next: Vec<(usize, usize)> = self
            .counts
            .iter()
            .copied()
            .enumerate()
            .skip(first)
            .take_while(|(number, count)| {
                work += self.drawn[0].len() * count;
                work <= WORK_IN_ONE_GO || *number == first
            })
            .collect();
        self.found
            .par_extend(next.into_par_iter().map(|(number, count)| {
                let points = Points::dense(self.width, &self.drawn[number % 2]);
                // Stream 0 has drawn the rows.
                let seed = stream(self.seed, number as u64 + 1).random();
                k_means(&points, count, 1, ITERATIONS, seed).of
            }));
        self.found.len() == self.counts.len()
    }

    /// The codes, and the cluster of each row that the clusterings agree on.
    pub(super) fn agreed(self) -> (Vec<f32>, Vec<u16>) {
        let [lengths, directions] = &self.drawn;
        let of = linked(&self.found, lengths.len() / self.width, self.clusters);
        let means = mean_directions(directions, self.width, &of, self.clusters);
        let of = nearest(&self.codes, self.width, &means);
        (self.codes, of)
    }
}

/// How many clusterings are asked; they have half as many clusters again on average.
fn clusterings(points: usize, width: usize, clusters: usize) -> usize {
    let work = points * width * (clusters + clusters / 2);
    (MOST_WORK / work.max(1)).clamp(FEWEST_CLUSTERINGS, MOST_CLUSTERINGS)
}

/// Ward's linkage of the shares of clusterings that part two points, cut at a number of clusters.
fn linked(found: &[Vec<u16>], points: usize, clusters: usize) -> Vec<u16> {
    if points < 2 {
        return vec![0; points];
    }
    let mut apart: Vec<f32> = (0..points)
        .into_par_iter()
        .flat_map_iter(|a| {
            (a + 1..points).map(move |b| {
                let parted = found.iter().filter(|of| of[a] != of[b]).count();
                parted as f32 / found.len() as f32
            })
        })
        .collect();
    let tree = linkage(&mut apart, points, Method::Ward);
    // Each step joins two clusters to one with the next number.
    let mut parents: Vec<usize> = (0..points + tree.steps().len()).collect();
    for (number, step) in tree.steps().iter().enumerate().take(points - clusters) {
        parents[step.cluster1] = points + number;
        parents[step.cluster2] = points + number;
    }
    let mut numbers = vec![None; parents.len()];
    let mut next = 0;
    (0..points)
        .map(|point| {
            let mut root = point;
            while parents[root] != root {
                root = parents[root];
            }
            *numbers[root].get_or_insert_with(|| {
                next += 1;
                next - 1
            })
        })
        .collect()
}

/// Every row at length 1; a row of zeros stays.
fn directions(codes: &[f32], width: usize) -> Vec<f32> {
    codes
        .chunks_exact(width)
        .flat_map(|code| {
            let length = code.iter().map(|value| value * value).sum::<f32>().sqrt();
            let scale = if length > 0.0 { 1.0 / length } else { 0.0 };
            code.iter().map(move |value| value * scale)
        })
        .collect()
}

/// The mean of the directions of each cluster: [clusters, width].
fn mean_directions(directions: &[f32], width: usize, of: &[u16], clusters: usize) -> Vec<f64> {
    let mut means = vec![0.0; clusters * width];
    let mut sizes = vec![0_u32; clusters];
    for (direction, &cluster) in directions.chunks_exact(width).zip(of) {
        let cluster = usize::from(cluster);
        sizes[cluster] += 1;
        let mean = &mut means[cluster * width..(cluster + 1) * width];
        for (sum, value) in mean.iter_mut().zip(direction) {
            *sum += f64::from(*value);
        }
    }
    for (mean, size) in means.chunks_exact_mut(width).zip(sizes) {
        mean.iter_mut()
            .for_each(|sum| *sum /= f64::from(size.max(1)));
    }
    means
}

/// The nearest mean of the direction of each row.
fn nearest(codes: &[f32], width: usize, means: &[f64]) -> Vec<u16> {
    directions(codes, width)
        .par_chunks_exact(width)
        .map(|direction| {
            let distance = |mean: &[f64]| -> f64 {
                let each = mean.iter().zip(direction);
                each.map(|(mean, value)| (mean - f64::from(*value)).powi(2))
                    .sum()
            };
            let distances = (0_u16..).zip(means.chunks_exact(width).map(distance));
            distances
                .min_by(|a, b| a.1.total_cmp(&b.1))
                .map_or(0, |(cluster, _)| cluster)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clusterings_vote_and_ward_joins_what_they_keep_together() {
        // Three of four clusterings part {0, 1} from {2, 3}; each keeps point 4 with neither.
        let found = [
            vec![0, 0, 1, 1, 2],
            vec![0, 0, 1, 1, 2],
            vec![0, 0, 1, 2, 3],
            vec![0, 1, 0, 1, 2],
        ];
        assert_eq!(linked(&found, 5, 3), [0, 0, 1, 1, 2]);
        assert_eq!(linked(&found, 5, 5), [0, 1, 2, 3, 4]);
        assert_eq!(linked(&found, 5, 1), [0; 5]);
        assert_eq!(linked(&[vec![0]], 1, 1), [0]);
    }

    #[test]
    fn groups_of_unequal_size_are_found_in_many_rows_and_twice_the_same() {
        // Three directions in four dimensions with lengths between 0.5 and 2; more rows than are drawn.
        let (width, sizes) = (4, [2500, 1500, 250]);
        let mut rng = stream(3, 0);
        let mut codes = Vec::new();
        for (group, size) in sizes.into_iter().enumerate() {
            for _ in 0..size {
                let length: f32 = rng.random_range(0.5..2.0);
                for at in 0..width {
                    let center = if at == group { 1.0 } else { 0.0 };
                    codes.push(length * (center + rng.random_range(-0.2..0.2)));
                }
            }
        }
        let agreed = || {
            let mut consensus = Consensus::new(codes.clone(), width, 3, 5);
            let mut parts = 1;
            while !consensus.advance() {
                parts += 1;
            }
            assert!(parts > 1, "they are made in several parts");
            consensus.agreed().1
        };
        let of = agreed();
        let mut first = 0;
        let mut names = Vec::new();
        for size in sizes {
            let own = &of[first..first + size];
            assert!(own.iter().all(|cluster| *cluster == own[0]));
            names.push(own[0]);
            first += size;
        }
        names.sort_unstable();
        assert_eq!(names, [0, 1, 2]);
        assert_eq!(agreed(), of);
    }

    #[test]
    fn many_clusters_ask_fewer_clusterings() {
        assert_eq!(clusterings(SAMPLE, 40, 20), 100);
        assert_eq!(clusterings(SAMPLE, 60, 30), 49);
        assert_eq!(clusterings(SAMPLE, 2000, 1000), 40);
        assert_eq!(clusterings(0, 8, 0), 100);
    }

    #[test]
    fn fewer_rows_than_clusters_and_rows_of_zeros_are_no_trouble() {
        let rows = |codes: &[f32], clusters| {
            let mut consensus = Consensus::new(codes.to_vec(), 2, clusters, 1);
            while !consensus.advance() {}
            consensus.agreed().1.len()
        };
        assert_eq!(rows(&[1.0, 0.0, 0.0, 1.0], 4), 2);
        assert_eq!(rows(&[0.0; 6], 2), 3);
    }
}
