//! Weights of a network and moments of its optimizer as plain numbers, and an update of all weights.

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Gradients, Tensor, TensorData};

use super::network::values;
use crate::nn::optim::Adam;
use crate::systems::TrainError;

/// All values of a network, in the order in which it visits its parameters.
pub(super) fn read<M: Module>(network: &M) -> Result<Vec<f32>, TrainError> {
    struct Read(Result<Vec<f32>, TrainError>);
    impl ModuleVisitor for Read {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            if let Ok(all) = &mut self.0 {
                match values(param.val()) {
                    Ok(own) => all.extend(own),
                    Err(error) => self.0 = Err(error),
                }
            }
        }
    }
    let mut read = Read(Ok(Vec::new()));
    network.visit(&mut read);
    read.0
}

/// Sizes of the parameters, in the same order.
pub(super) fn sizes<M: Module>(network: &M) -> Vec<usize> {
    struct Sizes(Vec<usize>);
    impl ModuleVisitor for Sizes {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            self.0.push(param.val().shape().num_elements());
        }
    }
    let mut sizes = Sizes(Vec::new());
    network.visit(&mut sizes);
    sizes.0
}

/// The network with other values.
///
/// # Panics
/// If there are too few.
pub(super) fn write<M: Module>(network: M, values: &[f32]) -> M {
    struct Write<'a>(&'a [f32]);
    impl ModuleMapper for Write<'_> {
        fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
            let (id, tensor, mapper) = param.consume();
            let shape = tensor.dims();
            let (own, rest) = self.0.split_at(shape.iter().product());
            self.0 = rest;
            let learns = tensor.is_require_grad();
            let data = TensorData::new(own.to_vec(), shape);
            let mut tensor = Tensor::from_data(data, &tensor.device());
            if learns {
                tensor = tensor.require_grad();
            }
            Param::from_mapped_value(id, tensor, mapper)
        }
    }
    network.map(&mut Write(values))
}

/// One step of Adam of all parameters.
pub(super) fn step<M: Module>(
    network: M,
    adam: &mut Adam,
    gradients: &mut Gradients,
    learning_rate: f64,
) -> M {
    struct Step<'a> {
        adam: &'a mut Adam,
        gradients: &'a mut Gradients,
        learning_rate: f64,
        number: usize,
    }
    impl ModuleMapper for Step<'_> {
        fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
            let number = self.number;
            self.number += 1;
            let (id, tensor, mapper) = param.consume();
            let Some(gradient) = tensor.grad_remove(self.gradients) else {
                return Param::from_mapped_value(id, tensor, mapper);
            };
            let shape = tensor.dims();
            let flat = [1, shape.iter().product()];
            // Off the tape its memory has no other owner and can be written.
            let tensor = tensor.without_autodiff().reshape(flat);
            let gradient = gradient.reshape(flat);
            let tensor = self
                .adam
                .update(number, tensor, gradient, self.learning_rate, 0.0);
            let tensor = tensor.reshape(shape).autodiff().require_grad();
            Param::from_mapped_value(id, tensor, mapper)
        }
    }
    adam.begin_step();
    network.map(&mut Step {
        adam,
        gradients,
        learning_rate,
        number: 0,
    })
}
