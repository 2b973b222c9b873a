//! The saved state of a training.

use std::path::Path;

use burn::tensor::Device;
use serde::{Deserialize, Serialize};

use super::network::Network;
use super::{Segmenter, SegmenterSettings, weights};
use crate::nn::checkpoint::{read_array, read_state, write_array, write_state};
use crate::systems::TrainError;

/// Weights and moments of the optimizer after some steps.
#[derive(Debug, Clone, PartialEq)]
pub struct SegmenterState {
    pub(super) step: u64,
    pub(super) weights: Vec<f32>,
    pub(super) first: Vec<f32>,
    pub(super) second: Vec<f32>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Steps {
    step: u64,
}

impl SegmenterState {
    /// True if nothing is left to learn.
    #[must_use]
    pub fn is_done(&self, settings: &SegmenterSettings) -> bool {
        self.step >= settings.steps
    }

    /// The network as it is in this state.
    ///
    /// # Errors
    /// If the state is that of other settings or classes.
    pub fn segmenter(
        &self,
        settings: &SegmenterSettings,
        classes: usize,
        device: &Device,
    ) -> Result<Segmenter, TrainError> {
        let device = device.clone().without_autodiff();
        let network = Network::new(settings.filters, classes, None, &device);
        self.check(weights::sizes(&network).iter().sum())?;
        let network = weights::write(network, &self.weights);
        Ok(Segmenter::of_network(
            network,
            settings.filters,
            classes,
            device,
        ))
    }

    pub(super) fn check(&self, count: usize) -> Result<(), TrainError> {
        let found = self.weights.len();
        if found != count {
            return Err(TrainError::Data(format!(
                "the segmenter has {count} weights, the state {found}: it is another run's"
            )));
        }
        Ok(())
    }

    /// Writes it into a new folder.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn save(&self, folder: &Path) -> Result<(), TrainError> {
        std::fs::create_dir_all(folder).map_err(|error| TrainError::Write {
            path: folder.to_owned(),
            reason: error.to_string(),
        })?;
        let arrays = [
            ("weights", &self.weights),
            ("first", &self.first),
            ("second", &self.second),
        ];
        for (name, values) in arrays {
            write_array(folder, name, &[values.len()], values)?;
        }
        write_state(folder, &Steps { step: self.step })
    }

    /// Reads what [`Self::save`] wrote of a training with these settings.
    ///
    /// # Errors
    /// If a file is missing, damaged or another training's.
    pub fn load(
        folder: &Path,
        settings: &SegmenterSettings,
        classes: usize,
    ) -> Result<Self, TrainError> {
        let network = Network::new(settings.filters, classes, None, &Device::flex());
        let count = weights::sizes(&network).iter().sum();
        let array = |name| read_array(folder, name, &[count]);
        Ok(Self {
            step: read_state::<Steps>(folder)?.step,
            weights: array("weights")?,
            first: array("first")?,
            second: array("second")?,
        })
    }
}
