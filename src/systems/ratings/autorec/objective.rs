//! The loss and its gradient.

use burn::optim::{GradientsAccumulator, GradientsParams};
use burn::tensor::{Device, Tensor};

use super::batch::{Batch, Source};
use super::network::{AutoRec, Functions};
use super::weights::values;
use crate::systems::TrainError;

/// Eq. 2 of the paper: Σ (r − h(r))² over the observed cells + λ/2·(‖W‖² + ‖V‖²).
pub(super) struct Objective<'a> {
    pub(super) functions: &'a Functions,
    /// λ
    pub(super) regularization: f64,
}

/// The objective at some weights.
pub(super) struct Evaluated {
    pub(super) loss: f64,
    pub(super) gradients: GradientsParams,
    /// Hidden values of each row and outputs at the observed cells, off the tape; for sparse batches.
    pub(super) outputs: Option<(Tensor<2>, Tensor<1>)>,
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
        let loss = squared_error + penalty.mul_scalar(self.regularization * share);
        let value = values(loss.clone().inner())?[0];
        Ok(Evaluated {
            loss: f64::from(value),
            outputs,
            gradients: GradientsParams::from_grads(loss.backward(), model),
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
            sum.accumulate(model, evaluated.gradients);
        }
        Ok(Evaluated {
            loss,
            gradients: sum.grads(),
            outputs: None,
        })
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
                let outputs = model.decode(hidden.clone(), inputs, self.functions);
                let errors = outputs.clone() - targets.clone();
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
                let outputs = model.decode_dense(hidden, self.functions);
                let errors = outputs - targets.clone();
                let errors = match mask {
                    Some(mask) => errors * mask.clone(),
                    None => errors,
                };
                (errors.square().sum(), None)
            }
        }
    }
}
