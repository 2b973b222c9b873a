//! The weights in a checkpoint: one array for each layer's weights and bias.

use std::path::Path;

use burn::module::Param;
use burn::tensor::{Tensor, TensorData};

use super::network::{AutoRec, Layer};
use crate::systems::TrainError;
use crate::systems::ratings::checkpoint::{read_array, write_array};

/// Writes every layer; `prefix` comes before the file names.
pub(super) fn save(model: &AutoRec, folder: &Path, prefix: &str) -> Result<(), TrainError> {
    for (name, layer) in model.layers() {
        let Layer { weights, bias } = layer;
        write(folder, &format!("{prefix}{name}_weights"), weights)?;
        write(folder, &format!("{prefix}{name}_bias"), bias)?;
    }
    Ok(())
}

/// Reads every layer into a model of the same sizes.
pub(super) fn load(model: &mut AutoRec, folder: &Path, prefix: &str) -> Result<(), TrainError> {
    for (name, layer) in model.layers_mut() {
        let Layer { weights, bias } = layer;
        *weights = read(folder, &format!("{prefix}{name}_weights"), weights)?;
        *bias = read(folder, &format!("{prefix}{name}_bias"), bias)?;
    }
    Ok(())
}

/// The values of a tensor.
pub(super) fn values<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>, TrainError> {
    tensor
        .try_into_vec_as()
        .map_err(|error| TrainError::Device(error.to_string()))
}

fn write<const D: usize>(
    folder: &Path,
    name: &str,
    parameter: &Param<Tensor<D>>,
) -> Result<(), TrainError> {
    let tensor = parameter.val().inner();
    let shape = tensor.dims();
    write_array(folder, name, &shape, &values(tensor)?)
}

fn read<const D: usize>(
    folder: &Path,
    name: &str,
    like: &Param<Tensor<D>>,
) -> Result<Param<Tensor<D>>, TrainError> {
    let old = like.val();
    let shape = old.dims();
    let values = read_array(folder, name, &shape)?;
    let tensor = Tensor::from_data(TensorData::new(values, shape), &old.device());
    let tensor = if old.is_require_grad() {
        tensor.require_grad()
    } else {
        tensor
    };
    Ok(Param::initialized(like.id, tensor))
}
