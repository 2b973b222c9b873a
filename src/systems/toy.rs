//! A system with one parameter of every kind, for the tests of the shared parts.

use std::path::Path;

use burn::tensor::Device;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    ConfigError, ConfigMap, DataKind, Preset, RatingPredictor, System, TrainError, Trainer,
    config_of, schema_of,
};
use crate::data::{Dataset, Monitor};
use crate::record::Measures;

/// Which side is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Side {
    /// Rows are items.
    #[default]
    Item,
    /// Rows are users.
    User,
}

/// The config of the toy system.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Toy {
    /// Which side is encoded.
    #[schemars(extend("x-group" = "Model"))]
    pub side: Side,
    /// Hidden sizes.
    #[schemars(length(max = 9), inner(range(min = 1, max = 100_000)), extend("x-group" = "Model"))]
    pub hidden: Vec<usize>,
    /// Strength.
    #[schemars(range(min = 0.0), extend("x-group" = "Model", "x-symbol" = "λ"))]
    pub regularization: f32,
    /// Step size.
    #[schemars(range(min = 0.0, max = 1.0), extend("x-group" = "Optimizer", "x-live" = true, "x-log" = true))]
    pub learning_rate: f32,
    /// Passes over the data.
    #[schemars(range(min = 1, max = 500), extend("x-group" = "Training"))]
    pub epochs: u64,
    /// Rows per step; 0 is all.
    #[schemars(extend("x-group" = "Training"))]
    pub batch_size: u32,
    /// Whether to start warm.
    #[schemars(extend("x-group" = "Training"))]
    pub warm_start: bool,
    /// Epochs without improvement before the end.
    #[schemars(range(min = 1, max = 1000), extend("x-group" = "Training"))]
    pub patience: Option<u32>,
    /// Where to start.
    #[schemars(extend("x-group" = "Training"))]
    pub start: Option<Side>,
    /// Free words.
    #[schemars(extend("x-group" = "Training"))]
    pub note: String,
}

impl Default for Toy {
    fn default() -> Self {
        Self {
            side: Side::Item,
            hidden: vec![500],
            regularization: 20.0,
            learning_rate: 0.1,
            epochs: 100,
            batch_size: 0,
            warm_start: false,
            patience: None,
            start: None,
            note: String::new(),
        }
    }
}

/// The toy system: stronger regularization for users, and no more than 100 epochs with a warm start.
pub(crate) struct ToySystem;

fn map(value: &Value) -> ConfigMap {
    value.as_object().cloned().unwrap_or_default()
}

impl System for ToySystem {
    fn id(&self) -> &'static str {
        "toy"
    }
    fn label(&self) -> &'static str {
        "Toy"
    }
    fn summary(&self) -> &'static str {
        "For tests."
    }
    fn data_kind(&self) -> DataKind {
        DataKind::Ratings
    }
    fn schema(&self) -> Value {
        schema_of::<Toy>()
    }
    fn presets(&self) -> Vec<Preset> {
        vec![
            Preset {
                name: "default",
                description: "The defaults.",
                values: ConfigMap::new(),
            },
            Preset {
                name: "deep",
                description: "The user side, three layers.",
                values: map(&json!({"side": "user", "hidden": [500, 250, 500]})),
            },
        ]
    }
    fn defaults(&self, given: &ConfigMap) -> ConfigMap {
        match given.get("side").and_then(Value::as_str) {
            Some("user") => map(&json!({"regularization": 5.0})),
            _ => ConfigMap::new(),
        }
    }
    fn check(&self, config: &ConfigMap) -> Result<(), ConfigError> {
        let toy: Toy = config_of(config)?;
        if toy.warm_start && toy.epochs > 100 {
            return Err(ConfigError {
                key: "epochs".to_owned(),
                problem: "must be at most 100 with a warm start".to_owned(),
            });
        }
        Ok(())
    }
    fn measures(&self) -> Measures {
        Measures::default()
    }
    fn trainer(
        &self,
        _: &ConfigMap,
        _: &Dataset,
        _: &Device,
        _: u64,
    ) -> Result<Box<dyn Trainer>, TrainError> {
        Err(TrainError::Data("the toy does not train".to_owned()))
    }
    fn rating_predictor(
        &self,
        _: &ConfigMap,
        _: &Dataset,
        _: &Path,
        _: &Monitor,
    ) -> Result<Option<Box<dyn RatingPredictor>>, TrainError> {
        Ok(None)
    }
}
