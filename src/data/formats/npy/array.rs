//! Arrays within the bytes of a file.

use super::header::{Element, Field, Header, Kind, Type};
use super::{REAL, Wrong};
use crate::data::Dense;
use crate::data::formats::entries;

/// An array of numbers or texts; `data` is exactly as long as the shape says.
#[derive(Debug)]
pub(crate) struct Array<'b> {
    pub shape: Vec<usize>,
    pub fortran_order: bool,
    of: Type,
    pub data: &'b [u8],
}

/// An array of records; `data` is exactly as long as the shape says.
#[derive(Debug)]
pub(crate) struct Records<'b> {
    pub count: usize,
    pub fields: Vec<Field>,
    /// Bytes of a record.
    size: usize,
    data: &'b [u8],
}

/// An array of either kind.
#[derive(Debug)]
pub(crate) enum Either<'b> {
    Plain(Array<'b>),
    Records(Records<'b>),
}

impl<'b> Either<'b> {
    /// Reads the header and checks that the bytes after it are all there.
    pub(crate) fn parse(bytes: &'b [u8]) -> Result<Self, Wrong> {
        let header = Header::parse(bytes)?;
        let size = match &header.element {
            Element::Plain(of) => of.size,
            Element::Record(fields) => fields
                .last()
                .map_or(0, |field| field.offset + field.of.size),
            Element::Other("Python objects", _) => {
                return Err(Wrong::new(
                    "holds Python objects (dtype object), which only Python can unpickle (allow_pickle)",
                    "Save numbers or texts; in Python: numpy.save(…, array.astype(float)), or astype(str) for classes",
                ));
            }
            Element::Other(what, name) => {
                return Err(Wrong::new(
                    format!("holds {what}: {name:?} is not a supported type of number"),
                    REAL,
                ));
            }
        };
        let data = &bytes[header.start..];
        let count = header
            .shape
            .iter()
            .try_fold(1_usize, |product, &side| product.checked_mul(side));
        let length = count.and_then(|count| count.checked_mul(size));
        let (Some(data), Some(count)) = (length.and_then(|length| data.get(..length)), count)
        else {
            return Err(Wrong::new(
                format!(
                    "the header promises an array of shape {:?} with {size} bytes a number, but only {} bytes follow",
                    header.shape,
                    data.len()
                ),
                "Download or copy the file again",
            ));
        };
        Ok(match header.element {
            Element::Record(fields) => Self::Records(Records {
                count,
                fields,
                size,
                data,
            }),
            Element::Plain(of) => Self::Plain(Array {
                shape: header.shape,
                fortran_order: header.fortran_order,
                of,
                data,
            }),
            // Refused above.
            Element::Other(what, _) => return Err(Wrong::new(what, REAL)),
        })
    }
}

impl<'b> Array<'b> {
    /// Reads an array of numbers or texts.
    pub(crate) fn parse(bytes: &'b [u8]) -> Result<Self, Wrong> {
        match Either::parse(bytes)? {
            Either::Plain(array) => Ok(array),
            Either::Records(records) => Err(Wrong::new(
                format!(
                    "holds records of {}, where numbers are expected",
                    records.names().join(", ")
                ),
                REAL,
            )),
        }
    }

    pub(crate) fn is_float(&self) -> bool {
        self.of.kind == Kind::Float
    }

    pub(crate) fn is_text(&self) -> bool {
        self.of.is_text()
    }

    /// The elements in the order of the file.
    fn elements(&self) -> Column<'b> {
        Column {
            data: self.data,
            of: self.of,
            stride: self.of.size,
            offset: 0,
        }
    }

    /// A vector as a column.
    pub(crate) fn vector(&self) -> Option<(Column<'b>, usize)> {
        match self.shape[..] {
            [length] | [length, 1] | [1, length] => Some((self.elements(), length)),
            _ => None,
        }
    }

    /// The columns of a matrix.
    pub(crate) fn columns(&self) -> Option<Vec<Column<'b>>> {
        let &[rows, columns] = &self.shape[..] else {
            return None;
        };
        let (across, down) = if self.fortran_order {
            (rows, 1)
        } else {
            (1, columns)
        };
        let column = |at: usize| Column {
            offset: at * across * self.of.size,
            stride: down * self.of.size,
            ..self.elements()
        };
        Some((0..columns).map(column).collect())
    }

    /// The numbers in the order of the file.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = f64> {
        let of = self.of;
        self.data
            .chunks_exact(of.size)
            .map(move |bytes| of.number(bytes))
    }

    /// The numbers as whole ones; `None` if they are of another type.
    pub(crate) fn integers(&self) -> Option<Vec<i64>> {
        self.data
            .chunks_exact(self.of.size)
            .map(|bytes| self.of.integer(bytes).and_then(|i| i64::try_from(i).ok()))
            .collect()
    }

    /// The numbers as positions; `None` if they are no whole numbers or one is negative.
    pub(crate) fn positions(&self) -> Option<Vec<usize>> {
        self.data
            .chunks_exact(self.of.size)
            .map(|bytes| self.of.integer(bytes).and_then(|i| usize::try_from(i).ok()))
            .collect()
    }

    /// The characters of a text, whether of one or of four bytes each.
    pub(crate) fn text(&self) -> String {
        let bytes = self.data.iter().filter(|&&byte| byte != 0);
        bytes.map(|&byte| char::from(byte)).collect()
    }

    /// Each element as the name of a class; none for NaN and for an empty text.
    pub(crate) fn class_names(&self) -> Vec<Option<String>> {
        let elements = self.elements();
        let count = self.data.len() / self.of.size;
        (0..count).map(|at| elements.class(at)).collect()
    }

    /// Two dimensions of real numbers; an error if it is anything else.
    pub(crate) fn matrix_shape(&self) -> Result<(usize, usize), Wrong> {
        let &[rows, columns] = &self.shape[..] else {
            return Err(Wrong::new(
                format!(
                    "the array has {} dimension{}, where a matrix has 2",
                    self.shape.len(),
                    if self.shape.len() == 1 { "" } else { "s" }
                ),
                "Save a matrix: in Python, numpy.save of an array with two dimensions",
            ));
        };
        if self.is_text() {
            return Err(Wrong::new("holds text, not numbers", REAL));
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
}

impl<'b> Records<'b> {
    /// The names of the fields.
    pub(crate) fn names(&self) -> Vec<&str> {
        let named = self.fields.iter().filter(|f| f.of.kind != Kind::Padding);
        named.map(|field| field.name.as_str()).collect()
    }

    /// The fields that hold something, each as a column.
    pub(crate) fn columns(&self) -> Vec<Column<'b>> {
        let named = self.fields.iter().filter(|f| f.of.kind != Kind::Padding);
        named
            .map(|field| Column {
                data: self.data,
                of: field.of,
                stride: self.size,
                offset: field.offset,
            })
            .collect()
    }
}

/// Numbers or texts at equal distances. Asking for an element past the end panics: whoever asks knows their number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column<'b> {
    data: &'b [u8],
    of: Type,
    stride: usize,
    offset: usize,
}

impl Column<'_> {
    pub(crate) fn is_text(&self) -> bool {
        self.of.is_text()
    }

    fn bytes(&self, at: usize) -> &[u8] {
        &self.data[self.offset + at * self.stride..][..self.of.size]
    }

    /// The number at a position; of a text NaN.
    pub(crate) fn number(&self, at: usize) -> f64 {
        if self.is_text() {
            return f64::NAN;
        }
        self.of.number(self.bytes(at))
    }

    /// The element as an id: a whole number or a text that is not empty.
    pub(crate) fn id(&self, at: usize) -> Option<String> {
        if self.is_text() {
            return self.of.text(self.bytes(at));
        }
        if let Some(integer) = self.of.integer(self.bytes(at)) {
            return Some(integer.to_string());
        }
        let number = self.number(at);
        let whole = number.fract() == 0.0 && number.abs() < 9e15;
        whole.then(|| (number as i64).to_string())
    }

    /// The element as the name of a class.
    pub(crate) fn class(&self, at: usize) -> Option<String> {
        if self.is_text() {
            return self.of.text(self.bytes(at));
        }
        match self.of.integer(self.bytes(at)) {
            Some(integer) => Some(integer.to_string()),
            None => class_name(self.number(at)),
        }
    }
}

impl Type {
    fn bits(self, bytes: &[u8]) -> u64 {
        let join = |bits: u64, &byte: &u8| bits << 8 | u64::from(byte);
        if self.big_endian {
            bytes.iter().fold(0, join)
        } else {
            bytes.iter().rev().fold(0, join)
        }
    }

    fn number(self, bytes: &[u8]) -> f64 {
        let bits = self.bits(bytes);
        match (self.kind, self.size) {
            (Kind::Float, 2) => half(bits as u16),
            (Kind::Float, 4) => f64::from(f32::from_bits(bits as u32)),
            (Kind::Float, _) => f64::from_bits(bits),
            (Kind::Signed, _) => signed(bits, self.size) as f64,
            _ => bits as f64,
        }
    }

    /// `None` of a type that is not of whole numbers.
    fn integer(self, bytes: &[u8]) -> Option<i128> {
        let bits = self.bits(bytes);
        match self.kind {
            Kind::Signed => Some(i128::from(signed(bits, self.size))),
            Kind::Unsigned => Some(i128::from(bits)),
            _ => None,
        }
    }

    /// `None` if it is empty.
    fn text(self, bytes: &[u8]) -> Option<String> {
        let text: String = if self.kind == Kind::Wide {
            let codes = bytes.chunks_exact(4).map(|code| self.bits(code) as u32);
            let codes = codes.take_while(|&code| code != 0);
            codes.filter_map(char::from_u32).collect()
        } else {
            let end = bytes.iter().position(|&byte| byte == 0);
            let bytes = &bytes[..end.unwrap_or(bytes.len())];
            match std::str::from_utf8(bytes) {
                Ok(text) => text.to_owned(),
                Err(_) => bytes.iter().map(|&byte| char::from(byte)).collect(),
            }
        };
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }
}

/// A class that stands as a number: whole ones without a point.
pub(crate) fn class_name(number: f64) -> Option<String> {
    (!number.is_nan()).then(|| number.to_string())
}

/// IEEE 754 half precision.
pub(crate) fn half(bits: u16) -> f64 {
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
