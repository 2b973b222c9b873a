//! Parts of the configs that the systems share; serde flattens them into the table of a system.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::data::images::{Augment, Resize, Side, Size};
use crate::nn::conv::Init;
use crate::systems::{ConfigError, ConfigMap, schema_of};

use super::networks::{
    BlockPadding, DiscriminatorConfig, GeneratorConfig, Norm, PatchConfig, PixelConfig,
    ResnetConfig, UnetConfig, Upsampling,
};
use super::schedule::Schedule;

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

/// What happens to an image before it is cropped; the names are the official code's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Preprocess {
    /// Resized to the load size, whatever its shape, then a random part of the crop size.
    #[default]
    ResizeAndCrop,
    /// A random part of the crop size.
    Crop,
    /// Resized to the load size across, in its shape; no crop.
    ScaleWidth,
    /// Resized to the load size across, in its shape, then a random part of the crop size.
    ScaleWidthAndCrop,
    /// Resized to the nearest size that the generator takes; no crop.
    None,
}

/// How images reach the networks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ImageConfig {
    /// Width to which images are resized first, in pixels.
    #[schemars(range(min = 16, max = 4096), extend("x-group" = "Images"))]
    pub load_size: u32,
    /// Height to which images are resized first; 0 takes the load size.
    #[schemars(range(min = 0, max = 4096), extend("x-group" = "Images"))]
    pub load_height: u32,
    /// Width of the part that the networks see, in pixels: time and memory follow width times height.
    #[schemars(range(min = 16, max = 4096), extend("x-group" = "Images"))]
    pub crop_size: u32,
    /// Height of the part that the networks see; 0 takes the crop size.
    #[schemars(range(min = 0, max = 4096), extend("x-group" = "Images"))]
    pub crop_height: u32,
    /// What happens to an image before the networks see it.
    #[schemars(extend("x-group" = "Images"))]
    pub preprocess: Preprocess,
    /// Mirrors every other image left to right.
    #[schemars(extend("x-group" = "Images"))]
    pub flip: bool,
}

impl Default for ImageConfig {
    fn default() -> Self {
        Self {
            load_size: 286,
            load_height: 0,
            crop_size: 256,
            crop_height: 0,
            preprocess: Preprocess::default(),
            flip: true,
        }
    }
}

fn or(height: u32, width: u32) -> u32 {
    if height == 0 { width } else { height }
}

impl ImageConfig {
    /// What images are resized to.
    #[must_use]
    pub fn load(&self) -> Size {
        Size::new(self.load_size, or(self.load_height, self.load_size))
    }

    /// What the networks see, unless images keep their own size.
    #[must_use]
    pub fn crop(&self) -> Size {
        Size::new(self.crop_size, or(self.crop_height, self.crop_size))
    }

    /// Whether the networks see images of one size.
    #[must_use]
    pub fn is_cropped(&self) -> bool {
        !matches!(self.preprocess, Preprocess::ScaleWidth | Preprocess::None)
    }

    /// The least size with this ratio that training sees, as far as the config tells.
    #[must_use]
    pub fn nominal(&self) -> Size {
        if self.is_cropped() {
            self.crop()
        } else {
            self.load()
        }
    }

    /// With the sizes that come of images up to this one, where those decide.
    #[must_use]
    pub fn of_pictures(mut self, largest: Option<(u32, u32)>) -> Self {
        let Some((width, height)) = largest.filter(|(width, _)| *width > 0) else {
            return self;
        };
        match self.preprocess {
            Preprocess::None => (self.load_size, self.load_height) = (width, height),
            Preprocess::ScaleWidth => {
                let scaled = u64::from(self.load_size) * u64::from(height) / u64::from(width);
                self.load_height = u32::try_from(scaled).unwrap_or(u32::MAX).max(1);
            }
            _ => {}
        }
        self
    }

    /// Of training images. `multiple`: what the generator's sizes are multiples of.
    #[must_use]
    pub fn augment(&self, multiple: u32) -> Augment {
        let resize = match self.preprocess {
            Preprocess::ResizeAndCrop => Resize::To(self.load()),
            Preprocess::Crop => Resize::Keep,
            Preprocess::ScaleWidth | Preprocess::ScaleWidthAndCrop => {
                Resize::ToWidth(self.load_size)
            }
            Preprocess::None => Resize::ToMultiple(multiple),
        };
        Augment {
            resize,
            crop: self.is_cropped().then(|| self.crop()),
            flip: self.flip,
        }
    }

    /// Of test images: as the official code's test, all of the image where the shape allows it, and nothing drawn.
    #[must_use]
    pub fn test_augment(&self, multiple: u32) -> Augment {
        let augment = self.augment(multiple);
        let (resize, crop) = match self.preprocess {
            Preprocess::ResizeAndCrop => (Resize::To(self.crop()), None),
            Preprocess::ScaleWidthAndCrop => (Resize::ToWidth(self.crop_size), augment.crop),
            _ => (augment.resize, augment.crop),
        };
        Augment {
            resize,
            crop,
            flip: false,
        }
    }

    /// Checks sizes against each other.
    ///
    /// # Errors
    /// Names the key to change.
    pub fn check(&self, batch_size: usize) -> Result<(), ConfigError> {
        let (load, crop) = (self.load(), self.crop());
        if self.preprocess == Preprocess::ResizeAndCrop {
            if load.width < crop.width {
                return wrong(
                    "load_size",
                    format!("must be at least crop_size, {}", crop.width),
                );
            }
            if load.height < crop.height {
                let key = if self.load_height == 0 {
                    "load_size"
                } else {
                    "load_height"
                };
                return wrong(
                    key,
                    format!("must be at least the height of the crop, {}", crop.height),
                );
            }
        }
        if !self.is_cropped() && batch_size > 1 {
            return wrong(
                "batch_size",
                "must be 1 with this preprocess, which keeps the shape of each image; the others crop all to one size",
            );
        }
        Ok(())
    }
}

/// Kinds of generators.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GeneratorKind {
    /// Convolutions that halve the size twice, residual blocks, and back (CycleGAN).
    #[default]
    Resnet,
    /// Down to one pixel and back, with a skip at every level (pix2pix).
    Unet,
}

/// Kinds of discriminators.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DiscriminatorKind {
    /// Scores overlapping patches (PatchGAN).
    #[default]
    Patch,
    /// Scores each pixel alone.
    Pixel,
}

/// The networks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct NetworkConfig {
    /// The network that translates.
    #[schemars(extend("x-group" = "Generator", "x-label" = "Kind"))]
    pub generator: GeneratorKind,
    /// Channels after the first convolution; deeper maps have more.
    #[schemars(range(min = 1, max = 512), extend("x-group" = "Generator", "x-label" = "Filters"))]
    pub generator_filters: usize,
    /// Residual blocks; for no U-Net. The paper takes 6 for images of 128 pixels and 9 from 256 on.
    #[schemars(range(min = 0, max = 64), extend("x-group" = "Generator"))]
    pub blocks: usize,
    /// How often a U-Net halves the size: 8 for images of 256 pixels, 7 for 128. Sizes must be multiples of 2 to this power.
    #[schemars(range(min = 2, max = 12), extend("x-group" = "Generator"))]
    pub unet_levels: usize,
    /// How residual generators double the size.
    #[schemars(extend("x-group" = "Generator"))]
    pub upsampling: Upsampling,
    /// What residual blocks add around their input.
    #[schemars(extend("x-group" = "Generator"))]
    pub padding: BlockPadding,
    /// What follows a convolution, in generators and discriminators.
    #[schemars(extend("x-group" = "Generator"))]
    pub norm: Norm,
    /// Drops half of the values within the generator while it learns.
    #[schemars(extend("x-group" = "Generator"))]
    pub dropout: bool,
    /// The network that tells real from translated images.
    #[schemars(extend("x-group" = "Discriminator", "x-label" = "Kind"))]
    pub discriminator: DiscriminatorKind,
    /// Channels after its first convolution; deeper maps have up to eight times as many.
    #[schemars(range(min = 1, max = 512), extend("x-group" = "Discriminator", "x-label" = "Filters"))]
    pub discriminator_filters: usize,
    /// Convolutions that halve the size: with 3, each score sees 70 × 70 pixels; with 2, 34 × 34.
    #[schemars(range(min = 1, max = 8), extend("x-group" = "Discriminator", "x-label" = "Layers"))]
    pub discriminator_layers: usize,
}

impl Default for NetworkConfig {
    /// CycleGAN's.
    fn default() -> Self {
        Self {
            generator: GeneratorKind::Resnet,
            generator_filters: 64,
            blocks: 9,
            unet_levels: 8,
            upsampling: Upsampling::Transposed,
            padding: BlockPadding::Reflection,
            norm: Norm::Instance,
            dropout: false,
            discriminator: DiscriminatorKind::Patch,
            discriminator_filters: 64,
            discriminator_layers: 3,
        }
    }
}

impl NetworkConfig {
    /// The architecture of the generators.
    #[must_use]
    pub fn generator(&self) -> GeneratorConfig {
        match self.generator {
            GeneratorKind::Resnet => GeneratorConfig::Resnet(ResnetConfig {
                filters: self.generator_filters,
                blocks: self.blocks,
                norm: self.norm,
                padding: self.padding,
                upsampling: self.upsampling,
                dropout: self.dropout,
                ..ResnetConfig::default()
            }),
            GeneratorKind::Unet => GeneratorConfig::Unet(UnetConfig {
                filters: self.generator_filters,
                levels: self.unet_levels,
                norm: self.norm,
                dropout: self.dropout,
                ..UnetConfig::default()
            }),
        }
    }

    /// The architecture of the discriminators of images with so many channels.
    #[must_use]
    pub fn discriminator(&self, inputs: usize) -> DiscriminatorConfig {
        match self.discriminator {
            DiscriminatorKind::Patch => DiscriminatorConfig::Patch(PatchConfig {
                inputs,
                filters: self.discriminator_filters,
                layers: self.discriminator_layers,
                norm: self.norm,
            }),
            DiscriminatorKind::Pixel => DiscriminatorConfig::Pixel(PixelConfig {
                inputs,
                filters: self.discriminator_filters,
                norm: self.norm,
            }),
        }
    }

    /// Checks that the networks take images of the size that they will see.
    ///
    /// # Errors
    /// Names the key to change.
    pub fn check(&self, images: &ImageConfig, inputs: usize) -> Result<(), ConfigError> {
        if !images.is_cropped() {
            return Ok(());
        }
        let crop = images.crop();
        let (width, height) = (crop.width as usize, crop.height as usize);
        let multiple = self.generator().size_multiple();
        let key = if images.crop_height != 0 && width.is_multiple_of(multiple) {
            "crop_height"
        } else {
            "crop_size"
        };
        let judged = || self.discriminator(inputs).check_size(width, height);
        if let Err(error) = self.generator().check_size(width, height) {
            return wrong(key, error.to_string());
        }
        judged().or_else(|error| wrong("discriminator_layers", error.to_string()))
    }
}

/// How initial weights are drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum InitKind {
    /// From a normal distribution with the gain as deviation.
    #[default]
    Normal,
    /// Glorot and Bengio 2010.
    Xavier,
    /// He et al. 2015.
    Kaiming,
    /// Saxe et al. 2014.
    Orthogonal,
}

/// Keys that hold paths.
pub const PATH_KEYS: &[&str] = &["initial_weights"];

/// Defaults that depend on what is given: half of the epochs decay, as of the official 200.
#[must_use]
pub fn training_defaults(given: &ConfigMap) -> ConfigMap {
    let epochs = given.get("epochs").and_then(Value::as_u64);
    let decay = epochs.map(|epochs| ("decay_epochs".to_owned(), Value::from(epochs / 2)));
    decay.into_iter().collect()
}

/// As [`training_defaults`], with those of the networks: a U-Net halves images of another size than the official one as often as they can
/// be halved.
#[must_use]
pub fn network_defaults(given: &ConfigMap) -> ConfigMap {
    let mut defaults = training_defaults(given);
    let length = |key| given.get(key).and_then(Value::as_u64);
    if let (None, None) = (length("crop_size"), length("crop_height")) {
        return defaults;
    }
    let width = length("crop_size").unwrap_or(u64::from(ImageConfig::default().crop_size));
    let height = length("crop_height")
        .filter(|height| *height > 0)
        .unwrap_or(width);
    let most = NetworkConfig::default().unet_levels as u32;
    let levels = (width | height).trailing_zeros().clamp(2, most);
    defaults.insert("unet_levels".to_owned(), Value::from(levels));
    defaults
}

/// How long and how fast a run learns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct TrainingConfig {
    /// Images of each domain for each step.
    #[schemars(range(min = 1, max = 256), extend("x-group" = "Training"))]
    pub batch_size: usize,
    /// Passes over the larger domain.
    #[schemars(range(min = 1, max = 100_000), extend("x-group" = "Training"))]
    pub epochs: u64,
    /// At the end, in which the step size falls to 0 in a line.
    #[schemars(range(min = 0, max = 100_000), extend("x-group" = "Training"))]
    pub decay_epochs: u64,
    /// Ends the run after so many steps, in the same share of which the step size falls. 0 goes by epochs.
    #[schemars(range(min = 0, max = 100_000_000), extend("x-group" = "Training"))]
    pub max_steps: u64,
    /// Step size of Adam before it falls.
    #[schemars(range(min = 0.0, max = 1.0), extend("x-group" = "Training", "x-live" = true, "x-log" = true))]
    pub learning_rate: f64,
    /// How much of the last steps' direction Adam keeps.
    #[schemars(range(min = 0.0, max = 0.999), extend("x-group" = "Training", "x-symbol" = "β1"))]
    pub beta1: f64,
    /// How initial weights are drawn.
    #[schemars(extend("x-group" = "Training", "x-label" = "Initial weights"))]
    pub init: InitKind,
    /// How large initial weights are; for no Kaiming.
    #[schemars(range(min = 1e-6, max = 10.0), extend("x-group" = "Training", "x-label" = "Gain", "x-log" = true))]
    pub init_gain: f64,
    /// A folder with `g_a.safetensors`, `g_b.safetensors`, … in PyTorch's layout, such as an export or a checkpoint, to start from; relative to
    /// the config file.
    #[schemars(extend("x-group" = "Training", "x-label" = "Start from"))]
    pub initial_weights: Option<String>,
}

impl Default for TrainingConfig {
    fn default() -> Self {
        Self {
            batch_size: 1,
            epochs: 200,
            decay_epochs: 100,
            max_steps: 0,
            learning_rate: 2e-4,
            beta1: 0.5,
            init: InitKind::default(),
            init_gain: 0.02,
            initial_weights: None,
        }
    }
}

impl TrainingConfig {
    /// How the learning rate falls.
    #[must_use]
    pub fn schedule(&self) -> Schedule {
        Schedule::new(self.epochs, self.decay_epochs, self.max_steps)
    }

    /// How initial weights are drawn.
    #[must_use]
    pub fn init(&self) -> Init {
        let gain = self.init_gain as f32;
        match self.init {
            InitKind::Normal => Init::Normal(gain),
            InitKind::Xavier => Init::Xavier(gain),
            InitKind::Kaiming => Init::Kaiming,
            InitKind::Orthogonal => Init::Orthogonal(gain),
        }
    }

    /// Checks epochs against each other.
    ///
    /// # Errors
    /// Names the key to change.
    pub fn check(&self) -> Result<(), ConfigError> {
        if self.decay_epochs > self.epochs {
            return wrong(
                "decay_epochs",
                format!(
                    "must be at most epochs, {}: they are the last of them",
                    self.epochs
                ),
            );
        }
        Ok(())
    }
}

/// What a run shows and measures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ReportConfig {
    /// Steps from one snapshot of translated test images to the next. 0 takes about fifty in a run, and two more soon after its start.
    #[schemars(range(min = 0, max = 1_000_000), extend("x-group" = "Reports"))]
    pub snapshot_every: u64,
    /// Test images of each domain in a snapshot.
    #[schemars(range(min = 1, max = 32), extend("x-group" = "Reports"))]
    pub snapshot_pictures: usize,
    /// Passes over the data from one measurement on the test images to the next. 0 measures at the end alone.
    #[schemars(range(min = 0, max = 100_000), extend("x-group" = "Reports"))]
    pub measure_every: u64,
    /// Updates of each small segmenter that measurements train at first, and the augmentation report at the end, where there are masks.
    #[schemars(range(min = 1, max = 100_000), extend("x-group" = "Reports"))]
    pub segmenter_steps: u64,
    /// At the end, trains segmenters on A, on A with translated A, and on B, and tests each on B. Needs masks in both domains.
    #[schemars(extend("x-group" = "Reports"))]
    pub augmentation_report: bool,
}

impl Default for ReportConfig {
    fn default() -> Self {
        Self {
            snapshot_every: 0,
            snapshot_pictures: 4,
            measure_every: 10,
            segmenter_steps: 400,
            augmentation_report: false,
        }
    }
}

impl ReportConfig {
    /// Steps between snapshots in a run of so many.
    #[must_use]
    pub fn snapshot_interval(&self, total_steps: u64) -> u64 {
        if self.snapshot_every > 0 {
            return self.snapshot_every;
        }
        let least = total_steps.div_ceil(50).max(1);
        let power = 10u64.pow(least.ilog10());
        [1, 2, 5, 10]
            .into_iter()
            .map(|digit| digit * power)
            .find(|nice| *nice >= least)
            .unwrap_or(least)
    }

    /// Whether a run of so many steps shows what it has learnt with this one.
    #[must_use]
    pub fn shows(&self, step: u64, total_steps: u64) -> bool {
        // The first colours come early.
        let early = self.snapshot_every == 0 && [20, 50].contains(&step);
        early || step == total_steps || step.is_multiple_of(self.snapshot_interval(total_steps))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_has_about_fifty_snapshots_and_early_ones() {
        let reports = ReportConfig::default();
        let shown = |total: u64| -> Vec<u64> {
            (1..=total)
                .filter(|step| reports.shows(*step, total))
                .collect()
        };
        assert_eq!(shown(3000)[..4], [20, 50, 100, 200]);
        assert_eq!(shown(3000).len(), 32);
        assert_eq!(shown(30), (1..=30).collect::<Vec<u64>>());
        assert_eq!(shown(12_000).len(), 2 + 24);
        let own = ReportConfig {
            snapshot_every: 7,
            ..reports
        };
        assert!(own.shows(14, 100) && own.shows(100, 100) && !own.shows(20, 100));
    }

    #[test]
    fn test_images_keep_all_that_their_shape_allows() {
        let images = ImageConfig {
            load_size: 40,
            crop_size: 32,
            crop_height: 24,
            ..ImageConfig::default()
        };
        let from = Size::new(200, 100);
        let output = |preprocess, test: bool| {
            let images = ImageConfig {
                preprocess,
                ..images.clone()
            };
            let augment = if test {
                images.test_augment(4)
            } else {
                images.augment(4)
            };
            (
                augment.resized_size(from),
                augment.output(from),
                augment.flip,
            )
        };
        let crop = Size::new(32, 24);
        for preprocess in [Preprocess::ResizeAndCrop, Preprocess::ScaleWidthAndCrop] {
            assert_eq!(output(preprocess, false).1, crop);
            let (_, seen, flip) = output(preprocess, true);
            assert_eq!((seen, flip), (crop, false));
        }
        assert_eq!(output(Preprocess::ResizeAndCrop, true).0, crop);
        assert_eq!(output(Preprocess::Crop, true).0, from);
        assert_eq!(output(Preprocess::ScaleWidth, true).1, Size::new(40, 20));
        assert_eq!(output(Preprocess::None, false).1, from);
        assert!(output(Preprocess::None, false).2);
    }
}
