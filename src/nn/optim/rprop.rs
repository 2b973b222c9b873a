//! Resilient backpropagation.

use burn::backend::Flex;
use burn::optim::{LearningRate, Optimizer, RecordState, StateSink, StateSource};
use burn::tensor::{Device, Tensor};
use rayon::prelude::*;

use crate::nn::is_flex;

/// Riedmiller and Braun, "A direct adaptive method for faster backpropagation learning: the RPROP algorithm" (1993), without
/// weight backtracking, as `torch.optim.Rprop` does it: each weight has a step size of its own that grows by `eta_plus` while the sign of
/// its gradient stays and shrinks by `eta_minus` when it turns; after a turn the weight rests for one step. For full batches.
///
/// The learning rate is the first step size. When it changes later, all step sizes change by the same factor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RpropConfig {
    /// Factor when the sign turns: 0.5.
    pub eta_minus: f32,
    /// Factor while the sign stays: 1.2.
    pub eta_plus: f32,
    /// Smallest step size: 1e-6.
    pub min_step: f32,
    /// Largest step size: 50.
    pub max_step: f32,
}

impl Default for RpropConfig {
    fn default() -> Self {
        Self {
            eta_minus: 0.5,
            eta_plus: 1.2,
            min_step: 1e-6,
            max_step: 50.0,
        }
    }
}

impl RpropConfig {
    /// The optimizer.
    #[must_use]
    pub fn build(self) -> Rprop {
        Rprop { config: self }
    }
}

/// See [`RpropConfig`].
#[derive(Debug, Clone)]
pub struct Rprop {
    config: RpropConfig,
}

/// State of one parameter.
#[derive(Clone)]
pub struct RpropState<const D: usize> {
    /// The gradient before, zero where its sign had turned.
    previous: Tensor<D>,
    /// Step sizes.
    step_size: Tensor<D>,
    /// The learning rate that the step sizes are relative to.
    learning_rate: f64,
}

impl<const D: usize> RecordState for RpropState<D> {
    fn state_flatten(&self, prefix: &str, out: &mut StateSink) {
        out.push_tensor(prefix, "previous", self.previous.clone().into_data());
        out.push_tensor(prefix, "step_size", self.step_size.clone().into_data());
        out.push_scalar(prefix, "learning_rate", self.learning_rate.into());
    }

    fn state_unflatten(prefix: &str, src: &mut StateSource, device: &Device) -> Option<Self> {
        Some(Self {
            previous: Tensor::from_data(src.take_tensor(prefix, "previous")?, device),
            step_size: Tensor::from_data(src.take_tensor(prefix, "step_size")?, device),
            learning_rate: src.take_scalar(prefix, "learning_rate")?.try_into().ok()?,
        })
    }
}

impl Optimizer for Rprop {
    type State<const D: usize> = RpropState<D>;

    fn step<const D: usize>(
        &self,
        lr: LearningRate,
        tensor: Tensor<D>,
        grad: Tensor<D>,
        state: Option<Self::State<D>>,
    ) -> (Tensor<D>, Option<Self::State<D>>) {
        let mut state = state.unwrap_or_else(|| RpropState {
            previous: grad.zeros_like(),
            step_size: grad.full_like(lr),
            learning_rate: lr,
        });
        if state.learning_rate != lr {
            state.step_size = state.step_size.mul_scalar(lr / state.learning_rate);
            state.learning_rate = lr;
        }
        if is_flex(&tensor.device()) {
            self.step_fused(tensor, grad, state)
        } else {
            self.step_by_ops(tensor, grad, state)
        }
    }

    fn to_device<const D: usize>(state: Self::State<D>, device: &Device) -> Self::State<D> {
        RpropState {
            previous: state.previous.to_device(device),
            step_size: state.step_size.to_device(device),
            learning_rate: state.learning_rate,
        }
    }
}

impl Rprop {
    fn step_by_ops<const D: usize>(
        &self,
        tensor: Tensor<D>,
        grad: Tensor<D>,
        state: RpropState<D>,
    ) -> (Tensor<D>, Option<RpropState<D>>) {
        let config = &self.config;
        let turn = (grad.clone() * state.previous).sign();
        let turned = turn.clone().lower_elem(0.0);
        let factor = turn
            .ones_like()
            .mask_fill(turn.clone().greater_elem(0.0), config.eta_plus)
            .mask_fill(turned.clone(), config.eta_minus);
        let step_size = (state.step_size * factor).clamp(config.min_step, config.max_step);
        let grad = grad.mask_fill(turned, 0.0);
        let tensor = tensor - grad.clone().sign() * step_size.clone();
        let state = RpropState {
            previous: grad,
            step_size,
            learning_rate: state.learning_rate,
        };
        (tensor, Some(state))
    }

    /// The same in one pass over memory, in place where nobody else holds the tensors.
    fn step_fused<const D: usize>(
        &self,
        tensor: Tensor<D>,
        grad: Tensor<D>,
        state: RpropState<D>,
    ) -> (Tensor<D>, Option<RpropState<D>>) {
        let mut weights = flex(tensor);
        let mut grad = flex(grad);
        let mut step_size = flex(state.step_size);
        let previous = flex(state.previous);
        const CHUNK: usize = 1 << 14;
        weights
            .storage_mut::<f32>()
            .par_chunks_mut(CHUNK)
            .zip(grad.storage_mut::<f32>().par_chunks_mut(CHUNK))
            .zip(step_size.storage_mut::<f32>().par_chunks_mut(CHUNK))
            .zip(previous.storage::<f32>().par_chunks(CHUNK))
            .for_each(|(((weights, grad), step_size), previous)| {
                pulp::Arch::new().dispatch(|| {
                    self.update(weights, grad, step_size, previous);
                });
            });
        let state = RpropState {
            previous: Tensor::from_primitive::<Flex>(grad),
            step_size: Tensor::from_primitive::<Flex>(step_size),
            learning_rate: state.learning_rate,
        };
        (Tensor::from_primitive::<Flex>(weights), Some(state))
    }

    #[inline(always)]
    fn update(&self, weights: &mut [f32], grad: &mut [f32], steps: &mut [f32], previous: &[f32]) {
        let config = self.config;
        let state = grad.iter_mut().zip(steps).zip(previous);
        for (weight, ((grad, step), previous)) in weights.iter_mut().zip(state) {
            let turn = *grad * previous;
            let factor = if turn > 0.0 {
                config.eta_plus
            } else if turn < 0.0 {
                config.eta_minus
            } else {
                1.0
            };
            *step = (*step * factor).max(config.min_step).min(config.max_step);
            *grad = if turn < 0.0 { 0.0 } else { *grad };
            let sign = if *grad > 0.0 {
                1.0
            } else if *grad < 0.0 {
                -1.0
            } else {
                0.0
            };
            *weight -= sign * *step;
        }
    }
}

/// The tensor of the CPU backend, its storage exactly its values.
pub(super) fn flex<const D: usize>(tensor: Tensor<D>) -> burn::backend::flex::FlexTensor {
    let Ok(primitive) = tensor.try_into_primitive::<Flex>() else {
        unreachable!("only called for tensors on the CPU backend, off the tape")
    };
    let whole = primitive.is_contiguous()
        && primitive.storage::<f32>().len() == primitive.layout().num_elements();
    if whole {
        primitive
    } else {
        burn::backend::flex::FlexTensor::from_data(primitive.to_contiguous().into_data())
    }
}

#[cfg(test)]
mod tests {
    use burn::optim::StateSink;
    use burn::tensor::TensorData;
    use serde::Deserialize;

    use super::*;

    /// From `tests/fixtures/autorec.py`.
    #[derive(Deserialize)]
    struct Fixture {
        rprop: Steps,
    }

    #[derive(Deserialize)]
    struct Steps {
        shape: [usize; 2],
        learning_rate: f64,
        start: Vec<f32>,
        gradients: Vec<Vec<f32>>,
        steps: Vec<Vec<f32>>,
    }

    type Step =
        fn(&Rprop, Tensor<2>, Tensor<2>, RpropState<2>) -> (Tensor<2>, Option<RpropState<2>>);

    fn follow(step: Step) {
        let text = include_str!("../../../tests/fixtures/autorec.json");
        let fixture: Fixture = serde_json::from_str(text).expect("a fixture");
        let Steps {
            shape,
            learning_rate,
            start,
            gradients,
            steps,
        } = fixture.rprop;
        let device = Device::flex();
        let tensor = |values: &[f32]| {
            Tensor::<2>::from_data(TensorData::new(values.to_vec(), shape), &device)
        };
        let rprop = RpropConfig::default().build();
        let mut weights = tensor(&start);
        let mut state = RpropState {
            previous: weights.zeros_like(),
            step_size: weights.full_like(learning_rate),
            learning_rate,
        };
        for (gradient, expected) in gradients.iter().zip(&steps) {
            let (next, next_state) = step(&rprop, weights, tensor(gradient), state);
            weights = next;
            state = next_state.expect("has state");
            let ours: Vec<f32> = weights.clone().try_into_vec_as().expect("on the CPU");
            for (ours, expected) in ours.iter().zip(expected) {
                assert!((ours - expected).abs() < 1e-6, "{ours} and {expected}");
            }
        }
    }

    #[test]
    fn the_fused_steps_equal_pytorchs() {
        follow(Rprop::step_fused);
    }

    #[test]
    fn the_steps_by_ops_equal_pytorchs() {
        follow(Rprop::step_by_ops);
    }

    #[test]
    fn a_new_learning_rate_scales_the_step_sizes() {
        let device = Device::flex();
        let rprop = RpropConfig::default().build();
        let ones = || Tensor::<1>::ones([1], &device);
        let (weights, state) = rprop.step(0.1, ones(), ones(), None);
        let (weights, state) = rprop.step(0.2, weights, ones(), state);
        // 1 − 0.1 − 0.1·2·1.2
        let weight = weights.into_scalar::<f32>();
        assert!((weight - 0.66).abs() < 1e-6, "{weight}");
        let mut sink = StateSink::default();
        state.expect("has state").state_flatten("w", &mut sink);
        assert_eq!(sink.tensors.len(), 2);
    }
}
