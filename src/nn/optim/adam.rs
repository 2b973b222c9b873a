//! Adam.

use burn::module::Module;
use burn::tensor::Tensor;
use pulp::{Arch, Simd, WithSimd};

use super::elementwise::{GradientSource, Memories, OptimizerStateError, Rule};

/// Kingma and Ba, "Adam: a method for stochastic optimization" (2015), as `torch.optim.Adam` does it, with an L2 penalty (`weight_decay`
/// there) that each step is told: β₁ as given, β₂ = 0.999, ε = 1e-8. On the CPU each parameter is updated in place, in one pass over memory.
///
/// It trains networks, whose parameters it tells apart by their ids, or single tensors with numbers of the caller's choice; all share the
/// count of steps. A parameter without a gradient keeps its value and its moments.
#[derive(Debug, Clone)]
pub struct Adam {
    beta_1: f64,
    steps: u64,
    /// Running means of a parameter's gradient and of its square.
    moments: Memories<2>,
}

/// The state of an optimizer of networks.
#[derive(Debug, Clone, PartialEq)]
pub struct AdamState {
    /// Steps taken.
    pub steps: u64,
    /// First moments of every value of the networks, in the order in which they visit their parameters; 0 where no step was taken.
    pub first: Vec<f32>,
    /// Second moments, likewise.
    pub second: Vec<f32>,
}

const BETA_2: f64 = 0.999;
const EPSILON: f64 = 1e-8;

impl Default for Adam {
    /// β₁ = 0.9.
    fn default() -> Self {
        Self::new(0.9)
    }
}

impl Adam {
    /// CycleGAN and pix2pix take 0.5 for `beta_1`.
    #[must_use]
    pub fn new(beta_1: f64) -> Self {
        Self {
            beta_1,
            steps: 0,
            moments: Memories::default(),
        }
    }

    /// Steps taken so far.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// One step of one network or, as a tuple, several. Takes the parameters' gradients out of `gradients`.
    #[must_use]
    pub fn step<M: Module>(
        &mut self,
        networks: M,
        gradients: &mut impl GradientSource,
        learning_rate: f64,
    ) -> M {
        self.begin_step();
        self.update_network(networks, gradients, learning_rate)
    }

    /// The same, with `weight_decay` times its value added to the gradient of each weight of a matrix or a filter; biases have none.
    #[must_use]
    pub fn decayed_step<M: Module>(
        &mut self,
        networks: M,
        gradients: &mut impl GradientSource,
        learning_rate: f64,
        weight_decay: f64,
    ) -> M {
        self.begin_step();
        let factors = self.factors(learning_rate, weight_decay);
        self.moments.update_module(networks, gradients, factors)
    }

    /// Begins the next step, for parameters that are updated one after another.
    pub fn begin_step(&mut self) {
        self.steps += 1;
    }

    /// Some networks' part of the step.
    ///
    /// # Panics
    /// Before the first [`Self::begin_step`].
    #[must_use]
    pub fn update_network<M: Module>(
        &mut self,
        networks: M,
        gradients: &mut impl GradientSource,
        learning_rate: f64,
    ) -> M {
        let factors = self.factors(learning_rate, 0.0);
        self.moments.update_module(networks, gradients, factors)
    }

    /// One tensor's part of the step. Both tensors are off the tape; without other owners of the parameter's memory it is updated in place.
    ///
    /// # Panics
    /// Before the first [`Self::begin_step`].
    #[must_use]
    pub fn update(
        &mut self,
        number: usize,
        tensor: Tensor<2>,
        gradient: Tensor<2>,
        learning_rate: f64,
        weight_decay: f64,
    ) -> Tensor<2> {
        let factors = self.factors(learning_rate, weight_decay);
        self.moments
            .update(number as u64, tensor, gradient, factors)
    }

    /// The moments of a tensor, first and second, if it has taken a step.
    ///
    /// # Errors
    /// If the device fails.
    pub fn moments(&self, number: usize) -> Result<Option<[Vec<f32>; 2]>, String> {
        self.moments.get(number as u64)
    }

    /// Goes on from a saved count of steps.
    pub fn restore_steps(&mut self, steps: u64) {
        self.steps = steps;
    }

    /// Goes on from saved moments of a tensor like `like`.
    pub fn restore_moments(&mut self, number: usize, like: &Tensor<2>, moments: [Vec<f32>; 2]) {
        self.moments.set(number as u64, moments, &like.device());
    }

    /// The state of these networks, to be saved.
    ///
    /// # Errors
    /// If the device fails.
    pub fn state<M: Module>(&self, networks: &M) -> Result<AdamState, OptimizerStateError> {
        let [first, second] = self.moments.of_module(networks)?;
        Ok(AdamState {
            steps: self.steps,
            first,
            second,
        })
    }

    /// Goes on from what was saved of these networks.
    ///
    /// # Errors
    /// If the state belongs to other networks.
    pub fn restore<M: Module>(
        &mut self,
        networks: &M,
        state: &AdamState,
    ) -> Result<(), OptimizerStateError> {
        let moments = [state.first.as_slice(), state.second.as_slice()];
        self.moments.set_module(networks, moments)?;
        self.steps = state.steps;
        Ok(())
    }

    fn factors(&self, learning_rate: f64, weight_decay: f64) -> Factors {
        assert!(self.steps > 0, "a step has begun");
        Factors::new(self.steps, self.beta_1, learning_rate, weight_decay)
    }
}

/// Factors that all parameters of one step share.
#[derive(Debug, Clone, Copy)]
struct Factors {
    beta_1: f64,
    /// Learning rate over the correction of the first moment.
    rate: f64,
    /// 1 over the root of the correction of the second.
    root: f64,
    weight_decay: f64,
}

impl Factors {
    /// The correction of the step with this number, from 1.
    fn new(step: u64, beta_1: f64, learning_rate: f64, weight_decay: f64) -> Self {
        let power = i32::try_from(step).unwrap_or(i32::MAX);
        Self {
            beta_1,
            rate: learning_rate / (1.0 - beta_1.powi(power)),
            root: 1.0 / (1.0 - BETA_2.powi(power)).sqrt(),
            weight_decay,
        }
    }
}

impl Rule<2> for Factors {
    fn initial(self) -> [f32; 2] {
        [0.0; 2]
    }

    fn of_rank(self, axes: usize) -> Self {
        let weight_decay = if axes > 1 { self.weight_decay } else { 0.0 };
        Self {
            weight_decay,
            ..self
        }
    }

    fn update(self, weights: &mut [f32], [first, second]: [&mut [f32]; 2], gradient: &[f32]) {
        Arch::new().dispatch(Update {
            weights,
            first,
            second,
            gradient,
            factors: self,
        });
    }

    fn update_by_ops(
        self,
        weights: Tensor<1>,
        [first, second]: [Tensor<1>; 2],
        gradient: Tensor<1>,
    ) -> (Tensor<1>, [Tensor<1>; 2]) {
        let gradient = match self.weight_decay {
            0.0 => gradient,
            decay => gradient + weights.clone().mul_scalar(decay),
        };
        let first = first.mul_scalar(self.beta_1) + gradient.clone().mul_scalar(1.0 - self.beta_1);
        let second = second.mul_scalar(BETA_2) + gradient.square().mul_scalar(1.0 - BETA_2);
        let size = second
            .clone()
            .sqrt()
            .mul_scalar(self.root)
            .add_scalar(EPSILON);
        let weights = weights - first.clone().mul_scalar(self.rate) / size;
        (weights, [first, second])
    }
}

/// One chunk of weights. Not a closure, which would not be compiled for the SIMD at hand.
struct Update<'a> {
    weights: &'a mut [f32],
    first: &'a mut [f32],
    second: &'a mut [f32],
    gradient: &'a [f32],
    factors: Factors,
}

impl WithSimd for Update<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let factors = self.factors;
        let (rate, root) = (factors.rate as f32, factors.root as f32);
        let decay = factors.weight_decay as f32;
        let betas = [factors.beta_1, BETA_2];
        let [beta_1, beta_2] = betas.map(|beta| beta as f32);
        // Not 1 − β of the rounded β, which is off by 1e-5 of it.
        let [new_1, new_2] = betas.map(|beta| (1.0 - beta) as f32);
        let moments = self.first.iter_mut().zip(self.second);
        let weights = self.weights.iter_mut().zip(moments);
        for ((weight, (first, second)), gradient) in weights.zip(self.gradient) {
            let gradient = gradient + decay * *weight;
            *first = beta_1 * *first + new_1 * gradient;
            *second = beta_2 * *second + new_2 * (gradient * gradient);
            *weight -= rate * *first / (second.sqrt() * root + EPSILON as f32);
        }
    }
}

#[cfg(test)]
mod tests {
    use burn::module::{ModuleVisitor, Param};
    use burn::tensor::{Device, Gradients, TensorData};
    use rand::RngExt as _;
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::SeedableRng;

    use super::*;
    use crate::nn::conv::{Conv2d, Conv2dConfig, Init, Initializer};

    fn layers(seed: u64) -> (Conv2d, Conv2d) {
        let device = Device::flex().autodiff();
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut initializer = Initializer::new(Init::default(), Some(&mut rng), &device, 1);
        let first = Conv2dConfig::new(2, 3, 3).init(&mut initializer);
        (first, Conv2dConfig::new(3, 2, 1).init(&mut initializer))
    }

    fn image(seed: u64) -> Tensor<4> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let values: Vec<f32> = (0..2 * 36).map(|_| rng.random_range(-1.0..1.0)).collect();
        let data = TensorData::new(values, [1, 2, 6, 6]);
        Tensor::from_data(data, &Device::flex().autodiff())
    }

    fn gradients(layers: &(Conv2d, Conv2d), seed: u64) -> Gradients {
        let map = layers.0.forward(image(seed)).expect("it fits");
        let map = layers.1.forward(map.tanh()).expect("it fits");
        map.square().sum().backward()
    }

    fn values(layers: &(Conv2d, Conv2d)) -> Vec<f32> {
        struct Values(Vec<f32>);
        impl ModuleVisitor for Values {
            fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
                let values = param.val().try_into_vec_as::<f32>();
                self.0.extend(values.expect("on the CPU"));
            }
        }
        let mut values = Values(Vec::new());
        layers.visit(&mut values);
        values.0
    }

    /// The paper's algorithm 1 in double precision.
    #[test]
    fn steps_are_those_of_the_paper() {
        let mut layers = layers(1);
        let mut adam = Adam::new(0.5);
        let mut expected: Vec<f64> = values(&layers).into_iter().map(f64::from).collect();
        let (mut first, mut second) = (vec![0.0; expected.len()], vec![0.0; expected.len()]);
        for step in 1..=4_i32 {
            let mut taped = gradients(&layers, 5);
            let weights = [&layers.0, &layers.1];
            let gradient: Vec<f64> = weights
                .into_iter()
                .flat_map(|layer| {
                    let bias = layer.bias.as_ref().expect("a bias").val();
                    let weight = layer.weight.val().grad(&taped).expect("a gradient");
                    let bias = bias.grad(&taped).expect("a gradient");
                    let weight = weight.try_into_vec_as::<f32>().expect("on the CPU");
                    let bias = bias.try_into_vec_as::<f32>().expect("on the CPU");
                    [weight, bias].concat()
                })
                .map(f64::from)
                .collect();
            for (at, gradient) in gradient.iter().enumerate() {
                first[at] = 0.5 * first[at] + 0.5 * gradient;
                second[at] = 0.999 * second[at] + 0.001 * gradient * gradient;
                let first: f64 = first[at] / (1.0 - 0.5_f64.powi(step));
                let second: f64 = second[at] / (1.0 - 0.999_f64.powi(step));
                expected[at] -= 0.01 * first / (second.sqrt() + 1e-8);
            }
            layers = adam.step(layers, &mut taped, 0.01);
            assert_eq!(adam.steps(), u64::from(step.unsigned_abs()));
            for (found, expected) in values(&layers).iter().zip(&expected) {
                assert!(
                    (f64::from(*found) - expected).abs() < 1e-5,
                    "{found}, {expected}"
                );
            }
        }
    }

    #[test]
    fn a_restored_optimizer_goes_on_bit_for_bit() {
        let train = |layers: (Conv2d, Conv2d), adam: &mut Adam, steps| {
            (0..steps).fold(layers, |layers, seed| {
                let mut gradients = gradients(&layers, seed);
                adam.step(layers, &mut gradients, 1e-3)
            })
        };
        let mut adam = Adam::new(0.5);
        let half = train(layers(2), &mut adam, 3);
        let state = adam.state(&half).expect("on the CPU");
        assert_eq!(state.first.len(), 2 * 3 * 9 + 3 + 3 * 2 + 2);
        let mut again = Adam::new(0.5);
        again.restore(&half, &state).expect("the same networks");
        assert_eq!(again.state(&half), Ok(state.clone()));
        let whole = train(half.clone(), &mut adam, 3);
        assert_eq!(values(&train(half.clone(), &mut again, 3)), values(&whole));
        assert_ne!(values(&half), values(&whole), "a clone is not written to");
        let error = again.restore(&half.0, &state).expect_err("other networks");
        assert_eq!(
            error,
            OptimizerStateError::Length {
                expected: 57,
                found: 65
            }
        );
    }

    #[test]
    fn what_has_no_gradient_is_left_alone() {
        let (first, second) = layers(3);
        let before = values(&(first.clone(), second.clone()));
        let layers = (first.no_grad(), second);
        let mut gradients = gradients(&layers, 1);
        let layers = Adam::new(0.5).step(layers, &mut gradients, 0.1);
        let after = values(&layers);
        assert_eq!(before[..57], after[..57]);
        assert_ne!(before[57..], after[57..]);
    }
}
