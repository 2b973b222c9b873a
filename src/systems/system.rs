//! The contract of a system: a config, the kind of data it learns from, and a trainer made of both.

use std::fmt::Debug;
use std::path::Path;
use std::sync::Arc;

use burn::tensor::Device;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{
    ConfigError, ConfigMap, DataSource, Estimate, Preset, RatingPredictor, TrainError, Trainer,
    Translator,
};
use crate::data::Monitor;
use crate::data::images::ImageNeeds;
use crate::record::Measures;

/// A system's parameters as a struct: what a field means and which values it takes is read from its schema, see [`crate::record::schema`].
pub trait Config:
    Serialize + DeserializeOwned + JsonSchema + Default + Clone + PartialEq + Debug + 'static
{
}

impl<T> Config for T where
    T: Serialize + DeserializeOwned + JsonSchema + Default + Clone + PartialEq + Debug + 'static
{
}

/// Facts about a system that need no config.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Info {
    /// The name in config files: `autorec`.
    pub id: &'static str,
    /// The name in the window: `AutoRec`.
    pub label: &'static str,
    /// One sentence and the source: paper, authors, year.
    pub summary: &'static str,
    /// For comparison with the others only.
    pub is_baseline: bool,
    /// The preset that a new run in the window starts with; the first if none is named.
    pub starting_preset: Option<&'static str>,
}

impl Info {
    /// A system with this id, label and summary.
    #[must_use]
    pub const fn new(id: &'static str, label: &'static str, summary: &'static str) -> Self {
        Self {
            id,
            label,
            summary,
            is_baseline: false,
            starting_preset: None,
        }
    }

    /// The same, for comparison only.
    #[must_use]
    pub const fn baseline(self) -> Self {
        Self {
            is_baseline: true,
            ..self
        }
    }
}

/// Where a trainer computes, and the seed of every random number that it draws.
#[derive(Debug, Clone)]
pub struct Place {
    /// Without autodiff.
    pub device: Device,
    /// The run's seed.
    pub seed: u64,
}

impl Place {
    /// The CPU with this seed.
    #[must_use]
    pub fn cpu(seed: u64) -> Self {
        Self {
            device: Device::flex(),
            seed,
        }
    }
}

/// Reads the weights in a checkpoint (as `Trainer::save` or `save_best` wrote them) into plain host memory.
pub type LoadPredictor<S> = fn(
    &<S as System>::Config,
    &Arc<<S as System>::Data>,
    &Path,
    &Monitor,
) -> Result<Box<dyn RatingPredictor>, TrainError>;

/// Reads the networks in a checkpoint (as `Trainer::save` or `save_best` wrote them) onto a device.
pub type LoadTranslator = fn(&Path, &Device) -> Result<Box<dyn Translator>, TrainError>;

/// One of the systems, or a baseline. A type that is never made: everything hangs on its associated items.
///
/// [`super::Erased`] makes it one of many that the engine, the command line and the window handle alike.
pub trait System: Sized + 'static {
    /// Names and the like.
    const INFO: Info;
    /// All that its trainers measure.
    const MEASURES: Measures;
    /// Its parameters.
    type Config: Config;
    /// The data that it learns from.
    type Data: DataSource;

    /// Named settings; the first is the default config.
    fn presets() -> Vec<Preset>;

    /// Defaults that depend on the keys that are given (with their preset applied), over those of the struct. That of a key must not
    /// depend on the key itself.
    fn defaults(_given: &ConfigMap) -> ConfigMap {
        ConfigMap::new()
    }

    /// Checks what no single range can: combinations of keys.
    ///
    /// # Errors
    /// Names the key to change.
    fn check(_config: &Self::Config) -> Result<(), ConfigError> {
        Ok(())
    }

    /// Time and memory of a run; `None` if config and data do not tell. `facts`: what is known of the data, if anything is yet.
    fn estimate(
        _config: &Self::Config,
        _facts: Option<&<Self::Data as DataSource>::Facts>,
    ) -> Option<Estimate> {
        None
    }

    /// Pairs or masks that a system needs of its images.
    fn image_needs(_config: &Self::Config) -> ImageNeeds {
        ImageNeeds::default()
    }

    /// A new trainer. `config` has been checked.
    ///
    /// # Errors
    /// If the data does not suit the config.
    fn trainer(
        config: Self::Config,
        data: &Arc<Self::Data>,
        place: &Place,
    ) -> Result<Box<dyn Trainer<Self::Config>>, TrainError>;

    /// Predicts ratings from a checkpoint, if the system does.
    const PREDICTOR: Option<LoadPredictor<Self>> = None;

    /// Translates pictures with the networks of a checkpoint, if the system does.
    const TRANSLATOR: Option<LoadTranslator> = None;
}
