//! Any file that holds a matrix, and any that holds classes.

use std::path::Path;
use std::sync::Arc;

use super::choose::names_of_matrices;
use super::raw::RawMatrix;
use super::source::{Digest, Source};
use super::table::{self, Text};
use super::{Names, delimited, dense_text, market, mat, matrix_market, npy, npz};
use crate::data::assemble::group_by_user;
use crate::data::load::counted;
use crate::data::{Cells, DataError, Monitor};

/// Reads a matrix of any known format; `variable`: which array of a file that holds several.
pub(crate) fn read_matrix(
    path: &Path,
    variable: Option<&str>,
    monitor: &Monitor,
) -> Result<(RawMatrix, Digest), DataError> {
    let mut source = Source::open(path, monitor)?;
    let head = source.head();
    let has_variables = head.starts_with(npz::MAGIC) || mat::is_mat(head);
    if variable.is_some() && !has_variables {
        return Err(DataError::Config {
            key: "variable",
            problem: format!(
                "is only for files with several arrays (MAT, npz), which {} is not: remove it",
                path.display()
            ),
        });
    }
    let raw = if head.starts_with(npy::MAGIC) {
        let bytes = source.rest()?;
        npy::Array::parse(&bytes)
            .and_then(|array| array.dense())
            .map(|dense| RawMatrix::dense(dense, 0))
            .map_err(|wrong| wrong.at(path))?
    } else if head.starts_with(npz::MAGIC) {
        let bytes = source.rest()?;
        npz::matrix(&bytes, variable).map_err(|wrong| wrong.at(path))?
    } else if mat::is_mat(head) {
        let bytes = source.rest()?;
        mat::matrix(&bytes, variable).map_err(|wrong| wrong.at(path))?
    } else if matrix_market::is_matrix_market(head) {
        // What is kept for each row is bounded by what the file really holds.
        let bytes = std::fs::metadata(path).map_or(0, |metadata| metadata.len());
        market::read(&mut source, bytes as usize)?
    } else {
        text(&mut source)?
    };
    if raw.cells.rows() == 0 || raw.cells.columns() == 0 {
        return Err(DataError::content(
            path,
            "holds no cell",
            "Give a matrix with at least two rows and two columns",
        ));
    }
    Ok((raw, source.digest()))
}

/// True if a file can be a matrix only, and no ratings, by its beginning. False if it cannot be read.
pub(crate) fn holds_only_a_matrix(path: &Path) -> bool {
    let monitor = Monitor::default();
    let Ok(mut source) = Source::open(path, &monitor) else {
        return false;
    };
    let head = source.head();
    if mat::is_mat(head) {
        true
    } else if matrix_market::is_matrix_market(head) {
        let line = source.next_line().ok().flatten().unwrap_or_default();
        !matrix_market::is_of_ratings(&line)
    } else if head.starts_with(npz::MAGIC) {
        let rest = source.rest();
        rest.is_ok_and(|bytes| npz::holds_several(&bytes))
    } else {
        false
    }
}

/// The names of the matrices in a file that can hold several; none if it cannot be read or is of another kind.
pub(crate) fn variables(path: &Path, monitor: &Monitor) -> Vec<String> {
    let Ok(mut source) = Source::open(path, monitor) else {
        return Vec::new();
    };
    let is_npz = source.head().starts_with(npz::MAGIC);
    if !is_npz && !mat::is_mat(source.head()) {
        return Vec::new();
    }
    let announced = source.rest().ok().and_then(|bytes| {
        let announced = if is_npz {
            npz::announced(&bytes)
        } else {
            mat::announced(&bytes)
        };
        announced.ok()
    });
    names_of_matrices(&announced.unwrap_or_default())
}

fn text(source: &mut Source<'_>) -> Result<RawMatrix, DataError> {
    let path = source.path().to_owned();
    let (text, notice) = table::recognize(&path, source.head(), source.head_is_all())?;
    let mut raw = match text {
        Text::Grid(grid) => dense_text::read(source, &grid)?,
        Text::Cells {
            layout,
            skip,
            ignored,
        } => {
            for _ in 0..skip {
                source.next_line()?;
            }
            let mut names = Names::default();
            let read = delimited::read(source, &layout, None, skip as u64 + 1, &mut names)?;
            let grouped = group_by_user(names.users.len(), names.items.len(), read.chunks);
            let mut notices = Vec::new();
            if !ignored.is_empty() {
                let list: Vec<String> = ignored.iter().map(usize::to_string).collect();
                notices.push(format!("columns not used: {}", list.join(", ")));
            }
            if grouped.duplicates > 0 {
                notices.push(format!(
                    "{} replaced by a later one of the same row and column",
                    counted(grouped.duplicates, "cell was", "cells were")
                ));
            }
            RawMatrix {
                cells: Cells::Sparse(Arc::new(grouped.by_user)),
                absent_is_missing: true,
                rows: names.users,
                columns: names.items,
                named: true,
                notices,
                ..RawMatrix::default()
            }
        }
    };
    raw.notices.extend(notice);
    Ok(raw)
}
