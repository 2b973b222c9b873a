//! SciPy's sparse matrices (`scipy.sparse.save_npz`: CSR, CSC, COO) and single dense arrays in `.npz`.

use std::io::{Cursor, Read};

use npyz::npz::NpzArchive;
use rustc_hash::FxHashMap;

use super::choose::{Announced, Holds, choose, names_of_matrices};
use super::entries::{self, Entries};
use super::format::{Format, Options};
use super::gzip::{ALWAYS_ALLOWED, MOST_EXPANSION};
use super::npy::{self, Array, Wrong};
use super::raw::RawMatrix;
use super::source::Source;
use super::{Names, Table};
use crate::data::assemble::Chunk;
use crate::data::{DataError, Labels};

/// How a zip archive begins.
pub(crate) const MAGIC: &[u8] = b"PK\x03\x04";

/// NumPy's and SciPy's `.npz`.
pub(crate) struct Npz;

impl Format for Npz {
    fn name(&self) -> &'static str {
        "NumPy archive"
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        head.starts_with(MAGIC)
    }

    fn ratings(
        &self,
        source: &mut Source<'_>,
        names: &mut Names,
        _options: &Options<'_>,
    ) -> Result<Table, DataError> {
        let bytes = source.rest()?;
        ratings(&bytes, names).map_err(|wrong| wrong.at(source.path()))
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

    fn holds_only_a_matrix(&self, source: &mut Source<'_>) -> bool {
        source.rest().is_ok_and(|bytes| holds_several(&bytes))
    }
}

/// Longest header of an array that is looked at before the array is wanted.
const LONGEST_HEADER: u64 = 64 << 10;

const AGAIN: &str = "Write it again with scipy.sparse.save_npz";

/// Reads the ratings in the bytes of an archive.
pub(crate) fn ratings(bytes: &[u8], names: &mut Names) -> Result<Table, Wrong> {
    let mut archive = Archive::open(bytes)?;
    if !archive.is_sparse() {
        let [name] = &archive.names[..] else {
            return Err(Wrong::new(
                format!(
                    "is an archive of {} NumPy arrays and no sparse matrix",
                    archive.names.len()
                ),
                "Give a sparse matrix from scipy.sparse.save_npz, one dense array, or unpack the file of ratings",
            ));
        };
        let name = name.clone();
        return npy::ratings(&Array::parse(&archive.read(&name)?)?, names);
    }
    let shape = archive.shape()?;
    let (mut users, mut items) = (Positions::default(), Positions::default());
    let mut chunk = Chunk::default();
    archive.entries(shape, |row, column, number| {
        let value = number as f32;
        if !value.is_finite() {
            let at = chunk.values.len();
            return Err(Wrong::new(
                format!(
                    "entry {at} in row {row}, column {column} (from 0) is {number}, not a finite number"
                ),
                "Leave cells without a rating out of the matrix",
            ));
        }
        chunk.users.push(users.intern(row, &mut names.users));
        chunk.items.push(items.intern(column, &mut names.items));
        chunk.values.push(value);
        Ok(())
    })?;
    Ok(Table {
        chunks: vec![chunk],
        positions: true,
        ..Table::default()
    })
}

/// The matrix in the bytes of an archive: a sparse one of SciPy, or the dense array that `choose` takes.
pub(crate) fn matrix(bytes: &[u8], variable: Option<&str>) -> Result<RawMatrix, Wrong> {
    let mut archive = Archive::open(bytes)?;
    if archive.is_sparse() {
        let (rows, columns) = archive.shape()?;
        let shape = (
            entries::side(rows as u64, "rows", bytes.len())?,
            entries::side(columns as u64, "columns", bytes.len())?,
        );
        let mut found = Entries::default();
        archive.entries(shape, |row, column, number| {
            found.push((row, column), number, shape)
        })?;
        return Ok(RawMatrix::sparse(found.compress(shape.0, shape.1)?, 0));
    }
    let names = archive.names.clone();
    let announced = archive.announced();
    let choice = choose(&announced, variable)?;
    let cells = Array::parse(&archive.read(&names[choice.matrix])?)?.dense()?;
    let mut raw = RawMatrix::dense(cells, 0);
    raw.variables = names_of_matrices(&announced);
    let mut classes = |at: Option<usize>| match at {
        Some(at) => {
            let bytes = archive.read(&names[at])?;
            let classes = Array::parse(&bytes)?.class_names();
            Ok(Some((names[at].clone(), classes)))
        }
        None => Ok(None),
    };
    raw.set_classes(
        classes(choice.row_classes)?,
        classes(choice.column_classes)?,
    );
    Ok(raw)
}

/// True if an archive holds several arrays that are no sparse matrix together.
pub(crate) fn holds_several(bytes: &[u8]) -> bool {
    Archive::open(bytes).is_ok_and(|archive| !archive.is_sparse() && archive.names.len() > 1)
}

/// The arrays of an archive; none if they are the parts of a sparse matrix.
pub(crate) fn announced(bytes: &[u8]) -> Result<Vec<Announced>, Wrong> {
    let mut archive = Archive::open(bytes)?;
    if archive.is_sparse() {
        return Ok(Vec::new());
    }
    Ok(archive.announced())
}

/// The elements of a single vector in an archive, as names of classes.
pub(crate) fn classes(bytes: &[u8]) -> Result<Vec<Option<String>>, Wrong> {
    let mut archive = Archive::open(bytes)?;
    let [name] = &archive.names[..] else {
        return Err(Wrong::new(
            format!("is an archive of {} NumPy arrays", archive.names.len()),
            "Give a file with one array of classes: in Python, numpy.save",
        ));
    };
    let name = name.clone();
    Ok(Array::parse(&archive.read(&name)?)?.class_names())
}

/// Labels of the positions that are met. A map, since the shape is only a promise.
#[derive(Default)]
struct Positions {
    indices: FxHashMap<usize, u32>,
}

impl Positions {
    fn intern(&mut self, position: usize, labels: &mut Labels) -> u32 {
        *self
            .indices
            .entry(position)
            .or_insert_with(|| labels.intern(&position.to_string()))
    }
}

/// Puts positions and values together, and checks that they fit.
fn visit(
    cells: impl Iterator<Item = (usize, usize)>,
    data: &Array<'_>,
    (rows, columns): (usize, usize),
    mut each: impl FnMut(usize, usize, f64) -> Result<(), Wrong>,
) -> Result<(), Wrong> {
    let mut numbers = data.numbers();
    for (at, (row, column)) in cells.enumerate() {
        if row >= rows || column >= columns {
            return Err(Wrong::new(
                format!(
                    "entry {at} is in row {row}, column {column} (from 0), outside the shape ({rows}, {columns})"
                ),
                AGAIN,
            ));
        }
        let number = numbers
            .next()
            .ok_or_else(|| Wrong::new("data is shorter than the indices", AGAIN))?;
        each(row, column, number)?;
    }
    Ok(())
}

struct Archive<'b> {
    npz: NpzArchive<Cursor<&'b [u8]>>,
    names: Vec<String>,
    /// Bytes that may still be unpacked.
    left: u64,
}

impl<'b> Archive<'b> {
    fn open(bytes: &'b [u8]) -> Result<Self, Wrong> {
        let npz = NpzArchive::new(Cursor::new(bytes)).map_err(|error| {
            Wrong::new(
                format!("the archive is damaged or cut off: {error}"),
                "Download or copy it again",
            )
        })?;
        let mut names: Vec<String> = npz.array_names().map(str::to_owned).collect();
        names.sort();
        if names.is_empty() {
            return Err(Wrong::new(
                "is a zip archive without a NumPy array",
                "Unpack it and give the file of ratings",
            ));
        }
        Ok(Self {
            npz,
            names,
            left: ALWAYS_ALLOWED.max((bytes.len() as u64).saturating_mul(MOST_EXPANSION)),
        })
    }

    /// The bytes of an array's file, which grow as they are unpacked, up to a limit.
    fn read(&mut self, name: &str) -> Result<Vec<u8>, Wrong> {
        let file = format!("{name}.npy");
        let entry = self.npz.zip_archive().by_name(&file).map_err(|_| {
            Wrong::new(
                format!("the array {name:?} is missing or cannot be read"),
                AGAIN,
            )
        })?;
        let mut bytes = Vec::new();
        entry
            .take(self.left + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| {
                Wrong::new(
                    format!("the array {name:?} is damaged: {error}"),
                    "Download or copy the file again",
                )
            })?;
        self.left = self.left.checked_sub(bytes.len() as u64).ok_or_else(|| {
            Wrong::new(
                format!(
                    "the archive expands more than {MOST_EXPANSION} times, which such data hardly ever does"
                ),
                "If you trust it, save it unpacked: scipy.sparse.save_npz(…, compressed=False)",
            )
        })?;
        Ok(bytes)
    }

    /// True if it is a sparse matrix as SciPy saves it.
    fn is_sparse(&self) -> bool {
        self.names.iter().any(|name| name == "format")
    }

    /// The headers of all arrays.
    fn announced(&mut self) -> Vec<Announced> {
        let names = self.names.clone();
        names.iter().map(|name| self.announce(name)).collect()
    }

    /// The header of an array, read without unpacking the rest.
    fn announce(&mut self, name: &str) -> Announced {
        let mut head = Vec::new();
        let file = format!("{name}.npy");
        if let Ok(entry) = self.npz.zip_archive().by_name(&file) {
            // What cannot be read is found out when the array is wanted.
            let _ = entry.take(LONGEST_HEADER).read_to_end(&mut head);
        }
        let (shape, holds) = match npy::Header::parse(&head) {
            Ok(header) if header.is_text() => (header.shape, Holds::Texts),
            Ok(header) => (header.shape, Holds::Numbers),
            Err(_) => (Vec::new(), Holds::Other("no numbers")),
        };
        Announced {
            name: name.to_owned(),
            shape: shape.into_iter().map(|side| side as u64).collect(),
            holds,
        }
    }

    /// Calls `each` with row, column and value of every stored cell, all within `shape`.
    fn entries(
        &mut self,
        shape: (usize, usize),
        each: impl FnMut(usize, usize, f64) -> Result<(), Wrong>,
    ) -> Result<(), Wrong> {
        let format = self.read("format")?;
        match Array::parse(&format)?.text().as_str() {
            "csr" => self.compressed(shape, false, each),
            "csc" => self.compressed(shape, true, each),
            "coo" => self.coordinates(shape, each),
            other => Err(Wrong::new(
                format!("the sparse matrix has the format {other:?}"),
                "Save it as CSR; in Python: scipy.sparse.save_npz(…, matrix.tocsr())",
            )),
        }
    }

    /// `data`, `indices`, `indptr`. `by_column`: CSC.
    fn compressed(
        &mut self,
        (rows, columns): (usize, usize),
        by_column: bool,
        each: impl FnMut(usize, usize, f64) -> Result<(), Wrong>,
    ) -> Result<(), Wrong> {
        let outer = if by_column { columns } else { rows };
        let starts = self.positions("indptr")?;
        let indices = self.positions("indices")?;
        let data = self.read("data")?;
        let data = Array::parse(&data)?;
        let fits = starts.len().checked_sub(1) == Some(outer)
            && starts.first() == Some(&0)
            && starts.is_sorted()
            && starts.last() <= Some(&indices.len());
        if !fits {
            return Err(Wrong::new(
                "indptr does not fit the shape and the indices",
                AGAIN,
            ));
        }
        let of = (0..outer).flat_map(|row| std::iter::repeat_n(row, starts[row + 1] - starts[row]));
        let indices = indices.iter().copied();
        if by_column {
            visit(indices.zip(of), &data, (rows, columns), each)
        } else {
            visit(of.zip(indices), &data, (rows, columns), each)
        }
    }

    /// `row`, `col`, `data`.
    fn coordinates(
        &mut self,
        shape: (usize, usize),
        each: impl FnMut(usize, usize, f64) -> Result<(), Wrong>,
    ) -> Result<(), Wrong> {
        let rows = self.positions("row")?;
        let columns = self.positions("col")?;
        let data = self.read("data")?;
        let data = Array::parse(&data)?;
        if rows.len() != columns.len() || data.numbers().count() < rows.len() {
            return Err(Wrong::new("row, col and data differ in length", AGAIN));
        }
        visit(rows.into_iter().zip(columns), &data, shape, each)
    }

    fn positions(&mut self, name: &str) -> Result<Vec<usize>, Wrong> {
        let bytes = self.read(name)?;
        Array::parse(&bytes)?.positions().ok_or_else(|| {
            Wrong::new(
                format!("the array {name:?} does not hold positions from 0"),
                AGAIN,
            )
        })
    }

    fn shape(&mut self) -> Result<(usize, usize), Wrong> {
        match self.positions("shape")?[..] {
            [rows, columns] => Ok((rows, columns)),
            _ => Err(Wrong::new("the shape is not that of a matrix", AGAIN)),
        }
    }
}
