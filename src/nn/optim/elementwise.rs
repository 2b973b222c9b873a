//! State shared by optimizers that move each weight by its own gradient: `N` numbers for each weight.

use std::collections::HashMap;

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;
use burn::module::{Module, ModuleMapper, ModuleVisitor, Param, ParamId};
use burn::optim::GradientsParams;
use burn::tensor::{Device, Gradients, Tensor, TensorData};
use rayon::prelude::*;
use thiserror::Error;

use crate::nn::buffer_pool::give_back;
use crate::nn::is_flex;

/// Weights that a thread updates at a time.
const CHUNK: usize = 1 << 14;

/// How one step changes a weight.
pub(super) trait Rule<const N: usize>: Copy + Sync {
    /// The numbers before a weight's first step.
    fn initial(self) -> [f32; N];

    /// The rule for parameters with so many axes.
    fn of_rank(self, _axes: usize) -> Self {
        self
    }

    /// Updates weights and what is remembered of them, all of one length.
    fn update(self, weights: &mut [f32], memory: [&mut [f32]; N], gradient: &[f32]);

    /// The same by operations on tensors of one shape.
    fn update_by_ops(
        self,
        weights: Tensor<1>,
        memory: [Tensor<1>; N],
        gradient: Tensor<1>,
    ) -> (Tensor<1>, [Tensor<1>; N]);
}

/// The state of one parameter.
#[derive(Debug, Clone)]
enum Memory<const N: usize> {
    Host([Vec<f32>; N]),
    Device(Box<[Tensor<1>; N]>),
}

/// The memory of all parameters, by number; the number of a module's parameter is the value of its id.
#[derive(Debug, Clone, Default)]
pub(super) struct Memories<const N: usize>(HashMap<u64, Memory<N>>);

/// Why an optimizer's state cannot be read or restored.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
pub enum OptimizerStateError {
    /// The device failed.
    #[error("{0}")]
    Device(String),
    /// The state belongs to other networks.
    #[error("the optimizer's state has {found} values, the networks have {expected}")]
    Length {
        /// Values of the networks.
        expected: usize,
        /// Values of the state.
        found: usize,
    },
}

/// Gradients of the parameters of a module.
pub trait GradientSource {
    /// Takes the gradient of a parameter, off the tape, if there is one.
    fn take<const D: usize>(&mut self, id: ParamId, tensor: &Tensor<D>) -> Option<Tensor<D>>;
}

impl GradientSource for Gradients {
    fn take<const D: usize>(&mut self, _: ParamId, tensor: &Tensor<D>) -> Option<Tensor<D>> {
        tensor.grad_remove(self)
    }
}

impl GradientSource for GradientsParams {
    fn take<const D: usize>(&mut self, id: ParamId, _: &Tensor<D>) -> Option<Tensor<D>> {
        self.remove(id)
    }
}

impl<const N: usize> Memories<N> {
    /// One parameter's step. The tensors are off the tape; without other owners of the parameter's memory it is updated in place.
    pub(super) fn update<const D: usize>(
        &mut self,
        number: u64,
        tensor: Tensor<D>,
        gradient: Tensor<D>,
        rule: impl Rule<N>,
    ) -> Tensor<D> {
        let memory = self.0.remove(&number);
        let (tensor, memory) = if is_flex(&tensor.device()) {
            update_on_host(tensor, gradient, memory, rule)
        } else {
            update_on_device(tensor, gradient, memory, rule)
        };
        self.0.insert(number, memory);
        tensor
    }

    /// A step of all parameters of a module that have a gradient; the others keep their values.
    pub(super) fn update_module<M: Module, G: GradientSource>(
        &mut self,
        module: M,
        gradients: &mut G,
        rule: impl Rule<N>,
    ) -> M {
        module.map(&mut Step {
            memories: self,
            gradients,
            rule,
        })
    }

    /// The state of one parameter, if it has taken a step.
    pub(super) fn get(&self, number: u64) -> Result<Option<[Vec<f32>; N]>, String> {
        match self.0.get(&number) {
            None => Ok(None),
            Some(Memory::Host(memory)) => Ok(Some(memory.clone())),
            Some(Memory::Device(memory)) => {
                let values = |tensor: &Tensor<1>| {
                    let values = tensor.clone().try_into_vec_as::<f32>();
                    values.map_err(|error| error.to_string())
                };
                let mut read = [const { Vec::new() }; N];
                for (read, tensor) in read.iter_mut().zip(memory.iter()) {
                    *read = values(tensor)?;
                }
                Ok(Some(read))
            }
        }
    }

    /// Remembers this of a parameter on this device.
    pub(super) fn set(&mut self, number: u64, memory: [Vec<f32>; N], device: &Device) {
        let device = device.clone().without_autodiff();
        let memory = if is_flex(&device) {
            Memory::Host(memory)
        } else {
            Memory::Device(Box::new(memory.map(|values| on_device(values, &device))))
        };
        self.0.insert(number, memory);
    }

    /// Changes each number that is remembered, on the host or by operations.
    pub(super) fn change(
        &mut self,
        on_host: impl Fn(f32) -> f32,
        by_ops: impl Fn(Tensor<1>) -> Tensor<1>,
    ) {
        for memory in self.0.values_mut() {
            match memory {
                Memory::Host(memory) => {
                    let values = memory.iter_mut().flatten();
                    values.for_each(|value| *value = on_host(*value));
                }
                Memory::Device(memory) => {
                    for tensor in memory.iter_mut() {
                        *tensor = by_ops(tensor.clone());
                    }
                }
            }
        }
    }

    /// The numbers of every value of a module, in the order in which it visits its parameters; 0 where no step was taken.
    pub(super) fn of_module<M: Module>(
        &self,
        module: &M,
    ) -> Result<[Vec<f32>; N], OptimizerStateError> {
        let mut read = Read {
            memories: self,
            values: [const { Vec::new() }; N],
            error: None,
        };
        module.visit(&mut read);
        match read.error {
            Some(error) => Err(OptimizerStateError::Device(error)),
            None => Ok(read.values),
        }
    }

    /// Remembers of a module what [`Self::of_module`] returned.
    pub(super) fn set_module<M: Module>(
        &mut self,
        module: &M,
        values: [&[f32]; N],
    ) -> Result<(), OptimizerStateError> {
        let mut count = Count(0);
        module.visit(&mut count);
        let expected = count.0;
        for values in values {
            if values.len() != expected {
                let found = values.len();
                return Err(OptimizerStateError::Length { expected, found });
            }
        }
        module.visit(&mut Write {
            memories: self,
            values,
        });
        Ok(())
    }
}

fn update_on_host<const D: usize, const N: usize>(
    tensor: Tensor<D>,
    gradient: Tensor<D>,
    memory: Option<Memory<N>>,
    rule: impl Rule<N>,
) -> (Tensor<D>, Memory<N>) {
    let mut tensor = flex(tensor);
    let gradient = flex(gradient);
    let weights = tensor.storage_mut::<f32>();
    let mut memory = match memory {
        Some(Memory::Host(memory)) => memory,
        _ => rule.initial().map(|value| vec![value; weights.len()]),
    };
    // Chunks of each array side by side.
    let mut arrays = memory.each_mut().map(|array| array.chunks_mut(CHUNK));
    let chunks: Vec<[&mut [f32]; N]> = weights
        .chunks(CHUNK)
        .map(|_| {
            arrays
                .each_mut()
                .map(|array| array.next().unwrap_or_default())
        })
        .collect();
    weights
        .par_chunks_mut(CHUNK)
        .zip(chunks)
        .zip(gradient.storage::<f32>().par_chunks(CHUNK))
        .for_each(|((weights, memory), gradient)| rule.update(weights, memory, gradient));
    give_back(gradient);
    (Tensor::from_primitive::<Flex>(tensor), Memory::Host(memory))
}

fn update_on_device<const D: usize, const N: usize>(
    tensor: Tensor<D>,
    gradient: Tensor<D>,
    memory: Option<Memory<N>>,
    rule: impl Rule<N>,
) -> (Tensor<D>, Memory<N>) {
    let shape = tensor.dims();
    let count: usize = shape.iter().product();
    let tensor = tensor.reshape([count]);
    let gradient = gradient.reshape([count]);
    let memory = match memory {
        Some(Memory::Device(memory)) => *memory,
        _ => rule
            .initial()
            .map(|value| Tensor::full([count], value, &tensor.device())),
    };
    let (tensor, memory) = rule.update_by_ops(tensor, memory, gradient);
    (tensor.reshape(shape), Memory::Device(Box::new(memory)))
}

/// The tensor of the CPU backend, its storage exactly its values.
fn flex<const D: usize>(tensor: Tensor<D>) -> FlexTensor {
    let Ok(primitive) = tensor.try_into_primitive::<Flex>() else {
        unreachable!("only called for tensors on the CPU backend, off the tape")
    };
    let is_whole = primitive.is_contiguous()
        && primitive.storage::<f32>().len() == primitive.layout().num_elements();
    if is_whole {
        primitive
    } else {
        FlexTensor::from_data(primitive.to_contiguous().into_data())
    }
}

fn on_device(values: Vec<f32>, device: &Device) -> Tensor<1> {
    let count = values.len();
    Tensor::from_data(TensorData::new(values, [count]), device)
}

struct Step<'a, G, R, const N: usize> {
    memories: &'a mut Memories<N>,
    gradients: &'a mut G,
    rule: R,
}

impl<G: GradientSource, R: Rule<N>, const N: usize> ModuleMapper for Step<'_, G, R, N> {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        if !param.is_require_grad() {
            return param;
        }
        let (id, tensor, mapper) = param.consume();
        let Some(gradient) = self.gradients.take(id, &tensor) else {
            return Param::from_mapped_value(id, tensor, mapper);
        };
        // Out of the parameter and off the tape, its memory has no other owner and can be written.
        let tensor = tensor.without_autodiff();
        let number = id.val();
        let rule = self.rule.of_rank(D);
        let tensor = self.memories.update(number, tensor, gradient, rule);
        Param::from_mapped_value(id, tensor.autodiff().require_grad(), mapper)
    }
}

/// Counts the values of all parameters, running statistics among them.
struct Count(usize);

impl ModuleVisitor for Count {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        self.0 += param.val().shape().num_elements();
    }
}

struct Read<'a, const N: usize> {
    memories: &'a Memories<N>,
    values: [Vec<f32>; N],
    error: Option<String>,
}

impl<const N: usize> ModuleVisitor for Read<'_, N> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        match self.memories.get(param.id.val()) {
            Ok(Some(memory)) => {
                for (values, own) in self.values.iter_mut().zip(memory) {
                    values.extend(own);
                }
            }
            Ok(None) => {
                let count = param.val().shape().num_elements();
                for values in &mut self.values {
                    values.resize(values.len() + count, 0.0);
                }
            }
            Err(error) => self.error = Some(error),
        }
    }
}

struct Write<'a, const N: usize> {
    memories: &'a mut Memories<N>,
    values: [&'a [f32]; N],
}

impl<const N: usize> ModuleVisitor for Write<'_, N> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let tensor = param.val();
        let count = tensor.shape().num_elements();
        let memory = self.values.each_mut().map(|values| {
            let (own, rest) = values.split_at(count);
            *values = rest;
            own.to_vec()
        });
        if param.is_require_grad() {
            self.memories.set(param.id.val(), memory, &tensor.device());
        }
    }
}
