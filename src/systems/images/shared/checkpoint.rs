//! Everything that a run needs to go on exactly, and what a translator needs to know of it.

use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::config::{Direction, TranslationConfig};
use super::gallery::legend;
use super::model::TranslationModel;
use super::state::{RngState, State};
use super::storage::damaged;
use super::trainer::TranslationTrainer;
use crate::data::images::{Loader, Size, ValueRange};
use crate::nn::checkpoint::{Checkpoint, CheckpointWriter};
use crate::systems::TrainError;

/// Its name in a checkpoint.
const ARCHITECTURE: &str = "architecture";

/// Files beside the weights: all that is needed to use them without the data and the config.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Architecture {
    /// The system's name in config files.
    pub system: String,
    /// Which domain of the data plays which part.
    pub direction: Direction,
    /// The data that the networks learned from.
    pub size: Size,
    /// Names and colors of the classes of the masks, by index.
    pub classes: Vec<(String, [u8; 3])>,
    /// The values of black and white in pictures of more than 8 bits, of domains A and B of the data.
    #[serde(default)]
    pub ranges: [Option<ValueRange>; 2],
    /// The model's description of its networks.
    pub networks: Value,
}

impl Architecture {
    /// Of the checkpoint in a folder.
    ///
    /// # Errors
    /// If there is none or it is damaged.
    pub fn read(folder: &Path) -> Result<Self, TrainError> {
        Ok(Checkpoint::open(folder)?.value(ARCHITECTURE)?)
    }

    /// The model's description of its networks.
    ///
    /// # Errors
    /// If it is another system's.
    pub fn networks<T: serde::de::DeserializeOwned>(&self, folder: &Path) -> Result<T, TrainError> {
        serde_json::from_value(self.networks.clone()).map_err(|error| TrainError::Checkpoint {
            path: folder.to_owned(),
            reason: error.to_string(),
        })
    }
}

fn architecture<M: TranslationModel>(trainer: &TranslationTrainer<M>) -> Architecture {
    let pictures = &trainer.data.a.train;
    let augment = trainer.test_augment();
    let size = pictures.first().map_or_else(
        || trainer.config.images().nominal(),
        |picture| augment.output(picture.size),
    );
    Architecture {
        system: M::SYSTEM.to_owned(),
        direction: trainer.config.direction(),
        size,
        classes: legend(trainer.data.classes.as_deref()),
        ranges: [trainer.data.a.range, trainer.data.b.range],
        networks: trainer.model.architecture(),
    }
}

pub(super) fn save<M: TranslationModel>(
    trainer: &TranslationTrainer<M>,
    folder: &Path,
) -> Result<(), TrainError> {
    let mut checkpoint = CheckpointWriter::new(folder);
    trainer.model.save(&mut checkpoint)?;
    checkpoint.value(ARCHITECTURE, &architecture(trainer))?;
    trainer.evaluation.save(folder)?;
    let state = State {
        rng: RngState::of(&trainer.rng),
        position: trainer.loader.position(),
        ..trainer.state.clone()
    };
    checkpoint.state(&state)?;
    Ok(checkpoint.finish()?)
}

pub(super) fn load<M: TranslationModel>(
    trainer: &mut TranslationTrainer<M>,
    folder: &Path,
) -> Result<(), TrainError> {
    let checkpoint = Checkpoint::open(folder)?;
    let state: State = checkpoint.state()?;
    let saved: Architecture = checkpoint.value(ARCHITECTURE)?;
    let wrong = |reason: &str| damaged(&checkpoint, reason.to_owned());
    if saved.networks != trainer.model.architecture() {
        return Err(wrong("it belongs to other networks than the config's"));
    }
    trainer.rng = state
        .rng
        .generator()
        .ok_or_else(|| wrong("its random-number state is damaged"))?;
    // Pictures that came since must not change what black and white are.
    if saved.ranges != [trainer.data.a.range, trainer.data.b.range] {
        trainer.use_data(Arc::new(trainer.data.with_ranges(saved.ranges)));
    }
    let data = Arc::clone(&trainer.data);
    trainer.loader = Loader::at(data, trainer.settings, state.position)
        .map_err(|error| TrainError::Data(error.to_string()))?;
    trainer.model.load(&checkpoint)?;
    trainer.evaluation.load(folder)?;
    trainer.state = state;
    Ok(())
}
