//! Compressed sparse rows.

use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

/// A sparse matrix in compressed rows: the stored cells of row `r` are
/// `columns[offsets[r]..offsets[r + 1]]` (ascending) with `values` beside them. Cheap to clone: the parts are shared.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sparse {
    columns_total: usize,
    offsets: Arc<Vec<usize>>,
    columns: Arc<Vec<u32>>,
    values: Arc<Vec<f32>>,
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
            offsets: Arc::new(offsets),
            columns: Arc::new(columns),
            values: Arc::new(values),
        }
    }

    /// The same cells with other values, row by row.
    ///
    /// # Panics
    /// If there is not one value for each cell.
    #[must_use]
    pub fn with_values(&self, values: Vec<f32>) -> Self {
        assert_eq!(self.columns.len(), values.len());
        Self {
            values: Arc::new(values),
            ..self.clone()
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

    /// True if no cell is stored.
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

    /// The value of one cell, if it is stored.
    #[must_use]
    pub fn get(&self, row: usize, column: usize) -> Option<f32> {
        let (columns, values) = self.row(row);
        let at = columns.binary_search(&u32::try_from(column).ok()?).ok()?;
        Some(values[at])
    }

    /// How many cells each column has.
    #[must_use]
    pub fn column_counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.columns_total];
        for &column in self.columns.iter() {
            counts[column as usize] += 1;
        }
        counts
    }

    /// Columns as rows, on all cores: each thread owns a range of columns, and so a range of the output, and looks at every cell in order.
    #[must_use]
    pub fn transpose(&self) -> Self {
        let offsets = offsets_of(&self.column_counts());
        let mut rows = vec![0_u32; self.len()];
        let mut values = vec![0_f32; self.len()];
        let ranges = key_ranges(&offsets, rayon::current_num_threads());
        let tasks: Vec<_> = ranges
            .iter()
            .zip(split_at_keys(&mut rows, &offsets, &ranges))
            .zip(split_at_keys(&mut values, &offsets, &ranges))
            .collect();
        tasks.into_par_iter().for_each(|((range, rows), values)| {
            let base = offsets[range.start];
            let mut next: Vec<usize> = offsets[range.clone()].iter().map(|at| at - base).collect();
            for row in 0..self.rows() {
                for position in self.offsets[row]..self.offsets[row + 1] {
                    let column = self.columns[position] as usize;
                    if range.contains(&column) {
                        let at = &mut next[column - range.start];
                        rows[*at] = row as u32;
                        values[*at] = self.values[position];
                        *at += 1;
                    }
                }
            }
        });
        Self::from_parts(self.rows(), offsets, rows, values)
    }
}

/// Running sums from 0: where each group begins, and the total.
pub(crate) fn offsets_of(counts: &[usize]) -> Vec<usize> {
    let mut offsets = Vec::with_capacity(counts.len() + 1);
    let mut total = 0;
    offsets.push(0);
    for count in counts {
        total += count;
        offsets.push(total);
    }
    offsets
}

/// Cuts the keys into at most `parts` ranges with about as many cells each.
pub(crate) fn key_ranges(offsets: &[usize], parts: usize) -> Vec<Range<usize>> {
    let keys = offsets.len() - 1;
    let total = offsets[keys];
    let parts = if total < 1 << 16 {
        1
    } else {
        parts.clamp(1, 16)
    };
    let mut ranges = Vec::with_capacity(parts);
    let mut start = 0;
    for part in 1..=parts {
        let end = if part == parts {
            keys
        } else {
            offsets
                .partition_point(|&at| at < total / parts * part)
                .clamp(start, keys)
        };
        ranges.push(start..end);
        start = end;
    }
    ranges
}

/// The cells of each range of keys, as slices that threads can write at the same time.
pub(crate) fn split_at_keys<'a, T>(
    mut cells: &'a mut [T],
    offsets: &[usize],
    ranges: &[Range<usize>],
) -> Vec<&'a mut [T]> {
    let mut parts = Vec::with_capacity(ranges.len());
    for range in ranges {
        let (part, rest) = cells.split_at_mut(offsets[range.end] - offsets[range.start]);
        parts.push(part);
        cells = rest;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 0 1 . / . . . / 2 . 3
    fn small() -> Sparse {
        Sparse::from_parts(
            3,
            vec![0, 2, 2, 4],
            vec![0, 1, 0, 2],
            vec![0.0, 1.0, 2.0, 3.0],
        )
    }

    #[test]
    fn transpose_by_hand() {
        let transposed = small().transpose();
        assert_eq!(transposed.offsets(), [0, 2, 3, 4]);
        assert_eq!(transposed.column_indices(), [0, 2, 0, 2]);
        assert_eq!(transposed.values(), [0.0, 2.0, 1.0, 3.0]);
        assert_eq!(transposed.transpose(), small());
        assert_eq!(small().get(2, 2), Some(3.0));
        assert_eq!(small().get(1, 2), None);
    }

    #[test]
    fn parallel_transpose_of_many_cells_keeps_every_cell() {
        // Cell (r, c) is stored where (7 r + 3 c) mod 5 = 0, with value r + c / 1024.
        let (rows, columns) = (900_u32, 800_u32);
        let mut offsets = vec![0];
        let (mut indices, mut values) = (Vec::new(), Vec::new());
        for row in 0..rows {
            for column in (0..columns).filter(|column| (7 * row + 3 * column) % 5 == 0) {
                indices.push(column);
                values.push(row as f32 + column as f32 / 1024.0);
            }
            offsets.push(indices.len());
        }
        let sparse = Sparse::from_parts(columns as usize, offsets, indices, values);
        assert!(sparse.len() > 1 << 16);
        let transposed = sparse.transpose();
        for column in 0..columns as usize {
            let (found, values) = transposed.row(column);
            assert!(found.is_sorted_by(|a, b| a < b));
            for (&row, &value) in found.iter().zip(values) {
                assert_eq!(sparse.get(row as usize, column), Some(value));
            }
        }
        assert_eq!(transposed.transpose(), sparse);
    }
}
