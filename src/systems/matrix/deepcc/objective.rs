//! The loss J = J1 + J2 + J3, term by term, and its gradient in what the networks put out.

use super::config::{Covariance, DeepCcConfig, JointKind};
use super::joint::{Cross, CrossKind, JointFunction, Posteriors};
use super::mixture::{Mixture, MixtureTerms};
use crate::record::Recorder;
use crate::systems::matrix::Joint;

/// Every term of the loss, without its weight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Terms {
    /// Of rows and of columns.
    pub(super) sides: [SideTerms; 2],
    /// J3
    pub(super) cross: f64,
    /// I(X; Y) in bits.
    pub(super) information: f64,
    /// I(X̂; Ŷ) in bits.
    pub(super) information_clusters: f64,
}

/// The terms of J1 or of J2.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct SideTerms {
    pub(super) reconstruction: f64,
    /// P_ae
    pub(super) weight_decay: f64,
    pub(super) mixture: MixtureTerms,
}

/// The weights of the terms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Weights {
    pub(super) reconstruction: f64,
    pub(super) weight_decay: f64,
    pub(super) mixture: f64,
    pub(super) covariance: f64,
    pub(super) cross: f64,
}

impl Terms {
    /// J
    pub(super) fn total(&self, weights: &Weights) -> f64 {
        let sides = self.sides.iter().map(|side| {
            weights.reconstruction * side.reconstruction
                + weights.weight_decay * side.weight_decay
                + weights.mixture * (side.mixture.energy + side.mixture.kl)
                + weights.covariance * side.mixture.covariance
        });
        sides.sum::<f64>() + weights.cross * self.cross
    }

    /// All terms in a fixed order.
    pub(super) fn to_numbers(self) -> [f64; 13] {
        let [rows, columns] = self.sides.map(|side| {
            let SideTerms {
                reconstruction,
                weight_decay,
                mixture,
            } = side;
            let MixtureTerms {
                energy,
                kl,
                covariance,
            } = mixture;
            [reconstruction, weight_decay, energy, kl, covariance]
        });
        let rest = [self.cross, self.information, self.information_clusters];
        let mut all = [rows.as_slice(), &columns, &rest].concat().into_iter();
        std::array::from_fn(|_| all.next().unwrap_or_default())
    }

    /// The inverse of [`Self::to_numbers`].
    pub(super) fn from_numbers(numbers: &[f64; 13]) -> Self {
        let side = |first: usize| SideTerms {
            reconstruction: numbers[first],
            weight_decay: numbers[first + 1],
            mixture: MixtureTerms {
                energy: numbers[first + 2],
                kl: numbers[first + 3],
                covariance: numbers[first + 4],
            },
        };
        Self {
            sides: [side(0), side(5)],
            cross: numbers[10],
            information: numbers[11],
            information_clusters: numbers[12],
        }
    }

    /// A curve for every term.
    pub(super) fn record(&self, weights: &Weights, recorder: &mut dyn Recorder) {
        for (name, side) in ["rows", "columns"].into_iter().zip(&self.sides) {
            let mut term =
                |term: &str, value| recorder.scalar(&format!("loss/{term}_{name}"), value);
            term("reconstruction", side.reconstruction);
            term("weight_decay", side.weight_decay);
            term("energy", side.mixture.energy);
            term("kl", side.mixture.kl);
            term("covariance", side.mixture.covariance);
        }
        recorder.scalar("loss/cross", self.cross);
        recorder.scalar("joint/information", self.information);
        recorder.scalar("joint/information_clusters", self.information_clusters);
        recorder.scalar("loss/total", self.total(weights));
    }
}

/// The part of the loss above the networks: mixtures and cross loss of soft assignments. It is small, and computed on the host in double
/// precision, on whatever device the networks are.
pub(super) struct Head<'a> {
    pub(super) covariance: Covariance,
    pub(super) floor: f64,
    pub(super) joint: JointFunction<'a>,
    pub(super) cross: CrossKind,
}

/// The head at some assignments.
pub(super) struct Evaluated {
    pub(super) mixtures: [Mixture; 2],
    pub(super) terms: [MixtureTerms; 2],
    pub(super) cross: Cross,
}

/// Soft assignments, the softmax of a side's logits: [rows, clusters].
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Assignments {
    pub(super) values: Vec<f64>,
    pub(super) clusters: usize,
}

impl Assignments {
    pub(super) fn softmax(logits: &[f32], clusters: usize) -> Self {
        let mut values: Vec<f64> = logits.iter().map(|value| f64::from(*value)).collect();
        for row in values.chunks_exact_mut(clusters) {
            let most = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            row.iter_mut()
                .for_each(|value| *value = (*value - most).exp());
            let sum: f64 = row.iter().sum();
            row.iter_mut().for_each(|value| *value /= sum);
        }
        Self { values, clusters }
    }

    /// dL/d logits from dL/dh.
    pub(super) fn backward(&self, gradient: &[f64]) -> Vec<f32> {
        let mut out = Vec::with_capacity(gradient.len());
        let rows = self.values.chunks_exact(self.clusters);
        for (h, d_h) in rows.zip(gradient.chunks_exact(self.clusters)) {
            let mean = super::covariance::dot(h, d_h);
            out.extend(h.iter().zip(d_h).map(|(h, d_h)| (h * (d_h - mean)) as f32));
        }
        out
    }
}

impl<'a> Head<'a> {
    pub(super) fn of(
        config: &DeepCcConfig,
        observed: Option<&'a Joint>,
        logits: &'a [f64],
    ) -> Self {
        let joint = match (config.joint, observed) {
            (JointKind::Observed, Some(observed)) => JointFunction::Observed(observed),
            (JointKind::Cosine, _) => JointFunction::Cosine,
            (JointKind::Gaussian, _) => JointFunction::Gaussian {
                width: config.kernel_width,
            },
            (JointKind::Bilinear, _) => JointFunction::Bilinear { logits },
            (JointKind::Dot | JointKind::Observed, _) => JointFunction::Dot,
        };
        Self {
            covariance: config.covariance,
            floor: config.variance_floor,
            joint,
            cross: CrossKind {
                blocks: config.block_sums,
                form: config.cross_form,
            },
        }
    }

    /// Every term at the assignments of all rows and all columns. `None` if a mixture is degenerate.
    pub(super) fn evaluate(&self, sides: [&Assignments; 2]) -> Option<Evaluated> {
        let fit = |side: &Assignments| {
            Mixture::fit(&side.values, side.clusters, self.covariance, self.floor)
        };
        let mixtures = [fit(sides[0])?, fit(sides[1])?];
        let cross = self.joint.cross(
            Posteriors {
                rows: &mixtures[0].posterior,
                columns: &mixtures[1].posterior,
                row_clusters: sides[0].clusters,
                column_clusters: sides[1].clusters,
            },
            self.cross,
        );
        Some(Evaluated {
            terms: [
                mixtures[0].terms(&sides[0].values),
                mixtures[1].terms(&sides[1].values),
            ],
            mixtures,
            cross,
        })
    }
}

impl Evaluated {
    /// dL/d logits of both sides.
    pub(super) fn backward(&self, sides: [&Assignments; 2], weights: &Weights) -> [Vec<f32>; 2] {
        let d_posteriors = [&self.cross.d_rows, &self.cross.d_columns];
        std::array::from_fn(|side| {
            let weighted: Vec<f64> = d_posteriors[side]
                .iter()
                .map(|value| weights.cross * value)
                .collect();
            let terms = MixtureTerms {
                energy: weights.mixture,
                kl: weights.mixture,
                covariance: weights.covariance,
            };
            let assignments = sides[side];
            let d_h = self.mixtures[side].backward(&assignments.values, &weighted, terms);
            assignments.backward(&d_h)
        })
    }
}
