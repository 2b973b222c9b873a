//! MATLAB's version 7.3: its arrays as datasets with their class in an attribute, columns before rows.

use hdf5_pure::{AttrValue, Dataset, Object};

use super::AGAIN;
use super::content::{Bound, damaged, holds};
use crate::data::formats::choose::{Announced, Holds};
use crate::data::formats::mat;
use crate::data::formats::npy::{Wrong, class_name};

/// A cell array of more elements is not looked into before it is wanted.
const MOST_CELLS: u64 = 1 << 16;

/// The class of an array of MATLAB: `double`, `cell`, …
pub(super) fn class(dataset: &Dataset) -> Option<String> {
    let attributes = dataset.attrs().ok()?;
    attributes.get("MATLAB_class")?.as_str().map(str::to_owned)
}

/// An array as its attributes announce it.
pub(super) fn announce(dataset: &Dataset, class: &str, name: String, bound: Bound) -> Announced {
    let mut shape = dataset.shape().unwrap_or_default();
    shape.reverse();
    let attributes = dataset.attrs().unwrap_or_default();
    let empty = attributes.get("MATLAB_empty").is_some_and(is_set);
    let is_object = attributes.contains_key("MATLAB_object_decode");
    let holds = match class {
        _ if empty => Holds::Other("empty"),
        _ if is_object => Holds::OBJECT,
        "char" => {
            shape.truncate(1);
            Holds::Texts
        }
        "cell" => {
            let count: u64 = shape
                .iter()
                .fold(1, |count, &side| count.saturating_mul(side));
            match count <= MOST_CELLS && cells(dataset, bound).is_ok() {
                true => Holds::Texts,
                false => Holds::Other("a cell array"),
            }
        }
        "struct" => Holds::Other("an array of structs"),
        _ => holds(dataset),
    };
    Announced { name, shape, holds }
}

fn is_set(value: &AttrValue) -> bool {
    value.as_u64().is_some_and(|set| set != 0) || value.as_i64().is_some_and(|set| set != 0)
}

/// The elements of a vector as names.
pub(super) fn texts(
    dataset: &Dataset,
    class: &str,
    bound: Bound,
) -> Result<Vec<Option<String>>, Wrong> {
    match class {
        "char" => characters(dataset, bound),
        "cell" => cells(dataset, bound),
        _ => bound.texts(dataset),
    }
}

/// The rows of a matrix of characters.
fn characters(dataset: &Dataset, bound: Bound) -> Result<Vec<Option<String>>, Wrong> {
    let shape = dataset.shape().map_err(damaged)?;
    let rows = shape.last().copied().unwrap_or(0) as usize;
    let units = bound.positions(dataset)?;
    let units: Vec<u16> = units.into_iter().map(|unit| unit as u16).collect();
    mat::rows_of_text(&units, rows)
}

/// The elements of a cell array that holds a text or a single number in each.
fn cells(dataset: &Dataset, bound: Bound) -> Result<Vec<Option<String>>, Wrong> {
    let other = || Wrong::new("is a cell array of something else than texts", AGAIN);
    let text = |object: Object| {
        let Object::Dataset(cell) = object else {
            return Err(other());
        };
        let attributes = cell.attrs().map_err(damaged)?;
        if attributes.get("MATLAB_empty").is_some_and(is_set) {
            return Ok(None);
        }
        let class = attributes.get("MATLAB_class").and_then(AttrValue::as_str);
        match class {
            Some("char") => {
                let mut texts = characters(&cell, bound)?;
                let only = texts.pop().filter(|_| texts.is_empty());
                only.ok_or_else(other)
            }
            Some("cell" | "struct") | None => Err(other()),
            Some(_) => match bound.numbers(&cell)?[..] {
                [number] => Ok(class_name(number)),
                _ => Err(other()),
            },
        }
    };
    bound.references(dataset)?.into_iter().map(text).collect()
}
