//! A sweep: the question (`[sweep]` of a config file), its folder of plain files beside its runs, and how it stands.

mod spec;
mod state;
mod trial;

pub use spec::{Method, Scale, StopEarly, SweepConfig, SweepSpec, Values};
pub use state::{SweepState, SweepStatus, TrialState};
pub use trial::{Purpose, SweepId, Trial};
