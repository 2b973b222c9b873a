//! The observed cells of a matrix, by row and by column.

use std::fmt;
use std::sync::OnceLock;

use super::kernels::Cells;
use crate::data::Sparse;

/// The observed cells of a [rows, columns] matrix. Cells are numbered row by row, columns ascending: tensors that hold one value
/// per cell are in that order.
pub struct Observed {
    by_row: Sparse,
    by_column: OnceLock<Transposed>,
}

/// The same cells column by column.
struct Transposed {
    offsets: Vec<usize>,
    rows: Vec<u32>,
    values: Vec<f32>,
    /// The number of each cell in the order by row.
    cells: Vec<u32>,
}

impl fmt::Debug for Observed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observed")
            .field("rows", &self.rows())
            .field("columns", &self.columns())
            .field("cells", &self.len())
            .finish()
    }
}

impl Observed {
    /// Takes the stored cells of a matrix.
    ///
    /// # Panics
    /// If there are 2³² cells or more.
    #[must_use]
    pub fn new(by_row: Sparse) -> Self {
        assert!(
            u32::try_from(by_row.len()).is_ok(),
            "too many cells: {}",
            by_row.len()
        );
        Self {
            by_row,
            by_column: OnceLock::new(),
        }
    }

    /// The cells row by row.
    #[must_use]
    pub fn by_row(&self) -> &Sparse {
        &self.by_row
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.by_row.rows()
    }

    /// Number of columns.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.by_row.columns()
    }

    /// Number of cells.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_row.len()
    }

    /// True if no cell is observed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_row.is_empty()
    }

    /// Rows and values of one column.
    #[must_use]
    pub fn column(&self, column: usize) -> (&[u32], &[f32]) {
        let Transposed {
            offsets,
            rows,
            values,
            ..
        } = self.transposed();
        let range = offsets[column]..offsets[column + 1];
        (&rows[range.clone()], &values[range])
    }

    pub(super) fn cells_by_row<'a>(&'a self, values: &'a [f32]) -> Cells<'a> {
        Cells {
            offsets: self.by_row.offsets(),
            columns: self.by_row.column_indices(),
            values,
        }
    }

    /// The transposed matrix.
    pub(super) fn cells_by_column(&self) -> Cells<'_> {
        let transposed = self.transposed();
        Cells {
            offsets: &transposed.offsets,
            columns: &transposed.rows,
            values: &transposed.values,
        }
    }

    /// The transposed matrix with other values, which are in the order by column.
    pub(super) fn with_values_by_column<'a>(&'a self, values: &'a [f32]) -> Cells<'a> {
        Cells {
            values,
            ..self.cells_by_column()
        }
    }

    /// The number of each cell, by column.
    pub(super) fn cell_numbers_by_column(&self) -> &[u32] {
        &self.transposed().cells
    }

    fn transposed(&self) -> &Transposed {
        self.by_column.get_or_init(|| transpose(&self.by_row))
    }
}

fn transpose(by_row: &Sparse) -> Transposed {
    let mut offsets = vec![0usize; by_row.columns() + 1];
    for &column in by_row.column_indices() {
        offsets[column as usize + 1] += 1;
    }
    for column in 0..by_row.columns() {
        offsets[column + 1] += offsets[column];
    }
    let mut next = offsets.clone();
    let mut transposed = Transposed {
        offsets,
        rows: vec![0; by_row.len()],
        values: vec![0.0; by_row.len()],
        cells: vec![0; by_row.len()],
    };
    let mut cell = 0u32;
    for row in 0..by_row.rows() {
        let (columns, values) = by_row.row(row);
        for (&column, &value) in columns.iter().zip(values) {
            let place = &mut next[column as usize];
            transposed.rows[*place] = row as u32;
            transposed.values[*place] = value;
            transposed.cells[*place] = cell;
            *place += 1;
            cell += 1;
        }
    }
    transposed
}
