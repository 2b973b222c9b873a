//! The part of the form that says where the data comes from.

mod images;
mod matrix;
mod ratings;
mod rows;

pub use images::ImagesForm;
pub use matrix::MatrixForm;
pub use ratings::Holdout;

use std::path::{Path, PathBuf};

use eframe::egui::{DragValue, Ui};
use serde::{Deserialize, Serialize};

use crate::data::images::ImageDomains;
use crate::data::{DataConfig, DataKind};
use crate::ui::state::Found;
use rows::{Rows, number_ui};

/// Files, split and seed of the next run. What is not chosen keeps its value for when it is chosen again, also that of the other kind
/// of data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DataForm {
    /// The ratings.
    pub path: Option<PathBuf>,
    /// Where the test ratings come from.
    pub holdout: Holdout,
    /// The file of test ratings, for [`Holdout::File`].
    pub test: Option<PathBuf>,
    /// The share, for [`Holdout::Random`] and [`Holdout::Newest`].
    pub fraction: f32,
    /// How many ratings of each user, for [`Holdout::LeaveOut`].
    pub leave_out: usize,
    /// The file of item titles; looked for beside the ratings if absent.
    pub items: Option<PathBuf>,
    /// What is set for systems that learn from a matrix.
    pub matrix: MatrixForm,
    /// What is set for systems that learn from images.
    pub images: ImagesForm,
    /// The seed of the split and of the run.
    pub seed: u64,
}

impl Default for DataForm {
    fn default() -> Self {
        Self {
            path: None,
            holdout: Holdout::None,
            test: None,
            fraction: 0.1,
            leave_out: 5,
            items: None,
            matrix: MatrixForm::default(),
            images: ImagesForm::default(),
            seed: 1,
        }
    }
}

/// What the data form asks the shell to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataFormRequest {
    /// Let a person choose the file of ratings.
    ChooseRatings,
    /// Let a person choose the file of test ratings.
    ChooseTest,
    /// Let a person choose the file of titles.
    ChooseTitles,
    /// Let a person choose the file of a matrix.
    ChooseMatrix,
    /// Let a person choose the file of classes of rows.
    ChooseRowLabels,
    /// Let a person choose the file of classes of columns.
    ChooseColumnLabels,
    /// Let a person choose the folder of the run that predicts missing cells.
    ChooseCompletion,
    /// Let a person choose the folder of images: of both domains, or of A.
    ChooseImages,
    /// Let a person choose the folder of domain B.
    ChooseImagesB,
    /// Let a person choose the folder of the masks of domain A.
    ChooseMasksA,
    /// Let a person choose the folder of the masks of domain B.
    ChooseMasksB,
    /// Let a person choose the table of classes.
    ChooseClasses,
}

/// What the form is shown with.
#[derive(Debug, Clone, Copy, Default)]
pub struct DataFormContext<'a> {
    /// What the system learns from.
    pub kind: DataKind,
    /// Why it cannot be edited now.
    pub locked: Option<&'a str>,
    /// The matrices in the file, if it can hold several and is known.
    pub variables: &'a [String],
    /// Folder and name of the finished runs that could complete a matrix.
    pub runs: &'a [(PathBuf, String)],
    /// The images that were found.
    pub images: Option<&'a ImageDomains>,
    /// Why the data cannot be read, as (key of the `[data]` table, problem).
    pub unreadable: Option<(&'a str, &'a str)>,
}

/// What came of a frame of the data form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DataFormResponse {
    /// Whether a value changed: the data must be read again.
    pub changed: bool,
    /// What a person asked for.
    pub request: Option<DataFormRequest>,
    /// What is wrong, as (key of the `[data]` table, problem).
    pub problems: Vec<(String, String)>,
}

impl DataForm {
    /// The form of a config file's `[data]` table and seed.
    #[must_use]
    pub fn of(config: &DataConfig, seed: u64) -> Self {
        let mut form = Self::default();
        form.fill(config, seed);
        form
    }

    /// Takes over a config file's `[data]` table and seed. What is set for other kinds of data stays.
    pub fn fill(&mut self, config: &DataConfig, seed: u64) {
        self.seed = seed;
        match config.kind {
            DataKind::Ratings => self.fill_ratings(config),
            DataKind::Matrix => self.matrix = MatrixForm::of(config),
            DataKind::Images => self.images = ImagesForm::of(config),
        }
    }

    fn fill_ratings(&mut self, config: &DataConfig) {
        let unset = Self::default();
        let holdout = if config.test.is_some() {
            Holdout::File
        } else if config.test_fraction.is_some() {
            Holdout::Random
        } else if config.newest_fraction.is_some() {
            Holdout::Newest
        } else if config.leave_out.is_some() {
            Holdout::LeaveOut
        } else {
            Holdout::None
        };
        *self = Self {
            path: Some(config.path.clone()).filter(|path| !path.as_os_str().is_empty()),
            holdout,
            test: config.test.clone(),
            fraction: config
                .test_fraction
                .or(config.newest_fraction)
                .unwrap_or(unset.fraction),
            leave_out: config.leave_out.unwrap_or(unset.leave_out),
            items: config.items.clone(),
            matrix: std::mem::take(&mut self.matrix),
            images: std::mem::take(&mut self.images),
            seed: self.seed,
        };
    }

    /// The file or folder that is read for this kind of data: a matrix is the ratings where no other file was chosen.
    #[must_use]
    pub fn path(&self, kind: DataKind) -> Option<&Path> {
        match kind {
            DataKind::Ratings => self.path.as_deref(),
            DataKind::Matrix => self.matrix.path.as_deref().or(self.path.as_deref()),
            DataKind::Images => self.images.path.as_deref(),
        }
    }

    /// The `[data]` table that the form stands for.
    #[must_use]
    pub fn config(&self, kind: DataKind) -> DataConfig {
        let path = self.path(kind).map(Path::to_owned).unwrap_or_default();
        match kind {
            DataKind::Ratings => self.ratings_config(path),
            DataKind::Matrix => self.matrix.config(path),
            DataKind::Images => self.images.config(),
        }
    }

    fn ratings_config(&self, path: PathBuf) -> DataConfig {
        let when = |holdout| self.holdout == holdout;
        DataConfig {
            kind: DataKind::Ratings,
            path,
            test: self.test.clone().filter(|_| when(Holdout::File)),
            items: self.items.clone(),
            test_fraction: when(Holdout::Random).then_some(self.fraction),
            newest_fraction: when(Holdout::Newest).then_some(self.fraction),
            leave_out: when(Holdout::LeaveOut).then_some(self.leave_out),
            ..DataConfig::default()
        }
    }

    /// Takes a file of ratings. Settings that belonged to another file go; a test file that lies beside it is taken.
    pub fn take_ratings(&mut self, found: &Found) {
        self.path = Some(found.path.clone());
        self.items = None;
        self.test.clone_from(&found.test);
        if found.test.is_some() {
            self.holdout = Holdout::File;
        } else if matches!(self.holdout, Holdout::File | Holdout::None) {
            self.holdout = Holdout::Random;
        }
    }

    /// What is missing or wrong, as (key of the `[data]` table, problem).
    #[must_use]
    pub fn problems(&self, kind: DataKind) -> Vec<(String, String)> {
        let mut problems = self.missing(kind);
        problems.extend(self.wrong(kind));
        problems
    }

    /// Files that are still to be chosen. Not shown beside the fields, which say so themselves.
    fn missing(&self, kind: DataKind) -> Vec<(String, String)> {
        let mut missing = Vec::new();
        let mut add = |key: &str, problem: &str| missing.push((key.to_owned(), problem.to_owned()));
        match (kind, self.path(kind)) {
            (DataKind::Ratings, None) => add("path", "Choose a file of ratings"),
            (DataKind::Matrix, None) => add("path", "Choose a file with a matrix"),
            (DataKind::Images, None) => add("path", "Choose a folder of images"),
            _ => (),
        }
        if kind == DataKind::Ratings && self.holdout == Holdout::File && self.test.is_none() {
            add("test", "Choose a file of test ratings");
        }
        if kind == DataKind::Matrix {
            missing.extend(self.matrix.missing_choice());
        }
        if kind == DataKind::Images {
            missing.extend(self.images.missing_choice());
        }
        missing
    }

    fn wrong(&self, kind: DataKind) -> Option<(String, String)> {
        match kind {
            DataKind::Ratings => (),
            DataKind::Matrix => return None,
            DataKind::Images => return self.images.wrong(),
        }
        let (key, problem) = match self.holdout {
            Holdout::File if self.test.is_some() && self.test == self.path => (
                "test",
                "This is the file of training ratings; choose another",
            ),
            Holdout::Random | Holdout::Newest if !(self.fraction > 0.0 && self.fraction < 1.0) => {
                ("fraction", "must be between 0 and 100 %, both excluded")
            }
            Holdout::LeaveOut if self.leave_out == 0 => ("leave_out", "must be at least 1"),
            _ => return None,
        };
        Some((key.to_owned(), problem.to_owned()))
    }

    /// Shows the form as wide as `ui`.
    pub fn ui(&mut self, ui: &mut Ui, context: &DataFormContext<'_>) -> DataFormResponse {
        let before = self.clone();
        let problems = self.problems(context.kind);
        let unreadable = context
            .unreadable
            .map(|(key, problem)| (key.to_owned(), problem.to_owned()));
        let wrong = self.wrong(context.kind).or(unreadable);
        let rows = Rows {
            wrong: wrong.as_ref(),
            locked: context.locked,
        };
        let request = ui.scope(|ui| self.rows_ui(ui, &rows, context)).inner;
        DataFormResponse {
            changed: *self != before,
            request,
            problems,
        }
    }

    fn rows_ui(
        &mut self,
        ui: &mut Ui,
        rows: &Rows<'_>,
        context: &DataFormContext<'_>,
    ) -> Option<DataFormRequest> {
        ui.spacing_mut().item_spacing.y = 0.0;
        let path = self.path(context.kind).map(Path::to_owned);
        let request = match context.kind {
            DataKind::Ratings => self.ratings_rows_ui(ui, rows),
            DataKind::Matrix => self.matrix.rows_ui(ui, rows, path.as_deref(), context),
            DataKind::Images => self.images.rows_ui(ui, rows, context.images),
        };
        let help = match context.kind {
            DataKind::Ratings => {
                "Of the split, the first weights and every shuffle: the same seed gives the same run"
            }
            DataKind::Matrix => {
                "Of the first clusters, the first weights and every shuffle: the same seed gives the same run"
            }
            DataKind::Images => {
                "Of the test set, the first weights, every crop and every shuffle: the same seed gives the same run"
            }
        };
        rows.row(ui, "seed", "Seed", help, |ui, label, width| {
            number_ui(ui, DragValue::new(&mut self.seed), label, width);
        });
        request
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Missing;

    #[test]
    fn a_config_survives_the_form() {
        for config in [
            DataConfig {
                path: "u.data".into(),
                newest_fraction: Some(0.2),
                ..DataConfig::default()
            },
            DataConfig {
                path: "u1.base".into(),
                test: Some("u1.test".into()),
                items: Some("u.item".into()),
                ..DataConfig::default()
            },
            DataConfig {
                path: "u.data".into(),
                leave_out: Some(3),
                ..DataConfig::default()
            },
        ] {
            assert_eq!(DataForm::of(&config, 7).config(DataKind::Ratings), config);
        }
    }

    #[test]
    fn each_kind_of_data_keeps_what_was_set_for_it() {
        let mut form = DataForm {
            path: Some("u.data".into()),
            holdout: Holdout::LeaveOut,
            ..DataForm::default()
        };
        assert_eq!(form.config(DataKind::Matrix).path, Path::new("u.data"));
        let matrix = DataConfig {
            kind: DataKind::Matrix,
            path: "WebKB4.mat".into(),
            variable: Some("fea".to_owned()),
            row_labels: Some("classes.csv".into()),
            missing: Missing::RowMean,
            ..DataConfig::default()
        };
        form.fill(&matrix, 3);
        assert_eq!(form.config(DataKind::Matrix), matrix);
        let ratings = form.config(DataKind::Ratings);
        assert_eq!(ratings.path, Path::new("u.data"));
        assert_eq!(ratings.leave_out, Some(5));
        form.fill(&ratings, 4);
        assert_eq!(form.config(DataKind::Matrix), matrix);
    }

    #[test]
    fn a_run_to_complete_by_is_asked_for_and_left_out_of_the_config_elsewhere() {
        let mut form = DataForm {
            path: Some("u.data".into()),
            ..DataForm::default()
        };
        form.matrix.missing = Missing::Autorec;
        let problems = form.problems(DataKind::Matrix);
        assert_eq!(problems[0].0, "completed_by");
        assert!(form.problems(DataKind::Ratings).is_empty());
        assert_eq!(form.config(DataKind::Matrix).missing, Missing::Zero);
        form.matrix.completed_by = Some("run".into());
        assert!(form.problems(DataKind::Matrix).is_empty());
        assert!(form.config(DataKind::Matrix).completed_by.is_some());
        form.matrix.missing = Missing::Zero;
        assert_eq!(form.config(DataKind::Matrix).completed_by, None);
    }

    #[test]
    fn choosing_another_split_drops_the_first_from_the_config_and_keeps_it_in_the_form() {
        let mut form = DataForm {
            path: Some("u.data".into()),
            holdout: Holdout::Random,
            fraction: 0.25,
            ..DataForm::default()
        };
        assert_eq!(form.config(DataKind::Ratings).test_fraction, Some(0.25));
        form.holdout = Holdout::LeaveOut;
        assert_eq!(
            (
                form.config(DataKind::Ratings).test_fraction,
                form.config(DataKind::Ratings).leave_out
            ),
            (None, Some(5))
        );
        form.holdout = Holdout::Random;
        assert_eq!(form.config(DataKind::Ratings).test_fraction, Some(0.25));
    }

    #[test]
    fn what_is_missing_is_named() {
        let keys = |form: &DataForm| -> Vec<String> {
            form.problems(DataKind::Ratings)
                .into_iter()
                .map(|(key, _)| key)
                .collect()
        };
        let mut form = DataForm {
            holdout: Holdout::File,
            ..DataForm::default()
        };
        assert_eq!(keys(&form), ["path", "test"]);
        form.path = Some("a".into());
        form.test = Some("a".into());
        assert_eq!(keys(&form), ["test"], "training and test must be two files");
        form.holdout = Holdout::Newest;
        form.fraction = 1.0;
        assert_eq!(keys(&form), ["fraction"]);
        form.fraction = 0.5;
        assert!(keys(&form).is_empty());
    }
}
