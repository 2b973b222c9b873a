//! Sparse matrices as SciPy saves them, and as others save their parts: `data`, `indices`, `indptr` and `shape`, perhaps each with the
//! same word before it.

use super::AGAIN;
use super::archive::Archive;
use crate::data::formats::npy::{Array, Wrong};

/// How the cells of a sparse matrix are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// By row: `data`, `indices`, `indptr`.
    Csr,
    /// By column.
    Csc,
    /// `row`, `col`, `data`.
    Coo,
    /// By row, a block of cells at each place.
    Bsr,
    /// Diagonals: `data`, `offsets`.
    Dia,
}

/// A sparse matrix of an archive.
#[derive(Debug, Clone)]
pub(super) struct Parts {
    /// The word before the names of its arrays: `attr_`.
    prefix: String,
    kind: Kind,
    pub(super) shape: (usize, usize),
    /// What had to be guessed.
    pub(super) notice: Option<String>,
}

impl Parts {
    /// The sparse matrices of an archive.
    pub(super) fn all(archive: &mut Archive<'_>) -> Result<Vec<Self>, Wrong> {
        if archive.has("format") && archive.has("shape") {
            return Ok(vec![Self::of_scipy(archive)?]);
        }
        let ends = "indptr";
        let prefixes: Vec<String> = archive
            .names
            .iter()
            .filter_map(|name| name.strip_suffix(ends).map(str::to_owned))
            .filter(|prefix| {
                let has = |part: &str| archive.has(&format!("{prefix}{part}"));
                ["data", "indices", "shape"].into_iter().all(has)
            })
            .collect();
        let found = prefixes
            .into_iter()
            .map(|prefix| Self::without_format(archive, prefix));
        found.collect()
    }

    fn of_scipy(archive: &mut Archive<'_>) -> Result<Self, Wrong> {
        let shape = shape(archive, "")?;
        let format = archive.read("format")?;
        let kind = match Array::parse(&format)?.text().as_str() {
            "csr" => Kind::Csr,
            "csc" => Kind::Csc,
            "coo" => Kind::Coo,
            "bsr" => Kind::Bsr,
            "dia" => Kind::Dia,
            other => {
                return Err(Wrong::new(
                    format!("the sparse matrix has the format {other:?}"),
                    "Save it as CSR; in Python: scipy.sparse.save_npz(…, matrix.tocsr())",
                ));
            }
        };
        Ok(Self {
            prefix: String::new(),
            kind,
            shape,
            notice: None,
        })
    }

    /// By row or by column, as the number of starts tells.
    fn without_format(archive: &mut Archive<'_>, prefix: String) -> Result<Self, Wrong> {
        let shape = shape(archive, &prefix)?;
        let starts = archive.announce(&format!("{prefix}indptr")).length();
        let ends_for = |side: usize| starts == Some(side as u64 + 1);
        let kind = if ends_for(shape.1) && !ends_for(shape.0) {
            Kind::Csc
        } else {
            Kind::Csr
        };
        let notice = ends_for(shape.0) && ends_for(shape.1);
        Ok(Self {
            notice: notice.then(|| {
                format!(
                    "{prefix}data and its indices were read row by row (CSR), which they don't say"
                )
            }),
            prefix,
            kind,
            shape,
        })
    }

    /// Its name: what stands before those of its arrays.
    pub(super) fn name(&self) -> String {
        match self.prefix.trim_end_matches(['_', '.', '-']) {
            "" => "matrix".to_owned(),
            name => name.to_owned(),
        }
    }

    /// True if an array is a part of it.
    pub(super) fn owns(&self, name: &str) -> bool {
        const PARTS: [&str; 10] = [
            "format",
            "shape",
            "data",
            "indices",
            "indptr",
            "row",
            "col",
            "offsets",
            "_is_array",
            "coords",
        ];
        name.strip_prefix(&self.prefix)
            .is_some_and(|part| PARTS.contains(&part))
    }

    /// Calls `each` with row, column and value of every stored cell, all within the shape.
    pub(super) fn entries(
        &self,
        archive: &mut Archive<'_>,
        each: impl FnMut(usize, usize, f64) -> Result<(), Wrong>,
    ) -> Result<(), Wrong> {
        match self.kind {
            Kind::Csr => self.compressed(archive, false, each),
            Kind::Csc => self.compressed(archive, true, each),
            Kind::Coo => self.coordinates(archive, each),
            Kind::Bsr => self.blocks(archive, each),
            Kind::Dia => self.diagonals(archive, each),
        }
    }

    fn part(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// `data`, `indices`, `indptr`. `by_column`: CSC.
    fn compressed(
        &self,
        archive: &mut Archive<'_>,
        by_column: bool,
        each: impl FnMut(usize, usize, f64) -> Result<(), Wrong>,
    ) -> Result<(), Wrong> {
        let outer = if by_column {
            self.shape.1
        } else {
            self.shape.0
        };
        let (starts, indices) = self.starts(archive, outer)?;
        let data = archive.read(&self.part("data"))?;
        let data = Array::parse(&data)?;
        let of = (0..outer).flat_map(|row| std::iter::repeat_n(row, starts[row + 1] - starts[row]));
        let indices = indices.iter().copied();
        if by_column {
            visit(indices.zip(of), &data, self.shape, each)
        } else {
            visit(of.zip(indices), &data, self.shape, each)
        }
    }

    /// Where each of `outer` rows begins, and the positions in them; checked to fit.
    fn starts(
        &self,
        archive: &mut Archive<'_>,
        outer: usize,
    ) -> Result<(Vec<usize>, Vec<usize>), Wrong> {
        let starts = archive.positions(&self.part("indptr"))?;
        let indices = archive.positions(&self.part("indices"))?;
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
        Ok((starts, indices))
    }

    /// `row`, `col`, `data`.
    fn coordinates(
        &self,
        archive: &mut Archive<'_>,
        each: impl FnMut(usize, usize, f64) -> Result<(), Wrong>,
    ) -> Result<(), Wrong> {
        let rows = archive.positions(&self.part("row"))?;
        let columns = archive.positions(&self.part("col"))?;
        let data = archive.read(&self.part("data"))?;
        let data = Array::parse(&data)?;
        if rows.len() != columns.len() || data.numbers().count() < rows.len() {
            return Err(Wrong::new("row, col and data differ in length", AGAIN));
        }
        visit(rows.into_iter().zip(columns), &data, self.shape, each)
    }

    /// `data` of [blocks, rows of a block, columns of a block], the position of each block as in CSR. Zeros within blocks are left out.
    fn blocks(
        &self,
        archive: &mut Archive<'_>,
        mut each: impl FnMut(usize, usize, f64) -> Result<(), Wrong>,
    ) -> Result<(), Wrong> {
        let data = archive.read(&self.part("data"))?;
        let data = Array::parse(&data)?;
        let (&[count, height, width], false) = (&data.shape[..], data.fortran_order) else {
            return Err(Wrong::new("data does not hold blocks", AGAIN));
        };
        let fits = height > 0
            && width > 0
            && self.shape.0.is_multiple_of(height)
            && self.shape.1.is_multiple_of(width);
        if !fits {
            let problem = format!("blocks of {height} × {width} do not fill the shape");
            return Err(Wrong::new(problem, AGAIN));
        }
        let (starts, indices) = self.starts(archive, self.shape.0 / height)?;
        if indices.len() > count {
            return Err(Wrong::new("data is shorter than the indices", AGAIN));
        }
        let of = (0..starts.len() - 1)
            .flat_map(|row| std::iter::repeat_n(row, starts[row + 1] - starts[row]));
        let places: Vec<(usize, usize)> = of.zip(indices).collect();
        for (at, number) in data.numbers().enumerate() {
            let Some(&(row, column)) = places.get(at / (height * width)) else {
                break;
            };
            let within = at % (height * width);
            let row = row * height + within / width;
            let column = column.saturating_mul(width).saturating_add(within % width);
            if number != 0.0 {
                inside(at, row, column, self.shape)?;
                each(row, column, number)?;
            }
        }
        Ok(())
    }

    /// `data` of [diagonals, length]; the number in column j of a diagonal is the cell in column j, `offset` columns right of the main
    /// diagonal. Zeros are left out.
    fn diagonals(
        &self,
        archive: &mut Archive<'_>,
        mut each: impl FnMut(usize, usize, f64) -> Result<(), Wrong>,
    ) -> Result<(), Wrong> {
        let offsets = archive.read(&self.part("offsets"))?;
        let offsets = Array::parse(&offsets)?.integers();
        let offsets =
            offsets.ok_or_else(|| Wrong::new("the offsets are no whole numbers", AGAIN))?;
        let data = archive.read(&self.part("data"))?;
        let data = Array::parse(&data)?;
        let (&[count, length], false) = (&data.shape[..], data.fortran_order) else {
            return Err(Wrong::new("data does not hold diagonals", AGAIN));
        };
        if count != offsets.len() {
            return Err(Wrong::new("data and offsets differ in length", AGAIN));
        }
        for (at, number) in data.numbers().enumerate() {
            let (diagonal, column) = (at / length, at % length);
            let row = i64::try_from(column)
                .ok()
                .and_then(|column| column.checked_sub(offsets[diagonal]))
                .and_then(|row| usize::try_from(row).ok());
            // What lies outside is there to fill the array up.
            if let Some(row) = row
                && row < self.shape.0
                && column < self.shape.1
                && number != 0.0
            {
                each(row, column, number)?;
            }
        }
        Ok(())
    }
}

fn shape(archive: &mut Archive<'_>, prefix: &str) -> Result<(usize, usize), Wrong> {
    match archive.positions(&format!("{prefix}shape"))?[..] {
        [rows, columns] => Ok((rows, columns)),
        _ => Err(Wrong::new("the shape is not that of a matrix", AGAIN)),
    }
}

fn inside(
    at: usize,
    row: usize,
    column: usize,
    (rows, columns): (usize, usize),
) -> Result<(), Wrong> {
    if row < rows && column < columns {
        return Ok(());
    }
    Err(Wrong::new(
        format!(
            "entry {at} is in row {row}, column {column} (from 0), outside the shape ({rows}, {columns})"
        ),
        AGAIN,
    ))
}

/// Puts positions and values together, and checks that they fit.
fn visit(
    cells: impl Iterator<Item = (usize, usize)>,
    data: &Array<'_>,
    shape: (usize, usize),
    mut each: impl FnMut(usize, usize, f64) -> Result<(), Wrong>,
) -> Result<(), Wrong> {
    let mut numbers = data.numbers();
    for (at, (row, column)) in cells.enumerate() {
        inside(at, row, column, shape)?;
        let number = numbers
            .next()
            .ok_or_else(|| Wrong::new("data is shorter than the indices", AGAIN))?;
        each(row, column, number)?;
    }
    Ok(())
}
