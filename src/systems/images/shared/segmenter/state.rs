//! The saved state of a training.

use std::path::Path;

use burn::tensor::Device;
use serde::{Deserialize, Serialize};

use super::network::Network;
use super::{Segmenter, SegmenterSettings};
use crate::nn::checkpoint::{Checkpoint, CheckpointWriter, shapes_of, with_values};
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
        let network = self.fill(network)?;
        Ok(Segmenter::of_network(
            network,
            settings.filters,
            classes,
            device,
        ))
    }

    /// The network with these weights.
    pub(super) fn fill(&self, network: Network) -> Result<Network, TrainError> {
        let (count, found) = (count(&network), self.weights.len());
        if found != count {
            return Err(TrainError::Data(format!(
                "the segmenter has {count} weights, the state {found}: it is another run's"
            )));
        }
        let mut rest = self.weights.as_slice();
        let shapes = shapes_of(&network).into_iter();
        let values = shapes.map(|shape| {
            let (own, others) = rest.split_at(shape.iter().product());
            rest = others;
            own.to_vec()
        });
        with_values(network, values).map_err(TrainError::Data)
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
        let mut checkpoint = CheckpointWriter::new(folder);
        for (name, values) in [
            ("weights", &self.weights),
            ("first", &self.first),
            ("second", &self.second),
        ] {
            checkpoint.array(name, &[values.len()], values.clone());
        }
        checkpoint.state(&Steps { step: self.step })?;
        Ok(checkpoint.finish()?)
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
        let count = count(&network);
        let checkpoint = Checkpoint::open(folder)?;
        let array = |name| checkpoint.array(name, &[count]);
        Ok(Self {
            step: checkpoint.state::<Steps>()?.step,
            weights: array("weights")?,
            first: array("first")?,
            second: array("second")?,
        })
    }
}

/// Values of a network.
fn count(network: &Network) -> usize {
    let shapes = shapes_of(network).into_iter();
    shapes
        .map(|shape| shape.into_iter().product::<usize>())
        .sum()
}
