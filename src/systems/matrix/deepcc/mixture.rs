//! The Gaussian mixture that is read off the assignments, its part of the loss and the gradient.
//!
//! A mixture is small (n × k numbers and k² or k³ parameters), so that it is computed on the host in double precision and its gradient
//! is written out: automatic differentiation would hold tensors of n × k × k.

use rayon::prelude::*;

use super::config::Covariance;
use super::covariance::Symmetric;

/// Added to γ inside the logarithm of the KL divergence, as in the official code.
const EPSILON: f64 = 1e-12;
/// Keeps the mean of a component without members finite.
const NO_MEMBERS: f64 = 1e-12;
/// Rows that one task takes; fixed, so that sums do not depend on the number of threads.
const ROWS: usize = 256;

/// A mixture with as many components as clusters over the assignments h themselves (the official code's choice of features):
/// Nᵏ = Σ h_ik; πᵏ = Nᵏ/n; μᵏ = Σ h_ik h_i / Nᵏ; Σᵏ = Σ h_ik (h_i − μᵏ)(h_i − μᵏ)ᵀ / Nᵏ + floor·I.
pub(super) struct Mixture {
    clusters: usize,
    /// Nᵏ
    members: Vec<f64>,
    /// μᵏ, one row each.
    means: Vec<f64>,
    /// Σᵏ without the floor.
    scatter: Vec<Symmetric>,
    /// Σᵏ
    covariance: Vec<Symmetric>,
    /// (Σᵏ)⁻¹
    precision: Vec<Symmetric>,
    /// γ, [n, k]
    pub(super) posterior: Vec<f64>,
    /// log P(h_i), [n]
    log_likelihood: Vec<f64>,
}

/// The mixture's part of one side's loss.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct MixtureTerms {
    /// −(1/n) Σ log P(h_i)
    pub(super) energy: f64,
    /// (1/n) Σ KL(h_i ‖ γ_i)
    pub(super) kl: f64,
    /// P_inf = Σ_kd 1 / Σᵏ_dd
    pub(super) covariance: f64,
}

/// Sums over some rows that the gradient of every row needs: dL/dπ, dL/dμ and dL/dΣ of each component.
struct Sums {
    weights: Vec<f64>,
    means: Vec<f64>,
    covariance: Vec<Symmetric>,
}

impl Mixture {
    /// Of the assignments h: [n, clusters]. `None` if a full covariance is not positive definite.
    pub(super) fn fit(h: &[f64], clusters: usize, kind: Covariance, floor: f64) -> Option<Self> {
        let k = clusters;
        let full = kind == Covariance::Full;
        let members = sum_rows(h, k, k, |row, sums| {
            for (sum, h) in sums.iter_mut().zip(row) {
                *sum += h;
            }
        });
        let members: Vec<f64> = members.iter().map(|sum| sum + NO_MEMBERS).collect();
        let mut means = sum_rows(h, k, k * k, |row, sums| {
            for (sums, weight) in sums.chunks_exact_mut(k).zip(row) {
                for (sum, h) in sums.iter_mut().zip(row) {
                    *sum += weight * h;
                }
            }
        });
        for (mean, members) in means.chunks_exact_mut(k).zip(&members) {
            mean.iter_mut().for_each(|value| *value /= members);
        }
        let scatter = scatter(h, k, &means, full);
        let scatter: Vec<Symmetric> = scatter
            .into_iter()
            .zip(&members)
            .map(|(mut sum, members)| {
                sum.scale(1.0 / members);
                sum
            })
            .collect();
        let covariance: Vec<Symmetric> = scatter
            .iter()
            .map(|scatter| {
                let mut covariance = scatter.clone();
                covariance.add_to_diagonal(|_| floor);
                covariance
            })
            .collect();
        let inverses: Option<Vec<_>> = covariance.iter().map(Symmetric::inverse).collect();
        let (precision, log_determinants): (Vec<_>, Vec<_>) = inverses?.into_iter().unzip();
        let rows = (h.len() / k) as f64;
        let constants: Vec<f64> = members
            .iter()
            .zip(&log_determinants)
            .map(|(members, log_determinant)| {
                let two_pi = k as f64 * std::f64::consts::TAU.ln();
                (members / rows).ln() - 0.5 * (log_determinant + two_pi)
            })
            .collect();
        let mut mixture = Self {
            clusters,
            members,
            means,
            scatter,
            covariance,
            precision,
            posterior: Vec::new(),
            log_likelihood: Vec::new(),
        };
        mixture.assign(h, &constants);
        Some(mixture)
    }

    /// log P(h_i) and γ_i of every row.
    fn assign(&mut self, h: &[f64], constants: &[f64]) {
        let k = self.clusters;
        let mut posterior = vec![0.0; h.len()];
        let mut log_likelihood = vec![0.0; h.len() / k];
        posterior
            .par_chunks_mut(ROWS * k)
            .zip(log_likelihood.par_chunks_mut(ROWS))
            .zip(h.par_chunks(ROWS * k))
            .for_each(|((posterior, log_likelihood), h)| {
                let (mut offset, mut solved) = (vec![0.0; k], vec![0.0; k]);
                let rows = posterior.chunks_exact_mut(k).zip(h.chunks_exact(k));
                for ((row, h), log_likelihood) in rows.zip(log_likelihood) {
                    for (component, (out, constant)) in row.iter_mut().zip(constants).enumerate() {
                        self.offset(h, component, &mut offset);
                        self.precision[component].multiply(&offset, &mut solved);
                        *out = constant - 0.5 * super::covariance::dot(&offset, &solved);
                    }
                    let most = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                    let sum: f64 = row.iter().map(|log| (log - most).exp()).sum();
                    *log_likelihood = most + sum.ln();
                    row.iter_mut()
                        .for_each(|log| *log = (*log - *log_likelihood).exp());
                }
            });
        self.posterior = posterior;
        self.log_likelihood = log_likelihood;
    }

    /// h_i − μᵏ
    fn offset(&self, h: &[f64], component: usize, out: &mut [f64]) {
        let mean = &self.means[component * self.clusters..(component + 1) * self.clusters];
        for ((out, h), mean) in out.iter_mut().zip(h).zip(mean) {
            *out = h - mean;
        }
    }

    /// The terms at the assignments it was fitted to.
    pub(super) fn terms(&self, h: &[f64]) -> MixtureTerms {
        let n = self.log_likelihood.len() as f64;
        let kl = sum_rows_with(h, &self.posterior, self.clusters, 1, |h, gamma, sum| {
            for (h, gamma) in h.iter().zip(gamma) {
                if *h > 0.0 {
                    sum[0] += h * (h.ln() - (gamma + EPSILON).ln());
                }
            }
        });
        let inverse = self.covariance.iter().flat_map(Symmetric::diagonal);
        MixtureTerms {
            energy: -self.log_likelihood.iter().sum::<f64>() / n,
            kl: kl[0] / n,
            covariance: inverse.map(|variance| 1.0 / variance).sum(),
        }
    }

    /// The gradient in h, [n, k], of `Σ d_posterior · γ + weights · terms`.
    pub(super) fn backward(
        &self,
        h: &[f64],
        d_posterior: &[f64],
        weights: MixtureTerms,
    ) -> Vec<f64> {
        let k = self.clusters;
        let densities = self.density_gradients(h, d_posterior, weights);
        let mut sums = self.sums(h, &densities);
        for (sum, covariance) in sums.covariance.iter_mut().zip(&self.covariance) {
            let diagonal = covariance.diagonal();
            sum.add_to_diagonal(|at| -weights.covariance / (diagonal[at] * diagonal[at]));
        }
        // tr(dΣ · Σ without floor), the share of the covariance in the gradient of the weights.
        let traces: Vec<f64> = sums
            .covariance
            .iter()
            .zip(&self.scatter)
            .map(|(gradient, scatter)| gradient.inner(scatter))
            .collect();
        let kl = weights.kl / self.log_likelihood.len() as f64;
        let mut gradient = vec![0.0; h.len()];
        gradient
            .par_chunks_mut(ROWS * k)
            .zip(h.par_chunks(ROWS * k))
            .zip(self.posterior.par_chunks(ROWS * k))
            .zip(densities.par_chunks(ROWS * k))
            .for_each(|(((gradient, h), gamma), densities)| {
                let mut offset = vec![0.0; k];
                let (mut solved, mut spread) = (vec![0.0; k], vec![0.0; k]);
                let rows = gradient.chunks_exact_mut(k).zip(h.chunks_exact(k));
                let rows = rows.zip(gamma.chunks_exact(k).zip(densities.chunks_exact(k)));
                for ((gradient, h), (gamma, densities)) in rows {
                    for component in 0..k {
                        let (share, density) = (h[component], densities[component]);
                        let members = self.members[component];
                        self.offset(h, component, &mut offset);
                        self.precision[component].multiply(&offset, &mut solved);
                        sums.covariance[component].multiply(&offset, &mut spread);
                        let d_mean = &sums.means[component * k..(component + 1) * k];
                        // As a weight of the component …
                        let weight = sums.weights[component]
                            + super::covariance::dot(&offset, &spread)
                            - traces[component]
                            + super::covariance::dot(d_mean, &offset);
                        gradient[component] += weight / members;
                        // … and as a point.
                        let share = share / members;
                        for at in 0..k {
                            gradient[at] +=
                                share * (2.0 * spread[at] + d_mean[at]) - density * solved[at];
                        }
                    }
                    for ((gradient, h), gamma) in gradient.iter_mut().zip(h).zip(gamma) {
                        let log = h.max(1e-30).ln() - (gamma + EPSILON).ln();
                        *gradient += kl * (log + 1.0);
                    }
                }
            });
        gradient
    }

    /// dL / d log(πᵏ 𝒩(h_i | μᵏ, Σᵏ)), [n, k].
    fn density_gradients(&self, h: &[f64], d_posterior: &[f64], weights: MixtureTerms) -> Vec<f64> {
        let k = self.clusters;
        let n = self.log_likelihood.len() as f64;
        let (energy, kl) = (weights.energy / n, weights.kl / n);
        let mut out = vec![0.0; h.len()];
        out.par_chunks_mut(k)
            .zip(h.par_chunks(k))
            .zip(self.posterior.par_chunks(k))
            .zip(d_posterior.par_chunks(k))
            .with_min_len(ROWS)
            .for_each(|(((out, h), gamma), d_gamma)| {
                for (((out, h), gamma), d_gamma) in out.iter_mut().zip(h).zip(gamma).zip(d_gamma) {
                    *out = gamma * (d_gamma - kl * h / (gamma + EPSILON));
                }
                let sum: f64 = out.iter().sum::<f64>() + energy;
                for (out, gamma) in out.iter_mut().zip(gamma) {
                    *out -= gamma * sum;
                }
            });
        out
    }

    fn sums(&self, h: &[f64], densities: &[f64]) -> Sums {
        let k = self.clusters;
        let full = matches!(self.covariance[0], Symmetric::Full(_));
        let parts: Vec<Sums> = h
            .par_chunks(ROWS * k)
            .zip(densities.par_chunks(ROWS * k))
            .map(|(h, densities)| {
                let mut sums = Sums::zeros(k, full);
                let (mut offset, mut solved) = (vec![0.0; k], vec![0.0; k]);
                for (h, densities) in h.chunks_exact(k).zip(densities.chunks_exact(k)) {
                    for (component, density) in densities.iter().enumerate() {
                        self.offset(h, component, &mut offset);
                        self.precision[component].multiply(&offset, &mut solved);
                        sums.weights[component] += density;
                        let means = &mut sums.means[component * k..(component + 1) * k];
                        for (sum, solved) in means.iter_mut().zip(&solved) {
                            *sum += density * solved;
                        }
                        sums.covariance[component].add_outer(0.5 * density, &solved);
                    }
                }
                sums
            })
            .collect();
        let mut total = Sums::zeros(k, full);
        for part in &parts {
            add(&mut total.weights, &part.weights);
            add(&mut total.means, &part.means);
            for (sum, part) in total.covariance.iter_mut().zip(&part.covariance) {
                sum.add(1.0, part);
            }
        }
        // d log|Σ| = Σ⁻¹.
        for ((sum, precision), weight) in total
            .covariance
            .iter_mut()
            .zip(&self.precision)
            .zip(&total.weights)
        {
            sum.add(-0.5 * weight, precision);
        }
        total
    }
}

impl Sums {
    fn zeros(k: usize, full: bool) -> Self {
        Self {
            weights: vec![0.0; k],
            means: vec![0.0; k * k],
            covariance: vec![Symmetric::zeros(k, full); k],
        }
    }
}

/// Σ_i h_ik (h_i − μᵏ)(h_i − μᵏ)ᵀ of each component.
fn scatter(h: &[f64], k: usize, means: &[f64], full: bool) -> Vec<Symmetric> {
    let parts: Vec<Vec<Symmetric>> = h
        .par_chunks(ROWS * k)
        .map(|rows| {
            let mut sums = vec![Symmetric::zeros(k, full); k];
            let mut offset = vec![0.0; k];
            for row in rows.chunks_exact(k) {
                for ((sum, mean), share) in sums.iter_mut().zip(means.chunks_exact(k)).zip(row) {
                    for ((offset, h), mean) in offset.iter_mut().zip(row).zip(mean) {
                        *offset = h - mean;
                    }
                    sum.add_outer(*share, &offset);
                }
            }
            sums
        })
        .collect();
    let mut total = vec![Symmetric::zeros(k, full); k];
    for part in &parts {
        for (sum, part) in total.iter_mut().zip(part) {
            sum.add(1.0, part);
        }
    }
    total
}

/// Adds up `width` numbers over the rows of h, [n, k], in a fixed order.
fn sum_rows(
    h: &[f64],
    k: usize,
    width: usize,
    add_row: impl Fn(&[f64], &mut [f64]) + Sync,
) -> Vec<f64> {
    sum_rows_with(h, h, k, width, |row, _, sums| add_row(row, sums))
}

fn sum_rows_with(
    h: &[f64],
    other: &[f64],
    k: usize,
    width: usize,
    add_row: impl Fn(&[f64], &[f64], &mut [f64]) + Sync,
) -> Vec<f64> {
    let parts: Vec<Vec<f64>> = h
        .par_chunks(ROWS * k)
        .zip(other.par_chunks(ROWS * k))
        .map(|(rows, others)| {
            let mut sums = vec![0.0; width];
            for (row, other) in rows.chunks_exact(k).zip(others.chunks_exact(k)) {
                add_row(row, other, &mut sums);
            }
            sums
        })
        .collect();
    let mut total = vec![0.0; width];
    for part in &parts {
        add(&mut total, part);
    }
    total
}

fn add(sums: &mut [f64], values: &[f64]) {
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += value;
    }
}
