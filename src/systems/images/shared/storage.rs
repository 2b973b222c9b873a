//! What models of translation keep in a checkpoint: networks in files of their own, with PyTorch's layout and the official code's names,
//! optimizers and pools beside them.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::networks::{Role, TensorSpec};
use super::pool::{ImagePool, StoredImage};
use crate::nn::checkpoint::{
    Checkpoint, CheckpointError, CheckpointWriter, TensorFile, TensorWriter, tensors_of,
    with_values,
};
use crate::nn::optim::{Adam, AdamState};
use crate::record::files;
use crate::systems::TrainError;

/// Ends of the names of tensors that the official code's files have and that no network here needs.
const UNUSED: [&str; 3] = [".running_mean", ".running_var", ".num_batches_tracked"];

/// Where the network of this name is, or would be.
pub(super) fn file_of(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.safetensors"))
}

/// Writes a network with these tensors to `<name>.safetensors`.
///
/// # Errors
/// If the file cannot be written, the device fails, or the network has other tensors.
pub fn save_network<M: Module>(
    folder: &Path,
    name: &str,
    tensors: &[TensorSpec],
    network: &M,
) -> Result<(), TrainError> {
    let mut values = tensors_of(network).map_err(TrainError::Device)?.into_iter();
    let mut file = TensorWriter::default();
    for spec in tensors {
        if spec.role == Role::Counter {
            file.add(&spec.name, &spec.shape, vec![0_i64]);
            continue;
        }
        let tensor = values.next().filter(|tensor| tensor.shape == spec.shape);
        let tensor = tensor.ok_or_else(|| {
            TrainError::Device(format!(
                "the network has no tensor {} of shape {:?}",
                spec.name, spec.shape
            ))
        })?;
        file.add(&spec.name, &spec.shape, tensor.values);
    }
    file.check_finite(name)?;
    Ok(file.write(&file_of(folder, name))?)
}

/// The network with the weights of `<name>.safetensors`, whose tensors must be exactly `tensors`.
///
/// # Errors
/// If the file cannot be read, is damaged or another network's.
pub fn load_network<M: Module>(
    folder: &Path,
    name: &str,
    tensors: &[TensorSpec],
    network: M,
) -> Result<M, TrainError> {
    let path = file_of(folder, name);
    let file = open_network(folder, name, tensors)?;
    let read = tensors.iter().filter(|spec| spec.role != Role::Counter);
    let values = read.map(|spec| file.read(&spec.name, &spec.shape));
    let values = values.collect::<Result<Vec<_>, CheckpointError>>()?;
    with_values(network, values).map_err(|reason| TrainError::Checkpoint { path, reason })
}

/// The file `<name>.safetensors`, once its tensors are known to be exactly `tensors`: a network that is built after this takes no more
/// memory than the file has bytes.
///
/// # Errors
/// If it cannot be read, is damaged or another network's.
pub fn open_network(
    folder: &Path,
    name: &str,
    tensors: &[TensorSpec],
) -> Result<TensorFile, TrainError> {
    let path = file_of(folder, name);
    let file = TensorFile::open(&path)?;
    fits(&file, tensors).map_err(|reason| TrainError::Checkpoint { path, reason })?;
    Ok(file)
}

/// Whether a file has exactly these tensors.
///
/// # Errors
/// What it lacks, has too much, or has in another shape.
pub(super) fn fits(file: &TensorFile, tensors: &[TensorSpec]) -> Result<(), String> {
    check_names(file, tensors)?;
    check_shapes(file, tensors)
}

/// Shapes differ where channels or filters do.
fn check_shapes(file: &TensorFile, tensors: &[TensorSpec]) -> Result<(), String> {
    for spec in tensors.iter().filter(|spec| spec.role != Role::Counter) {
        if let Some((_, shape)) = file.info(&spec.name)
            && shape != spec.shape
        {
            return Err(format!(
                "array {:?} should have shape {:?}, but has {shape:?}: it belongs to a network with another number of filters or classes",
                spec.name, spec.shape
            ));
        }
    }
    Ok(())
}

/// Names differ where the architecture does, shapes where channels or filters do.
fn check_names(file: &TensorFile, tensors: &[TensorSpec]) -> Result<(), String> {
    let known: HashSet<&str> = tensors.iter().map(|spec| spec.name.as_str()).collect();
    let unknown = file.names().into_iter().find(|name| {
        !known.contains(name.as_str()) && !UNUSED.iter().any(|end| name.ends_with(end))
    });
    let other = "it belongs to a network with another architecture (kind, blocks, levels, layers, normalization, padding, dropout or upsampling)";
    let needed = tensors.iter().filter(|spec| spec.role != Role::Counter);
    let missing = needed
        .map(|spec| &spec.name)
        .find(|name| file.info(name).is_none());
    match (missing, unknown) {
        (None, None) => Ok(()),
        (Some(missing), None) => Err(format!("it has no array {missing:?}: {other}")),
        (None, Some(unknown)) => Err(format!("it has an array {unknown:?} too many: {other}")),
        (Some(missing), Some(unknown)) => Err(format!(
            "it has no array {missing:?} but has {unknown:?}: {other}"
        )),
    }
}

/// True if there is a network of this name.
#[must_use]
pub fn has_network(folder: &Path, name: &str) -> bool {
    files::is_file(&file_of(folder, name))
}

/// Adds what an optimizer remembers of the networks that it trains: `<name>_first`, `<name>_second`, and the count of steps.
///
/// # Errors
/// If the device fails.
pub fn save_adam<M: Module>(
    checkpoint: &mut CheckpointWriter,
    name: &str,
    adam: &Adam,
    networks: &M,
) -> Result<(), TrainError> {
    let state = adam
        .state(networks)
        .map_err(|error| TrainError::Device(error.to_string()))?;
    let shape = [state.first.len()];
    checkpoint.array(format!("{name}_first"), &shape, state.first);
    checkpoint.array(format!("{name}_second"), &shape, state.second);
    Ok(checkpoint.value(name, &state.steps)?)
}

/// Goes on from what [`save_adam`] wrote.
///
/// # Errors
/// If the checkpoint is damaged or of other networks.
pub fn load_adam<M: Module>(
    checkpoint: &Checkpoint,
    name: &str,
    adam: &mut Adam,
    networks: &M,
) -> Result<(), TrainError> {
    let count = [adam
        .state(networks)
        .map_err(|error| TrainError::Device(error.to_string()))?
        .first
        .len()];
    let state = AdamState {
        steps: checkpoint.value(name)?,
        first: checkpoint.array(&format!("{name}_first"), &count)?,
        second: checkpoint.array(&format!("{name}_second"), &count)?,
    };
    adam.restore(networks, &state)
        .map_err(|error| damaged(checkpoint, error.to_string()))
}

/// Adds the images of a pool, one after another, and their shapes.
///
/// # Errors
/// If the device fails.
pub fn save_pool(
    checkpoint: &mut CheckpointWriter,
    name: &str,
    pool: &ImagePool<Tensor<4>>,
) -> Result<(), TrainError> {
    let images = pool.save().map_err(TrainError::Device)?;
    let shapes: Vec<[usize; 3]> = images.iter().map(|image| image.shape).collect();
    let values: Vec<f32> = images.into_iter().flat_map(|image| image.values).collect();
    checkpoint.array(name, &[values.len()], values);
    Ok(checkpoint.value(name, &shapes)?)
}

/// A pool that goes on from what [`save_pool`] wrote. device: the one for training.
///
/// # Errors
/// If the checkpoint is damaged.
pub fn load_pool(
    checkpoint: &Checkpoint,
    name: &str,
    capacity: usize,
    device: &Device,
) -> Result<ImagePool<Tensor<4>>, TrainError> {
    let shapes: Vec<[usize; 3]> = checkpoint.value(name)?;
    let count = |shape: &[usize; 3]| {
        let mut sizes = shape.iter();
        sizes.try_fold(1usize, |all, size| all.checked_mul(*size))
    };
    let counts: Option<Vec<usize>> = shapes.iter().map(count).collect();
    let total = counts.as_ref().and_then(|counts| {
        let total = counts.iter().try_fold(0usize, |all, n| all.checked_add(*n));
        total.filter(|total| total.checked_mul(4).is_some())
    });
    let (Some(counts), Some(total)) = (counts, total) else {
        return Err(damaged(
            checkpoint,
            format!("the images of {name} have impossible sizes"),
        ));
    };
    let values = checkpoint.array(name, &[total])?;
    let mut rest = values.as_slice();
    let images = shapes.into_iter().zip(counts).map(|(shape, count)| {
        let (own, others) = rest.split_at(count);
        rest = others;
        StoredImage {
            shape,
            values: own.to_vec(),
        }
    });
    let images = images.collect();
    ImagePool::restore(capacity, images, device).map_err(|reason| damaged(checkpoint, reason))
}

/// A part of a checkpoint that cannot be used.
pub(super) fn damaged(checkpoint: &Checkpoint, reason: String) -> TrainError {
    TrainError::Checkpoint {
        path: checkpoint.folder().to_owned(),
        reason,
    }
}
