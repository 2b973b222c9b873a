//! What stands within structs and cell arrays.

use super::super::choose::{Announced, Holds};
use super::super::npy::class_name;
use super::array::{Array, CELL, CHAR, STRUCT};
use super::element::{Elements, Endian, MATRIX};
use super::{AGAIN, Wrong};

/// Structs within structs are looked into so far.
const DEEPEST: usize = 6;
/// Cell arrays of more elements are not taken for a list of matrices.
const MOST_CELLS: usize = 64;
/// Arrays of one file that are listed.
const MOST_ARRAYS: usize = 10_000;

/// An array, and how to get to it: the number of an element in the container, of one in that, and so on.
pub(super) type Path = Vec<usize>;

/// The arrays in `array`, called `name`: itself, or the fields of a struct and the elements of a cell array.
pub(super) fn expand(array: Array<'_>, name: String, endian: Endian) -> Vec<(Path, Announced)> {
    let mut found = Vec::new();
    let mut walk = Walk {
        endian,
        found: &mut found,
    };
    walk.expand(array, name, &mut Path::new());
    found
}

struct Walk<'w> {
    endian: Endian,
    found: &'w mut Vec<(Path, Announced)>,
}

impl Walk<'_> {
    fn expand(&mut self, array: Array<'_>, name: String, path: &mut Path) {
        if self.found.len() >= MOST_ARRAYS {
            return;
        }
        let mut announced = array.announce(name);
        let deep = path.len() >= DEEPEST;
        match (array.class(), array.count()) {
            (STRUCT, Some(1)) if !deep => {
                if let Ok((names, fields)) = fields(array) {
                    self.each(names, fields, &announced.name, path);
                    return;
                }
                announced.holds = Holds::Other("a damaged struct");
            }
            (STRUCT, _) => announced.holds = Holds::Other("an array of structs"),
            (CELL, Some(count)) => {
                let inside = array.elements;
                match cells(inside.clone(), count, self.endian) {
                    Ok(cells) if cells.is_some() => announced.holds = Holds::Texts,
                    Ok(_) if count <= MOST_CELLS && !deep => {
                        let names = (1..=count).map(|number| format!("{{{number}}}")).collect();
                        self.each(names, inside, &announced.name, path);
                        return;
                    }
                    _ => {}
                }
            }
            _ => {}
        }
        self.found.push((path.clone(), announced));
    }

    /// Looks into the elements of a container, each of which has a name that is put behind its own.
    fn each(&mut self, names: Vec<String>, inside: Elements<'_>, of: &str, path: &mut Path) {
        for ((at, name), element) in names.into_iter().enumerate().zip(inside) {
            let array = element
                .ok()
                .filter(|element| element.kind == MATRIX)
                .and_then(|element| Array::parse(element.payload, self.endian).ok());
            path.push(at);
            if let Some(array) = array {
                self.expand(array, format!("{of}{name}"), path);
            }
            path.pop();
        }
    }
}

/// The names of the fields of a single struct, each with the point before it, and its elements.
fn fields(array: Array<'_>) -> Result<(Vec<String>, Elements<'_>), Wrong> {
    let mut elements = array.elements;
    let length = elements.need()?.positions()?;
    let names = elements.need()?.payload;
    let width = length.first().copied().unwrap_or(0);
    if width == 0 || width > 4096 {
        return Err(Wrong::new(
            "the names of the fields of a struct are damaged",
            AGAIN,
        ));
    }
    let name = |bytes: &[u8]| {
        let own = bytes.split(|&byte| byte == 0).next().unwrap_or_default();
        format!(".{}", String::from_utf8_lossy(own))
    };
    Ok((names.chunks_exact(width).map(name).collect(), elements))
}

/// The elements of a cell array that holds a text or a single number in each; `None` if it holds something else.
pub(super) fn cells(
    mut inside: Elements<'_>,
    count: usize,
    endian: Endian,
) -> Result<Option<Vec<Option<String>>>, Wrong> {
    let mut texts = Vec::new();
    for _ in 0..count {
        let element = inside.need()?;
        // An empty cell may hold nothing at all.
        if element.payload.is_empty() {
            texts.push(None);
            continue;
        }
        let mut array = Array::parse(element.payload, endian)?;
        let rows = array.shape.first().copied().unwrap_or(0);
        match (array.class(), array.count()) {
            (_, Some(0)) => texts.push(None),
            (CHAR, Some(_)) if rows == 1 => texts.extend(array.texts()?.into_iter().next()),
            (6..=15, Some(1)) => {
                let number = array.elements.need()?.numbers()?.next();
                texts.push(number.and_then(class_name));
            }
            _ => return Ok(None),
        }
    }
    let something = texts.iter().any(Option::is_some);
    Ok(something.then_some(texts))
}

/// The array at the end of `path` in `array`.
pub(super) fn follow<'b>(
    array: Array<'b>,
    path: &[usize],
    endian: Endian,
) -> Result<Array<'b>, Wrong> {
    let mut array = array;
    for &at in path {
        let mut inside = match array.class() {
            STRUCT => fields(array)?.1,
            _ => array.elements,
        };
        for _ in 0..at {
            inside.need()?;
        }
        array = Array::parse(inside.need()?.payload, endian)?;
    }
    Ok(array)
}
