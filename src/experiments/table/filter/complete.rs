//! What can be typed next.

use std::collections::BTreeSet;
use std::ops::Range;

use super::super::runs_table::data_name;
use super::super::{Row, RunsTable, VariableKind};
use super::field::{Field, Own};
use super::lexer::quoted;
use super::vocabulary::{Vocabulary, last_part, plain};

/// Most that is offered.
const MOST: usize = 12;

/// What can be typed at a place of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completions {
    /// The bytes that it takes the place of.
    pub place: Range<usize>,
    /// The most likely first.
    pub offers: Vec<Completion>,
}

/// Something to type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// What is typed.
    pub text: String,
    /// What it means; may be empty.
    pub hint: String,
}

pub(super) fn completions(text: &str, cursor: usize, table: &RunsTable) -> Completions {
    let mut cursor = cursor.min(text.len());
    while !text.is_char_boundary(cursor) {
        cursor -= 1;
    }
    let before = &text[..cursor];
    if before.matches('"').count() % 2 == 1 {
        return Completions::default();
    }
    let from = before.rfind(char::is_whitespace).map_or(0, |space| {
        space + before[space..].chars().next().map_or(1, char::len_utf8)
    });
    let typed = &before[from..];
    let negated = usize::from(typed.starts_with('-'));
    let (from, typed) = (from + negated, &typed[negated..]);
    let offers = match typed.find([':', '=', '<', '>', '!']) {
        None => {
            let place = from..cursor;
            return Completions {
                place,
                offers: keys(typed, table),
            };
        }
        Some(sign) => {
            let key = &typed[..sign];
            let value = typed[sign..].trim_start_matches([':', '=', '<', '>', '!']);
            let value = value.rsplit(',').next().unwrap_or(value);
            let Ok(field) = Vocabulary::of(table).field(key) else {
                return Completions::default();
            };
            let place = cursor - value.len()..cursor;
            (place, values(&field, value, table))
        }
    };
    Completions {
        place: offers.0,
        offers: offers.1,
    }
}

/// Keys that begin with what was typed: what varies, measures, what every run has, and all other parameters.
fn keys(typed: &str, table: &RunsTable) -> Vec<Completion> {
    let typed = plain(typed);
    let mut offers: Vec<Completion> = Vec::new();
    let mut offer = |names: &[&str], text: &str, sign: &str, hint: &str| {
        let fits = names.iter().any(|name| plain(name).starts_with(&typed));
        let text = format!("{text}{sign}");
        if fits && offers.len() < MOST && offers.iter().all(|own| own.text != text) {
            let hint = hint.to_owned();
            offers.push(Completion { text, hint });
        }
    };
    for own in table.varied() {
        let short = own.key.rsplit('.').next().unwrap_or(&own.key);
        let mut names = vec![own.key.as_str(), short, own.label.as_str()];
        names.extend(own.symbol.as_deref());
        let sign = match own.kind {
            VariableKind::Number { .. } => "",
            VariableKind::Categories(_) | VariableKind::Flag => ":",
        };
        offer(&names, &own.key, sign, &own.title());
    }
    for own in table.measures() {
        let names = [own.name.as_str(), last_part(&own.name), &own.scalar.label];
        offer(&names, &own.name, "", &own.scalar.title());
    }
    for (key, own) in &Own::KEYS[..Own::OFFERED] {
        let sign = if own.is_number() { "" } else { ":" };
        offer(&[key], key, sign, own.hint());
    }
    let mut known = BTreeSet::new();
    for row in table.rows() {
        let Some(system) = row.system() else {
            continue;
        };
        if known.insert(system.id()) {
            for (key, spec) in super::vocabulary::parameters(system) {
                let mut names = vec![key.as_str(), &spec.key, &spec.label];
                names.extend(spec.symbol.as_deref());
                offer(&names, &key, "", &spec.label);
            }
        }
    }
    offers
}

/// Values that runs have.
fn values(field: &Field, typed: &str, table: &RunsTable) -> Vec<Completion> {
    let typed = typed.to_lowercase();
    let mut found = BTreeSet::new();
    for row in table.rows() {
        found.extend(values_of(row, field));
        // Enough to choose from, whatever else there is.
        if found.len() > 1000 {
            break;
        }
    }
    let fits = |value: &String| value.to_lowercase().starts_with(&typed);
    let found = found
        .into_iter()
        .filter(|value| !value.is_empty() && fits(value));
    let offers = found.take(MOST).map(|value| Completion {
        text: quoted(&value),
        hint: String::new(),
    });
    offers.collect()
}

fn values_of(row: &Row, field: &Field) -> Vec<String> {
    match field {
        Field::Own(Own::System) => vec![row.summary.system.clone()],
        Field::Own(Own::Status) => vec![row.summary.status.word().to_owned()],
        Field::Own(Own::Tag) => row.labels.tags.iter().cloned().collect(),
        Field::Own(Own::Sweep) => row.summary.sweep.iter().map(|own| own.id.clone()).collect(),
        Field::Own(Own::Data) => vec![data_name(row).into_owned()],
        Field::Own(Own::Device) => vec![row.summary.device.clone()],
        Field::Own(Own::Pinned) => vec!["true".to_owned(), "false".to_owned()],
        Field::Own(Own::Name) => vec![row.summary.name.clone()],
        Field::Own(Own::Seed) => vec![row.summary.seed.to_string()],
        Field::Own(_) | Field::Measures(_) => Vec::new(),
        Field::Parameters(parameters) => parameters
            .iter()
            .filter(|own| own.system.is_none_or(|id| id == row.summary.system))
            .find_map(|own| row.value(&own.key))
            .map(super::super::as_text)
            .into_iter()
            .collect(),
    }
}
