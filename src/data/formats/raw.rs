//! A matrix as a file has it.

use std::sync::Arc;

use super::arrays::Content;
use super::entries::Compressed;
use crate::data::load::counted;
use crate::data::{Cells, Dense, Labels};

/// A matrix with names and classes, where the file has some.
#[derive(Debug, Default)]
pub(crate) struct RawMatrix {
    pub cells: Cells,
    /// True if cells that are not stored are missing, not zero.
    pub absent_is_missing: bool,
    pub rows: Labels,
    pub columns: Labels,
    /// True if the names are from the file, and not just numbers.
    pub named: bool,
    /// The class of each row.
    pub row_classes: Option<Vec<Option<String>>>,
    /// The class of each column.
    pub column_classes: Option<Vec<Option<String>>>,
    /// The matrices of a file that can hold several.
    pub variables: Vec<String>,
    pub notices: Vec<String>,
}

impl RawMatrix {
    /// Without names: rows and columns are numbered from `first`.
    fn numbered(cells: Cells, first: usize) -> Self {
        Self {
            rows: Labels::numbered_from(first, cells.rows()),
            columns: Labels::numbered_from(first, cells.columns()),
            cells,
            ..Self::default()
        }
    }

    /// What a file of arrays holds, numbered from `first`.
    pub(crate) fn of(content: Content, first: usize) -> Self {
        match content {
            Content::Dense(dense) => Self::dense(dense, first),
            Content::Sparse(sparse) => Self::sparse(sparse, first),
        }
    }

    /// A dense matrix whose rows and columns are numbered from `first`.
    pub(crate) fn dense(cells: Dense, first: usize) -> Self {
        Self::numbered(Cells::Dense(Arc::new(cells)), first)
    }

    /// A sparse matrix of which cells that are not stored are zero; numbered from `first`.
    pub(crate) fn sparse(cells: Compressed, first: usize) -> Self {
        let mut raw = Self::numbered(Cells::Sparse(Arc::new(cells.sparse)), first);
        if cells.added > 0 {
            raw.notices.push(format!(
                "{} to an earlier one of the same cell",
                counted(cells.added, "entry was added", "entries were added")
            ));
        }
        raw
    }

    /// Takes classes of rows and columns that were found in the file, each with the name of their array.
    pub(crate) fn set_classes(&mut self, rows: Option<Found>, columns: Option<Found>) {
        for (of, found) in [("rows", &rows), ("columns", &columns)] {
            if let Some((name, _)) = found {
                self.notices
                    .push(format!("{name} was read as the true classes of the {of}"));
            }
        }
        self.row_classes = rows.map(|found| found.1);
        self.column_classes = columns.map(|found| found.1);
    }
}

/// The name of an array, and its classes.
pub(crate) type Found = (String, Vec<Option<String>>);
