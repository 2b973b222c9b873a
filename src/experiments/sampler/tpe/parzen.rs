//! A density over the space: a kernel around every observation, and a wide one as prior.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::super::Space;
use super::super::domain::Domain;

/// A mixture, in equal parts, of products with one factor per parameter.
#[derive(Debug)]
pub(super) struct Mixture {
    /// One around each observation, and the prior.
    kernels: usize,
    axes: Vec<AxisKernels>,
}

/// The kernels of one parameter.
#[derive(Debug)]
enum AxisKernels {
    /// Normal distributions cut at the ends.
    Normal {
        domain: Domain,
        low: f64,
        high: f64,
        /// Middle, width, and the mass within the ends.
        kernels: Vec<(f64, f64, f64)>,
    },
    /// Probabilities of categories, kernel by kernel.
    Categories(Vec<Vec<f64>>),
}

impl Mixture {
    /// Around these points of the space.
    pub(super) fn new(space: &Space, points: &[Vec<f64>]) -> Self {
        let kernels = points.len() + 1;
        let axes = space.axes().iter().enumerate().map(|(place, axis)| {
            let own: Vec<f64> = points.iter().map(|point| point[place]).collect();
            AxisKernels::new(&axis.domain, &own)
        });
        Self {
            kernels,
            axes: axes.collect(),
        }
    }

    pub(super) fn draw(&self, rng: &mut ChaCha8Rng) -> Vec<f64> {
        let kernel = rng.random_range(0..self.kernels);
        self.axes
            .iter()
            .map(|axis| axis.draw(kernel, rng))
            .collect()
    }

    pub(super) fn log_density(&self, point: &[f64]) -> f64 {
        let mut logs = vec![-(self.kernels as f64).ln(); self.kernels];
        for (axis, coordinate) in self.axes.iter().zip(point) {
            axis.add_log_densities(*coordinate, &mut logs);
        }
        let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if !most.is_finite() {
            return most;
        }
        most + logs.iter().map(|log| (log - most).exp()).sum::<f64>().ln()
    }
}

impl AxisKernels {
    fn new(domain: &Domain, points: &[f64]) -> Self {
        if let Domain::Choices {
            values,
            ordered: false,
        } = domain
        {
            return Self::Categories(categories(values.len(), points));
        }
        let (low, high) = domain.bounds();
        let mut kernels: Vec<(f64, f64)> = points
            .iter()
            .copied()
            .zip(widths(points, low, high))
            .collect();
        kernels.push((f64::midpoint(low, high), high - low));
        let kernels = kernels.into_iter().map(|(middle, width)| {
            let mass = normal((high - middle) / width) - normal((low - middle) / width);
            (middle, width, mass)
        });
        Self::Normal {
            domain: domain.clone(),
            low,
            high,
            kernels: kernels.collect(),
        }
    }

    fn draw(&self, kernel: usize, rng: &mut ChaCha8Rng) -> f64 {
        match self {
            Self::Categories(kernels) => choose(&kernels[kernel], rng) as f64,
            Self::Normal {
                low, high, kernels, ..
            } => {
                let (middle, width, _) = kernels[kernel];
                // The middle lies within the ends and the width is at most their distance: a third of the draws at least is taken.
                for _ in 0..1000 {
                    let drawn = middle + width * rng.sample::<f64, _>(rand_distr::StandardNormal);
                    if (*low..=*high).contains(&drawn) {
                        return drawn;
                    }
                }
                middle
            }
        }
    }

    fn add_log_densities(&self, coordinate: f64, logs: &mut [f64]) {
        match self {
            Self::Categories(kernels) => {
                for (log, kernel) in logs.iter_mut().zip(kernels) {
                    *log += kernel[coordinate as usize].ln();
                }
            }
            Self::Normal {
                domain, kernels, ..
            } => {
                let piece = domain.piece(coordinate);
                for (log, (middle, width, mass)) in logs.iter_mut().zip(kernels) {
                    let density = match piece {
                        Some((from, to)) => {
                            (normal((to - middle) / width) - normal((from - middle) / width)) / mass
                        }
                        None => {
                            let z = (coordinate - middle) / width;
                            (-0.5 * z * z).exp() / (width * mass)
                        }
                    };
                    *log += density.max(f64::MIN_POSITIVE).ln();
                }
            }
        }
    }
}

/// Each kernel is wide enough to reach its neighbors, but never narrow enough to be certain.
fn widths(points: &[f64], low: f64, high: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..points.len()).collect();
    order.sort_by(|one, other| points[*one].total_cmp(&points[*other]));
    let most = high - low;
    // One more for the prior.
    let least = most / 100.0_f64.min(2.0 + points.len() as f64);
    let mut widths = vec![most; points.len()];
    for (rank, place) in order.iter().enumerate() {
        let neighbor = |rank: Option<usize>| {
            rank.and_then(|rank| order.get(rank))
                .map(|place| points[*place])
        };
        let own = points[*place];
        let below = neighbor(rank.checked_sub(1));
        let above = neighbor(Some(rank + 1));
        let width = match (below, above) {
            (Some(below), Some(above)) => (own - below).max(above - own),
            (Some(below), None) => own - below,
            (None, Some(above)) => above - own,
            (None, None) => (own - low).max(high - own),
        };
        widths[*place] = width.clamp(least, most);
    }
    widths
}

/// The observed category, and a little of all.
fn categories(choices: usize, points: &[f64]) -> Vec<Vec<f64>> {
    let even = 1.0 / (points.len() as f64 + 1.0);
    let total = 1.0 + even * choices as f64;
    let mut kernels: Vec<Vec<f64>> = points
        .iter()
        .map(|point| {
            let mut kernel = vec![even / total; choices];
            kernel[*point as usize] += 1.0 / total;
            kernel
        })
        .collect();
    kernels.push(vec![1.0 / choices as f64; choices]);
    kernels
}

/// A place with these probabilities.
fn choose(weights: &[f64], rng: &mut ChaCha8Rng) -> usize {
    let mut left = rng.random::<f64>() * weights.iter().sum::<f64>();
    for (place, weight) in weights.iter().enumerate() {
        left -= weight;
        if left < 0.0 {
            return place;
        }
    }
    weights.len() - 1
}

/// The distribution function of the standard normal distribution.
fn normal(z: f64) -> f64 {
    0.5 * erfc(-z / std::f64::consts::SQRT_2)
}

/// The complementary error function, with relative errors below 1.2e-7 (Press et al., Numerical Recipes, 6.2).
fn erfc(x: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.5 * x.abs());
    let series = [
        -1.265_512_23,
        1.000_023_68,
        0.374_091_96,
        0.096_784_18,
        -0.186_288_06,
        0.278_868_07,
        -1.135_203_98,
        1.488_515_87,
        -0.822_152_23,
        0.170_872_77,
    ];
    let sum = series.iter().rev().fold(0.0, |sum, own| sum * t + own);
    let value = t * (-x * x + sum).exp();
    if x >= 0.0 { value } else { 2.0 - value }
}
