//! The weights as vectors and in a checkpoint: one array for each layer's weights and bias.

use burn::module::Param;
use burn::tensor::{Tensor, TensorData};

use super::network::{AutoRec, Layer};
use crate::nn::checkpoint::{Checkpoint, CheckpointWriter};
use crate::systems::TrainError;
use crate::systems::ratings::Weights;

impl Weights for AutoRec {
    fn save(&self, prefix: &str, to: &mut CheckpointWriter) -> Result<(), TrainError> {
        for (name, layer) in self.layers() {
            let Layer { weights, bias } = layer;
            write(to, format!("{prefix}{name}_weights"), weights)?;
            write(to, format!("{prefix}{name}_bias"), bias)?;
        }
        Ok(())
    }

    fn load(&mut self, prefix: &str, from: &Checkpoint) -> Result<(), TrainError> {
        for (name, layer) in self.layers_mut() {
            let Layer { weights, bias } = layer;
            *weights = read(from, &format!("{prefix}{name}_weights"), weights)?;
            *bias = read(from, &format!("{prefix}{name}_bias"), bias)?;
        }
        Ok(())
    }
}

/// The values of a tensor.
pub(super) fn values<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>, TrainError> {
    tensor
        .try_into_vec_as()
        .map_err(|error| TrainError::Device(error.to_string()))
}

/// All weights and biases, layer by layer.
pub(super) fn to_vector(model: &AutoRec) -> Result<Vec<f32>, TrainError> {
    let mut vector = Vec::new();
    for (_, layer) in model.layers() {
        vector.extend(values(layer.weights.val().inner())?);
        vector.extend(values(layer.bias.val().inner())?);
    }
    Ok(vector)
}

/// The inverse of [`to_vector`], into a model of the same sizes.
pub(super) fn from_vector(model: &mut AutoRec, vector: &[f32]) {
    let mut rest = vector;
    for (_, layer) in model.layers_mut() {
        layer.weights = take(&layer.weights, &mut rest);
        layer.bias = take(&layer.bias, &mut rest);
    }
}

fn take<const D: usize>(like: &Param<Tensor<D>>, rest: &mut &[f32]) -> Param<Tensor<D>> {
    let shape = like.val().dims();
    let (values, tail) = rest.split_at(shape.iter().product());
    *rest = tail;
    with_values(like, values.to_vec())
}

/// A parameter of the same id, shape and device with other values.
fn with_values<const D: usize>(like: &Param<Tensor<D>>, values: Vec<f32>) -> Param<Tensor<D>> {
    let old = like.val();
    let tensor = Tensor::from_data(TensorData::new(values, old.dims()), &old.device());
    let tensor = if old.is_require_grad() {
        tensor.require_grad()
    } else {
        tensor
    };
    Param::initialized(like.id, tensor)
}

fn write<const D: usize>(
    to: &mut CheckpointWriter,
    name: String,
    parameter: &Param<Tensor<D>>,
) -> Result<(), TrainError> {
    let tensor = parameter.val().inner();
    let shape = tensor.dims();
    to.array(name, &shape, values(tensor)?);
    Ok(())
}

fn read<const D: usize>(
    from: &Checkpoint,
    name: &str,
    like: &Param<Tensor<D>>,
) -> Result<Param<Tensor<D>>, TrainError> {
    let values = from.array(name, &like.val().dims())?;
    Ok(with_values(like, values))
}
