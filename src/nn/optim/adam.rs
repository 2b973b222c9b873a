//! Adam over a list of parameters.

use burn::backend::Flex;
use burn::tensor::{Tensor, TensorData};
use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::rprop::flex;
use crate::nn::is_flex;

/// Kingma and Ba, "Adam: a method for stochastic optimization" (2015), as `torch.optim.Adam` does it, with an L2 penalty (`weight_decay`
/// there) that each step is told: β = 0.9 and 0.999, ε = 1e-8.
///
/// Parameters are numbered by who calls; each has moments from its first step on, and all share the count of steps.
#[derive(Debug, Clone, Default)]
pub struct Adam {
    steps: u64,
    moments: Vec<Option<Moments>>,
}

/// Running means of a parameter's gradient and of its square.
#[derive(Debug, Clone)]
struct Moments {
    first: Tensor<2>,
    second: Tensor<2>,
}

const BETA_1: f64 = 0.9;
pub(super) const BETA_2: f64 = 0.999;
pub(super) const EPSILON: f64 = 1e-8;

/// Factors that all parameters of one step share.
#[derive(Debug, Clone, Copy)]
pub(super) struct Factors {
    pub(super) beta_1: f64,
    /// Learning rate over the correction of the first moment.
    pub(super) rate: f64,
    /// 1 over the root of the correction of the second.
    pub(super) root: f64,
    pub(super) weight_decay: f64,
}

impl Factors {
    /// Of the step with this number, from 1.
    pub(super) fn new(step: u64, beta_1: f64, learning_rate: f64, weight_decay: f64) -> Self {
        let power = i32::try_from(step).unwrap_or(i32::MAX);
        Self {
            beta_1,
            rate: learning_rate / (1.0 - beta_1.powi(power)),
            root: 1.0 / (1.0 - BETA_2.powi(power)).sqrt(),
            weight_decay,
        }
    }
}

impl Adam {
    /// Steps taken so far.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Begins the next step, of any parameters.
    pub fn begin_step(&mut self) {
        self.steps += 1;
    }

    /// One parameter's part of the step. The tensors are off the tape; without other owners of the parameter's memory it is updated in
    /// place.
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
        assert!(self.steps > 0, "a step has begun");
        let factors = Factors::new(self.steps, BETA_1, learning_rate, weight_decay);
        if self.moments.len() <= number {
            self.moments.resize(number + 1, None);
        }
        let moments = self.moments[number].take().unwrap_or_else(|| Moments {
            first: gradient.zeros_like(),
            second: gradient.zeros_like(),
        });
        let (tensor, moments) = if is_flex(&tensor.device()) {
            step_fused(tensor, gradient, moments, factors)
        } else {
            step_by_ops(tensor, gradient, moments, factors)
        };
        self.moments[number] = Some(moments);
        tensor
    }

    /// The moments of a parameter, first and second, if it has taken a step.
    ///
    /// # Errors
    /// If the device fails.
    pub fn moments(&self, number: usize) -> Result<Option<[Vec<f32>; 2]>, String> {
        let Some(Some(moments)) = self.moments.get(number) else {
            return Ok(None);
        };
        let values = |tensor: &Tensor<2>| {
            tensor
                .clone()
                .try_into_vec_as::<f32>()
                .map_err(|error| error.to_string())
        };
        Ok(Some([values(&moments.first)?, values(&moments.second)?]))
    }

    /// Goes on from a saved state.
    pub fn restore_steps(&mut self, steps: u64) {
        self.steps = steps;
    }

    /// Goes on from saved moments of a parameter like `like`.
    pub fn restore_moments(&mut self, number: usize, like: &Tensor<2>, moments: [Vec<f32>; 2]) {
        if self.moments.len() <= number {
            self.moments.resize(number + 1, None);
        }
        let [first, second] = moments.map(|values| {
            let data = TensorData::new(values, like.dims());
            Tensor::from_data(data, &like.device().inner())
        });
        self.moments[number] = Some(Moments { first, second });
    }
}

fn step_by_ops(
    tensor: Tensor<2>,
    gradient: Tensor<2>,
    moments: Moments,
    factors: Factors,
) -> (Tensor<2>, Moments) {
    let gradient = match factors.weight_decay {
        0.0 => gradient,
        decay => gradient + tensor.clone().mul_scalar(decay),
    };
    let first = moments.first.mul_scalar(factors.beta_1)
        + gradient.clone().mul_scalar(1.0 - factors.beta_1);
    let second = moments.second.mul_scalar(BETA_2) + gradient.square().mul_scalar(1.0 - BETA_2);
    let size = second
        .clone()
        .sqrt()
        .mul_scalar(factors.root)
        .add_scalar(EPSILON);
    let tensor = tensor - first.clone().mul_scalar(factors.rate) / size;
    (tensor, Moments { first, second })
}

/// The same in one pass over memory.
fn step_fused(
    tensor: Tensor<2>,
    gradient: Tensor<2>,
    moments: Moments,
    factors: Factors,
) -> (Tensor<2>, Moments) {
    let mut weights = flex(tensor);
    let mut first = flex(moments.first);
    let mut second = flex(moments.second);
    let gradient = flex(gradient);
    update_slices(
        weights.storage_mut::<f32>(),
        first.storage_mut::<f32>(),
        second.storage_mut::<f32>(),
        gradient.storage::<f32>(),
        factors,
    );
    let moments = Moments {
        first: Tensor::from_primitive::<Flex>(first),
        second: Tensor::from_primitive::<Flex>(second),
    };
    (Tensor::from_primitive::<Flex>(weights), moments)
}

/// In place, on all cores. All of one length.
pub(super) fn update_slices(
    weights: &mut [f32],
    first: &mut [f32],
    second: &mut [f32],
    gradient: &[f32],
    factors: Factors,
) {
    const CHUNK: usize = 1 << 14;
    weights
        .par_chunks_mut(CHUNK)
        .zip(first.par_chunks_mut(CHUNK))
        .zip(second.par_chunks_mut(CHUNK))
        .zip(gradient.par_chunks(CHUNK))
        .for_each(|(((weights, first), second), gradient)| {
            Arch::new().dispatch(Update {
                weights,
                first,
                second,
                gradient,
                factors,
            });
        });
}

/// A part of [`update_slices`]. Not a closure, which wouldn't be compiled for the SIMD at hand.
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
