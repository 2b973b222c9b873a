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

/// Entries of a folder that are looked at for files of data.
const MOST_ENTRIES: usize = 1_000;

/// Names of files in a folder that could be data by their endings, at most three; the largest first, since titles and users are smaller
/// than ratings.
#[must_use]
pub fn data_files(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let is_data = |path: &Path| {
        let ending = path.extension().and_then(|ending| ending.to_str());
        ending.is_some_and(|own| {
            let own = own.to_ascii_lowercase();
            data::MatrixSource::FILES.contains(&own.as_str())
        })
    };
    let mut files: Vec<(u64, String)> = entries
        .take(MOST_ENTRIES)
        .flatten()
        .filter(|entry| is_data(&entry.path()))
        .filter_map(|entry| {
            let metadata = entry.metadata().ok().filter(|own| own.is_file())?;
            Some((metadata.len(), entry.file_name().into_string().ok()?))
        })
        .collect();
    files.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
    files.truncate(3);
    files.into_iter().map(|(_, name)| name).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_folder_the_largest_files_of_data_are_named() {
        let folder = tempfile::tempdir().unwrap();
        assert!(data_files(folder.path()).is_empty());
        for (name, size) in [
            ("u.data", 900),
            ("u.item.txt", 200),
            ("README", 5_000),
            ("b.csv", 200),
            ("small.CSV", 1),
        ] {
            std::fs::write(folder.path().join(name), vec![b'x'; size]).unwrap();
        }
        assert_eq!(data_files(folder.path()), ["u.data", "b.csv", "u.item.txt"]);
    }

    #[test]
    fn measurements_and_counts_of_words_are_matrices_and_tables_with_gaps_may_be_ratings() {
        let folder = tempfile::tempdir().unwrap();
        let look = |text: &str| {
            let path = folder.path().join("file");
            std::fs::write(&path, text).unwrap();
            Found::look(&path).only_matrix
        };
        let table = |cell: fn(usize) -> String| {
            let row = |row: usize| {
                let cells: Vec<String> = (0..5).map(|column| cell(row * 5 + column)).collect();
                format!("r{row},{}\n", cells.join(","))
            };
            format!(",a,b,c,d,e\n{}", (0..8).map(row).collect::<String>())
        };
        assert!(look(&table(|at| format!("{}", at as f32 * 0.37 - 4.0))));
        // With a gap there is something to predict; on a scale they are ratings.
        let gap = |at: usize| {
            let value = format!("{}", at as f32 * 0.37 - 4.0);
            if at == 7 { String::new() } else { value }
        };
        assert!(!look(&table(gap)));
        assert!(!look(&table(|at| format!(
            "{}",
            (at % 9) as f32 * 0.5 + 1.0
        ))));
        assert!(!look("a,x,4.25\nb,y,2.5\nb,x,1\n"));
        assert!(look("3\n4\n5\n1 1 2\n1 4 1\n2 2 1\n3 1 5\n3 3 1\n"));
    }
}
