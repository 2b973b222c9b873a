//! Arrays: flags, dimensions, name, and the numbers.

use super::super::choose::{Announced, Holds};
use super::super::entries::{self, Compressed, Entries};
use super::super::npy::class_name;
use super::element::{Element, Elements, Endian};
use super::{AGAIN, Wrong};
use crate::data::Dense;

/// Sparse matrices (mxSPARSE_CLASS).
const SPARSE: u32 = 5;
/// The flag of complex numbers.
const COMPLEX: u32 = 1 << 11;

/// A numeric or sparse array of which all lengths fit.
pub(super) struct Variable<'b> {
    class: u32,
    shape: Vec<usize>,
    /// The bytes after the name.
    elements: Elements<'b>,
}

/// The cells of a matrix.
pub(super) enum Content {
    Dense(Dense),
    Sparse(Compressed),
}

/// Flags, dimensions and name; `None` if they cannot be read.
fn head<'b>(elements: &mut Elements<'b>) -> Result<(u32, Vec<usize>, &'b [u8]), Wrong> {
    let flags = elements.need()?.positions()?;
    let flags = *flags
        .first()
        .ok_or_else(|| Wrong::new("an array has no flags", AGAIN))?;
    let shape = elements.need()?.positions()?;
    let name = elements.need()?.payload;
    Ok((flags as u32, shape, name))
}

/// Name and shape of the array in `payload`, of which the end may be missing. `None` if there is none.
pub(super) fn announce(payload: &[u8], endian: Endian) -> Option<Announced> {
    let (flags, shape, name) = head(&mut Elements::new(payload, endian)).ok()?;
    Some(Announced {
        name: String::from_utf8_lossy(name)
            .trim_end_matches('\0')
            .to_owned(),
        shape: shape.into_iter().map(|side| side as u64).collect(),
        holds: unusable(flags).map_or(Holds::Numbers, Holds::Other),
    })
}

/// The kind of an array that does not hold real numbers.
fn unusable(flags: u32) -> Option<&'static str> {
    match flags & 0xff {
        1 => Some("a cell array"),
        2 => Some("a struct"),
        3 => Some("an object"),
        4 => Some("text"),
        SPARSE | 6..=15 if flags & COMPLEX != 0 => Some("complex numbers"),
        SPARSE | 6..=15 => None,
        _ => Some("no array of numbers"),
    }
}

impl<'b> Variable<'b> {
    pub(super) fn parse(payload: &'b [u8], endian: Endian) -> Result<Self, Wrong> {
        let mut elements = Elements::new(payload, endian);
        let (flags, shape, _) = head(&mut elements)?;
        if let Some(what) = unusable(flags) {
            let remedy = "Save a matrix of real numbers";
            return Err(Wrong::new(format!("is {what}"), remedy));
        }
        Ok(Self {
            class: flags & 0xff,
            shape,
            elements,
        })
    }

    /// The cells. `bytes`: the size of the file, which bounds the empty rows and columns of a sparse matrix.
    pub(super) fn content(mut self, bytes: usize) -> Result<Content, Wrong> {
        let &[rows, columns] = &self.shape[..] else {
            return Err(Wrong::new("is not a matrix", AGAIN));
        };
        if self.class == SPARSE {
            return self.sparse(rows, columns, bytes).map(Content::Sparse);
        }
        let numbers = self.numbers()?.numbers()?;
        let promised = rows.checked_mul(columns);
        if promised != Some(numbers.len()) {
            return Err(Wrong::new(
                format!(
                    "the header promises {rows} × {columns} numbers, but {} follow",
                    numbers.len()
                ),
                AGAIN,
            ));
        }
        if numbers.len() == 0 {
            return Ok(Content::Dense(Dense::default()));
        }
        let values = entries::dense(numbers, (rows, columns), true)?;
        Ok(Content::Dense(Dense::new(columns, values)))
    }

    /// Row of each entry, where each column begins, values.
    fn sparse(&mut self, rows: usize, columns: usize, bytes: usize) -> Result<Compressed, Wrong> {
        let shape = (
            entries::side(rows as u64, "rows", bytes)?,
            entries::side(columns as u64, "columns", bytes)?,
        );
        let of = self.elements.need()?.positions()?;
        let starts = self.elements.need()?.positions()?;
        let count = starts.last().copied().unwrap_or(0);
        let values = if count == 0 {
            None
        } else {
            Some(self.numbers()?.numbers()?)
        };
        let stored = values.as_ref().map_or(0, ExactSizeIterator::len);
        let fits = starts.len() == columns + 1
            && starts.first() == Some(&0)
            && starts.is_sorted()
            && count <= of.len()
            && count <= stored;
        if !fits {
            return Err(Wrong::new(
                "the column starts of the sparse matrix do not fit its shape and entries",
                AGAIN,
            ));
        }
        let columns_of =
            (0..columns).flat_map(|at| std::iter::repeat_n(at, starts[at + 1] - starts[at]));
        let mut entries = Entries::default();
        for ((&row, column), value) in of.iter().zip(columns_of).zip(values.into_iter().flatten()) {
            entries.push((row, column), value, shape)?;
        }
        entries.compress(rows, columns)
    }

    /// The elements of a vector as names of classes.
    pub(super) fn class_names(mut self) -> Result<Vec<Option<String>>, Wrong> {
        if self.class == SPARSE {
            return Err(Wrong::new(
                "is sparse, where classes are expected",
                "Save it as a full vector",
            ));
        }
        Ok(self.numbers()?.numbers()?.map(class_name).collect())
    }

    fn numbers(&mut self) -> Result<Element<'b>, Wrong> {
        self.elements.need()
    }
}
