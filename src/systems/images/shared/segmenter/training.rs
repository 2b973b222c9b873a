//! How the network learns.

use burn::module::Module;
use burn::tensor::activation::log_softmax;
use burn::tensor::{Device, Tensor, TensorData};
use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;

use super::super::pixels::values;
use super::network::{Network, failed};
use super::{LabeledSet, Segmenter, SegmenterState};
use crate::data::images::{Draw, Size};
use crate::nn::checkpoint::tensors_of;
use crate::nn::optim::{Adam, AdamState, OptimizerStateError};
use crate::systems::TrainError;

/// Of Adam.
const BETA_1: f64 = 0.9;

/// How a segmenter is made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SegmenterSettings {
    /// Channels after the first convolution.
    pub filters: usize,
    /// Images in an update of the weights.
    pub batch_size: usize,
    /// Updates of the weights.
    pub steps: u64,
    /// Of Adam at the first step; it falls linearly to 0.
    pub learning_rate: f64,
    /// Of the initial weights and the order of images.
    pub seed: u64,
}

impl Default for SegmenterSettings {
    /// The size that learns streets of 128 × 96 pixels in well under a minute on two cores.
    fn default() -> Self {
        Self {
            filters: 16,
            batch_size: 8,
            steps: 400,
            learning_rate: 4e-3,
            seed: 0,
        }
    }
}

/// A segmenter that learns by cross entropy with class weights. Pixels without a class do not count.
#[derive(Debug)]
pub struct SegmenterTraining {
    settings: SegmenterSettings,
    set: LabeledSet,
    /// Of each class in the loss: rare classes weigh more.
    class_weights: Vec<f32>,
    network: Option<Network>,
    adam: Adam,
    step: u64,
    /// With autodiff.
    device: Device,
}

impl SegmenterTraining {
    /// At its beginning.
    ///
    /// # Errors
    /// If the set has no image or no class.
    pub fn new(
        set: LabeledSet,
        settings: SegmenterSettings,
        device: &Device,
    ) -> Result<Self, TrainError> {
        if set.images().is_empty() || set.classes() == 0 || set.size().pixels() == 0 {
            return Err(TrainError::Data(
                "there is no image with a mask to train a segmenter with: give masks".to_owned(),
            ));
        }
        let device = device.clone().without_autodiff().autodiff();
        let mut rng = ChaCha8Rng::seed_from_u64(settings.seed);
        let network = Network::new(settings.filters, set.classes(), Some(&mut rng), &device);
        Ok(Self {
            class_weights: class_weights(&set.shares()),
            network: Some(network),
            adam: Adam::new(BETA_1),
            step: 0,
            settings,
            set,
            device,
        })
    }

    /// Updates of the weights done, and of all.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        (self.step, self.settings.steps)
    }

    /// True if it has learned all that it will.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.step >= self.settings.steps
    }

    /// One update of the weights: a fraction of a second. Returns the loss before it. Does nothing more once it is done.
    ///
    /// # Errors
    /// If the device fails or the loss is no longer finite.
    pub fn step(&mut self) -> Result<Option<f64>, TrainError> {
        let Some(network) = self.network.take_if(|_| self.step < self.settings.steps) else {
            return Ok(None);
        };
        // Each step has draws of its own: the number of the step is all that must be kept.
        let mut rng = ChaCha8Rng::seed_from_u64(self.settings.seed);
        rng.set_stream(self.step + 1);
        let (images, targets) = self.batch(&mut rng);
        let logits = network.forward(images).map_err(|error| failed(&error))?;
        let loss = (log_softmax(logits, 1) * targets).sum().neg();
        let mut gradients = loss.backward();
        let rate = 1.0 - self.step as f64 / self.settings.steps as f64;
        let rate = self.settings.learning_rate * rate;
        let network = self.adam.step(network, &mut gradients, rate);
        self.network = Some(network);
        self.step += 1;
        let loss = f64::from(values(loss)?.first().copied().unwrap_or(f32::NAN));
        if !loss.is_finite() {
            return Err(TrainError::Diverged {
                step: self.step,
                value: loss,
            });
        }
        Ok(Some(loss))
    }

    /// Images [n, 3, height, width], and [n, classes, height, width] the weight of each pixel's class in the mean, 0 elsewhere.
    fn batch(&self, rng: &mut ChaCha8Rng) -> (Tensor<4>, Tensor<4>) {
        let images = self.set.images();
        let count = self.settings.batch_size.max(1);
        let Size { width, height } = self.set.size();
        let [width, height] = [width as usize, height as usize];
        let (pixels, classes) = (width * height, self.set.classes());
        let mut planes = Vec::with_capacity(count * 3 * pixels);
        let mut targets = vec![0.0_f32; count * classes * pixels];
        let mut total = 0.0_f64;
        for targets in targets.chunks_exact_mut(classes * pixels) {
            let image = &images[rng.random_range(0..images.len() as u64) as usize];
            let ready = image.ready(Draw::new(rng));
            planes.extend(ready.planes);
            for (at, class) in ready.classes.iter().flatten().enumerate() {
                let class = usize::from(*class);
                if let Some(weight) = self.class_weights.get(class) {
                    targets[class * pixels + at] = *weight;
                    total += f64::from(*weight);
                }
            }
        }
        let share = (1.0 / total.max(f64::MIN_POSITIVE)) as f32;
        if total > 0.0 {
            targets.iter_mut().for_each(|target| *target *= share);
        }
        let tensor = |values, channels| {
            let data = TensorData::new(values, [count, channels, height, width]);
            Tensor::from_data(data, &self.device)
        };
        (tensor(planes, 3), tensor(targets, classes))
    }

    /// The network as it is now, off the tape.
    #[must_use]
    pub fn segmenter(&self) -> Segmenter {
        let SegmenterSettings { filters, .. } = self.settings;
        let classes = self.set.classes();
        let device = self.device.clone().without_autodiff();
        let network = match &self.network {
            Some(network) => network.clone().valid(),
            // After a failed step there are no weights.
            None => Network::new(filters, classes, None, &device),
        };
        Segmenter::of_network(network, filters, classes, device)
    }

    /// All that is needed to go on exactly, beside the images.
    ///
    /// # Errors
    /// If the device fails.
    pub fn state(&self) -> Result<SegmenterState, TrainError> {
        let network = self.network.as_ref().ok_or_else(lost)?;
        let adam = self
            .adam
            .state(network)
            .map_err(|error| failed_adam(&error))?;
        let weights = tensors_of(network).map_err(TrainError::Device)?;
        let weights = weights.into_iter().flat_map(|tensor| tensor.values);
        Ok(SegmenterState {
            step: self.step,
            weights: weights.collect(),
            first: adam.first,
            second: adam.second,
        })
    }

    /// Goes on from a state of a training made with the same set and settings.
    ///
    /// # Errors
    /// If it is another training's.
    pub fn restore(&mut self, state: &SegmenterState) -> Result<(), TrainError> {
        let network = self.network.take().ok_or_else(lost)?;
        let network = self.network.insert(state.fill(network)?);
        self.adam = Adam::new(BETA_1);
        let adam = AdamState {
            steps: state.step,
            first: state.first.clone(),
            second: state.second.clone(),
        };
        let restored = self.adam.restore(network, &adam);
        restored.map_err(|error| failed_adam(&error))?;
        self.step = state.step;
        Ok(())
    }
}

fn failed_adam(error: &OptimizerStateError) -> TrainError {
    TrainError::Data(error.to_string())
}

fn lost() -> TrainError {
    TrainError::Device("a step of a segmenter failed before".to_owned())
}

/// 1 / ln(1.1 + share), as ENet does with 1.02 (Paszke et al. 2016), scaled to a mean of 1 over the classes that are there.
fn class_weights(shares: &[f64]) -> Vec<f32> {
    let raw: Vec<f64> = shares
        .iter()
        .map(|share| 1.0 / (1.1 + share).ln())
        .collect();
    let there = raw.iter().zip(shares).filter(|(_, share)| **share > 0.0);
    let (sum, count) = there.fold((0.0, 0.0), |(sum, count), (own, _)| {
        (sum + own, count + 1.0)
    });
    raw.iter()
        .map(|own| (own * f64::max(count, 1.0) / f64::max(sum, 1e-9)) as f32)
        .collect()
}
