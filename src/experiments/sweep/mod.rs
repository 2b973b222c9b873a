//! A sweep: the question (`[sweep]` of a config file), its folder of plain files beside its runs, and how it stands.

mod check;
mod decision;
mod error;
mod folder;
mod next;
mod objective;
mod read;
mod settings;
mod spec;
mod state;
#[cfg(test)]
mod tests;
mod trial;
mod write;

pub use check::MOST_RUNS;
pub use decision::{Decision, Extension};
pub use error::SweepError;
pub use folder::{SweepFolder, SweepLock};
pub use next::{Next, SweepResult};
pub use objective::Objective;
pub use objective::VALIDATION_SHARE;
pub use settings::{SettingState, Spread, Standing};
pub use spec::{Method, Scale, StopEarly, SweepConfig, SweepSpec, Values};
pub use state::{SweepState, SweepStatus, TrialState, list};
pub use trial::{Purpose, SweepId, Trial};
