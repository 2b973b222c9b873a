//! What a step of a model reaches: the ratings, and where it reports to.

use std::sync::Arc;

use super::progress::Progress;
use crate::record::{LogLevel, Recorder};
use crate::systems::ratings::early_stopping::StoppingDecision;
use crate::systems::ratings::evaluation::Evaluation;
use crate::systems::ratings::model::{RatingsModel, Weights};
use crate::systems::ratings::split::Split;
use crate::systems::{Outcome, TrainError};

/// The recorder of a model during one step.
pub struct StepContext<'a, W> {
    pub(super) progress: &'a mut Progress<W>,
    pub(super) recorder: &'a mut dyn Recorder,
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
