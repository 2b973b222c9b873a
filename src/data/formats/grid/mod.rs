//! Finds names, classes and cells in a table of numbers.

mod left_out;
mod names;

use std::path::Path;

use super::dialect::is_missing;
use super::doubts;
use super::header::{find_column, is_class, is_line_number, word};
use super::list::is_running;
use super::numerals::is_numeral;
use super::sentinel::Sentinel;
use super::survey::{Row, Survey};
use crate::data::{ColumnName, DataError, Place};
use left_out::{
    counts, leave_out_counts, leave_out_line_numbers, leave_out_places, leave_out_remarks,
};
use names::{are_names, take_names};

pub(crate) use names::name_by_ids;

/// Where the parts of a table of numbers stand.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Grid {
    /// What each field of a line is.
    pub kinds: Vec<Kind>,
    /// The names above the cells.
    pub names: Option<Vec<String>>,
    /// The classes of the columns, in a line of their own.
    pub classes: Option<Vec<Option<String>>>,
    /// Rows above the cells.
    pub above: usize,
    pub notices: Vec<String>,
    /// A number that stands for a missing cell.
    pub sentinel: Option<f32>,
}

/// What a field of a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The name of the row.
    Name,
    /// The class of the row.
    Class,
    Cell,
    /// The number of the line, how many cells there are, or a remark.
    NotRead,
}

impl Grid {
    /// Cells of a row.
    pub(crate) fn columns(&self) -> usize {
        self.kinds
            .iter()
            .filter(|kind| **kind == Kind::Cell)
            .count()
    }

    pub(crate) fn place(&self, kind: Kind) -> Option<usize> {
        self.kinds.iter().position(|own| *own == kind)
    }
}

/// Columns that a person names.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Wanted<'o> {
    pub row: Option<&'o ColumnName>,
    pub class: Option<&'o ColumnName>,
}

/// True if a field can stand for a cell: a number, however large, or a missing one.
pub(crate) fn is_cell(field: &[u8]) -> bool {
    is_missing(field)
        || is_numeral(field)
        || std::str::from_utf8(field).is_ok_and(|text| text.parse::<f32>().is_ok())
}

/// The rows without the columns that number the lines.
struct View<'s, 'h> {
    rows: Vec<Vec<&'h [u8]>>,
    /// The place of the first column in the file.
    first: usize,
    fields: usize,
    survey: &'s Survey<'h>,
}

impl<'s, 'h> View<'s, 'h> {
    fn of(survey: &'s Survey<'h>, notices: &mut Vec<String>) -> Self {
        let fields = survey.columns - survey.trailing;
        let numbered = is_numbered(survey, fields) && !survey.bordered;
        if numbered {
            notices.push(
                "column 1 counts the lines, so it was not read; the names stand in column 2"
                    .to_owned(),
            );
        }
        let first = usize::from(numbered || survey.bordered);
        let rows = survey.rows.iter().map(|row| {
            // R leaves out the field above the numbers of the lines.
            let skip = first.min((row.fields.len() + 1).saturating_sub(fields));
            let mut kept: Vec<&[u8]> = row.fields[skip.min(row.fields.len())..].to_vec();
            while kept.len() > fields - first && kept.last().is_some_and(|field| field.is_empty()) {
                kept.pop();
            }
            kept
        });
        Self {
            rows: rows.collect(),
            first,
            fields: fields - first,
            survey,
        }
    }
}

/// True if the first column counts the lines and the second names them.
fn is_numbered(survey: &Survey<'_>, fields: usize) -> bool {
    let body = &survey.rows[1..];
    let texts = |at: usize| {
        let mut texts = body.iter().filter_map(|row| row.fields.get(at));
        !body.is_empty() && texts.all(|field| !is_cell(field))
    };
    let header = &survey.rows[0].fields;
    let called_so = header.len() == fields && is_line_number(header[0]);
    fields > 3 && texts(1) && is_running(body, 0, if called_so { 1 } else { 3 })
}

/// Finds the parts of the text if it is a table. `wanted`: what a person says of its columns.
pub(crate) fn grid(
    path: &Path,
    survey: &Survey<'_>,
    wanted: Wanted<'_>,
) -> Result<Grid, DataError> {
    let mut grid = Grid::default();
    let view = View::of(survey, &mut grid.notices);
    let fields = view.fields;
    let (header, body) = (&view.rows[0], &view.rows[1..]);
    // R leaves out the field above the names of the rows.
    let short = header.len() + 1 == fields && !body.is_empty();
    let corner = header.len() == fields && header[0].is_empty();
    let text_last = |row: &Vec<&[u8]>| row.last().is_some_and(|field| !is_cell(field));
    let last_is_text = body.len() > 1 && body.iter().all(text_last);
    let above = 1..fields.min(header.len()) - usize::from(last_is_text && fields > 4);
    let words = (header.get(above)).is_some_and(|above| above.iter().any(|field| !is_cell(field)));
    let names_first = |row: &Vec<&[u8]>| row.first().is_some_and(|field| !is_cell(field));
    let body_is_named = !body.is_empty() && body.iter().all(names_first);
    let header_alone_is_text = !body.is_empty() && names_first(header) && !body_is_named;
    let found_names = short
        || corner
        || words
        || survey.behind_comment
        || header_alone_is_text
        || (!body.is_empty() && counts(header))
        || body_is_named && names_first(header) && are_names(header, body);
    let column_names = survey.given.header.unwrap_or(found_names);
    let running =
        is_running(&survey.rows[usize::from(column_names)..], view.first, 5) && fields > 2;
    let row_names = short
        || corner && column_names
        || if column_names {
            let above = word(header[0]);
            let is_id = above.ends_with("id")
                || [
                    "name", "names", "index", "row", "rows", "gene", "user", "document", "doc",
                    "sample", "gid", "unnamed0", "item", "movie", "film",
                ]
                .contains(&above.as_str());
            let is_time =
                ["year", "date", "day", "week", "month", "time"].contains(&above.as_str());
            body_is_named || is_id || is_time && running || (header_alone_is_text && !words)
        } else {
            names_first(header) && (body.is_empty() || body_is_named)
        };
    // In a table of word counts `class` can be a word like any other: classes stand first or last.
    let first = usize::from(row_names);
    let called_so = [first, fields - 1]
        .into_iter()
        .find(|&at| column_names && !short && header.get(at).is_some_and(|field| is_class(field)));
    let last_holds_classes = last_is_text
        && fields >= if column_names { 4 } else { 5 }
        && (column_names || text_last(header));
    let row_class = called_so
        .or(last_holds_classes.then_some(fields - 1))
        .filter(|_| fields > first + 2);
    let column_classes = row_names
        && column_names
        && body.len() > 1
        && body[0].first().is_some_and(|field| is_class(field));
    grid.above = usize::from(column_names) + usize::from(column_classes);
    grid.kinds = vec![Kind::Cell; view.first + fields];
    grid.kinds[..view.first].fill(Kind::NotRead);
    let has_header = column_names && !short;
    let key = |name: Option<&ColumnName>, part| {
        name.map(|name| find_column(name, part, survey, has_header))
            .transpose()
    };
    let (row_key, class_key) = (key(wanted.row, "row")?, key(wanted.class, "class")?);
    let name_at = row_key.or(row_names.then_some(view.first));
    let class_at = class_key.or(row_class
        .map(|at| view.first + at)
        .filter(|at| Some(*at) != name_at));
    for (at, kind) in [(name_at, Kind::Name), (class_at, Kind::Class)] {
        if let Some(at) = at
            && let Some(own) = grid.kinds.get_mut(at)
        {
            *own = kind;
        }
    }
    if row_key.is_some() && view.first == 1 && row_key != Some(1) && row_key != Some(0) {
        grid.kinds[1] = Kind::NotRead;
    }
    leave_out_remarks(survey, &mut grid);
    if has_header {
        leave_out_places(&view, &mut grid);
        leave_out_line_numbers(&view, &mut grid);
    }
    if running && name_at.is_none() {
        let name = header
            .first()
            .filter(|_| has_header)
            .map(|name| survey.dialect.text(name));
        let name = name.map_or_else(
            || "column 1".to_owned(),
            |name| format!("column 1 ({name})"),
        );
        grid.notices.push(format!(
            "{name} counts the lines and was read as cells; if it numbers them, set data.columns = {{ row = 1 }}"
        ));
    }
    take_names(path, &view, short, &mut grid, column_names, column_classes)?;
    leave_out_counts(survey, &mut grid);
    Ok(grid)
}

fn wrong_width(path: &Path, row: &Row<'_>, found: usize, view: &View<'_, '_>) -> DataError {
    let wrong = super::delimited::Wrong::columns(
        found + view.first,
        view.survey.dialect.cut.delimiter,
        view.fields + view.first,
    );
    DataError::Content {
        place: Place {
            path: path.to_owned(),
            line: Some(row.line),
            column: wrong.column.map(|at| at as u64 + 1),
        },
        problem: wrong.problem,
        remedy: wrong.remedy,
    }
}

impl Grid {
    fn set_sentinel(&mut self, found: Option<Sentinel>) {
        if let Some(found) = found {
            self.notices.push(found.notice());
            self.sentinel = found.sure.then_some(found.number);
        }
    }
}

/// True if lines look like a matrix of ratings with names: the first cell empty; or empty cells under a header; or many columns of numbers.
pub(crate) fn is_matrix_of_ratings(survey: &Survey<'_>) -> bool {
    let columns = survey.columns - survey.trailing;
    let rows = &survey.rows;
    if columns < 3 || rows.len() < 2 {
        return false;
    }
    let first = usize::from(survey.bordered);
    let header = &rows[0].fields;
    if header.get(first).is_none_or(|own| own.is_empty()) {
        return true;
    }
    let cells = || {
        rows[1..]
            .iter()
            .flat_map(|row| row.fields.iter().take(columns).skip(first + 1))
    };
    let body = &rows[1..];
    let numeric_header = header.iter().all(|cell| is_numeral(cell));
    // Who rates comes again; what names a row of a table does not.
    let is_table = columns - first >= 4
        && !numeric_header
        && doubts::all_differ(body, first, 3)
        && !is_running(body, first, 3)
        && !(first + 1..columns).any(|at| doubts::is_of_times(body, at))
        && (first + 1..columns).all(|at| doubts::is_of_numbers(body, at));
    if !cells().all(|cell| is_missing(cell) || is_numeral(cell)) {
        // A line number beside the names.
        return is_numbered(survey, columns) || is_table;
    }
    let columns = columns - first;
    columns >= 6
        || is_table
        || (columns >= 4 && !numeric_header && cells().any(|cell| is_missing(cell)))
}
