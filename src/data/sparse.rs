//! Compressed sparse rows.

/// A sparse matrix in compressed rows: the stored cells of row `r` are
/// `columns[offsets[r]..offsets[r + 1]]` (ascending) with `values` beside them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sparse {
    columns_total: usize,
    offsets: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f32>,
}

impl Sparse {
    /// From parts that already have the layout above.
    ///
    /// # Panics
    /// If the lengths do not fit each other.
    #[must_use]
    pub fn from_parts(
        columns_total: usize,
        offsets: Vec<usize>,
        columns: Vec<u32>,
        values: Vec<f32>,
    ) -> Self {
        assert_eq!(offsets.last().copied(), Some(columns.len()));
        assert_eq!(columns.len(), values.len());
        Self {
            columns_total,
            offsets,
            columns,
            values,
        }
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// Number of columns.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.columns_total
    }

    /// Number of stored cells.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether no cell is stored.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Columns and values of one row.
    #[must_use]
    pub fn row(&self, row: usize) -> (&[u32], &[f32]) {
        let range = self.offsets[row]..self.offsets[row + 1];
        (&self.columns[range.clone()], &self.values[range])
    }

    /// Where each row begins; one more than rows.
    #[must_use]
    pub fn offsets(&self) -> &[usize] {
        &self.offsets
    }

    /// Column of every stored cell, row by row.
    #[must_use]
    pub fn column_indices(&self) -> &[u32] {
        &self.columns
    }

    /// Value of every stored cell, row by row.
    #[must_use]
    pub fn values(&self) -> &[f32] {
        &self.values
    }
}
