//! A file that a person opened, and what lies beside it. Found out away from the window's thread.

use std::path::{Path, PathBuf};

use crate::data;
use crate::data::images::{FolderContent, look_into_folder};
use crate::ui::jobs::on_own_threads;

/// A file of data with those that belong to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The file.
    pub path: PathBuf,
    /// True if it can only be read as a matrix, not as ratings.
    pub only_matrix: bool,
    /// True if it is a list of ratings, by the names or the values of its columns: who, what and how much.
    pub is_ratings: bool,
    /// True if it is a folder: of images.
    pub images: bool,
    /// Of images: whether the folder holds one domain alone.
    pub lone: bool,
    /// Of images: the folder of domain B, if two were opened.
    pub path_b: Option<PathBuf>,
    /// Test ratings: `u1.test` for `u1.base`, `test.csv` for `train.csv`.
    pub test: Option<PathBuf>,
    /// True classes of the rows.
    pub row_labels: Option<PathBuf>,
    /// True classes of the columns.
    pub column_labels: Option<PathBuf>,
}

impl Found {
    /// Looks at the beginning of the file and at its folder.
    #[must_use]
    pub fn look(path: &Path) -> Self {
        if path.is_dir() {
            return Self {
                path: path.to_owned(),
                images: true,
                lone: look_into_folder(path) == FolderContent::One,
                ..Self::default()
            };
        }
        let only_matrix = data::holds_only_a_matrix(path);
        let beside = |names: &[&str]| {
            let mut paths = names.iter().map(|name| path.with_file_name(name));
            paths.find(|found| found != path && found.is_file())
        };
        // Groups of users and items belong to ratings.
        let from = usize::from(only_matrix);
        Self {
            path: path.to_owned(),
            only_matrix,
            // The threads of all may be busy with training.
            is_ratings: !only_matrix && on_own_threads(|| data::holds_ratings(path)),
            test: test_beside(path).filter(|_| !only_matrix),
            row_labels: beside(&["user_groups.csv", "row_labels.csv", "row_labels.txt"][from..]),
            column_labels: beside(
                &["item_groups.csv", "column_labels.csv", "column_labels.txt"][from..],
            ),
            ..Self::default()
        }
    }

    /// Two folders of images, one for each domain.
    #[must_use]
    pub fn pair(a: &Path, b: &Path) -> Self {
        Self {
            path: a.to_owned(),
            path_b: Some(b.to_owned()),
            images: true,
            lone: true,
            ..Self::default()
        }
    }
}

fn test_beside(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    let test = if let Some(stem) = name.strip_suffix(".base") {
        format!("{stem}.test")
    } else if name.contains("train") {
        name.replace("train", "test")
    } else {
        return None;
    };
    let test = path.with_file_name(test);
    test.is_file().then_some(test)
}
