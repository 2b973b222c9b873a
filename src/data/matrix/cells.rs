//! The cells of a matrix.

use std::sync::Arc;

use crate::data::Sparse;

/// A dense matrix, row by row.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Dense {
    columns: usize,
    values: Vec<f32>,
}

impl Dense {
    /// From values row by row.
    ///
    /// # Panics
    /// If the values do not fill whole rows.
    #[must_use]
    pub fn new(columns: usize, values: Vec<f32>) -> Self {
        assert!(
            columns == 0 && values.is_empty() || values.len().is_multiple_of(columns),
            "whole rows"
        );
        Self { columns, values }
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.values.len().checked_div(self.columns).unwrap_or(0)
    }

    /// Number of columns.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// One row.
    #[must_use]
    pub fn row(&self, row: usize) -> &[f32] {
        &self.values[row * self.columns..(row + 1) * self.columns]
    }

    /// All values, row by row.
    #[must_use]
    pub fn values(&self) -> &[f32] {
        &self.values
    }
}

/// Cells, dense or sparse. Cheap to clone.
#[derive(Debug, Clone)]
pub enum Cells {
    /// Every cell is there; NaN stands for a missing one.
    Dense(Arc<Dense>),
    /// Only some cells are stored.
    Sparse(Arc<Sparse>),
}

impl Default for Cells {
    fn default() -> Self {
        Self::Dense(Arc::default())
    }
}

impl Cells {
    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        match self {
            Self::Dense(dense) => dense.rows(),
            Self::Sparse(sparse) => sparse.rows(),
        }
    }

    /// Number of columns.
    #[must_use]
    pub fn columns(&self) -> usize {
        match self {
            Self::Dense(dense) => dense.columns(),
            Self::Sparse(sparse) => sparse.columns(),
        }
    }

    /// Number of stored cells: all of a dense matrix, missing ones too.
    #[must_use]
    pub fn stored(&self) -> usize {
        match self {
            Self::Dense(dense) => dense.values().len(),
            Self::Sparse(sparse) => sparse.len(),
        }
    }

    /// The stored cells of a row, as (column, value).
    pub fn row(&self, row: usize) -> impl Iterator<Item = (usize, f32)> {
        let (columns, values) = match self {
            Self::Dense(dense) => (None, dense.row(row)),
            Self::Sparse(sparse) => {
                let (columns, values) = sparse.row(row);
                (Some(columns), values)
            }
        };
        values.iter().enumerate().map(move |(at, &value)| {
            let column = columns.map_or(at, |columns| columns[at] as usize);
            (column, value)
        })
    }

    /// The cells of these rows and columns, both ascending, renumbered in that order.
    #[must_use]
    pub fn select(&self, rows: &[u32], columns: &[u32]) -> Self {
        if rows.len() == self.rows() && columns.len() == self.columns() {
            return self.clone();
        }
        match self {
            Self::Dense(dense) => {
                let mut values = Vec::with_capacity(rows.len() * columns.len());
                for &row in rows {
                    let row = dense.row(row as usize);
                    values.extend(columns.iter().map(|&column| row[column as usize]));
                }
                Self::Dense(Arc::new(Dense::new(columns.len(), values)))
            }
            Self::Sparse(sparse) => {
                let mut new = vec![u32::MAX; sparse.columns()];
                for (at, &column) in (0..).zip(columns) {
                    new[column as usize] = at;
                }
                let mut offsets = Vec::with_capacity(rows.len() + 1);
                let (mut kept, mut values) = (Vec::new(), Vec::new());
                offsets.push(0);
                for &row in rows {
                    let (own, cells) = sparse.row(row as usize);
                    for (&column, &value) in own.iter().zip(cells) {
                        if new[column as usize] != u32::MAX {
                            kept.push(new[column as usize]);
                            values.push(value);
                        }
                    }
                    offsets.push(kept.len());
                }
                let chosen = Sparse::from_parts(columns.len(), offsets, kept, values);
                Self::Sparse(Arc::new(chosen))
            }
        }
    }

    /// Rows and columns that are not constant. One that is left out can make another constant: repeated until none is.
    #[must_use]
    pub fn active(&self) -> (Vec<u32>, Vec<u32>) {
        let mut rows: Vec<u32> = (0..self.rows() as u32).collect();
        let mut columns: Vec<u32> = (0..self.columns() as u32).collect();
        loop {
            let cells = self.select(&rows, &columns);
            let (keep_rows, keep_columns) = cells.varying();
            let (old_rows, old_columns) = (rows.len(), columns.len());
            let mut keep = keep_rows.iter();
            rows.retain(|_| keep.next().copied().unwrap_or(false));
            let mut keep = keep_columns.iter();
            columns.retain(|_| keep.next().copied().unwrap_or(false));
            if (rows.len(), columns.len()) == (old_rows, old_columns) {
                return (rows, columns);
            }
        }
    }

    /// Which rows and which columns hold more than one value (cells that are not stored count as zero).
    fn varying(&self) -> (Vec<bool>, Vec<bool>) {
        let span = || (f32::INFINITY, f32::NEG_INFINITY, 0_usize);
        let mut rows = vec![span(); self.rows()];
        let mut columns = vec![span(); self.columns()];
        for (row, own) in rows.iter_mut().enumerate() {
            for (column, value) in self.row(row) {
                for (low, high, count) in [own as &mut _, &mut columns[column]] {
                    *low = f32::min(*low, value);
                    *high = f32::max(*high, value);
                    *count += 1;
                }
            }
        }
        let varies = |spans: Vec<(f32, f32, usize)>, length: usize| {
            let varies = |(low, high, count): (f32, f32, usize)| {
                let (low, high) = if count < length {
                    (low.min(0.0), high.max(0.0))
                } else {
                    (low, high)
                };
                low < high
            };
            spans.into_iter().map(varies).collect()
        };
        (varies(rows, self.columns()), varies(columns, self.rows()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dense(columns: usize, values: &[f32]) -> Cells {
        Cells::Dense(Arc::new(Dense::new(columns, values.to_vec())))
    }

    #[test]
    fn constant_rows_and_columns_are_set_aside_until_none_is_left() {
        // Column 2 is constant; without it row 1 is; without that column 1 is.
        let cells = dense(3, &[1., 3., 7., 3., 3., 7., 2., 3., 7., 0., 3., 7.]);
        assert_eq!(cells.active(), (vec![], vec![]));
        let cells = dense(3, &[1., 2., 0., 2., 1., 0., 0., 0., 0.]);
        assert_eq!(cells.active(), (vec![0, 1], vec![0, 1]));
    }

    #[test]
    fn sparse_cells_that_are_not_stored_count_as_zero() {
        let sparse = Sparse::from_parts(3, vec![0, 2, 2, 3], vec![0, 1, 1], vec![3., 1., 2.]);
        let cells = Cells::Sparse(Arc::new(sparse));
        assert_eq!(cells.active(), (vec![0, 2], vec![0, 1]));
        let chosen = cells.select(&[0, 2], &[1]);
        assert_eq!(chosen.row(1).collect::<Vec<_>>(), [(0, 2.0)]);
    }
}
