//! The `[data]` table of a config file.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::images::{ImageNeeds, ImageSource, Layout};
use super::{DataError, DataKind};

/// The `[data]` table of a config file. Paths are relative to that file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataConfig {
    /// What the system learns from: it, not the file, says so.
    #[serde(skip)]
    pub kind: DataKind,
    /// What the system needs of images: it, with its parameters, says so.
    #[serde(skip)]
    pub needs: ImageNeeds,
    /// The ratings or the matrix: a file. Of images: a folder, of both domains or of A.
    pub path: PathBuf,
    /// A file of test ratings; excludes the three ways to hold some out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test: Option<PathBuf>,
    /// A file of item titles; looked for beside `path` if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub items: Option<PathBuf>,
    /// A random share of the ratings or of the images, 0 to 1, held out as test set.
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
    /// Of images: the folder of domain B, if `path` is domain A.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path_b: Option<PathBuf>,
    /// Of images: how the files lie (`train_test`, `folders`, `side_by_side`); found out if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layout: Option<Layout>,
    /// Of images: the folder of the masks of domain A; `<folder>_labels` if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub masks_a: Option<PathBuf>,
    /// Of images: the folder of the masks of domain B; `<folder>_labels` if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub masks_b: Option<PathBuf>,
    /// Of images: a table of the classes in masks; `classes.csv` beside the images if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classes: Option<PathBuf>,
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
        "path_b",
        "layout",
        "masks_a",
        "masks_b",
        "classes",
    ];

    /// The same with absolute paths: relative ones start at `base`.
    ///
    /// # Errors
    /// If the current folder, where a relative `base` starts, is gone.
    pub fn absolute(&self, base: &Path) -> std::io::Result<Self> {
        let absolute = |path: &PathBuf| std::path::absolute(base.join(path));
        let optional = |path: &Option<PathBuf>| path.as_ref().map(absolute).transpose();
        Ok(Self {
            path: absolute(&self.path)?,
            test: optional(&self.test)?,
            items: optional(&self.items)?,
            row_labels: optional(&self.row_labels)?,
            column_labels: optional(&self.column_labels)?,
            completed_by: optional(&self.completed_by)?,
            path_b: optional(&self.path_b)?,
            masks_a: optional(&self.masks_a)?,
            masks_b: optional(&self.masks_b)?,
            classes: optional(&self.classes)?,
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
            ("path_b", self.path_b.as_ref()),
            ("masks_a", self.masks_a.as_ref()),
            ("masks_b", self.masks_b.as_ref()),
            ("classes", self.classes.as_ref()),
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
        use DataKind::{Images, Matrix, Ratings};
        // The kinds of data that a key means something for.
        let given: [(&str, bool, &[DataKind]); 15] = [
            ("test", self.test.is_some(), &[Ratings]),
            ("items", self.items.is_some(), &[Ratings, Matrix]),
            (
                "test_fraction",
                self.test_fraction.is_some(),
                &[Ratings, Images],
            ),
            (
                "newest_fraction",
                self.newest_fraction.is_some(),
                &[Ratings],
            ),
            ("leave_out", self.leave_out.is_some(), &[Ratings]),
            ("variable", self.variable.is_some(), &[Matrix]),
            ("row_labels", self.row_labels.is_some(), &[Matrix]),
            ("column_labels", self.column_labels.is_some(), &[Matrix]),
            ("missing", self.missing != Missing::default(), &[Matrix]),
            ("completed_by", self.completed_by.is_some(), &[Matrix]),
            ("path_b", self.path_b.is_some(), &[Images]),
            ("layout", self.layout.is_some(), &[Images]),
            ("masks_a", self.masks_a.is_some(), &[Images]),
            ("masks_b", self.masks_b.is_some(), &[Images]),
            ("classes", self.classes.is_some(), &[Images]),
        ];
        let foreign = given
            .iter()
            .find(|(_, given, kinds)| *given && !kinds.contains(&self.kind));
        if let Some(&(key, _, kinds)) = foreign {
            let kinds: Vec<&str> = kinds.iter().map(|kind| source_name(*kind)).collect();
            return Err(DataError::Config {
                key,
                problem: format!(
                    "is only for systems that learn from {}, and this one learns from {}: remove it",
                    kinds.join(" or "),
                    source_name(self.kind)
                ),
            });
        }
        let completed = self.missing == Missing::Autorec;
        let problem = match (completed, self.completed_by.is_some()) {
            (true, false) => {
                "is missing: name the folder of a finished AutoRec run, or choose another data.missing"
            }
            (false, true) => "is only for data.missing = \"autorec\": add that, or remove it",
            _ => return self.check_images(),
        };
        Err(DataError::Config {
            key: "completed_by",
            problem: problem.to_owned(),
        })
    }

    /// Whether what is given of images fits together; of other kinds of data nothing is given.
    fn check_images(&self) -> Result<(), DataError> {
        let wrong = |key, problem: &str| {
            let problem = problem.to_owned();
            Err(DataError::Config { key, problem })
        };
        match (self.path_b.is_some(), self.layout) {
            (true, Some(layout @ (Layout::TrainTest | Layout::SideBySide))) => wrong(
                "path_b",
                &format!(
                    "excludes data.layout = \"{}\": with it data.path holds both domains",
                    layout.name()
                ),
            ),
            (_, Some(Layout::SideBySide)) if self.masks_b.is_some() => wrong(
                "masks_b",
                "is for a domain of its own: the masks of images side by side are side by side in data.masks_a",
            ),
            _ if self.kind == DataKind::Images => self.image_source().fraction().map(|_| ()),
            _ => Ok(()),
        }
    }

    /// Where the images are and what is needed of them; paths as they stand here.
    #[must_use]
    pub fn image_source(&self) -> ImageSource {
        ImageSource {
            path: self.path.clone(),
            path_b: self.path_b.clone(),
            layout: self.layout,
            test_fraction: self.test_fraction,
            masks_a: self.masks_a.clone(),
            masks_b: self.masks_b.clone(),
            classes: self.classes.clone(),
            paired: self.needs.paired,
            masks: self.needs.masks,
            ..ImageSource::default()
        }
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

/// What a system of this kind learns from.
fn source_name(kind: DataKind) -> &'static str {
    match kind {
        DataKind::Ratings => "ratings",
        DataKind::Matrix => "a matrix",
        DataKind::Images => "images",
    }
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

    fn problem(config: &DataConfig) -> String {
        config.check().expect_err("a wrong table").to_string()
    }

    #[test]
    fn keys_that_mean_nothing_for_a_kind_of_data_are_refused_by_name() {
        let path = || Some(PathBuf::from("elsewhere"));
        let of = |kind, change: &dyn Fn(&mut DataConfig)| {
            let mut config = DataConfig {
                kind,
                ..DataConfig::default()
            };
            change(&mut config);
            config
        };
        use DataKind::{Images, Matrix, Ratings};
        let cases: [(DataConfig, &str); 6] = [
            (
                of(Ratings, &|data| data.path_b = path()),
                "data.path_b: is only for systems that learn from images, and this one learns from ratings",
            ),
            (of(Matrix, &|data| data.masks_b = path()), "data.masks_b"),
            (
                of(Matrix, &|data| data.test_fraction = Some(0.1)),
                "data.test_fraction: is only for systems that learn from ratings or images",
            ),
            (of(Images, &|data| data.test = path()), "data.test"),
            (
                of(Images, &|data| data.leave_out = Some(1)),
                "data.leave_out",
            ),
            (
                of(Images, &|data| data.missing = Missing::RowMean),
                "data.missing",
            ),
        ];
        for (config, expected) in cases {
            let message = problem(&config);
            assert!(message.starts_with(expected), "{message}");
        }
    }

    #[test]
    fn folders_of_images_that_contradict_their_layout_are_refused_by_name() {
        let images = DataConfig {
            kind: DataKind::Images,
            path: "day".into(),
            ..DataConfig::default()
        };
        assert!(images.check().is_ok());
        let both = DataConfig {
            path_b: Some("night".into()),
            layout: Some(Layout::SideBySide),
            ..images.clone()
        };
        assert!(problem(&both).starts_with("data.path_b: excludes data.layout = \"side_by_side\""));
        let all = DataConfig {
            test_fraction: Some(1.0),
            ..images
        };
        assert!(problem(&all).starts_with("data.test_fraction"));
    }

    #[test]
    fn the_table_of_images_is_written_and_read_with_absolute_paths() {
        let table = "path = \"day\"\ntest_fraction = 0.25\npath_b = \"night\"\nlayout = \"folders\"\n\
                     masks_a = \"m\"\nmasks_b = \"n\"\nclasses = \"classes.csv\"\n";
        let config: DataConfig = toml::from_str(table).expect("a table");
        assert_eq!(toml::to_string(&config).expect("a table"), table);
        let absolute = config.absolute(Path::new("/data")).expect("a folder");
        for (path, name) in [
            (Some(&absolute.path), "/data/day"),
            (absolute.path_b.as_ref(), "/data/night"),
            (absolute.masks_a.as_ref(), "/data/m"),
            (absolute.masks_b.as_ref(), "/data/n"),
            (absolute.classes.as_ref(), "/data/classes.csv"),
        ] {
            assert_eq!(path.map(PathBuf::as_path), Some(Path::new(name)));
        }
    }
}
