//! The systems, one folder per paper, and the contract that they keep.
//!
//! [`System`] is the typed contract; [`Erased`] makes an [`AnySystem`] of it for whoever handles all systems alike. Nothing here knows a
//! file format, a window or a thread.
//!
//! Uses `record`, `data`, `eval`, `nn`.

mod erased;
pub mod images;
pub mod matrix;
mod predictor;
pub mod ratings;
mod registry;
mod resolve;
mod source;
mod system;
#[cfg(test)]
pub(crate) mod toy;
mod trainer;
mod translator;

#[cfg(test)]
pub(crate) use erased::config_of;
pub use erased::{AnySystem, Erased};
pub use predictor::{NewUser, RatingPredictor, best_items};
pub use registry::{all, find, get, measures_of, register};
pub use resolve::{PRESET_KEY, preset_named};
pub use source::{DataFacts, DataSource, ImageFacts, MatrixFacts, RatingsFacts};
pub use system::{Config, Info, LoadPredictor, LoadTranslator, Place, System};
pub use trainer::{Outcome, Position, TrainError, Trainer};
pub use translator::{DeepImage, TranslateOptions, Translated, Translator};

use serde_json::{Map, Value};

pub use crate::data::DataKind;
pub use crate::record::schema::{ConfigError, ParameterSpec, schema_of};

/// A config as the outside sees it: the keys of the system's table.
pub type ConfigMap = Map<String, Value>;

/// Named settings: the keys that differ from the defaults.
#[derive(Debug, Clone)]
pub struct Preset {
    /// Shown in menus, and the value of the `preset` key.
    pub name: &'static str,
    /// One sentence: where the values come from and what they are good for.
    pub description: &'static str,
    /// Keys and values over the defaults.
    pub values: ConfigMap,
}

impl Preset {
    /// `values`: a JSON object of the keys that differ from the defaults.
    #[must_use]
    pub fn new(name: &'static str, description: &'static str, values: Value) -> Self {
        Self {
            name,
            description,
            values: keys(values),
        }
    }
}

/// The keys of a JSON object.
#[must_use]
pub fn keys(values: Value) -> ConfigMap {
    match values {
        Value::Object(map) => map,
        _ => ConfigMap::new(),
    }
}

/// Memory and work of a run, as far as its config and data tell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// Numbers that are learned.
    pub parameters: u64,
    /// Bytes that the process grows by up to the peak on the CPU: the data, the networks, what a step keeps, and what the allocator adds.
    /// Measured for every preset by the test `memory`: within a factor of 1.5, the program itself included.
    pub memory: u64,
    /// Multiplications and additions of one step, where most of its time goes into them.
    pub operations: Option<f64>,
}
