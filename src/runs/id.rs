//! The name of a run's folder.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Names a run: its folder's name, `2026-11-22_14-03-11_autorec_a1b2` (local time of the start, system, four random digits).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct RunId(Arc<str>);

impl RunId {
    /// A new one for a run that begins now.
    #[must_use]
    pub fn new(system: &str) -> Self {
        let now = jiff::Zoned::now();
        let digits: u16 = rand::random();
        let time = now.strftime("%Y-%m-%d_%H-%M-%S");
        Self(format!("{time}_{system}_{digits:04x}").into())
    }

    /// The id that a folder's name is.
    #[must_use]
    pub fn of_folder(folder: &Path) -> Option<Self> {
        folder
            .file_name()
            .and_then(|name| name.to_str())
            .map(|name| Self(name.into()))
    }

    /// The folder's name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The random digits at the end: short, and enough to tell runs apart in a list.
    #[must_use]
    pub fn short(&self) -> &str {
        self.0.rsplit('_').next().unwrap_or(&self.0)
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<String> for RunId {
    fn from(name: String) -> Self {
        Self(name.into())
    }
}

impl From<RunId> for String {
    fn from(id: RunId) -> Self {
        id.0.as_ref().into()
    }
}
