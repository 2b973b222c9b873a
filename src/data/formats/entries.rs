//! Entries of a sparse matrix in any order, put together into compressed rows.

use super::npy::Wrong;
use crate::data::Sparse;

/// Rows and columns that a file may have without a cell in them, however small it is. More must be backed by its size: names and offsets
/// are kept for each.
const SIDE_OF_ANY_FILE: u64 = 1 << 17;

/// A number of rows or columns (`what`) that a file of `bytes` claims; an error if it is out of proportion.
pub(crate) fn side(claimed: u64, what: &str, bytes: usize) -> Result<usize, Wrong> {
    let most = SIDE_OF_ANY_FILE.max((bytes as u64).saturating_mul(4));
    if claimed > most.min(u64::from(u32::MAX) - 1) {
        return Err(Wrong::new(
            format!(
                "the header promises {claimed} {what}, far more than a file of {bytes} bytes can hold"
            ),
            "Download or copy the file again, or leave the empty rows and columns out",
        ));
    }
    Ok(claimed as usize)
}

/// Parallel columns of row, column and value, from 0.
#[derive(Debug, Default)]
pub(crate) struct Entries {
    pub rows: Vec<u32>,
    pub columns: Vec<u32>,
    pub values: Vec<f32>,
}

/// Compressed rows, and how many entries were added to an earlier one of the same cell.
pub(crate) struct Compressed {
    pub sparse: Sparse,
    pub added: usize,
}

impl Entries {
    /// Adds an entry, checked to lie within `shape` and to be finite. `number`: which entry it is, for the error.
    pub(crate) fn push(
        &mut self,
        (row, column): (usize, usize),
        value: f64,
        shape: (usize, usize),
    ) -> Result<(), Wrong> {
        if row >= shape.0 || column >= shape.1 {
            return Err(Wrong::new(
                format!(
                    "entry {} is in row {}, column {}, outside the shape {} × {}",
                    self.values.len() + 1,
                    row.saturating_add(1),
                    column.saturating_add(1),
                    shape.0,
                    shape.1
                ),
                "Write the file again",
            ));
        }
        self.rows.push(row as u32);
        self.columns.push(column as u32);
        self.values.push(finite(value, row, column)?);
        Ok(())
    }

    /// Rows sorted by column. Entries of the same cell are added up, as SciPy does; zeros are left out.
    pub(crate) fn compress(self, rows: usize, columns: usize) -> Result<Compressed, Wrong> {
        let mut next = vec![0; rows + 1];
        for &row in &self.rows {
            next[row as usize + 1] += 1;
        }
        for row in 0..rows {
            next[row + 1] += next[row];
        }
        let starts = next.clone();
        let mut cells = vec![(0_u32, 0_f32); self.values.len()];
        let parallel = self.rows.iter().zip(&self.columns).zip(&self.values);
        for ((&row, &column), &value) in parallel {
            let place = &mut next[row as usize];
            cells[*place] = (column, value);
            *place += 1;
        }
        drop(self);
        let (mut offsets, mut added) = (Vec::with_capacity(rows + 1), 0);
        let mut indices = Vec::with_capacity(cells.len());
        let mut values: Vec<f32> = Vec::with_capacity(cells.len());
        offsets.push(0);
        for row in 0..rows {
            let own = &mut cells[starts[row]..starts[row + 1]];
            if !own.is_sorted_by_key(|cell| cell.0) {
                own.sort_by_key(|cell| cell.0);
            }
            for same in own.chunk_by(|a, b| a.0 == b.0) {
                let sum: f64 = same.iter().map(|cell| f64::from(cell.1)).sum();
                added += same.len() - 1;
                if sum != 0.0 {
                    indices.push(same[0].0);
                    values.push(finite(sum, row, same[0].0 as usize)?);
                }
            }
            offsets.push(indices.len());
        }
        indices.shrink_to_fit();
        values.shrink_to_fit();
        Ok(Compressed {
            sparse: Sparse::from_parts(columns, offsets, indices, values),
            added,
        })
    }
}

/// The value of a cell of a sparse matrix (row and column from 0); an error if it is NaN or infinite.
pub(crate) fn finite(value: f64, row: usize, column: usize) -> Result<f32, Wrong> {
    let narrow = value as f32;
    if narrow.is_finite() {
        return Ok(narrow);
    }
    let remedy = if value.is_nan() {
        "Write a number; a matrix with missing cells can be saved dense, with NaN in them"
    } else {
        "Write a number below 3.4e38"
    };
    Err(Wrong::new(
        format!(
            "row {}, column {} holds {value}, which is not a finite number",
            row + 1,
            column + 1
        ),
        remedy,
    ))
}

/// Dense values in the order of a file become row by row, NaN where a cell is missing; an error at an infinite one.
///
/// `numbers` yields `rows · columns` values, which the file is known to hold.
pub(crate) fn dense(
    numbers: impl Iterator<Item = f64>,
    (rows, columns): (usize, usize),
    by_column: bool,
) -> Result<Vec<f32>, Wrong> {
    let mut values = if by_column {
        vec![0.0; rows * columns]
    } else {
        Vec::with_capacity(rows * columns)
    };
    let (mut row, mut column) = (0, 0);
    for number in numbers.take(rows * columns) {
        let value = if number.is_nan() {
            f32::NAN
        } else {
            finite(number, row, column)?
        };
        if by_column {
            values[row * columns + column] = value;
            row += 1;
            if row == rows {
                (row, column) = (0, column + 1);
            }
        } else {
            values.push(value);
            column += 1;
            if column == columns {
                (row, column) = (row + 1, 0);
            }
        }
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_in_any_order_are_sorted_and_those_of_one_cell_added_up() {
        let mut entries = Entries::default();
        for (at, value) in [
            ((1, 2), 1.0),
            ((0, 1), 2.0),
            ((1, 0), 3.0),
            ((1, 2), 4.0),
            ((2, 2), 0.0),
        ] {
            assert!(entries.push(at, value, (3, 3)).is_ok());
        }
        let Ok(Compressed { sparse, added }) = entries.compress(3, 3) else {
            panic!("finite sums");
        };
        assert_eq!(added, 1);
        assert_eq!(sparse.row(0), (&[1][..], &[2.0][..]));
        assert_eq!(sparse.row(1), (&[0, 2][..], &[3.0, 5.0][..]));
        assert_eq!(sparse.row(2).0.len(), 0);
    }

    #[test]
    fn a_side_that_no_file_of_its_size_fills_is_refused() {
        assert!(side(100_000, "rows", 10).is_ok());
        assert!(side(1_000_000, "rows", 10).is_err());
        assert!(side(1_000_000, "rows", 250_000).is_ok());
        assert!(side(u64::MAX, "rows", usize::MAX).is_err());
    }
}
