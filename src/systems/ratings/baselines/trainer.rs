//! Trains any baseline: one epoch per step, measures, early stopping, checkpoints.

use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::model::Model;
use super::predictor::clip;
use crate::data::{RatingsData, Sparse};
use crate::eval::RatingErrors;
use crate::nn::checkpoint;
use crate::record::{Best, LogLevel, Recorder};
use crate::systems::ratings::{
    EarlyStopping, StoppingDecision, evaluate, predictions_artifact, record_errors,
    validation_split,
};
use crate::systems::{ConfigError, Outcome, Position, TrainError, Trainer};

/// Before the file names of the best weights in a checkpoint, and of the others.
const BEST: &str = "best_";
pub(super) const CURRENT: &str = "";

/// How long to train.
#[derive(Debug, Clone, Copy)]
pub(super) struct Schedule {
    /// Passes over the training ratings, at most.
    pub(super) epochs: u64,
    /// The share of the training ratings held out to stop by; 0 for none.
    pub(super) validation_fraction: f64,
    /// Epochs without a lower validation RMSE before the end; 0 for all epochs.
    pub(super) patience: u64,
}

/// Trains a [`Model`].
pub(super) struct BaselineTrainer<M> {
    data: Arc<RatingsData>,
    /// Training ratings without validation, and validation; `None` if there is no validation.
    split: Option<(Sparse, Sparse)>,
    schedule: Schedule,
    model: M,
    best: Option<M>,
    state: State,
}

/// What a checkpoint holds beside the weights.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct State {
    step: u64,
    done: bool,
    stopping: EarlyStopping,
}

impl<M: Model> BaselineTrainer<M> {
    /// A trainer of what `model` makes of the ratings to fit.
    pub(super) fn new(
        data: Arc<RatingsData>,
        schedule: Schedule,
        seed: u64,
        model: impl FnOnce(&Sparse) -> M,
    ) -> Result<Self, TrainError> {
        let split = validation_split(&data, schedule.validation_fraction, seed)?;
        let model = model(fit_of(&data, split.as_ref()));
        Ok(Self {
            data,
            split,
            schedule,
            model,
            best: None,
            state: State::default(),
        })
    }

    fn errors(&self, ratings: &Sparse) -> RatingErrors {
        evaluate(ratings, |user, items, out| {
            for (prediction, &item) in out.iter_mut().zip(items) {
                *prediction = clip(self.model.predict(user, item as usize), self.data.scale);
            }
        })
    }

    /// Reports the errors on every part; returns the validation RMSE, if there is one.
    fn measure(&self, recorder: &mut dyn Recorder) -> Option<f64> {
        let fit = fit_of(&self.data, self.split.as_ref());
        record_errors(recorder, "train", &self.errors(fit));
        record_errors(recorder, "test", &self.errors(self.data.test.by_user()));
        let errors = self.errors(&self.split.as_ref()?.1);
        record_errors(recorder, "validation", &errors);
        errors.rmse()
    }
}

/// The ratings to train on, of all training ratings or a split of them.
fn fit_of<'a>(data: &'a RatingsData, split: Option<&'a (Sparse, Sparse)>) -> &'a Sparse {
    split.map_or(data.train.by_user(), |(rest, _)| rest)
}

impl<M: Model> Trainer<M::Config> for BaselineTrainer<M> {
    fn position(&self) -> Position {
        Position {
            step: self.state.step,
            epoch: self.state.step as f64,
            total_steps: if self.state.done {
                self.state.step
            } else {
                self.schedule.epochs
            },
        }
    }

    fn step(&mut self, recorder: &mut dyn Recorder) -> Result<Outcome, TrainError> {
        if self.state.done {
            return Ok(Outcome::Done);
        }
        let fit = fit_of(&self.data, self.split.as_ref());
        let loss = self.model.train_epoch(fit, self.state.step);
        self.state.step += 1;
        if !loss.is_finite() {
            return Err(TrainError::Diverged {
                step: self.state.step,
                value: loss,
            });
        }
        recorder.scalar("train/loss", loss);
        let mut stop = self.state.step >= self.schedule.epochs;
        if let Some(error) = self.measure(recorder) {
            let step = self.state.step;
            match self
                .state
                .stopping
                .observe(error, step, self.schedule.patience)
            {
                StoppingDecision::Best => self.best = Some(self.model.clone()),
                StoppingDecision::Wait => {}
                StoppingDecision::Stop => stop = true,
            }
        }
        if !stop {
            return Ok(Outcome::Continue);
        }
        self.state.done = true;
        if let (Some(best), Some(step)) = (&self.best, self.best_step()) {
            self.model = best.clone();
            let message =
                format!("went back to epoch {step}, which has the lowest validation RMSE");
            recorder.log(LogLevel::Info, &message);
            if step != self.state.step {
                let epoch = step as f64;
                recorder.best_restored(Best { step, epoch });
            }
        }
        Ok(Outcome::Done)
    }

    fn finish(&mut self, recorder: &mut dyn Recorder) -> Result<(), TrainError> {
        self.measure(recorder);
        if !self.data.test.is_empty() {
            recorder.artifact(predictions_artifact(&self.data, |user, item| {
                clip(self.model.predict(user, item), self.data.scale)
            }));
        }
        Ok(())
    }

    fn save(&self, folder: &Path) -> Result<(), TrainError> {
        self.model.save(folder, CURRENT)?;
        if let Some(best) = &self.best {
            best.save(folder, BEST)?;
        }
        checkpoint::write_state(folder, &self.state)
    }

    fn load(&mut self, folder: &Path) -> Result<(), TrainError> {
        let state: State = checkpoint::read_state(folder)?;
        self.model.load(folder, CURRENT)?;
        self.best = None;
        if state.stopping.best_step().is_some() {
            let mut best = self.model.clone();
            best.load(folder, BEST)?;
            self.best = Some(best);
        }
        self.state = state;
        Ok(())
    }

    fn best_step(&self) -> Option<u64> {
        self.state.stopping.best_step()
    }

    fn save_best(&self, folder: &Path) -> Result<(), TrainError> {
        self.best
            .as_ref()
            .unwrap_or(&self.model)
            .save(folder, CURRENT)
    }

    fn reconfigure(&mut self, config: &M::Config) -> Result<(), ConfigError> {
        self.model.reconfigure(config);
        Ok(())
    }
}
