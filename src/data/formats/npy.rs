//! NumPy's `.npy` (NEP 1), and ratings in a dense one: users are rows, items are columns.
//!
//! The header is read here and not by `npyz`, since it decides what is allocated: nothing is on its word alone. `npyz` takes memory for a
//! header of any announced length, parses it recursively as deep as it is nested, and refuses the long integers of Python 2.

use std::path::Path;

use super::entries;
use super::format::{Format, Options};
use super::raw::RawMatrix;
use super::source::Source;
use super::{Names, Table};
use crate::data::assemble::Chunk;
use crate::data::{DataError, Dense, Labels};

/// How a file begins.
pub(crate) const MAGIC: &[u8] = b"\x93NUMPY";

/// NumPy's `.npy`.
pub(crate) struct Npy;

impl Format for Npy {
    fn name(&self) -> &'static str {
        "NumPy array"
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
        Array::parse(&bytes)
            .and_then(|array| ratings(&array, names))
            .map_err(|wrong| wrong.at(source.path()))
    }

    fn matrix(
        &self,
        source: &mut Source<'_>,
        _options: &Options<'_>,
    ) -> Result<RawMatrix, DataError> {
        let bytes = source.rest()?;
        Array::parse(&bytes)
            .and_then(|array| array.dense())
            .map(|dense| RawMatrix::dense(dense, 0))
            .map_err(|wrong| wrong.at(source.path()))
    }
}

/// The header of an array.
#[derive(Debug)]
pub(crate) struct Header {
    pub shape: Vec<usize>,
    fortran_order: bool,
    kind: Kind,
    big_endian: bool,
    /// Bytes of an element.
    size: usize,
    /// Where the elements begin.
    start: usize,
}

/// An array within the bytes of a file; `data` is exactly as long as the shape says.
#[derive(Debug)]
pub(crate) struct Array<'b> {
    pub shape: Vec<usize>,
    pub fortran_order: bool,
    kind: Kind,
    big_endian: bool,
    size: usize,
    pub data: &'b [u8],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Float,
    Signed,
    Unsigned,
    /// One byte a character.
    Text,
    /// Four bytes a character.
    Wide,
}

/// The problem with an array, and the remedy.
#[derive(Debug)]
pub(crate) struct Wrong {
    pub problem: String,
    pub remedy: &'static str,
}

impl Wrong {
    pub(crate) fn new(problem: impl Into<String>, remedy: &'static str) -> Self {
        Self {
            problem: problem.into(),
            remedy,
        }
    }

    pub(crate) fn at(self, path: &Path) -> DataError {
        DataError::content(path, self.problem, self.remedy)
    }
}

const AGAIN: &str = "Write the file again with numpy.save";

impl Header {
    /// Reads the header at the beginning of `bytes`.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Wrong> {
        let damaged = || Wrong::new("the NumPy header is damaged", AGAIN);
        let rest = bytes.strip_prefix(MAGIC).ok_or_else(damaged)?;
        let (header, data) = match rest {
            [1, _, a, b, rest @ ..] => {
                rest.split_at_checked(usize::from(u16::from_le_bytes([*a, *b])))
            }
            [2 | 3, _, a, b, c, d, rest @ ..] => {
                rest.split_at_checked(u32::from_le_bytes([*a, *b, *c, *d]) as usize)
            }
            _ => None,
        }
        .ok_or_else(damaged)?;
        let header = std::str::from_utf8(header).map_err(|_| damaged())?;
        let shape = shape(value_of(header, "shape").ok_or_else(damaged)?).ok_or_else(damaged)?;
        let (kind, big_endian, size) =
            element_type(value_of(header, "descr").ok_or_else(damaged)?)?;
        let fortran_order = value_of(header, "fortran_order")
            .ok_or_else(damaged)?
            .starts_with("True");
        Ok(Self {
            shape,
            fortran_order,
            kind,
            big_endian,
            size,
            start: bytes.len() - data.len(),
        })
    }

    pub(crate) fn is_text(&self) -> bool {
        matches!(self.kind, Kind::Text | Kind::Wide)
    }
}

impl<'b> Array<'b> {
    /// Reads the header and checks that the bytes after it are all there.
    pub(crate) fn parse(bytes: &'b [u8]) -> Result<Self, Wrong> {
        let Header {
            shape,
            fortran_order,
            kind,
            big_endian,
            size,
            start,
        } = Header::parse(bytes)?;
        let data = &bytes[start..];
        let numbers = shape
            .iter()
            .try_fold(1_usize, |product, &side| product.checked_mul(side));
        let length = numbers.and_then(|numbers| numbers.checked_mul(size));
        match length.and_then(|length| data.get(..length)) {
            Some(data) => Ok(Self {
                shape,
                fortran_order,
                kind,
                big_endian,
                size,
                data,
            }),
            None => Err(Wrong::new(
                format!(
                    "the header promises an array of shape {shape:?} with {size} bytes a number, but only {} bytes follow",
                    data.len()
                ),
                "Download or copy the file again",
            )),
        }
    }

    pub(crate) fn is_float(&self) -> bool {
        self.kind == Kind::Float
    }

    /// The numbers in the order of the file.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = f64> {
        self.data.chunks_exact(self.size).map(|bytes| {
            let bits = self.bits(bytes);
            match (self.kind, self.size) {
                (Kind::Float, 2) => half(bits as u16),
                (Kind::Float, 4) => f64::from(f32::from_bits(bits as u32)),
                (Kind::Float, _) => f64::from_bits(bits),
                (Kind::Signed, _) => signed(bits, self.size) as f64,
                (Kind::Unsigned | Kind::Text | Kind::Wide, _) => bits as f64,
            }
        })
    }

    /// The numbers as positions; `None` if they are no whole numbers or one is negative.
    pub(crate) fn positions(&self) -> Option<Vec<usize>> {
        self.data
            .chunks_exact(self.size)
            .map(|bytes| {
                let bits = self.bits(bytes);
                match self.kind {
                    Kind::Unsigned => usize::try_from(bits).ok(),
                    Kind::Signed => usize::try_from(signed(bits, self.size)).ok(),
                    Kind::Float | Kind::Text | Kind::Wide => None,
                }
            })
            .collect()
    }

    /// The characters of a text, whether of one or of four bytes each.
    pub(crate) fn text(&self) -> String {
        let bytes = self.data.iter().filter(|&&byte| byte != 0);
        bytes.map(|&byte| char::from(byte)).collect()
    }

    /// Each element as the name of a class; none for NaN and for an empty text.
    pub(crate) fn class_names(&self) -> Vec<Option<String>> {
        let text = |bytes: &[u8]| -> String {
            let width = if self.kind == Kind::Wide { 4 } else { 1 };
            let codes = bytes.chunks_exact(width).map(|code| self.bits(code) as u32);
            codes
                .take_while(|&code| code != 0)
                .filter_map(char::from_u32)
                .collect()
        };
        match self.kind {
            Kind::Text | Kind::Wide => {
                let texts = self.data.chunks_exact(self.size).map(text);
                texts
                    .map(|text| Some(text.trim().to_owned()).filter(|text| !text.is_empty()))
                    .collect()
            }
            _ => self.numbers().map(class_name).collect(),
        }
    }

    /// Two dimensions of real numbers; an error if it is anything else.
    pub(crate) fn matrix_shape(&self) -> Result<(usize, usize), Wrong> {
        let &[rows, columns] = &self.shape[..] else {
            return Err(Wrong::new(
                format!(
                    "the array has {} dimensions, where a matrix has 2",
                    self.shape.len()
                ),
                "Save a matrix: in Python, numpy.save of an array with two dimensions",
            ));
        };
        if matches!(self.kind, Kind::Text | Kind::Wide) {
            return Err(Wrong::new(
                "holds text, not numbers",
                "Save real numbers; in Python: numpy.save(…, array.astype(\"float32\"))",
            ));
        }
        Ok((rows, columns))
    }

    /// A matrix row by row, NaN where a cell is missing.
    pub(crate) fn dense(&self) -> Result<Dense, Wrong> {
        let (rows, columns) = self.matrix_shape()?;
        if rows == 0 || columns == 0 {
            return Ok(Dense::default());
        }
        let values = entries::dense(self.numbers(), (rows, columns), self.fortran_order)?;
        Ok(Dense::new(columns, values))
    }

    fn bits(&self, bytes: &[u8]) -> u64 {
        let join = |bits: u64, &byte: &u8| bits << 8 | u64::from(byte);
        if self.big_endian {
            bytes.iter().fold(0, join)
        } else {
            bytes.iter().rev().fold(0, join)
        }
    }
}

/// A class that stands as a number: whole ones without a point.
pub(crate) fn class_name(number: f64) -> Option<String> {
    (!number.is_nan()).then(|| number.to_string())
}

/// IEEE 754 half precision.
fn half(bits: u16) -> f64 {
    let sign = if bits >> 15 == 0 { 1.0 } else { -1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023));
    sign * match exponent {
        0 => fraction * 2_f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1.0 + fraction / 1024.0) * 2_f64.powi(exponent - 15),
    }
}

/// `size` bytes with a sign, at most 8.
fn signed(bits: u64, size: usize) -> i64 {
    let unused = 64 - 8 * size as u32;
    (bits << unused) as i64 >> unused
}

/// The text after `'key':` in the header, a Python dictionary.
fn value_of<'h>(header: &'h str, key: &str) -> Option<&'h str> {
    let (_, after) = header
        .split_once(&format!("'{key}'"))
        .or_else(|| header.split_once(&format!("\"{key}\"")))?;
    Some(after.trim_start().strip_prefix(':')?.trim_start())
}

/// Kind, byte order and size of `'<f8'`.
fn element_type(text: &str) -> Result<(Kind, bool, usize), Wrong> {
    let refused = |name: &str| {
        Wrong::new(
            format!("holds elements of type {name:?}, which is not a supported type of number"),
            "Save real numbers; in Python: numpy.save(…, array.astype(\"float32\"))",
        )
    };
    let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'));
    let name = quote
        .and_then(|quote| text[1..].split(quote).next())
        .ok_or_else(|| refused("structured"))?;
    let mut rest = name.chars();
    let (Some(order), Some(kind)) = (rest.next(), rest.next()) else {
        return Err(refused(name));
    };
    let size = rest.as_str().parse::<usize>().unwrap_or(0);
    let kind = match (kind, size) {
        ('f', 2 | 4 | 8) => Kind::Float,
        ('i', 1 | 2 | 4 | 8) => Kind::Signed,
        ('u', 1 | 2 | 4 | 8) | ('b', 1) => Kind::Unsigned,
        ('S', 1..=1024) => return Ok((Kind::Text, false, size)),
        ('U', 1..=1024) => return Ok((Kind::Wide, order == '>', size * 4)),
        _ => return Err(refused(name)),
    };
    Ok((kind, order == '>', size))
}

/// The numbers of `(943, 1682)`.
fn shape(text: &str) -> Option<Vec<usize>> {
    let (inner, _) = text.strip_prefix('(')?.split_once(')')?;
    inner
        .split(',')
        .map(str::trim)
        .filter(|number| !number.is_empty())
        .map(|number| number.trim_end_matches('L').parse().ok())
        .collect()
}

/// Ratings in a dense matrix. NaN is no rating; where no cell is NaN, zero is no rating.
pub(crate) fn ratings(array: &Array<'_>, names: &mut Names) -> Result<Table, Wrong> {
    let (rows, columns) = array.matrix_shape()?;
    let mut table = Table {
        positions: true,
        ..Table::default()
    };
    if rows == 0 || columns == 0 {
        return Ok(table);
    }
    let has_nan = array.is_float() && array.numbers().any(f64::is_nan);
    let mut users = Positions::new(rows);
    let mut items = Positions::new(columns);
    let mut chunk = Chunk::default();
    for (at, number) in array.numbers().enumerate() {
        let (row, column) = if array.fortran_order {
            (at % rows, at / rows)
        } else {
            (at / columns, at % columns)
        };
        if number.is_nan() || (!has_nan && number == 0.0) {
            continue;
        }
        let value = number as f32;
        if !value.is_finite() {
            return Err(Wrong::new(
                format!(
                    "row {}, column {} holds {number}, which is not a finite number",
                    row + 1,
                    column + 1
                ),
                "Write NaN where there is no rating, and a number elsewhere",
            ));
        }
        chunk.users.push(users.intern(row, &mut names.users));
        chunk.items.push(items.intern(column, &mut names.items));
        chunk.values.push(value);
    }
    if !has_nan {
        table
            .notices
            .push("no cell is NaN, so 0 was read as no rating".to_owned());
    }
    table.chunks.push(chunk);
    Ok(table)
}

/// Labels of positions in a matrix, from 0 as NumPy counts; only those that are met.
pub(crate) struct Positions {
    indices: Vec<Option<u32>>,
}

impl Positions {
    /// `count` is at most what a file really holds.
    pub(crate) fn new(count: usize) -> Self {
        Self {
            indices: vec![None; count],
        }
    }

    /// The index of the label of `position`, which is below the count.
    pub(crate) fn intern(&mut self, position: usize, labels: &mut Labels) -> u32 {
        *self.indices[position].get_or_insert_with(|| labels.intern(&position.to_string()))
    }
}
