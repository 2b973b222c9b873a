//! Rows and columns of a table that are no cells of the matrix.

use super::{Grid, Kind, View, is_cell};
use crate::data::formats::dialect::is_missing;
use crate::data::formats::header::{is_line_number, word};
use crate::data::formats::list::is_running;
use crate::data::formats::sentinel::sentinel;
use crate::data::formats::survey::{Row, Survey};

/// Columns of text among cells are remarks: a description beside the names.
pub(super) fn leave_out_remarks(survey: &Survey<'_>, grid: &mut Grid) {
    let body = &survey.rows[grid.above..];
    let width = grid.kinds.len();
    if body.len() < 2 || width < 5 {
        return;
    }
    let texts: Vec<usize> = (0..width)
        .filter(|&at| grid.kinds[at] == Kind::Cell)
        .filter(|&at| {
            let fields = body.iter().filter_map(|row| row.fields.get(at));
            let filled = fields.filter(|field| !is_missing(field));
            let mut count = 0;
            filled.inspect(|_| count += 1).all(|field| !is_cell(field)) && count > 0
        })
        .collect();
    // Where most columns hold text, it is no table of numbers.
    if texts.len() * 3 > width {
        return;
    }
    for at in texts {
        grid.kinds[at] = Kind::NotRead;
        grid.notices.push(format!(
            "column {} holds text, so it was not read; if it names the rows, set data.columns = {{ row = {} }}",
            at + 1,
            at + 1
        ));
    }
}

/// A number such as 99 outside the scale of the others is no cell, and a first column that says how many cells are there is none either.
pub(super) fn leave_out_counts(survey: &Survey<'_>, grid: &mut Grid) {
    let body = &survey.rows[grid.above..];
    let cells: Vec<usize> = (0..grid.kinds.len())
        .filter(|&at| grid.kinds[at] == Kind::Cell)
        .collect();
    let Some((&first, others)) = cells.split_first() else {
        return;
    };
    if others.len() < 2 {
        return;
    }
    let number = |field: &[u8]| -> Option<f32> { std::str::from_utf8(field).ok()?.parse().ok() };
    let values = |of: &[usize]| -> Vec<f32> {
        let row = |row: &Row<'_>| -> Vec<f32> {
            of.iter()
                .filter_map(|at| number(row.fields.get(*at)?))
                .collect()
        };
        body.iter().flat_map(row).collect()
    };
    let may_guess = survey.given.missing.is_none();
    let sentinel = |of: &[usize]| may_guess.then(|| sentinel(&values(of))).flatten();
    let found = sentinel(others);
    let missing = &survey.dialect.missing;
    let is_there = |field: &&[u8]| {
        let stands_for_none = |value| {
            missing.is_number(value) || found.as_ref().is_some_and(|found| value == found.number)
        };
        !missing.is_word(field) && !number(field).is_some_and(stands_for_none)
    };
    let mut gaps = false;
    let counts_cells = body.iter().all(|row| {
        let there = others
            .iter()
            .filter(|at| row.fields.get(**at).is_some_and(&is_there))
            .count();
        gaps |= there < others.len();
        row.fields.get(first).and_then(|field| number(field)) == Some(there as f32)
    });
    if counts_cells && gaps && body.len() > 1 {
        grid.kinds[first] = Kind::NotRead;
        if let Some(names) = &mut grid.names {
            names.remove(0);
        }
        grid.notices.push(format!(
            "column {} says how many cells of its line are there, so it was not read",
            first + 1
        ));
        grid.set_sentinel(found);
    } else {
        grid.set_sentinel(sentinel(&cells));
    }
}

/// Columns of places on chromosomes, as tables of counts have them beside the names: the start right behind the chromosome or its source and
/// kind, and the end behind it. The words of a text matrix may be called so, too, but not in this order.
pub(super) fn leave_out_places(view: &View<'_, '_>, grid: &mut Grid) {
    let words: Vec<String> = view.rows[0].iter().map(|field| word(field)).collect();
    let place = |names: &[&str]| words.iter().position(|own| names.contains(&own.as_str()));
    let (Some(chromosome), Some(start), Some(end)) = (
        place(&["chr", "chrom", "chromosome", "seqname", "seqnames"]),
        place(&["start", "chromstart"]),
        place(&["end", "stop", "chromend"]),
    ) else {
        return;
    };
    let behind = start.checked_sub(chromosome);
    if !behind.is_some_and(|apart| (1..=3).contains(&apart)) || end != start + 1 {
        return;
    }
    let length = place(&["length", "width"]).filter(|at| *at == end + 1 || *at == end + 2);
    let found: Vec<usize> = [Some(start), Some(end), length]
        .into_iter()
        .flatten()
        .map(|at| at + view.first)
        .filter(|at| grid.kinds.get(*at) == Some(&Kind::Cell))
        .collect();
    if found.is_empty() {
        return;
    }
    let names: Vec<String> = found.iter().map(|at| (at + 1).to_string()).collect();
    for at in found {
        grid.kinds[at] = Kind::NotRead;
    }
    grid.notices.push(format!(
        "columns {} hold places on chromosomes, so they were not read",
        names.join(", ")
    ));
}

/// Columns behind the first that are called an id and count the lines.
pub(super) fn leave_out_line_numbers(view: &View<'_, '_>, grid: &mut Grid) {
    let body = &view.survey.rows[grid.above..];
    for (at, name) in (view.first..).zip(&view.rows[0]).skip(1) {
        let is_id = word(name) == "id" || !name.is_empty() && is_line_number(name);
        if is_id && grid.kinds.get(at) == Some(&Kind::Cell) && is_running(body, at, 3) {
            grid.kinds[at] = Kind::NotRead;
            grid.notices.push(format!(
                "column {} ({}) counts the lines, so it was not read",
                at + 1,
                view.survey.dialect.text(name)
            ));
        }
    }
}

/// True if the fields count 0, 1, 2, … or 1, 2, 3, …, which no row of cells does by chance.
pub(super) fn counts(header: &[&[u8]]) -> bool {
    let numbers: Option<Vec<u64>> = header
        .iter()
        .map(|field| std::str::from_utf8(field).ok()?.parse().ok())
        .collect();
    numbers.is_some_and(|numbers| {
        numbers.len() >= 4
            && numbers[0] <= 1
            && numbers
                .windows(2)
                .all(|pair| pair[0].checked_add(1) == Some(pair[1]))
    })
}
