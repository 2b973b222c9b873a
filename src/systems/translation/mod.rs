//! What CycleGAN, pix2pix and AugGAN share.

pub mod model;
pub mod scalars;

pub use model::{StepBatch, StepScalar, Translating, Translation, TranslationModel, Wanted};
