//! Time and memory of a run of generators against discriminators.

use super::config::ImageConfig;
use super::networks::{Architecture, DiscriminatorConfig};
use crate::systems::Estimate;

/// Bytes of a value.
const BYTES: f64 = 4.0;
/// A parameter has a value, a gradient and two moments.
const COPIES: f64 = 4.0;
/// Copies of the parameters that a checkpoint takes while it is written.
const SAVED: f64 = 2.3;
/// What a backward pass allocates over what it keeps: gradients of maps, until their layer is done.
const GRADIENTS: f64 = 1.25;
/// Pictures that are prepared ahead, snapshots, the segmenters that measure, and buffers of the kernels.
const REST: f64 = 50e6;

/// Passes of one step through a generator, forward and backward.
#[derive(Debug, Clone, Copy)]
pub struct Passes {
    /// Without classes.
    pub plain: usize,
    /// With the classes of the images.
    pub parsed: usize,
}

/// What a step of generators, each with a discriminator, takes; `None` if the config does not tell the size of the images, or they do not
/// fit.
#[must_use]
pub fn estimate<A: Architecture>(
    generators: &[(A, Passes)],
    discriminator: &DiscriminatorConfig,
    images: &ImageConfig,
    batch: usize,
) -> Option<Estimate> {
    let size = images.nominal();
    let multiple = generators.first()?.0.size_multiple();
    let fits = |length: u32| match images.is_cropped() {
        true => length as usize,
        false => (length as usize).next_multiple_of(multiple),
    };
    let (width, height) = (fits(size.width), fits(size.height));
    let count = generators.len() as f64;
    let (mut operations, mut kept, mut working) = (0.0, 0.0, 0.0f64);
    let mut parameters = generators.len() * discriminator.parameters();
    for (architecture, passes) in generators {
        parameters += architecture.parameters();
        for (times, parse) in [(passes.plain, false), (passes.parsed, true)] {
            let cost = architecture.cost(batch, width, height, parse).ok()?;
            // A backward pass through a layer takes as much as two forward, one of them for its weights. `operations` counts
            // multiplications and additions apart.
            operations += 3.0 * times as f64 * cost.operations;
            kept += times as f64 * cost.kept;
            working = working.max(cost.working);
        }
    }
    // Each discriminator sees the fakes once in the step of the generators, without gradients of weights, and once more beside real images.
    let seen = discriminator.cost(batch, width, height).ok()?;
    operations += count * (2.0 + 3.0 * 2.0) * seen.operations;
    let kept = (kept + count * seen.kept).max(2.0 * count * seen.kept);
    let weights = BYTES * parameters as f64;
    let step = GRADIENTS * (kept + working);
    let memory = REST + COPIES * weights + step.max(SAVED * weights);
    Some(Estimate {
        parameters: parameters as u64,
        memory: memory as u64,
        operations: Some(operations),
    })
}
