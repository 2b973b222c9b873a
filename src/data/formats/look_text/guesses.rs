//! What was guessed of a text, for its preview.

use serde_json::{Value, json};

use super::choice;
use crate::data::formats::format::Options;
use crate::data::formats::grid::Kind;
use crate::data::formats::list::What;
use crate::data::formats::plan::{Plan, Shape};
use crate::data::formats::survey::Survey;
use crate::data::preview::{Guess, GuessedBy, Preview};
use crate::data::{DateOrder, Orientation};

pub(super) fn show_guesses(
    survey: &Survey<'_>,
    plan: &Plan,
    options: &Options<'_>,
    preview: &mut Preview,
) {
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
