//! Every combination.

use super::tried::Tried;
use super::{Sampler, Space};
use crate::experiments::{Observation, Setting};
use crate::record::schema::ConfigError;

/// Every combination, the last parameter changing fastest.
#[derive(Debug)]
pub(super) struct Grid {
    space: Space,
    size: u128,
}

impl Grid {
    /// # Errors
    /// If a range does not say how many values it has, or the grid is too large.
    pub(super) fn new(space: &Space) -> Result<Self, ConfigError> {
        let space = space.grid()?;
        // Finite, being a grid.
        let size = space.size().unwrap_or_default();
        Ok(Self { space, size })
    }
}

impl Sampler for Grid {
    fn next(&self, history: &[Observation]) -> Option<Setting> {
        let tried = Tried::of(&self.space, history);
        (0..self.size)
            .filter_map(|place| self.space.nth(place))
            .find(|setting| !tried.contains(&self.space, setting))
    }
}
