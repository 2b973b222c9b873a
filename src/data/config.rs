//! The `[data]` table of a config file.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// The `[data]` table of a config file. Paths are relative to that file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataConfig {
    /// The ratings: a file.
    pub path: PathBuf,
    /// A file of test ratings; excludes `split`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test: Option<PathBuf>,
    /// A file of item titles; looked for beside `path` if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub items: Option<PathBuf>,
    /// A random share of the ratings, 0 to 1, held out as test set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_fraction: Option<f32>,
    /// The newest share of the ratings by time, 0 to 1, held out as test set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newest_fraction: Option<f32>,
    /// This many random ratings of each user held out as test set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leave_out: Option<usize>,
}

impl DataConfig {
    /// Every key of the table.
    pub const KEYS: &'static [&'static str] = &[
        "path",
        "test",
        "items",
        "test_fraction",
        "newest_fraction",
        "leave_out",
    ];

    /// The same with absolute paths: relative ones start at `base`.
    ///
    /// # Errors
    /// If the current folder, where a relative `base` starts, is gone.
    pub fn absolute(&self, base: &Path) -> std::io::Result<Self> {
        let absolute = |path: &PathBuf| std::path::absolute(base.join(path));
        Ok(Self {
            path: absolute(&self.path)?,
            test: self.test.as_ref().map(absolute).transpose()?,
            items: self.items.as_ref().map(absolute).transpose()?,
            ..self.clone()
        })
    }
}

/// How test ratings are held out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Split {
    /// None: everything is for training.
    None,
    /// A random share.
    Random(f32),
    /// The newest share by time.
    Newest(f32),
    /// This many of each user.
    LeaveOut(usize),
}
