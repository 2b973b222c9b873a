//! A table, or a list of cells.

use std::path::Path;

use rustc_hash::FxHashSet;

use super::Guess;
use crate::data::DataError;
use crate::data::formats::fields::Delimiter;
use crate::data::formats::format::TextKeys;
use crate::data::formats::grid::{self, Grid, Kind, is_cell};
use crate::data::formats::header::Named;
use crate::data::formats::survey::{Row, Survey};
use crate::data::formats::{doubts, number};

/// Names of columns above a list of cells: a table with more fields than this is none, whatever its columns are called.
const MOST_FIELDS_OF_A_CELL: usize = 8;

pub(super) fn cells_or_table(
    path: &Path,
    survey: &Survey<'_>,
    named: &Named,
    keys: &TextKeys<'_>,
) -> Result<Guess, DataError> {
    if keys.columns.is_list()
        || keys.class.is_none()
            && (named.count() == 3 && survey.columns <= MOST_FIELDS_OF_A_CELL
                || named.count() == 2 && survey.columns <= 4)
    {
        return Ok(Guess::List(None));
    }
    let wanted = grid::Wanted {
        row: keys.columns.user,
        class: keys.class,
    };
    let grid = grid::grid(path, survey, wanted)?;
    if grid.columns() < 2 && survey.rows.len() > 1 {
        return Err(DataError::content(
            path,
            "there is only one column of numbers, which is no matrix",
            "If each line is a pair, such as a link, add a third column with a number: row, column, value; if the columns stand between something else, set data.delimiter",
        ));
    }
    if keys.class.is_some() || keys.columns.user.is_some() {
        return Ok(Guess::Table(grid, None));
    }
    if grid.kinds.len() == 2 && doubts::are_whole(&survey.rows[grid.above..]) {
        let notice = "two columns of whole numbers were read as a matrix; if each line is a pair, such as a link, add a third column with a number: row, column, value";
        return Ok(Guess::Table(grid, Some(notice.to_owned())));
    }
    Ok(match guess_layout(survey, &grid) {
        LayoutGuess::Grid => Guess::Table(grid, None),
        LayoutGuess::Cells => Guess::List(None),
        LayoutGuess::PerhapsGrid => {
            let notice = "three columns of numbers were read as a table; if they are row, column and value, write these words above them or set data.columns = { row = 1, column = 2, value = 3 }";
            Guess::Table(grid, Some(notice.to_owned()))
        }
        LayoutGuess::PerhapsCells => Guess::List(Some("three columns were read as row, column and value of one cell per line; if they are a table, write names above them and at the left, or set data.columns = { row = 1 }".to_owned())),
    })
}

enum LayoutGuess {
    Grid,
    PerhapsGrid,
    Cells,
    PerhapsCells,
}

/// Table or list of cells?
fn guess_layout(survey: &Survey<'_>, grid: &Grid) -> LayoutGuess {
    let fields = grid.kinds.len();
    if survey.dialect.cut.delimiter == Delimiter::Colons {
        return LayoutGuess::Cells;
    }
    let first = &survey.rows[0].fields;
    if first.len() >= fields && first[0].is_empty() || fields == 2 || survey.behind_comment {
        return LayoutGuess::Grid;
    }
    let body = &survey.rows[grid.above..];
    let (mut cells, mut others) = (0_usize, 0_usize);
    for row in body {
        for (field, kind) in row.fields.iter().zip(&grid.kinds).skip(1) {
            if matches!(kind, Kind::Cell | Kind::Name) {
                let is_fine = is_cell(field) || *kind == Kind::Name;
                *(if is_fine { &mut cells } else { &mut others }) += 1;
            }
        }
    }
    // A few wrong fields in a table are an error in it; names of columns fill a column, and come again.
    let names_columns = |at: usize| {
        grid.kinds[at] == Kind::Cell
            && doubts::is_of_texts(body, at)
            && !doubts::all_differ(body, 0, 6)
    };
    if others > 0 && (fields < 5 || others * 10 > cells) && (1..fields).any(names_columns) {
        return LayoutGuess::Cells;
    }
    let is_time = |field: &&[u8]| number::time(field).is_some_and(|seconds| seconds > 100_000_000);
    match fields {
        3 => three(body),
        4 if !body.is_empty()
            && body
                .iter()
                .all(|row| row.fields.get(3).is_some_and(is_time)) =>
        {
            LayoutGuess::Cells
        }
        _ => LayoutGuess::Grid,
    }
}

/// Three fields: cells if the first two are positions or names that come again and again, but never together.
fn three(body: &[Row<'_>]) -> LayoutGuess {
    let mut pairs = FxHashSet::default();
    let (mut firsts, mut seconds) = (FxHashSet::default(), FxHashSet::default());
    for row in body {
        let [first, second, _, ..] = row.fields[..] else {
            continue;
        };
        let whole = |field: &[u8]| number::whole(field).is_some();
        if !whole(second) || (is_cell(first) && !whole(first)) {
            return LayoutGuess::Grid;
        }
        if !pairs.insert((first, second)) {
            return LayoutGuess::PerhapsGrid;
        }
        firsts.insert(first);
        seconds.insert(second);
    }
    // Names at the left that all differ name rows.
    let are_names = body.len() > 2 && firsts.iter().all(|first| !is_cell(first));
    if are_names && firsts.len() == pairs.len() {
        LayoutGuess::PerhapsGrid
    } else if firsts.len() < pairs.len() || seconds.len() < pairs.len() {
        LayoutGuess::PerhapsCells
    } else {
        LayoutGuess::PerhapsGrid
    }
}

pub(super) fn table_why(grid: &Grid) -> String {
    let names = grid.place(Kind::Name).is_some();
    let sides = match (names, grid.names.is_some()) {
        (true, true) => "with names above and at the left",
        (true, false) => "with names at the left",
        (false, true) => "with names above",
        (false, false) => "without names",
    };
    format!("a table of {} columns {sides}", grid.columns())
}
