//! Files of level 4, `save -v4`: matrices one after the other, each with a header of five numbers.

use super::super::arrays::{Arrays, Content};
use super::super::choose::{Announced, Holds};
use super::super::entries::{self, Compressed, Entries};
use super::super::npy::class_name;
use super::array::dense;
use super::element::{Element, Endian};
use super::{AGAIN, Wrong, text};

/// The header of a matrix: type, rows, columns, imaginary part, length of the name.
const HEADER: usize = 20;

/// The matrices of a file.
pub(super) struct Level4<'b> {
    size: usize,
    matrices: Vec<Matrix<'b>>,
    announced: Vec<Announced>,
}

#[derive(Clone, Copy)]
struct Matrix<'b> {
    rows: usize,
    columns: usize,
    numbers: Element<'b>,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Full,
    /// Numbers that are characters.
    Text,
    /// A row for each entry: row and column from 1, value. The last has the size.
    Sparse,
}

impl<'b> Level4<'b> {
    pub(super) fn open(bytes: &'b [u8]) -> Result<Self, Wrong> {
        let mut file = Self {
            size: bytes.len(),
            matrices: Vec::new(),
            announced: Vec::new(),
        };
        let mut rest = bytes;
        while !rest.is_empty() {
            rest = file.add(rest)?;
        }
        Ok(file)
    }

    /// Reads the matrix at the beginning of `bytes`, and returns what follows.
    fn add(&mut self, bytes: &'b [u8]) -> Result<&'b [u8], Wrong> {
        let cut = || {
            Wrong::new(
                "a matrix is longer than what is left: the file was cut off",
                AGAIN,
            )
        };
        let [kind, rows, columns, imaginary, length] = header(bytes).ok_or_else(cut)?;
        let endian = match kind / 1000 {
            0 => Endian::Little,
            1 => Endian::Big,
            _ => {
                return Err(Wrong::new(
                    "holds numbers of a VAX or a Cray, which nothing else reads",
                    "Save it again in MATLAB with save('file.mat', '-v7')",
                ));
            }
        };
        // The type of an element of level 5 for the same numbers, and its size.
        let (storage, size) = match kind / 10 % 10 {
            0 => (9, 8),
            1 => (7, 4),
            2 => (5, 4),
            3 => (3, 2),
            4 => (4, 2),
            5 => (2, 1),
            _ => return Err(Wrong::new("the header of a matrix is damaged", AGAIN)),
        };
        let (rows, columns, length) = (rows as usize, columns as usize, length as usize);
        let (name, data) = bytes[HEADER..].split_at_checked(length).ok_or_else(cut)?;
        let parts = if imaginary == 0 { 1 } else { 2 };
        let count = rows
            .checked_mul(columns)
            .and_then(|count| count.checked_mul(size));
        let (numbers, _) = count
            .and_then(|count| data.split_at_checked(count))
            .ok_or_else(cut)?;
        let rest = data.get(numbers.len() * parts..).ok_or_else(cut)?;
        let matrix = Matrix {
            rows,
            columns,
            numbers: Element::new(storage, numbers, endian),
            kind: match kind % 10 {
                0 => Kind::Full,
                1 => Kind::Text,
                _ => Kind::Sparse,
            },
        };
        let complex = imaginary != 0 || matrix.kind == Kind::Sparse && columns == 4;
        let name = String::from_utf8_lossy(name);
        self.announced.push(Announced {
            name: name.trim_end_matches('\0').to_owned(),
            shape: matrix.shape()?,
            holds: match matrix.kind {
                _ if complex => Holds::Other("complex numbers"),
                Kind::Text => Holds::Texts,
                Kind::Full | Kind::Sparse => Holds::Numbers,
            },
        });
        self.matrices.push(matrix);
        Ok(rest)
    }

    /// Names the array in an error.
    fn named(&self, at: usize) -> impl Fn(Wrong) -> Wrong + use<'_> {
        let name = &self.announced[at].name;
        move |wrong| Wrong::new(format!("{name}: {}", wrong.problem), wrong.remedy)
    }
}

/// Five numbers in the byte order that makes the first a small one.
pub(super) fn header(bytes: &[u8]) -> Option<[u32; 5]> {
    let header: &[u8; HEADER] = bytes.first_chunk()?;
    let (numbers, _) = header.as_chunks::<4>();
    let little = u32::from_le_bytes(numbers[0]) < 5_000;
    Some([0, 1, 2, 3, 4].map(|at| {
        if little {
            u32::from_le_bytes(numbers[at])
        } else {
            u32::from_be_bytes(numbers[at])
        }
    }))
}

impl Matrix<'_> {
    /// The size of the matrix that it stands for; of texts their number.
    fn shape(&self) -> Result<Vec<u64>, Wrong> {
        Ok(match self.kind {
            Kind::Full => vec![self.rows as u64, self.columns as u64],
            Kind::Text => vec![self.rows as u64],
            Kind::Sparse => {
                let last = |column: usize| {
                    let at = (column * self.rows).checked_add(self.rows.checked_sub(1)?)?;
                    let number = self.numbers.numbers().ok()?.nth(at)?;
                    (0.0..9e15).contains(&number).then_some(number as u64)
                };
                let damaged = || Wrong::new("a sparse matrix has no size", AGAIN);
                vec![last(0).ok_or_else(damaged)?, last(1).ok_or_else(damaged)?]
            }
        })
    }

    fn sparse(&self, bytes: usize) -> Result<Compressed, Wrong> {
        let [rows, columns] = self.shape()?[..] else {
            return Err(Wrong::new("is not a matrix", AGAIN));
        };
        let shape = (
            entries::side(rows, "rows", bytes)?,
            entries::side(columns, "columns", bytes)?,
        );
        let numbers: Vec<f64> = self.numbers.numbers()?.collect();
        if self.columns != 3 {
            return Err(Wrong::new("a sparse matrix has no values", AGAIN));
        }
        let mut entries = Entries::default();
        for at in 0..self.rows - 1 {
            let [row, column, value] = [0, 1, 2].map(|part| numbers[part * self.rows + at]);
            let from_0 = |position: f64| {
                let whole = (1.0..9e15).contains(&position) && position.fract() == 0.0;
                whole.then(|| position as usize - 1)
            };
            let (Some(row), Some(column)) = (from_0(row), from_0(column)) else {
                let problem = format!("entry {} has no position from 1", at + 1);
                return Err(Wrong::new(problem, AGAIN));
            };
            entries.push((row, column), value, shape)?;
        }
        entries.compress(shape.0, shape.1)
    }
}

impl Arrays for Level4<'_> {
    fn announced(&self) -> &[Announced] {
        &self.announced
    }

    fn content(&mut self, at: usize) -> Result<Content, Wrong> {
        let matrix = self.matrices[at];
        match matrix.kind {
            Kind::Sparse => matrix.sparse(self.size).map(Content::Sparse),
            _ => dense(&matrix.numbers, matrix.rows, matrix.columns).map(Content::Dense),
        }
        .map_err(self.named(at))
    }

    fn texts(&mut self, at: usize) -> Result<Vec<Option<String>>, Wrong> {
        let matrix = self.matrices[at];
        match matrix.kind {
            Kind::Text => matrix
                .numbers
                .units()
                .and_then(|units| text::rows(&units, matrix.rows)),
            Kind::Full => {
                (matrix.numbers.numbers()).map(|numbers| numbers.map(class_name).collect())
            }
            Kind::Sparse => Err(Wrong::new(
                "is sparse, where classes are expected",
                "Save it as a full vector",
            )),
        }
        .map_err(self.named(at))
    }
}
