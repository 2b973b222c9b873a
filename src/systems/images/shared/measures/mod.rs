//! Measures of translations on the test pictures: structure, classes, distributions, health.
//!
//! A trainer keeps one [`Measures`] for a run:
//!
//! 1. [`Measures::prepare`], unit by unit until it says that it is done: reads the test pictures, trains a segmenter on the real training
//!    pictures of each domain that is translated to (where there are masks), and records the references: `real_b/fcn_miou` (what the
//!    segmenter scores on real test pictures: the ceiling) and `identity_b/…` (real A scored as if it were B: what a translator must beat).
//! 2. At every evaluation [`Measures::start`], [`Measures::step`] until it returns `false` (one picture a call; the weights must stay as they
//!    are until then), [`Measures::finish`], which records the scalars. [`Measures::measure`] does all of it in one call.
//! 3. [`Measures::save`] and [`Measures::load`] keep the segmenters, so that a resumed run neither trains them again nor scores by others. A
//!    measurement that was begun is not saved: begin it again.
//!
//! Everything belongs to the run's thread; nothing draws random numbers but from the seed in [`MeasureSettings`].
//!
//! Scalars of translations to B, mean over test pictures (the same with a and b exchanged for those to A):
//!
//! | name | what |
//! |---|---|
//! | `fake_b/fcn_miou`, `…/fcn_pixel_accuracy`, `…/fcn_class_accuracy` | the segmenter of real B run on fakes, against the masks of their sources in A |
//! | `fake_b/edge_f1` | whether edges stay, [`crate::eval::images::edge_f1`] |
//! | `fake_b/ssim` | structural similarity with the source after matching luminance histograms |
//! | `cycle_a/psnr`, `cycle_a/ssim` | the source against its reconstruction; decibels (at most 100), and SSIM |
//! | `fake_b/kernel_distance`, `…/frechet_distance` | fakes against real B, by features of that segmenter, each scaled to unit variance over real B. Not comparable with published KID and FID |
//! | `fake_b/luminance_distance` | earth mover's distance of the luminance histograms of fakes and of real B, gray levels |
//! | `fake_b/variance` | variance from picture to picture, as a share of that of real B |
//! | `fake_b/checkerboard` | share of the luminance's energy that is at the highest frequencies, as a multiple of that of real B |
//! | `fake_b/pair_l1`, `fake_b/pair_psnr`, `fake_b/pair_ssim` | where the test set has pairs: mean absolute error (of values from −1 to 1), PSNR and SSIM against the truth |
//!
//! Without masks the features are those of fixed random convolutions, and there are no FCN scores.

mod evaluator;
mod identity;
mod measurement;
mod report;

use std::path::Path;
use std::sync::Arc;

use burn::tensor::Device;

pub use identity::Identity;
pub use measurement::Measurement;
pub(super) use measurement::planes_of;

use super::Translating;
use super::segmenter::{LabeledImage, SegmenterSettings};
use crate::data::images::{ImageDomains, Side, Size};
use crate::record::Recorder;
use crate::systems::TrainError;
use evaluator::Evaluator;

/// How translations are measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeasureSettings {
    /// All pictures are brought to this size, which the networks must accept.
    pub size: Size,
    /// At most this many test pictures of each domain, taken evenly.
    pub pictures: usize,
    /// At most this many training pictures with masks, taken evenly, for a segmenter.
    pub train_pictures: usize,
    /// The segmenters.
    pub segmenter: SegmenterSettings,
}

impl MeasureSettings {
    /// 40 test pictures, segmenters of 400 training pictures.
    #[must_use]
    pub fn new(size: Size, seed: u64) -> Self {
        let segmenter = SegmenterSettings {
            seed,
            ..SegmenterSettings::default()
        };
        Self {
            size,
            pictures: 40,
            train_pictures: 400,
            segmenter,
        }
    }
}

/// A test picture.
#[derive(Debug)]
struct TestPicture {
    image: LabeledImage,
    /// The picture of the other domain that shows the same.
    partner: Option<LabeledImage>,
}

/// Measures translations on the test pictures of a data set.
#[derive(Debug)]
pub struct Measures {
    data: Arc<ImageDomains>,
    settings: MeasureSettings,
    device: Device,
    /// Test pictures to be read, and those that were.
    waiting: Vec<(Side, usize)>,
    a: Vec<TestPicture>,
    b: Vec<TestPicture>,
    /// One for each domain that is translated to.
    evaluators: Vec<Evaluator>,
    /// Scores of an identity translator, as far as they were measured.
    identity: Option<Measurement>,
    has_references: bool,
}

impl Measures {
    /// Takes the same pictures with other ranges of values, before anything was read.
    pub(crate) fn use_data(&mut self, data: &Arc<ImageDomains>) {
        self.data = Arc::clone(data);
    }

    /// Of translations to `targets`, on the device of the networks. Reads nothing yet.
    #[must_use]
    pub fn new(
        data: Arc<ImageDomains>,
        targets: &[Side],
        settings: MeasureSettings,
        device: &Device,
    ) -> Self {
        let device = device.clone().without_autodiff();
        let mut waiting: Vec<(Side, usize)> = [Side::A, Side::B]
            .into_iter()
            .flat_map(|side| {
                let total = data.domain(side).test.len();
                spread(total, settings.pictures).map(move |at| (side, at))
            })
            .collect();
        waiting.reverse();
        let evaluators = targets
            .iter()
            .map(|side| Evaluator::new(&data, *side, settings));
        Self {
            evaluators: evaluators.collect(),
            data,
            settings,
            device,
            waiting,
            a: Vec::new(),
            b: Vec::new(),
            identity: None,
            has_references: false,
        }
    }

    /// True if it can measure.
    #[must_use]
    pub fn is_prepared(&self) -> bool {
        self.has_references
    }

    /// Units of preparation that are left, about.
    #[must_use]
    pub fn units_left(&self) -> u64 {
        if self.has_references {
            return 0;
        }
        let evaluators = self.evaluators.iter();
        let evaluators = evaluators.map(|evaluator| {
            let sources = self.data.domain(evaluator.side().other()).test.len();
            evaluator.units_left() + sources.min(self.settings.pictures) as u64
        });
        let measured = self.identity.as_ref().map_or(0, Measurement::done) as u64;
        self.waiting.len() as u64 + evaluators.sum::<u64>() + 1 - measured
    }

    /// One unit of what must be done before anything can be measured: a fraction of a second. Returns whether that was
    /// all.
    ///
    /// # Errors
    /// If the device fails.
    pub fn prepare(&mut self, recorder: &mut dyn Recorder) -> Result<bool, TrainError> {
        if self.has_references {
            return Ok(true);
        }
        if let Some((side, at)) = self.waiting.pop() {
            self.read(side, at);
            return Ok(false);
        }
        for at in 0..self.evaluators.len() {
            if !self.evaluators[at].is_ready() {
                let real = match self.evaluators[at].side() {
                    Side::A => &self.a,
                    Side::B => &self.b,
                };
                self.evaluators[at].prepare(&self.data, real, &self.device)?;
                return Ok(false);
            }
        }
        let mut identity = self.identity.take().unwrap_or_else(|| self.start());
        if self.step(&mut identity, &Identity)? {
            self.identity = Some(identity);
            return Ok(false);
        }
        for evaluator in &self.evaluators {
            evaluator.record_ceiling(self.pictures(evaluator.side()), &self.data, recorder)?;
        }
        report::record_identity(&identity, &self.evaluators, recorder);
        self.has_references = true;
        Ok(true)
    }

    /// Decodes a test picture and its partner; what cannot be decoded is left out.
    fn read(&mut self, side: Side, at: usize) {
        let data = Arc::clone(&self.data);
        let table = data.classes.as_deref();
        let size = self.settings.size;
        let decoded = |side: Side, at: usize| {
            let picture = data.domain(side).test.get(at)?;
            LabeledImage::read(picture, table, size)
        };
        let partner = data.test_pairs.iter().find_map(|(a, b)| match side {
            Side::A => (*a as usize == at).then_some(*b as usize),
            Side::B => (*b as usize == at).then_some(*a as usize),
        });
        if let Some(image) = decoded(side, at) {
            let partner = partner.and_then(|partner| decoded(side.other(), partner));
            let pictures = match side {
                Side::A => &mut self.a,
                Side::B => &mut self.b,
            };
            pictures.push(TestPicture { image, partner });
        }
    }

    fn pictures(&self, side: Side) -> &[TestPicture] {
        match side {
            Side::A => &self.a,
            Side::B => &self.b,
        }
    }

    /// Begins a measurement. Before [`Self::prepare`] is done it has no pictures.
    #[must_use]
    pub fn start(&self) -> Measurement {
        let targets = self.evaluators.iter().map(Evaluator::side).collect();
        Measurement::new(targets, self.settings.size)
    }

    /// Translates and measures one picture. Returns whether there are more.
    ///
    /// # Errors
    /// If the model cannot translate pictures of the size, or the device fails.
    pub fn step(
        &self,
        measurement: &mut Measurement,
        model: &dyn Translating,
    ) -> Result<bool, TrainError> {
        let Some((target, at)) = measurement.next(|side| self.pictures(side.other()).len()) else {
            return Ok(false);
        };
        let evaluator = self
            .evaluators
            .iter()
            .find(|evaluator| evaluator.side() == target);
        let picture = self.pictures(target.other()).get(at);
        if let (Some(evaluator), Some(picture)) = (evaluator, picture) {
            measurement.add(target, picture, evaluator, model, &self.device)?;
        }
        Ok(true)
    }

    /// Records what was measured, and says so in the log where an alarm goes off.
    pub fn finish(&self, measurement: &Measurement, recorder: &mut dyn Recorder) {
        report::record(measurement, &self.evaluators, &self.data, recorder);
    }

    /// Prepares what is not prepared yet, and measures all pictures at once. `canceled` is asked between units.
    ///
    /// # Errors
    /// As [`Self::step`]; if it was canceled.
    pub fn measure(
        &mut self,
        model: &dyn Translating,
        recorder: &mut dyn Recorder,
        canceled: &dyn Fn() -> bool,
    ) -> Result<(), TrainError> {
        let go_on = || {
            if canceled() {
                Err(TrainError::Canceled)
            } else {
                Ok(())
            }
        };
        while !self.prepare(recorder)? {
            go_on()?;
        }
        let mut measurement = self.start();
        while self.step(&mut measurement, model)? {
            go_on()?;
        }
        self.finish(&measurement, recorder);
        Ok(())
    }

    /// Writes the segmenters as far as they have learned into `folder`.
    ///
    /// # Errors
    /// If a file cannot be written or the device fails.
    pub fn save(&self, folder: &Path) -> Result<(), TrainError> {
        self.evaluators
            .iter()
            .try_for_each(|evaluator| evaluator.save(folder))
    }

    /// Goes on with the segmenters that [`Self::save`] wrote, if it wrote any; the pictures are read again. For a new [`Measures`] made with the
    /// same data and settings.
    ///
    /// # Errors
    /// If a file is damaged or another run's.
    pub fn load(&mut self, folder: &Path) -> Result<(), TrainError> {
        self.evaluators
            .iter_mut()
            .try_for_each(|evaluator| evaluator.load(folder))
    }
}

/// `count` of `total` places, evenly.
pub(super) fn spread(total: usize, count: usize) -> impl Iterator<Item = usize> {
    let count = count.min(total);
    (0..count).map(move |at| at * total / count.max(1))
}

/// `a` or `b`.
pub(super) fn letter(side: Side) -> &'static str {
    match side {
        Side::A => "a",
        Side::B => "b",
    }
}

#[cfg(test)]
pub(super) mod tests;
