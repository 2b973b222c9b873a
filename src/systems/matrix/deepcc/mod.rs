//! DeepCC: Xu, Cheng, Zong, Ni, Song, Yu, Chen, Chen, Zhang, "Deep Co-Clustering", SDM 2019.

mod batch;
mod bilinear;
mod checkpoint;
mod config;
mod consensus;
mod covariance;
mod estimate;
#[cfg(test)]
mod fixture_tests;
mod information;
mod inputs;
mod joint;
mod joint_training;
mod memory;
mod mixture;
mod network;
mod objective;
mod pairs;
mod prepared;
mod presets;
mod side;
mod snapshots;
mod stages;
mod starts;
mod state;
#[cfg(test)]
mod tests;
mod trainer;

pub use config::{
    Activation, BlockSums, Covariance, CrossForm, DeepCcConfig, JointKind, JointWeighting, Missing,
    Pretraining, Reconstruction, Scaling, Start,
};

use std::sync::Arc;

use crate::data::MatrixData;
use crate::record::Measures;
use crate::systems::matrix::measures;
use crate::systems::{
    ConfigError, ConfigMap, Estimate, Info, MatrixFacts, Place, Preset, System, TrainError, Trainer,
};
use trainer::DeepCcTrainer;

/// Clusters the rows and the columns of a matrix together by deep autoencoders.
pub struct DeepCcSystem;

impl System for DeepCcSystem {
    const INFO: Info = Info::new(
        "deepcc",
        "DeepCC",
        "Clusters the rows and the columns of a matrix together with deep autoencoders (Xu et al., Deep Co-Clustering, SDM 2019).",
    );
    const MEASURES: Measures = measures::DEEPCC;
    type Config = DeepCcConfig;
    type Data = MatrixData;

    fn presets() -> Vec<Preset> {
        presets::presets()
    }

    fn defaults(given: &ConfigMap) -> ConfigMap {
        presets::defaults(given)
    }

    fn check(config: &DeepCcConfig) -> Result<(), ConfigError> {
        config.check()
    }

    fn estimate(config: &DeepCcConfig, facts: Option<&MatrixFacts>) -> Option<Estimate> {
        Some(estimate::estimate(config, facts?))
    }

    fn trainer(
        config: DeepCcConfig,
        data: &Arc<MatrixData>,
        place: &Place,
    ) -> Result<Box<dyn Trainer<DeepCcConfig>>, TrainError> {
        Ok(Box::new(DeepCcTrainer::new(config, data, place)?))
    }
}

/// The position of the largest of some numbers, the first of equals.
fn argmax(values: &[f64]) -> usize {
    let mut best = 0;
    for (at, value) in values.iter().enumerate() {
        if *value > values[best] {
            best = at;
        }
    }
    best
}
