//! Everything a run needs to go on: networks, moments of the optimizers, what is remembered, and the best restart.

use std::path::Path;

use burn::tensor::Tensor;

use super::memory::Memory;
use super::network::{SideNetwork, parameter, values};
use super::side::Side;
use super::state::{Stage, State};
use super::trainer::{DeepCcTrainer, Kept};
use crate::nn::checkpoint::{read_array, read_state, write_array, write_state};
use crate::nn::optim::Adam;
use crate::record::CoClusters;
use crate::systems::TrainError;

/// In a checkpoint, before the names of each side's arrays.
const SIDES: [&str; 2] = ["rows", "columns"];
const BEST_CLUSTERS: &str = "best_clusters.npz";

pub(super) fn save(trainer: &DeepCcTrainer, folder: &Path) -> Result<(), TrainError> {
    let mut state = trainer.state.clone();
    for (index, (side, name)) in trainer.sides.iter().zip(SIDES).enumerate() {
        let mut network = side.network.clone();
        save_network(&mut network, folder, name)?;
        for (number, parameter) in network.parameters().into_iter().enumerate() {
            let name = format!("{name}_{}", parameter.name);
            save_moments(&side.adam, number, &name, parameter.tensor.dims(), folder)?;
        }
        state.adam_steps[index] = side.adam.steps();
    }
    if let Some(bilinear) = &trainer.bilinear {
        let shape = bilinear.tensor().dims();
        write_array(folder, "bilinear", &shape, &bilinear.values()?)?;
        save_moments(&bilinear.adam, 0, "bilinear", shape, folder)?;
        state.adam_steps[2] = bilinear.adam.steps();
    }
    state.has_memory = trainer.scratch.memory.is_some();
    if let Some(memory) = &trainer.scratch.memory {
        for (name, posterior) in SIDES.iter().zip(&memory.posteriors) {
            write_array(
                folder,
                &format!("memory_{name}"),
                &[posterior.len()],
                posterior,
            )?;
        }
        let blocks = &memory.blocks;
        write_array(folder, "memory_blocks", &[blocks.len()], blocks)?;
    }
    if let Some(best) = &trainer.best {
        for (index, name) in SIDES.iter().enumerate() {
            let mut network = best.networks[index].clone();
            save_network(&mut network, folder, &format!("best_{name}"))?;
            let codes = &best.codes[index];
            write_array(folder, &format!("best_{name}_codes"), &[codes.len()], codes)?;
            state.best_code_scales[index] = network.code_scale;
        }
        let path = folder.join(BEST_CLUSTERS);
        std::fs::write(&path, best.clusters.to_npz()).map_err(|error| TrainError::Write {
            path,
            reason: error.to_string(),
        })?;
    }
    write_state(folder, &state)
}

pub(super) fn load(trainer: &mut DeepCcTrainer, folder: &Path) -> Result<(), TrainError> {
    let state: State = read_state(folder)?;
    for (index, (side, name)) in trainer.sides.iter_mut().zip(SIDES).enumerate() {
        load_network(&mut side.network, folder, name)?;
        side.network.code_scale = state.code_scales[index];
        side.adam = Adam::default();
        side.adam.restore_steps(state.adam_steps[index]);
        let Side { network, adam, .. } = side;
        for (number, parameter) in network.parameters().into_iter().enumerate() {
            let name = format!("{name}_{}", parameter.name);
            load_moments(adam, number, &name, parameter.tensor, folder)?;
        }
    }
    if let Some(bilinear) = &mut trainer.bilinear {
        let shape = bilinear.tensor().dims();
        bilinear.set(read_array(folder, "bilinear", &shape)?);
        bilinear.adam = Adam::default();
        bilinear.adam.restore_steps(state.adam_steps[2]);
        let like = bilinear.tensor().clone();
        load_moments(&mut bilinear.adam, 0, "bilinear", &like, folder)?;
    }
    trainer.scratch = super::stages::Scratch::default();
    let counts = [trainer.config.row_clusters, trainer.config.column_clusters];
    let rows: [usize; 2] = std::array::from_fn(|index| trainer.sides[index].source.rows());
    if state.has_memory && state.stage == Stage::Joint {
        let mut memory = Memory::default();
        for (index, name) in SIDES.iter().enumerate() {
            let shape = [rows[index] * counts[index]];
            memory.posteriors[index] = read_array(folder, &format!("memory_{name}"), &shape)?;
        }
        if trainer.observed.is_some() {
            let shape = [counts[0] * counts[1]];
            memory.blocks = read_array(folder, "memory_blocks", &shape)?;
        }
        trainer.scratch.memory = Some(memory);
    }
    trainer.best = None;
    if state.best_restart.is_some() {
        trainer.best = Some(load_best(trainer, &state, folder, rows)?);
    }
    trainer.state = state;
    Ok(())
}

fn load_best(
    trainer: &DeepCcTrainer,
    state: &State,
    folder: &Path,
    rows: [usize; 2],
) -> Result<Kept, TrainError> {
    let path = folder.join(BEST_CLUSTERS);
    let wrong = |reason: String| TrainError::Checkpoint {
        path: path.clone(),
        reason,
    };
    let clusters = CoClusters::read_npz(&path).map_err(|error| wrong(error.reason))?;
    let data = trainer.report.data();
    let fits = [
        (
            &clusters.rows,
            data.filled.rows(),
            trainer.config.row_clusters,
        ),
        (
            &clusters.columns,
            data.filled.columns(),
            trainer.config.column_clusters,
        ),
    ];
    for (side, total, count) in fits {
        if side.of.len() != total || side.clusters != count {
            return Err(wrong(
                "it is of another matrix or of other counts".to_owned(),
            ));
        }
    }
    let mut networks = [
        trainer.sides[0].network.clone(),
        trainer.sides[1].network.clone(),
    ];
    let mut codes = [Vec::new(), Vec::new()];
    for (index, name) in SIDES.iter().enumerate() {
        load_network(&mut networks[index], folder, &format!("best_{name}"))?;
        networks[index].code_scale = state.best_code_scales[index];
        let shape = [rows[index] * trainer.sides[index].shape.code()];
        codes[index] = read_array(folder, &format!("best_{name}_codes"), &shape)?;
    }
    Ok(Kept {
        clusters,
        codes,
        networks,
    })
}

fn save_network(network: &mut SideNetwork, folder: &Path, side: &str) -> Result<(), TrainError> {
    for parameter in network.parameters() {
        let name = format!("{side}_{}", parameter.name);
        let shape = parameter.tensor.dims();
        write_array(
            folder,
            &name,
            &shape,
            &values(parameter.tensor.clone().inner())?,
        )?;
    }
    Ok(())
}

fn load_network(network: &mut SideNetwork, folder: &Path, side: &str) -> Result<(), TrainError> {
    for place in network.parameters() {
        let name = format!("{side}_{}", place.name);
        let shape = place.tensor.dims();
        let device = place.tensor.device();
        *place.tensor = parameter(read_array(folder, &name, &shape)?, shape, &device);
    }
    Ok(())
}

fn save_moments(
    adam: &Adam,
    number: usize,
    name: &str,
    shape: [usize; 2],
    folder: &Path,
) -> Result<(), TrainError> {
    let Some(moments) = adam.moments(number).map_err(TrainError::Device)? else {
        return Ok(());
    };
    for (moment, which) in moments.iter().zip(["first", "second"]) {
        write_array(folder, &format!("{which}_{name}"), &shape, moment)?;
    }
    Ok(())
}

/// Of a parameter that had taken no step there is no file.
fn load_moments(
    adam: &mut Adam,
    number: usize,
    name: &str,
    like: &Tensor<2>,
    folder: &Path,
) -> Result<(), TrainError> {
    if !folder.join(format!("first_{name}.npy")).exists() {
        return Ok(());
    }
    let shape = like.dims();
    let first = read_array(folder, &format!("first_{name}"), &shape)?;
    let second = read_array(folder, &format!("second_{name}"), &shape)?;
    adam.restore_moments(number, like, [first, second]);
    Ok(())
}
