//! MATLAB's MAT files of level 5 (`save -v6` and `-v7`): numeric and sparse matrices.
//!
//! "MAT-File Format", The MathWorks. Every length is checked against the bytes that are there before anything is allocated for it.

mod array;
mod element;
mod version;

pub(crate) use version::is_mat;

use std::io::Read;

use flate2::read::ZlibDecoder;

use super::choose::{Announced, Holds, choose, names_of_matrices};
use super::format::{Format, Options};
use super::gzip::{ALWAYS_ALLOWED, MOST_EXPANSION};
use super::npy::Wrong;
use super::raw::{Found, RawMatrix};
use super::source::Source;
use super::{Names, Table};
use crate::data::DataError;
use array::{Content, Variable};
use element::{COMPRESSED, Elements, Endian, MATRIX};

/// The text, the version and the byte order that a file begins with.
const HEADER: usize = 128;
/// Unpacked bytes that are looked at to learn name and shape of a variable.
const HEAD: u64 = 64 << 10;

const AGAIN: &str = "Download or copy the file again, or save it again in MATLAB";

/// MATLAB's `.mat`.
pub(crate) struct Mat;

impl Format for Mat {
    fn name(&self) -> &'static str {
        "MATLAB file"
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        is_mat(head)
    }

    fn ratings(
        &self,
        source: &mut Source<'_>,
        _names: &mut Names,
        _options: &Options<'_>,
    ) -> Result<Table, DataError> {
        Err(DataError::content(
            source.path(),
            "is a MATLAB file: it holds a matrix, not ratings",
            "Choose a system that clusters a matrix, or give a file with one rating per line: user, item, rating",
        ))
    }

    fn matrix(
        &self,
        source: &mut Source<'_>,
        options: &Options<'_>,
    ) -> Result<RawMatrix, DataError> {
        let bytes = source.rest()?;
        matrix(&bytes, options.variable).map_err(|wrong| wrong.at(source.path()))
    }

    fn has_variables(&self) -> bool {
        true
    }

    fn arrays(&self, source: &mut Source<'_>) -> Vec<Announced> {
        let bytes = source.rest().unwrap_or_default();
        announced(&bytes).unwrap_or_default()
    }

    fn holds_only_a_matrix(&self, _source: &mut Source<'_>) -> bool {
        true
    }
}

/// Reads the matrix that is called `variable`, or else the one that `choose` takes, with the classes beside it.
pub(crate) fn matrix(bytes: &[u8], variable: Option<&str>) -> Result<RawMatrix, Wrong> {
    let mut file = File::open(bytes)?;
    let announced = file.announced();
    let choice = choose(&announced, variable)?;
    let mut raw = match file.read(choice.matrix)? {
        Content::Dense(dense) => RawMatrix::dense(dense, 1),
        Content::Sparse(sparse) => RawMatrix::sparse(sparse, 1),
    };
    raw.variables = names_of_matrices(&announced);
    let mut classes = |at: Option<usize>| -> Result<Option<Found>, Wrong> {
        at.map(|at| file.class_names(at)).transpose()
    };
    let (rows, columns) = (
        classes(choice.row_classes)?,
        classes(choice.column_classes)?,
    );
    raw.set_classes(rows, columns);
    Ok(raw)
}

/// The variables of a file.
pub(crate) fn announced(bytes: &[u8]) -> Result<Vec<Announced>, Wrong> {
    Ok(File::open(bytes)?.announced())
}

/// The elements of the vector in a file, as names of classes: the only one, or the one with a usual name.
pub(crate) fn classes(bytes: &[u8], length: usize) -> Result<Vec<Option<String>>, Wrong> {
    let mut file = File::open(bytes)?;
    let announced = file.announced();
    let vectors: Vec<usize> = (0..announced.len())
        .filter(|&at| announced[at].length().is_some())
        .collect();
    let fitting = |at: &&usize| announced[**at].length() == Some(length as u64);
    let chosen = match vectors[..] {
        [only] => Some(only),
        _ => vectors.iter().find(fitting).copied(),
    };
    let chosen = chosen.ok_or_else(|| {
        let names: Vec<&str> = announced.iter().map(|array| array.name.as_str()).collect();
        Wrong::new(
            format!(
                "holds no vector of {length} classes; it holds {}",
                names.join(", ")
            ),
            "Save a vector with one class for each",
        )
    })?;
    Ok(file.class_names(chosen)?.1)
}

/// The variables of a file, of which only the beginnings are read.
struct File<'b> {
    bytes: &'b [u8],
    endian: Endian,
    variables: Vec<Stored<'b>>,
    /// Bytes that may still be unpacked.
    left: u64,
}

/// A variable in the file.
struct Stored<'b> {
    payload: &'b [u8],
    packed: bool,
    announced: Announced,
}

impl<'b> File<'b> {
    fn open(bytes: &'b [u8]) -> Result<Self, Wrong> {
        let endian = version::check(bytes)?;
        let mut file = Self {
            bytes,
            endian,
            variables: Vec::new(),
            left: ALWAYS_ALLOWED.max((bytes.len() as u64).saturating_mul(MOST_EXPANSION)),
        };
        for element in Elements::new(&bytes[HEADER..], endian) {
            let element = element?;
            let announced = match element.kind {
                MATRIX => array::announce(element.payload, endian),
                COMPRESSED => file.announce_packed(element.payload),
                // Nothing else stands at the top.
                _ => continue,
            };
            let number = file.variables.len() + 1;
            let announced = announced.unwrap_or_else(|| Announced {
                name: format!("variable {number}"),
                shape: Vec::new(),
                holds: Holds::Other("damaged or of an unknown kind"),
            });
            // What MATLAB needs for itself has no name.
            if !announced.name.is_empty() {
                file.variables.push(Stored {
                    payload: element.payload,
                    packed: element.kind == COMPRESSED,
                    announced,
                });
            }
        }
        Ok(file)
    }

    fn announced(&self) -> Vec<Announced> {
        let variables = self.variables.iter();
        variables.map(|stored| stored.announced.clone()).collect()
    }

    fn announce_packed(&self, payload: &[u8]) -> Option<Announced> {
        let mut head = Vec::new();
        // A damaged end shows when the variable is wanted.
        let _ = ZlibDecoder::new(payload).take(HEAD).read_to_end(&mut head);
        array::announce(element::inside(&head, self.endian)?, self.endian)
    }

    /// The content of a numeric variable.
    fn read(&mut self, at: usize) -> Result<Content, Wrong> {
        let (endian, size) = (self.endian, self.bytes.len());
        self.with(at, |payload| {
            Variable::parse(payload, endian)?.content(size)
        })
    }

    /// The elements of a numeric vector as names of classes, with its name.
    fn class_names(&mut self, at: usize) -> Result<Found, Wrong> {
        let endian = self.endian;
        let name = self.variables[at].announced.name.clone();
        let classes = self.with(at, |payload| {
            Variable::parse(payload, endian)?.class_names()
        })?;
        Ok((name, classes))
    }

    /// Calls `read` with the bytes of a variable, unpacked.
    fn with<R>(
        &mut self,
        at: usize,
        read: impl FnOnce(&[u8]) -> Result<R, Wrong>,
    ) -> Result<R, Wrong> {
        let stored = &self.variables[at];
        let name = &stored.announced.name;
        let named = |wrong: Wrong| Wrong::new(format!("{name}: {}", wrong.problem), wrong.remedy);
        if !stored.packed {
            return read(stored.payload).map_err(named);
        }
        let mut unpacked = Vec::new();
        ZlibDecoder::new(stored.payload)
            .take(self.left + 1)
            .read_to_end(&mut unpacked)
            .map_err(|error| named(Wrong::new(format!("is damaged: {error}"), AGAIN)))?;
        self.left = self
            .left
            .checked_sub(unpacked.len() as u64)
            .ok_or_else(|| {
                named(Wrong::new(
                    format!(
                        "expands more than {MOST_EXPANSION} times, which such data hardly ever does"
                    ),
                    "If you trust it, save it unpacked (save -v6) or as a sparse matrix",
                ))
            })?;
        let inside = element::inside(&unpacked, self.endian)
            .ok_or_else(|| named(Wrong::new("holds no matrix once unpacked", AGAIN)))?;
        read(inside).map_err(named)
    }
}
