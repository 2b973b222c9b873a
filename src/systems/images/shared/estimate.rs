//! Time and memory of a run of generators against discriminators.

use super::config::{ImageConfig, NetworkConfig};
use super::networks::Architecture as _;
use crate::systems::Estimate;

/// Bytes of a value.
const BYTES: f64 = 4.0;
/// A parameter has a value, a gradient and two moments.
const COPIES: f64 = 4.0;

/// Passes of one step through each network.
#[derive(Debug, Clone, Copy)]
pub struct Passes {
    /// Generators.
    pub generators: usize,
    /// Through generators, forward and backward.
    pub generated: f64,
    /// Through discriminators in the step of the generators, backward without gradients of weights.
    pub discriminated: f64,
    /// Through discriminators in their own step, forward and backward.
    pub discriminator_updates: f64,
}

/// Of one step; `None` if the config does not tell the size of the images, or they do not fit. `inputs`: channels that a discriminator judges.
#[must_use]
pub fn estimate(
    networks: &NetworkConfig,
    images: &ImageConfig,
    batch_size: usize,
    inputs: usize,
    passes: Passes,
) -> Option<Estimate> {
    let size = images.nominal();
    let (width, height) = (size.width as usize, size.height as usize);
    let (generator, discriminator) = (networks.generator(), networks.discriminator(inputs));
    let multiple = generator.size_multiple();
    let (width, height) = if images.is_cropped() {
        (width, height)
    } else {
        (
            width.next_multiple_of(multiple),
            height.next_multiple_of(multiple),
        )
    };
    let generated = generator.cost(batch_size, width, height, false).ok()?;
    let discriminated = discriminator.cost(batch_size, width, height).ok()?;
    let parameters = passes.generators * (generator.parameters() + discriminator.parameters());
    let kept = (passes.generated * generated.kept + passes.discriminated * discriminated.kept)
        .max(passes.discriminator_updates * discriminated.kept);
    let memory = kept + generated.working + COPIES * BYTES * parameters as f64;
    // A backward pass through a layer takes as much as two forward, one of them for its weights. `operations` of a cost counts
    // multiplications and additions apart.
    let operations = 3.0 * passes.generated * generated.operations
        + 2.0 * passes.discriminated * discriminated.operations
        + 3.0 * passes.discriminator_updates * discriminated.operations;
    Some(Estimate {
        parameters: parameters as u64,
        memory: memory as u64,
        operations,
    })
}
