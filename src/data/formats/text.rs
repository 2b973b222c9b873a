//! Delimited text: one rating or cell a line, or a table of numbers.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::format::{Format, Options};
use super::grid::Kind;
use super::list::What;
use super::plan::{Plan, Shape, plan, survey};
use super::raw::RawMatrix;
use super::source::Source;
use super::{Names, Table, delimited};
use super::{aggregates, dense_text};
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
        options: &Options<'_>,
    ) -> Result<Table, DataError> {
        let plan = plan_of(source, What::Ratings, options)?;
        skip_lines(source, plan.first_line - 1)?;
        let mut table = match &plan.shape {
            Shape::List(layout) => {
                let list = (layout, &plan.dialect, plan.what);
                let mut read =
                    delimited::read_list(source, list, plan.header(), plan.first_line, names)?;
                aggregates::leave_out_last(&mut read, names);
                read
            }
            Shape::Table(grid) => plan.reader(grid).ratings(source, names, plan.orientation)?,
        };
        let path = source.path().display();
        let notices = plan.notices.iter().chain(&table.notices);
        table.notices = notices.map(|notice| format!("{path}: {notice}")).collect();
        Ok(table)
    }

    fn matrix(
        &self,
        source: &mut Source<'_>,
        options: &Options<'_>,
    ) -> Result<RawMatrix, DataError> {
        let plan = plan_of(source, What::Cells, options)?;
        skip_lines(source, plan.first_line - 1)?;
        let mut raw = match &plan.shape {
            Shape::Table(grid) => plan.reader(grid).matrix(source)?,
            Shape::List(layout) => {
                let mut names = Names::default();
                let list = (layout, &plan.dialect, plan.what);
                let mut read =
                    delimited::read_list(source, list, plan.header(), plan.first_line, &mut names)?;
                aggregates::leave_out_last(&mut read, &mut names);
                let grouped = group_by_user(names.users.len(), names.items.len(), read.chunks);
                let mut notices = read.notices;
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
        raw.notices.splice(0..0, plan.notices);
        Ok(raw)
    }

    fn holds_only_a_matrix(&self, source: &mut Source<'_>) -> bool {
        // What cannot be read is told of where it is read.
        is_full_of_measurements(source).unwrap_or(false)
    }
}

/// Fewer different numbers than this could be a scale.
const MOST_OF_A_SCALE: usize = 20;

/// True of a table without a missing cell, with many different fractions in it: measurements, and nothing to predict.
fn is_full_of_measurements(source: &Source<'_>) -> Result<bool, DataError> {
    let options = Options::default();
    let (path, head) = (source.path(), source.head());
    let survey = survey(path, head, source.head_is_all(), What::Ratings, &options)?;
    let plan = plan(path, &survey, What::Ratings, &options)?;
    let Shape::Table(grid) = &plan.shape else {
        return Ok(false);
    };
    let (mut different, mut fractions) = (FxHashSet::default(), false);
    for row in &survey.rows[plan.above..] {
        for (field, kind) in row.fields.iter().zip(&grid.kinds) {
            if *kind != Kind::Cell {
                continue;
            }
            let Ok(value) = plan.dialect.cell(field) else {
                return Ok(false);
            };
            if value.is_nan() {
                return Ok(false);
            }
            fractions |= (value * 2.0).fract() != 0.0;
            different.insert(value.to_bits());
        }
    }
    Ok(fractions && different.len() > MOST_OF_A_SCALE)
}

impl Plan {
    fn header(&self) -> Option<&[u8]> {
        self.header.as_ref().map(|(line, _)| line.as_slice())
    }

    fn reader<'p>(&'p self, grid: &'p super::grid::Grid) -> dense_text::Reader<'p> {
        dense_text::Reader {
            grid,
            dialect: &self.dialect,
            header: self.header.as_ref().map(|(text, line)| (&text[..], *line)),
            first_line: self.first_line,
        }
    }
}

fn plan_of(source: &Source<'_>, what: What, options: &Options<'_>) -> Result<Plan, DataError> {
    let (path, head) = (source.path(), source.head());
    let survey = survey(path, head, source.head_is_all(), what, options)?;
    plan(path, &survey, what, options)
}

fn skip_lines(source: &mut Source<'_>, lines: u64) -> Result<(), DataError> {
    for _ in 0..lines {
        source.next_line()?;
    }
    Ok(())
}
