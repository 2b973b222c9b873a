//! A system with one parameter of every kind, for the tests of the shared parts.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    ConfigError, ConfigMap, Erased, Info, Place, Preset, System, TrainError, Trainer, keys,
};
use crate::data::RatingsData;
use crate::record::Measures;

/// Which side is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Side {
    /// Rows are items.
    #[default]
    Item,
    /// Rows are users.
    User,
}

/// The config of the toy system.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Toy {
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

/// As one of many.
pub(crate) static TOY: Erased<ToySystem> = Erased::new();

impl System for ToySystem {
    const INFO: Info = Info::new("toy", "Toy", "For tests.");
    const MEASURES: Measures = Measures {
        all: &[],
        main: &[],
    };
    type Config = Toy;
    type Data = RatingsData;

    fn presets() -> Vec<Preset> {
        vec![
            Preset::new("default", "The defaults.", json!({})),
            Preset::new(
                "deep",
                "The user side, three layers.",
                json!({"side": "user", "hidden": [500, 250, 500]}),
            ),
        ]
    }

    fn defaults(given: &ConfigMap) -> ConfigMap {
        match given.get("side").and_then(Value::as_str) {
            Some("user") => keys(json!({"regularization": 5.0})),
            _ => ConfigMap::new(),
        }
    }

    fn check(toy: &Toy) -> Result<(), ConfigError> {
        if toy.warm_start && toy.epochs > 100 {
            let problem = "must be at most 100 with a warm start";
            return Err(ConfigError::new("epochs", problem));
        }
        Ok(())
    }

    fn trainer(
        _: Toy,
        _: &Arc<RatingsData>,
        _: &Place,
    ) -> Result<Box<dyn Trainer<Toy>>, TrainError> {
        Err(TrainError::Data("the toy does not train".to_owned()))
    }
}
