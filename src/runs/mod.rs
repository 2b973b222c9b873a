//! The run folder: what a run leaves on disk, and how it is read back.

mod event;
mod state;

pub use event::{Event, Status};
pub use state::{LogLine, Mark, RunState, Series, SnapshotRef};
