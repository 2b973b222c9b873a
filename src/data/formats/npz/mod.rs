//! NumPy's archives of arrays, and SciPy's sparse matrices in them (`scipy.sparse.save_npz`).

mod archive;
mod sparse;
#[cfg(test)]
mod tests;

use rustc_hash::FxHashMap;

use super::arrays::{self, Arrays, Content};
use super::choose::{Announced, Holds};
use super::entries::{self, Entries};
use super::format::{Format, Options};
use super::npy::{self, Array, Wrong};
use super::raw::RawMatrix;
use super::source::Source;
use super::{Names, Table};
use crate::data::assemble::Chunk;
use crate::data::{DataError, Labels};
use archive::Archive;
use sparse::Parts;

/// How a zip archive begins.
pub(crate) const MAGIC: &[u8] = b"PK\x03\x04";

const AGAIN: &str = "Write it again with scipy.sparse.save_npz";

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
        // The parts of a single sparse matrix are not to be chosen from.
        match File::open(&bytes) {
            Ok(file) if file.announced.len() > 1 || file.sparse().is_none() => file.announced,
            _ => Vec::new(),
        }
    }

    fn holds_only_a_matrix(&self, source: &mut Source<'_>) -> bool {
        let bytes = source.rest().unwrap_or_default();
        File::open(&bytes).is_ok_and(|file| !file.can_be_ratings())
    }
}

/// Reads the ratings in the bytes of an archive: a sparse matrix, a dense one, records, or vectors that are called user, item and rating.
pub(crate) fn ratings(bytes: &[u8], names: &mut Names) -> Result<Table, Wrong> {
    let mut file = File::open(bytes)?;
    if let Some(table) = file.vectors(names)? {
        return Ok(table);
    }
    if !file.can_be_ratings() {
        return Err(Wrong::new(
            format!(
                "is an archive of {} NumPy arrays and no sparse matrix",
                file.archive.names.len()
            ),
            "Give a sparse matrix from scipy.sparse.save_npz, one dense array, or vectors called user, item and rating",
        ));
    }
    let Some(parts) = file.sparse().cloned() else {
        let name = file.archive.names[0].clone();
        return npy::ratings(&file.archive.read(&name)?, names);
    };
    let (mut users, mut items) = (Positions::default(), Positions::default());
    let mut chunk = Chunk::default();
    parts.entries(&mut file.archive, |row, column, number| {
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
        notices: parts.notice.into_iter().collect(),
    })
}

/// The matrix in the bytes of an archive.
pub(crate) fn matrix(bytes: &[u8], variable: Option<&str>) -> Result<RawMatrix, Wrong> {
    let mut file = File::open(bytes)?;
    if let ([name], Some(Place::Array(_))) = (&file.archive.names[..], file.places.first())
        && variable.is_none_or(|asked| asked == name)
    {
        // One array is read as it would be alone, records too.
        let name = name.clone();
        return npy::matrix(&file.archive.read(&name)?);
    }
    let is_matrix = |array: &Announced| array.shape.len() == 2 && array.length().is_none();
    if variable.is_none() && !file.announced.iter().any(is_matrix) {
        let mut names = Names::default();
        if let Some(table) = file.vectors(&mut names)? {
            return Ok(npy::of_list(names, table));
        }
    }
    let sparse = file.sparse().cloned();
    let alone = file.announced.len() == 1;
    let mut raw = arrays::matrix(&mut file, variable, 0)?;
    if let Some(parts) = sparse {
        raw.notices.extend(parts.notice);
        if alone {
            raw.variables.clear();
        }
    }
    Ok(raw)
}

/// The elements of the vector in an archive, as names of classes: the only one, or the first of this length.
pub(crate) fn classes(bytes: &[u8], length: usize) -> Result<Vec<Option<String>>, Wrong> {
    arrays::classes(&mut File::open(bytes)?, length)
}

/// The arrays of an archive, the parts of a sparse matrix taken as one.
struct File<'b> {
    size: usize,
    archive: Archive<'b>,
    announced: Vec<Announced>,
    places: Vec<Place>,
}

/// Where an array of the list is.
enum Place {
    Array(String),
    Sparse(Parts),
}

impl<'b> File<'b> {
    fn open(bytes: &'b [u8]) -> Result<Self, Wrong> {
        let mut archive = Archive::open(bytes)?;
        let mut places: Vec<Place> = Vec::new();
        let mut announced = Vec::new();
        let sparse = Parts::all(&mut archive)?;
        for name in archive.names.clone() {
            if !sparse.iter().any(|parts| parts.owns(&name)) {
                announced.push(archive.announce(&name));
                places.push(Place::Array(name));
            }
        }
        for parts in sparse {
            announced.push(Announced {
                name: parts.name(),
                shape: vec![parts.shape.0 as u64, parts.shape.1 as u64],
                holds: Holds::Numbers,
            });
            places.push(Place::Sparse(parts));
        }
        Ok(Self {
            size: bytes.len(),
            archive,
            announced,
            places,
        })
    }

    /// The only sparse matrix.
    fn sparse(&self) -> Option<&Parts> {
        let mut found = self.places.iter().filter_map(|place| match place {
            Place::Sparse(parts) => Some(parts),
            Place::Array(_) => None,
        });
        found.next().filter(|_| found.next().is_none())
    }

    fn can_be_ratings(&self) -> bool {
        self.archive.names.len() == 1 || self.sparse().is_some() || self.list().is_some()
    }

    /// Positions of the vectors of one length that are called user, item and rating, and of others beside them.
    fn list(&self) -> Option<(Vec<usize>, usize)> {
        let is_vector = |at: &usize| {
            matches!(self.places[*at], Place::Array(_)) && self.announced[*at].length().is_some()
        };
        let vectors: Vec<usize> = (0..self.places.len()).filter(is_vector).collect();
        let words: Vec<&[u8]> = vectors
            .iter()
            .map(|&at| self.announced[at].name.as_bytes())
            .collect();
        let named = super::header::Named::of(&words);
        let [user, item, rating] = [named.user?, named.item?, named.rating?];
        let length = |at: usize| self.announced[vectors[at]].length();
        let same = length(user) == length(item) && length(user) == length(rating);
        let count = usize::try_from(length(user)?).ok()?;
        let together = vectors
            .iter()
            .copied()
            .filter(|&at| self.announced[at].length() == Some(count as u64));
        same.then(|| (together.collect(), count))
    }

    /// The ratings in vectors that are called user, item and rating.
    fn vectors(&mut self, names: &mut Names) -> Result<Option<Table>, Wrong> {
        let Some((vectors, count)) = self.list() else {
            return Ok(None);
        };
        let (mut words, mut files) = (Vec::new(), Vec::new());
        for at in vectors {
            if let Place::Array(name) = &self.places[at] {
                files.push(self.archive.read(name)?);
                words.push(name.clone());
            }
        }
        let mut columns = Vec::new();
        for bytes in &files {
            columns.push(Array::parse(bytes)?);
        }
        let columns: Option<Vec<_>> = columns
            .iter()
            .map(|array| Some(array.vector()?.0))
            .collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let list = columns.and_then(|columns| npy::list(&words, &columns, count));
        list.map(|list| list.read(names)).transpose()
    }
}

impl Arrays for File<'_> {
    fn announced(&self) -> &[Announced] {
        &self.announced
    }

    fn content(&mut self, at: usize) -> Result<Content, Wrong> {
        match &self.places[at] {
            Place::Array(name) => {
                let bytes = self.archive.read(name)?;
                Ok(Content::Dense(Array::parse(&bytes)?.dense()?))
            }
            Place::Sparse(parts) => {
                let (rows, columns) = parts.shape;
                let shape = (
                    entries::side(rows as u64, "rows", self.size)?,
                    entries::side(columns as u64, "columns", self.size)?,
                );
                let mut found = Entries::default();
                parts.entries(&mut self.archive, |row, column, number| {
                    found.push((row, column), number, shape)
                })?;
                Ok(Content::Sparse(found.compress(shape.0, shape.1)?))
            }
        }
    }

    fn texts(&mut self, at: usize) -> Result<Vec<Option<String>>, Wrong> {
        match &self.places[at] {
            Place::Array(name) => {
                let bytes = self.archive.read(name)?;
                Ok(Array::parse(&bytes)?.class_names())
            }
            Place::Sparse(_) => Err(Wrong::new(
                "is a sparse matrix, where classes are expected",
                "Save it as a vector",
            )),
        }
    }
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
