//! The trainer of every model of ratings.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::early_stopping::{EarlyStopping, StoppingDecision};
use super::evaluation::{Evaluation, SplitPart, predictions_artifact, record_errors};
use super::model::{BEST, CURRENT, RatingsModel, SavedWeights, Schedule, Weights};
use super::ranking::{RankingConfig, rank, record_ranking};
use super::split::Split;
use crate::data::{Monitor, RatingsData};
use crate::nn::checkpoint::{Checkpoint, CheckpointWriter};
use crate::record::{Best, LogLevel, Recorder};
use crate::systems::{ConfigError, Outcome, Place, Position, RatingPredictor, TrainError, Trainer};

/// From one table of predictions to the next while training.
const PREDICTIONS_EVERY: Duration = Duration::from_secs(3);
/// With more test pairs, predictions are written at the end alone.
const MOST_PREDICTIONS: usize = 200_000;

/// Trains any model of ratings. One unit of work is one update of the weights with the measurement that is due.
pub struct RatingsTrainer<M: RatingsModel> {
    model: M,
    progress: Progress<M::Weights>,
}

/// State of the trainer beside the model.
struct Progress<W> {
    ratings: Arc<Split>,
    schedule: Schedule,
    ranking: RankingConfig,
    state: State,
    /// The best weights so far, unless they are the model's.
    best: Option<W>,
    predictions_written: Option<Instant>,
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

/// The recorder of a model during one step.
pub struct StepContext<'a, W> {
    progress: &'a mut Progress<W>,
    recorder: &'a mut dyn Recorder,
}

impl<W: Weights> StepContext<'_, W> {
    /// The ratings to learn from.
    #[must_use]
    pub fn ratings(&self) -> Arc<Split> {
        Arc::clone(&self.progress.ratings)
    }

    /// Updates done so far.
    #[must_use]
    pub fn step(&self) -> u64 {
        self.progress.state.step
    }

    /// Counts one update.
    pub fn count_update(&mut self) {
        self.progress.state.step += 1;
    }

    /// True if the weights are to be measured after so many passes.
    #[must_use]
    pub fn is_due(&self, passes: u64) -> bool {
        passes.is_multiple_of(self.progress.schedule.evaluate_every)
    }

    /// Counts several updates at once.
    pub fn count_updates(&mut self, count: u64) {
        self.progress.state.step += count;
    }

    /// Reports a number by its name.
    pub fn scalar(&mut self, name: &str, value: f64) {
        self.recorder.scalar(name, value);
    }

    /// Refuses a loss that is not finite.
    ///
    /// # Errors
    /// If it is not.
    pub fn check_loss(&self, value: f64) -> Result<(), TrainError> {
        if value.is_finite() {
            return Ok(());
        }
        let step = self.step();
        Err(TrainError::Diverged { step, value })
    }

    /// Reports a loss by its name.
    ///
    /// # Errors
    /// If it is not finite.
    pub fn loss(&mut self, name: &str, value: f64) -> Result<(), TrainError> {
        self.check_loss(value)?;
        self.recorder.scalar(name, value);
        Ok(())
    }

    /// Writes to the run's log.
    pub fn log(&mut self, level: LogLevel, message: &str) {
        self.recorder.log(level, message);
    }

    /// Reports what the weights predict, and keeps them (`weights` makes a copy) if they are the best so far. Returns
    /// [`Outcome::Done`] once the validation error has not fallen for long enough.
    pub fn measure(&mut self, evaluation: &dyn Evaluation, weights: impl FnOnce() -> W) -> Outcome {
        let error = self.progress.record(evaluation, self.recorder);
        self.progress
            .write_predictions_if_due(evaluation, self.recorder);
        let Progress {
            schedule,
            state,
            best,
            ..
        } = &mut *self.progress;
        let Some(error) = error else {
            return Outcome::Continue;
        };
        let patience = schedule.patience.div_ceil(schedule.evaluate_every);
        match state.stopping.observe(error, state.step, patience) {
            StoppingDecision::Best => {
                *best = Some(weights());
                Outcome::Continue
            }
            StoppingDecision::Wait => Outcome::Continue,
            StoppingDecision::Stop => Outcome::Done,
        }
    }

    /// Counts the update that ends a pass, reports its loss as `train/loss`, and measures the weights after it if that is due.
    ///
    /// # Errors
    /// If the loss is not finite, or the device fails.
    pub fn end_pass<M: RatingsModel<Weights = W>>(
        &mut self,
        model: &M,
        loss: f64,
    ) -> Result<Outcome, TrainError> {
        self.count_update();
        self.loss("train/loss", loss)?;
        if !self.is_due(self.step() / model.updates_per_epoch()) {
            return Ok(Outcome::Continue);
        }
        let ratings = self.ratings();
        Ok(match model.evaluate(&ratings)? {
            Some(evaluation) => self.measure(evaluation.as_ref(), || model.weights()),
            None => Outcome::Continue,
        })
    }
}

impl<W> Progress<W> {
    /// Reports the errors on every part; returns the validation RMSE, if there is one.
    fn record(&self, evaluation: &dyn Evaluation, recorder: &mut dyn Recorder) -> Option<f64> {
        record_errors(recorder, "train", &evaluation.errors(SplitPart::Train));
        let validation = evaluation.errors(SplitPart::Validation);
        record_errors(recorder, "validation", &validation);
        record_errors(recorder, "test", &evaluation.errors(SplitPart::Test));
        validation.rmse()
    }

    /// Reports how well the held-out ratings are ranked: at the end alone, as it takes a prediction of every item for each of their users.
    fn rank(
        &self,
        evaluation: &dyn Evaluation,
        recorder: &mut dyn Recorder,
    ) -> Result<(), TrainError> {
        let (ratings, config) = (&self.ratings, &self.ranking);
        let threshold = config.threshold(ratings.data().scale);
        let validation = ratings
            .validation()
            .map(|held_out| ("validation", held_out, ratings.train()));
        // Validation ratings are no news to whoever is recommended something.
        let test = ("test", ratings.test(), ratings.data().train.by_user());
        let score = evaluation.score()?;
        for (part, held_out, known) in validation.into_iter().chain([test]) {
            let seed = self.state.seed;
            let (quality, all) = rank(held_out, known, &score, config, threshold, seed);
            record_ranking(recorder, part, &quality);
            if quality.users() > 0 {
                let of = match all as u64 > quality.users() {
                    true => format!(" of {all}"),
                    false => String::new(),
                };
                let message = format!(
                    "ranking on {part} ratings: the first {} of all items that a user has not rated in training, over {}{of} users with a {part} rating of {threshold} or more",
                    config.ranking_k,
                    quality.users(),
                );
                recorder.log(LogLevel::Info, &message);
            }
        }
        Ok(())
    }

    fn write_predictions_if_due(&mut self, evaluation: &dyn Evaluation, to: &mut dyn Recorder) {
        let written = self.predictions_written;
        if self.ratings.test().len() <= MOST_PREDICTIONS
            && written.is_none_or(|written| written.elapsed() >= PREDICTIONS_EVERY)
        {
            self.write_predictions(evaluation, to);
        }
    }

    fn write_predictions(&mut self, evaluation: &dyn Evaluation, recorder: &mut dyn Recorder) {
        if self.ratings.test().is_empty() {
            return;
        }
        recorder.artifact(predictions_artifact(self.ratings.data(), |user, item| {
            evaluation.test_prediction(user, item)
        }));
        self.predictions_written = Some(Instant::now());
    }
}
