//! A matrix as ratings, and ratings as a matrix.

use std::sync::Arc;

use super::super::raw::RawMatrix;
use super::super::{Names, Table};
use crate::data::assemble::{Chunk, group_by_user};
use crate::data::load::counted;
use crate::data::{Cells, Labels};

/// The cells of a matrix as ratings: rows are users, columns are items. Cells that are missing, or not stored, are not rated; rows and
/// columns without a rating are left out.
pub(crate) fn of_matrix(raw: RawMatrix, names: &mut Names) -> Table {
    let mut used = vec![false; raw.cells.columns()];
    let rated = |row: usize| raw.cells.row(row).filter(|(_, value)| !value.is_nan());
    for row in 0..raw.cells.rows() {
        rated(row).for_each(|(column, _)| used[column] = true);
    }
    let add = |labels: &mut Labels, own: &Labels, at: usize| {
        let index = labels.intern(own.id(at));
        if let Some(title) = own.title(at) {
            labels.set_title(index as usize, title);
        }
        index
    };
    let mut items = vec![0; used.len()];
    for column in (0..used.len()).filter(|&column| used[column]) {
        items[column] = add(&mut names.items, &raw.columns, column);
    }
    let mut chunk = Chunk::default();
    for row in 0..raw.cells.rows() {
        let mut cells = rated(row).peekable();
        if cells.peek().is_none() {
            continue;
        }
        let user = add(&mut names.users, &raw.rows, row);
        for (column, value) in cells {
            chunk.users.push(user);
            chunk.items.push(items[column]);
            chunk.values.push(value);
        }
    }
    let mut notices = raw.notices;
    if raw.row_classes.is_some() || raw.column_classes.is_some() {
        notices.push("classes are not used for ratings".to_owned());
    }
    Table {
        chunks: vec![chunk],
        notices,
        ..Table::default()
    }
}

/// Ratings as a matrix of users and items, in which pairs that are not rated are missing.
pub(crate) fn to_matrix(names: Names, table: Table) -> RawMatrix {
    let grouped = group_by_user(names.users.len(), names.items.len(), table.chunks);
    let mut notices = table.notices;
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
