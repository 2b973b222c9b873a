//! Files of named arrays, whatever their format: the matrix of one, with the names and classes that stand beside it.

use rustc_hash::FxHashSet;

use super::array_names;
use super::choose::{Announced, Choice, Holds, choose, names_of_matrices};
use super::entries::Compressed;
use super::npy::Wrong;
use super::raw::{Found, RawMatrix};
use crate::data::Dense;

/// An open file of named arrays.
pub(crate) trait Arrays {
    /// What it holds, without reading all of it.
    fn announced(&self) -> &[Announced];

    /// The cells of the array at this position of the list.
    fn content(&mut self, at: usize) -> Result<Content, Wrong>;

    /// The elements of a vector as names: of classes, or of rows.
    fn texts(&mut self, at: usize) -> Result<Vec<Option<String>>, Wrong>;
}

/// The cells of a matrix.
pub(crate) enum Content {
    Dense(Dense),
    Sparse(Compressed),
}

/// Reads the array that is called `variable`, or else the one that `choose` takes, with the names and classes beside it. Rows and columns are
/// numbered from `first`.
pub(crate) fn matrix(
    file: &mut dyn Arrays,
    variable: Option<&str>,
    first: usize,
) -> Result<RawMatrix, Wrong> {
    let announced = file.announced().to_vec();
    let mut choice = choose(&announced, variable)?;
    let mut raw = RawMatrix::of(file.content(choice.matrix)?, first);
    raw.variables = names_of_matrices(&announced);
    if variable.is_none() {
        raw.notices.extend(choice.guessed(&announced));
    }
    add_classes(file, &mut raw, &announced, &mut choice)?;
    array_names::add(file, &mut raw, &announced, &mut choice);
    raw.notices.extend(choice.left_out(&announced));
    Ok(raw)
}

/// Adds the chosen classes. Texts that are all different are names, whatever they are called, and no classes.
fn add_classes(
    file: &mut dyn Arrays,
    raw: &mut RawMatrix,
    announced: &[Announced],
    choice: &mut Choice,
) -> Result<(), Wrong> {
    let mut classes = |chosen: &mut Option<usize>| -> Result<Option<Found>, Wrong> {
        let Some(at) = *chosen else { return Ok(None) };
        let texts = file.texts(at)?;
        if announced[at].holds == Holds::Texts && all_different(&texts) {
            *chosen = None;
            return Ok(None);
        }
        Ok(Some((announced[at].name.clone(), texts)))
    };
    let rows = classes(&mut choice.row_classes)?;
    let columns = classes(&mut choice.column_classes)?;
    raw.set_classes(rows, columns);
    Ok(())
}

/// True of several texts of which no two are the same.
fn all_different(texts: &[Option<String>]) -> bool {
    let mut met = FxHashSet::default();
    texts.len() > 1 && texts.iter().all(|text| text.is_some() && met.insert(text))
}

/// The elements of the vector of a file, as names of classes: the only one, or the first of this length.
pub(crate) fn classes(file: &mut dyn Arrays, length: usize) -> Result<Vec<Option<String>>, Wrong> {
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
    file.texts(chosen)
}
