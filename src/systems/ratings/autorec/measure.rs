//! The network's outputs at the observed cells, and their errors.

use std::sync::Arc;

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::config::Side;
use super::decoder::Decoder;
use super::network::AutoRec;
use super::problem::Problem;
use super::weights::values;
use crate::eval::RatingErrors;
use crate::nn::is_flex;
use crate::nn::sparse::Observed;
use crate::systems::TrainError;
use crate::systems::ratings::{Evaluation, Score, SplitPart};

/// The network's outputs at the training, validation and test cells, from the training ratings as input.
pub(super) struct Outputs<'a> {
    problem: &'a Problem,
    model: AutoRec,
    hidden: Tensor<2>,
    train: Vec<f32>,
    validation: Vec<f32>,
    test: Vec<f32>,
}

impl<'a> Outputs<'a> {
    /// Computed on the CPU, where only the cells that are asked for cost something.
    pub(super) fn of(model: &AutoRec, problem: &'a Problem) -> Result<Self, TrainError> {
        let model = on_cpu(model);
        let hidden = model.encode(&problem.inputs, &problem.functions);
        let train = model.decode(hidden.clone(), &problem.train, &problem.functions);
        Self::from_forward(&model, problem, hidden, train)
    }

    /// From what a forward pass over all rows has computed already.
    pub(super) fn from_forward(
        model: &AutoRec,
        problem: &'a Problem,
        hidden: Tensor<2>,
        train: Tensor<1>,
    ) -> Result<Self, TrainError> {
        let at = |cells: &Arc<Observed>| {
            if cells.is_empty() {
                return Ok(Vec::new());
            }
            values(model.decode(hidden.clone(), cells, &problem.functions))
        };
        Ok(Self {
            problem,
            validation: at(&problem.validation)?,
            test: at(&problem.test)?,
            train: values(train)?,
            model: model.clone(),
            hidden,
        })
    }
}

impl Evaluation for Outputs<'_> {
    fn errors(&self, part: SplitPart) -> RatingErrors {
        let problem = self.problem;
        match part {
            SplitPart::Train => problem.errors(&problem.train, &self.train),
            SplitPart::Validation => problem.errors(&problem.validation, &self.validation),
            SplitPart::Test => problem.errors(&problem.test, &self.test),
        }
    }

    fn test_prediction(&self, user: usize, item: usize) -> f32 {
        let problem = self.problem;
        let (row, column) = match problem.side {
            Side::Item => (item, user),
            Side::User => (user, item),
        };
        let test = problem.test.by_row();
        let (columns, _) = test.row(row);
        let place = columns.partition_point(|&other| (other as usize) < column);
        problem.prediction(row, column, self.test[test.offsets()[row] + place])
    }

    fn score(&self) -> Result<Score<'_>, TrainError> {
        let decoder = Decoder::new(&self.model, self.hidden.clone())?;
        let problem = self.problem;
        Ok(Box::new(move |user, item| {
            let (row, column) = match problem.side {
                Side::Item => (item, user),
                Side::User => (user, item),
            };
            let output = problem.functions.output_of(decoder.at(row, column));
            problem.score(row, column, output)
        }))
    }
}

/// The weights on the CPU, off the tape.
pub(super) fn on_cpu(model: &AutoRec) -> AutoRec {
    let device = model.decoder.bias.val().device();
    let model = model.clone().valid();
    if is_flex(&device) {
        model
    } else {
        model.to_device(&Device::flex())
    }
}
