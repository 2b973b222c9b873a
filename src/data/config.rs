//! The `[data]` table of a config file.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::DataError;

/// The `[data]` table of a config file. Paths are relative to that file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataConfig {
    /// The ratings: a file.
    pub path: PathBuf,
    /// A file of test ratings; excludes the three ways to hold some out.
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

    /// The first path that a config file cannot hold, with its key: TOML is UTF-8, names of files need not be.
    #[must_use]
    pub fn unwritable_path(&self) -> Option<(&'static str, &Path)> {
        [
            ("path", Some(&self.path)),
            ("test", self.test.as_ref()),
            ("items", self.items.as_ref()),
        ]
        .into_iter()
        .find_map(|(key, path)| {
            let path = path?.as_path();
            path.to_str().is_none().then_some((key, path))
        })
    }
}

impl DataConfig {
    /// How test ratings are held out of `path`; `Split::None` with a test file.
    ///
    /// # Errors
    /// If two ways are given, or a number is out of range.
    pub fn split(&self) -> Result<Split, DataError> {
        let given = [
            ("test", self.test.is_some()),
            ("test_fraction", self.test_fraction.is_some()),
            ("newest_fraction", self.newest_fraction.is_some()),
            ("leave_out", self.leave_out.is_some()),
        ];
        let mut given = given
            .iter()
            .filter(|(_, given)| *given)
            .map(|(key, _)| *key);
        if let (Some(first), Some(second)) = (given.next(), given.next()) {
            return Err(DataError::Config {
                key: second,
                problem: format!("excludes data.{first}: keep one of them"),
            });
        }
        let share = |key, fraction: f32| {
            if fraction > 0.0 && fraction < 1.0 {
                return Ok(fraction);
            }
            let problem = format!("is {fraction}, but must lie between 0 and 1: 0.1 is a tenth");
            Err(DataError::Config { key, problem })
        };
        if let Some(fraction) = self.test_fraction {
            share("test_fraction", fraction).map(Split::Random)
        } else if let Some(fraction) = self.newest_fraction {
            share("newest_fraction", fraction).map(Split::Newest)
        } else if let Some(count) = self.leave_out {
            if count == 0 {
                return Err(DataError::Config {
                    key: "leave_out",
                    problem: "is 0, but must be at least 1; leave the key out for no test set"
                        .to_owned(),
                });
            }
            Ok(Split::LeaveOut(count))
        } else {
            Ok(Split::None)
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_ways_to_hold_out_are_refused_by_name() {
        let config = DataConfig {
            test_fraction: Some(0.1),
            leave_out: Some(2),
            ..DataConfig::default()
        };
        let message = config.split().expect_err("two ways").to_string();
        assert!(message.contains("data.leave_out") && message.contains("data.test_fraction"));
    }

    #[test]
    fn shares_outside_zero_to_one_are_refused() {
        for fraction in [0.0, 1.0, -0.5, 90.0, f32::NAN] {
            let config = DataConfig {
                newest_fraction: Some(fraction),
                ..DataConfig::default()
            };
            let message = config.split().expect_err("a wrong share").to_string();
            assert!(message.contains("data.newest_fraction"), "{message}");
        }
    }
}
