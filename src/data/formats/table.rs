//! Tells a table of numbers from a list of cells, both as delimited text, and finds the names in it.

use std::path::Path;

use rustc_hash::FxHashSet;

use super::fields::Delimiter;
use super::header::{Named, word};
use super::number::{self, NumberProblem};
use super::sniff::{self, Layout, Sample, Shape};
use crate::data::DataError;

/// Where the parts of a table of numbers stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Grid {
    pub delimiter: Delimiter,
    /// Fields of every line below the names of the columns.
    pub fields: usize,
    /// Lines of comments.
    pub skip: usize,
    /// True if the first line names the columns.
    pub column_names: bool,
    /// True if the first field names the row.
    pub row_names: bool,
    /// The field with the class of the row.
    pub row_class: Option<usize>,
    /// True if the line below the names holds the classes of the columns.
    pub column_classes: bool,
}

/// Contents of delimited text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Text {
    /// One cell a line, after `skip` lines.
    Cells {
        layout: Layout,
        skip: usize,
        /// Columns that are not used, from 1.
        ignored: Vec<usize>,
    },
    /// A table.
    Grid(Grid),
}

const SHOULD: &str = "Give a table of numbers, with or without names above and at the left, or one cell per line: row, column, value";

/// Names of columns above a list of cells: a table with more fields than this is none, whatever its columns are called.
const MOST_FIELDS_OF_A_CELL: usize = 8;

/// Recognizes what the text holds, with a notice if it could be the other as well. `whole`: `head` is the whole file.
pub(crate) fn recognize(
    path: &Path,
    head: &[u8],
    whole: bool,
) -> Result<(Text, Option<String>), DataError> {
    let sample = Sample::of(path, head, whole, SHOULD)?;
    let named = cell_names(&sample);
    if named.count() == 3 && sample.columns <= MOST_FIELDS_OF_A_CELL
        || named.count() == 2 && sample.columns <= 4
    {
        return Ok((cells(path, &sample, &named)?, None));
    }
    let grid = grid(&sample);
    match guess_layout(&sample, &grid) {
        LayoutGuess::Grid => Ok((Text::Grid(grid), None)),
        LayoutGuess::Cells => Ok((cells(path, &sample, &named)?, None)),
        LayoutGuess::PerhapsGrid => {
            let notice = "three columns of numbers were read as a table; if they are row, column and value, write these words above them";
            Ok((Text::Grid(grid), Some(notice.to_owned())))
        }
        LayoutGuess::PerhapsCells => {
            let notice = "three columns were read as row, column and value of one cell per line; if they are a table, write names above them and at the left";
            Ok((cells(path, &sample, &named)?, Some(notice.to_owned())))
        }
    }
}

/// The columns whose header says that the text lists cells.
fn cell_names(sample: &Sample<'_>) -> Named {
    let header = &sample.rows[0];
    let mut named = Named::of(header);
    if named.count() < 2 {
        named = Named::default();
        for (at, text) in header.iter().enumerate() {
            let role = match word(text).as_str() {
                "row" | "rows" | "rowid" | "i" | "doc" | "docid" | "document" | "documentid" => {
                    &mut named.user
                }
                "column" | "columns" | "col" | "columnid" | "colid" | "j" | "term" | "termid"
                | "word" | "wordid" | "feature" | "featureid" => &mut named.item,
                "value" | "values" | "v" | "x" | "count" | "counts" | "n" | "weight" | "freq"
                | "frequency" | "tfidf" | "rating" => &mut named.rating,
                _ => continue,
            };
            role.get_or_insert(at);
        }
    }
    named
}

fn cells(path: &Path, sample: &Sample<'_>, named: &Named) -> Result<Text, DataError> {
    match sniff::triplets(path, sample, named)? {
        Shape::Triplets {
            layout,
            skip,
            ignored,
        } => Ok(Text::Cells {
            layout,
            skip,
            ignored,
        }),
        Shape::Matrix { .. } => Ok(Text::Grid(grid(sample))),
    }
}

/// True if a field of a table stands for a missing cell.
pub(crate) fn is_missing(field: &[u8]) -> bool {
    const WORDS: [&[u8]; 6] = [b"na", b"nan", b"-nan", b"n/a", b"null", b"none"];
    field.is_empty()
        || field == b"?"
        || (field.len() <= 4 && WORDS.iter().any(|word| field.eq_ignore_ascii_case(word)))
}

/// True if a field stands for a cell: a number, however large, or a missing one.
fn is_cell(field: &[u8]) -> bool {
    is_missing(field) || !matches!(number::number(field, true), Err(NumberProblem::NotANumber))
}

/// True if a header says that classes stand below it.
pub(crate) fn is_class(field: &[u8]) -> bool {
    matches!(
        word(field).as_str(),
        "class" | "classes" | "label" | "labels" | "group" | "groups" | "gnd" | "target" | "truth"
    )
}

/// The layout of the text if it is a table.
fn grid(sample: &Sample<'_>) -> Grid {
    let fields = sample.columns;
    let (header, body) = (&sample.rows[0], &sample.rows[1..]);
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
    let column_names =
        short || corner || words || header_alone_is_text || (!body.is_empty() && counts(header));
    let row_names = short
        || corner
        || if column_names {
            let above = word(header[0]);
            let is_id = above.ends_with("id")
                || [
                    "name", "names", "index", "row", "rows", "gene", "user", "document", "doc",
                    "sample",
                ]
                .contains(&above.as_str());
            body_is_named || is_id || (header_alone_is_text && !words)
        } else {
            names_first(header) && (body.is_empty() || body_is_named)
        };
    // In a table of word counts `class` can be a word like any other: classes stand first or last.
    let first = usize::from(row_names);
    let called_so = [first, fields - 1]
        .into_iter()
        .find(|&at| column_names && !short && is_class(header[at.min(header.len() - 1)]));
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
    Grid {
        delimiter: sample.delimiter,
        fields,
        skip: sample.comments,
        column_names,
        row_names,
        row_class,
        column_classes,
    }
}

/// True if the fields count 0, 1, 2, … or 1, 2, 3, …, which no row of cells does by chance.
fn counts(header: &[&[u8]]) -> bool {
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

enum LayoutGuess {
    Grid,
    PerhapsGrid,
    Cells,
    PerhapsCells,
}

/// Table or list of cells?
fn guess_layout(sample: &Sample<'_>, grid: &Grid) -> LayoutGuess {
    let fields = grid.fields;
    if sample.delimiter == Delimiter::Colons {
        return LayoutGuess::Cells;
    }
    if sample.rows[0].len() == fields && sample.rows[0][0].is_empty() || fields == 2 {
        return LayoutGuess::Grid;
    }
    let body = &sample.rows[usize::from(grid.column_names) + usize::from(grid.column_classes)..];
    let skipped = |at: usize| Some(at) == grid.row_class;
    let (mut cells, mut others) = (0_usize, 0_usize);
    for row in body {
        for (at, field) in row.iter().enumerate().skip(1) {
            if !skipped(at) {
                *(if is_cell(field) {
                    &mut cells
                } else {
                    &mut others
                }) += 1;
            }
        }
    }
    // A few wrong fields in a wide table are an error in it.
    if others > 0 && (fields < 5 || others * 10 > cells) {
        return LayoutGuess::Cells;
    }
    match fields {
        3 => three(body),
        4 if !body.is_empty()
            && body
                .iter()
                .all(|row| row.get(3).is_some_and(|field| is_time(field))) =>
        {
            LayoutGuess::Cells
        }
        _ => LayoutGuess::Grid,
    }
}

/// True if a field is a time in seconds since 1970, later than 1973.
fn is_time(field: &[u8]) -> bool {
    number::time(field).is_some_and(|seconds| seconds > 100_000_000)
}

/// Three fields: cells if the first two are positions or names that come again and again, but never together.
fn three(body: &[Vec<&[u8]>]) -> LayoutGuess {
    let mut pairs = FxHashSet::default();
    let (mut firsts, mut seconds) = (FxHashSet::default(), FxHashSet::default());
    for row in body {
        let &[first, second, _] = &row[..] else {
            continue;
        };
        let whole = |field: &[u8]| !field.is_empty() && field.iter().all(u8::is_ascii_digit);
        if !whole(second) || (is_cell(first) && !whole(first)) {
            return LayoutGuess::Grid;
        }
        if !pairs.insert((first, second)) {
            return LayoutGuess::PerhapsGrid;
        }
        firsts.insert(first);
        seconds.insert(second);
    }
    if firsts.len() < pairs.len() || seconds.len() < pairs.len() {
        LayoutGuess::PerhapsCells
    } else {
        LayoutGuess::PerhapsGrid
    }
}
