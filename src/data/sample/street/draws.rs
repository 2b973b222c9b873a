//! Draws that the generators share.

use super::super::SampleRng;

pub(super) fn between(rng: &mut SampleRng, low: f32, high: f32) -> f32 {
    low + (high - low) * rng.uniform() as f32
}

pub(super) fn chance(rng: &mut SampleRng, share: f32) -> bool {
    (rng.uniform() as f32) < share
}

pub(super) fn one_of<'a, T>(rng: &mut SampleRng, from: &'a [T]) -> &'a T {
    rng.pick(from)
}
