//! What CycleGAN, pix2pix and AugGAN share.

pub mod exchange;
pub mod losses;
pub mod model;
pub mod networks;
pub mod pool;
pub mod scalars;
pub mod schedule;

pub use model::{StepBatch, StepScalar, Translating, Translation, TranslationModel, Wanted};
