//! What the network says at the observed cells, and how far off it is.

use std::sync::Arc;

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::config::Side;
use super::network::AutoRec;
use super::problem::Problem;
use super::weights::values;
use crate::eval::RatingErrors;
use crate::nn::is_flex;
use crate::nn::sparse::Observed;
use crate::record::Recorder;
use crate::systems::TrainError;
use crate::systems::ratings::record_errors;

/// The network's outputs at the training, validation and test cells, from the training ratings as input.
pub(super) struct Outputs {
    train: Vec<f32>,
    validation: Vec<f32>,
    test: Vec<f32>,
}

/// Errors on each part.
pub(super) struct Measures {
    pub(super) train: RatingErrors,
    pub(super) validation: RatingErrors,
    pub(super) test: RatingErrors,
}

impl Outputs {
    /// Computed on the CPU, where only the cells that are asked for cost something.
    pub(super) fn of(model: &AutoRec, problem: &Problem) -> Result<Self, TrainError> {
        let model = on_cpu(model);
        let hidden = model.encode(&problem.train, &problem.functions);
        let train = model.decode(hidden.clone(), &problem.train, &problem.functions);
        Self::from_forward(&model, problem, hidden, train)
    }

    /// From what a forward pass over all rows has computed already.
    pub(super) fn from_forward(
        model: &AutoRec,
        problem: &Problem,
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
            validation: at(&problem.validation)?,
            test: at(&problem.test)?,
            train: values(train)?,
        })
    }

    pub(super) fn measure(&self, problem: &Problem) -> Measures {
        Measures {
            train: problem.errors(&problem.train, &self.train),
            validation: problem.errors(&problem.validation, &self.validation),
            test: problem.errors(&problem.test, &self.test),
        }
    }

    /// The predicted rating of a test pair.
    pub(super) fn test_prediction(&self, problem: &Problem, user: usize, item: usize) -> f32 {
        let (row, column) = match problem.side {
            Side::Item => (item, user),
            Side::User => (user, item),
        };
        let test = problem.test.by_row();
        let (columns, _) = test.row(row);
        let place = columns.partition_point(|&other| (other as usize) < column);
        problem.prediction(row, column, self.test[test.offsets()[row] + place])
    }
}

impl Measures {
    pub(super) fn record(&self, recorder: &mut dyn Recorder) {
        record_errors(recorder, "train", &self.train);
        record_errors(recorder, "validation", &self.validation);
        record_errors(recorder, "test", &self.test);
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
