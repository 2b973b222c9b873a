//! Statistics of the real images of a domain.

use std::path::{Path, PathBuf};

use burn::tensor::Device;

use super::{MeasureSettings, TestPicture, letter, spread};
use crate::data::images::{ImageDomains, Side};
use crate::eval::images::{
    Confusion, Diversity, Features, GrayHistogram, Luminance, highest_frequencies,
};
use crate::record::{LogLevel, Recorder, files};
use crate::systems::TrainError;
use crate::systems::images::shared::segmenter::{
    LabeledSet, Segmenter, SegmenterState, SegmenterTraining,
};

/// Training pictures that are decoded in one unit of work.
const READ_AT_ONCE: usize = 8;

/// Knows what pixels of a domain are, and how its images look.
#[derive(Debug)]
pub(super) struct Evaluator {
    side: Side,
    settings: MeasureSettings,
    /// Number of classes; 0 without masks.
    classes: usize,
    /// Real test pictures to look at.
    pictures: usize,
    stage: Stage,
    /// A state that was loaded, until the training has its images.
    saved: Option<SegmenterState>,
    statistics: ImageStatistics,
}

#[derive(Debug)]
enum Stage {
    /// Training pictures that wait to be decoded, and those that were.
    Reading(Vec<usize>, LabeledSet),
    Learning(Box<SegmenterTraining>),
    /// It has learned, but not looked at the real test pictures.
    Trained(TrainedSegmenter),
    Ready(TrainedSegmenter),
}

#[derive(Debug)]
struct TrainedSegmenter {
    segmenter: Segmenter,
    /// To be saved; `None` if it never learned.
    state: Option<SegmenterState>,
}

/// Sums over images of a set.
#[derive(Debug, Default)]
pub(super) struct ImageStatistics {
    /// Rows of features.
    features: Vec<f32>,
    pub(super) histogram: GrayHistogram,
    pub(super) diversity: Diversity,
    frequencies: f64,
    /// Of the luminance within each image.
    contrast: f64,
    images: usize,
}

impl ImageStatistics {
    /// Takes an image in.
    pub(super) fn add(&mut self, planes: &[f32], luminance: &Luminance, features: Vec<f32>) {
        self.features.extend(features);
        self.histogram.add(luminance);
        self.diversity.add(planes);
        self.frequencies += highest_frequencies(luminance);
        self.contrast += luminance.variance();
        self.images += 1;
    }

    /// The share of the images' energy that is at the highest frequencies; `None` if they are flat.
    pub(super) fn frequencies(&self) -> Option<f64> {
        (self.contrast > 0.0).then(|| self.frequencies / self.contrast)
    }

    /// The features, shifted and scaled as those of `real` must be to have mean 0 and variance 1 in each dimension.
    pub(super) fn scaled_features(&self, real: &Self, dimensions: usize) -> Features {
        let rows = real.features.chunks_exact(dimensions);
        let count = rows.len().max(1) as f64;
        let mean_of = |value: &dyn Fn(usize, f64) -> f64| -> Vec<f64> {
            let mut sums = vec![0.0; dimensions];
            for row in rows.clone() {
                for (at, (sum, own)) in sums.iter_mut().zip(row).enumerate() {
                    *sum += value(at, f64::from(*own)) / count;
                }
            }
            sums
        };
        let means = mean_of(&|_, value| value);
        let variances = mean_of(&|at, value| (value - means[at]).powi(2));
        let mut features = Features::new(dimensions);
        for row in self.features.chunks_exact(dimensions) {
            let scaled: Vec<f32> = row
                .iter()
                .zip(means.iter().zip(&variances))
                .map(|(value, (mean, variance))| {
                    // A channel that is always off says nothing.
                    let deviation = if *variance > 1e-12 {
                        variance.sqrt()
                    } else {
                        1.0
                    };
                    ((f64::from(*value) - mean) / deviation) as f32
                })
                .collect();
            features.extend(&scaled);
        }
        features
    }
}

impl Evaluator {
    pub(super) fn new(data: &ImageDomains, side: Side, settings: MeasureSettings) -> Self {
        let train = &data.domain(side).train;
        let masked: Vec<usize> = (0..train.len())
            .filter(|at| train[*at].mask.is_some())
            .collect();
        let mut waiting: Vec<usize> = spread(masked.len(), settings.train_pictures)
            .map(|at| masked[at])
            .collect();
        waiting.reverse();
        let classes = data.classes.as_ref().map_or(0, |table| table.len());
        Self {
            side,
            settings,
            classes,
            pictures: data.domain(side).test.len().min(settings.pictures),
            stage: Stage::Reading(waiting, LabeledSet::new(settings.size, classes)),
            saved: None,
            statistics: ImageStatistics::default(),
        }
    }

    pub(super) fn side(&self) -> Side {
        self.side
    }

    pub(super) fn is_ready(&self) -> bool {
        matches!(self.stage, Stage::Ready(_))
    }

    pub(super) fn units_left(&self) -> u64 {
        let statistics = self.pictures.saturating_sub(self.statistics.images) as u64 + 1;
        match &self.stage {
            Stage::Reading(waiting, set) => {
                let learns = !waiting.is_empty() || !set.images().is_empty();
                let steps = if learns {
                    self.settings.segmenter.steps
                } else {
                    0
                };
                waiting.len().div_ceil(READ_AT_ONCE) as u64 + 1 + steps + statistics
            }
            Stage::Learning(training) => {
                let (done, all) = training.progress();
                all - done + statistics
            }
            Stage::Trained(_) => statistics,
            Stage::Ready(_) => 0,
        }
    }

    /// The segmenter, if it is ready.
    pub(super) fn segmenter(&self) -> Option<&Segmenter> {
        match &self.stage {
            Stage::Ready(learned) | Stage::Trained(learned) => Some(&learned.segmenter),
            Stage::Reading(..) | Stage::Learning(_) => None,
        }
    }

    /// True if the segmenter has learned from masks.
    pub(super) fn finds_classes(&self) -> bool {
        match &self.stage {
            Stage::Ready(learned) | Stage::Trained(learned) => learned.state.is_some(),
            Stage::Reading(..) | Stage::Learning(_) => false,
        }
    }

    /// Statistics of real test pictures.
    pub(super) fn statistics(&self) -> &ImageStatistics {
        &self.statistics
    }

    pub(super) fn classes(&self) -> usize {
        self.classes
    }

    /// One unit of work.
    pub(super) fn prepare(
        &mut self,
        data: &ImageDomains,
        real: &[TestPicture],
        device: &Device,
    ) -> Result<(), TrainError> {
        let settings = self.settings.segmenter;
        let next = match &mut self.stage {
            Stage::Reading(..)
                if self
                    .saved
                    .as_ref()
                    .is_some_and(|own| own.is_done(&settings)) =>
            {
                let state = self.saved.take();
                let segmenter = match &state {
                    Some(state) => state.segmenter(&settings, self.classes, device)?,
                    None => Segmenter::untrained(settings.filters, device),
                };
                Stage::Trained(TrainedSegmenter { segmenter, state })
            }
            Stage::Reading(waiting, set) => {
                if let (Some(table), false) = (data.classes.as_deref(), waiting.is_empty()) {
                    let rest = waiting.len().saturating_sub(READ_AT_ONCE);
                    for at in waiting.drain(rest..).rev() {
                        set.read(&data.domain(self.side).train[at], table);
                    }
                    return Ok(());
                }
                if set.images().is_empty() {
                    Stage::Trained(TrainedSegmenter {
                        segmenter: Segmenter::untrained(settings.filters, device),
                        state: None,
                    })
                } else {
                    let empty = LabeledSet::new(set.size(), set.classes());
                    let set = std::mem::replace(set, empty);
                    let mut training = SegmenterTraining::new(set, settings, device)?;
                    if let Some(state) = self.saved.take() {
                        training.restore(&state)?;
                    }
                    Stage::Learning(Box::new(training))
                }
            }
            Stage::Learning(training) => {
                if training.step()?.is_some() && !training.is_done() {
                    return Ok(());
                }
                Stage::Trained(TrainedSegmenter {
                    segmenter: training.segmenter(),
                    state: Some(training.state()?),
                })
            }
            Stage::Trained(learned) => {
                if let Some(picture) = real.get(self.statistics.images) {
                    let size = self.settings.size;
                    let planes = picture.image.planes();
                    let (width, height) = (size.width as usize, size.height as usize);
                    let luminance = Luminance::of_planes(&planes, width, height);
                    let features = learned.segmenter.features(&planes, size)?;
                    self.statistics.add(&planes, &luminance, features);
                    return Ok(());
                }
                Stage::Ready(TrainedSegmenter {
                    segmenter: learned.segmenter.clone(),
                    state: learned.state.take(),
                })
            }
            Stage::Ready(_) => return Ok(()),
        };
        self.stage = next;
        Ok(())
    }

    /// Scores of the segmenter on real test pictures of its domain.
    pub(super) fn record_ceiling(
        &self,
        real: &[TestPicture],
        data: &ImageDomains,
        recorder: &mut dyn Recorder,
    ) -> Result<(), TrainError> {
        let (letter, name) = (letter(self.side), &data.domain(self.side).name);
        let segmenter = self.segmenter().filter(|_| self.finds_classes());
        let Some(segmenter) = segmenter else {
            let message = format!(
                "There are no masks of {name} to learn from: its translations are compared by features of fixed random convolutions, and there are no FCN scores"
            );
            recorder.log(LogLevel::Info, &message);
            return Ok(());
        };
        let mut confusion = Confusion::new(self.classes);
        for picture in real.iter().filter(|picture| picture.image.has_classes()) {
            let found = segmenter.predict(&picture.image.planes(), self.settings.size)?;
            confusion.add(picture.image.classes(), &found);
        }
        if let Some(miou) = confusion.mean_iou() {
            recorder.log(
                LogLevel::Info,
                &format!(
                    "The segmenter that scores translations to {name} reaches a mean IoU of {miou:.3} on its real test pictures: no translation can be expected to score higher"
                ),
            );
        }
        super::report::record_confusion(&format!("real_{letter}"), &confusion, recorder);
        Ok(())
    }

    fn folder(&self, folder: &Path) -> PathBuf {
        folder.join(format!("segmenter_{}", letter(self.side)))
    }

    pub(super) fn save(&self, folder: &Path) -> Result<(), TrainError> {
        let folder = self.folder(folder);
        match &self.stage {
            Stage::Reading(..) => self.saved.as_ref().map_or(Ok(()), |own| own.save(&folder)),
            Stage::Learning(training) => training.state()?.save(&folder),
            Stage::Trained(learned) | Stage::Ready(learned) => learned
                .state
                .as_ref()
                .map_or(Ok(()), |own| own.save(&folder)),
        }
    }

    pub(super) fn load(&mut self, folder: &Path) -> Result<(), TrainError> {
        let folder = self.folder(folder);
        if self.classes > 0 && files::is_folder(&folder) {
            let settings = &self.settings.segmenter;
            self.saved = Some(SegmenterState::load(&folder, settings, self.classes)?);
        }
        Ok(())
    }
}
