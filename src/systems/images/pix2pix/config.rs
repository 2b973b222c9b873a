//! The settings that a person can change.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::systems::ConfigError;
use crate::systems::images::shared::config::{
    Direction, GeneratorKind, ImageConfig, NetworkConfig, ReportConfig, TrainingConfig,
    translation_config,
};
use crate::systems::images::shared::losses::GanLoss;
use crate::systems::images::shared::networks::Norm;

/// The `[pix2pix]` table of a config file. The defaults are those of the official code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Pix2PixConfig {
    /// From which domain to which.
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
    /// Weight of the distance of a translation from its target.
    #[schemars(range(min = 0.0, max = 1e6), extend("x-group" = "Losses", "x-label" = "Distance", "x-live" = true, "x-log" = true, "x-symbol" = "λ_L1"))]
    pub lambda_l1: f64,
    /// Translated pairs that are kept to be shown to the discriminator again. 0 shows each only once.
    #[schemars(range(min = 0, max = 10_000), extend("x-group" = "Discriminator"))]
    pub pool_size: usize,
    /// How long and how fast it learns.
    #[serde(flatten)]
    pub training: TrainingConfig,
    /// Snapshots and measurements.
    #[serde(flatten)]
    pub reports: ReportConfig,
}

impl Default for Pix2PixConfig {
    fn default() -> Self {
        Self {
            direction: Direction::default(),
            images: ImageConfig::default(),
            networks: NetworkConfig {
                generator: GeneratorKind::Unet,
                norm: Norm::Batch,
                dropout: true,
                ..NetworkConfig::default()
            },
            gan: GanLoss::Vanilla,
            lambda_l1: 100.0,
            pool_size: 0,
            training: TrainingConfig::default(),
            reports: ReportConfig::default(),
        }
    }
}

translation_config!(Pix2PixConfig);

impl Pix2PixConfig {
    /// Checks what no single range can.
    ///
    /// # Errors
    /// Names the key to change.
    pub fn check(&self) -> Result<(), ConfigError> {
        self.images.check(self.training.batch_size)?;
        self.networks.check(&self.images, 6)?;
        self.training.check()
    }
}
