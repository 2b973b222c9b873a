//! State of a trainer beside the networks.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use serde::{Deserialize, Serialize};

use super::averages::Averages;
use crate::data::images::Position;

/// A generator of random numbers at one moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct RngState {
    seed: [u8; 32],
    stream: u64,
    /// In decimal: a position has more bits than a number of TOML.
    word: String,
}

impl RngState {
    pub(super) fn of(rng: &ChaCha8Rng) -> Self {
        Self {
            seed: rng.get_seed(),
            stream: rng.get_stream(),
            word: rng.get_word_pos().to_string(),
        }
    }

    /// `None` if it is damaged.
    pub(super) fn generator(&self) -> Option<ChaCha8Rng> {
        let mut rng = ChaCha8Rng::from_seed(self.seed);
        rng.set_stream(self.stream);
        rng.set_word_pos(self.word.parse().ok()?);
        Some(rng)
    }
}

/// Goes into the checkpoint as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct State {
    /// Updates done.
    pub(super) step: u64,
    /// Of the newest snapshot.
    #[serde(default)]
    pub(super) snapshot: Option<u64>,
    /// True if the weights are to be measured before the next step.
    pub(super) measuring: bool,
    /// The step of the newest measurement.
    #[serde(default)]
    pub(super) measured: Option<u64>,
    /// True if there is no augmentation report to be made any more.
    pub(super) reported: bool,
    /// True if the picture of all test pictures was made; runs of before have none.
    #[serde(default)]
    pub(super) pictured: bool,
    #[serde(rename = "dice")]
    pub(super) rng: RngState,
    /// Where the loader is.
    pub(super) position: Position,
    pub(super) averages: Averages,
}

#[cfg(test)]
mod tests {
    use rand::Rng;

    use super::*;

    #[test]
    fn a_restored_generator_goes_on_with_the_same_numbers() {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        rng.set_stream(3);
        for _ in 0..21 {
            rng.next_u32();
        }
        let text = toml::to_string(&RngState::of(&rng)).expect("plain data");
        let restored: RngState = toml::from_str(&text).expect("as written");
        let mut again = restored.generator().expect("whole");
        for _ in 0..40 {
            assert_eq!(again.next_u64(), rng.next_u64());
        }
    }
}
