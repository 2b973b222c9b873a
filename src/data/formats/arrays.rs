//! Files of named arrays, whatever their format: the matrix of one, with the classes that stand beside it.

use super::choose::{Announced, Choice, choose, names_of_matrices};
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

/// Reads the array that is called `variable`, or else the one that `choose` takes, with the classes beside it. Rows and columns are
/// numbered from `first`.
pub(crate) fn matrix(
    file: &mut dyn Arrays,
    variable: Option<&str>,
    first: usize,
) -> Result<RawMatrix, Wrong> {
    let announced = file.announced().to_vec();
    let choice = choose(&announced, variable)?;
    let mut raw = RawMatrix::of(file.content(choice.matrix)?, first);
    raw.variables = names_of_matrices(&announced);
    if variable.is_none() {
        raw.notices.extend(choice.guessed(&announced));
    }
    add_classes(file, &mut raw, &announced, &choice)?;
    raw.notices.extend(choice.left_out(&announced));
    Ok(raw)
}

fn add_classes(
    file: &mut dyn Arrays,
    raw: &mut RawMatrix,
    announced: &[Announced],
    choice: &Choice,
) -> Result<(), Wrong> {
    let mut classes = |at: Option<usize>| -> Result<Option<Found>, Wrong> {
        at.map(|at| Ok((announced[at].name.clone(), file.texts(at)?)))
            .transpose()
    };
    let (rows, columns) = (
        classes(choice.row_classes)?,
        classes(choice.column_classes)?,
    );
    raw.set_classes(rows, columns);
    Ok(())
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
