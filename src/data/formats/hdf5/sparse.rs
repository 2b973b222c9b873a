//! Sparse matrices: a group of values, positions, and where each row (or column) begins in them.

use hdf5_pure::{AttrValue, Dataset, Group};

use super::AGAIN;
use super::content::{Bound, damaged};
use crate::data::formats::entries::{self, Compressed, Entries};
use crate::data::formats::npy::Wrong;

/// A sparse matrix.
#[derive(Debug)]
pub(super) struct Sparse {
    values: Dataset,
    positions: Dataset,
    starts: Dataset,
    by_column: bool,
    pub(super) shape: (u64, u64),
    /// What had to be guessed.
    pub(super) notice: Option<String>,
}

/// Names of the datasets of values, positions and starts.
const SCIPY: [&str; 3] = ["data", "indices", "indptr"];
const MATLAB: [&str; 3] = ["data", "ir", "jc"];

impl Sparse {
    /// The sparse matrix that a group is; `None` if it is something else.
    pub(super) fn of(group: &Group, members: &[(String, Dataset)], bound: Bound) -> Option<Self> {
        let find = |name: &str| members.iter().find(|member| member.0 == name);
        let parts = |names: [&str; 3]| -> Option<[Dataset; 3]> {
            let [values, positions, starts] = names.map(|name| Some(find(name)?.1.clone()));
            Some([values?, positions?, starts?])
        };
        let attributes = group.attrs().ok()?;
        if let Some(rows) = attributes.get("MATLAB_sparse") {
            let starts = find("jc")?.1.clone();
            let columns = length(&starts)?.checked_sub(1)?;
            let rows = whole(rows)?;
            // Without an entry MATLAB keeps the starts alone.
            let [values, positions, starts] =
                parts(MATLAB).unwrap_or_else(|| [starts.clone(), starts.clone(), starts]);
            return Some(Self {
                values,
                positions,
                starts,
                by_column: true,
                shape: (rows, columns),
                notice: None,
            });
        }
        let [values, positions, starts] = parts(SCIPY)?;
        let shape = ["shape", "h5sparse_shape"]
            .into_iter()
            .find_map(|name| wholes(attributes.get(name)?))
            .or_else(|| {
                let shape = bound.positions(&find("shape")?.1).ok()?;
                Some(shape.into_iter().map(|side| side as u64).collect())
            })?;
        let &[rows, columns] = &shape[..] else {
            return None;
        };
        let format = ["encoding-type", "h5sparse_format", "format"]
            .into_iter()
            .find_map(|name| attributes.get(name)?.as_str());
        let starting = length(&starts)?.checked_sub(1)?;
        let (by_column, sure) = match format {
            Some("csr_matrix" | "csr") => (false, true),
            Some("csc_matrix" | "csc") => (true, true),
            // What 10x Genomics writes has columns of cells.
            _ if find("barcodes").is_some() => (true, true),
            _ => (starting != rows, rows != columns),
        };
        Some(Self {
            values,
            positions,
            starts,
            by_column,
            shape: (rows, columns),
            notice: (!sure).then(|| {
                "data, indices and indptr were read row by row (CSR), which the file doesn't say"
                    .to_owned()
            }),
        })
    }

    /// The cells. `size`: that of the file.
    pub(super) fn read(&self, bound: Bound, size: usize) -> Result<Compressed, Wrong> {
        let shape = (
            entries::side(self.shape.0, "rows", size)?,
            entries::side(self.shape.1, "columns", size)?,
        );
        let outer = if self.by_column { shape.1 } else { shape.0 };
        let starts = bound.positions(&self.starts)?;
        let count = starts.last().copied().unwrap_or(0);
        let (positions, values) = if count == 0 {
            (Vec::new(), Vec::new())
        } else {
            (
                bound.positions(&self.positions)?,
                bound.numbers(&self.values)?,
            )
        };
        let fits = starts.len() == outer + 1
            && starts.first() == Some(&0)
            && starts.is_sorted()
            && count <= positions.len()
            && count <= values.len();
        if !fits {
            return Err(Wrong::new(
                "where the rows (or columns) of the sparse matrix begin does not fit its shape and entries",
                AGAIN,
            ));
        }
        let of = (0..outer).flat_map(|at| std::iter::repeat_n(at, starts[at + 1] - starts[at]));
        let mut entries = Entries::default();
        for ((&inner, outer), &value) in positions.iter().zip(of).zip(&values) {
            let cell = if self.by_column {
                (inner, outer)
            } else {
                (outer, inner)
            };
            entries.push(cell, value, shape)?;
        }
        entries.compress(shape.0, shape.1)
    }
}

/// The length of a vector.
pub(super) fn length(dataset: &Dataset) -> Option<u64> {
    match dataset.shape().map_err(damaged).ok()?[..] {
        [length] | [length, 1] | [1, length] => Some(length),
        _ => None,
    }
}

/// A whole number that is not negative.
pub(super) fn whole(value: &AttrValue) -> Option<u64> {
    match wholes(value)?[..] {
        [number] => Some(number),
        _ => None,
    }
}

/// Whole numbers that are not negative.
fn wholes(value: &AttrValue) -> Option<Vec<u64>> {
    let signed = |numbers: &[i64]| {
        let numbers = numbers.iter().map(|&number| u64::try_from(number).ok());
        numbers.collect::<Option<Vec<u64>>>()
    };
    match value {
        AttrValue::I64Array(numbers) => signed(numbers),
        AttrValue::U64Array(numbers) => Some(numbers.clone()),
        AttrValue::I32Array(numbers) => {
            signed(&numbers.iter().map(|&n| i64::from(n)).collect::<Vec<_>>())
        }
        AttrValue::U32Array(numbers) => Some(numbers.iter().map(|&n| u64::from(n)).collect()),
        one => Some(vec![
            one.as_u64().or_else(|| u64::try_from(one.as_i64()?).ok())?,
        ]),
    }
}
