//! The cells of a matrix, wherever they are kept.

/// Stored cells, borrowed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cells<'a> {
    /// All of them, row by row; NaN stands for a missing one.
    Dense {
        /// Number of columns.
        columns: usize,
        /// The values.
        values: &'a [f32],
    },
    /// Some of them, row by row: those of row `r` are at `offsets[r]..offsets[r + 1]`.
    Sparse {
        /// Number of columns.
        columns: usize,
        /// Where each row begins; one more than rows.
        offsets: &'a [usize],
        /// The column of each stored cell, ascending within a row.
        indices: &'a [u32],
        /// The values.
        values: &'a [f32],
    },
}

/// A matrix to be drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Matrix<'a> {
    pub(crate) cells: Cells<'a>,
    /// True if cells that are not stored have no value (not zero).
    pub(crate) absent_is_missing: bool,
}

/// The stored cells of a row.
#[derive(Debug, Clone, Copy)]
pub(super) enum Row<'a> {
    Dense(&'a [f32]),
    Sparse(&'a [u32], &'a [f32]),
}

impl<'a> Matrix<'a> {
    pub(crate) fn rows(&self) -> usize {
        match self.cells {
            Cells::Dense { columns, values } => values.len() / columns.max(1),
            Cells::Sparse { offsets, .. } => offsets.len().saturating_sub(1),
        }
    }

    pub(crate) fn columns(&self) -> usize {
        match self.cells {
            Cells::Dense { columns, .. } | Cells::Sparse { columns, .. } => columns,
        }
    }

    /// Number of stored cells: all of a dense matrix, missing ones too.
    pub(super) fn stored(&self) -> usize {
        match self.cells {
            Cells::Dense { values, .. } | Cells::Sparse { values, .. } => values.len(),
        }
    }

    /// True if cells that are not stored are zeros.
    pub(super) fn implies_zeros(&self) -> bool {
        matches!(self.cells, Cells::Sparse { .. }) && !self.absent_is_missing
    }

    pub(super) fn line(&self, row: usize) -> Row<'a> {
        match self.cells {
            Cells::Dense { columns, values } => Row::Dense(&values[row * columns..][..columns]),
            Cells::Sparse {
                offsets,
                indices,
                values,
                ..
            } => {
                let range = offsets[row]..offsets[row + 1];
                Row::Sparse(&indices[range.clone()], &values[range])
            }
        }
    }

    /// Columns and values of the stored cells of a row.
    pub(super) fn row(&self, row: usize) -> impl Iterator<Item = (usize, f32)> + 'a {
        let (columns, values) = match self.line(row) {
            Row::Dense(values) => (None, values),
            Row::Sparse(columns, values) => (Some(columns), values),
        };
        values.iter().enumerate().map(move |(at, &value)| {
            let column = columns.map_or(at, |columns| columns[at] as usize);
            (column, value)
        })
    }
}
