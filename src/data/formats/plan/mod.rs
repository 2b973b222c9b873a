//! How a delimited text is read: everything that was found out about it, or said by a person.

mod layout;

use std::path::Path;

use super::delimited::shown;
use super::dialect::{Dialect, Given, is_missing};
use super::format::{Options, TextKeys};
use super::grid::{self, Grid, Kind};
use super::header::Named;
use super::list::{self, Layout, What, evidence};
use super::numerals::Found;
use super::sentinel::sentinel;
use super::survey::{Row, Survey};
use super::time_column::FoundDates;
use super::{aggregates, doubts};
use crate::data::load::counted;
use crate::data::{ColumnName, DataError, Orientation};
use layout::{cells_or_table, table_why};

/// What a text holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shape {
    /// A rating, or a cell, a line.
    List(Layout),
    /// A table.
    Table(Grid),
}

/// How a text is read.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub dialect: Dialect,
    pub what: What,
    pub shape: Shape,
    /// Rows of the survey above the data.
    pub above: usize,
    /// The number of the first line of data.
    pub first_line: u64,
    /// The line that names the columns, and its number.
    pub header: Option<(Vec<u8>, u64)>,
    pub notices: Vec<String>,
    /// What speaks for the signs within numbers.
    pub signs: Found,
    /// What speaks for the shape and the columns, and whether they could be others.
    pub why: String,
    pub unsure: bool,
    /// How the dates of a list are written.
    pub dates: Option<FoundDates>,
    /// Of a table of ratings.
    pub orientation: Orientation,
}

/// Words for what should be in a file of ratings.
pub(crate) const RATINGS: &str = "Give one rating per line: user, item, rating and perhaps a time, between tabs, commas, semicolons, bars, `::` or spaces; if they stand between something else, set data.delimiter";
/// Words for what should be in a file of a matrix.
pub(crate) const MATRIX: &str = "Give a table of numbers, with or without names above and at the left, or one cell per line: row, column, value; if the fields stand between something else, set data.delimiter";

/// Looks over the beginning of a text. `whole`: `head` is the whole file.
pub(crate) fn survey<'h>(
    path: &Path,
    head: &'h [u8],
    whole: bool,
    what: What,
    options: &Options<'_>,
) -> Result<Survey<'h>, DataError> {
    let given = match options.text.map(|keys| keys.text) {
        Some(text) => Given::of(text)?,
        None => Given::default(),
    };
    let should = match what {
        What::Ratings => RATINGS,
        What::Cells => MATRIX,
    };
    Survey::of(path, head, whole, given, should)
}

/// Finds out how the text is read.
pub(crate) fn plan(
    path: &Path,
    survey: &Survey<'_>,
    what: What,
    options: &Options<'_>,
) -> Result<Plan, DataError> {
    let keys = options.text.unwrap_or_default();
    let padded = survey.with_row_numbers_named(what, &keys);
    let survey = padded.as_ref().unwrap_or(survey);
    if let Some(problem) = doubts::doubled_delimiter(survey) {
        let remedy =
            "Replace it by one sign, such as a tab; or set data.delimiter, if it is another";
        return Err(DataError::content(path, problem, remedy));
    }
    let mut notices = titles_above(survey);
    let header = &survey.rows[0].fields;
    let named = match survey.given.header {
        Some(false) => Named::default(),
        _ if what == What::Cells => Named::of_cells(header),
        _ => Named::of(header),
    };
    let guess = match what {
        What::Ratings => ratings_or_matrix(path, survey, &named, &keys)?,
        What::Cells => cells_or_table(path, survey, &named, &keys)?,
    };
    let mut dates = None;
    let (mut shape, above, mut why, unsure) = match guess {
        Guess::List(why) => {
            let list = list::list(path, survey, what, named, &keys.columns, keys.date_order)?;
            dates = list.dates;
            notices.extend(list.notices);
            notices.extend(not_used(survey, &list.layout, list.header));
            let unsure = list.unsure || why.is_some();
            notices.extend(why);
            (
                Shape::List(list.layout),
                usize::from(list.header),
                list.why,
                unsure,
            )
        }
        Guess::Table(grid, notice) => {
            let unsure = notice.is_some();
            notices.extend(notice);
            let above = grid.above;
            (Shape::Table(grid), above, String::new(), unsure)
        }
    };
    let body = &survey.rows[above.min(survey.rows.len())..];
    let evidence = match &shape {
        Shape::List(layout) => evidence(body, |at| at == layout.rating),
        Shape::Table(grid) => evidence(body, |at| grid.kinds.get(at) == Some(&Kind::Cell)),
    };
    let given = &survey.given;
    let signs = evidence.decide(given.decimal, given.thousands).map_err(|problem| {
        DataError::content(
            path,
            problem,
            "Set data.decimal = \",\" or \".\" for the sign before decimals, or data.thousands for the one between thousands",
        )
    })?;
    notices.extend(signs.unsure.clone());
    notices.extend(signs.units.iter().cloned());
    if let (Some(sign), None, None) = (signs.signs.thousands, given.thousands, &signs.unsure) {
        let sign = match sign {
            b' ' => "a space",
            b',' => "a comma",
            b'.' => "a point",
            _ => "an apostrophe",
        };
        let example = signs.example.as_deref().unwrap_or_default();
        notices.push(format!(
            "numbers were read with {sign} between thousands, as in {example}"
        ));
    }
    let mut dialect = survey.dialect.clone();
    let mut orientation = keys.orientation.unwrap_or_default();
    dialect.signs = signs.signs;
    match &mut shape {
        Shape::Table(grid) => {
            dialect.missing.numbers.extend(grid.sentinel);
            if what == What::Ratings {
                grid::name_by_ids(survey, grid, &dialect);
            }
            aggregates::leave_out_columns(survey, grid, &dialect);
            if let (What::Ratings, None, Some(why)) =
                (what, keys.orientation, users_above(survey, grid))
            {
                orientation = Orientation::UsersAreColumns;
                notices.push(format!(
                    "{why}: users were read from the columns; else set data.orientation = \"users_are_rows\""
                ));
            }
            notices.append(&mut grid.notices);
            notices.extend(dates_for_genes(body, grid));
            why = table_why(grid);
        }
        Shape::List(layout) if given.missing.is_none() => {
            let rating = body.iter().filter_map(|row| row.fields.get(layout.rating));
            let values: Vec<f32> = rating
                .filter_map(|field| signs.signs.number(field).ok())
                .collect();
            if let Some(found) = sentinel(&values) {
                notices.push(found.notice());
                dialect
                    .missing
                    .numbers
                    .extend(found.sure.then_some(found.number));
            }
        }
        Shape::List(_) => (),
    }
    let first = &survey.rows[0];
    let last_above = survey.rows[..above.min(survey.rows.len())].last();
    let below = |row: &Row<'_>| row.line + memchr::memchr_iter(b'\n', row.raw).count() as u64 + 1;
    let first_line = match (body.first(), last_above) {
        (Some(row), _) => row.line,
        (None, Some(row)) => below(row),
        (None, None) => first.line,
    };
    Ok(Plan {
        what,
        above,
        first_line,
        header: (above > 0).then(|| (first.raw.to_vec(), first.line)),
        shape,
        dialect,
        notices,
        signs,
        why,
        unsure,
        dates,
        orientation,
    })
}

/// What is said of names that a spreadsheet has made dates of.
fn dates_for_genes(body: &[Row<'_>], grid: &Grid) -> Option<String> {
    let at = grid.place(Kind::Name);
    let left = at.map_or_else(Vec::new, |at| {
        let names = body.iter().filter_map(|row| row.fields.get(at));
        names
            .filter_map(|name| std::str::from_utf8(name).ok())
            .collect()
    });
    let above: Vec<&str> = grid.names.iter().flatten().map(String::as_str).collect();
    let name = [left, above]
        .iter()
        .find_map(|names| doubts::date_for_gene(names.iter().copied()))?;
    Some(format!(
        "{name} among the names looks like a gene (SEPT2, MARCH1) that a spreadsheet has turned into a date; other genes may have the same name now"
    ))
}

/// Whether the names of a table say that users stand above, with what says so.
fn users_above(survey: &Survey<'_>, grid: &Grid) -> Option<String> {
    let above = grid.names.as_deref()?;
    let header = &survey.rows[0].fields;
    // R leaves out the field above the names of the rows.
    let has_corner = header.len() + survey.trailing >= survey.columns;
    let corner = grid.place(Kind::Name).filter(|_| has_corner);
    let corner = corner.and_then(|at| header.get(at).copied());
    doubts::users_above(corner.unwrap_or_default(), above)
}

enum Guess {
    /// With a notice if it could be a table.
    List(Option<String>),
    /// With a notice if it could be a list.
    Table(Grid, Option<String>),
}

fn ratings_or_matrix(
    path: &Path,
    survey: &Survey<'_>,
    named: &Named,
    keys: &TextKeys<'_>,
) -> Result<Guess, DataError> {
    let is_list = keys.columns.is_list() || named.count() >= 2;
    let may_be_list = keys.orientation.is_none() || survey.columns - survey.trailing < 4;
    if is_list || may_be_list && !grid::is_matrix_of_ratings(survey) {
        if keys.orientation.is_some() {
            return Err(DataError::Config {
                key: "orientation",
                problem: format!(
                    "is only for a matrix of ratings, and {} has one rating a line: remove it",
                    path.display()
                ),
            });
        }
        return Ok(Guess::List(None));
    }
    if keys.date_order.is_some() {
        return Err(DataError::Config {
            key: "date_order",
            problem: format!(
                "is only for a list of ratings, and {} is a matrix of ratings, which has no times: remove it",
                path.display()
            ),
        });
    }
    let wanted = grid::Wanted {
        row: keys.columns.user,
        class: None,
    };
    Ok(Guess::Table(grid::grid(path, survey, wanted)?, None))
}

/// A notice of lines above the table that were taken for titles.
fn titles_above(survey: &Survey<'_>) -> Vec<String> {
    let titles: Vec<_> = survey
        .above
        .iter()
        .filter(|above| !above.expected)
        .collect();
    let Some(first) = titles.first() else {
        return Vec::new();
    };
    vec![format!(
        "{} not read (line {}: {}); else set data.skip_lines = 0",
        counted(
            titles.len(),
            "line above the table was",
            "lines above the table were"
        ),
        first.line,
        shown(first.text)
    )]
}

/// `columns not used: 4, 5`.
fn not_used(survey: &Survey<'_>, layout: &Layout, header: bool) -> Option<String> {
    let names = &survey.rows[0].fields;
    let list: Vec<String> = (0..layout.columns - survey.trailing)
        .filter(|at| {
            ![layout.user, layout.item, layout.rating].contains(at) && layout.timestamp != Some(*at)
        })
        .map(|at| match names.get(at) {
            Some(name) if header && !is_missing(name) => {
                format!("{} ({})", at + 1, survey.dialect.text(name))
            }
            _ => (at + 1).to_string(),
        })
        .collect();
    (!list.is_empty()).then(|| format!("columns not used: {}", list.join(", ")))
}

impl TextKeys<'_> {
    /// The first key of text that is set.
    pub(crate) fn given(&self) -> Option<&'static str> {
        let columns = &self.columns;
        let named: [Option<&ColumnName>; 5] = [
            columns.user,
            columns.item,
            columns.rating,
            columns.time,
            self.class,
        ];
        self.text
            .given()
            .or(named.iter().any(Option::is_some).then_some("columns"))
            .or(self.orientation.map(|_| "orientation"))
            .or(self.date_order.map(|_| "date_order"))
    }
}
