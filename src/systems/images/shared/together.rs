//! Two passes of a network as one.
//!
//! Weights are transformed once for both, and products are larger. Only for networks that treat each image of a batch for itself.

use burn::tensor::Tensor;

/// The network's outputs for two batches, in one pass.
///
/// first: [n, ..], second: [m, ..], of one shape otherwise → [n, ..] and [m, ..].
///
/// # Errors
/// Those of the network.
pub fn together<E>(
    first: Tensor<4>,
    second: Tensor<4>,
    network: impl FnOnce(Tensor<4>) -> Result<Tensor<4>, E>,
) -> Result<[Tensor<4>; 2], E> {
    let counts = [first.dims()[0], second.dims()[0]];
    let out = network(Tensor::cat(vec![first, second], 0))?;
    Ok(parted(out, counts))
}

/// What one pass made of two batches of these lengths.
#[must_use]
pub fn parted(both: Tensor<4>, [first, second]: [usize; 2]) -> [Tensor<4>; 2] {
    [
        both.clone().narrow(0, 0, first),
        both.narrow(0, first, second),
    ]
}

/// True if images of both can be in one batch.
#[must_use]
pub fn same_size(first: &Tensor<4>, second: &Tensor<4>) -> bool {
    first.dims()[1..] == second.dims()[1..]
}
