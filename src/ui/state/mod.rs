//! State of the window: settings that survive a restart, the runs, the data, the models that are asked for ratings.

mod cluster_words;
mod data;
mod draft;
mod found;
mod latest;
mod machine;
mod own_presets;
mod places;
mod preview;
mod run;
mod runs;
mod samples;
mod settings;
mod speed;
mod sweeps;
mod watch;

pub use cluster_words::{in_window, label};
pub use data::{Content, DataKey, DataLook, DataState, DataStore, Failing, Loaded};
pub use draft::Draft;
pub use found::{Found, data_files};
pub use latest::{Latest, LatestState};
pub use machine::{Machine, Memory};
pub use own_presets::{OwnPreset, OwnPresets, delete_preset, write_preset};
pub use places::Places;
pub use preview::{PreviewLook, PreviewStore, ReadingEdit};
pub(crate) use run::read_details;
pub use run::{Began, Detail, Details, Run};
pub use runs::RunStore;
pub use samples::{Samples, find_samples, find_street, offer_runs};
pub use settings::{Recent, Selection, Settings};
pub use speed::Speed;
pub use sweeps::{Sweep, SweepStore};
