//! The augmentation report: are translated pictures of A, with the masks of A, as good to learn from as real pictures of B?
//!
//! Four segmenters of the same make, seed and number of steps learn from A, from A and translated A, from translated A alone, and from real B;
//! each is tested on real test pictures of B. [`AugmentationReport::step`] does one small unit of work a call, until it returns `false`; the
//! last unit records the scalars `augmentation/a`, `augmentation/a_and_translated`, `augmentation/translated` and `augmentation/b` (mean IoU)
//! and the artifact `augmentation.csv` (IoU of each class), which the window shows and an export draws as `augmentation.png`. With B translated to A,
//! a and b are exchanged.
//!
//! The weights of the model must stay as they are until it is done. A report that was begun is not saved: begin it again. Everything belongs to
//! the run's thread.

use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData};

use super::measures::{MeasureSettings, letter, planes_of, spread};
use super::segmenter::{LabeledImage, LabeledSet, Segmenter, SegmenterTraining};
use super::{Translating, Wanted};
use crate::data::images::{ClassTable, ImageDomains, Side};
use crate::eval::images::Confusion;
use crate::record::{Artifact, ArtifactKind, AugmentationScores, LogLevel, Recorder};
use crate::systems::TrainError;

/// Pictures that are decoded or segmented in one unit of work.
const AT_ONCE: usize = 8;
/// Test pictures at most, taken evenly.
const MOST_TESTS: usize = 500;

/// Trains segmenters on real and on translated pictures and compares them.
#[derive(Debug)]
pub struct AugmentationReport {
    data: Arc<ImageDomains>,
    classes: Arc<ClassTable>,
    settings: MeasureSettings,
    device: Device,
    /// The domain that is translated to.
    target: Side,
    stage: Stage,
    /// Pictures that wait to be decoded: for which set, from which domain, training or test.
    waiting: Vec<(Set, usize)>,
    source: LabeledSet,
    translated: LabeledSet,
    real: LabeledSet,
    test: LabeledSet,
    scores: Vec<Confusion>,
}

#[derive(Debug)]
enum Stage {
    Reading,
    /// How many pictures are.
    Translating(usize),
    Learning(Box<SegmenterTraining>),
    /// The result so far, and the number of pictures.
    Testing(Box<Segmenter>, Confusion, usize),
    Done,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Set {
    Source,
    Real,
    Test,
}

/// Segmenters that are compared.
const SEGMENTERS: usize = 4;

impl AugmentationReport {
    /// Of translations to `target`. `settings.pictures` is ignored: up to 500 test pictures with masks count.
    ///
    /// # Errors
    /// If there are no masks to learn from or to test with.
    pub fn new(
        data: Arc<ImageDomains>,
        target: Side,
        settings: MeasureSettings,
        device: &Device,
    ) -> Result<Self, TrainError> {
        let masked = |pictures: &[crate::data::images::Picture], most: usize| -> Vec<usize> {
            let masked: Vec<usize> = (0..pictures.len())
                .filter(|at| pictures[*at].mask.is_some())
                .collect();
            spread(masked.len(), most).map(|at| masked[at]).collect()
        };
        let (source, real) = (data.domain(target.other()), data.domain(target));
        let mut waiting = Vec::new();
        for (set, pictures, most, what) in [
            (
                Set::Source,
                &source.train,
                settings.train_pictures,
                "training pictures of",
            ),
            (
                Set::Real,
                &real.train,
                settings.train_pictures,
                "training pictures of",
            ),
            (Set::Test, &real.test, MOST_TESTS, "test pictures of"),
        ] {
            let found = masked(pictures, most);
            if found.is_empty() {
                let name = if set == Set::Source {
                    &source.name
                } else {
                    &real.name
                };
                return Err(TrainError::Data(format!(
                    "the augmentation report needs masks of {what} {name}: give masks, or turn off augmentation_report"
                )));
            }
            waiting.extend(found.into_iter().map(|at| (set, at)));
        }
        waiting.reverse();
        let Some(classes) = data.classes.clone() else {
            return Err(TrainError::Data(
                "the augmentation report needs classes.csv".to_owned(),
            ));
        };
        let empty = || LabeledSet::new(settings.size, classes.len());
        Ok(Self {
            source: empty(),
            translated: empty(),
            real: empty(),
            test: empty(),
            device: device.clone().without_autodiff(),
            stage: Stage::Reading,
            scores: Vec::new(),
            data,
            classes,
            settings,
            target,
            waiting,
        })
    }

    /// Units of work that are left, about.
    #[must_use]
    pub fn units_left(&self) -> u64 {
        let steps = self.settings.segmenter.steps;
        let segmenters = |count: usize| count as u64 * (steps + 1);
        match &self.stage {
            Stage::Reading => {
                let sources = self.waiting.iter().filter(|(set, _)| *set == Set::Source);
                let translations = self.source.images().len() + sources.count();
                let reads = self.waiting.len().div_ceil(AT_ONCE);
                (reads + translations) as u64 + segmenters(SEGMENTERS)
            }
            Stage::Translating(done) => {
                (self.source.images().len() - done) as u64 + segmenters(SEGMENTERS)
            }
            Stage::Learning(training) => {
                let (done, all) = training.progress();
                all - done + 1 + segmenters(SEGMENTERS - 1 - self.scores.len())
            }
            Stage::Testing(..) => 1 + segmenters(SEGMENTERS - 1 - self.scores.len()),
            Stage::Done => 0,
        }
    }

    /// One unit of work. Returns whether there is more.
    ///
    /// # Errors
    /// If no picture can be decoded, the model cannot translate them, or the device fails.
    pub fn step(
        &mut self,
        model: &dyn Translating,
        recorder: &mut dyn Recorder,
    ) -> Result<bool, TrainError> {
        match &mut self.stage {
            Stage::Reading if self.waiting.is_empty() => self.stage = Stage::Translating(0),
            Stage::Reading => self.read(),
            Stage::Translating(done) if *done < self.source.images().len() => {
                let at = *done;
                *done += 1;
                self.translate(at, model)?;
            }
            Stage::Translating(_) => self.learn(0)?,
            Stage::Learning(training) => {
                if training.step()?.is_some() && !training.is_done() {
                    return Ok(true);
                }
                let confusion = Confusion::new(self.classes.len());
                self.stage = Stage::Testing(Box::new(training.segmenter()), confusion, 0);
            }
            Stage::Testing(segmenter, confusion, done) => {
                let end = (*done + AT_ONCE).min(self.test.images().len());
                for image in &self.test.images()[*done..end] {
                    let found = segmenter.predict(&image.planes(), self.settings.size)?;
                    confusion.add(image.classes(), &found);
                }
                *done = end;
                if end < self.test.images().len() {
                    return Ok(true);
                }
                self.scores.push(confusion.clone());
                if self.scores.len() < SEGMENTERS {
                    self.learn(self.scores.len())?;
                } else {
                    self.stage = Stage::Done;
                    self.record(recorder);
                }
            }
            Stage::Done => {}
        }
        Ok(!matches!(self.stage, Stage::Done))
    }

    fn read(&mut self) {
        let rest = self.waiting.len().saturating_sub(AT_ONCE);
        let (source, real) = (
            self.data.domain(self.target.other()),
            self.data.domain(self.target),
        );
        for (set, at) in self.waiting.drain(rest..).rev() {
            let (set, picture) = match set {
                Set::Source => (&mut self.source, &source.train[at]),
                Set::Real => (&mut self.real, &real.train[at]),
                Set::Test => (&mut self.test, &real.test[at]),
            };
            set.read(picture, &self.classes);
        }
    }

    fn translate(&mut self, at: usize, model: &dyn Translating) -> Result<(), TrainError> {
        let size = self.settings.size;
        let image = &self.source.images()[at];
        let shape = [1, 3, size.height as usize, size.width as usize];
        let tensor = Tensor::from_data(TensorData::new(image.planes(), shape), &self.device);
        let translation = model.translate(tensor, self.target.other(), Wanted::default())?;
        let fake = planes_of(translation.fake, shape)?;
        let classes = image.classes().to_vec();
        self.translated
            .push(LabeledImage::of_planes(&fake, classes, size));
        Ok(())
    }

    /// Begins to train a segmenter.
    fn learn(&mut self, number: usize) -> Result<(), TrainError> {
        let set = match number {
            0 => self.source.clone(),
            1 => self.source.clone().with(self.translated.clone()),
            2 => self.translated.clone(),
            _ => self.real.clone(),
        };
        let training = SegmenterTraining::new(set, self.settings.segmenter, &self.device)?;
        self.stage = Stage::Learning(Box::new(training));
        Ok(())
    }

    /// The training data of each segmenter, as scalars and columns name it.
    fn keys(&self) -> [String; SEGMENTERS] {
        let (source, target) = (letter(self.target.other()), letter(self.target));
        [
            source.to_owned(),
            format!("{source}_and_translated"),
            "translated".to_owned(),
            target.to_owned(),
        ]
    }

    fn record(&self, recorder: &mut dyn Recorder) {
        let keys = self.keys();
        let means: Vec<f64> = self
            .scores
            .iter()
            .map(|own| own.mean_iou().unwrap_or(0.0))
            .collect();
        for (key, mean) in keys.iter().zip(&means) {
            recorder.scalar(&format!("augmentation/{key}"), *mean);
        }
        let (source, target) = (
            &self.data.domain(self.target.other()).name,
            &self.data.domain(self.target).name,
        );
        let message = format!(
            "Tested on real {target}, a segmenter that learned from {source} has a mean IoU of {:.3}, from {source} and translated {source} \
             {:.3}, from translated {source} alone {:.3}, from real {target} {:.3}",
            means[0], means[1], means[2], means[3]
        );
        recorder.log(LogLevel::Info, &message);
        recorder.artifact(Artifact::new(
            ArtifactKind::TABLE,
            AugmentationScores::FILE,
            self.table(keys.into()),
        ));
    }

    /// Classes and their mean, each with the IoU of each segmenter; a class that is neither in the truth nor in the prediction has none.
    fn table(&self, columns: Vec<String>) -> AugmentationScores {
        let name = |class: usize| {
            let index = u8::try_from(class).ok();
            let class = index.and_then(|index| self.classes.class(index));
            class.map_or_else(String::new, |class| class.name.clone())
        };
        let row = |class| self.scores.iter().map(|own| own.iou(class)).collect();
        let classes = (0..self.classes.len()).map(|class| (name(class), row(class)));
        let means = self.scores.iter().map(Confusion::mean_iou);
        AugmentationScores::new(columns, classes.collect(), means.collect())
    }
}

#[cfg(test)]
mod tests;
