//! The training loop.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::batch::{Batch, Forward};
use super::config::AutoRecConfig;
use super::measure::Outputs;
use super::network::AutoRec;
use super::optimizer::Optimizer;
use super::problem::Problem;
use super::weights;
use crate::data::RatingsData;
use crate::systems::ratings::{EarlyStopping, Verdict, checkpoint};
use crate::systems::{
    Artifact, ArtifactKind, ConfigError, Outcome, Position, Recorder, TrainError, Trainer,
    parameters, predictions_csv,
};

/// Streams of the run's generator.
const WEIGHTS: u64 = 0;
const SHUFFLES: u64 = 1;

/// Between two looks at the predictions while training.
const PREDICTIONS_EVERY: Duration = Duration::from_secs(3);
/// Above this many test pairs predictions are written at the end alone.
const MOST_PREDICTIONS: usize = 200_000;

/// In a checkpoint, before the names of the best weights.
pub(super) const BEST: &str = "best_";
/// Before those of the others.
pub(super) const CURRENT: &str = "";
const OPTIMIZER: &str = "optimizer.bpk";

/// Trains an [`AutoRec`].
pub(super) struct AutoRecTrainer {
    config: AutoRecConfig,
    data: Arc<RatingsData>,
    problem: Problem,
    device: Device,
    model: AutoRec,
    best: Option<AutoRec>,
    optimizer: Optimizer,
    /// All rows at once, kept between epochs.
    full: Option<Batch>,
    /// The rows of this epoch's batches.
    order: Vec<u32>,
    state: State,
    predictions_written: Option<Instant>,
    seed: u64,
}

/// What a checkpoint holds beside the weights and the optimiser's state.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct State {
    step: u64,
    /// The seed of the validation split.
    pub(super) seed: u64,
    done: bool,
    /// Σ of the losses of this epoch's batches so far.
    epoch_loss: f64,
    regularization: f64,
    learning_rate: f64,
    /// Whether the best weights lie beside the current ones.
    pub(super) has_best: bool,
    stopping: EarlyStopping,
}

impl AutoRecTrainer {
    pub(super) fn new(
        config: AutoRecConfig,
        data: Arc<RatingsData>,
        device: &Device,
        seed: u64,
    ) -> Result<Self, TrainError> {
        let problem = Problem::new(&config, &data, seed)?;
        let device = device.clone().autodiff();
        let mut rng = generator(seed, WEIGHTS);
        let model = AutoRec::new(&config, problem.train.columns(), Some(&mut rng), &device);
        let full = (config.batch_size == 0).then(|| Batch::full(&problem.train, &device));
        Ok(Self {
            optimizer: Optimizer::new(config.optimizer),
            state: State {
                seed,
                ..State::default()
            },
            best: None,
            order: Vec::new(),
            predictions_written: None,
            config,
            data,
            problem,
            device,
            model,
            full,
            seed,
        })
    }

    fn batches_per_epoch(&self) -> u64 {
        match self.config.batch_size {
            0 => 1,
            size => self.problem.train.rows().div_ceil(size) as u64,
        }
    }

    fn total_steps(&self) -> u64 {
        self.config.epochs * self.batches_per_epoch()
    }

    /// The rows of an epoch in the order of its batches: the same whenever it is asked for.
    fn order_of(&self, epoch: u64) -> Vec<u32> {
        let mut rng = generator(self.seed, SHUFFLES + epoch);
        let mut rows: Vec<u32> = (0..self.problem.train.rows() as u32).collect();
        rows.shuffle(&mut rng);
        rows
    }

    /// Eq. 2 over a batch that is `share` of the rows: the shares of an epoch's batches add up to the whole penalty.
    fn loss(&self, forward: &Forward, share: f64) -> Tensor<1> {
        let penalty = self.model.half_squared_norm();
        forward.squared_error.clone() + penalty.mul_scalar(self.config.regularization * share)
    }

    /// Measures the weights and updates them, with all rows, from one forward pass where that is possible.
    fn full_step(&mut self, recorder: &mut dyn Recorder) -> Result<Outcome, TrainError> {
        let Some(batch) = &self.full else {
            unreachable!("made with the trainer when there are no mini-batches")
        };
        let forward = batch.forward(&self.model, &self.problem.functions);
        let loss = self.loss(&forward, 1.0);
        recorder.scalar("train/loss", self.checked(&loss)?);
        let due = self.state.step.is_multiple_of(self.config.evaluate_every);
        let outputs = forward.outputs.filter(|_| due);
        if due {
            let outputs = match outputs {
                Some((hidden, train)) => {
                    let model = self.model.clone().valid();
                    Outputs::from_forward(&model, &self.problem, hidden.inner(), train.inner())?
                }
                None => Outputs::of(&self.model, &self.problem)?,
            };
            if self.take_in(&outputs, recorder) {
                return Ok(Outcome::Done);
            }
        }
        self.update(loss);
        self.state.step += 1;
        Ok(Outcome::Continue)
    }

    /// Updates the weights with the next rows; measures them after the last ones of an epoch.
    fn batch_step(&mut self, recorder: &mut dyn Recorder) -> Result<Outcome, TrainError> {
        let batches = self.batches_per_epoch();
        if self.order.is_empty() {
            self.order = self.order_of(self.state.step / batches);
        }
        let size = self.config.batch_size;
        let start = (self.state.step % batches) as usize * size;
        let end = (start + size).min(self.order.len());
        let rows = &self.order[start..end];
        let batch = Batch::of_rows(&self.problem.train, rows, &self.device);
        let share = rows.len() as f64 / self.order.len() as f64;
        let forward = batch.forward(&self.model, &self.problem.functions);
        let loss = self.loss(&forward, share);
        drop(forward);
        self.state.epoch_loss += self.checked(&loss)?;
        self.update(loss);
        self.state.step += 1;
        if !self.state.step.is_multiple_of(batches) {
            return Ok(Outcome::Continue);
        }
        self.order.clear();
        recorder.scalar("train/loss", std::mem::take(&mut self.state.epoch_loss));
        let epoch = self.state.step / batches;
        if epoch.is_multiple_of(self.config.evaluate_every) {
            let outputs = Outputs::of(&self.model, &self.problem)?;
            if self.take_in(&outputs, recorder) {
                return Ok(Outcome::Done);
            }
        }
        Ok(Outcome::Continue)
    }

    fn checked(&self, loss: &Tensor<1>) -> Result<f64, TrainError> {
        let value = f64::from(weights::values(loss.clone().inner())?[0]);
        if value.is_finite() {
            Ok(value)
        } else {
            let step = self.state.step;
            Err(TrainError::Diverged { step, value })
        }
    }

    fn update(&mut self, loss: Tensor<1>) {
        // The optimiser works in place if nobody else holds the weights.
        let model = std::mem::replace(&mut self.model, AutoRec::empty(&self.device));
        self.model = self.optimizer.step(self.config.learning_rate, model, loss);
    }

    /// Reports what the weights do, keeps them if they are the best, and tells whether to stop.
    fn take_in(&mut self, outputs: &Outputs, recorder: &mut dyn Recorder) -> bool {
        let measures = outputs.measure(&self.problem);
        measures.record(recorder);
        let written = self.predictions_written;
        if self.problem.test.len() <= MOST_PREDICTIONS
            && written.is_none_or(|written| written.elapsed() >= PREDICTIONS_EVERY)
        {
            self.write_predictions(outputs, recorder);
        }
        let Some(error) = measures.validation.rmse() else {
            return false;
        };
        let patience = self.config.patience.div_ceil(self.config.evaluate_every);
        let step = self.state.step;
        match self.state.stopping.observe(error, step, patience) {
            Verdict::Best => {
                self.best = Some(self.model.clone());
                false
            }
            Verdict::Wait => false,
            Verdict::Stop => true,
        }
    }

    /// Measures the last weights, which no step has, and goes back to the best.
    fn end(&mut self) -> Result<(), TrainError> {
        self.state.done = true;
        let measured_before = self.config.batch_size != 0 && self.config.evaluate_every == 1;
        if !self.problem.validation.is_empty() && !measured_before {
            let outputs = Outputs::of(&self.model, &self.problem)?;
            let measures = outputs.measure(&self.problem);
            if let Some(error) = measures.validation.rmse()
                && self.state.stopping.observe(error, self.state.step, 0) == Verdict::Best
            {
                self.best = None;
            }
        }
        if let Some(best) = self.best.take() {
            self.model = best;
        }
        Ok(())
    }

    fn write_predictions(&mut self, outputs: &Outputs, recorder: &mut dyn Recorder) {
        if self.problem.test.is_empty() {
            return;
        }
        let bytes = predictions_csv(&self.data, |user, item| {
            outputs.test_prediction(&self.problem, user, item)
        });
        recorder.artifact(Artifact {
            kind: ArtifactKind::Predictions,
            file_name: "predictions.csv".to_owned(),
            bytes,
        });
        self.predictions_written = Some(Instant::now());
    }
}

impl Trainer for AutoRecTrainer {
    fn position(&self) -> Position {
        Position {
            step: self.state.step,
            epoch: self.state.step as f64 / self.batches_per_epoch() as f64,
            total_steps: if self.state.done {
                self.state.step
            } else {
                self.total_steps()
            },
        }
    }

    fn step(&mut self, recorder: &mut dyn Recorder) -> Result<Outcome, TrainError> {
        if self.state.done {
            return Ok(Outcome::Done);
        }
        let outcome = match self.config.batch_size {
            0 => self.full_step(recorder)?,
            _ => self.batch_step(recorder)?,
        };
        if outcome == Outcome::Continue && self.state.step < self.total_steps() {
            return Ok(Outcome::Continue);
        }
        self.end()?;
        Ok(Outcome::Done)
    }

    fn finish(&mut self, recorder: &mut dyn Recorder) -> Result<(), TrainError> {
        let outputs = Outputs::of(&self.model, &self.problem)?;
        outputs.measure(&self.problem).record(recorder);
        self.write_predictions(&outputs, recorder);
        Ok(())
    }

    fn save(&self, folder: &Path) -> Result<(), TrainError> {
        weights::save(&self.model, folder, CURRENT)?;
        if let Some(best) = &self.best {
            weights::save(best, folder, BEST)?;
        }
        self.optimizer.save(&folder.join(OPTIMIZER))?;
        let state = State {
            learning_rate: self.config.learning_rate,
            regularization: self.config.regularization,
            has_best: self.best.is_some(),
            ..self.state.clone()
        };
        checkpoint::write_state(folder, &state)
    }

    fn load(&mut self, folder: &Path) -> Result<(), TrainError> {
        let state: State = checkpoint::read_state(folder)?;
        weights::load(&mut self.model, folder, CURRENT)?;
        self.best = None;
        if state.has_best {
            let mut best = self.model.clone();
            weights::load(&mut best, folder, BEST)?;
            self.best = Some(best);
        }
        self.optimizer = Optimizer::load(self.config.optimizer, &folder.join(OPTIMIZER))?;
        self.config.learning_rate = state.learning_rate;
        self.config.regularization = state.regularization;
        self.order.clear();
        self.state = state;
        Ok(())
    }

    fn best_step(&self) -> Option<u64> {
        self.state.stopping.best_step()
    }

    fn save_best(&self, folder: &Path) -> Result<(), TrainError> {
        weights::save(self.best.as_ref().unwrap_or(&self.model), folder, CURRENT)?;
        checkpoint::write_state(folder, &self.state)
    }

    fn set(&mut self, key: &str, value: &Value) -> Result<(), ConfigError> {
        let specs = parameters(&super::AutoRecSystem);
        let spec = specs.iter().find(|spec| spec.key == key && spec.live);
        let number = match spec {
            Some(spec) => spec.check(value)?.as_f64(),
            None => None,
        };
        match (key, number) {
            ("learning_rate", Some(number)) => self.config.learning_rate = number,
            ("regularization", Some(number)) => self.config.regularization = number,
            _ => {
                return Err(ConfigError {
                    key: key.to_owned(),
                    problem: "cannot change while a run runs".to_owned(),
                });
            }
        }
        Ok(())
    }
}

fn generator(seed: u64, stream: u64) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(stream);
    rng
}
