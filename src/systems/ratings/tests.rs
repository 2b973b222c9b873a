//! The trainer and the predictor with a model of one number, which each step moves through a script.

use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

use npyz::WriterBuilder;

use super::{
    Evaluation, PairEvaluation, PairModel, PairPredictor, RatingsModel, RatingsTrainer,
    SavedWeights, Schedule, Split, StepContext, Weights, load_predictor,
};
use crate::data::{Monitor, RatingsData};
use crate::nn::checkpoint::{Checkpoint, CheckpointWriter};
use crate::record::Recorded;
use crate::systems::{Outcome, Place, RatingPredictor, TrainError, Trainer};

/// The prediction after each pass. All ratings are 3: the errors are 1, 0.5, 0.75, 0.75, …
const SCRIPT: [f32; 6] = [4.0, 3.5, 3.75, 3.75, 3.75, 3.0];

#[derive(Debug, Clone, PartialEq)]
struct Scripted(f32);

/// How many passes without a better one end the training.
type Patience = u64;

impl PairModel for Scripted {
    fn predict(&self, _: usize, _: usize) -> f32 {
        self.0
    }
}

impl Weights for Scripted {
    fn save(&self, prefix: &str, to: &mut CheckpointWriter) -> Result<(), TrainError> {
        to.array(format!("{prefix}number"), &[1], vec![self.0]);
        Ok(())
    }

    fn load(&mut self, prefix: &str, from: &Checkpoint) -> Result<(), TrainError> {
        self.0 = from.array(&format!("{prefix}number"), &[1])?[0];
        Ok(())
    }
}

impl RatingsModel for Scripted {
    type Config = Patience;
    type Weights = Self;

    fn schedule(patience: &Patience) -> Schedule {
        Schedule {
            validation_fraction: 0.25,
            patience: *patience,
            ..Schedule::of_epochs(SCRIPT.len() as u64)
        }
    }

    fn new(_: &Patience, _: &Arc<Split>, _: &Place) -> Result<Self, TrainError> {
        Ok(Self(0.0))
    }

    fn step(&mut self, context: &mut StepContext<'_, Self>) -> Result<Outcome, TrainError> {
        self.0 = SCRIPT[context.step() as usize];
        context.end_pass(self, f64::from(self.0))
    }

    fn evaluate<'a>(
        &'a self,
        ratings: &'a Split,
    ) -> Result<Option<Box<dyn Evaluation + 'a>>, TrainError> {
        Ok(Some(Box::new(PairEvaluation::new(self, ratings))))
    }

    fn weights(&self) -> Self {
        self.clone()
    }

    fn set_weights(&mut self, weights: Self) {
        *self = weights;
    }

    fn predictor(
        _: &Patience,
        data: &Arc<RatingsData>,
        saved: &SavedWeights<'_>,
        _: &Monitor,
    ) -> Result<Box<dyn RatingPredictor>, TrainError> {
        let mut model = Self(0.0);
        saved.load(&mut model)?;
        Ok(Box::new(PairPredictor::new(model, data)))
    }
}

fn series(seen: &Recorded, name: &str) -> Vec<f64> {
    seen.series(name).collect()
}

fn restored(seen: &Recorded) -> Option<u64> {
    seen.restored.map(|best| best.step)
}

fn data() -> Arc<RatingsData> {
    let pairs = (0..20).map(|at| (at % 4, at / 4, 3.0));
    let train: Vec<(u32, u32, f32)> = pairs.collect();
    let mut data = RatingsData::from_triplets(4, 6, &train, &[(0, 5, 3.0), (1, 5, 3.0)]);
    data.scale = (1.0, 5.0);
    Arc::new(data)
}

fn trainer(patience: Patience) -> RatingsTrainer<Scripted> {
    RatingsTrainer::new(&patience, &data(), &Place::cpu(1)).expect("a trainer")
}

fn steps(trainer: &mut RatingsTrainer<Scripted>, count: usize, seen: &mut Recorded) -> Outcome {
    let outcomes = (0..count).map(|_| trainer.step(seen).expect("a step"));
    outcomes.last().expect("a step")
}

fn predicted(folder: &Path) -> f32 {
    let monitor = Monitor::default();
    let predictor = load_predictor::<Scripted>(&0, &data(), folder, &monitor).expect("read");
    predictor.predict(0, 5)
}

#[test]
fn training_stops_early_and_goes_back_to_the_best_weights() {
    let (mut trainer, mut seen) = (trainer(2), Recorded::default());
    assert_eq!(trainer.position().total_steps, 6);
    assert_eq!(steps(&mut trainer, 3, &mut seen), Outcome::Continue);
    assert_eq!(steps(&mut trainer, 1, &mut seen), Outcome::Done);
    assert_eq!(trainer.position().total_steps, 4);
    assert_eq!((trainer.best_step(), restored(&seen)), (Some(2), Some(2)));
    assert_eq!(series(&seen, "validation/rmse"), [1.0, 0.5, 0.75, 0.75]);
    assert_eq!(series(&seen, "train/loss"), [4.0, 3.5, 3.75, 3.75]);
    trainer.finish(&mut seen).expect("measured");
    assert_eq!(seen.last("test/rmse"), Some(0.5));
    assert_eq!(
        seen.artifacts
            .last()
            .map(|artifact| artifact.file_name.as_str()),
        Some("predictions.csv")
    );
    assert_eq!(
        steps(&mut trainer, 1, &mut seen),
        Outcome::Done,
        "it stays done"
    );
}

#[test]
fn the_last_weights_stay_if_they_are_the_best() {
    let (mut trainer, mut seen) = (trainer(0), Recorded::default());
    assert_eq!(steps(&mut trainer, 6, &mut seen), Outcome::Done);
    assert_eq!((trainer.best_step(), restored(&seen)), (Some(6), None));
    trainer.finish(&mut seen).expect("measured");
    assert_eq!(seen.last("test/rmse"), Some(0.0));
}

#[test]
fn a_resumed_run_goes_on_and_predicts_with_the_best_weights() {
    let folders = [(); 3].map(|()| tempfile::tempdir().expect("a folder"));
    let [checkpoint, best, end] = folders.each_ref().map(tempfile::TempDir::path);
    let mut first = trainer(2);
    steps(&mut first, 3, &mut Recorded::default());
    first.save(checkpoint).expect("saved");
    first.save_best(best).expect("saved");
    // Clipped to nothing: 3.5 lies within the scale.
    assert_eq!((predicted(checkpoint), predicted(best)), (3.5, 3.5));
    let (mut second, mut seen) = (trainer(2), Recorded::default());
    second.load(checkpoint).expect("read");
    assert_eq!(second.position().step, 3);
    assert_eq!(steps(&mut second, 1, &mut seen), Outcome::Done);
    assert_eq!((restored(&seen), second.best_step()), (Some(2), Some(2)));
    second.save(end).expect("saved");
    assert_eq!(predicted(end), 3.5);
}

fn write_number(folder: &Path, name: &str, value: f32) {
    let file = File::create(folder.join(format!("{name}.npy"))).expect("created");
    let options = npyz::WriteOptions::new().default_dtype().shape(&[1]);
    let mut array = options.writer(file).begin_nd().expect("begun");
    array.push(&value).expect("written");
    array.finish().expect("written");
}

#[test]
fn checkpoints_of_earlier_versions_are_read() {
    let folder = tempfile::tempdir().expect("a folder");
    // The best weights of a baseline came alone.
    write_number(folder.path(), "number", 2.5);
    assert_eq!(predicted(folder.path()), 2.5);
    // Its checkpoint did not say whether there are best weights.
    write_number(folder.path(), "best_number", 3.5);
    let state = "step = 3\ndone = false\n[stopping]\nbest = 0.5\nbest_step = 2\nwaited = 1\n[live]\nlearning_rate = 0.1\n";
    fs::write(folder.path().join("state.toml"), state).expect("written");
    assert_eq!(predicted(folder.path()), 3.5);
    let (mut trainer, mut seen) = (trainer(2), Recorded::default());
    trainer.load(folder.path()).expect("read");
    assert_eq!(trainer.position().step, 3);
    assert_eq!(steps(&mut trainer, 1, &mut seen), Outcome::Done);
    assert_eq!(restored(&seen), Some(2));
}
