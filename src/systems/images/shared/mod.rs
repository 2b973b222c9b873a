//! Code shared by CycleGAN, pix2pix and AugGAN.

pub mod adversary;
pub mod augmentation;
mod averages;
pub mod checkpoint;
pub mod config;
pub mod estimate;
mod evaluation;
#[cfg(test)]
pub(crate) mod fixture;
mod gallery;
pub mod generators;
pub mod losses;
pub mod measures;
pub mod model;
pub mod networks;
pub mod pixels;
pub mod pool;
pub mod scalars;
pub mod schedule;
pub mod segmenter;
mod state;
pub mod storage;
mod tiles;
pub mod together;
mod trainer;
mod translator;
pub mod weights;
mod weights_path;

pub use augmentation::AugmentationReport;
pub use measures::{Identity, MeasureSettings, Measurement, Measures};
pub use model::{StepBatch, StepScalar, Translating, Translation, TranslationModel, Wanted};
pub use trainer::TranslationTrainer;
pub use translator::ModelTranslator;
