//! Fully connected layers and the errors of what they reconstruct, with kernels of their own on the CPU.
//!
//! On other devices the same functions are made of burn's ops.

mod kernels;
mod layer;
mod reconstruction;
mod rows;
#[cfg(test)]
mod tests;

pub use layer::{DenseBackend, layer, layer_of_rows, times_of_rows};
pub use reconstruction::{ErrorsBackend, errors_of_rows, squared_distances};
pub use rows::Rows;
