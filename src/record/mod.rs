//! The vocabulary that everything shares: events and what a trainer reports, status, measures, and the formats of results.
//!
//! Uses nothing else of the house.

mod augmentation;
mod co_clusters;
mod csv_table;
mod event;
pub mod files;
pub(crate) mod float;
mod measure;
pub(crate) mod npy;
pub mod panics;
mod predictions;
mod recorder;
pub mod saved_file;
pub mod schema;
pub mod translations;
pub mod words;

pub use augmentation::AugmentationScores;
pub use co_clusters::{CoClusters, CoClustersError, Side};
pub(crate) use csv_table::CsvTable;
pub use event::{Event, Status};
pub use measure::{Basis, Better, Measure, Measures, PROGRESS, Part, Role, STEP_TIME, Scalar};
pub use predictions::{Prediction, Predictions, PredictionsError, read_predictions};
pub use recorder::{
    Alarm, Artifact, ArtifactContent, ArtifactKind, Best, LogLevel, Recorded, Recorder,
};
pub use translations::{TEST_PICTURES, TranslatedPicture, Translations, TranslationsError, View};
