//! The optimizer of a run and its state on disk.

use std::collections::VecDeque;
use std::path::Path;

use burn::optim::{AdamConfig, GradientsParams, ModuleOptimizer};
use serde::{Deserialize, Serialize};

use super::config::OptimizerKind;
use super::network::AutoRec;
use super::objective::Evaluated;
use super::weights::{from_vector, to_vector, values};
use crate::nn::checkpoint::{read_array, write_array};
use crate::nn::optim::{Evaluation, Lbfgs, Pair, Portable, Progress, RpropConfig};
use crate::systems::TrainError;

/// Pairs that L-BFGS keeps: each is two copies of all weights.
const LBFGS_MEMORY: usize = 10;
const FILE: &str = "optimizer.bpk";

/// Updates the weights.
pub(super) enum Optimizer {
    /// Each weight by its own gradient.
    PerParameter(ModuleOptimizer),
    /// All weights together, by several evaluations of the loss.
    Lbfgs(Lbfgs),
}

/// What the checkpoint's state says of the optimizer, beside its arrays.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct OptimizerState {
    lbfgs_pairs: usize,
    lbfgs_loss: Option<f64>,
}

impl Optimizer {
    pub(super) fn new(kind: OptimizerKind) -> Self {
        match kind {
            OptimizerKind::Rprop => {
                Self::PerParameter(Portable(RpropConfig::default().build()).into())
            }
            OptimizerKind::Adam => {
                let adam = AdamConfig::new().with_epsilon(1e-8).build();
                Self::PerParameter(Portable(adam).into())
            }
            OptimizerKind::Lbfgs => Self::Lbfgs(Lbfgs::new(LBFGS_MEMORY)),
        }
    }

    /// One step of L-BFGS; returns the loss before and whether there is no way down.
    pub(super) fn lbfgs_step(
        lbfgs: &mut Lbfgs,
        model: &mut AutoRec,
        length: f64,
        mut evaluate: impl FnMut(&AutoRec) -> Result<Evaluated, TrainError>,
    ) -> Result<(f64, bool), TrainError> {
        let mut point = to_vector(model)?;
        let mut trial = model.clone();
        let (loss, progress) = lbfgs.step(&mut point, length, |point| {
            from_vector(&mut trial, point);
            let evaluated = evaluate(&trial)?;
            Ok::<_, TrainError>(Evaluation {
                loss: evaluated.loss,
                gradient: gradient_vector(&trial, &evaluated.gradients)?,
            })
        })?;
        from_vector(model, &point);
        Ok((loss, progress == Progress::Converged))
    }

    /// Writes the arrays; returns the rest.
    pub(super) fn save(&self, folder: &Path) -> Result<OptimizerState, TrainError> {
        match self {
            Self::PerParameter(optimizer) => {
                let path = folder.join(FILE);
                optimizer.save(&path).map_err(|error| TrainError::Write {
                    path,
                    reason: error.to_string(),
                })?;
                Ok(OptimizerState::default())
            }
            Self::Lbfgs(lbfgs) => {
                let (pairs, at) = lbfgs.state();
                for (index, pair) in pairs.iter().enumerate() {
                    let shape = [pair.step.len()];
                    write_array(folder, &step_name(index), &shape, &pair.step)?;
                    write_array(folder, &difference_name(index), &shape, &pair.difference)?;
                }
                if let Some(at) = at {
                    write_array(folder, GRADIENT, &[at.gradient.len()], &at.gradient)?;
                }
                Ok(OptimizerState {
                    lbfgs_pairs: pairs.len(),
                    lbfgs_loss: at.map(|at| at.loss),
                })
            }
        }
    }

    /// Reads what `save` wrote; `weights` is how many there are.
    pub(super) fn load(
        kind: OptimizerKind,
        folder: &Path,
        state: &OptimizerState,
        weights: usize,
    ) -> Result<Self, TrainError> {
        match Self::new(kind) {
            Self::PerParameter(optimizer) => {
                let path = folder.join(FILE);
                optimizer
                    .load(&path)
                    .map(Self::PerParameter)
                    .map_err(|error| TrainError::Checkpoint {
                        path,
                        reason: error.to_string(),
                    })
            }
            Self::Lbfgs(_) => {
                let read = |name: &str| read_array(folder, name, &[weights]);
                let pairs: Result<VecDeque<Pair>, TrainError> = (0..state.lbfgs_pairs)
                    .map(|index| {
                        Ok(Pair {
                            step: read(&step_name(index))?,
                            difference: read(&difference_name(index))?,
                        })
                    })
                    .collect();
                let at = match state.lbfgs_loss {
                    Some(loss) => Some(Evaluation {
                        loss,
                        gradient: read(GRADIENT)?,
                    }),
                    None => None,
                };
                Ok(Self::Lbfgs(Lbfgs::with_state(LBFGS_MEMORY, pairs?, at)))
            }
        }
    }
}

const GRADIENT: &str = "lbfgs_gradient";

fn step_name(index: usize) -> String {
    format!("lbfgs_step_{index}")
}

fn difference_name(index: usize) -> String {
    format!("lbfgs_difference_{index}")
}

/// The gradient of every weight and bias, layer by layer.
fn gradient_vector(model: &AutoRec, gradients: &GradientsParams) -> Result<Vec<f32>, TrainError> {
    let mut vector = Vec::new();
    for (_, layer) in model.layers() {
        for part in [
            gradients.get::<2>(layer.weights.id).map(values),
            gradients.get::<1>(layer.bias.id).map(values),
        ] {
            vector.extend(part.transpose()?.unwrap_or_default());
        }
    }
    Ok(vector)
}
