//! A labeled matrix, dense or sparse: what co-clustering learns from.

mod cells;
mod classes;
mod fill;
mod load;
mod oddities;
mod summary;

pub use cells::{Cells, Dense};
pub use classes::Classes;
pub(super) use load::load;
pub use summary::{MatrixSummary, MatrixThumbnail};

use super::{Fingerprint, Labels};
use std::path::PathBuf;

/// A matrix with names, true classes where they are known, and its missing cells filled.
#[derive(Debug, Clone, Default)]
pub struct MatrixData {
    /// The cells of the file: NaN where a dense matrix has none.
    pub observed: Cells,
    /// True if cells that the file leaves out are missing (ratings), not zero (counts). Without meaning for dense cells.
    pub absent_is_missing: bool,
    /// The data that a system learns from: `observed` with missing cells filled; finite everywhere. Same shape.
    pub filled: Cells,
    /// Names of the rows.
    pub rows: Labels,
    /// Names of the columns.
    pub columns: Labels,
    /// The true class of each row.
    pub row_classes: Option<Classes>,
    /// The true class of each column.
    pub column_classes: Option<Classes>,
    /// Rows that can be clustered, ascending: not constant over the active columns in `filled` (all zero, or one value everywhere).
    pub active_rows: Vec<u32>,
    /// Columns that can be clustered, ascending.
    pub active_columns: Vec<u32>,
    /// The names of the matrices in the file, if it can hold several.
    pub variables: Vec<String>,
    /// Notices about the reading.
    pub notices: Vec<String>,
    /// The file beside the matrix that titles were read from, if none was named.
    pub titles: Option<PathBuf>,
    /// Which files, and how large.
    pub fingerprint: Fingerprint,
}

/// The cells of a matrix with the missing ones filled in by a model.
#[derive(Debug, Clone)]
pub struct Filled {
    /// Finite everywhere.
    pub cells: Cells,
    /// The name of what predicted them.
    pub by: String,
    /// Further notices about it.
    pub notices: Vec<String>,
}

impl MatrixData {
    /// A matrix of complete cells, with the names `1`, `2`, …, without classes.
    #[must_use]
    pub fn of(cells: Cells) -> Self {
        let (rows, columns) = (cells.rows(), cells.columns());
        let (active_rows, active_columns) = cells.active();
        Self {
            observed: cells.clone(),
            absent_is_missing: false,
            filled: cells,
            rows: Labels::numbered(rows),
            columns: Labels::numbered(columns),
            active_rows,
            active_columns,
            ..Self::default()
        }
    }

    /// The cells that are clustered: `filled` in the active rows and columns.
    #[must_use]
    pub fn active(&self) -> Cells {
        self.filled.select(&self.active_rows, &self.active_columns)
    }

    /// The value of one cell as the file has it; `None` if it is missing.
    #[must_use]
    pub fn value(&self, row: usize, column: usize) -> Option<f32> {
        match &self.observed {
            Cells::Dense(dense) => Some(dense.row(row)[column]).filter(|value| !value.is_nan()),
            Cells::Sparse(sparse) => match sparse.get(row, column) {
                None if self.absent_is_missing => None,
                stored => Some(stored.unwrap_or(0.0)),
            },
        }
    }
}
