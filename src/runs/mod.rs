//! The run folder: what a run leaves on disk, and how it is read back.
//!
//! ```text
//! run.json        summary: id, name, system, status, seed, device, versions, data, steps, seconds, metrics
//! labels.json     tags, note, pin: written by people, never by the run's thread
//! config.toml     the whole resolved config
//! events.jsonl    append-only, one event a line
//! lock            locked while the run's thread lives
//! checkpoint/     the newest complete one: the trainer's files and engine.json; best/ where there is a best
//! artifacts/      what snapshots point to
//! ```
//!
//! Uses `record`, `data`, `systems`.

mod atomic;
mod checkpoint;
mod config;
mod config_file;
mod error;
mod event_log;
mod export;
mod folder;
mod id;
mod labels;
mod leftovers;
mod list;
mod lock;
mod name;
mod samples;
mod seal;
mod state;
mod summary;
mod writer;

pub(crate) use atomic::{sync_entries, write_file};
pub(crate) use checkpoint::CheckpointInfo;
pub use config::{ConfigFileError, RunConfig};
pub(crate) use config_file::ConfigText;
pub use error::RunError;
pub use event_log::Replay;
pub(crate) use export::copy_folder;
pub use export::export;
pub use folder::RunFolder;
pub use id::RunId;
pub use labels::{LabelError, Labels};
pub use list::{Listed, delete, list, rename};
pub(crate) use lock::RunLock;
pub use name::changes_reports_alone;
pub(crate) use name::{default_name, name_in_sweep, setting_in_short};
pub use samples::write_sample_runs;
pub(crate) use seal::verify as verify_checkpoint;
pub use state::{LogLine, Mark, Restored, RunState, Series, SnapshotRef};
pub use summary::{Metric, RunSummary, SweepPlace, metrics_of};
pub(crate) use writer::RunWriter;
