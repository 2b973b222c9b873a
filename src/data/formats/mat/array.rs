//! Arrays of level 5: flags, dimensions, name, and what they hold.

use super::super::arrays::Content;
use super::super::choose::{Announced, Holds};
use super::super::entries::{self, Compressed, Entries};
use super::super::npy::class_name;
use super::element::{Element, Elements, Endian};
use super::{AGAIN, Wrong, text};
use crate::data::Dense;

/// The classes of arrays (mxCELL_CLASS and so on).
pub(super) const CELL: u32 = 1;
pub(super) const STRUCT: u32 = 2;
pub(super) const CHAR: u32 = 4;
const SPARSE: u32 = 5;
/// An object of which the content stands elsewhere (mxOPAQUE_CLASS): a string, a table, a categorical array.
const OPAQUE: u32 = 17;
/// The flag of complex numbers.
const COMPLEX: u32 = 1 << 11;

/// An array of which flags, dimensions and name are read.
pub(super) struct Array<'b> {
    flags: u32,
    pub shape: Vec<usize>,
    pub name: String,
    /// The bytes after the name.
    pub elements: Elements<'b>,
}

impl<'b> Array<'b> {
    /// Reads the beginning of the array in `payload`, of which the end may be missing.
    pub(super) fn parse(payload: &'b [u8], endian: Endian) -> Result<Self, Wrong> {
        let mut elements = Elements::new(payload, endian);
        let flags = elements.need()?.positions()?;
        let flags = *flags
            .first()
            .ok_or_else(|| Wrong::new("an array has no flags", AGAIN))? as u32;
        let shape = if flags & 0xff == OPAQUE {
            Vec::new()
        } else {
            elements.need()?.positions()?
        };
        let name = String::from_utf8_lossy(elements.need()?.payload);
        Ok(Self {
            flags,
            shape,
            name: name.trim_end_matches('\0').to_owned(),
            elements,
        })
    }

    pub(super) fn class(&self) -> u32 {
        self.flags & 0xff
    }

    /// How many elements it has; `None` if that is no number.
    pub(super) fn count(&self) -> Option<usize> {
        let product = |count: usize, &side: &usize| count.checked_mul(side);
        self.shape.iter().try_fold(1, product)
    }

    /// Name, shape and kind, called `name`. Cell arrays and structs are looked into elsewhere.
    pub(super) fn announce(&self, name: String) -> Announced {
        let mut shape: Vec<u64> = self.shape.iter().map(|&side| side as u64).collect();
        let holds = match (self.class(), unusable(self.flags)) {
            // A text a row.
            (CHAR, _) if shape.len() == 2 => {
                shape.truncate(1);
                Holds::Texts
            }
            (_, Some(what)) => Holds::Other(what),
            (_, None) => Holds::Numbers,
        };
        Announced { name, shape, holds }
    }

    /// The cells of a numeric or sparse matrix. `bytes`: the size of the file, which bounds the empty rows and columns of a sparse one.
    pub(super) fn content(mut self, bytes: usize) -> Result<Content, Wrong> {
        self.check()?;
        let &[rows, columns] = &self.shape[..] else {
            return Err(Wrong::new("is not a matrix", AGAIN));
        };
        if self.class() == SPARSE {
            return self.sparse(rows, columns, bytes).map(Content::Sparse);
        }
        dense(&self.elements.need()?, rows, columns).map(Content::Dense)
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
            Some(self.elements.need()?.numbers()?)
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

    /// The elements of a vector of numbers, or the rows of a matrix of characters, as names.
    pub(super) fn texts(mut self) -> Result<Vec<Option<String>>, Wrong> {
        if self.class() == CHAR {
            let rows = self.shape.first().copied().unwrap_or(0);
            return text::rows(&self.elements.need()?.units()?, rows);
        }
        self.check()?;
        if self.class() == SPARSE {
            return Err(Wrong::new(
                "is sparse, where classes are expected",
                "Save it as a full vector",
            ));
        }
        Ok(self.elements.need()?.numbers()?.map(class_name).collect())
    }

    /// An error if it does not hold real numbers.
    fn check(&self) -> Result<(), Wrong> {
        unusable(self.flags).map_or(Ok(()), |what| {
            let remedy = "Save a matrix of real numbers";
            Err(Wrong::new(format!("is {what}"), remedy))
        })
    }
}

/// The kind of an array that does not hold real numbers.
fn unusable(flags: u32) -> Option<&'static str> {
    match flags & 0xff {
        CELL => Some("a cell array"),
        STRUCT => Some("a struct"),
        CHAR => Some("text"),
        3 | OPAQUE => Some("an object"),
        SPARSE | 6..=15 if flags & COMPLEX != 0 => Some("complex numbers"),
        SPARSE | 6..=15 => None,
        16 => Some("a function"),
        _ => Some("no array of numbers"),
    }
}

/// Numbers column by column as a matrix.
pub(super) fn dense(numbers: &Element<'_>, rows: usize, columns: usize) -> Result<Dense, Wrong> {
    let numbers = numbers.numbers()?;
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
        return Ok(Dense::default());
    }
    let values = entries::dense(numbers, (rows, columns), true)?;
    Ok(Dense::new(columns, values))
}
