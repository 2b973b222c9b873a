//! The interface of a system that translates images to the trainer and the translator that all of them share.
//!
//! G_A translates A → B, G_B B → A; D_A judges images of B (fakes of G_A against real ones), D_B those of A, as in the official code of
//! CycleGAN. Losses `…_a` belong to the direction A → B. All images are [n, 3, height, width], −1 (black) to 1.

use std::path::Path;

use burn::tensor::Tensor;
use rand_chacha::ChaCha8Rng;

use super::config::TranslationConfig;
use crate::data::images::{Side, Size};
use crate::nn::checkpoint::{Checkpoint, CheckpointWriter};
use crate::systems::TrainError;

/// Images of both domains for one step, of one size.
#[derive(Debug, Clone)]
pub struct StepBatch {
    /// Of A, on the autodiff device, no gradient required.
    pub a: Tensor<4>,
    /// Of B, likewise.
    pub b: Tensor<4>,
    /// [n, height, width] of A's masks: class indices, [`crate::data::images::IGNORE`] where there is none; absent without masks.
    pub classes_a: Option<Vec<u8>>,
    /// Likewise of B.
    pub classes_b: Option<Vec<u8>>,
}

/// A measure of one step, still on the device: the trainer reads all of a step at once.
#[derive(Debug, Clone)]
pub struct StepScalar {
    /// `loss/cycle_a`.
    pub name: &'static str,
    /// [1], off the tape.
    pub value: Tensor<1>,
}

impl StepScalar {
    /// A measure with its value, [1], taken off the tape.
    #[must_use]
    pub fn new(name: &'static str, value: Tensor<1>) -> Self {
        let value = value.without_autodiff();
        Self { name, value }
    }
}

/// Networks and optimizers under training. Owned by the run's thread.
///
/// The trainer does the rest: images, schedule, reading and recording of measures, snapshots, evaluation, checkpoints.
pub trait TranslationModel: 'static {
    /// The system's name in config files.
    const SYSTEM: &'static str;
    /// True if image `i` of A comes with image `i` of B.
    const ALIGNED: bool = false;
    /// The config of its system.
    type Config: TranslationConfig;

    /// One update of all weights by one batch. Returns the losses *before weighting by λ*, `loss/generator` (the weighted sum that the
    /// generators descend) and the discriminators' accuracies, by their names in [`super::scalars`].
    ///
    /// All random draws (image pool, dropout) come from `rng`. Must not read from the device: that would make the host wait.
    ///
    /// # Errors
    /// If a network can't be applied to images of this size.
    fn step(
        &mut self,
        batch: StepBatch,
        learning_rate: f64,
        rng: &mut ChaCha8Rng,
    ) -> Result<Vec<StepScalar>, TrainError>;

    /// Goes on with another config, see [`crate::systems::Trainer::reconfigure`].
    fn reconfigure(&mut self, config: &Self::Config);

    /// The networks that translate, as they are now, off the tape, for snapshots and evaluation. Cheap: tensors are shared. Must be dropped
    /// before the next step, since an optimizer updates in place what nobody else holds.
    fn translating(&self) -> Box<dyn Translating>;

    /// The composition of the networks, for whoever loads their weights without the config.
    fn architecture(&self) -> serde_json::Value;

    /// Adds what is needed to go on exactly to a checkpoint: each network as `<name>.safetensors` (`g_a`, `g_b`, `d_a`, `d_b`) with PyTorch's
    /// names, the optimizers' moments, the pools; see [`super::storage`].
    ///
    /// # Errors
    /// If a file cannot be written or the device fails.
    fn save(&self, checkpoint: &mut CheckpointWriter) -> Result<(), TrainError>;

    /// Comes back from what `save` wrote.
    ///
    /// # Errors
    /// If a file is missing, damaged or another network's.
    fn load(&mut self, checkpoint: &Checkpoint) -> Result<(), TrainError>;

    /// Replaces the weights of those translating networks that `folder` has a file for (`g_a.safetensors`, …); optimizers stay new.
    /// Returns the names of the networks that were found.
    ///
    /// # Errors
    /// If a file is damaged or another network's.
    fn load_initial(&mut self, folder: &Path) -> Result<Vec<&'static str>, TrainError>;
}

/// The outputs wanted beside the translation of images.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The translation translated back.
    pub reconstruction: bool,
    /// The images through the network that translates *to* their own domain.
    pub identity: bool,
    /// The classes that the network sees in the images.
    pub parsing: bool,
}

/// The outputs for images. Those not wanted, or that the model cannot make, are absent.
#[derive(Debug, Clone)]
pub struct Translation {
    /// [n, 3, height, width] in the other domain.
    pub fake: Tensor<4>,
    /// As `fake`, back in their own domain.
    pub reconstruction: Option<Tensor<4>>,
    /// As `fake`, which should be the images themselves.
    pub identity: Option<Tensor<4>>,
    /// [n, classes, height, width]: scores (logits or probabilities) of each class; the largest is the class that is seen.
    pub parsing: Option<Tensor<4>>,
}

/// Networks that translate and learn no more: those of a trainer at one moment, or those of a checkpoint in a translator. Owned by the thread
/// that made them.
pub trait Translating {
    /// The domains that it translates to.
    fn targets(&self) -> &[Side];
    /// Width and height of what it is given must be multiples of this.
    fn multiple(&self) -> u32;
    /// The least width and height that it can be given.
    fn least(&self) -> u32;
    /// The least number of pixels that tiles must overlap by so that their middles are hardly touched by their borders.
    fn margin(&self) -> u32;
    /// Number of classes of `parsing`; 0 if it parses nothing.
    fn classes(&self) -> usize;
    /// Bytes at the peak of translating one image of this size once.
    fn memory(&self, size: Size) -> u64;
    /// Translates images of `from` (on the device without autodiff) to the other domain. Nothing is drawn: the same image gives the same
    /// translation.
    ///
    /// # Errors
    /// If it does not translate to that domain, or the size does not fit.
    fn translate(
        &self,
        images: Tensor<4>,
        from: Side,
        wanted: Wanted,
    ) -> Result<Translation, TrainError>;
}
