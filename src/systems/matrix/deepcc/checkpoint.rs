//! Everything a run needs to go on: networks, moments of the optimizers, remembered assignments, and the best restart.

use std::path::Path;

use burn::tensor::Tensor;

use super::memory::Memory;
use super::network::{SideNetwork, parameter, values};
use super::side::Side;
use super::state::{Stage, State};
use super::trainer::{DeepCcTrainer, Kept};
use crate::nn::checkpoint::{Checkpoint, CheckpointWriter};
use crate::nn::optim::Adam;
use crate::record::{CoClusters, Side as Clusters};
use crate::systems::TrainError;

/// In a checkpoint, before the names of each side's arrays.
const SIDES: [&str; 2] = ["rows", "columns"];
/// The cluster of a row or column that was set aside.
const SET_ASIDE: u32 = u32::MAX;

pub(super) fn save(trainer: &DeepCcTrainer, folder: &Path) -> Result<(), TrainError> {
    let mut to = CheckpointWriter::new(folder);
    let mut state = trainer.state.clone();
    for (index, (side, name)) in trainer.sides.iter().zip(SIDES).enumerate() {
        let mut network = side.network.clone();
        save_network(&mut network, &mut to, name)?;
        for (number, parameter) in network.parameters().into_iter().enumerate() {
            let name = format!("{name}_{}", parameter.name);
            save_moments(&side.adam, number, &name, parameter.tensor.dims(), &mut to)?;
        }
        state.adam_steps[index] = side.adam.steps();
    }
    if let Some(bilinear) = &trainer.bilinear {
        let shape = bilinear.tensor().dims();
        to.array("bilinear", &shape, bilinear.values()?);
        save_moments(&bilinear.adam, 0, "bilinear", shape, &mut to)?;
        state.adam_steps[2] = bilinear.adam.steps();
    }
    state.has_memory = trainer.scratch.memory.is_some();
    if let Some(memory) = &trainer.scratch.memory {
        for (name, posterior) in SIDES.iter().zip(&memory.posteriors) {
            let shape = [posterior.len()];
            to.array(format!("memory_{name}"), &shape, posterior.clone());
        }
        let blocks = memory.blocks.clone();
        to.array("memory_blocks", &[blocks.len()], blocks);
    }
    if let Some(best) = &trainer.best {
        let clusters = [&best.clusters.rows, &best.clusters.columns];
        for (index, name) in SIDES.iter().enumerate() {
            let mut network = best.networks[index].clone();
            save_network(&mut network, &mut to, &format!("best_{name}"))?;
            let codes = best.codes[index].clone();
            to.array(format!("best_{name}_codes"), &[codes.len()], codes);
            save_clusters(clusters[index], name, &mut to);
            state.best_code_scales[index] = network.code_scale;
        }
    }
    to.state(&state)?;
    Ok(to.finish()?)
}

pub(super) fn load(trainer: &mut DeepCcTrainer, folder: &Path) -> Result<(), TrainError> {
    let from = Checkpoint::open(folder)?;
    let state: State = from.state()?;
    for (index, (side, name)) in trainer.sides.iter_mut().zip(SIDES).enumerate() {
        load_network(&mut side.network, &from, name)?;
        side.network.code_scale = state.code_scales[index];
        side.adam = Adam::default();
        side.adam.restore_steps(state.adam_steps[index]);
        let Side { network, adam, .. } = side;
        for (number, parameter) in network.parameters().into_iter().enumerate() {
            let name = format!("{name}_{}", parameter.name);
            load_moments(adam, number, &name, parameter.tensor, &from)?;
        }
    }
    if let Some(bilinear) = &mut trainer.bilinear {
        let shape = bilinear.tensor().dims();
        bilinear.set(from.array("bilinear", &shape)?);
        bilinear.adam = Adam::default();
        bilinear.adam.restore_steps(state.adam_steps[2]);
        let like = bilinear.tensor().clone();
        load_moments(&mut bilinear.adam, 0, "bilinear", &like, &from)?;
    }
    trainer.scratch = super::stages::Scratch::default();
    let counts = [trainer.config.row_clusters, trainer.config.column_clusters];
    let rows: [usize; 2] = std::array::from_fn(|index| trainer.sides[index].source.rows());
    if state.has_memory && state.stage == Stage::Joint {
        let mut memory = Memory::default();
        for (index, name) in SIDES.iter().enumerate() {
            let shape = [rows[index] * counts[index]];
            memory.posteriors[index] = from.array(&format!("memory_{name}"), &shape)?;
        }
        if trainer.observed.is_some() {
            let shape = [counts[0] * counts[1]];
            memory.blocks = from.array("memory_blocks", &shape)?;
        }
        trainer.scratch.memory = Some(memory);
    }
    trainer.best = None;
    if state.best_restart.is_some() {
        trainer.best = Some(load_best(trainer, &state, &from, rows)?);
    }
    trainer.state = state;
    Ok(())
}

fn load_best(
    trainer: &DeepCcTrainer,
    state: &State,
    from: &Checkpoint,
    rows: [usize; 2],
) -> Result<Kept, TrainError> {
    let data = trainer.report.data();
    let totals = [data.filled.rows(), data.filled.columns()];
    let counts = [trainer.config.row_clusters, trainer.config.column_clusters];
    let clusters = if from.is_legacy() {
        legacy_clusters(from, totals, counts)?
    } else {
        CoClusters {
            rows: load_clusters(from, SIDES[0], totals[0], counts[0])?,
            columns: load_clusters(from, SIDES[1], totals[1], counts[1])?,
        }
    };
    let mut networks = [
        trainer.sides[0].network.clone(),
        trainer.sides[1].network.clone(),
    ];
    let mut codes = [Vec::new(), Vec::new()];
    for (index, name) in SIDES.iter().enumerate() {
        load_network(&mut networks[index], from, &format!("best_{name}"))?;
        networks[index].code_scale = state.best_code_scales[index];
        let shape = [rows[index] * trainer.sides[index].shape.code()];
        codes[index] = from.array(&format!("best_{name}_codes"), &shape)?;
    }
    Ok(Kept {
        clusters,
        codes,
        networks,
    })
}

fn save_clusters(side: &Clusters, name: &str, to: &mut CheckpointWriter) {
    let of = side.of.iter().map(|of| of.map_or(SET_ASIDE, u32::from));
    to.array(
        format!("best_{name}_clusters"),
        &[side.of.len()],
        of.collect(),
    );
    let posterior = side.posterior.clone();
    let shape = [posterior.len()];
    to.array(format!("best_{name}_posterior"), &shape, posterior);
}

fn load_clusters(
    from: &Checkpoint,
    name: &str,
    total: usize,
    clusters: usize,
) -> Result<Clusters, TrainError> {
    let of: Vec<u32> = from.array(&format!("best_{name}_clusters"), &[total])?;
    let of = of.into_iter().map(|of| match u16::try_from(of) {
        Ok(of) if usize::from(of) < clusters => Some(Some(of)),
        _ => (of == SET_ASIDE).then_some(None),
    });
    Ok(Clusters {
        clusters,
        of: of
            .collect::<Option<_>>()
            .ok_or_else(|| other_clusters(from))?,
        posterior: from.array(&format!("best_{name}_posterior"), &[total * clusters])?,
    })
}

/// The clusters in a checkpoint of an earlier version.
fn legacy_clusters(
    from: &Checkpoint,
    totals: [usize; 2],
    counts: [usize; 2],
) -> Result<CoClusters, TrainError> {
    let path = from.folder().join("best_clusters.npz");
    let clusters = CoClusters::read_npz(&path).map_err(|error| TrainError::Checkpoint {
        path,
        reason: error.reason,
    })?;
    let sides = [&clusters.rows, &clusters.columns];
    let fits = (0..2).all(|index| {
        let side = sides[index];
        side.of.len() == totals[index] && side.clusters == counts[index]
    });
    if fits {
        Ok(clusters)
    } else {
        Err(other_clusters(from))
    }
}

fn other_clusters(from: &Checkpoint) -> TrainError {
    TrainError::Checkpoint {
        path: from.folder().to_owned(),
        reason: "its clusters belong to another matrix or to other numbers of clusters".to_owned(),
    }
}

fn save_network(
    network: &mut SideNetwork,
    to: &mut CheckpointWriter,
    side: &str,
) -> Result<(), TrainError> {
    for parameter in network.parameters() {
        let name = format!("{side}_{}", parameter.name);
        let shape = parameter.tensor.dims();
        to.array(name, &shape, values(parameter.tensor.clone().inner())?);
    }
    Ok(())
}

fn load_network(
    network: &mut SideNetwork,
    from: &Checkpoint,
    side: &str,
) -> Result<(), TrainError> {
    for place in network.parameters() {
        let name = format!("{side}_{}", place.name);
        let shape = place.tensor.dims();
        let device = place.tensor.device();
        *place.tensor = parameter(from.array(&name, &shape)?, shape, &device);
    }
    Ok(())
}

fn save_moments(
    adam: &Adam,
    number: usize,
    name: &str,
    shape: [usize; 2],
    to: &mut CheckpointWriter,
) -> Result<(), TrainError> {
    let Some(moments) = adam.moments(number).map_err(TrainError::Device)? else {
        return Ok(());
    };
    for (moment, which) in moments.into_iter().zip(["first", "second"]) {
        to.array(format!("{which}_{name}"), &shape, moment);
    }
    Ok(())
}

/// There are none of a parameter that had taken no step.
fn load_moments(
    adam: &mut Adam,
    number: usize,
    name: &str,
    like: &Tensor<2>,
    from: &Checkpoint,
) -> Result<(), TrainError> {
    if !from.has(&format!("first_{name}")) {
        return Ok(());
    }
    let shape = like.dims();
    let first = from.array(&format!("first_{name}"), &shape)?;
    let second = from.array(&format!("second_{name}"), &shape)?;
    adam.restore_moments(number, like, [first, second]);
    Ok(())
}
