//! Where the window keeps things.

use std::path::PathBuf;

/// Folders of the window.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// The run folders.
    pub runs: PathBuf,
    /// Files that the program makes for itself: generated sample data.
    pub data: PathBuf,
    /// The samples that come with the program; looked for if absent.
    pub samples: Option<PathBuf>,
}

impl Places {
    /// The usual ones, with the runs in `runs`.
    #[must_use]
    pub fn new(runs: PathBuf) -> Self {
        let data = directories::ProjectDirs::from("", "", "atelier").map_or_else(
            || runs.join(".atelier"),
            |folders| folders.data_dir().to_path_buf(),
        );
        Self {
            runs,
            data,
            samples: None,
        }
    }
}
