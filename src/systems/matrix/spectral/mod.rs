//! Rows and columns of a matrix as points, by its leading singular vectors (I. Dhillon, Co-clustering Documents and Words Using Bipartite
//! Spectral Graph Partitioning, KDD 2001).

mod operator;

use operator::ScaledJoint;

use super::Joint;
use crate::nn::svd::{leading_triples, sign};

/// The widest embedding: as many singular vectors as are computed together.
pub const MOST_VECTORS: usize = 64;

/// The leading singular vectors of D_r^-1/2 X D_c^-1/2 after the first, which is the same for every matrix. X is shifted to be
/// non-negative.
#[derive(Debug, Clone, PartialEq)]
pub struct SpectralEmbedding {
    /// Number of singular vectors.
    pub vectors: usize,
    /// Their singular values, descending, in [0, 1]; 1 for each connected component of the matrix beyond the first.
    pub singular_values: Vec<f64>,
    /// D_r^-1/2 u of each row: [rows, vectors].
    pub rows: Vec<f32>,
    /// D_c^-1/2 v of each column: [columns, vectors].
    pub columns: Vec<f32>,
}

/// The embedding by (at most) `vectors` singular vectors; `vectors` = ⌈log₂ k⌉ for k clusters in the paper. D are the sums of p(x, y) over rows and
/// columns. Each vector has its largest component positive; `seed` draws where the iteration begins, and decides nothing else unless
/// singular values are equal.
///
/// # Panics
/// With more than [`MOST_VECTORS`].
#[must_use]
pub fn spectral_embedding(joint: &Joint, vectors: usize, seed: u64) -> SpectralEmbedding {
    assert!(vectors <= MOST_VECTORS, "at most {MOST_VECTORS} vectors");
    let operator = ScaledJoint::new(joint);
    let triples = leading_triples(&operator, vectors, seed);
    let vectors = triples.singular_values.len();
    let side = |vectors_of: &[Vec<f64>], scale: &[f64], signs: &[f64]| -> Vec<f32> {
        let mut points = Vec::with_capacity(scale.len() * vectors);
        for (at, scale) in scale.iter().enumerate() {
            let own = vectors_of.iter().zip(signs);
            points.extend(own.map(|(vector, sign)| (sign * scale * vector[at]) as f32));
        }
        points
    };
    let signs = triples
        .left
        .iter()
        .map(|vector| sign(vector.iter().copied()));
    let signs: Vec<f64> = signs.collect();
    SpectralEmbedding {
        vectors,
        rows: side(&triples.left, operator.row_scale(), &signs),
        columns: side(&triples.right, operator.column_scale(), &signs),
        singular_values: triples.singular_values,
    }
}

#[cfg(test)]
mod tests;
