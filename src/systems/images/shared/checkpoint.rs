//! Everything that a run needs to go on exactly, and what a translator needs to know of it.

use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::config::{Direction, TranslationConfig};
use super::gallery::legend;
use super::model::TranslationModel;
use super::state::{RngState, State};
use super::storage::{read_json, write_json};
use super::trainer::TranslationTrainer;
use crate::data::images::{Loader, Size};
use crate::nn::checkpoint::{read_state, write_state};
use crate::systems::TrainError;

/// `architecture.json`.
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
    /// The model's description of its networks.
    pub networks: Value,
}

impl Architecture {
    /// Of the checkpoint in a folder.
    ///
    /// # Errors
    /// If there is none or it is damaged.
    pub fn read(folder: &Path) -> Result<Self, TrainError> {
        read_json(folder, ARCHITECTURE)
    }

    /// The model's description of its networks.
    ///
    /// # Errors
    /// If it is another system's.
    pub fn networks<T: serde::de::DeserializeOwned>(&self, folder: &Path) -> Result<T, TrainError> {
        serde_json::from_value(self.networks.clone()).map_err(|error| TrainError::Checkpoint {
            path: folder.join(format!("{ARCHITECTURE}.json")),
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
        networks: trainer.model.architecture(),
    }
}

pub(super) fn save<M: TranslationModel>(
    trainer: &TranslationTrainer<M>,
    folder: &Path,
) -> Result<(), TrainError> {
    trainer.model.save(folder)?;
    write_json(folder, ARCHITECTURE, &architecture(trainer))?;
    trainer.evaluation.save(folder)?;
    let state = State {
        rng: RngState::of(&trainer.rng),
        position: trainer.loader.position(),
        ..trainer.state.clone()
    };
    write_state(folder, &state)
}

pub(super) fn load<M: TranslationModel>(
    trainer: &mut TranslationTrainer<M>,
    folder: &Path,
) -> Result<(), TrainError> {
    let wrong = |name: &str, reason: &str| TrainError::Checkpoint {
        path: folder.join(name),
        reason: reason.to_owned(),
    };
    let state: State = read_state(folder)?;
    let saved = Architecture::read(folder)?;
    if saved.networks != trainer.model.architecture() {
        let name = format!("{ARCHITECTURE}.json");
        return Err(wrong(
            &name,
            "it belongs to other networks than the config's",
        ));
    }
    trainer.rng = state
        .rng
        .generator()
        .ok_or_else(|| wrong("state.toml", "its random-number state is damaged"))?;
    let data = Arc::clone(&trainer.data);
    trainer.loader = Loader::at(data, trainer.settings, state.position)
        .map_err(|error| TrainError::Data(error.to_string()))?;
    trainer.model.load(folder)?;
    trainer.evaluation.load(folder)?;
    trainer.state = state;
    Ok(())
}
