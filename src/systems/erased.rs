//! Every system as one of many: the only place where the keys of a config file become a system's own config.

use std::marker::PhantomData;
use std::path::Path;
use std::sync::OnceLock;

use burn::tensor::Device;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{
    ConfigError, ConfigMap, DataFacts, DataSource, Estimate, Info, Outcome, ParameterSpec, Place,
    Position, Preset, RatingPredictor, System, TrainError, Trainer, Translator, resolve,
};
use crate::data::images::ImageNeeds;
use crate::data::{DataKind, Dataset, Monitor};
use crate::record::schema::{schema_of, specs_of};
use crate::record::{Measures, Recorder};

/// A system whose config is a map of keys: what the engine, the run folder, the command line and the window handle.
///
/// Wherever a config is asked for, it is complete: as [`Self::resolve`] returns it.
pub trait AnySystem: Send + Sync + 'static {
    /// Names and the like.
    fn info(&self) -> &'static Info;
    /// All that its trainers measure.
    fn measures(&self) -> Measures;
    /// The data that it learns from.
    fn data_kind(&self) -> DataKind;
    /// The JSON schema of the config.
    fn schema(&self) -> &Value;
    /// The parameters, in the order of the config struct.
    fn parameters(&self) -> &[ParameterSpec];
    /// Named settings; the first is the default config.
    fn presets(&self) -> &[Preset];
    /// The value of every key where `given` is silent: the system's defaults for these over those of the struct.
    fn defaults(&self, given: &ConfigMap) -> ConfigMap;
    /// Checks combinations of keys.
    ///
    /// # Errors
    /// Names the key to change.
    fn check(&self, config: &ConfigMap) -> Result<(), ConfigError>;
    /// Time and memory of a run; `None` if config and data do not tell.
    fn estimate(&self, config: &ConfigMap, facts: &DataFacts) -> Option<Estimate>;
    /// Pairs or masks that it needs of its images.
    fn image_needs(&self, config: &ConfigMap) -> ImageNeeds;
    /// A new trainer.
    ///
    /// # Errors
    /// If the data is of another kind or does not suit the config.
    fn trainer(
        &self,
        config: &ConfigMap,
        data: &Dataset,
        place: &Place,
    ) -> Result<Box<dyn Trainer<ConfigMap>>, TrainError>;
    /// True if its checkpoints predict ratings.
    fn predicts_ratings(&self) -> bool;
    /// True if its checkpoints translate pictures.
    fn translates_pictures(&self) -> bool;
    /// Predictions from the weights in `checkpoint`, in plain host memory; `None` if it predicts no ratings.
    ///
    /// # Errors
    /// If the checkpoint is damaged or of other data.
    fn rating_predictor(
        &self,
        config: &ConfigMap,
        data: &Dataset,
        checkpoint: &Path,
        monitor: &Monitor,
    ) -> Result<Option<Box<dyn RatingPredictor>>, TrainError>;
    /// A translator with the networks in `checkpoint`; `None` if it translates no pictures.
    ///
    /// # Errors
    /// If the checkpoint is damaged.
    fn translator(
        &self,
        checkpoint: &Path,
        device: &Device,
    ) -> Result<Option<Box<dyn Translator>>, TrainError>;

    /// The name in config files.
    fn id(&self) -> &'static str {
        self.info().id
    }
    /// The name in the window.
    fn label(&self) -> &'static str {
        self.info().label
    }
    /// One sentence and the source.
    fn summary(&self) -> &'static str {
        self.info().summary
    }
    /// True if it is here for comparison only.
    fn is_baseline(&self) -> bool {
        self.info().is_baseline
    }
    /// The parameter with this key.
    fn parameter(&self, key: &str) -> Option<&ParameterSpec> {
        self.parameters().iter().find(|spec| spec.key == key)
    }
    /// The complete, checked config: what is `given`, over the preset it names, over the system's defaults for these, over the
    /// defaults of the struct. Every key is present except optional ones without a value.
    ///
    /// # Errors
    /// If a key or a preset is unknown (the message names the nearest right one), a value is wrong, or values do not fit together.
    fn resolve(&self, given: &ConfigMap) -> Result<ConfigMap, ConfigError> {
        resolve::resolve(self, given)
    }
    /// The normal form of a new value for a parameter of a run that is training.
    ///
    /// # Errors
    /// If there is no such key (the message names the nearest right one), it cannot be changed during a run, or the value is wrong.
    fn check_live(&self, key: &str, value: &Value) -> Result<Value, ConfigError> {
        resolve::check_live(self, key, value)
    }
}

/// A [`System`] as an [`AnySystem`]. Its schema is made once.
pub struct Erased<S> {
    description: OnceLock<Description>,
    system: PhantomData<fn() -> S>,
}

struct Description {
    schema: Value,
    parameters: Vec<ParameterSpec>,
    presets: Vec<Preset>,
}

impl<S> Erased<S> {
    /// The system of this type.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            description: OnceLock::new(),
            system: PhantomData,
        }
    }
}

impl<S> Default for Erased<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: System> Erased<S> {
    fn description(&self) -> &Description {
        self.description.get_or_init(|| {
            let schema = schema_of::<S::Config>();
            Description {
                parameters: specs_of(&schema),
                schema,
                presets: S::presets(),
            }
        })
    }
}

impl<S: System> AnySystem for Erased<S> {
    fn info(&self) -> &'static Info {
        const { &S::INFO }
    }

    fn measures(&self) -> Measures {
        S::MEASURES
    }

    fn data_kind(&self) -> DataKind {
        S::Data::KIND
    }

    fn schema(&self) -> &Value {
        &self.description().schema
    }

    fn parameters(&self) -> &[ParameterSpec] {
        &self.description().parameters
    }

    fn presets(&self) -> &[Preset] {
        &self.description().presets
    }

    fn defaults(&self, given: &ConfigMap) -> ConfigMap {
        let specs = self.parameters().iter();
        let mut values: ConfigMap = specs
            .map(|spec| (spec.key.clone(), spec.default.clone()))
            .collect();
        values.extend(S::defaults(given));
        values
    }

    fn check(&self, config: &ConfigMap) -> Result<(), ConfigError> {
        S::check(&config_of(config)?)
    }

    fn estimate(&self, config: &ConfigMap, facts: &DataFacts) -> Option<Estimate> {
        S::estimate(&config_of(config).ok()?, S::Data::facts(facts))
    }

    fn image_needs(&self, config: &ConfigMap) -> ImageNeeds {
        config_of(config).map_or_else(|_| ImageNeeds::default(), |own| S::image_needs(&own))
    }

    fn trainer(
        &self,
        config: &ConfigMap,
        data: &Dataset,
        place: &Place,
    ) -> Result<Box<dyn Trainer<ConfigMap>>, TrainError> {
        let trainer = S::trainer(config_of(config)?, S::Data::of_dataset(data)?, place)?;
        Ok(Box::new(ErasedTrainer::<S>(trainer)))
    }

    fn predicts_ratings(&self) -> bool {
        S::PREDICTOR.is_some()
    }

    fn translates_pictures(&self) -> bool {
        S::TRANSLATOR.is_some()
    }

    fn rating_predictor(
        &self,
        config: &ConfigMap,
        data: &Dataset,
        checkpoint: &Path,
        monitor: &Monitor,
    ) -> Result<Option<Box<dyn RatingPredictor>>, TrainError> {
        let Some(load) = S::PREDICTOR else {
            return Ok(None);
        };
        load(
            &config_of(config)?,
            S::Data::of_dataset(data)?,
            checkpoint,
            monitor,
        )
        .map(Some)
    }

    fn translator(
        &self,
        checkpoint: &Path,
        device: &Device,
    ) -> Result<Option<Box<dyn Translator>>, TrainError> {
        S::TRANSLATOR
            .map(|load| load(checkpoint, device))
            .transpose()
    }
}

/// The config struct of a complete config.
///
/// # Errors
/// If the keys do not fit the struct, which a complete config's do.
pub(crate) fn config_of<C: DeserializeOwned>(config: &ConfigMap) -> Result<C, ConfigError> {
    serde_json::from_value(Value::Object(config.clone()))
        .map_err(|error| ConfigError::new("config", error.to_string()))
}

/// A trainer that is reconfigured by keys.
struct ErasedTrainer<S: System>(Box<dyn Trainer<S::Config>>);

impl<S: System> Trainer<ConfigMap> for ErasedTrainer<S> {
    fn position(&self) -> Position {
        self.0.position()
    }

    fn step(&mut self, recorder: &mut dyn Recorder) -> Result<Outcome, TrainError> {
        self.0.step(recorder)
    }

    fn finish(&mut self, recorder: &mut dyn Recorder) -> Result<(), TrainError> {
        self.0.finish(recorder)
    }

    fn save(&self, folder: &Path) -> Result<(), TrainError> {
        self.0.save(folder)
    }

    fn load(&mut self, folder: &Path) -> Result<(), TrainError> {
        self.0.load(folder)
    }

    fn best_step(&self) -> Option<u64> {
        self.0.best_step()
    }

    fn save_best(&self, folder: &Path) -> Result<(), TrainError> {
        self.0.save_best(folder)
    }

    fn reconfigure(&mut self, config: &ConfigMap) -> Result<(), ConfigError> {
        let config = config_of(config)?;
        S::check(&config)?;
        self.0.reconfigure(&config)
    }
}
