//! A toy translator: shifts the colors of one domain until their means are those of the other.

use std::path::Path;
use std::sync::Arc;

use atelier::data::images::{ImageDomains, Side, Size};
use atelier::nn::checkpoint::{Checkpoint, CheckpointWriter};
use atelier::record::{Better, Measure, Measures};
use atelier::systems::images::shared::config::{
    Direction, ImageConfig, ReportConfig, TrainingConfig, TranslationConfig,
};
use atelier::systems::images::shared::{
    ModelTranslator, StepBatch, StepScalar, Translating, Translation, TranslationModel,
    TranslationTrainer, Wanted,
};
use atelier::systems::{Info, LoadTranslator, Place, Preset, System, TrainError, Trainer};
use burn::tensor::{Device, Tensor, TensorData};
use rand_chacha::ChaCha8Rng;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Shifts colors.
pub(super) struct TintSystem;

/// The `[tint]` table of a config file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct TintConfig {
    /// Which domain plays which part in names of measures.
    #[schemars(extend("x-group" = "Images"))]
    direction: Direction,
    /// How images reach the model.
    #[serde(flatten)]
    images: ImageConfig,
    /// The share of the full shift that translations get.
    #[schemars(range(min = 0.0, max = 1.0), extend("x-group" = "Model", "x-live" = true))]
    strength: f64,
    /// How long and how fast it learns.
    #[serde(flatten)]
    training: TrainingConfig,
    /// What is shown and measured.
    #[serde(flatten)]
    reports: ReportConfig,
}

impl Default for TintConfig {
    fn default() -> Self {
        Self {
            direction: Direction::default(),
            images: ImageConfig::default(),
            strength: 1.0,
            training: TrainingConfig::default(),
            reports: ReportConfig::default(),
        }
    }
}

impl TranslationConfig for TintConfig {
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

impl System for TintSystem {
    const INFO: Info = Info::new("tint", "Tint", "Shifts the colors of images, for tests.");
    const MEASURES: Measures = Measures {
        all: &[Measure::new(
            "loss/shift",
            "Distance of the means",
            Better::Lower,
        )],
        main: &["loss/shift"],
    };
    type Config = TintConfig;
    type Data = ImageDomains;

    fn presets() -> Vec<Preset> {
        vec![Preset::new("default", "Nothing to choose.", json!({}))]
    }

    fn trainer(
        config: TintConfig,
        data: &Arc<ImageDomains>,
        place: &Place,
    ) -> Result<Box<dyn Trainer<TintConfig>>, TrainError> {
        let model = Tint::new(config.strength, &place.device);
        Ok(Box::new(TranslationTrainer::new(
            config, model, data, place,
        )?))
    }

    const TRANSLATOR: Option<LoadTranslator> = Some(|checkpoint, device| {
        ModelTranslator::open(checkpoint, device, |strength: f64, checkpoint, device| {
            let mut tint = Tint::new(strength, device);
            tint.load(&Checkpoint::open(checkpoint)?)?;
            Ok(tint)
        })
    });
}

/// The model and, at any moment, what translates.
#[derive(Clone)]
struct Tint {
    /// From the mean color of A to that of B.
    shift: [f32; 3],
    strength: f64,
    device: Device,
}

impl Tint {
    fn new(strength: f64, device: &Device) -> Self {
        Self {
            shift: [0.0; 3],
            strength,
            device: device.clone(),
        }
    }

    /// The images, [n, 3, height, width], of a domain in the colors of the other.
    fn apply(&self, images: Tensor<4>, from: Side) -> Tensor<4> {
        let sign = match from {
            Side::A => self.strength as f32,
            Side::B => -self.strength as f32,
        };
        let shift: Vec<f32> = self.shift.iter().map(|value| sign * value).collect();
        let shift = Tensor::from_data(TensorData::new(shift, [1, 3, 1, 1]), &images.device());
        (images + shift).clamp(-1.0, 1.0)
    }
}

impl TranslationModel for Tint {
    const SYSTEM: &'static str = TintSystem::INFO.id;
    type Config = TintConfig;

    fn step(
        &mut self,
        batch: StepBatch,
        learning_rate: f64,
        _: &mut ChaCha8Rng,
    ) -> Result<Vec<StepScalar>, TrainError> {
        let means = |images: Tensor<4>| -> Vec<f32> {
            let mean = images.without_autodiff().mean_dims(&[0, 2, 3]);
            mean.into_data().try_into_vec().unwrap()
        };
        let (a, b) = (means(batch.a), means(batch.b));
        let mut distance = 0.0;
        for ((shift, a), b) in self.shift.iter_mut().zip(a).zip(b) {
            let error = b - a - *shift;
            *shift += learning_rate as f32 * error;
            distance += error.abs();
        }
        let loss = TensorData::new(vec![distance], [1]);
        let loss = Tensor::from_data(loss, &self.device);
        Ok(vec![StepScalar::new("loss/shift", loss)])
    }

    fn reconfigure(&mut self, config: &TintConfig) {
        self.strength = config.strength;
    }

    fn translating(&self) -> Box<dyn Translating> {
        Box::new(self.clone())
    }

    fn architecture(&self) -> Value {
        json!(self.strength)
    }

    fn save(&self, checkpoint: &mut CheckpointWriter) -> Result<(), TrainError> {
        checkpoint.array("shift", &[3], self.shift.to_vec());
        Ok(())
    }

    fn load(&mut self, checkpoint: &Checkpoint) -> Result<(), TrainError> {
        let shift: Vec<f32> = checkpoint.array("shift", &[3])?;
        self.shift = [shift[0], shift[1], shift[2]];
        Ok(())
    }

    fn load_initial(&mut self, _: &Path) -> Result<Vec<&'static str>, TrainError> {
        Ok(Vec::new())
    }
}

impl Translating for Tint {
    fn targets(&self) -> &[Side] {
        &[Side::B, Side::A]
    }
    fn multiple(&self) -> u32 {
        1
    }
    fn least(&self) -> u32 {
        1
    }
    fn margin(&self) -> u32 {
        0
    }
    fn classes(&self) -> usize {
        0
    }
    fn memory(&self, size: Size) -> u64 {
        24 * size.pixels()
    }
    fn translate(
        &self,
        images: Tensor<4>,
        from: Side,
        wanted: Wanted,
    ) -> Result<Translation, TrainError> {
        let fake = self.apply(images, from);
        let back = || self.apply(fake.clone(), from.other());
        Ok(Translation {
            reconstruction: wanted.reconstruction.then(back),
            identity: None,
            parsing: None,
            fake,
        })
    }
}
