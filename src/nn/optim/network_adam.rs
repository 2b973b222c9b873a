//! Adam over the parameters of several networks.

use std::collections::HashMap;

use burn::backend::Flex;
use burn::module::{Module, ModuleMapper, ModuleVisitor, Param, ParamId};
use burn::tensor::{Device, Gradients, Tensor, TensorData};
use thiserror::Error;

use super::adam::{BETA_2, EPSILON, Factors, update_slices};
use super::rprop::flex;
use crate::nn::buffer_pool::give_back;
use crate::nn::is_flex;

/// Kingma and Ba, "Adam: a method for stochastic optimization" (2015), as `torch.optim.Adam` does it, without weight decay: β₁ as given,
/// β₂ = 0.999, ε = 1e-8. On the CPU each parameter is updated in place, in one pass over memory.
///
/// Parameters are told apart by their ids, so one optimizer can train several networks whose ids differ. A parameter without a gradient
/// keeps its value and its moments.
#[derive(Debug, Clone)]
pub struct NetworkAdam {
    beta_1: f64,
    steps: u64,
    moments: HashMap<ParamId, Moments>,
}

/// Running means of a parameter's gradient and of its square.
#[derive(Debug, Clone)]
enum Moments {
    Host { first: Vec<f32>, second: Vec<f32> },
    Device(Box<[Tensor<1>; 2]>),
}

/// The state of an optimizer of networks.
#[derive(Debug, Clone, PartialEq)]
pub struct AdamState {
    /// Steps taken.
    pub steps: u64,
    /// One for every value of the networks, in the order in which they visit their parameters; 0 where no step was taken.
    pub first: Vec<f32>,
    /// As `first`.
    pub second: Vec<f32>,
}

/// Why an optimizer's state can't be read or restored.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
pub enum AdamStateError {
    /// The device failed.
    #[error("{0}")]
    Device(String),
    /// The state is of other networks.
    #[error("the optimizer's state has {found} values, the networks have {expected}")]
    Length {
        /// Values of the networks.
        expected: usize,
        /// Values of the state.
        found: usize,
    },
}

impl NetworkAdam {
    /// CycleGAN and pix2pix take 0.5 for `beta_1`.
    #[must_use]
    pub fn new(beta_1: f64) -> Self {
        Self {
            beta_1,
            steps: 0,
            moments: HashMap::new(),
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
        gradients: &mut Gradients,
        learning_rate: f64,
    ) -> M {
        self.begin_step();
        self.update(networks, gradients, learning_rate)
    }

    /// Begins the next step, for networks that are updated one after another.
    pub fn begin_step(&mut self) {
        self.steps += 1;
    }

    /// Some networks' part of the step.
    ///
    /// # Panics
    /// Before the first [`Self::begin_step`].
    #[must_use]
    pub fn update<M: Module>(
        &mut self,
        networks: M,
        gradients: &mut Gradients,
        learning_rate: f64,
    ) -> M {
        assert!(self.steps > 0, "a step has begun");
        let mut step = Step {
            factors: Factors::new(self.steps, self.beta_1, learning_rate, 0.0),
            moments: &mut self.moments,
            gradients,
        };
        networks.map(&mut step)
    }

    /// The state of these networks, to be saved.
    ///
    /// # Errors
    /// If the device fails.
    pub fn state<M: Module>(&self, networks: &M) -> Result<AdamState, AdamStateError> {
        let mut read = Read {
            adam: self,
            state: AdamState {
                steps: self.steps,
                first: Vec::new(),
                second: Vec::new(),
            },
            error: None,
        };
        networks.visit(&mut read);
        match read.error {
            Some(error) => Err(AdamStateError::Device(error)),
            None => Ok(read.state),
        }
    }

    /// Goes on from what was saved of these networks.
    ///
    /// # Errors
    /// If the state is of other networks.
    pub fn restore<M: Module>(
        &mut self,
        networks: &M,
        state: &AdamState,
    ) -> Result<(), AdamStateError> {
        let expected = count(networks);
        for values in [&state.first, &state.second] {
            if values.len() != expected {
                return Err(AdamStateError::Length {
                    expected,
                    found: values.len(),
                });
            }
        }
        self.steps = state.steps;
        let mut write = Write {
            adam: self,
            first: &state.first,
            second: &state.second,
        };
        networks.visit(&mut write);
        Ok(())
    }
}

/// Values of all parameters, running statistics among them.
fn count<M: Module>(networks: &M) -> usize {
    struct Count(usize);
    impl ModuleVisitor for Count {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            self.0 += param.val().shape().num_elements();
        }
    }
    let mut count = Count(0);
    networks.visit(&mut count);
    count.0
}

struct Step<'a> {
    factors: Factors,
    moments: &'a mut HashMap<ParamId, Moments>,
    gradients: &'a mut Gradients,
}

impl ModuleMapper for Step<'_> {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        if !param.is_require_grad() {
            return param;
        }
        let (id, tensor, mapper) = param.consume();
        let Some(gradient) = tensor.grad_remove(self.gradients) else {
            return Param::from_mapped_value(id, tensor, mapper);
        };
        // Out of the parameter and off the tape, its memory has no other owner and can be written.
        let tensor = tensor.without_autodiff();
        let moments = self.moments.remove(&id);
        let (tensor, moments) = if is_flex(&tensor.device()) {
            step_fused(tensor, gradient, moments, self.factors)
        } else {
            step_by_ops(tensor, gradient, moments, self.factors)
        };
        self.moments.insert(id, moments);
        Param::from_mapped_value(id, tensor.autodiff().require_grad(), mapper)
    }
}

fn step_fused<const D: usize>(
    tensor: Tensor<D>,
    gradient: Tensor<D>,
    moments: Option<Moments>,
    factors: Factors,
) -> (Tensor<D>, Moments) {
    let mut weights = flex(tensor);
    let gradient = flex(gradient);
    let values = weights.storage_mut::<f32>();
    let (mut first, mut second) = match moments {
        Some(Moments::Host { first, second }) => (first, second),
        _ => (vec![0.0; values.len()], vec![0.0; values.len()]),
    };
    update_slices(
        values,
        &mut first,
        &mut second,
        gradient.storage::<f32>(),
        factors,
    );
    give_back(gradient);
    let tensor = Tensor::from_primitive::<Flex>(weights);
    (tensor, Moments::Host { first, second })
}

fn step_by_ops<const D: usize>(
    tensor: Tensor<D>,
    gradient: Tensor<D>,
    moments: Option<Moments>,
    factors: Factors,
) -> (Tensor<D>, Moments) {
    let shape = tensor.dims();
    let count = shape.iter().product::<usize>();
    let gradient: Tensor<1> = gradient.reshape([count]);
    let (first, second) = match moments {
        Some(Moments::Device(moments)) => <(Tensor<1>, Tensor<1>)>::from(*moments),
        _ => (gradient.zeros_like(), gradient.zeros_like()),
    };
    let first =
        first.mul_scalar(factors.beta_1) + gradient.clone().mul_scalar(1.0 - factors.beta_1);
    let second = second.mul_scalar(BETA_2) + gradient.square().mul_scalar(1.0 - BETA_2);
    let size = second
        .clone()
        .sqrt()
        .mul_scalar(factors.root)
        .add_scalar(EPSILON);
    let step = first.clone().mul_scalar(factors.rate) / size;
    (
        tensor - step.reshape(shape),
        Moments::Device(Box::new([first, second])),
    )
}

struct Read<'a> {
    adam: &'a NetworkAdam,
    state: AdamState,
    error: Option<String>,
}

impl ModuleVisitor for Read<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let AdamState { first, second, .. } = &mut self.state;
        match self.adam.moments.get(&param.id) {
            None => {
                let length = first.len() + param.val().shape().num_elements();
                first.resize(length, 0.0);
                second.resize(length, 0.0);
            }
            Some(Moments::Host {
                first: one,
                second: two,
            }) => {
                first.extend_from_slice(one);
                second.extend_from_slice(two);
            }
            Some(Moments::Device(moments)) => {
                for (values, tensor) in [first, second].into_iter().zip(moments.iter()) {
                    match tensor.clone().try_into_vec_as::<f32>() {
                        Ok(read) => values.extend(read),
                        Err(error) => self.error = Some(error.to_string()),
                    }
                }
            }
        }
    }
}

struct Write<'a> {
    adam: &'a mut NetworkAdam,
    first: &'a [f32],
    second: &'a [f32],
}

impl ModuleVisitor for Write<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let tensor = param.val();
        let count = tensor.shape().num_elements();
        let [first, second] = [&mut self.first, &mut self.second].map(|values| {
            let (these, rest) = values.split_at(count);
            *values = rest;
            these.to_vec()
        });
        if !param.is_require_grad() {
            return;
        }
        let device = tensor.device().without_autodiff();
        let moments = if is_flex(&device) {
            Moments::Host { first, second }
        } else {
            let moments = [first, second].map(|values| on_device(values, count, &device));
            Moments::Device(Box::new(moments))
        };
        self.adam.moments.insert(param.id, moments);
    }
}

fn on_device(values: Vec<f32>, count: usize, device: &Device) -> Tensor<1> {
    Tensor::from_data(TensorData::new(values, [count]), device)
}

#[cfg(test)]
mod tests {
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
        let mut adam = NetworkAdam::new(0.5);
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
        let train = |layers: (Conv2d, Conv2d), adam: &mut NetworkAdam, steps| {
            (0..steps).fold(layers, |layers, seed| {
                let mut gradients = gradients(&layers, seed);
                adam.step(layers, &mut gradients, 1e-3)
            })
        };
        let mut adam = NetworkAdam::new(0.5);
        let half = train(layers(2), &mut adam, 3);
        let state = adam.state(&half).expect("on the CPU");
        assert_eq!(state.first.len(), 2 * 3 * 9 + 3 + 3 * 2 + 2);
        let mut again = NetworkAdam::new(0.5);
        again.restore(&half, &state).expect("the same networks");
        assert_eq!(again.state(&half), Ok(state.clone()));
        let whole = train(half.clone(), &mut adam, 3);
        assert_eq!(values(&train(half.clone(), &mut again, 3)), values(&whole));
        assert_ne!(values(&half), values(&whole), "a clone is not written to");
        let error = again.restore(&half.0, &state).expect_err("other networks");
        assert_eq!(
            error,
            AdamStateError::Length {
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
        let layers = NetworkAdam::new(0.5).step(layers, &mut gradients, 0.1);
        let after = values(&layers);
        assert_eq!(before[..57], after[..57]);
        assert_ne!(before[57..], after[57..]);
    }
}
