//! How long and how fast a run learns, and from which weights on.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::wrong;
use crate::nn::conv::Init;
use crate::systems::images::shared::schedule::Schedule;
use crate::systems::{ConfigError, ConfigMap};

/// How initial weights are drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum InitKind {
    /// From a normal distribution with the gain as deviation.
    #[default]
    Normal,
    /// Glorot and Bengio 2010.
    Xavier,
    /// He et al. 2015.
    Kaiming,
    /// Saxe et al. 2014.
    Orthogonal,
}

/// Defaults that depend on what is given: half of the epochs decay, as of the official 200.
#[must_use]
pub fn training_defaults(given: &ConfigMap) -> ConfigMap {
    let epochs = given.get("epochs").and_then(Value::as_u64);
    let decay = epochs.map(|epochs| ("decay_epochs".to_owned(), Value::from(epochs / 2)));
    decay.into_iter().collect()
}

/// How long and how fast a run learns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct TrainingConfig {
    /// Images of each domain for each step.
    #[schemars(range(min = 1, max = 256), extend("x-group" = "Training"))]
    pub batch_size: usize,
    /// Passes over the larger domain.
    #[schemars(range(min = 1, max = 100_000), extend("x-group" = "Training"))]
    pub epochs: u64,
    /// Epochs at the end in which the step size falls linearly to 0.
    #[schemars(range(min = 0, max = 100_000), extend("x-group" = "Training"))]
    pub decay_epochs: u64,
    /// Ends the run after this many steps; the step size falls over the same share of them. 0 goes by epochs.
    #[schemars(range(min = 0, max = 100_000_000), extend("x-group" = "Training"))]
    pub max_steps: u64,
    /// Step size of Adam before it falls.
    #[schemars(range(min = 0.0, max = 1.0), extend("x-group" = "Training", "x-live" = true, "x-log" = true))]
    pub learning_rate: f64,
    /// Share of the previous steps' direction that Adam keeps.
    #[schemars(range(min = 0.0, max = 0.999), extend("x-group" = "Training", "x-symbol" = "β1"))]
    pub beta1: f64,
    /// How initial weights are drawn.
    #[schemars(extend("x-group" = "Training", "x-label" = "Initial weights"))]
    pub init: InitKind,
    /// Scale of the initial weights; not used by Kaiming.
    #[schemars(range(min = 1e-6, max = 10.0), extend("x-group" = "Training", "x-label" = "Gain", "x-log" = true))]
    pub init_gain: f64,
    /// Weights to start from: a folder with `g_a.safetensors`, `g_b.safetensors` in PyTorch's layout, such as an export or a checkpoint, or with
    /// `latest_net_G_A.pth`, `latest_net_G_B.pth` (pix2pix: `latest_net_G.pth`) of the official code, or one such file for A → B; relative to the
    /// config file.
    #[schemars(extend("x-group" = "Training", "x-label" = "Start from", "format" = "path", "x-folder" = true, "x-request" = "Choose a folder of weights"))]
    pub initial_weights: Option<String>,
}

impl Default for TrainingConfig {
    fn default() -> Self {
        Self {
            batch_size: 1,
            epochs: 200,
            decay_epochs: 100,
            max_steps: 0,
            learning_rate: 2e-4,
            beta1: 0.5,
            init: InitKind::default(),
            init_gain: 0.02,
            initial_weights: None,
        }
    }
}

impl TrainingConfig {
    /// How the learning rate falls.
    #[must_use]
    pub fn schedule(&self) -> Schedule {
        Schedule::new(self.epochs, self.decay_epochs, self.max_steps)
    }

    /// How initial weights are drawn.
    #[must_use]
    pub fn init(&self) -> Init {
        let gain = self.init_gain as f32;
        match self.init {
            InitKind::Normal => Init::Normal(gain),
            InitKind::Xavier => Init::Xavier(gain),
            InitKind::Kaiming => Init::Kaiming,
            InitKind::Orthogonal => Init::Orthogonal(gain),
        }
    }

    /// Checks epochs against each other.
    ///
    /// # Errors
    /// Names the key to change.
    pub fn check(&self) -> Result<(), ConfigError> {
        if self.decay_epochs > self.epochs {
            return wrong(
                "decay_epochs",
                format!(
                    "must be at most epochs, {}: they are the last of them",
                    self.epochs
                ),
            );
        }
        Ok(())
    }
}
