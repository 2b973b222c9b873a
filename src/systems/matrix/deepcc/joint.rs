//! The cross loss: how much of the information between rows and columns the clusters lose, by each of the joints J.

use super::config::{BlockSums, CrossForm, JointKind};
use super::information::information;
use super::pairs::{Link, Pairs};
use crate::nn::gemm::{View, product};
use crate::systems::matrix::Joint;

/// p(x_i, y_j) = J(γ_r(i), γ_c(j)).
pub(super) enum JointFunction<'a> {
    /// The data matrix.
    Observed(&'a Joint),
    /// γ_r(i) · γ_c(j), the paper's.
    Dot,
    /// The cosine of γ_r(i) and γ_c(j).
    Cosine,
    /// exp(−‖γ_r(i) − γ_c(j)‖² / 2σ²)
    Gaussian {
        /// σ
        width: f64,
    },
    /// γ_r(i)ᵀ B γ_c(j) with B = exp(logits), [row clusters, column clusters].
    Bilinear {
        /// log B
        logits: &'a [f64],
    },
}

/// How the loss is put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CrossKind {
    pub(super) blocks: BlockSums,
    pub(super) form: CrossForm,
}

/// The cross loss at some assignments, with its gradients.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Cross {
    /// J3 without its weight.
    pub(super) loss: f64,
    /// I(X; Y) in bits.
    pub(super) information: f64,
    /// I(X̂; Ŷ) in bits.
    pub(super) information_clusters: f64,
    /// dJ3/dγ_r, [n, g]
    pub(super) d_rows: Vec<f64>,
    /// dJ3/dγ_c, [m, l]
    pub(super) d_columns: Vec<f64>,
    /// dJ3/d log B; empty unless bilinear.
    pub(super) d_logits: Vec<f64>,
}

/// Soft assignments of both sides.
#[derive(Clone, Copy)]
pub(super) struct Posteriors<'a> {
    /// γ_r, [n, row_clusters]
    pub(super) rows: &'a [f64],
    /// γ_c, [m, column_clusters]
    pub(super) columns: &'a [f64],
    pub(super) row_clusters: usize,
    pub(super) column_clusters: usize,
}

impl JointKind {
    /// True if rows and columns must have as many clusters.
    pub(super) fn needs_equal_counts(self) -> bool {
        match self {
            Self::Dot | Self::Cosine | Self::Gaussian => true,
            Self::Observed | Self::Bilinear => false,
        }
    }
}

impl JointFunction<'_> {
    /// J3 and its gradients.
    pub(super) fn cross(&self, gamma: Posteriors<'_>, kind: CrossKind) -> Cross {
        match self {
            Self::Observed(observed) => of_observed(observed, gamma, kind),
            Self::Dot => {
                let mut found = of_pairs(gamma, kind, gamma.rows, gamma.columns, Link::Identity);
                add(&mut found.cross.d_rows, &found.d_left);
                add(&mut found.cross.d_columns, &found.d_right);
                found.cross
            }
            Self::Cosine => {
                let (k, l) = (gamma.row_clusters, gamma.column_clusters);
                let (rows, columns) = (unit(gamma.rows, k), unit(gamma.columns, l));
                let mut found =
                    of_pairs(gamma, kind, &rows.values, &columns.values, Link::Identity);
                add(&mut found.cross.d_rows, &rows.backward(&found.d_left));
                add(
                    &mut found.cross.d_columns,
                    &columns.backward(&found.d_right),
                );
                found.cross
            }
            Self::Gaussian { width } => gaussian(gamma, kind, *width),
            Self::Bilinear { logits } => bilinear(gamma, kind, logits),
        }
    }
}

/// J3 and its derivatives in I(X̂; Ŷ) and in I(X; Y).
pub(super) fn loss(form: CrossForm, clusters: f64, all: f64) -> (f64, f64, f64) {
    // Before anything is learned a joint of assignments can be all but independent.
    let all = all.max(1e-12);
    let lost = 1.0 - clusters / all;
    let (value, slope) = match form {
        CrossForm::Share => (lost, 1.0),
        CrossForm::Logarithm => (lost.abs().ln_1p(), lost.signum() / (1.0 + lost.abs())),
    };
    (value, -slope / all, slope * clusters / (all * all))
}

/// One-hot rows at the largest of each row.
fn hard(gamma: &[f64], k: usize) -> Vec<f64> {
    let mut out = vec![0.0; gamma.len()];
    for (out, row) in out.chunks_exact_mut(k).zip(gamma.chunks_exact(k)) {
        out[super::argmax(row)] = 1.0;
    }
    out
}

fn of_observed(observed: &Joint, gamma: Posteriors<'_>, kind: CrossKind) -> Cross {
    let (k, l) = (gamma.row_clusters, gamma.column_clusters);
    let hardened =
        (kind.blocks == BlockSums::Hard).then(|| (hard(gamma.rows, k), hard(gamma.columns, l)));
    let (rows, columns) = match &hardened {
        Some((rows, columns)) => (rows.as_slice(), columns.as_slice()),
        None => (gamma.rows, gamma.columns),
    };
    let by_row = observed.times(columns, l);
    let blocks = product(View::new(rows, k).transposed(), View::new(&by_row, l));
    let clusters = information(&blocks, l);
    let (loss, slope, _) = loss(kind.form, clusters.bits, observed.bits());
    let d_blocks: Vec<f64> = clusters
        .gradient
        .iter()
        .map(|value| slope * value)
        .collect();
    let d_blocks = View::new(&d_blocks, l);
    let by_column = observed.transposed_times(rows, k);
    Cross {
        loss,
        information: observed.bits(),
        information_clusters: clusters.bits,
        d_rows: product(View::new(&by_row, l), d_blocks.transposed()),
        d_columns: product(View::new(&by_column, k), d_blocks),
        d_logits: Vec::new(),
    }
}

/// A cross loss over pairs whose amounts come from `left` and `right`. Of the assignments, `cross` has the gradient through the block
/// sums alone.
struct OfPairs {
    cross: Cross,
    d_left: Vec<f64>,
    d_right: Vec<f64>,
}

fn of_pairs(
    gamma: Posteriors<'_>,
    kind: CrossKind,
    left: &[f64],
    right: &[f64],
    link: Link,
) -> OfPairs {
    let (k, l) = (gamma.row_clusters, gamma.column_clusters);
    let width = left.len() / (gamma.rows.len() / k);
    let pairs = Pairs {
        left,
        right,
        width,
        link,
    };
    let all = pairs.information();
    let soft = kind.blocks == BlockSums::Soft;
    let hardened = (!soft).then(|| (hard(gamma.rows, k), hard(gamma.columns, l)));
    let (rows, columns) = match &hardened {
        Some((rows, columns)) => (rows.as_slice(), columns.as_slice()),
        None => (gamma.rows, gamma.columns),
    };
    let (by_row, by_column) = pairs.products(rows, columns);
    let blocks = product(View::new(rows, k).transposed(), View::new(&by_row, l));
    let clusters = information(&blocks, l);
    let (loss, slope, slope_all) = loss(kind.form, clusters.bits, all.bits);
    let d_blocks: Vec<f64> = clusters
        .gradient
        .iter()
        .map(|value| slope * value)
        .collect();
    let d_blocks = View::new(&d_blocks, l);
    let (mut d_left, mut d_right) = match link {
        Link::Identity => {
            // U = uᵀA and V = Cᵀv: the blocks are U V.
            let u = product(View::new(rows, k).transposed(), View::new(left, width));
            let v = product(View::new(right, width).transposed(), View::new(columns, l));
            let d_u = product(d_blocks, View::new(&v, l).transposed());
            let d_v = product(View::new(&u, width).transposed(), d_blocks);
            (
                product(View::new(rows, k), View::new(&d_u, width)),
                product(View::new(columns, l), View::new(&d_v, l).transposed()),
            )
        }
        Link::Exponential => {
            let scaled = product(View::new(rows, k), d_blocks);
            pairs.blocks_backward(&scaled, columns, l)
        }
    };
    add_scaled(&mut d_left, slope_all, &all.d_left);
    add_scaled(&mut d_right, slope_all, &all.d_right);
    let (mut d_rows, mut d_columns) = (vec![0.0; rows.len()], vec![0.0; columns.len()]);
    if soft {
        d_rows = product(View::new(&by_row, l), d_blocks.transposed());
        d_columns = product(View::new(&by_column, k), d_blocks);
    }
    OfPairs {
        cross: Cross {
            loss,
            information: all.bits,
            information_clusters: clusters.bits,
            d_rows,
            d_columns,
            d_logits: Vec::new(),
        },
        d_left,
        d_right,
    }
}

/// Rows of length 1.
struct Unit {
    values: Vec<f64>,
    lengths: Vec<f64>,
    width: usize,
}

fn unit(rows: &[f64], width: usize) -> Unit {
    let lengths: Vec<f64> = rows
        .chunks_exact(width)
        .map(|row| row.iter().map(|v| v * v).sum::<f64>().sqrt())
        .collect();
    let values = rows
        .chunks_exact(width)
        .zip(&lengths)
        .flat_map(|(row, length)| row.iter().map(move |value| value / length))
        .collect();
    Unit {
        values,
        lengths,
        width,
    }
}

impl Unit {
    /// With u = x/‖x‖: dx = (du − u (u · du)) / ‖x‖.
    fn backward(&self, d_values: &[f64]) -> Vec<f64> {
        let mut out = Vec::with_capacity(d_values.len());
        let rows = self.values.chunks_exact(self.width);
        for ((u, d_u), length) in rows
            .zip(d_values.chunks_exact(self.width))
            .zip(&self.lengths)
        {
            let along = super::covariance::dot(u, d_u);
            out.extend(u.iter().zip(d_u).map(|(u, d_u)| (d_u - u * along) / length));
        }
        out
    }
}

/// −‖a − c‖²/2σ² as the inner product of (a/σ, −‖a‖²/2σ², 1) and (c/σ, 1, −‖c‖²/2σ²).
fn gaussian(gamma: Posteriors<'_>, kind: CrossKind, sigma: f64) -> Cross {
    let k = gamma.row_clusters;
    let wide = |values: &[f64], square_first: bool| -> Vec<f64> {
        let mut out = Vec::with_capacity(values.len() / k * (k + 2));
        for row in values.chunks_exact(k) {
            let scaled = row.iter().map(|value| value / sigma);
            let square = -0.5 * scaled.clone().map(|value| value * value).sum::<f64>();
            out.extend(scaled);
            out.extend(if square_first {
                [square, 1.0]
            } else {
                [1.0, square]
            });
        }
        out
    };
    let (left, right) = (wide(gamma.rows, true), wide(gamma.columns, false));
    let mut found = of_pairs(gamma, kind, &left, &right, Link::Exponential);
    let back = |values: &[f64], d_wide: &[f64], square: usize| -> Vec<f64> {
        let rows = values.chunks_exact(k).zip(d_wide.chunks_exact(k + 2));
        rows.flat_map(|(row, d)| {
            row.iter()
                .zip(d)
                .map(move |(value, own)| own / sigma - d[square] * value / (sigma * sigma))
        })
        .collect()
    };
    add(&mut found.cross.d_rows, &back(gamma.rows, &found.d_left, k));
    add(
        &mut found.cross.d_columns,
        &back(gamma.columns, &found.d_right, k + 1),
    );
    found.cross
}

fn bilinear(gamma: Posteriors<'_>, kind: CrossKind, logits: &[f64]) -> Cross {
    let (k, l) = (gamma.row_clusters, gamma.column_clusters);
    let b: Vec<f64> = logits.iter().map(|logit| logit.exp()).collect();
    let left = product(View::new(gamma.rows, k), View::new(&b, l));
    let mut found = of_pairs(gamma, kind, &left, gamma.columns, Link::Identity);
    let d_left = View::new(&found.d_left, l);
    let d_b = product(View::new(gamma.rows, k).transposed(), d_left);
    add(
        &mut found.cross.d_rows,
        &product(d_left, View::new(&b, l).transposed()),
    );
    add(&mut found.cross.d_columns, &found.d_right);
    found.cross.d_logits = d_b.iter().zip(&b).map(|(d, b)| d * b).collect();
    found.cross
}

fn add(sums: &mut [f64], values: &[f64]) {
    add_scaled(sums, 1.0, values);
}

fn add_scaled(sums: &mut [f64], factor: f64, values: &[f64]) {
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += factor * value;
    }
}
