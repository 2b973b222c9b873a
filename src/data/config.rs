//! The `[data]` table of a config file.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{DataError, DataKind};

/// The `[data]` table of a config file. Paths are relative to that file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataConfig {
    /// What the system learns from: it, not the file, says so.
    #[serde(skip)]
    pub kind: DataKind,
    /// The ratings or the matrix: a file.
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
    /// Of a matrix: the array to take of a file that holds several (MAT, npz).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variable: Option<String>,
    /// Of a matrix: a file with the true class of each row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row_labels: Option<PathBuf>,
    /// Of a matrix: a file with the true class of each column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column_labels: Option<PathBuf>,
    /// Of a matrix: what stands in for missing cells.
    #[serde(default, skip_serializing_if = "Missing::is_default")]
    pub missing: Missing,
    /// Of a matrix with `missing = "autorec"`: the folder of the finished run that predicts the missing cells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_by: Option<PathBuf>,
}

/// What stands in for the missing cells of a matrix.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// 0.
    #[default]
    Zero,
    /// The mean of the row's cells.
    RowMean,
    /// The mean of the column's cells.
    ColumnMean,
    /// The prediction of a finished AutoRec run.
    Autorec,
}

impl Missing {
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde calls it with a reference"
    )]
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
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
        "variable",
        "row_labels",
        "column_labels",
        "missing",
        "completed_by",
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
            row_labels: self.row_labels.as_ref().map(absolute).transpose()?,
            column_labels: self.column_labels.as_ref().map(absolute).transpose()?,
            completed_by: self.completed_by.as_ref().map(absolute).transpose()?,
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
            ("row_labels", self.row_labels.as_ref()),
            ("column_labels", self.column_labels.as_ref()),
            ("completed_by", self.completed_by.as_ref()),
        ]
        .into_iter()
        .find_map(|(key, path)| {
            let path = path?.as_path();
            path.to_str().is_none().then_some((key, path))
        })
    }
}

impl DataConfig {
    /// Whether every key that is given has a meaning for this kind of data.
    ///
    /// # Errors
    /// With the first key that has none.
    pub fn check(&self) -> Result<(), DataError> {
        let ratings = "is only for systems that learn from ratings, and this one learns from a matrix: remove it";
        let matrix = "is only for systems that learn from a matrix, and this one learns from ratings: remove it";
        let of_ratings = [
            ("test", self.test.is_some(), ratings),
            ("test_fraction", self.test_fraction.is_some(), ratings),
            ("newest_fraction", self.newest_fraction.is_some(), ratings),
            ("leave_out", self.leave_out.is_some(), ratings),
        ];
        let of_matrix = [
            ("variable", self.variable.is_some(), matrix),
            ("row_labels", self.row_labels.is_some(), matrix),
            ("column_labels", self.column_labels.is_some(), matrix),
            ("missing", self.missing != Missing::default(), matrix),
            ("completed_by", self.completed_by.is_some(), matrix),
        ];
        let completed = self.missing == Missing::Autorec;
        let completion = [
            (
                "completed_by",
                completed && self.completed_by.is_none(),
                "is missing: name the folder of a finished AutoRec run, or choose another data.missing",
            ),
            (
                "completed_by",
                !completed && self.completed_by.is_some(),
                "is only for data.missing = \"autorec\": add that, or remove it",
            ),
        ];
        let wrong = match self.kind {
            DataKind::Ratings => of_matrix.iter().find(|check| check.1),
            DataKind::Matrix => of_ratings.iter().chain(&completion).find(|check| check.1),
        };
        wrong.map_or(Ok(()), |&(key, _, problem)| {
            let problem = problem.to_owned();
            Err(DataError::Config { key, problem })
        })
    }

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
