//! Many runs as one question: what is varied, which settings are tried, where runs are launched, and what they say together.
//!
//! Uses `record`, `data`, `systems`, `runs`, `engine`.

pub mod early_stopping;
pub mod importance;
pub mod local;
pub mod pareto;
pub mod sampler;
mod setting;
pub mod slurm;
pub mod sweep;
pub mod table;

pub use setting::{Observation, Outcome, Setting};
