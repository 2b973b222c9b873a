//! The trainer of every model of ratings.

mod context;
mod progress;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::early_stopping::{EarlyStopping, StoppingDecision};
use super::evaluation::SplitPart;
use super::model::{BEST, CURRENT, RatingsModel, SavedWeights, Weights};
use super::split::Split;
use crate::data::{Monitor, RatingsData};
use crate::nn::checkpoint::{Checkpoint, CheckpointWriter};
use crate::record::{Best, LogLevel, Recorder};
use crate::systems::{ConfigError, Outcome, Place, Position, RatingPredictor, TrainError, Trainer};
use progress::Progress;

pub use context::StepContext;

/// From one table of predictions to the next while training.
const PREDICTIONS_EVERY: Duration = Duration::from_secs(3);
/// With more test pairs, predictions are written at the end alone.
const MOST_PREDICTIONS: usize = 200_000;

/// Trains any model of ratings. One unit of work is one update of the weights with the measurement that is due.
pub struct RatingsTrainer<M: RatingsModel> {
    model: M,
    progress: Progress<M::Weights>,
}

/// The trainer's part of a checkpoint's state.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct State {
    /// Updates done.
    step: u64,
    /// The seed of the validation split. Baselines of earlier versions kept none.
    #[serde(default)]
    seed: u64,
    done: bool,
    /// True if the best weights lie beside the current ones. Baselines of earlier versions did not say: they do if there are some.
    #[serde(default)]
    has_best: Option<bool>,
    stopping: EarlyStopping,
}

impl State {
    fn has_best(&self) -> bool {
        self.has_best
            .unwrap_or_else(|| self.stopping.best_step().is_some())
    }
}

impl<M: RatingsModel> RatingsTrainer<M> {
    /// A trainer of new weights.
    ///
    /// # Errors
    /// If there are no training ratings, too few to hold some out, or the model refuses them.
    pub fn new(
        config: &M::Config,
        data: &Arc<RatingsData>,
        place: &Place,
    ) -> Result<Self, TrainError> {
        let schedule = M::schedule(config);
        let split = Split::new(data, schedule.validation_fraction, place.seed)?;
        let ratings = Arc::new(split);
        let model = M::new(config, &ratings, place)?;
        Ok(Self::of(model, config, &ratings, place.seed))
    }

    /// A trainer of a model on ratings that are split already.
    pub fn of(model: M, config: &M::Config, ratings: &Arc<Split>, seed: u64) -> Self {
        Self {
            model,
            progress: Progress {
                ratings: Arc::clone(ratings),
                schedule: M::schedule(config),
                ranking: M::ranking(config),
                state: State {
                    seed,
                    ..State::default()
                },
                best: None,
                predictions_written: None,
            },
        }
    }

    /// The model with its weights of now.
    pub fn model(&self) -> &M {
        &self.model
    }

    /// Measures the last weights, which no step has if models measure before they update, and goes back to the best.
    fn end(&mut self, recorder: &mut dyn Recorder) -> Result<(), TrainError> {
        let Progress {
            ratings,
            state,
            best,
            ..
        } = &mut self.progress;
        state.done = true;
        let step = state.step;
        if ratings.validation().is_some()
            && state.stopping.best_step() != Some(step)
            && let Some(evaluation) = self.model.evaluate(ratings)?
            && let Some(error) = evaluation.errors(SplitPart::Validation).rmse()
            && state.stopping.observe(error, step, 0) == StoppingDecision::Best
        {
            *best = None;
        }
        if let (Some(weights), Some(best)) = (best.take(), state.stopping.best_step())
            && best != step
        {
            self.model.set_weights(weights);
            let epoch = best as f64 / self.model.updates_per_epoch() as f64;
            recorder.best_restored(Best { step: best, epoch });
            recorder.log(
                LogLevel::Info,
                &format!("went back to epoch {epoch:.0}, which has the lowest validation RMSE"),
            );
        }
        if let Some((weights, why)) = self.model.instead(ratings) {
            self.model.set_weights(weights);
            // A step of its own: a checkpoint may hold what was best before.
            state.step += 1;
            state.stopping.ends_with(state.step);
            recorder.log(LogLevel::Warning, &why);
        }
        Ok(())
    }
}

impl<M: RatingsModel> Trainer<M::Config> for RatingsTrainer<M> {
    fn position(&self) -> Position {
        let Progress {
            schedule, state, ..
        } = &self.progress;
        Position {
            step: state.step,
            epoch: state.step as f64 / self.model.updates_per_epoch() as f64,
            total_steps: if state.done {
                state.step
            } else {
                self.model.total_updates(schedule, state.step)
            },
        }
    }

    fn step(&mut self, recorder: &mut dyn Recorder) -> Result<Outcome, TrainError> {
        if self.progress.state.done {
            return Ok(Outcome::Done);
        }
        let mut context = StepContext {
            progress: &mut self.progress,
            recorder,
        };
        let outcome = self.model.step(&mut context)?;
        let Position {
            step, total_steps, ..
        } = self.position();
        if outcome == Outcome::Continue && step < total_steps {
            return Ok(Outcome::Continue);
        }
        self.end(recorder)?;
        Ok(Outcome::Done)
    }

    fn finish(&mut self, recorder: &mut dyn Recorder) -> Result<(), TrainError> {
        let ratings = Arc::clone(&self.progress.ratings);
        if let Some(evaluation) = self.model.evaluate(&ratings)? {
            self.progress.record(evaluation.as_ref(), recorder);
            if let Some(error) = evaluation.errors(SplitPart::Test).rmse() {
                let remark = self.model.remark(&ratings, error);
                for (name, value) in remark.scalars {
                    recorder.scalar(name, value);
                }
                if let Some(warning) = remark.warning {
                    recorder.log(LogLevel::Warning, &warning);
                }
            }
            self.progress.rank(evaluation.as_ref(), recorder)?;
            self.progress
                .write_predictions(evaluation.as_ref(), recorder);
        }
        Ok(())
    }

    fn save(&self, folder: &Path) -> Result<(), TrainError> {
        let Progress { state, best, .. } = &self.progress;
        let mut to = CheckpointWriter::new(folder);
        self.model.save(&mut to)?;
        self.model.weights().save(CURRENT, &mut to)?;
        if let Some(best) = best {
            best.save(BEST, &mut to)?;
        }
        to.state(&State {
            has_best: Some(best.is_some()),
            ..state.clone()
        })?;
        Ok(to.finish()?)
    }

    fn load(&mut self, folder: &Path) -> Result<(), TrainError> {
        let from = Checkpoint::open(folder)?;
        let state: State = from.state()?;
        self.model.load(&from)?;
        let read = |prefix: &str| -> Result<M::Weights, TrainError> {
            let mut weights = self.model.weights();
            weights.load(prefix, &from)?;
            Ok(weights)
        };
        self.progress.best = state.has_best().then(|| read(BEST)).transpose()?;
        let current = read(CURRENT)?;
        self.model.set_weights(current);
        self.progress.state = state;
        Ok(())
    }

    fn best_step(&self) -> Option<u64> {
        self.progress.state.stopping.best_step()
    }

    fn save_best(&self, folder: &Path) -> Result<(), TrainError> {
        let Progress { state, best, .. } = &self.progress;
        let mut to = CheckpointWriter::new(folder);
        match best {
            Some(best) => best.save(CURRENT, &mut to)?,
            None => self.model.weights().save(CURRENT, &mut to)?,
        }
        self.model.save_beside(&mut to)?;
        to.state(&State {
            has_best: Some(false),
            ..state.clone()
        })?;
        Ok(to.finish()?)
    }

    fn reconfigure(&mut self, config: &M::Config) -> Result<(), ConfigError> {
        self.model.reconfigure(config);
        Ok(())
    }
}

/// Predicts with the best weights in a checkpoint of [`RatingsTrainer`], or else the current ones.
///
/// # Errors
/// If the checkpoint cannot be read, does not fit the data, or `monitor` was canceled.
pub fn load_predictor<M: RatingsModel>(
    config: &M::Config,
    data: &Arc<RatingsData>,
    folder: &Path,
    monitor: &Monitor,
) -> Result<Box<dyn RatingPredictor>, TrainError> {
    let checkpoint = Checkpoint::open(folder)?;
    // The best weights of baselines of earlier versions came without a state.
    let state: State = match checkpoint.has_state() {
        true => checkpoint.state()?,
        false => State::default(),
    };
    let saved = SavedWeights {
        checkpoint: &checkpoint,
        prefix: if state.has_best() { BEST } else { CURRENT },
        seed: state.seed,
    };
    M::predictor(config, data, &saved, monitor)
}
