//! The training loop.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::Device;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use serde::{Deserialize, Serialize};

use super::batch::{Batch, Source};
use super::config::AutoRecConfig;
use super::measure::Outputs;
use super::network::{AutoRec, Functions};
use super::objective::Objective;
use super::optimizer::{Optimizer, OptimizerState};
use super::problem::Problem;
use super::{stages, weights};
use crate::data::RatingsData;
use crate::nn::checkpoint;
use crate::record::{Best, LogLevel, Recorder};
use crate::systems::ratings::{EarlyStopping, StoppingDecision, predictions_artifact};
use crate::systems::{ConfigError, Outcome, Place, Position, TrainError, Trainer};

/// Streams of the run's generator: the weights of the whole network, the shuffle of each epoch, the weights of each stage of
/// pretraining.
const WEIGHTS: u64 = 0;
const SHUFFLES: u64 = 1;
const STAGES: u64 = 1 << 40;

/// Between two looks at the predictions while training.
const PREDICTIONS_EVERY: Duration = Duration::from_secs(3);
/// Above this many test pairs predictions are written at the end alone.
const MOST_PREDICTIONS: usize = 200_000;

/// In a checkpoint, before the names of the best weights.
pub(super) const BEST: &str = "best_";
/// Before those of the others.
pub(super) const CURRENT: &str = "";

/// Trains an [`AutoRec`], after the stages of its pretraining if there are any.
pub(super) struct AutoRecTrainer {
    config: AutoRecConfig,
    data: Arc<RatingsData>,
    problem: Problem,
    device: Device,
    seed: u64,
    /// The network of this stage.
    model: AutoRec,
    functions: Functions,
    source: Source,
    /// All rows at once, where every update takes them and they fit.
    whole: Option<Batch>,
    optimizer: Optimizer,
    /// The networks of the stages before.
    parts: Vec<AutoRec>,
    best: Option<AutoRec>,
    /// The rows of this epoch's batches.
    order: Vec<u32>,
    predictions_written: Option<Instant>,
    state: State,
}

/// What a checkpoint holds beside the weights and the optimizer's arrays.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct State {
    step: u64,
    /// The seed of the validation split.
    pub(super) seed: u64,
    /// How many stages of pretraining are done.
    pub(super) stage: usize,
    /// Steps of this stage.
    stage_step: u64,
    done: bool,
    /// Σ of the losses of this epoch's batches so far.
    epoch_loss: f64,
    /// Whether the best weights lie beside the current ones.
    pub(super) has_best: bool,
    stopping: EarlyStopping,
    optimizer: OptimizerState,
}

impl AutoRecTrainer {
    pub(super) fn new(
        config: AutoRecConfig,
        data: Arc<RatingsData>,
        place: &Place,
    ) -> Result<Self, TrainError> {
        let seed = place.seed;
        let problem = Problem::new(&config, &data, seed)?;
        let device = place.device.clone().autodiff();
        let mut trainer = Self {
            optimizer: Optimizer::new(config.optimizer),
            functions: problem.functions,
            source: Source::Ratings(Arc::clone(&problem.train)),
            model: AutoRec::empty(&device),
            whole: None,
            parts: Vec::new(),
            best: None,
            order: Vec::new(),
            predictions_written: None,
            state: State {
                seed,
                ..State::default()
            },
            config,
            data,
            problem,
            device,
            seed,
        };
        trainer.begin_stage();
        Ok(trainer)
    }

    fn is_pretraining(&self) -> bool {
        self.state.stage < stages::count(&self.config)
    }

    /// A network, an optimizer and rows for the stage in `state`.
    fn begin_stage(&mut self) {
        let stage = self.state.stage;
        if self.is_pretraining() {
            let mut rng = generator(self.seed, STAGES + stage as u64);
            self.model = stages::network(
                &self.config,
                stage,
                &self.problem,
                Some(&mut rng),
                &self.device,
            );
        } else {
            let mut rng = generator(self.seed, WEIGHTS);
            let inputs = self.problem.train.columns();
            self.model = AutoRec::new(&self.config, inputs, Some(&mut rng), &self.device);
            stages::nest(&self.parts, &mut self.model);
        }
        let whole_network = !self.is_pretraining();
        self.functions = stages::functions(&self.problem, stage, whole_network);
        self.source = stages::source(&self.problem, &self.parts, whole_network);
        self.whole = match self.config.batch_size {
            0 => self.source.whole(&self.device),
            _ => None,
        };
        self.optimizer = Optimizer::new(self.config.optimizer);
        self.order.clear();
    }

    fn batches_per_epoch(&self) -> u64 {
        match self.config.batch_size {
            0 => 1,
            size => self.problem.train.rows().div_ceil(size) as u64,
        }
    }

    fn steps_of_stage(&self, pretraining: bool) -> u64 {
        let epochs = match pretraining {
            true => self.config.pretraining_epochs,
            false => self.config.epochs,
        };
        epochs * self.batches_per_epoch()
    }

    fn total_steps(&self) -> u64 {
        if self.state.done {
            return self.state.step;
        }
        let before = self.state.step - self.state.stage_step;
        let pretraining = stages::count(&self.config) - self.state.stage;
        before + pretraining as u64 * self.steps_of_stage(true) + self.steps_of_stage(false)
    }

    /// The rows of an epoch in the order of its batches: the same whenever it is asked for.
    fn order_of(&self, epoch: u64) -> Vec<u32> {
        let mut rng = generator(self.seed, SHUFFLES + epoch);
        let mut rows: Vec<u32> = (0..self.source.rows() as u32).collect();
        rows.shuffle(&mut rng);
        rows
    }

    fn objective(&self) -> Objective<'_> {
        Objective {
            functions: &self.functions,
            // The penalty is meant for ratings; hidden values are reconstructed as they are.
            regularization: match &self.source {
                Source::Ratings(_) => self.config.regularization,
                Source::Codes(_) => 0.0,
            },
        }
    }

    /// Measures the weights and updates them with all rows, from one forward pass where that is possible.
    fn full_step(&mut self, recorder: &mut dyn Recorder) -> Result<Outcome, TrainError> {
        let every = self.config.evaluate_every;
        let due = !self.is_pretraining() && self.state.stage_step.is_multiple_of(every);
        if matches!(self.optimizer, Optimizer::Lbfgs(_)) {
            if due && self.take_in(&Outputs::of(&self.model, &self.problem)?, recorder) {
                return Ok(Outcome::Done);
            }
            return self.lbfgs_step(recorder);
        }
        let (source, whole) = (&self.source, self.whole.as_ref());
        let evaluated = self
            .objective()
            .at_all(&self.model, source, whole, &self.device)?;
        self.report_loss(evaluated.loss, recorder)?;
        if due {
            let outputs = match evaluated.outputs {
                Some((hidden, train)) => {
                    let model = self.model.clone().valid();
                    Outputs::from_forward(&model, &self.problem, hidden, train)?
                }
                None => Outputs::of(&self.model, &self.problem)?,
            };
            if self.take_in(&outputs, recorder) {
                return Ok(Outcome::Done);
            }
        }
        self.update(evaluated.gradients);
        Ok(Outcome::Continue)
    }

    fn lbfgs_step(&mut self, recorder: &mut dyn Recorder) -> Result<Outcome, TrainError> {
        let mut optimizer =
            std::mem::replace(&mut self.optimizer, Optimizer::new(self.config.optimizer));
        let mut model = self.model.clone();
        let length = self.config.learning_rate;
        let stepped = match &mut optimizer {
            Optimizer::Lbfgs(lbfgs) => {
                let objective = self.objective();
                Optimizer::lbfgs_step(lbfgs, &mut model, length, |model| {
                    objective.at_all(model, &self.source, self.whole.as_ref(), &self.device)
                })
            }
            Optimizer::PerParameter(_) => unreachable!("called for L-BFGS alone"),
        };
        self.optimizer = optimizer;
        let (loss, converged) = stepped?;
        self.model = model;
        self.report_loss(loss, recorder)?;
        if converged {
            recorder.log(LogLevel::Info, "L-BFGS has converged");
            return Ok(Outcome::Done);
        }
        self.count_step();
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
        let share = rows.len() as f64 / self.order.len() as f64;
        let batch = self.source.batch(rows, &self.device);
        let evaluated = self.objective().at(&self.model, &batch, share)?;
        self.state.epoch_loss += evaluated.loss;
        self.check_loss(evaluated.loss)?;
        self.update(evaluated.gradients);
        if !self.state.step.is_multiple_of(batches) {
            return Ok(Outcome::Continue);
        }
        self.order.clear();
        let loss = std::mem::take(&mut self.state.epoch_loss);
        self.report_loss(loss, recorder)?;
        let epoch = self.state.stage_step / batches;
        if !self.is_pretraining() && epoch.is_multiple_of(self.config.evaluate_every) {
            let outputs = Outputs::of(&self.model, &self.problem)?;
            if self.take_in(&outputs, recorder) {
                return Ok(Outcome::Done);
            }
        }
        Ok(Outcome::Continue)
    }

    fn check_loss(&self, value: f64) -> Result<(), TrainError> {
        if value.is_finite() {
            return Ok(());
        }
        let step = self.state.step;
        Err(TrainError::Diverged { step, value })
    }

    fn report_loss(&self, loss: f64, recorder: &mut dyn Recorder) -> Result<(), TrainError> {
        self.check_loss(loss)?;
        let name = match self.is_pretraining() {
            true => "pretraining/loss",
            false => "train/loss",
        };
        recorder.scalar(name, loss);
        Ok(())
    }

    fn update(&mut self, gradients: GradientsParams) {
        // The optimizer works in place if nobody else holds the weights.
        let model = std::mem::replace(&mut self.model, AutoRec::empty(&self.device));
        self.model = match &mut self.optimizer {
            Optimizer::PerParameter(optimizer) => {
                optimizer.step(self.config.learning_rate, model, gradients)
            }
            Optimizer::Lbfgs(_) => unreachable!("L-BFGS takes steps of its own"),
        };
        self.count_step();
    }

    fn count_step(&mut self) {
        self.state.step += 1;
        self.state.stage_step += 1;
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
            StoppingDecision::Best => {
                self.best = Some(self.model.clone());
                false
            }
            StoppingDecision::Wait => false,
            StoppingDecision::Stop => true,
        }
    }

    /// Goes on to the next stage, or measures the last weights, which no step has, and goes back to the best.
    fn end_stage(&mut self, recorder: &mut dyn Recorder) -> Result<Outcome, TrainError> {
        if self.is_pretraining() {
            let part = std::mem::replace(&mut self.model, AutoRec::empty(&self.device));
            self.parts.push(part);
            self.state.stage += 1;
            self.state.stage_step = 0;
            self.begin_stage();
            return Ok(Outcome::Continue);
        }
        self.state.done = true;
        if !self.problem.validation.is_empty() {
            let outputs = Outputs::of(&self.model, &self.problem)?;
            let error = outputs.measure(&self.problem).validation.rmse();
            let step = self.state.step;
            if let Some(error) = error
                && self.state.stopping.best_step() != Some(step)
                && self.state.stopping.observe(error, step, 0) == StoppingDecision::Best
            {
                self.best = None;
            }
        }
        if let (Some(best), Some(step)) = (self.best.take(), self.best_step()) {
            self.model = best;
            let epoch = step as f64 / self.batches_per_epoch() as f64;
            recorder.best_restored(Best { step, epoch });
        }
        Ok(Outcome::Done)
    }

    fn write_predictions(&mut self, outputs: &Outputs, recorder: &mut dyn Recorder) {
        if self.problem.test.is_empty() {
            return;
        }
        recorder.artifact(predictions_artifact(&self.data, |user, item| {
            outputs.test_prediction(&self.problem, user, item)
        }));
        self.predictions_written = Some(Instant::now());
    }
}

impl Trainer<AutoRecConfig> for AutoRecTrainer {
    fn position(&self) -> Position {
        Position {
            step: self.state.step,
            epoch: self.state.step as f64 / self.batches_per_epoch() as f64,
            total_steps: self.total_steps(),
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
        let last = self.steps_of_stage(self.is_pretraining());
        if outcome == Outcome::Continue && self.state.stage_step < last {
            return Ok(Outcome::Continue);
        }
        self.end_stage(recorder)
    }

    fn finish(&mut self, recorder: &mut dyn Recorder) -> Result<(), TrainError> {
        if self.is_pretraining() {
            return Ok(());
        }
        let outputs = Outputs::of(&self.model, &self.problem)?;
        outputs.measure(&self.problem).record(recorder);
        self.write_predictions(&outputs, recorder);
        Ok(())
    }

    fn save(&self, folder: &Path) -> Result<(), TrainError> {
        weights::save(&self.model, folder, CURRENT)?;
        for (stage, part) in self.parts.iter().enumerate() {
            weights::save(part, folder, &part_prefix(stage))?;
        }
        if let Some(best) = &self.best {
            weights::save(best, folder, BEST)?;
        }
        let state = State {
            optimizer: self.optimizer.save(folder)?,
            has_best: self.best.is_some(),
            ..self.state.clone()
        };
        checkpoint::write_state(folder, &state)
    }

    fn load(&mut self, folder: &Path) -> Result<(), TrainError> {
        let state: State = checkpoint::read_state(folder)?;
        let stages = stages::count(&self.config);
        self.parts.clear();
        for stage in 0..state.stage.min(stages) {
            let device = &self.device;
            let mut part = stages::network(&self.config, stage, &self.problem, None, device);
            weights::load(&mut part, folder, &part_prefix(stage))?;
            self.parts.push(part);
        }
        self.state = state;
        self.begin_stage();
        weights::load(&mut self.model, folder, CURRENT)?;
        self.best = None;
        if self.state.has_best {
            let mut best = self.model.clone();
            weights::load(&mut best, folder, BEST)?;
            self.best = Some(best);
        }
        self.optimizer = Optimizer::load(
            self.config.optimizer,
            folder,
            &self.state.optimizer,
            self.model.num_params(),
        )?;
        Ok(())
    }

    fn best_step(&self) -> Option<u64> {
        self.state.stopping.best_step()
    }

    fn save_best(&self, folder: &Path) -> Result<(), TrainError> {
        let best = self.best.as_ref().unwrap_or(&self.model);
        weights::save(best, folder, CURRENT)?;
        let state = State {
            has_best: false,
            ..self.state.clone()
        };
        checkpoint::write_state(folder, &state)
    }

    fn reconfigure(&mut self, config: &AutoRecConfig) -> Result<(), ConfigError> {
        let is_another_objective = config.regularization != self.config.regularization;
        self.config.clone_from(config);
        if let (true, Optimizer::Lbfgs(lbfgs)) = (is_another_objective, &mut self.optimizer) {
            lbfgs.objective_changed();
        }
        Ok(())
    }
}

fn part_prefix(stage: usize) -> String {
    format!("stage_{}_", stage + 1)
}

fn generator(seed: u64, stream: u64) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(stream);
    rng
}
