//! Truncated singular value decompositions of matrices that are known by their products alone.
//!
//! [`leading_triples`] iterates until the triples are found to a tolerance; [`right_singular_vectors`] and [`singular_values`] take a fixed
//! number of products, enough for a place where training begins.

mod lanczos;
mod randomized;

pub use lanczos::{Triples, leading_triples};
pub use randomized::{right_singular_vectors, singular_values};

/// Some vectors side by side: one `[f64; B]` for each of their components.
pub type Block<const B: usize> = Vec<[f64; B]>;

/// A matrix, [rows, columns], by its products.
pub trait Operator {
    /// Number of rows.
    fn rows(&self) -> usize;
    /// Number of columns.
    fn columns(&self) -> usize;
    /// The product with `x`: [columns] → [rows].
    fn apply<const B: usize>(&self, x: &[[f64; B]]) -> Block<B>;
    /// The product of the transpose with `x`: [rows] → [columns].
    fn apply_transposed<const B: usize>(&self, x: &[[f64; B]]) -> Block<B>;
}

/// ±1, so that the largest component of a singular vector becomes positive.
#[must_use]
pub fn sign(vector: impl Iterator<Item = f64>) -> f64 {
    let largest = vector.fold(0.0_f64, |largest, value| {
        if value.abs() > largest.abs() {
            value
        } else {
            largest
        }
    });
    if largest < 0.0 { -1.0 } else { 1.0 }
}
