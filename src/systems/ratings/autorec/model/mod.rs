//! AutoRec under training: greedy pretraining of a deep network, then full or mini-batches with the optimizer of the config.

mod updates;

use std::sync::Arc;

use burn::tensor::Device;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::batch::{Batch, Source};
use super::config::AutoRecConfig;
use super::measure::Outputs;
use super::network::{AutoRec, Functions};
use super::optimizer::Optimizer;
use super::predictor::AutoRecPairs;
use super::problem::Problem;
use super::search::{Found, MOST_EPOCHS, Residual, Search};
use super::searching::compare_with_biases;
use super::stages;
use super::state::{SavedSearch, State};
use super::trial::Running;
use crate::data::{Monitor, RatingsData};
use crate::nn::checkpoint::{Checkpoint, CheckpointWriter};
use crate::systems::ratings::{
    Evaluation, PairPredictor, RankingConfig, RatingsModel, Remark, SavedWeights, Schedule, Split,
    StepContext, Weights,
};
use crate::systems::{Outcome, Place, RatingPredictor, TrainError};

/// Streams of the run's generator: the weights of the whole network, the shuffle of each epoch, the weights of each stage of
/// pretraining.
const WEIGHTS: u64 = 0;
const SHUFFLES: u64 = 1;
const STAGES: u64 = 1 << 40;

/// An [`AutoRec`] with its optimizer, or the network of a stage of its pretraining.
pub(super) struct AutoRecModel {
    pub(super) config: AutoRecConfig,
    pub(super) problem: Problem,
    pub(super) ratings: Arc<Split>,
    pub(super) device: Device,
    pub(super) seed: u64,
    /// The trial of a search that is on its way. It is not saved: what was found by the trials before decides what it is, and it begins anew.
    pub(super) trial: Option<Box<Running>>,
    /// The network of this stage.
    pub(super) network: AutoRec,
    functions: Functions,
    source: Source,
    /// All rows at once, where every update takes them and they fit.
    whole: Option<Batch>,
    optimizer: Optimizer,
    /// The networks of the stages before.
    pub(super) parts: Vec<AutoRec>,
    /// The rows of this epoch's batches.
    order: Vec<u32>,
    pub(super) state: State,
}

impl AutoRecModel {
    fn is_pretraining(&self) -> bool {
        self.state.stage < stages::count(&self.config)
    }

    /// A network, an optimizer and rows for the stage in `state`.
    pub(super) fn begin_stage(&mut self) {
        let stage = self.state.stage;
        if self.is_pretraining() {
            let mut rng = generator(self.seed, STAGES + stage as u64);
            self.network = stages::network(
                &self.config,
                stage,
                &self.problem,
                Some(&mut rng),
                &self.device,
            );
        } else {
            let mut rng = generator(self.seed, WEIGHTS);
            let inputs = self.problem.train.columns();
            self.network = AutoRec::new(&self.config, inputs, Some(&mut rng), &self.device);
            stages::nest(&self.parts, &mut self.network);
        }
        let is_whole_network = !self.is_pretraining();
        self.functions = stages::functions(&self.problem, stage, is_whole_network);
        self.source = stages::source(&self.problem, &self.parts, is_whole_network);
        self.whole = match self.config.batch_size {
            0 => self.source.whole(&self.device),
            _ => None,
        };
        self.optimizer = Optimizer::new(self.config.optimizer);
        self.order.clear();
    }

    /// What the search found; `None` where there is none, or it is on its way.
    fn found(&self) -> Option<&Found> {
        self.state.search.as_ref()?.found.as_ref()
    }

    fn is_searching(&self) -> bool {
        let search = self.state.search.as_ref();
        search.is_some_and(|search| search.found.is_none())
    }

    /// A model of one trial: a given λ on what the biases leave.
    pub(super) fn of_trial(
        config: &AutoRecConfig,
        ratings: &Arc<Split>,
        place: &Place,
        residual: Residual,
    ) -> Self {
        Self::with(config, ratings, place, Some(residual))
    }

    fn with(
        config: &AutoRecConfig,
        ratings: &Arc<Split>,
        place: &Place,
        residual: Option<Residual>,
    ) -> Self {
        let problem = Problem::new(config, ratings, residual);
        let device = place.device.clone().autodiff();
        let mut model = Self {
            config: config.clone(),
            optimizer: Optimizer::new(config.optimizer),
            functions: problem.functions,
            source: problem.source(),
            network: AutoRec::empty(&device),
            whole: None,
            parts: Vec::new(),
            order: Vec::new(),
            state: State::default(),
            trial: None,
            ratings: Arc::clone(ratings),
            problem,
            device,
            seed: place.seed,
        };
        model.begin_stage();
        model
    }

    /// Updates before the whole network trains.
    pub(super) fn pretraining_updates(&self) -> u64 {
        stages::count(&self.config) as u64 * self.steps_of_stage(true)
    }
}

impl RatingsModel for AutoRecModel {
    type Config = AutoRecConfig;
    type Weights = AutoRec;

    fn schedule(config: &AutoRecConfig) -> Schedule {
        Schedule {
            epochs: config.epochs.unwrap_or(MOST_EPOCHS),
            validation_fraction: config.validation_fraction,
            patience: config.patience,
            evaluate_every: config.evaluate_every,
        }
    }

    fn ranking(config: &AutoRecConfig) -> RankingConfig {
        config.ranking
    }

    fn new(
        config: &AutoRecConfig,
        ratings: &Arc<Split>,
        place: &Place,
    ) -> Result<Self, TrainError> {
        if config.regularization.is_some() || config.epochs.is_some() {
            return Ok(Self::with(config, ratings, place, None));
        }
        let residual = Residual {
            share: 1.0,
            shift: 0.0,
            leaves_out: true,
        };
        let mut model = Self::with(config, ratings, place, Some(residual));
        model.state.search = Some(Search::new());
        Ok(model)
    }

    fn updates_per_epoch(&self) -> u64 {
        match self.config.batch_size {
            0 => 1,
            size => self.problem.train.rows().div_ceil(size) as u64,
        }
    }

    fn total_updates(&self, _: &Schedule, done: u64) -> u64 {
        if self.is_searching() {
            return self.total_while_searching(done);
        }
        let before = done - self.state.stage_step;
        let pretraining = stages::count(&self.config) - self.state.stage;
        before + pretraining as u64 * self.steps_of_stage(true) + self.steps_of_stage(false)
    }

    fn step(&mut self, context: &mut StepContext<'_, AutoRec>) -> Result<Outcome, TrainError> {
        if self.is_searching() {
            return self.search_step(context);
        }
        let outcome = match self.config.batch_size {
            0 => self.full_step(context)?,
            _ => self.batch_step(context)?,
        };
        if !self.is_pretraining() {
            return Ok(outcome);
        }
        if outcome == Outcome::Done || self.state.stage_step >= self.steps_of_stage(true) {
            let part = std::mem::replace(&mut self.network, AutoRec::empty(&self.device));
            self.parts.push(part);
            self.state.stage += 1;
            self.state.stage_step = 0;
            self.begin_stage();
        }
        Ok(Outcome::Continue)
    }

    fn evaluate<'a>(
        &'a self,
        _: &'a Split,
    ) -> Result<Option<Box<dyn Evaluation + 'a>>, TrainError> {
        if self.is_searching() || self.is_pretraining() {
            return Ok(None);
        }
        let outputs = Outputs::of(&self.network, &self.problem)?;
        Ok(Some(Box::new(outputs)))
    }

    fn remark(&self, ratings: &Split, test_rmse: f64) -> Remark {
        compare_with_biases(ratings, test_rmse, self.state.search.is_some())
    }

    fn weights(&self) -> AutoRec {
        self.network.clone()
    }

    fn set_weights(&mut self, weights: AutoRec) {
        self.network = weights;
    }

    fn reconfigure(&mut self, config: &AutoRecConfig) {
        let before = self.regularization();
        self.config.clone_from(config);
        let is_another_objective = before != self.regularization();
        if let (true, Optimizer::Lbfgs(lbfgs)) = (is_another_objective, &mut self.optimizer) {
            lbfgs.objective_changed();
        }
    }

    fn save(&self, to: &mut CheckpointWriter) -> Result<(), TrainError> {
        for (stage, part) in self.parts.iter().enumerate() {
            part.save(&part_prefix(stage), to)?;
        }
        let state = State {
            optimizer: self.optimizer.save(&self.network, to)?,
            ..self.state.clone()
        };
        Ok(to.state(&state)?)
    }

    fn save_beside(&self, to: &mut CheckpointWriter) -> Result<(), TrainError> {
        match &self.state.search {
            Some(search) => Ok(to.state(&SavedSearch { search })?),
            None => Ok(()),
        }
    }

    fn load(&mut self, from: &Checkpoint) -> Result<(), TrainError> {
        self.state = from.state()?;
        self.parts.clear();
        self.trial = None;
        if let Some(found) = self.found() {
            self.problem = Problem::new(&self.config, &self.ratings, Some(found.residual()));
        }
        // Where the biases are enough, no stage has been trained.
        let is_trained = self.found().is_none_or(|found| found.epochs > 0);
        let trained = if is_trained { self.state.stage } else { 0 };
        for stage in 0..trained.min(stages::count(&self.config)) {
            let device = &self.device;
            let mut part = stages::network(&self.config, stage, &self.problem, None, device);
            part.load(&part_prefix(stage), from)?;
            self.parts.push(part);
        }
        self.begin_stage();
        let state = &self.state.optimizer;
        self.optimizer = Optimizer::load(self.config.optimizer, from, state, &self.network)?;
        Ok(())
    }

    fn predictor(
        config: &AutoRecConfig,
        data: &Arc<RatingsData>,
        saved: &SavedWeights<'_>,
        monitor: &Monitor,
    ) -> Result<Box<dyn RatingPredictor>, TrainError> {
        let pairs = AutoRecPairs::load(config, data, saved, monitor)?;
        Ok(Box::new(PairPredictor::new(pairs, data)))
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
