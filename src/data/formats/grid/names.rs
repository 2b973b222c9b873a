//! The names of rows and columns.

use std::path::Path;

use rustc_hash::FxHashSet;

use super::{Grid, Kind, View, wrong_width};
use crate::data::DataError;
use crate::data::formats::dialect::{Dialect, is_missing};
use crate::data::formats::fields::Delimiter;
use crate::data::formats::list::is_running;
use crate::data::formats::survey::Survey;

/// Takes the names above the cells, and the classes below them.
pub(super) fn take_names(
    path: &Path,
    view: &View<'_, '_>,
    short: bool,
    grid: &mut Grid,
    column_names: bool,
    column_classes: bool,
) -> Result<(), DataError> {
    let texts = |row: usize, with_corner: bool| {
        let found = &view.rows[row];
        let short = short && !with_corner && found.len() + 1 == view.fields;
        if found.len() + usize::from(short) != view.fields {
            return Err(wrong_width(path, &view.survey.rows[row], found.len(), view));
        }
        let first = view.first + usize::from(short);
        let kept = (first..)
            .zip(found)
            .filter(|(at, _)| grid.kinds[*at] == Kind::Cell);
        Ok(kept
            .map(|(_, field)| view.survey.dialect.text(field))
            .collect::<Vec<String>>())
    };
    let names = column_names.then(|| texts(0, false)).transpose()?;
    let classes = column_classes.then(|| texts(1, true)).transpose()?;
    grid.names = names;
    grid.classes = classes.map(|classes| {
        let named = |name: String| (!is_missing(name.as_bytes())).then_some(name);
        classes.into_iter().map(named).collect()
    });
    Ok(())
}

/// True if whole numbers behind a word name the columns: they go up by equal steps (years), or stand above fractions, as no row below does.
pub(super) fn are_names(header: &[&[u8]], body: &[Vec<&[u8]>]) -> bool {
    let steps = |row: &[&[u8]]| -> Option<bool> {
        let numbers: Option<Vec<i64>> = row
            .iter()
            .skip(1)
            .map(|field| std::str::from_utf8(field).ok()?.parse().ok())
            .collect();
        let numbers = numbers?;
        let step = numbers.get(1)?.checked_sub(numbers[0])?;
        let same = numbers.len() > 2
            && step > 0
            && numbers
                .windows(2)
                .all(|pair| pair[1].checked_sub(pair[0]) == Some(step));
        Some(same)
    };
    let Some(in_steps) = steps(header) else {
        return false;
    };
    let few = &body[..body.len().min(100)];
    let fractions = few.iter().all(|row| steps(row).is_none());
    let different: FxHashSet<_> = header.iter().collect();
    let is_corner = header.len() > 3 && different.len() == header.len() && fractions;
    in_steps && few.iter().all(|row| steps(row) != Some(true)) || is_corner
}

/// In a table of ratings, a first column of whole numbers that differ, most of them outside the scale of the others, holds ids.
pub(crate) fn name_by_ids(survey: &Survey<'_>, grid: &mut Grid, dialect: &Dialect) {
    if grid.place(Kind::Name).is_some() || dialect.cut.delimiter == Delimiter::Colons {
        return;
    }
    let Some(first) = grid.place(Kind::Cell) else {
        return;
    };
    let body = &survey.rows[grid.above..];
    let ids: Option<Vec<u64>> = body
        .iter()
        .map(|row| {
            std::str::from_utf8(row.fields.get(first)?)
                .ok()?
                .parse()
                .ok()
        })
        .collect();
    let Some(ids) = ids.filter(|ids| ids.len() > 1) else {
        return;
    };
    let (mut least, mut most) = (f32::INFINITY, f32::NEG_INFINITY);
    for row in body {
        let cells = row.fields.iter().skip(first + 1);
        for value in cells
            .filter_map(|field| dialect.cell(field).ok())
            .filter(|v| !v.is_nan())
        {
            (least, most) = (least.min(value), most.max(value));
        }
    }
    let differ = ids.iter().collect::<rustc_hash::FxHashSet<_>>().len() == ids.len();
    let outside = |id: &&u64| {
        let id = **id as f32;
        id < least || id > most
    };
    let running = is_running(body, first, 3) && grid.names.is_some();
    if differ && (running || ids.iter().filter(outside).count() * 2 > ids.len()) {
        grid.kinds[first] = Kind::Name;
        if let Some(names) = &mut grid.names {
            names.remove(0);
        }
        grid.notices.push(format!(
            "column {} holds whole numbers that all differ and lie outside the scale of the others, so they were read as ids of the rows",
            first + 1
        ));
    }
}
