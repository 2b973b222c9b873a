//! Time and memory of a run.

use super::config::{AugGanConfig, Masks};
use crate::systems::Estimate;
use crate::systems::images::shared::networks::Architecture as _;

/// Bytes of a value.
const BYTES: f64 = 4.0;
/// A parameter has a value, a gradient and two moments.
const COPIES: f64 = 4.0;
/// The data tells how many there are; hardly anything depends on it.
const CLASSES: usize = 16;

/// Of one step; `None` if the images do not fit the networks.
pub(super) fn estimate(config: &AugGanConfig) -> Option<Estimate> {
    let size = config.images.nominal();
    let batch = config.training.batch_size;
    let parsed = config.domain(CLASSES);
    let plain = config.domain(0);
    let fits = |length: u32| match config.images.is_cropped() {
        true => length as usize,
        false => (length as usize).next_multiple_of(parsed.size_multiple()),
    };
    let (width, height) = (fits(size.width), fits(size.height));
    let discriminator = config.discriminator();
    let domains = match config.masks {
        Masks::Both => [parsed, parsed],
        Masks::A => [parsed, plain],
    };
    let parameters: usize = domains.iter().map(|domain| domain.parameters()).sum();
    let parameters = parameters + 2 * discriminator.parameters();

    let parses = config.lambda_segmentation > 0.0;
    let (mut operations, mut kept, mut working) = (0.0, 0.0, 0.0f64);
    let mut pass = |domain: &super::network::DomainConfig, parse| -> Option<()> {
        let cost = domain.cost(batch, width, height, parse).ok()?;
        // A backward pass through a layer takes as much as two forward, one of them for its weights.
        operations += 3.0 * cost.operations;
        kept += cost.kept;
        working = working.max(cost.working);
        Some(())
    };
    for domain in &domains {
        // Its own images, the fakes of the other domain, and the other domain's images for the identity.
        pass(domain, parses)?;
        let own = [config.lambda_cycle > 0.0, config.lambda_identity > 0.0];
        for _ in own.into_iter().filter(|own| *own) {
            pass(domain, false)?;
        }
    }
    let judged = discriminator.cost(batch, width, height).ok()?;
    // In the step of the generators two passes without gradients of weights, then real and fake images for each.
    operations += 2.0 * 2.0 * judged.operations + 3.0 * 4.0 * judged.operations;
    let kept = (kept + 2.0 * judged.kept).max(4.0 * judged.kept);
    Some(Estimate {
        parameters: parameters as u64,
        memory: (kept + working + COPIES * BYTES * parameters as f64) as u64,
        operations,
    })
}
