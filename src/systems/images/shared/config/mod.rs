//! Parts of the configs that the systems share; serde flattens them into the table of a system.

mod images;
mod networks;
mod reports;
mod training;

pub use images::{ImageConfig, Preprocess};
pub use networks::{
    DiscriminatorKind, GeneratorKind, NetworkConfig, check_networks, network_defaults,
};
pub use reports::ReportConfig;
pub use training::{InitKind, TrainingConfig, training_defaults};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::data::images::Side;
use crate::systems::{Config, ConfigError};

/// The config of a system that translates images: the parts that all of them have.
pub trait TranslationConfig: Config {
    /// Which domain of the data plays which part of the model.
    fn direction(&self) -> Direction;
    /// How images reach the networks.
    fn images(&self) -> &ImageConfig;
    /// How long and how fast it learns.
    fn training(&self) -> &TrainingConfig;
    /// Snapshots and measurements.
    fn reports(&self) -> &ReportConfig;
}

/// Implements [`TranslationConfig`] for a struct with fields of these names.
macro_rules! translation_config {
    ($config:ty) => {
        impl $crate::systems::images::shared::config::TranslationConfig for $config {
            fn direction(&self) -> Direction {
                self.direction
            }
            fn images(&self) -> &ImageConfig {
                &self.images
            }
            fn training(&self) -> &TrainingConfig {
                &self.training
            }
            fn reports(&self) -> &ReportConfig {
                &self.reports
            }
        }
    };
}
pub(crate) use translation_config;

/// A problem with one key.
pub(crate) fn wrong<T>(key: &str, problem: impl Into<String>) -> Result<T, ConfigError> {
    Err(ConfigError::new(key, problem.into()))
}

/// Which domain of the data plays which part.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The network `g_a` translates A to B.
    #[default]
    #[schemars(title = "A → B")]
    AToB,
    /// The domains swap their parts: `g_a` translates B to A.
    #[schemars(title = "B → A")]
    BToA,
}

impl Direction {
    /// The part that a domain of the data plays; as well, the domain that plays a part.
    #[must_use]
    pub fn part(self, side: Side) -> Side {
        match self {
            Self::AToB => side,
            Self::BToA => side.other(),
        }
    }
}
