//! Delimited text: one rating or cell a line, or a table of numbers.

use std::sync::Arc;

use super::format::{Format, Options};
use super::raw::RawMatrix;
use super::sniff::{self, Shape};
use super::source::Source;
use super::table;
use super::{Names, Table, delimited, dense_csv, dense_text};
use crate::data::assemble::group_by_user;
use crate::data::load::counted;
use crate::data::{Cells, DataError};

/// Delimited text.
pub(crate) struct Text;

impl Format for Text {
    fn name(&self) -> &'static str {
        "delimited text"
    }

    fn recognizes(&self, _head: &[u8]) -> bool {
        true
    }

    fn ratings(
        &self,
        source: &mut Source<'_>,
        names: &mut Names,
        _options: &Options<'_>,
    ) -> Result<Table, DataError> {
        let shape = sniff::recognize(source.path(), source.head(), source.head_is_all())?;
        match shape {
            Shape::Triplets {
                layout,
                skip,
                ignored,
            } => {
                skip_lines(source, skip)?;
                let mut table = delimited::read(source, &layout, None, skip as u64 + 1, names)?;
                if let Some(notice) = not_used(&ignored) {
                    let path = source.path().display();
                    table.notices.push(format!("{path}: {notice}"));
                }
                Ok(table)
            }
            Shape::Matrix {
                delimiter,
                columns,
                skip,
            } => {
                skip_lines(source, skip)?;
                dense_csv::read(source, delimiter, columns, skip as u64 + 1, names)
            }
        }
    }

    fn matrix(
        &self,
        source: &mut Source<'_>,
        _options: &Options<'_>,
    ) -> Result<RawMatrix, DataError> {
        let path = source.path().to_owned();
        let (text, notice) = table::recognize(&path, source.head(), source.head_is_all())?;
        let mut raw = match text {
            table::Text::Grid(grid) => dense_text::read(source, &grid)?,
            table::Text::Cells {
                layout,
                skip,
                ignored,
            } => {
                skip_lines(source, skip)?;
                let mut names = Names::default();
                let read = delimited::read(source, &layout, None, skip as u64 + 1, &mut names)?;
                let grouped = group_by_user(names.users.len(), names.items.len(), read.chunks);
                let mut notices: Vec<String> = not_used(&ignored).into_iter().collect();
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
}

fn skip_lines(source: &mut Source<'_>, lines: usize) -> Result<(), DataError> {
    for _ in 0..lines {
        source.next_line()?;
    }
    Ok(())
}

/// `columns not used: 4, 5`.
fn not_used(columns: &[usize]) -> Option<String> {
    if columns.is_empty() {
        return None;
    }
    let list: Vec<String> = columns.iter().map(usize::to_string).collect();
    Some(format!("columns not used: {}", list.join(", ")))
}
