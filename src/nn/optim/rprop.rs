//! Resilient backpropagation.

use burn::module::Module;
use burn::tensor::Tensor;
use pulp::{Arch, Simd, WithSimd};

use super::elementwise::{GradientSource, Memories, OptimizerStateError, Rule};

/// Riedmiller and Braun, "A direct adaptive method for faster backpropagation learning: the RPROP algorithm" (1993), without
/// weight backtracking, as `torch.optim.Rprop` does it: each weight has a step size of its own that grows by `eta_plus` while the sign of
/// its gradient stays and shrinks by `eta_minus` when it turns; after a turn the weight rests for one step. For full batches. On the CPU each
/// parameter is updated in place, in one pass over memory.
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
    /// The step size, with the sign of the gradient before: see [`Packed`].
    memories: Memories<1>,
}

/// The state of RProp for the networks it trains.
#[derive(Debug, Clone, PartialEq)]
pub struct RpropState {
    /// The learning rate that the step sizes are relative to.
    pub learning_rate: f64,
    /// Signs of the gradients before (1 or −1), 0 where a sign had turned, in the order in which the networks visit their parameters.
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
    /// step sizes change by the same factor. `weight_decay` times its value is added to the gradient of each weight of a matrix; biases have none.
    #[must_use]
    pub fn step<M: Module>(
        &mut self,
        network: M,
        gradients: &mut impl GradientSource,
        learning_rate: f64,
        weight_decay: f64,
    ) -> M {
        let config = self.config;
        let before = self.learning_rate.replace(learning_rate);
        if let Some(before) = before
            && before != learning_rate
        {
            let factor = learning_rate / before;
            self.memories.change(
                |packed| {
                    let (step, sign) = Packed::open(packed);
                    Packed::of(config.limited(step * factor as f32), sign)
                },
                |packed| {
                    let (step, sign) = Packed::open_by_ops(packed);
                    Packed::of_by_ops(config.limited_by_ops(step.mul_scalar(factor)), sign)
                },
            );
        }
        let rule = Factors {
            config,
            first_step: learning_rate as f32,
            weight_decay: weight_decay as f32,
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
        let [packed] = self.memories.of_module(network)?;
        let (step_size, previous) = packed.into_iter().map(Packed::open).unzip();
        Ok(Some(RpropState {
            learning_rate,
            previous,
            step_size,
        }))
    }

    /// Goes on from what was saved of this network. Of the gradients before, the signs count.
    ///
    /// # Errors
    /// If the state belongs to another network.
    pub fn restore<M: Module>(
        &mut self,
        network: &M,
        state: &RpropState,
    ) -> Result<(), OptimizerStateError> {
        let values = state.previous.iter().zip(&state.step_size);
        let packed: Vec<f32> = values
            .map(|(previous, step)| Packed::of(self.config.limited(*step), *previous))
            .collect();
        self.memories.set_module(network, [&packed])?;
        self.learning_rate = Some(state.learning_rate);
        Ok(())
    }
}

impl RpropConfig {
    #[inline(always)]
    fn limited(self, step: f32) -> f32 {
        step.max(self.min_step).min(self.max_step)
    }

    fn limited_by_ops(self, step: Tensor<1>) -> Tensor<1> {
        step.clamp(self.min_step, self.max_step)
    }
}

/// A step size and the sign of the gradient before in one number: half the memory of two. The number has the sign; where there is none, the
/// step size stands multiplied by 2⁶⁴, far above every step size.
struct Packed;

impl Packed {
    const RESTS: f32 = 18_446_744_073_709_551_616.0;
    const LIMIT: f32 = 1e12;

    /// Of a gradient, the sign counts.
    #[inline(always)]
    fn of(step: f32, gradient: f32) -> f32 {
        // Whatever is not a number has no sign, either.
        if gradient.abs() > 0.0 {
            step.copysign(gradient)
        } else {
            step * Self::RESTS
        }
    }

    /// The step size, and the sign: 1, −1 or 0.
    #[inline(always)]
    fn open(packed: f32) -> (f32, f32) {
        let size = packed.abs();
        if size > Self::LIMIT {
            (size / Self::RESTS, 0.0)
        } else {
            (size, 1f32.copysign(packed))
        }
    }

    fn of_by_ops(step: Tensor<1>, gradient: Tensor<1>) -> Tensor<1> {
        let sign = gradient.sign();
        let resting = step.clone().mul_scalar(Self::RESTS);
        let rests = sign.clone().equal_elem(0.0);
        (step * sign).mask_where(rests, resting)
    }

    fn open_by_ops(packed: Tensor<1>) -> (Tensor<1>, Tensor<1>) {
        let rests = packed.clone().greater_elem(Self::LIMIT);
        let sign = packed.clone().sign().mask_fill(rests.clone(), 0.0);
        let size = packed.abs();
        let resting = size.clone().div_scalar(Self::RESTS);
        (size.mask_where(rests, resting), sign)
    }
}

/// The factors that all parameters of one step share.
#[derive(Debug, Clone, Copy)]
struct Factors {
    config: RpropConfig,
    first_step: f32,
    weight_decay: f32,
}

impl Rule<1> for Factors {
    fn initial(self) -> [f32; 1] {
        [Packed::of(self.config.limited(self.first_step), 0.0)]
    }

    fn of_rank(self, axes: usize) -> Self {
        let weight_decay = if axes > 1 { self.weight_decay } else { 0.0 };
        Self {
            weight_decay,
            ..self
        }
    }

    fn update(self, weights: &mut [f32], [packed]: [&mut [f32]; 1], gradient: &[f32]) {
        Arch::new().dispatch(Update {
            weights,
            packed,
            gradient,
            factors: self,
        });
    }

    fn update_by_ops(
        self,
        weights: Tensor<1>,
        [packed]: [Tensor<1>; 1],
        gradient: Tensor<1>,
    ) -> (Tensor<1>, [Tensor<1>; 1]) {
        let config = &self.config;
        let gradient = match self.weight_decay {
            0.0 => gradient,
            decay => gradient + weights.clone().mul_scalar(decay),
        };
        let (step, previous) = Packed::open_by_ops(packed);
        let turn = (gradient.clone() * previous).sign();
        let turned = turn.clone().lower_elem(0.0);
        let factor = turn
            .ones_like()
            .mask_fill(turn.greater_elem(0.0), config.eta_plus)
            .mask_fill(turned.clone(), config.eta_minus);
        let step = config.limited_by_ops(step * factor);
        let sign = gradient.sign().mask_fill(turned, 0.0);
        let weights = weights - sign.clone() * step.clone();
        (weights, [Packed::of_by_ops(step, sign)])
    }
}

/// One chunk of weights. Not a closure, which would not be compiled for the SIMD at hand.
struct Update<'a> {
    weights: &'a mut [f32],
    packed: &'a mut [f32],
    gradient: &'a [f32],
    factors: Factors,
}

impl WithSimd for Update<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Factors {
            config,
            weight_decay,
            ..
        } = self.factors;
        let weights = self.weights.iter_mut().zip(self.packed);
        for ((weight, packed), gradient) in weights.zip(self.gradient) {
            let gradient = gradient + weight_decay * *weight;
            let (step, previous) = Packed::open(*packed);
            let turn = gradient * previous;
            let factor = if turn > 0.0 { config.eta_plus } else { 1.0 };
            let factor = if turn < 0.0 { config.eta_minus } else { factor };
            let step = config.limited(step * factor);
            let gradient = if turn < 0.0 { 0.0 } else { gradient };
            let moved = if gradient > 0.0 { step } else { 0.0 };
            let moved = if gradient < 0.0 { -step } else { moved };
            *weight -= moved;
            *packed = Packed::of(step, gradient);
        }
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
            weight_decay: 0.0,
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
            weights = rprop.step(weights, &mut gradients, learning_rate, 0.5);
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

    /// A weight of a matrix: its gradients with the decay are 1 + 0.5 · 2 and −0.8 + 0.5 · 1.9. A bias has no decay.
    #[test]
    fn weights_decay_and_biases_do_not() {
        use burn::module::{Param, ParamId};
        use burn::optim::GradientsParams;

        let device = Device::flex().autodiff();
        let two = || Tensor::<1>::full([1], 2.0, &device);
        let mut layer = (
            Param::initialized(ParamId::from(1), two().unsqueeze::<2>().require_grad()),
            Param::initialized(ParamId::from(2), two().require_grad()),
        );
        let mut rprop = Rprop::default();
        for gradient in [1.0, -0.8] {
            let mut gradients = GradientsParams::new();
            let gradient = Tensor::<1>::full([1], gradient, &Device::flex());
            gradients.register(layer.0.id, gradient.clone().unsqueeze::<2>());
            gradients.register(layer.1.id, gradient);
            layer = rprop.step(layer, &mut gradients, 0.1, 0.5);
        }
        let values = |tensor: Tensor<1>| -> Vec<f32> { tensor.try_into_vec_as().expect("values") };
        // 2 − 0.1 − 0.12: the sign stays.
        assert_near(&values(layer.0.val().inner().reshape([1])), &[1.78]);
        // The sign turns, and the bias rests.
        assert_near(&values(layer.1.val().inner()), &[1.9]);
    }

    #[test]
    fn step_and_sign_share_a_number() {
        let device = Device::flex();
        let config = RpropConfig::default();
        for step in [config.min_step, 0.123, config.max_step] {
            for (gradient, sign) in [(3e-40, 1.0), (-2.0, -1.0), (0.0, 0.0), (-0.0, 0.0)] {
                let packed = Packed::of(step, gradient);
                let (opened, found) = Packed::open(packed);
                assert_eq!((opened, found), (step, sign));
                let tensor = |value: f32| Tensor::<1>::full([1], value, &device);
                let by_ops = Packed::of_by_ops(tensor(step), tensor(sign));
                let values = |tensor: Tensor<1>| tensor.try_into_vec_as::<f32>().expect("a value");
                assert_eq!(values(by_ops.clone()), [packed]);
                let (opened, found) = Packed::open_by_ops(by_ops);
                assert_eq!((values(opened), values(found)), (vec![step], vec![sign]));
            }
        }
    }
}
