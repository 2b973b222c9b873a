//! The settings that a person can change.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::systems::ConfigError;
use crate::systems::images::shared::config::{
    Direction, ImageConfig, NetworkConfig, ReportConfig, TrainingConfig, translation_config,
};
use crate::systems::images::shared::losses::GanLoss;

/// The `[cyclegan]` table of a config file. The defaults are those of the official code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct CycleGanConfig {
    /// Which domain plays which part in names of networks and losses; translations are learned in both directions.
    #[schemars(extend("x-group" = "Images"))]
    pub direction: Direction,
    /// How images reach the networks.
    #[serde(flatten)]
    pub images: ImageConfig,
    /// The networks.
    #[serde(flatten)]
    pub networks: NetworkConfig,
    /// Adversarial loss: target scores of real and of translated images.
    #[schemars(extend("x-group" = "Losses", "x-label" = "Adversarial loss"))]
    pub gan: GanLoss,
    /// Weight of the cycle loss: how far an image that is translated and translated back is from itself.
    #[schemars(range(min = 0.0, max = 1e6), extend("x-group" = "Losses", "x-label" = "Cycle", "x-live" = true, "x-log" = true, "x-symbol" = "λ"))]
    pub lambda_cycle: f64,
    /// Weight of the cycle loss of B → A → B, if it is not that of A → B → A.
    #[schemars(range(min = 0.0, max = 1e6), extend("x-group" = "Losses", "x-label" = "Cycle of B", "x-live" = true, "x-log" = true, "x-symbol" = "λ_B"))]
    pub lambda_cycle_b: Option<f64>,
    /// Weight of the identity loss, as a share of the cycle loss's: images of a domain should pass unchanged through the generator that
    /// translates to it. Keeps colors; 0 leaves it out and is a third faster.
    #[schemars(range(min = 0.0, max = 1e6), extend("x-group" = "Losses", "x-label" = "Identity", "x-live" = true, "x-log" = true, "x-symbol" = "λ_idt"))]
    pub lambda_identity: f64,
    /// Translated images that are kept to be shown to each discriminator again. 0 shows each only once.
    #[schemars(range(min = 0, max = 10_000), extend("x-group" = "Discriminator"))]
    pub pool_size: usize,
    /// How long and how fast it learns.
    #[serde(flatten)]
    pub training: TrainingConfig,
    /// Snapshots and measurements.
    #[serde(flatten)]
    pub reports: ReportConfig,
}

impl Default for CycleGanConfig {
    fn default() -> Self {
        Self {
            direction: Direction::default(),
            images: ImageConfig::default(),
            networks: NetworkConfig::default(),
            gan: GanLoss::LeastSquares,
            lambda_cycle: 10.0,
            lambda_cycle_b: None,
            lambda_identity: 0.5,
            pool_size: 50,
            training: TrainingConfig::default(),
            reports: ReportConfig::default(),
        }
    }
}

translation_config!(CycleGanConfig);

impl CycleGanConfig {
    /// Checks what no single range can.
    ///
    /// # Errors
    /// Names the key to change.
    pub fn check(&self) -> Result<(), ConfigError> {
        self.images.check(self.training.batch_size)?;
        self.networks.check(&self.images, 3)?;
        self.training.check()
    }
}
