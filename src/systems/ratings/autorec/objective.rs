//! The loss and its gradient.

use burn::optim::{GradientsAccumulator, GradientsParams};
use burn::tensor::{Device, Tensor, TensorData};

use super::batch::{Batch, Source};
use super::network::{AutoRec, Functions};
use super::weights::values;
use crate::systems::TrainError;

/// Eq. 2 of the paper: Σ (r − h(r))² over the observed cells + λ/2·(‖W‖² + ‖V‖²).
pub(super) struct Objective<'a> {
    pub(super) functions: &'a Functions,
    /// λ
    pub(super) regularization: f64,
    /// True if each rating is predicted from the row's others alone, as ratings to come are. What a rating adds to its own prediction is taken away to
    /// first order: W·g(V·r + μ) − r_c Σ_k W_ck g'_k V_kc. A network that sees the rating learns to repeat it. For one hidden layer; others see it.
    pub(super) leaves_out: bool,
}

/// The objective at some weights.
pub(super) struct Evaluated {
    pub(super) loss: f64,
    pub(super) gradient: Gradient,
    /// Hidden values of each row and outputs at the observed cells, off the tape; for sparse batches.
    pub(super) outputs: Option<(Tensor<2>, Tensor<1>)>,
}

/// The gradient in two parts: that of the penalty is as large as all weights and nothing but a multiple of them, so it stays unwritten.
pub(super) struct Gradient {
    /// Of the squared errors.
    pub(super) of_errors: GradientsParams,
    /// λ of the penalty: its gradient is this times the weights; biases have none.
    pub(super) weight_decay: f64,
}

impl Gradient {
    /// The sum, of every weight and bias, layer by layer.
    pub(super) fn to_vector(&self, model: &AutoRec) -> Result<Vec<f32>, TrainError> {
        let mut vector = Vec::new();
        for (_, layer) in model.layers() {
            if let Some(of_errors) = self.of_errors.get::<2>(layer.weights.id) {
                let weights = layer.weights.val().inner();
                let gradient = of_errors + weights.mul_scalar(self.weight_decay);
                vector.extend(values(gradient)?);
            }
            if let Some(of_errors) = self.of_errors.get::<1>(layer.bias.id) {
                vector.extend(values(of_errors)?);
            }
        }
        Ok(vector)
    }
}

impl Objective<'_> {
    /// Over a batch that holds `share` of the rows and bears that share of the penalty: the batches of an epoch add up to eq. 2.
    pub(super) fn at(
        &self,
        model: &AutoRec,
        batch: &Batch,
        share: f64,
    ) -> Result<Evaluated, TrainError> {
        let (squared_error, outputs) = self.forward(model, batch);
        let penalty = model.half_squared_norm();
        let weight_decay = self.regularization * share;
        let loss = squared_error.clone().inner() + penalty.mul_scalar(weight_decay);
        Ok(Evaluated {
            loss: f64::from(values(loss)?[0]),
            outputs,
            gradient: Gradient {
                of_errors: GradientsParams::from_grads(squared_error.backward(), model),
                weight_decay,
            },
        })
    }

    /// Over all rows, in parts where one batch would not fit.
    pub(super) fn at_all(
        &self,
        model: &AutoRec,
        source: &Source,
        whole: Option<&Batch>,
        device: &Device,
    ) -> Result<Evaluated, TrainError> {
        if let Some(batch) = whole {
            return self.at(model, batch, 1.0);
        }
        let rows: Vec<u32> = (0..source.rows() as u32).collect();
        let mut sum = GradientsAccumulator::new();
        let mut loss = 0.0;
        for part in rows.chunks(source.rows_of_a_part()) {
            let share = part.len() as f64 / rows.len() as f64;
            let evaluated = self.at(model, &source.batch(part, device), share)?;
            loss += evaluated.loss;
            sum.accumulate(model, evaluated.gradient.of_errors);
        }
        Ok(Evaluated {
            loss,
            gradient: Gradient {
                of_errors: sum.grads(),
                weight_decay: self.regularization,
            },
            outputs: None,
        })
    }

    fn leaves_out(&self, model: &AutoRec) -> bool {
        self.leaves_out && model.middle.is_empty()
    }

    /// The first term of eq. 2 → [1], with the outputs of a sparse batch.
    fn forward(
        &self,
        model: &AutoRec,
        batch: &Batch,
    ) -> (Tensor<1>, Option<(Tensor<2>, Tensor<1>)>) {
        match batch {
            Batch::Sparse { inputs, targets } => {
                let hidden = model.encode(inputs, self.functions);
                let scores = model.scores(hidden.clone(), inputs);
                let outputs = self.functions.output(scores.clone());
                let told = match self.leaves_out(model) {
                    true => {
                        let slopes = model.own_slopes(hidden.clone(), inputs, self.functions);
                        let seen = inputs.by_row().values().to_vec();
                        let data = TensorData::new(seen, [inputs.len()]);
                        let seen = Tensor::<1>::from_data(data, &slopes.device());
                        self.functions.output(scores - slopes * seen)
                    }
                    false => outputs.clone(),
                };
                let errors = told - targets.clone();
                (
                    errors.square().sum(),
                    Some((hidden.inner(), outputs.inner())),
                )
            }
            Batch::Dense {
                inputs,
                targets,
                mask,
            } => {
                let hidden = model.encode_dense(inputs.clone(), self.functions);
                let scores = model.scores_dense(hidden.clone());
                let scores = match self.leaves_out(model) {
                    true => {
                        scores - model.own_slopes_dense(hidden, self.functions) * inputs.clone()
                    }
                    false => scores,
                };
                let errors = self.functions.output(scores) - targets.clone();
                let errors = match mask {
                    Some(mask) => errors * mask.clone(),
                    None => errors,
                };
                (errors.square().sum(), None)
            }
        }
    }
}
