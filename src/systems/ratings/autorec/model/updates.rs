//! Updates of the weights: of a whole stage at once, by L-BFGS, or of a batch.

use burn::module::Module;
use rand::seq::SliceRandom;

use super::{AutoRecModel, SHUFFLES, generator};
use crate::record::LogLevel;
use crate::systems::ratings::autorec::batch::Source;
use crate::systems::ratings::autorec::measure::Outputs;
use crate::systems::ratings::autorec::network::AutoRec;
use crate::systems::ratings::autorec::objective::{Gradient, Objective};
use crate::systems::ratings::autorec::optimizer::Optimizer;
use crate::systems::ratings::autorec::search::MOST_EPOCHS;
use crate::systems::ratings::{RatingsModel, StepContext};
use crate::systems::{Outcome, TrainError};

impl AutoRecModel {
    /// λ of the loss.
    pub(super) fn regularization(&self) -> f64 {
        let found = self.found().map(|found| found.regularization);
        self.config.regularization.or(found).unwrap_or(0.0)
    }

    pub(super) fn steps_of_stage(&self, pretraining: bool) -> u64 {
        let epochs = match (pretraining, self.found()) {
            (true, _) => self.config.pretraining_epochs,
            (false, Some(found)) => found.epochs,
            (false, None) => self.config.epochs.unwrap_or(MOST_EPOCHS),
        };
        epochs * self.updates_per_epoch()
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
                Source::Ratings { .. } => self.regularization(),
                Source::Codes(_) => 0.0,
            },
            leaves_out: self.problem.leaves_out && matches!(self.source, Source::Ratings { .. }),
        }
    }

    /// Measures the weights and updates them with all rows, from one forward pass where that is possible.
    pub(super) fn full_step(
        &mut self,
        context: &mut StepContext<'_, AutoRec>,
    ) -> Result<Outcome, TrainError> {
        let is_due = !self.is_pretraining() && context.is_due(self.state.stage_step);
        if matches!(self.optimizer, Optimizer::Lbfgs(_)) {
            if is_due && self.measure(context)? == Outcome::Done {
                return Ok(Outcome::Done);
            }
            return self.lbfgs_step(context);
        }
        let (source, whole) = (&self.source, self.whole.as_ref());
        let evaluated = self
            .objective()
            .at_all(&self.network, source, whole, &self.device)?;
        context.loss(self.loss_name(), evaluated.loss)?;
        if is_due {
            let outcome = match evaluated.outputs {
                Some((hidden, train)) => {
                    let network = self.network.clone().valid();
                    let outputs = Outputs::from_forward(&network, &self.problem, hidden, train)?;
                    context.measure(&outputs, || self.network.clone())
                }
                None => self.measure(context)?,
            };
            if outcome == Outcome::Done {
                return Ok(Outcome::Done);
            }
        }
        self.update(evaluated.gradient, context);
        Ok(Outcome::Continue)
    }

    fn lbfgs_step(
        &mut self,
        context: &mut StepContext<'_, AutoRec>,
    ) -> Result<Outcome, TrainError> {
        let mut optimizer =
            std::mem::replace(&mut self.optimizer, Optimizer::new(self.config.optimizer));
        let mut network = self.network.clone();
        let length = self.config.learning_rate;
        let stepped = match &mut optimizer {
            Optimizer::Lbfgs(lbfgs) => {
                let objective = self.objective();
                Optimizer::lbfgs_step(lbfgs, &mut network, length, |network| {
                    objective.at_all(network, &self.source, self.whole.as_ref(), &self.device)
                })
            }
            _ => unreachable!("called for L-BFGS alone"),
        };
        self.optimizer = optimizer;
        let (loss, has_converged) = stepped?;
        self.network = network;
        context.loss(self.loss_name(), loss)?;
        if has_converged {
            context.log(LogLevel::Info, "L-BFGS has converged");
            return Ok(Outcome::Done);
        }
        self.count_step(context);
        Ok(Outcome::Continue)
    }

    /// Updates the weights with the next rows; measures them after the last ones of an epoch.
    pub(super) fn batch_step(
        &mut self,
        context: &mut StepContext<'_, AutoRec>,
    ) -> Result<Outcome, TrainError> {
        let batches = self.updates_per_epoch();
        if self.order.is_empty() {
            self.order = self.order_of(context.step() / batches);
        }
        let size = self.config.batch_size;
        let start = (context.step() % batches) as usize * size;
        let end = (start + size).min(self.order.len());
        let rows = &self.order[start..end];
        let share = rows.len() as f64 / self.order.len() as f64;
        let batch = self.source.batch(rows, &self.device);
        let evaluated = self.objective().at(&self.network, &batch, share)?;
        self.state.epoch_loss += evaluated.loss;
        context.check_loss(evaluated.loss)?;
        self.update(evaluated.gradient, context);
        if !context.step().is_multiple_of(batches) {
            return Ok(Outcome::Continue);
        }
        self.order.clear();
        let loss = std::mem::take(&mut self.state.epoch_loss);
        context.loss(self.loss_name(), loss)?;
        if !self.is_pretraining() && context.is_due(self.state.stage_step / batches) {
            return self.measure(context);
        }
        Ok(Outcome::Continue)
    }

    fn measure(&self, context: &mut StepContext<'_, AutoRec>) -> Result<Outcome, TrainError> {
        let outputs = Outputs::of(&self.network, &self.problem)?;
        Ok(context.measure(&outputs, || self.network.clone()))
    }

    fn loss_name(&self) -> &'static str {
        match self.is_pretraining() {
            true => "pretraining/loss",
            false => "train/loss",
        }
    }

    fn update(&mut self, gradient: Gradient, context: &mut StepContext<'_, AutoRec>) {
        // The optimizer works in place if nobody else holds the weights.
        let network = std::mem::replace(&mut self.network, AutoRec::empty(&self.device));
        let learning_rate = self.config.learning_rate;
        self.network = self.optimizer.step(network, gradient, learning_rate);
        self.count_step(context);
    }

    fn count_step(&mut self, context: &mut StepContext<'_, AutoRec>) {
        context.count_update();
        self.state.stage_step += 1;
    }
}
