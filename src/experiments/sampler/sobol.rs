//! Draws that keep their distance.

use optimizer::distribution::{Distribution, FloatDistribution};
use optimizer::param::ParamValue;
use optimizer::sampler::{Sampler as _, SobolSampler};

use super::tried::Tried;
use super::{Sampler, Space};
use crate::experiments::{Observation, Setting};

/// Points of the sequence; after them it begins again.
const POINTS: u64 = 1 << 16;

/// A Sobol sequence, Owen-scrambled by the seed (Burley 2020).
#[derive(Debug)]
pub(super) struct Sobol {
    space: Space,
    seed: u64,
}

impl Sobol {
    pub(super) fn new(space: Space, seed: u64) -> Self {
        Self { space, seed }
    }

    /// A point of the sequence.
    fn point(&self, number: u64) -> Setting {
        let unit = Distribution::Float(FloatDistribution {
            low: 0.0,
            high: 1.0,
            log_scale: false,
            step: None,
        });
        // It counts the dimensions that it was asked for.
        let sampler = SobolSampler::with_seed(self.seed);
        self.space.at(|_| match sampler.sample(&unit, number, &[]) {
            ParamValue::Float(share) => share,
            // It answers a range of floats by a float.
            ParamValue::Int(_) | ParamValue::Categorical(_) => 0.5,
        })
    }
}

impl Sampler for Sobol {
    fn next(&self, history: &[Observation]) -> Option<Setting> {
        let tried = Tried::of(&self.space, history);
        let number = tried.len() as u64;
        tried.fresh(&self.space, self.seed, |attempt| {
            self.point((number + attempt) % POINTS)
        })
    }
}
