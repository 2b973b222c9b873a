//! Layers whose cost follows the observed cells of a sparse matrix, not rows × columns.
//!
//! An autoencoder over sparse rows reads only the observed inputs and is asked only for the observed outputs. `encode` and
//! `decode` compute just these, forward and backward, on all cores, as custom ops of burn's CPU backend (flex); everything between
//! them is ordinary burn. Weights lie with one row of `hidden` values per input or output, so that each observed cell touches one
//! contiguous row.
//!
//! Each output value is summed by one task in a fixed order: results do not depend on the number of threads.

mod kernels;
mod observed;
mod ops;
#[cfg(test)]
mod tests;

pub use observed::Observed;
pub use ops::{SparseBackend, decode, encode, half_squared_norm, product, transposed_product};
