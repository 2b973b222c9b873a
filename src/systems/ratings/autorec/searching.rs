//! The part of a model's training in which λ and the epochs are found, and the bias model to compare with.

use std::sync::Arc;

use super::base::best_share;
use super::model::AutoRecModel;
use super::network::AutoRec;
use super::problem::Problem;
use super::search::{Found, Residual, folds};
use super::stages;
use super::trial::{Running, fold};
use super::weights::values;
use crate::record::LogLevel;
use crate::systems::ratings::baselines::Biases;
use crate::systems::ratings::{Comparison, RatingsModel, Remark, Split, StepContext, evaluate};
use crate::systems::{Outcome, Place, TrainError};

impl AutoRecModel {
    /// One unit of the search. Updates count when the trial has ended.
    pub(super) fn search_step(
        &mut self,
        context: &mut StepContext<'_, AutoRec>,
    ) -> Result<Outcome, TrainError> {
        let ratings = Arc::clone(&self.ratings);
        let (share, folds) = folds(ratings.train().len());
        let Some(search) = &mut self.state.search else {
            return Ok(Outcome::Continue);
        };
        if search.share == 0.0 {
            let splits: Result<Vec<Split>, TrainError> = (0..folds)
                .map(|number| fold(&ratings, share, self.seed, number))
                .collect();
            search.share = best_share(&splits?);
            context.log(
                LogLevel::Info,
                "looking for λ and for how many epochs, by training on a part of the ratings: the first trial trains",
            );
        }
        let found = match search.next(folds) {
            Ok(found) => found,
            Err(question) => {
                let place = Place {
                    device: self.device.clone().inner(),
                    seed: self.seed,
                };
                let running = match &mut self.trial {
                    Some(running) => running,
                    none => {
                        let residual = Residual {
                            share: search.share,
                            shift: question.shift(),
                            leaves_out: search.leaves_out,
                        };
                        let part = Arc::new(fold(&ratings, share, self.seed, question.fold)?);
                        let running = Running::new(question, &self.config, &part, residual, &place);
                        none.insert(Box::new(running))
                    }
                };
                if let Some(trial) = running.step()? {
                    self.trial = None;
                    context.count_updates(trial.updates);
                    context.scalar("search/rmse", trial.rmse());
                    context.scalar("search/regularization", question.regularization());
                    let input = match question.shifted {
                        true => "who rated counts",
                        false => "only ratings count",
                    };
                    context.log(
                        LogLevel::Info,
                        &format!(
                            "tried λ {} where {input}: RMSE {:.4} on held-out ratings after {}",
                            question.regularization(),
                            trial.rmse(),
                            epochs(trial.epochs.round() as u64)
                        ),
                    );
                    search.trials.push(trial);
                }
                return Ok(Outcome::Continue);
            }
        };
        search.found = Some(found);
        context.scalar("found/regularization", found.regularization);
        context.scalar("found/epochs", found.epochs as f64);
        context.scalar("found/rmse", found.rmse);
        context.scalar("found/bias_rmse", found.bias_rmse);
        let share = 100.0 * share;
        let held_out = match folds {
            1 => format!("{share:.0} % held out"),
            folds => format!("{folds} times {share:.0} % held out"),
        };
        self.begin_found(&found);
        if found.epochs == 0 {
            let message = format!(
                "the biases of users and items alone predict held-out ratings best (RMSE {:.4}; {:.4} with a network; {held_out}): AutoRec is not the right tool for these ratings, and predicts what the biases say",
                found.bias_rmse, found.rmse,
            );
            context.log(LogLevel::Warning, &message);
            return Ok(Outcome::Done);
        }
        let message = format!(
            "λ {}, {}, found on {held_out}: RMSE {:.4} there, {:.4} of the biases alone. Now all training ratings are learned from",
            found.regularization,
            epochs(found.epochs),
            found.rmse,
            found.bias_rmse
        );
        context.log(LogLevel::Info, &message);
        Ok(Outcome::Continue)
    }

    /// The problem and the first stage of what the search has found.
    fn begin_found(&mut self, found: &Found) {
        self.problem = Problem::new(&self.config, &self.ratings, Some(found.residual()));
        self.begin_stage();
        if found.epochs == 0 {
            self.parts.clear();
            self.state.stage = stages::count(&self.config);
            let inputs = self.problem.train.columns();
            self.network = AutoRec::new(&self.config, inputs, None, &self.device);
        }
    }

    /// Squared errors at the validation ratings, of the biases alone and of the network.
    pub(super) fn against_biases(&self) -> Result<Comparison, TrainError> {
        let network = super::measure::on_cpu(&self.network);
        let (problem, functions) = (&self.problem, &self.problem.functions);
        let hidden = network.encode(&problem.inputs, functions);
        let outputs = values(network.decode(hidden, &problem.validation, functions))?;
        Ok(problem.against_biases(&outputs))
    }

    /// Updates at the end of the run, as far as is known after `done` of them.
    pub(super) fn total_while_searching(&self, done: u64) -> u64 {
        // About as many trials as most searches take, and the training after them.
        let search = self.state.search.as_ref();
        let trials = search.map_or(0, |search| search.trials.len() as u64);
        let (_, folds) = folds(self.ratings.train().len());
        let each = match trials {
            0 => 40 * self.updates_per_epoch(),
            trials => (done / trials).max(1),
        };
        let left = (6 * folds).saturating_sub(trials).max(1) + 1;
        done + left * each
    }
}

/// `1 epoch`, `12 epochs`.
fn epochs(count: u64) -> String {
    match count {
        1 => "1 epoch".to_owned(),
        count => format!("{count} epochs"),
    }
}

/// The test error of the bias model on the same ratings, and a warning where AutoRec does no better.
pub(super) fn compare_with_biases(ratings: &Split, test_rmse: f64, is_searched: bool) -> Remark {
    let biases = Biases::fit(ratings.train(), 1.0);
    let (low, high) = ratings.data().scale;
    let errors = evaluate(ratings.test(), |user, items, predictions| {
        for (prediction, &item) in predictions.iter_mut().zip(items) {
            *prediction = biases.at(user, item as usize).clamp(low, high);
        }
    });
    let Some(own) = errors.rmse() else {
        return Remark::default();
    };
    let hint = match is_searched {
        true => "",
        false => ", or λ does not suit them: without `regularization` and `epochs` both are found",
    };
    let warning = (own < test_rmse * (1.0 - 1e-6)).then(|| {
        format!(
            "the bias model alone reaches RMSE {own:.3} on the test ratings, AutoRec {test_rmse:.3}: AutoRec is not the right tool for these ratings{hint}"
        )
    });
    Remark {
        scalars: vec![("biases/rmse", own)],
        warning,
    }
}

#[cfg(test)]
mod tests {
    use super::epochs;

    #[test]
    fn one_epoch_is_one() {
        assert_eq!([0, 1, 2].map(epochs), ["0 epochs", "1 epoch", "2 epochs"]);
    }
}
