//! The optimiser of a run and its state on disk.

use std::path::Path;

use burn::module::Module;
use burn::optim::{AdamConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::Tensor;

use super::config::OptimizerKind;
use crate::nn::optim::{Portable, RpropConfig};
use crate::systems::TrainError;

/// Updates the weights of a module.
pub(super) enum Optimizer {
    /// Each weight by its own gradient.
    PerParameter(ModuleOptimizer),
}

impl Optimizer {
    pub(super) fn new(kind: OptimizerKind) -> Self {
        match kind {
            OptimizerKind::Rprop | OptimizerKind::Lbfgs => {
                Self::PerParameter(Portable(RpropConfig::default().build()).into())
            }
            OptimizerKind::Adam => {
                let adam = AdamConfig::new().with_epsilon(1e-8).build();
                Self::PerParameter(Portable(adam).into())
            }
        }
    }

    /// One update from the gradient of `loss`; `None` if the module was not updated because the loss is not finite.
    pub(super) fn step<M: Module>(&mut self, learning_rate: f64, module: M, loss: Tensor<1>) -> M {
        match self {
            Self::PerParameter(optimizer) => {
                let grads = GradientsParams::from_grads(loss.backward(), &module);
                optimizer.step(learning_rate, module, grads)
            }
        }
    }

    pub(super) fn save(&self, path: &Path) -> Result<(), TrainError> {
        match self {
            Self::PerParameter(optimizer) => {
                optimizer.save(path).map_err(|error| TrainError::Write {
                    path: path.to_owned(),
                    reason: error.to_string(),
                })
            }
        }
    }

    pub(super) fn load(kind: OptimizerKind, path: &Path) -> Result<Self, TrainError> {
        match Self::new(kind) {
            Self::PerParameter(optimizer) => {
                optimizer
                    .load(path)
                    .map(Self::PerParameter)
                    .map_err(|error| TrainError::Checkpoint {
                        path: path.to_owned(),
                        reason: error.to_string(),
                    })
            }
        }
    }
}
