//! Which runs may share a plot: those that learned from the same data, whose measures mean the same.

use std::sync::Arc;

use crate::experiments::table::Row;

/// Data that runs learned from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Data {
    /// Its fingerprint.
    pub id: String,
    /// The name of its file or folder.
    pub name: String,
}

impl Data {
    /// The data of a run, once it was read.
    fn of(row: &Row) -> Option<Self> {
        let data = row.summary.data.as_ref()?;
        let name = data.path.file_name();
        Some(Self {
            id: data.hash.clone(),
            name: name.map_or_else(
                || data.path.display().to_string(),
                |name| name.to_string_lossy().into_owned(),
            ),
        })
    }
}

/// The data of the runs, with how many learned from it, the most frequent first.
pub(super) fn data_of(rows: &[Arc<Row>]) -> Vec<(Data, usize)> {
    let mut all: Vec<(Data, usize)> = Vec::new();
    for data in rows.iter().filter_map(|row| Data::of(row)) {
        match all.iter_mut().find(|(known, _)| known.id == data.id) {
            Some((_, count)) => *count += 1,
            None => all.push((data, 1)),
        }
    }
    // Of equally frequent ones the newest run's stays first.
    all.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    all
}

/// The rows of the runs that learned from this data, and of those that have not read theirs.
pub(super) fn of_data(rows: &[Arc<Row>], id: Option<&str>) -> Vec<usize> {
    let fits = |row: &Row| match (&row.summary.data, id) {
        (Some(data), Some(id)) => data.hash == id,
        _ => true,
    };
    (0..rows.len()).filter(|at| fits(&rows[*at])).collect()
}
