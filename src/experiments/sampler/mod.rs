//! What to try next: grid, random, Sobol and TPE behind one trait.

mod domain;
mod grid;
mod random;
mod sobol;
mod space;
mod tpe;
mod tried;

pub use space::Space;

use std::collections::BTreeMap;

use serde_json::Value;

use super::sweep::{Method, SweepConfig, Values};
use super::{Observation, Setting};
use crate::record::schema::ConfigError;

/// Chooses settings. It keeps no state of its own: the same space, seed and history give the same next setting, so that a sweep goes on
/// after a kill, and tasks on several machines ask through files.
pub trait Sampler: std::fmt::Debug + Send + Sync {
    /// The next setting, given all that were handed out so far in order; `None` if there is none left. Never one of the history in a space
    /// that is finite. A setting may be in the history more than once, with several seeds: it counts as one, by the mean.
    fn next(&self, history: &[Observation]) -> Option<Setting>;
}

/// The sampler that a sweep asks for.
///
/// # Errors
/// If its values make no space, or its method cannot handle it: with the key.
pub fn for_space(config: &SweepConfig) -> Result<Box<dyn Sampler>, ConfigError> {
    let space = Space::of(&config.base.system, &config.sweep.values)?;
    sampler(config.sweep.method, space, config.base.seed)
}

/// The values that a grid has of one parameter of a system.
///
/// # Errors
/// If they are none, or a range does not say how many.
pub fn grid_values(system: &str, key: &str, values: &Values) -> Result<Vec<Value>, ConfigError> {
    let space = Space::of(system, &BTreeMap::from([(key.to_owned(), values.clone())]))?;
    Ok(space.grid()?.values_of(key))
}

/// How many values a method tries of one parameter at most; `None` if it takes any number of a range.
#[must_use]
pub fn count_values(method: Method, system: &str, key: &str, values: &Values) -> Option<usize> {
    if method == Method::Grid {
        return grid_values(system, key, values).ok().map(|own| own.len());
    }
    let space = Space::of(system, &BTreeMap::from([(key.to_owned(), values.clone())])).ok()?;
    space
        .size()
        .map(|size| usize::try_from(size).unwrap_or(usize::MAX))
}

/// A sampler over a space.
///
/// # Errors
/// If the method cannot handle the space: a grid needs to know how many values a range has, and must not be too large.
pub fn sampler(method: Method, space: Space, seed: u64) -> Result<Box<dyn Sampler>, ConfigError> {
    Ok(match method {
        Method::Grid => Box::new(grid::Grid::new(&space)?),
        Method::Random => Box::new(random::Random::new(space, seed)),
        Method::Sobol => Box::new(sobol::Sobol::new(space, seed)),
        Method::Tpe => Box::new(tpe::Tpe::new(space, seed)),
    })
}

#[cfg(test)]
mod tests;
