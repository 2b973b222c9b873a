//! The systems, one folder per paper, and the contract they keep.
//!
//! Nothing here knows a file format, a window or a thread.

pub mod images;
pub mod matrix;
mod predictor;
pub mod ratings;
mod resolve;
#[cfg(test)]
pub(crate) mod toy;
mod trainer;
mod translator;

pub use predictor::RatingPredictor;
pub use resolve::{PRESET_KEY, check_live, config_of, defaults, resolve};
pub use trainer::{Outcome, Position, TrainError, Trainer};
pub use translator::{TranslateOptions, Translated, Translator};

use std::path::Path;

use burn::tensor::Device;
use serde_json::{Map, Value};

pub use crate::data::DataKind;
use crate::data::images::ImageNeeds;
use crate::data::{Dataset, Monitor};
use crate::record::Measures;
use crate::record::schema::specs_of;
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

/// What a run is going to take, as far as the config tells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// Numbers that are learned.
    pub parameters: u64,
    /// Bytes at the peak, the program itself left out.
    pub memory: u64,
    /// Multiplications and additions of one step.
    pub operations: f64,
}

/// One of the systems (or a baseline): makes trainers from configs.
pub trait System: Sync {
    /// The name in config files: `autorec`.
    fn id(&self) -> &'static str;
    /// The name in the window: `AutoRec`.
    fn label(&self) -> &'static str;
    /// One sentence and the source: paper, authors, year.
    fn summary(&self) -> &'static str;
    /// What it learns from.
    fn data_kind(&self) -> DataKind;
    /// Whether it is here for comparison only.
    fn is_baseline(&self) -> bool {
        false
    }
    /// The JSON schema of the config; `parameters` reads the same.
    fn schema(&self) -> Value;
    /// The presets; the first is the default config.
    fn presets(&self) -> Vec<Preset>;
    /// The preset that a new run in the window starts with; the first if none is named.
    fn starting_preset(&self) -> Option<&'static str> {
        None
    }
    /// Of images: what the system needs of them. `config` has every key.
    fn image_needs(&self, _config: &ConfigMap) -> ImageNeeds {
        ImageNeeds::default()
    }
    /// What a run with this config (which has every key) takes; `None` if the config does not tell. `largest`: width and height of the
    /// largest images to learn from, where they are known.
    fn estimate(&self, _config: &ConfigMap, _largest: Option<(u32, u32)>) -> Option<Estimate> {
        None
    }
    /// Defaults that depend on what is given (with its preset applied), over those of the schema: of keys that are not given, if they
    /// differ.
    fn defaults(&self, _given: &ConfigMap) -> ConfigMap {
        ConfigMap::new()
    }
    /// Checks what no single range can: combinations of keys, by key. `config` has every key.
    fn check(&self, config: &ConfigMap) -> Result<(), ConfigError>;
    /// All that its trainers measure.
    fn measures(&self) -> Measures;
    /// A new trainer. `config` is complete and checked.
    fn trainer(
        &self,
        config: &ConfigMap,
        data: &Dataset,
        device: &Device,
        seed: u64,
    ) -> Result<Box<dyn Trainer>, TrainError>;
    /// Predictions from the weights in `checkpoint` (as `Trainer::save` or `save_best` wrote them); plain host memory, no
    /// device. `None` if the system does not predict ratings.
    fn rating_predictor(
        &self,
        _config: &ConfigMap,
        _data: &Dataset,
        _checkpoint: &Path,
        _monitor: &Monitor,
    ) -> Result<Option<Box<dyn RatingPredictor>>, TrainError> {
        Ok(None)
    }
    /// A translator with the weights in `checkpoint` (as `Trainer::save` or `save_best` wrote them). `None` if the system translates no
    /// images.
    fn translator(
        &self,
        _config: &ConfigMap,
        _checkpoint: &Path,
        _device: &Device,
    ) -> Result<Option<Box<dyn Translator>>, TrainError> {
        Ok(None)
    }
}

/// Every system, in the order of menus.
#[must_use]
pub fn all() -> &'static [&'static dyn System] {
    &[
        &ratings::autorec::AutoRecSystem,
        &matrix::deepcc::DeepCcSystem,
        &images::cyclegan::CycleGanSystem,
        &images::pix2pix::Pix2PixSystem,
        &images::auggan::AugGanSystem,
        &ratings::baselines::GlobalMean,
        &ratings::baselines::UserItemBias,
        &ratings::baselines::MatrixFactorization,
        &matrix::K_MEANS,
        &matrix::SPECTRAL,
        &matrix::INFORMATION,
        &matrix::MODULARITY,
        &matrix::ClusterScan,
    ]
}

/// The measures of the system with this id; none are declared of an unknown one.
#[must_use]
pub fn measures_of(id: &str) -> Measures {
    find(id).map_or_else(Measures::default, System::measures)
}

/// The parameters of a system, in the order of its config struct.
#[must_use]
pub fn parameters(system: &dyn System) -> Vec<ParameterSpec> {
    specs_of(&system.schema())
}

/// The system with this id.
#[must_use]
pub fn find(id: &str) -> Option<&'static dyn System> {
    all().iter().copied().find(|system| system.id() == id)
}
