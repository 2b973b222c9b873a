//! The beginning of a delimited text, for the preview: lines, roles, what was found out, and what looks odd.

mod guesses;

use serde_json::Value;

use super::fields::{Cut, Delimiter};
use super::format::Format as _;
use super::grid::Kind;
use super::list::What;
use super::look::options;
use super::plan::{Plan, Shape, plan, survey};
use super::source::Source;
use super::survey::Survey;
use super::text::Text;
use super::{Names, Table};
use crate::data::assemble::group_by_user;
use crate::data::oddities::oddities;
use crate::data::preview::{Guess, GuessedBy, Preview, PreviewColumn, PreviewRow, Role, RowPart};
use crate::data::{self, DataError, Orientation};
use guesses::show_guesses;

/// Lines, columns and letters of a field that are shown.
const LINES: usize = 50;
const COLUMNS: usize = 200;
const LETTERS: usize = 200;

/// Fills a preview.
pub(super) fn preview(
    source: &data::Source,
    file: &mut Source<'_>,
    preview: &mut Preview,
) -> Result<(), DataError> {
    let options = options(source);
    let (path, head) = (file.path().to_owned(), file.head().to_vec());
    let (path, head, whole) = (path.as_path(), head.as_slice(), file.head_is_all());
    let what = match source {
        data::Source::Ratings(_) => What::Ratings,
        _ => What::Cells,
    };
    preview.more = !whole;
    let survey = survey(path, head, whole, what, &options).inspect_err(|_| {
        // At the least the lines as they are.
        let lines = head.split(|byte| *byte == b'\n').take(LINES);
        preview.rows = (1..)
            .zip(lines)
            .map(|(at, line)| row(line, at, None))
            .collect();
    })?;
    show_lines(&survey, 0, preview);
    show_delimiter(&survey, preview);
    let plan = plan(path, &survey, what, &options)?;
    preview.rows.clear();
    show_lines(&survey, plan.above, preview);
    preview.columns = columns(&survey, &plan);
    mark_without_rating(&survey, &plan, preview);
    show_guesses(&survey, &plan, &options, preview);
    preview.oddities.extend(plan.notices.iter().cloned());
    // The reader itself over the beginning, which tells of lines that it cannot read.
    let end = match memchr::memrchr(b'\n', head) {
        Some(last) if !whole => last + 1,
        _ => head.len(),
    };
    let end = super::blocks::open_record(&head[..end], plan.dialect.cut)
        .filter(|_| !whole)
        .unwrap_or(end);
    file.end_at(end);
    match what {
        What::Ratings => {
            let mut names = Names::default();
            let table = Text.ratings(file, &mut names, &options)?;
            if table.len() == 0 {
                return Err(DataError::content(
                    path,
                    "holds no rating",
                    "Give a file with one rating per line: user, item, rating",
                ));
            }
            preview.oddities.extend(left_out(&table, &plan));
            let grouped = group_by_user(names.users.len(), names.items.len(), table.chunks);
            preview.oddities.extend(oddities(&grouped.by_user));
        }
        What::Cells => {
            let raw = Text.matrix(file, &options)?;
            let own = raw.notices.into_iter();
            let new = own.filter(|notice| !plan.notices.contains(notice));
            preview.oddities.extend(new);
        }
    }
    Ok(())
}

/// Notices of the reader that are not the plan's.
fn left_out(table: &Table, plan: &Plan) -> Vec<String> {
    let own = table.notices.iter().skip(plan.notices.len());
    own.map(|notice| {
        let behind = notice
            .split_once(": ")
            .map_or(notice.as_str(), |(_, own)| own);
        behind.to_owned()
    })
    .collect()
}

/// A line as it is, or cut into fields.
pub(super) fn row(line: &[u8], number: u64, cut: Option<Cut>) -> PreviewRow {
    let line = line.trim_ascii_end();
    PreviewRow {
        line: number,
        cells: match cut {
            Some(cut) => texts(&cut.fields(line), Some(cut)),
            None => texts(&[line], None),
        },
        part: RowPart::Data,
    }
}

fn texts(fields: &[&[u8]], cut: Option<Cut>) -> Vec<String> {
    let text = |field: &&[u8]| {
        let whole = cut.map_or_else(|| (*field).into(), |cut| cut.unquoted(field));
        let whole = String::from_utf8_lossy(&whole).into_owned();
        match whole.char_indices().nth(LETTERS) {
            Some((at, _)) => format!("{}…", &whole[..at]),
            None => whole,
        }
    };
    fields.iter().take(COLUMNS).map(text).collect()
}

/// Shows the lines; `header`: how many rows are above the data.
fn show_lines(survey: &Survey<'_>, header: usize, preview: &mut Preview) {
    for above in &survey.above {
        preview.rows.push(PreviewRow {
            line: above.line,
            cells: texts(&[above.text], None),
            part: RowPart::Skipped,
        });
    }
    for (at, row) in survey.rows.iter().enumerate().take(LINES) {
        preview.rows.push(PreviewRow {
            line: row.line,
            cells: texts(&row.fields, Some(survey.dialect.cut)),
            part: if at < header {
                RowPart::Header
            } else {
                RowPart::Data
            },
        });
    }
    preview.rows.sort_by_key(|row| row.line);
    // A long preface is no news.
    let skipped = |row: &&PreviewRow| row.part == RowPart::Skipped;
    let many = preview.rows.iter().filter(skipped).count();
    if many > LINES / 2 {
        preview.rows.drain(..many - LINES / 2);
    }
    preview.rows.truncate(LINES);
    preview.more = !survey.whole || survey.rows.len() > LINES;
}

/// Marks the lines of a list that are left out because their rating is missing.
fn mark_without_rating(survey: &Survey<'_>, plan: &Plan, preview: &mut Preview) {
    let (Shape::List(layout), What::Ratings) = (&plan.shape, plan.what) else {
        return;
    };
    let is_missing = |field: &&[u8]| {
        let text = survey.dialect.cut.unquoted(field);
        plan.dialect.cell(&text).is_ok_and(f32::is_nan)
    };
    let below = survey.rows.iter().skip(plan.above).take(LINES);
    for row in below.filter(|row| row.fields.get(layout.rating).is_some_and(is_missing)) {
        if let Ok(at) = (preview.rows).binary_search_by_key(&row.line, |shown| shown.line) {
            preview.rows[at].part = RowPart::Skipped;
        }
    }
}

fn columns(survey: &Survey<'_>, plan: &Plan) -> Vec<PreviewColumn> {
    let width = survey.columns.min(COLUMNS);
    let mut roles = vec![Role::NotUsed; survey.columns];
    let mut set = |at: usize, role| {
        if let Some(own) = roles.get_mut(at) {
            *own = role;
        }
    };
    match &plan.shape {
        Shape::List(layout) => {
            let [user, item, rating] = match plan.what {
                What::Ratings => [Role::User, Role::Item, Role::Rating],
                What::Cells => [Role::Row, Role::Column, Role::Value],
            };
            set(layout.user, user);
            set(layout.item, item);
            set(layout.rating, rating);
            if let Some(at) = layout.timestamp {
                set(at, Role::Time);
            }
        }
        Shape::Table(grid) => {
            let name = match (plan.what, plan.orientation) {
                (What::Cells, _) => Role::Name,
                (_, Orientation::UsersAreColumns) => Role::Item,
                _ => Role::User,
            };
            for (at, kind) in grid.kinds.iter().enumerate() {
                set(
                    at,
                    match kind {
                        Kind::Name => name,
                        Kind::Class => Role::Class,
                        Kind::Cell => Role::Cell,
                        Kind::NotRead => Role::NotUsed,
                    },
                );
            }
        }
    }
    // R leaves out the field above the names of the rows.
    let header = (plan.above > 0).then(|| &survey.rows[0].fields);
    let short = header.map_or(0, |header| {
        survey.columns.saturating_sub(header.len()).min(1)
    });
    let name = |at: usize| {
        let at = at.checked_sub(short)?;
        header?.get(at).map(|name| survey.dialect.text(name))
    };
    (roles.into_iter().take(width).enumerate())
        .map(|(at, role)| PreviewColumn {
            name: name(at).unwrap_or_default(),
            role,
        })
        .collect()
}

/// A choice of a key.
fn choice(value: impl Into<Value>, words: &str) -> (Value, String) {
    (value.into(), words.to_owned())
}

fn show_delimiter(survey: &Survey<'_>, preview: &mut Preview) {
    let delimiter = survey.dialect.cut.delimiter;
    let share = survey.agreed;
    preview.guesses.push(Guess {
        key: "delimiter",
        label: "Delimiter".to_owned(),
        value: delimiter.key().into(),
        shown: match delimiter {
            Delimiter::Byte(byte) if delimiter.name() == "the delimiters" => {
                char::from(byte).to_string()
            }
            _ => delimiter.name().to_owned(),
        },
        by: if survey.given.delimiter.is_some() {
            GuessedBy::You
        } else if share > 0.999 {
            GuessedBy::Certain
        } else if share > 0.9 {
            GuessedBy::Likely
        } else {
            GuessedBy::Unsure
        },
        why: format!(
            "it cuts {:.0} % of the lines into {} fields",
            share * 100.0,
            survey.columns
        ),
        choices: vec![
            choice(",", "comma"),
            choice(";", "semicolon"),
            choice("tab", "tab"),
            choice("|", "bar"),
            choice("::", "::"),
            choice("space", "spaces"),
        ],
    });
}
