//! The trainer of every system that translates images: the model takes the steps, this does the rest.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use burn::tensor::{Device, Tensor};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::averages::Averages;
use super::config::{Direction, ImageConfig, TranslationConfig};
use super::evaluation::Evaluation;
use super::gallery::Gallery;
use super::measures::MeasureSettings;
use super::model::{StepBatch, StepScalar, Translating, TranslationModel};
use super::pixels::{tensor_of_planes, values};
use super::schedule::Schedule;
use super::state::{RngState, State};
use super::weights::{Weights, links_beside};
use super::{checkpoint, scalars};
use crate::data::DataError;
use crate::data::images::{
    Augment, Batch, BatchSide, ImageDomains, LeftOut, Loader, LoaderSettings, Side,
};
use crate::record::{Artifact, ArtifactKind, LogLevel, Recorder, TEST_PICTURES, TranslatedPicture};
use crate::systems::{ConfigError, Outcome, Place, Position, TrainError, Trainer};

/// Streams of the run's generator; the model's weights are drawn from a generator of their own.
const ORDER: u64 = 1;
const STEPS: u64 = 2;
/// Test pictures of each domain that a finished run shows, at most.
const MOST_PICTURED: usize = 64;

/// Trains any model that translates images. One unit of work is one step with its snapshot, or a part of a measurement.
///
/// Curves have a point for each step, in a run of more than 10,000 steps for the mean of a few: at most 10,000 points each.
pub struct TranslationTrainer<M: TranslationModel> {
    pub(super) config: M::Config,
    pub(super) model: M,
    pub(super) data: Arc<ImageDomains>,
    /// Without autodiff.
    pub(super) device: Device,
    pub(super) settings: LoaderSettings,
    pub(super) loader: Loader,
    pub(super) rng: ChaCha8Rng,
    pub(super) state: State,
    pub(super) evaluation: Evaluation,
    gallery: Option<Gallery>,
    /// All test pictures and their translations so far.
    pending_gallery: Option<(Gallery, Vec<TranslatedPicture>)>,
    /// Files that have been reported as broken.
    reported_broken: Vec<PathBuf>,
    multiple: u32,
    targets: Vec<Side>,
}

impl<M: TranslationModel> TranslationTrainer<M> {
    /// A trainer of a model made with the same config and for the same place.
    ///
    /// # Errors
    /// If the images do not suit the model.
    pub fn new(
        config: M::Config,
        model: M,
        data: &Arc<ImageDomains>,
        place: &Place,
    ) -> Result<Self, TrainError> {
        let data = Arc::clone(data);
        let (multiple, targets) = {
            let networks = model.translating();
            check_sizes(config.images(), &data, networks.as_ref())?;
            (networks.multiple(), networks.targets().to_vec())
        };
        let settings = LoaderSettings {
            batch_size: config.training().batch_size,
            aligned: M::ALIGNED,
            ..LoaderSettings::new(config.images().augment(multiple))
        };
        let stream = |number| {
            let mut rng = ChaCha8Rng::seed_from_u64(place.seed);
            rng.set_stream(number);
            rng
        };
        let loader =
            Loader::new(Arc::clone(&data), settings, &mut stream(ORDER)).map_err(from_data)?;
        let rng = stream(STEPS);
        let device = place.device.clone().inner();
        let test = config.images().test_augment(multiple);
        let size = data.a.train.first().map(|first| test.output(first.size));
        let size = size.unwrap_or_else(|| config.images().nominal());
        let mut measured = MeasureSettings::new(size, place.seed);
        measured.segmenter.steps = config.reports().segmenter_steps;
        let evaluation = Evaluation::new(&data, &targets, measured, &device);
        if config.reports().augmentation_report {
            // Says now what would be missing at the end.
            evaluation.new_report(config.direction().part(Side::B))?;
        }
        Ok(Self {
            state: State {
                step: 0,
                snapshot: None,
                measuring: false,
                measured: None,
                reported: !config.reports().augmentation_report,
                pictured: false,
                rng: RngState::of(&rng),
                position: loader.position(),
                averages: Averages::default(),
            },
            config,
            model,
            data,
            device,
            settings,
            loader,
            rng,
            evaluation,
            gallery: None,
            pending_gallery: None,
            reported_broken: Vec::new(),
            multiple,
            targets,
        })
    }

    /// Takes the same pictures with other ranges of values, before the first step.
    pub(super) fn use_data(&mut self, data: Arc<ImageDomains>) {
        self.evaluation.use_data(&data);
        self.gallery = None;
        self.data = data;
    }

    fn total_steps(&self) -> u64 {
        match self.config.training().max_steps {
            0 => self.config.training().epochs * self.loader.batches_per_epoch(),
            steps => steps,
        }
    }

    /// The learning rate of the next step.
    fn learning_rate(&self) -> f64 {
        let schedule: Schedule = self.config.training().schedule();
        let epoch = self.state.step / self.loader.batches_per_epoch() + 1;
        self.config.training().learning_rate * schedule.factor(epoch, self.state.step + 1)
    }

    /// Test images as networks see them.
    pub(super) fn test_augment(&self) -> Augment {
        self.config.images().test_augment(self.multiple)
    }

    /// The images of a batch, on the device, in their parts.
    fn on_device(&self, batch: Batch) -> StepBatch {
        let device = self.device.clone().autodiff();
        let side = |side: BatchSide| {
            let images = tensor_of_planes(side.images, batch.len, batch.size, &device);
            (images, side.classes)
        };
        let (mut first, mut second) = (side(batch.a), side(batch.b));
        if self.config.direction() == Direction::BToA {
            std::mem::swap(&mut first, &mut second);
        }
        StepBatch {
            a: first.0,
            b: second.0,
            classes_a: first.1,
            classes_b: second.1,
        }
    }

    /// Starts from the weights of another run, if asked to.
    fn begin(&mut self, recorder: &mut dyn Recorder) -> Result<(), TrainError> {
        let Some(folder) = &self.config.training().initial_weights else {
            return Ok(());
        };
        let folder = PathBuf::from(folder);
        let weights = Weights::open(&folder)?;
        let found = self.model.load_initial(weights.folder())?;
        if found.is_empty() {
            return Err(TrainError::Config(ConfigError::new(
                "initial_weights",
                format!(
                    "{} holds no weights: give a folder with g_a.safetensors or g_b.safetensors, or with files of the official code (latest_net_G_A.pth), or one such file",
                    folder.display()
                ),
            )));
        }
        let message = format!(
            "started from {} in {}",
            found.join(" and "),
            folder.display()
        );
        recorder.log(LogLevel::Info, &message);
        for link in links_beside(&folder) {
            let message = format!(
                "{link} in {} was not read: it is a link, and links in a folder of weights are not followed; put the file itself in its place to start from it",
                folder.display()
            );
            recorder.log(LogLevel::Warning, &message);
        }
        Ok(())
    }

    fn train(&mut self, recorder: &mut dyn Recorder) -> Result<(), TrainError> {
        let learning_rate = self.learning_rate();
        let batch = self.loader.next_batch().map_err(from_data)?;
        let batch = self.on_device(batch);
        let scalars = self.model.step(batch, learning_rate, &mut self.rng)?;
        self.state.step += 1;
        for (name, value) in read(scalars)? {
            if name.starts_with("loss/") && !value.is_finite() {
                let step = self.state.step;
                return Err(TrainError::Diverged { step, value });
            }
            self.state.averages.add(name, value);
        }
        self.state
            .averages
            .add(scalars::LEARNING_RATE, learning_rate);
        let interval = Averages::interval(self.total_steps());
        if self.state.step.is_multiple_of(interval) || self.state.step == self.total_steps() {
            self.state.averages.record(recorder);
        }
        Ok(())
    }

    /// Test pictures of each domain that is translated.
    fn new_gallery(&self, count: usize) -> Gallery {
        let sides: Vec<Side> = [Side::A, Side::B]
            .into_iter()
            .filter(|side| self.targets.contains(&side.other()))
            .collect();
        Gallery::new(&self.data, self.test_augment(), &sides, count)
    }

    /// One more of all test pictures; the last brings the artifact.
    fn picture(&mut self, recorder: &mut dyn Recorder) -> Result<(), TrainError> {
        let (gallery, mut pictures) = match self.pending_gallery.take() {
            Some(pending_gallery) => pending_gallery,
            None => (self.new_gallery(MOST_PICTURED), Vec::new()),
        };
        if pictures.len() < gallery.len() {
            let networks = self.model.translating();
            pictures.push(gallery.translate(pictures.len(), networks.as_ref(), &self.device)?);
            self.pending_gallery = Some((gallery, pictures));
            return Ok(());
        }
        self.state.pictured = true;
        if !pictures.is_empty() {
            recorder.artifact(Artifact::new(
                ArtifactKind::IMAGE,
                TEST_PICTURES,
                gallery.sheet(pictures),
            ));
        }
        Ok(())
    }

    /// Says once of each training image that could not be decoded.
    fn report_broken(&mut self, recorder: &mut dyn Recorder) {
        for LeftOut { path, reason } in self.loader.broken() {
            if !self.reported_broken.contains(&path) {
                let message = format!("{} {reason}; other images are used instead", path.display());
                recorder.log(LogLevel::Warning, &message);
                self.reported_broken.push(path);
            }
        }
    }

    fn snapshot(&mut self, recorder: &mut dyn Recorder) -> Result<(), TrainError> {
        if self.state.snapshot == Some(self.state.step) {
            return Ok(());
        }
        let gallery = match self.gallery.take() {
            Some(gallery) => gallery,
            None => self.new_gallery(self.config.reports().snapshot_pictures),
        };
        let gallery = self.gallery.insert(gallery);
        let networks = self.model.translating();
        let artifact = gallery.snapshot(networks.as_ref(), self.state.step, &self.device)?;
        if let Some(artifact) = artifact {
            recorder.artifact(artifact);
        }
        self.state.snapshot = Some(self.state.step);
        Ok(())
    }
}

impl<M: TranslationModel> TranslationTrainer<M> {
    /// True if an epoch ends with this step after which is measured.
    fn is_measured_after(&self, step: u64) -> bool {
        let every = self.config.reports().measure_every * self.loader.batches_per_epoch();
        every > 0 && step.is_multiple_of(every)
    }

    /// One unit of a measurement.
    fn measure(&mut self, recorder: &mut dyn Recorder) -> Result<(), TrainError> {
        let networks = self.model.translating();
        if self.evaluation.measure(networks.as_ref(), recorder)? {
            self.state.measured = Some(self.state.step);
            self.state.measuring = false;
        }
        Ok(())
    }
}

/// The images of the data that training sees must be of sizes that the networks take.
fn check_sizes(
    images: &ImageConfig,
    data: &ImageDomains,
    networks: &dyn Translating,
) -> Result<(), TrainError> {
    let augment = images.augment(networks.multiple());
    let (multiple, least) = (networks.multiple(), networks.least());
    for picture in data.a.train.iter().chain(&data.b.train) {
        let size = augment.output(picture.size);
        let fits = |length: u32| length >= least && length.is_multiple_of(multiple);
        if !fits(size.width) || !fits(size.height) {
            return Err(TrainError::Data(format!(
                "{} would reach the networks with {size} pixels, but they take multiples of {multiple} from {least} on: set preprocess = \"resize_and_crop\" or \"scale_width_and_crop\" with such a crop_size and crop_height",
                picture.path.display()
            )));
        }
    }
    Ok(())
}

fn from_data(error: DataError) -> TrainError {
    TrainError::Data(error.to_string())
}

/// All measures of a step at once: the device is waited for once.
fn read(scalars: Vec<StepScalar>) -> Result<Vec<(&'static str, f64)>, TrainError> {
    let (names, tensors): (Vec<_>, Vec<Tensor<1>>) = scalars
        .into_iter()
        .map(|scalar| (scalar.name, scalar.value))
        .unzip();
    if tensors.is_empty() {
        return Ok(Vec::new());
    }
    let values = values(Tensor::cat(tensors, 0))?;
    Ok(names
        .into_iter()
        .zip(values.into_iter().map(f64::from))
        .collect())
}

impl<M: TranslationModel> Trainer<M::Config> for TranslationTrainer<M> {
    fn position(&self) -> Position {
        Position {
            step: self.state.step,
            epoch: self.state.step as f64 / self.loader.batches_per_epoch() as f64,
            total_steps: self.total_steps(),
        }
    }

    fn step(&mut self, recorder: &mut dyn Recorder) -> Result<Outcome, TrainError> {
        if self.state.step == 0 && self.state.snapshot.is_none() {
            self.begin(recorder)?;
            self.snapshot(recorder)?;
            return Ok(Outcome::Continue);
        }
        let total = self.total_steps();
        if self.state.measuring {
            self.measure(recorder)?;
        } else if self.state.step < total {
            self.train(recorder)?;
            let step = self.state.step;
            if self.config.reports().shows(step, total) {
                self.snapshot(recorder)?;
            }
            self.state.measuring = step == total || self.is_measured_after(step);
            if step == total || step.is_multiple_of(self.loader.batches_per_epoch()) {
                self.report_broken(recorder);
            }
        } else if !self.state.pictured {
            self.picture(recorder)?;
        } else if !self.state.reported {
            let networks = self.model.translating();
            let target = self.config.direction().part(Side::B);
            let evaluation = &mut self.evaluation;
            self.state.reported = evaluation.report(target, networks.as_ref(), recorder)?;
        }
        let state = &self.state;
        Ok(
            if state.step < total || state.measuring || !state.pictured || !state.reported {
                Outcome::Continue
            } else {
                Outcome::Done
            },
        )
    }

    /// Of a run that is stopped early, measures only if that takes no more than seconds.
    fn finish(&mut self, recorder: &mut dyn Recorder) -> Result<(), TrainError> {
        self.state.averages.clone().record(recorder);
        self.snapshot(recorder)?;
        if self.state.measured != Some(self.state.step) && self.evaluation.is_prepared() {
            let networks = self.model.translating();
            self.evaluation.measure_all(networks.as_ref(), recorder)?;
            self.state.measured = Some(self.state.step);
            self.state.measuring = false;
        }
        Ok(())
    }

    fn save(&self, folder: &Path) -> Result<(), TrainError> {
        checkpoint::save(self, folder)
    }

    fn load(&mut self, folder: &Path) -> Result<(), TrainError> {
        checkpoint::load(self, folder)
    }

    fn reconfigure(&mut self, config: &M::Config) -> Result<(), ConfigError> {
        self.config.clone_from(config);
        self.model.reconfigure(config);
        Ok(())
    }
}
