//! A run whose data is at another place now.

use std::path::{Path, PathBuf};

use super::load_dataset;
use crate::data::{DataError, Dataset, Monitor};
use crate::runs::{RunError, RunFolder, RunWriter};
use crate::systems::{self, ConfigError};

/// Digits of a hash that are shown.
const SHOWN: usize = 12;

/// Why a run does not learn from data at another place.
#[derive(Debug, thiserror::Error)]
pub enum RelocateError {
    /// The run folder cannot be read or written.
    #[error(transparent)]
    Run(#[from] RunError),
    /// Its config does not hold.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The data cannot be read.
    #[error(transparent)]
    Data(#[from] DataError),
    /// It is other data.
    #[error(
        "{} is not the data that the run began with: its hash is {found}…, the run's {expected}…. Give the data of the run; \
         or begin a new run on this: atelier run {} --set data.path=\"{}\"",
        path.display(), config.display(), path.display()
    )]
    OtherData {
        /// The data that was given.
        path: PathBuf,
        /// The beginning of its hash.
        found: String,
        /// The beginning of the hash in `run.json`.
        expected: String,
        /// The run's config file.
        config: PathBuf,
    },
}

/// Reads the data of a run at another place: the file or folder, or a folder that holds the file under its old name. If it is the same data, by the
/// hash in `run.json`, the run's config names it there from now on. A run that had read no data yet takes any.
///
/// # Errors
/// If a thread works on the run, the data cannot be read or is other data, or `monitor` was canceled: then nothing is changed.
pub fn relocate(
    folder: &RunFolder,
    new: &Path,
    monitor: &Monitor,
) -> Result<Dataset, RelocateError> {
    let mut config = folder.config()?;
    let system = systems::get(&config.system)?;
    let new = std::path::absolute(new).map_err(|source| DataError::Read {
        path: new.to_owned(),
        source,
        remedy: "Give another path",
    })?;
    let needs = config.image_needs(system);
    config.data = config.data.moved(&new)?;
    let data = load_dataset(&config.data, needs, folder.path(), config.seed, monitor)?;
    let found = data.fingerprint().clone();
    let mut writer = RunWriter::open(folder, system.measures())?;
    if let Some(expected) = &writer.summary().data
        && expected.hash != found.hash
    {
        let short = |hash: &str| hash.chars().take(SHOWN).collect();
        return Err(RelocateError::OtherData {
            path: config.data.path().to_owned(),
            found: short(&found.hash),
            expected: short(&expected.hash),
            config: folder.config_path(),
        });
    }
    writer.summary().data = Some(found);
    writer.set_config(&config)?;
    writer.flush()?;
    Ok(data)
}
