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
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::data::images::Side;
use crate::systems::{ConfigError, schema_of};

/// The schema of a config with flattened parts, with the defaults of the whole rather than of its parts.
#[must_use]
pub fn schema_of_parts<C: JsonSchema + Serialize + DeserializeOwned + Default>() -> Value {
    let mut schema = schema_of::<C>();
    let defaults = serde_json::to_value(C::default()).unwrap_or_default();
    if let (Some(properties), Some(defaults)) =
        (schema["properties"].as_object_mut(), defaults.as_object())
    {
        for (key, default) in defaults {
            if let Some(property) = properties.get_mut(key) {
                property["default"] = default.clone();
            }
        }
    }
    schema
}

/// A problem with one key.
pub(crate) fn wrong<T>(key: &str, problem: impl Into<String>) -> Result<T, ConfigError> {
    Err(ConfigError {
        key: key.to_owned(),
        problem: problem.into(),
    })
}

/// Which domain of the data plays which part.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The network `g_a` translates A to B.
    #[default]
    AToB,
    /// The domains swap their parts: `g_a` translates B to A.
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
