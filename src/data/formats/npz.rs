//! SciPy's sparse matrices (`scipy.sparse.save_npz`: CSR, CSC, COO) and single dense arrays in `.npz`.

use std::io::{Cursor, Read};

use npyz::npz::NpzArchive;
use rustc_hash::FxHashMap;

use super::gzip::{ALWAYS_ALLOWED, MOST_EXPANSION};
use super::npy::{self, Array, Wrong};
use super::{Names, Table};
use crate::data::Labels;
use crate::data::assemble::Chunk;

/// How a zip archive begins.
pub(crate) const MAGIC: &[u8] = b"PK\x03\x04";

const AGAIN: &str = "Write it again with scipy.sparse.save_npz";

/// Reads the ratings in the bytes of an archive.
pub(crate) fn ratings(bytes: &[u8], names: &mut Names) -> Result<Table, Wrong> {
    let mut archive = Archive::open(bytes)?;
    if !archive.names.contains(&"format".to_owned()) {
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
    let format = archive.read("format")?;
    match Array::parse(&format)?.text().as_str() {
        "csr" => compressed(&mut archive, names, false),
        "csc" => compressed(&mut archive, names, true),
        "coo" => coordinates(&mut archive, names),
        other => Err(Wrong::new(
            format!("the sparse matrix has the format {other:?}"),
            "Save it as CSR; in Python: scipy.sparse.save_npz(…, matrix.tocsr())",
        )),
    }
}

/// `data`, `indices`, `indptr`, `shape`. `by_column`: CSC.
fn compressed(
    archive: &mut Archive<'_>,
    names: &mut Names,
    by_column: bool,
) -> Result<Table, Wrong> {
    let (rows, columns) = archive.shape()?;
    let (outer, inner) = if by_column {
        (columns, rows)
    } else {
        (rows, columns)
    };
    let starts = archive.positions("indptr")?;
    let indices = archive.positions("indices")?;
    let data = archive.read("data")?;
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
    if by_column {
        entries(
            indices.iter().copied().zip(of),
            &data,
            (inner, outer),
            names,
        )
    } else {
        entries(
            of.zip(indices.iter().copied()),
            &data,
            (outer, inner),
            names,
        )
    }
}

/// `row`, `col`, `data`, `shape`.
fn coordinates(archive: &mut Archive<'_>, names: &mut Names) -> Result<Table, Wrong> {
    let shape = archive.shape()?;
    let rows = archive.positions("row")?;
    let columns = archive.positions("col")?;
    let data = archive.read("data")?;
    let data = Array::parse(&data)?;
    if rows.len() != columns.len() || data.numbers().count() < rows.len() {
        return Err(Wrong::new("row, col and data differ in length", AGAIN));
    }
    entries(rows.into_iter().zip(columns), &data, shape, names)
}

fn entries(
    cells: impl Iterator<Item = (usize, usize)>,
    data: &Array<'_>,
    (rows, columns): (usize, usize),
    names: &mut Names,
) -> Result<Table, Wrong> {
    let (mut users, mut items) = (Positions::default(), Positions::default());
    let mut chunk = Chunk::default();
    let mut numbers = data.numbers();
    for (at, (row, column)) in cells.enumerate() {
        if row >= rows || column >= columns {
            return Err(Wrong::new(
                format!(
                    "entry {at} stands in row {row}, column {column} (from 0), outside the shape ({rows}, {columns})"
                ),
                AGAIN,
            ));
        }
        let number = numbers
            .next()
            .ok_or_else(|| Wrong::new("data is shorter than the indices", AGAIN))?;
        let value = number as f32;
        if !value.is_finite() {
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
    }
    Ok(Table {
        chunks: vec![chunk],
        positions: true,
        ..Table::default()
    })
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
                    "the archive expands more than {MOST_EXPANSION} times, which ratings never do"
                ),
                "If you trust it, save it unpacked: scipy.sparse.save_npz(…, compressed=False)",
            )
        })?;
        Ok(bytes)
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
