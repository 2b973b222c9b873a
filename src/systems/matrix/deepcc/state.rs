//! Where a run of DeepCC is.

use serde::{Deserialize, Serialize};

use super::config::{DeepCcConfig, Pretraining, Start};

/// The part of a checkpoint beside the arrays.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct State {
    /// Updates of all restarts.
    pub(super) step: u64,
    /// The restart at work, from 0.
    pub(super) restart: u64,
    pub(super) stage: Stage,
    /// Updates of this stage.
    pub(super) stage_step: u64,
    /// The divisors of the codes of rows and columns.
    pub(super) code_scales: [f32; 2],
    /// Steps of the optimizers of rows, columns and the bilinear joint.
    pub(super) adam_steps: [u64; 3],
    /// The lowest loss of a restart that has ended.
    pub(super) best_loss: Option<f64>,
    pub(super) best_restart: Option<u64>,
    /// True if the checkpoint holds remembered assignments.
    pub(super) has_memory: bool,
    /// The scales of the codes in the best restart.
    pub(super) best_code_scales: [f32; 2],
    /// Σ of the terms over this epoch's batches.
    pub(super) epoch_sums: [f64; 13],
}

/// The stages of one restart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Stage {
    /// The autoencoders alone.
    #[default]
    Pretraining,
    /// The inference nets alone.
    Start,
    /// Everything together.
    Joint,
    /// After the last restart.
    Done,
}

/// How many updates each stage takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) pretraining: u64,
    /// Passes of the pretraining, of each layer if layer by layer.
    pub(super) pretraining_passes: u64,
    pub(super) start: u64,
    pub(super) joint: u64,
    pub(super) restarts: u64,
    /// Updates of one pass over the data.
    pub(super) updates_per_epoch: u64,
}

/// Updates of the pretraining and of the start that are enough where an update takes all rows.
const PRETRAINING_UPDATES: u64 = 50;
const START_UPDATES: u64 = 100;
/// How many times as many they are with batches, whose gradients are noisier, and the fewest passes: every row is seen a few times.
const BATCHED: u64 = 4;
const FEWEST_PASSES: u64 = 5;

/// The passes of a stage: those that are given, or, where that is 0, enough for its updates.
fn passes(given: u64, updates: u64, updates_per_epoch: u64) -> u64 {
    match (given, updates_per_epoch) {
        (0, ..=1) => updates,
        (0, _) => (BATCHED * updates)
            .div_ceil(updates_per_epoch)
            .clamp(FEWEST_PASSES, updates),
        (given, _) => given,
    }
}

impl Plan {
    /// `layers` is how many layers the deeper encoder has.
    pub(super) fn new(config: &DeepCcConfig, layers: usize, updates_per_epoch: u64) -> Self {
        let pretraining_passes = passes(
            config.pretraining_epochs,
            PRETRAINING_UPDATES,
            updates_per_epoch,
        );
        let stages = match config.pretraining {
            Pretraining::None => 0,
            Pretraining::Layerwise => layers as u64,
            Pretraining::EndToEnd => 1,
        };
        let start = match config.start {
            Start::Random => 0,
            Start::Kmeans | Start::Consensus | Start::Spectral => {
                passes(config.start_epochs, START_UPDATES, updates_per_epoch)
            }
        };
        Self {
            pretraining: stages * pretraining_passes * updates_per_epoch,
            pretraining_passes,
            start: start * updates_per_epoch,
            joint: config.epochs * updates_per_epoch,
            restarts: config.restarts,
            updates_per_epoch,
        }
    }

    pub(super) fn updates(&self, stage: Stage) -> u64 {
        match stage {
            Stage::Pretraining => self.pretraining,
            Stage::Start => self.start,
            Stage::Joint => self.joint,
            Stage::Done => 0,
        }
    }

    pub(super) fn total(&self) -> u64 {
        self.restarts * (self.pretraining + self.start + self.joint)
    }
}

impl State {
    /// Goes on to the next stage, or to the next restart, or ends.
    pub(super) fn next_stage(&mut self, plan: &Plan) {
        self.stage_step = 0;
        self.stage = match self.stage {
            Stage::Pretraining => Stage::Start,
            Stage::Start => Stage::Joint,
            Stage::Joint if self.restart + 1 < plan.restarts => {
                self.restart += 1;
                Stage::Pretraining
            }
            Stage::Joint | Stage::Done => Stage::Done,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_take_fewer_passes_unless_they_are_given() {
        let plan = |updates| Plan::new(&DeepCcConfig::default(), 2, updates);
        let passes = |updates| {
            let plan = plan(updates);
            [plan.pretraining, plan.start, plan.joint].map(|count| count / updates)
        };
        assert_eq!(passes(1), [50, 100, 40]);
        assert_eq!(passes(2), [50, 100, 40]);
        assert_eq!(passes(10), [20, 40, 40]);
        assert_eq!(passes(49), [5, 9, 40]);
        let given = DeepCcConfig {
            pretraining: Pretraining::Layerwise,
            pretraining_epochs: 30,
            start_epochs: 70,
            ..DeepCcConfig::default()
        };
        let plan = Plan::new(&given, 2, 10);
        assert_eq!((plan.pretraining, plan.start), (2 * 30 * 10, 70 * 10));
    }
}
