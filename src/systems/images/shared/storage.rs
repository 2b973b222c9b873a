//! Files of a checkpoint that models of translation share: networks, optimizers, pools.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::exchange::{self, ExchangeError};
use super::networks::TensorSpec;
use super::pool::{ImagePool, StoredImage};
use crate::nn::checkpoint::{read_array, write_array};
use crate::nn::optim::{Adam, AdamState};
use crate::systems::TrainError;

/// More than any of the texts of a checkpoint takes.
const MAX_JSON: u64 = 1 << 22;

fn file_of(folder: &Path, name: &str) -> std::path::PathBuf {
    folder.join(format!("{name}.safetensors"))
}

/// Writes a network with these tensors to `<name>.safetensors`.
///
/// # Errors
/// If the file cannot be written or the device fails.
pub fn save_network<M: Module>(
    folder: &Path,
    name: &str,
    tensors: &[TensorSpec],
    network: &M,
) -> Result<(), TrainError> {
    let path = file_of(folder, name);
    exchange::save(&path, tensors, network, &BTreeMap::new()).map_err(|error| match error {
        ExchangeError::File { path, error } => TrainError::Write {
            path,
            reason: error.to_string(),
        },
        ExchangeError::Content { path, reason } => TrainError::Write { path, reason },
        ExchangeError::Network(reason) => TrainError::Device(reason),
    })
}

/// The network with the weights of `<name>.safetensors`.
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
    exchange::load(&path, tensors, network).map_err(|error| match error {
        ExchangeError::File { path, error } => TrainError::Checkpoint {
            path,
            reason: error.to_string(),
        },
        ExchangeError::Content { path, reason } => TrainError::Checkpoint { path, reason },
        ExchangeError::Network(reason) => TrainError::Checkpoint { path, reason },
    })
}

/// True if there is a network of this name.
#[must_use]
pub fn has_network(folder: &Path, name: &str) -> bool {
    file_of(folder, name).is_file()
}

/// Writes what an optimizer remembers of the networks that it trains to `<name>_first.npy`, `<name>_second.npy` and `<name>.json`.
///
/// # Errors
/// If a file cannot be written or the device fails.
pub fn save_adam<M: Module>(
    folder: &Path,
    name: &str,
    adam: &Adam,
    networks: &M,
) -> Result<(), TrainError> {
    let state = adam
        .state(networks)
        .map_err(|error| TrainError::Device(error.to_string()))?;
    for (which, values) in [("first", &state.first), ("second", &state.second)] {
        write_array(folder, &format!("{name}_{which}"), &[values.len()], values)?;
    }
    write_json(folder, name, &state.steps)
}

/// Goes on from what [`save_adam`] wrote.
///
/// # Errors
/// If a file cannot be read, is damaged or of other networks.
pub fn load_adam<M: Module>(
    folder: &Path,
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
        steps: read_json(folder, name)?,
        first: read_array(folder, &format!("{name}_first"), &count)?,
        second: read_array(folder, &format!("{name}_second"), &count)?,
    };
    adam.restore(networks, &state)
        .map_err(|error| TrainError::Checkpoint {
            path: folder.join(format!("{name}.json")),
            reason: error.to_string(),
        })
}

/// Writes the images of a pool to `<name>.npy` and their shapes to `<name>.json`.
///
/// # Errors
/// If a file cannot be written or the device fails.
pub fn save_pool(folder: &Path, name: &str, pool: &ImagePool<Tensor<4>>) -> Result<(), TrainError> {
    let images = pool.save().map_err(TrainError::Device)?;
    let shapes: Vec<[usize; 3]> = images.iter().map(|image| image.shape).collect();
    let values: Vec<f32> = images.into_iter().flat_map(|image| image.values).collect();
    write_array(folder, name, &[values.len()], &values)?;
    write_json(folder, name, &shapes)
}

/// A pool that goes on from what [`save_pool`] wrote. device: the one for training.
///
/// # Errors
/// If a file cannot be read or is damaged.
pub fn load_pool(
    folder: &Path,
    name: &str,
    capacity: usize,
    device: &Device,
) -> Result<ImagePool<Tensor<4>>, TrainError> {
    let wrong = |reason: &str| TrainError::Checkpoint {
        path: folder.join(format!("{name}.json")),
        reason: reason.to_owned(),
    };
    let shapes: Vec<[usize; 3]> = read_json(folder, name)?;
    let count = |shape: &[usize; 3]| {
        let mut sizes = shape.iter();
        sizes.try_fold(1usize, |all, size| all.checked_mul(*size))
    };
    let counts: Option<Vec<usize>> = shapes.iter().map(count).collect();
    let counts = counts.ok_or_else(|| wrong("its sizes are invalid"))?;
    let total = counts.iter().try_fold(0usize, |all, n| all.checked_add(*n));
    let total = total
        .filter(|total| total.checked_mul(4).is_some())
        .ok_or_else(|| wrong("its sizes are invalid"))?;
    let values = read_array(folder, name, &[total])?;
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
    ImagePool::restore(capacity, images, device).map_err(|reason| wrong(&reason))
}

/// Writes `<name>.json`.
///
/// # Errors
/// If the file cannot be written.
pub fn write_json<T: Serialize>(folder: &Path, name: &str, value: &T) -> Result<(), TrainError> {
    let path = folder.join(format!("{name}.json"));
    serde_json::to_vec_pretty(value)
        .map_err(std::io::Error::other)
        .and_then(|text| fs::write(&path, text))
        .map_err(|error| TrainError::Write {
            path,
            reason: error.to_string(),
        })
}

/// Reads what [`write_json`] wrote.
///
/// # Errors
/// If the file cannot be read or holds something else.
pub fn read_json<T: DeserializeOwned>(folder: &Path, name: &str) -> Result<T, TrainError> {
    let path = folder.join(format!("{name}.json"));
    let read = || -> Result<T, String> {
        let length = fs::metadata(&path)
            .map_err(|error| error.to_string())?
            .len();
        if length > MAX_JSON {
            return Err("is too large".to_owned());
        }
        let text = fs::read(&path).map_err(|error| error.to_string())?;
        serde_json::from_slice(&text).map_err(|error| error.to_string())
    };
    read().map_err(|reason| TrainError::Checkpoint { path, reason })
}
