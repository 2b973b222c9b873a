//! HDF5: datasets, the sparse matrices that AnnData (`.h5ad`), 10x Genomics and MATLAB (version 7.3) keep in groups, and the names and
//! classes beside them.
//!
//! `hdf5-pure` reads the file; how much is read of it is bounded here, by what the file can hold.

mod anndata;
mod content;
mod matlab;
mod sparse;
mod tenx;
#[cfg(test)]
mod tests;
mod tree;

use super::arrays::{self, Arrays};
use super::choose::{self, Announced};
use super::format::{Format, Options};
use super::npy::Wrong;
use super::raw::RawMatrix;
use super::source::Source;
use super::{Names, Table};
use crate::data::DataError;
use crate::record::panics;
use tree::Tree;

/// How a file begins, after nothing or after 512, 1024, 2048, … bytes that are the user's.
const MAGIC: &[u8] = b"\x89HDF\r\n\x1a\n";

const AGAIN: &str = "Download or copy the file again, or save the matrix in another format; in Python: numpy.save or scipy.sparse.save_npz";
const MATLAB_AGAIN: &str =
    "Save it again in MATLAB with save('file.mat', '-v7'), or in Python with scipy.io.savemat";

/// HDF5, whatever is in it.
pub(crate) struct Hdf5;

impl Format for Hdf5 {
    fn name(&self) -> &'static str {
        "HDF5 file"
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        is_hdf5(head)
    }

    fn ratings(
        &self,
        source: &mut Source<'_>,
        _names: &mut Names,
        _options: &Options<'_>,
    ) -> Result<Table, DataError> {
        let held = choose::list(&self.arrays(source));
        let held = match held.is_empty() {
            true => held,
            false => format!("; it holds {held}"),
        };
        Err(DataError::content(
            source.path(),
            format!("is an HDF5 file: it is read as a matrix, not as ratings{held}"),
            "Write a table of the ratings with the columns user, item, rating as Parquet or CSV, in Python: pandas.read_hdf(FILE).to_csv(\"ratings.csv\"); or choose a system that clusters a matrix",
        ))
    }

    fn matrix(
        &self,
        source: &mut Source<'_>,
        options: &Options<'_>,
    ) -> Result<RawMatrix, DataError> {
        let bytes = source.rest()?;
        matrix(bytes, options.variable).map_err(|wrong| wrong.at(source.path()))
    }

    fn has_variables(&self) -> bool {
        true
    }

    fn arrays(&self, source: &mut Source<'_>) -> Vec<Announced> {
        let bytes = source.rest().unwrap_or_default();
        with_tree(bytes, |tree| Ok(tree.announced().to_vec())).unwrap_or_default()
    }

    fn holds_only_a_matrix(&self, _source: &mut Source<'_>) -> bool {
        true
    }
}

/// True if a file that begins like this is HDF5.
pub(crate) fn is_hdf5(head: &[u8]) -> bool {
    let starts = std::iter::successors(Some(512_usize), |at| at.checked_mul(2));
    let mut places = std::iter::once(0).chain(starts.take_while(|&at| at < head.len()));
    head.starts_with(b"MATLAB 7.3")
        || places.any(|at| head.get(at..).is_some_and(|rest| rest.starts_with(MAGIC)))
}

/// Reads the matrix that is called `variable`, or else the one that is meant to be clustered.
fn matrix(bytes: Vec<u8>, variable: Option<&str>) -> Result<RawMatrix, Wrong> {
    let of_matlab = bytes.starts_with(b"MATLAB");
    with_tree(bytes, |tree| {
        // Rows and columns are numbered as the program does that wrote the file.
        let first = usize::from(of_matlab);
        let mut raw = arrays::matrix(tree, variable, first)?;
        tree.add_names(&mut raw, variable)?;
        Ok(raw)
    })
}

/// The elements of the vector in a file, as names of classes: the only one, or the first of this length.
pub(crate) fn classes(bytes: Vec<u8>, length: usize) -> Result<Vec<Option<String>>, Wrong> {
    with_tree(bytes, |tree| arrays::classes(tree, length))
}

/// Opens a file and reads from it; a panic of the library is a damaged file.
fn with_tree<R>(
    bytes: Vec<u8>,
    read: impl FnOnce(&mut Tree) -> Result<R, Wrong>,
) -> Result<R, Wrong> {
    let (of_matlab, size) = (bytes.starts_with(b"MATLAB"), bytes.len());
    let what = |problem: &str| {
        let (kind, remedy) = if of_matlab {
            ("MAT file of version 7.3 (HDF5)", MATLAB_AGAIN)
        } else {
            ("HDF5 file", AGAIN)
        };
        Wrong::new(
            format!("is an {kind} that cannot be read: {problem}"),
            remedy,
        )
    };
    // What was open is dropped.
    let found = panics::catch(|| {
        let file = hdf5_pure::File::from_bytes(bytes).map_err(|error| what(&error.to_string()))?;
        let mut tree = Tree::open(&file, size).map_err(|error| what(&error.to_string()))?;
        read(&mut tree)
    });
    found.unwrap_or_else(|_| Err(what("it is damaged")))
}
