//! The optimizer of a run and its state in a checkpoint.

use std::collections::VecDeque;

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::config::OptimizerKind;
use super::network::AutoRec;
use super::objective::{Evaluated, Gradient};
use super::weights::{from_vector, to_vector};
use crate::nn::checkpoint::{Checkpoint, CheckpointError, CheckpointWriter, LegacyOptimizer};
use crate::nn::optim::{
    Adam, AdamState, Evaluation, Lbfgs, OptimizerStateError, Pair, Progress, Rprop, RpropState,
};
use crate::systems::TrainError;

/// Pairs that L-BFGS keeps: each is two copies of all weights.
const LBFGS_MEMORY: usize = 10;

/// Updates the weights.
pub(super) enum Optimizer {
    Adam(Adam),
    Rprop(Rprop),
    /// All weights together, by several evaluations of the loss.
    Lbfgs(Lbfgs),
}

/// The optimizer's part of a checkpoint's state.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct OptimizerState {
    lbfgs_pairs: usize,
    lbfgs_loss: Option<f64>,
    #[serde(default)]
    adam_steps: u64,
    #[serde(default)]
    rprop_learning_rate: Option<f64>,
}

impl Optimizer {
    pub(super) fn new(kind: OptimizerKind) -> Self {
        match kind {
            OptimizerKind::Rprop => Self::Rprop(Rprop::default()),
            OptimizerKind::Adam => Self::Adam(Adam::default()),
            OptimizerKind::Lbfgs => Self::Lbfgs(Lbfgs::new(LBFGS_MEMORY)),
        }
    }

    /// One step of an optimizer that needs one gradient.
    pub(super) fn step(
        &mut self,
        model: AutoRec,
        mut gradient: Gradient,
        learning_rate: f64,
    ) -> AutoRec {
        let (of_errors, decay) = (&mut gradient.of_errors, gradient.weight_decay);
        match self {
            Self::Adam(adam) => adam.decayed_step(model, of_errors, learning_rate, decay),
            Self::Rprop(rprop) => rprop.step(model, of_errors, learning_rate, decay),
            Self::Lbfgs(_) => unreachable!("L-BFGS takes steps of its own"),
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
                gradient: evaluated.gradient.to_vector(&trial)?,
            })
        })?;
        from_vector(model, &point);
        Ok((loss, progress == Progress::Converged))
    }

    /// Adds the arrays; returns the rest.
    pub(super) fn save(
        &self,
        model: &AutoRec,
        to: &mut CheckpointWriter,
    ) -> Result<OptimizerState, TrainError> {
        let mut state = OptimizerState::default();
        let mut add = |name: &str, values: Vec<f32>| {
            to.array(name, &[values.len()], values);
        };
        match self {
            Self::Adam(adam) if adam.steps() > 0 => {
                let AdamState {
                    steps,
                    first,
                    second,
                } = adam.state(model).map_err(of_device)?;
                add(ADAM[0], first);
                add(ADAM[1], second);
                state.adam_steps = steps;
            }
            Self::Adam(_) => {}
            Self::Rprop(rprop) => {
                if let Some(rprop) = rprop.state(model).map_err(of_device)? {
                    add(RPROP[0], rprop.previous);
                    add(RPROP[1], rprop.step_size);
                    state.rprop_learning_rate = Some(rprop.learning_rate);
                }
            }
            Self::Lbfgs(lbfgs) => {
                let (pairs, at) = lbfgs.state();
                for (index, pair) in pairs.iter().enumerate() {
                    add(&step_name(index), pair.step.clone());
                    add(&difference_name(index), pair.difference.clone());
                }
                if let Some(at) = at {
                    add(GRADIENT, at.gradient.clone());
                }
                state.lbfgs_pairs = pairs.len();
                state.lbfgs_loss = at.map(|at| at.loss);
            }
        }
        Ok(state)
    }

    /// Reads what `save` added.
    pub(super) fn load(
        kind: OptimizerKind,
        from: &Checkpoint,
        state: &OptimizerState,
        model: &AutoRec,
    ) -> Result<Self, TrainError> {
        let count = model.num_params();
        let read = |name: &str| from.array(name, &[count]);
        let mut optimizer = Self::new(kind);
        match &mut optimizer {
            Self::Adam(adam) => {
                let state = match from.legacy_optimizer()? {
                    Some(legacy) => legacy_adam(&legacy, model)?,
                    None if state.adam_steps == 0 => return Ok(optimizer),
                    None => AdamState {
                        steps: state.adam_steps,
                        first: read(ADAM[0])?,
                        second: read(ADAM[1])?,
                    },
                };
                adam.restore(model, &state).map_err(of_device)?;
            }
            Self::Rprop(rprop) => {
                let state = match from.legacy_optimizer()? {
                    Some(legacy) => legacy_rprop(&legacy, model)?,
                    None => match state.rprop_learning_rate {
                        None => None,
                        Some(learning_rate) => Some(RpropState {
                            learning_rate,
                            previous: read(RPROP[0])?,
                            step_size: read(RPROP[1])?,
                        }),
                    },
                };
                if let Some(state) = state {
                    rprop.restore(model, &state).map_err(of_device)?;
                }
            }
            Self::Lbfgs(lbfgs) => {
                let pairs: Result<VecDeque<Pair>, CheckpointError> = (0..state.lbfgs_pairs)
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
                *lbfgs = Lbfgs::with_state(LBFGS_MEMORY, pairs?, at);
            }
        }
        Ok(optimizer)
    }
}

/// Names of arrays.
const ADAM: [&str; 2] = ["adam_first", "adam_second"];
const RPROP: [&str; 2] = ["rprop_previous", "rprop_step_size"];
const GRADIENT: &str = "lbfgs_gradient";

fn step_name(index: usize) -> String {
    format!("lbfgs_step_{index}")
}

fn difference_name(index: usize) -> String {
    format!("lbfgs_difference_{index}")
}

fn of_device(error: OptimizerStateError) -> TrainError {
    TrainError::Device(error.to_string())
}

/// burn's Adam in a checkpoint of an earlier version.
fn legacy_adam(legacy: &LegacyOptimizer, model: &AutoRec) -> Result<AdamState, TrainError> {
    let steps = legacy.number(model.encoder.weights.id.val(), "momentum.time");
    Ok(AdamState {
        steps: steps.unwrap_or(0.0) as u64,
        first: legacy_values(legacy, model, "momentum.moment_1")?,
        second: legacy_values(legacy, model, "momentum.moment_2")?,
    })
}

/// RProp in a checkpoint of an earlier version; `None` before its first step.
fn legacy_rprop(
    legacy: &LegacyOptimizer,
    model: &AutoRec,
) -> Result<Option<RpropState>, TrainError> {
    let learning_rate = legacy.number(model.encoder.weights.id.val(), "learning_rate");
    let Some(learning_rate) = learning_rate else {
        return Ok(None);
    };
    Ok(Some(RpropState {
        learning_rate,
        previous: legacy_values(legacy, model, "previous")?,
        step_size: legacy_values(legacy, model, "step_size")?,
    }))
}

/// One array of all parameters, in the order in which the network visits them.
fn legacy_values(
    legacy: &LegacyOptimizer,
    model: &AutoRec,
    field: &str,
) -> Result<Vec<f32>, TrainError> {
    struct Collect<'a> {
        legacy: &'a LegacyOptimizer,
        field: &'a str,
        values: Result<Vec<f32>, CheckpointError>,
    }
    impl ModuleVisitor for Collect<'_> {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            let count = param.val().shape().num_elements();
            let read = self.legacy.array(param.id.val(), self.field, count);
            if let Ok(values) = &mut self.values {
                match read {
                    Ok(read) => values.extend(read.unwrap_or_else(|| vec![0.0; count])),
                    Err(error) => self.values = Err(error),
                }
            }
        }
    }
    let mut collect = Collect {
        legacy,
        field,
        values: Ok(Vec::new()),
    };
    model.visit(&mut collect);
    Ok(collect.values?)
}
