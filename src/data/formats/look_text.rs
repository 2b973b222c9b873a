//! The beginning of a delimited text, for the preview: lines, roles, what was found out, and what looks odd.

use serde_json::{Value, json};

use super::fields::{Cut, Delimiter};
use super::format::{Format as _, Options};
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
use crate::data::{self, DataError, DateOrder, Orientation};

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

fn show_guesses(survey: &Survey<'_>, plan: &Plan, options: &Options<'_>, preview: &mut Preview) {
    let given = &survey.given;
    let by = |is_given: bool, otherwise| if is_given { GuessedBy::You } else { otherwise };
    let mut push = |key, label: &str, value: Value, shown: String, by, why: String, choices| {
        preview.guesses.push(Guess {
            key,
            label: label.to_owned(),
            value,
            shown,
            by,
            why,
            choices,
        });
    };
    let unsure = if plan.unsure {
        GuessedBy::Unsure
    } else {
        GuessedBy::Likely
    };
    match &plan.shape {
        Shape::List(layout) => {
            let parts = plan.what.parts();
            let mut value = json!({
                parts[0]: layout.user + 1,
                parts[1]: layout.item + 1,
                parts[2]: layout.rating + 1,
            });
            if let (Some(time), What::Ratings) = (layout.timestamp, plan.what) {
                value[parts[3]] = json!(time + 1);
            }
            let shown = format!(
                "{} {}, {} {}, {} {}",
                parts[0],
                layout.user + 1,
                parts[1],
                layout.item + 1,
                parts[2],
                layout.rating + 1
            );
            let is_given = options.text.is_some_and(|keys| keys.columns.is_list());
            let sure = if plan.why == "the header names them" {
                GuessedBy::Certain
            } else {
                unsure
            };
            push(
                "columns",
                "Columns",
                value,
                shown,
                by(is_given, sure),
                plan.why.clone(),
                Vec::new(),
            );
            if let Some(dates) = &plan.dates {
                let orders = [DateOrder::DayFirst, DateOrder::MonthFirst];
                let (by, why) = match dates.first {
                    _ if options.text.is_some_and(|keys| keys.date_order.is_some()) => {
                        (GuessedBy::You, format!("one of them is {}", dates.example))
                    }
                    Some(_) => (
                        GuessedBy::Certain,
                        format!("{} could have no other order", dates.example),
                    ),
                    None => (
                        GuessedBy::Unsure,
                        format!("dates such as {} could have either order", dates.example),
                    ),
                };
                let shown = dates
                    .first
                    .map_or("not known, so not used", DateOrder::words);
                push(
                    "date_order",
                    "Dates",
                    dates.first.map_or(Value::Null, |first| first.key().into()),
                    shown.to_owned(),
                    by,
                    why,
                    orders
                        .map(|order| choice(order.key(), order.words()))
                        .to_vec(),
                );
            }
        }
        Shape::Table(_) => {
            let keys = options.text.unwrap_or_default();
            if plan.what == What::Ratings {
                let sides = [
                    choice("users_are_rows", "users are rows"),
                    choice("users_are_columns", "users are columns"),
                ];
                let at = usize::from(plan.orientation == Orientation::UsersAreColumns);
                let (value, shown) = sides[at].clone();
                let sure = by(keys.orientation.is_some(), GuessedBy::Likely);
                push(
                    "orientation",
                    "Orientation",
                    value,
                    shown,
                    sure,
                    plan.why.clone(),
                    sides.to_vec(),
                );
            }
        }
    }
    let header = plan.above > 0;
    let why = match (header, survey.behind_comment) {
        (true, true) => "names stand behind the sign of comment above the table",
        (true, false) => "the first line holds names",
        (false, _) => "the first line reads like the others",
    };
    push(
        "header",
        "Header",
        header.into(),
        if header { "first line" } else { "none" }.to_owned(),
        by(given.header.is_some(), GuessedBy::Likely),
        why.to_owned(),
        vec![choice(true, "first line"), choice(false, "none")],
    );
    let signs = plan.signs.signs;
    let words = |sign: Option<u8>| match sign {
        Some(b',') => "comma",
        Some(b'.') => "point",
        Some(b'\'') => "apostrophe",
        Some(_) => "space",
        None => "none",
    };
    let likely = if plan.signs.unsure.is_some() {
        GuessedBy::Unsure
    } else {
        GuessedBy::Likely
    };
    let example = plan.signs.example.as_deref().map_or_else(
        || "no number says otherwise".to_owned(),
        |example| format!("as in {example}"),
    );
    if plan.signs.example.is_some()
        || plan.signs.unsure.is_some()
        || given.decimal.is_some()
        || given.thousands.is_some()
    {
        push(
            "decimal",
            "Decimal sign",
            char::from(signs.decimal).to_string().into(),
            words(Some(signs.decimal)).to_owned(),
            by(given.decimal.is_some(), likely),
            example.clone(),
            vec![choice(".", "point"), choice(",", "comma")],
        );
        let value = match signs.thousands {
            Some(b' ') => "space".to_owned(),
            Some(sign) => char::from(sign).to_string(),
            None => "off".to_owned(),
        };
        push(
            "thousands",
            "Thousands sign",
            value.into(),
            words(signs.thousands).to_owned(),
            by(given.thousands.is_some(), likely),
            example,
            vec![
                choice("off", "none"),
                choice(",", "comma"),
                choice(".", "point"),
                choice("'", "apostrophe"),
                choice("space", "space"),
            ],
        );
    }
    let missing = missing_words(survey, plan);
    if !missing.is_empty() || given.missing.is_some() {
        let shown = given.missing.as_ref().unwrap_or(&missing).join(", ");
        push(
            "missing_words",
            "Missing words",
            json!(given.missing.as_ref().unwrap_or(&missing)),
            shown.clone(),
            by(given.missing.is_some(), GuessedBy::Likely),
            "they stand where numbers should be".to_owned(),
            vec![
                (json!(missing), shown),
                choice(Value::Array(Vec::new()), "empty fields alone"),
            ],
        );
    }
    let above = survey.above.len();
    if given.skip_lines.is_some() || survey.above.iter().any(|above| !above.expected) {
        push(
            "skip_lines",
            "Lines above",
            above.into(),
            above.to_string(),
            by(given.skip_lines.is_some(), GuessedBy::Likely),
            "they do not read like the lines below".to_owned(),
            vec![
                choice(0, "0"),
                (above.into(), above.to_string()),
                ((above + 1).into(), (above + 1).to_string()),
            ],
        );
    }
    if let Some(comment) = &survey.dialect.comment {
        let prefix = String::from_utf8_lossy(&comment.prefix).into_owned();
        push(
            "comment",
            "Comments",
            prefix.as_str().into(),
            prefix.clone(),
            by(comment.given, GuessedBy::Likely),
            "lines above the table begin so".to_owned(),
            vec![choice(prefix.as_str(), &prefix), choice("off", "none")],
        );
    }
    let quote = survey.dialect.cut.quote;
    if quote.is_none_or(|quote| quote.byte != b'"' || quote.backslash)
        || given.quote.is_some()
        || given.backslash.is_some()
    {
        let word = quote.map_or_else(
            || "off".to_owned(),
            |quote| char::from(quote.byte).to_string(),
        );
        push(
            "quote",
            "Quotes",
            word.as_str().into(),
            if quote.is_none() {
                "none".to_owned()
            } else {
                word
            },
            by(given.quote.is_some(), GuessedBy::Likely),
            "the fields fit so".to_owned(),
            vec![choice("\"", "\""), choice("'", "'"), choice("off", "none")],
        );
        if let Some(quote) = quote {
            let escapes = [
                choice("double", "doubled"),
                choice("backslash", "with a backslash"),
            ];
            let (value, shown) = escapes[usize::from(quote.backslash)].clone();
            push(
                "escape",
                "Inner quotes",
                value,
                shown,
                by(given.backslash.is_some(), GuessedBy::Likely),
                "the fields fit so".to_owned(),
                escapes.to_vec(),
            );
        }
    }
}

/// The words and numbers in the beginning that were taken for missing.
fn missing_words(survey: &Survey<'_>, plan: &Plan) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let Shape::Table(grid) = &plan.shape else {
        return words;
    };
    for row in &survey.rows[plan.above.min(survey.rows.len())..] {
        for (field, kind) in row.fields.iter().zip(&grid.kinds) {
            if *kind == Kind::Cell && !field.is_empty() && plan.dialect.missing.is_word(field) {
                let word = survey.dialect.text(field);
                if !words.contains(&word) && words.len() < 30 {
                    words.push(word);
                }
            }
        }
    }
    words.extend(plan.dialect.missing.numbers.iter().map(f32::to_string));
    words
}
