//! DeepCC: Xu, Cheng, Zong, Ni, Song, Yu, Chen, Chen, Zhang, "Deep Co-Clustering", SDM 2019.

mod batch;
mod bilinear;
mod checkpoint;
mod config;
mod covariance;
#[cfg(test)]
mod fixture_tests;
mod footprint;
mod information;
mod joint;
mod joint_training;
mod memory;
mod mixture;
mod network;
mod objective;
mod observed;
mod pairs;
mod prepared;
mod presets;
mod scaling;
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

use burn::tensor::Device;
use serde_json::Value;

use super::matrix;
use crate::data::Dataset;
use crate::systems::{
    ConfigError, ConfigMap, DataKind, Preset, System, TrainError, Trainer, config_of, schema_of,
};
use trainer::DeepCcTrainer;

/// Clusters the rows and the columns of a matrix together by deep autoencoders.
pub struct DeepCcSystem;

impl System for DeepCcSystem {
    fn id(&self) -> &'static str {
        "deepcc"
    }
    fn label(&self) -> &'static str {
        "DeepCC"
    }
    fn summary(&self) -> &'static str {
        "Clusters the rows and the columns of a matrix together with deep autoencoders (Xu et al., Deep Co-Clustering, SDM 2019)."
    }
    fn data_kind(&self) -> DataKind {
        DataKind::Matrix
    }
    fn schema(&self) -> Value {
        schema_of::<DeepCcConfig>()
    }
    fn presets(&self) -> Vec<Preset> {
        presets::presets()
    }
    fn defaults(&self, given: &ConfigMap) -> ConfigMap {
        presets::defaults(given)
    }
    fn check(&self, config: &ConfigMap) -> Result<(), ConfigError> {
        config_of::<DeepCcConfig>(config)?.check()
    }
    fn measures(&self) -> crate::record::Measures {
        crate::systems::matrix::measures::DEEPCC
    }
    fn trainer(
        &self,
        config: &ConfigMap,
        data: &Dataset,
        device: &Device,
        seed: u64,
    ) -> Result<Box<dyn Trainer>, TrainError> {
        let config: DeepCcConfig = config_of(config)?;
        let trainer = DeepCcTrainer::new(config, matrix(data)?, device, seed)?;
        Ok(Box::new(trainer))
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
