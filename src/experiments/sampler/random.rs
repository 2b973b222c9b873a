//! Independent draws.

use rand::RngExt;

use super::tried::{Tried, random};
use super::{Sampler, Space};
use crate::experiments::{Observation, Setting};

/// Independent draws, evenly over choices and over the scale of ranges.
#[derive(Debug)]
pub(super) struct Random {
    space: Space,
    seed: u64,
}

impl Random {
    pub(super) fn new(space: Space, seed: u64) -> Self {
        Self { space, seed }
    }
}

impl Sampler for Random {
    fn next(&self, history: &[Observation]) -> Option<Setting> {
        let tried = Tried::of(&self.space, history);
        draw(&self.space, &tried, self.seed)
    }
}

/// A draw that was not tried.
pub(super) fn draw(space: &Space, tried: &Tried<'_>, seed: u64) -> Option<Setting> {
    tried.fresh(space, seed, |attempt| {
        let mut rng = random(seed, tried.len() as u64, attempt);
        space.at(|_| rng.random::<f64>())
    })
}
