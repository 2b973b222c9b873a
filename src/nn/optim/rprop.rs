//! Resilient backpropagation.

use burn::module::Module;
use burn::tensor::Tensor;
use pulp::Arch;

use super::elementwise::{GradientSource, Memories, OptimizerStateError, Rule};

/// Riedmiller and Braun, "A direct adaptive method for faster backpropagation learning: the RPROP algorithm" (1993), without
/// weight backtracking, as `torch.optim.Rprop` does it: each weight has a step size of its own that grows by `eta_plus` while the sign of
/// its gradient stays and shrinks by `eta_minus` when it turns; after a turn the weight rests for one step. For full batches.
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

/// See [`RpropConfig`]. Tells the parameters of a network apart by their ids.
#[derive(Debug, Clone, Default)]
pub struct Rprop {
    config: RpropConfig,
    /// The learning rate of the step before.
    learning_rate: Option<f64>,
    /// The gradient before, 0 where its sign had turned, and the step size.
    memories: Memories,
}

/// The state of RProp for the networks it trains.
#[derive(Debug, Clone, PartialEq)]
pub struct RpropState {
    /// The learning rate that the step sizes are relative to.
    pub learning_rate: f64,
    /// The gradients before, 0 where a sign had turned, in the order in which the networks visit their parameters.
    pub previous: Vec<f32>,
    /// Step sizes, likewise.
    pub step_size: Vec<f32>,
}

impl Rprop {
    /// An optimizer that has taken no step.
    #[must_use]
    pub fn new(config: RpropConfig) -> Self {
        Self {
            config,
            ..Self::default()
        }
    }

    /// One step. Takes the parameters' gradients out of `gradients`. The learning rate is the first step size; when it changes later, all
    /// step sizes change by the same factor.
    #[must_use]
    pub fn step<M: Module>(
        &mut self,
        network: M,
        gradients: &mut impl GradientSource,
        learning_rate: f64,
    ) -> M {
        let before = self.learning_rate.replace(learning_rate);
        if let Some(before) = before
            && before != learning_rate
        {
            self.memories.scale_second(learning_rate / before);
        }
        let rule = Factors {
            config: self.config,
            first_step: learning_rate as f32,
        };
        self.memories.update_module(network, gradients, rule)
    }

    /// The state for this network, to be saved; `None` before the first step.
    ///
    /// # Errors
    /// If the device fails.
    pub fn state<M: Module>(&self, network: &M) -> Result<Option<RpropState>, OptimizerStateError> {
        let Some(learning_rate) = self.learning_rate else {
            return Ok(None);
        };
        let [previous, step_size] = self.memories.of_module(network)?;
        Ok(Some(RpropState {
            learning_rate,
            previous,
            step_size,
        }))
    }

    /// Goes on from what was saved of this network.
    ///
    /// # Errors
    /// If the state belongs to another network.
    pub fn restore<M: Module>(
        &mut self,
        network: &M,
        state: &RpropState,
    ) -> Result<(), OptimizerStateError> {
        let memories = [state.previous.as_slice(), state.step_size.as_slice()];
        self.memories.set_module(network, memories)?;
        self.learning_rate = Some(state.learning_rate);
        Ok(())
    }
}

/// The factors that all parameters of one step share.
#[derive(Debug, Clone, Copy)]
struct Factors {
    config: RpropConfig,
    first_step: f32,
}

impl Rule for Factors {
    fn initial(self) -> [f32; 2] {
        [0.0, self.first_step]
    }

    fn update(self, weights: &mut [f32], [previous, steps]: [&mut [f32]; 2], gradient: &[f32]) {
        Arch::new().dispatch(|| update(self.config, weights, previous, steps, gradient));
    }

    fn update_by_ops(
        self,
        weights: Tensor<1>,
        [previous, step_size]: [Tensor<1>; 2],
        gradient: Tensor<1>,
    ) -> (Tensor<1>, [Tensor<1>; 2]) {
        let config = &self.config;
        let turn = (gradient.clone() * previous).sign();
        let turned = turn.clone().lower_elem(0.0);
        let factor = turn
            .ones_like()
            .mask_fill(turn.clone().greater_elem(0.0), config.eta_plus)
            .mask_fill(turned.clone(), config.eta_minus);
        let step_size = (step_size * factor).clamp(config.min_step, config.max_step);
        let gradient = gradient.mask_fill(turned, 0.0);
        let weights = weights - gradient.clone().sign() * step_size.clone();
        (weights, [gradient, step_size])
    }
}

#[inline(always)]
fn update(
    config: RpropConfig,
    weights: &mut [f32],
    previous: &mut [f32],
    steps: &mut [f32],
    gradient: &[f32],
) {
    let memory = previous.iter_mut().zip(steps).zip(gradient);
    for (weight, ((previous, step), gradient)) in weights.iter_mut().zip(memory) {
        let turn = gradient * *previous;
        let factor = if turn > 0.0 {
            config.eta_plus
        } else if turn < 0.0 {
            config.eta_minus
        } else {
            1.0
        };
        *step = (*step * factor).max(config.min_step).min(config.max_step);
        let gradient = if turn < 0.0 { 0.0 } else { *gradient };
        *previous = gradient;
        let sign = if gradient > 0.0 {
            1.0
        } else if gradient < 0.0 {
            -1.0
        } else {
            0.0
        };
        *weight -= sign * *step;
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData};
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

    fn fixture() -> Steps {
        let text = include_str!("../../../tests/fixtures/autorec.json");
        let fixture: Fixture = serde_json::from_str(text).expect("a fixture");
        fixture.rprop
    }

    fn assert_near(found: &[f32], expected: &[f32]) {
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-6, "{found} and {expected}");
        }
    }

    fn rule(learning_rate: f64) -> Factors {
        Factors {
            config: RpropConfig::default(),
            first_step: learning_rate as f32,
        }
    }

    #[test]
    fn steps_on_the_cpu_equal_pytorchs() {
        let fixture = fixture();
        let device = Device::flex();
        let tensor = |values: &[f32]| {
            Tensor::<2>::from_data(TensorData::new(values.to_vec(), fixture.shape), &device)
        };
        let mut memories = Memories::default();
        let mut weights = tensor(&fixture.start);
        for (gradient, expected) in fixture.gradients.iter().zip(&fixture.steps) {
            let rule = rule(fixture.learning_rate);
            weights = memories.update(1, weights, tensor(gradient), rule);
            let found: Vec<f32> = weights.clone().try_into_vec_as().expect("on the CPU");
            assert_near(&found, expected);
        }
    }

    #[test]
    fn steps_by_operations_equal_pytorchs() {
        let fixture = fixture();
        let device = Device::flex();
        let count = fixture.start.len();
        let tensor = |values: &[f32]| {
            Tensor::<1>::from_data(TensorData::new(values.to_vec(), [count]), &device)
        };
        let rule = rule(fixture.learning_rate);
        let mut weights = tensor(&fixture.start);
        let mut memory = rule
            .initial()
            .map(|value| Tensor::full([count], value, &device));
        for (gradient, expected) in fixture.gradients.iter().zip(&fixture.steps) {
            (weights, memory) = rule.update_by_ops(weights, memory, tensor(gradient));
            let found: Vec<f32> = weights.clone().try_into_vec_as().expect("on the CPU");
            assert_near(&found, expected);
        }
    }

    #[test]
    fn a_new_learning_rate_scales_the_step_sizes() {
        use burn::module::{Param, ParamId};
        use burn::optim::GradientsParams;

        let device = Device::flex().autodiff();
        let ones = Tensor::<1>::ones([1], &device).require_grad();
        let mut weights = Param::initialized(ParamId::from(7), ones);
        let mut rprop = Rprop::default();
        assert_eq!(rprop.state(&weights), Ok(None));
        for learning_rate in [0.1, 0.2] {
            let mut gradients = GradientsParams::new();
            gradients.register(weights.id, Tensor::<1>::ones([1], &Device::flex()));
            weights = rprop.step(weights, &mut gradients, learning_rate);
        }
        // 1 − 0.1 − 0.1·2·1.2
        let weight: Vec<f32> = weights.val().inner().try_into_vec_as().expect("on the CPU");
        assert_near(&weight, &[0.66]);
        let state = rprop
            .state(&weights)
            .expect("on the CPU")
            .expect("two steps");
        assert_eq!(state.learning_rate, 0.2);
        assert_near(&state.step_size, &[0.24]);
        let mut again = Rprop::default();
        again.restore(&weights, &state).expect("the same network");
        assert_eq!(again.state(&weights), Ok(Some(state)));
    }
}
