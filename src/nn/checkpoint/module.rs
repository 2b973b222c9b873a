//! The tensors of burn modules as plain numbers, in the order in which a module visits its parameters.

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Tensor, TensorData};

/// A tensor in plain memory.
#[derive(Debug, Clone, PartialEq)]
pub struct HostTensor {
    /// Its sizes, the outermost first.
    pub shape: Vec<usize>,
    /// In this order, the last size varying fastest.
    pub values: Vec<f32>,
}

/// All tensors of a module.
///
/// # Errors
/// If the device fails.
pub fn tensors_of<M: Module>(module: &M) -> Result<Vec<HostTensor>, String> {
    struct Read(Result<Vec<HostTensor>, String>);
    impl ModuleVisitor for Read {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            let Ok(all) = &mut self.0 else { return };
            let tensor = param.val();
            let shape = tensor.dims().to_vec();
            match tensor.try_into_vec_as::<f32>() {
                Ok(values) => all.push(HostTensor { shape, values }),
                Err(error) => self.0 = Err(error.to_string()),
            }
        }
    }
    let mut read = Read(Ok(Vec::new()));
    module.visit(&mut read);
    read.0
}

/// The sizes of all tensors of a module.
pub fn shapes_of<M: Module>(module: &M) -> Vec<Vec<usize>> {
    struct Shapes(Vec<Vec<usize>>);
    impl ModuleVisitor for Shapes {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            self.0.push(param.val().dims().to_vec());
        }
    }
    let mut shapes = Shapes(Vec::new());
    module.visit(&mut shapes);
    shapes.0
}

/// The module with other values: those of each tensor as `values` gives them.
///
/// # Errors
/// If there are fewer or more tensors than the module has, or one has another length.
pub fn with_values<M: Module>(
    module: M,
    values: impl IntoIterator<Item = Vec<f32>>,
) -> Result<M, String> {
    struct Write<I> {
        values: I,
        error: Option<String>,
    }
    impl<I: Iterator<Item = Vec<f32>>> ModuleMapper for Write<I> {
        fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
            let (id, tensor, mapper) = param.consume();
            let shape = tensor.dims();
            let count = shape.iter().product::<usize>();
            let tensor = match self.values.next() {
                Some(values) if values.len() == count => {
                    let learns = tensor.is_require_grad();
                    let data = TensorData::new(values, shape);
                    let tensor = Tensor::from_data(data, &tensor.device());
                    if learns {
                        tensor.require_grad()
                    } else {
                        tensor
                    }
                }
                other => {
                    let found = other.map_or(0, |values| values.len());
                    self.error = Some(format!(
                        "the module has a tensor of shape {shape:?} where {found} values are given"
                    ));
                    tensor
                }
            };
            Param::from_mapped_value(id, tensor, mapper)
        }
    }
    let mut write = Write {
        values: values.into_iter(),
        error: None,
    };
    let module = module.map(&mut write);
    match (write.error, write.values.next()) {
        (None, None) => Ok(module),
        (Some(error), _) => Err(error),
        (None, Some(_)) => Err("the module has fewer tensors than are given".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;
    use crate::nn::conv::{Conv2d, Conv2dConfig, Init, Initializer};

    fn layer() -> Conv2d {
        let device = Device::flex().autodiff();
        let mut initializer = Initializer::new(Init::default(), None, &device, 1);
        Conv2dConfig::new(2, 3, 1).init(&mut initializer)
    }

    #[test]
    fn values_come_back_and_still_learn() {
        let values = [
            vec![0.1, -0.0, f32::MIN_POSITIVE, 4.0, 5.0, 6.0],
            vec![7.0; 3],
        ];
        let filled = with_values(layer(), values.clone()).expect("they fit");
        let read = tensors_of(&filled).expect("on the CPU");
        let shapes: Vec<_> = read.iter().map(|tensor| tensor.shape.clone()).collect();
        assert_eq!(shapes, [vec![3, 2, 1, 1], vec![3]]);
        assert_eq!(shapes, shapes_of(&filled));
        assert!(read.iter().map(|tensor| &tensor.values).eq(&values));
        assert!(filled.weight.val().is_require_grad());
    }

    #[test]
    fn values_of_another_module_are_refused() {
        assert!(with_values(layer(), [vec![0.0; 6]]).is_err());
        assert!(with_values(layer(), [vec![0.0; 6], vec![0.0; 2]]).is_err());
        assert!(with_values(layer(), [vec![0.0; 6], vec![0.0; 3], vec![]]).is_err());
    }
}
