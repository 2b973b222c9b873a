//! Whether a run passes a condition.

use std::borrow::Cow;

use serde_json::Value;

use super::super::runs_table::data_name;
use super::super::variable::{as_number, as_text};
use super::super::{Row, value_of};
use super::Operator;
use super::field::{Field, Own};
use crate::systems;

/// A text to look for, with its letters made small once.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Text {
    typed: String,
    small: String,
}

/// A value to compare with.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Wanted {
    text: Text,
    /// The number that it is.
    number: Option<f64>,
}

impl Text {
    pub(super) fn new(typed: String) -> Self {
        Self {
            small: typed.to_lowercase(),
            typed,
        }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.typed
    }

    fn is_in(&self, text: &str) -> bool {
        text.to_lowercase().contains(&self.small)
    }

    fn is(&self, text: &str) -> bool {
        text.to_lowercase() == self.small
    }
}

impl Wanted {
    /// # Errors
    /// If only a number makes sense here, and it is none.
    pub(super) fn new(
        field: &Field,
        key: &str,
        operator: Operator,
        value: String,
    ) -> Result<Self, String> {
        let number = match field {
            Field::Own(Own::Seconds) => seconds(&value),
            _ => number(&value),
        };
        let is_none = value == "none";
        let compares = !matches!(operator, Operator::Has | Operator::Equal | Operator::Other);
        let numeric = match field {
            Field::Own(own) => own.is_number(),
            Field::Measures(_) => true,
            Field::Parameters(_) => compares,
        };
        if numeric && number.is_none() && (compares || !is_none) {
            return Err(format!(
                "`{key}` is compared with a number, such as {key}{operator}10, and \"{value}\" is none"
            ));
        }
        if let Field::Own(own) = field
            && compares
            && !own.is_number()
            && *own != Own::Created
        {
            return Err(format!(
                "`{key}` is a text, which `{operator}` does not compare; write {key}:{value}"
            ));
        }
        Ok(Self {
            text: Text::new(value),
            number,
        })
    }

    pub(super) fn as_str(&self) -> &str {
        self.text.as_str()
    }

    fn is_none(&self) -> bool {
        self.text.typed == "none"
    }
}

/// A number as a person types it.
fn number(text: &str) -> Option<f64> {
    let number: f64 = text.replace('_', "").parse().ok()?;
    (!number.is_nan()).then_some(number)
}

/// Seconds: `90`, `90s`, `5m`, `2h`.
fn seconds(text: &str) -> Option<f64> {
    let units = [("s", 1.0), ("m", 60.0), ("h", 3600.0), ("d", 86_400.0)];
    let unit = units
        .into_iter()
        .find_map(|(name, unit)| Some((text.strip_suffix(name)?, unit)));
    let (digits, unit) = unit.unwrap_or((text, 1.0));
    Some(number(digits)? * unit)
}

/// True if a word is in the name, the folder's name or the system of a run.
pub(super) fn has_word(row: &Row, word: &Text) -> bool {
    let label = row.system().map(systems::AnySystem::label);
    [
        row.summary.name.as_str(),
        row.id.as_str(),
        &row.summary.system,
        label.unwrap_or_default(),
    ]
    .into_iter()
    .any(|text| word.is_in(text))
}

/// True if what a run has under a key stands to one of the values as asked.
pub(super) fn compares(row: &Row, field: &Field, operator: Operator, values: &[Wanted]) -> bool {
    // A run has several tags: another than this one is no answer to `tag!=this`.
    let any = |operator| {
        values
            .iter()
            .any(|wanted| compares_with(row, field, operator, wanted))
    };
    match operator {
        Operator::Other => has_field(row, field) && !any(Operator::Equal),
        operator => any(operator),
    }
}

fn compares_with(row: &Row, field: &Field, operator: Operator, wanted: &Wanted) -> bool {
    match found(row, field) {
        Found::Nothing => false,
        Found::Absent => wanted.is_none() && matches!(operator, Operator::Has | Operator::Equal),
        Found::Number(number) => match (wanted.number, operator) {
            (Some(wanted), operator) => ordered(number, operator, wanted),
            (None, _) => false,
        },
        Found::Text(text) => match operator {
            Operator::Has => wanted.text.is_in(&text),
            Operator::Equal | Operator::Other => wanted.text.is(&text),
            // Dates, whose order is that of their letters.
            Operator::Less => *text < *wanted.text.typed,
            Operator::AtMost => *text <= *wanted.text.typed || text.starts_with(&wanted.text.typed),
            Operator::More => *text > *wanted.text.typed && !text.starts_with(&wanted.text.typed),
            Operator::AtLeast => *text >= *wanted.text.typed,
        },
        Found::Tags => match operator {
            Operator::Has | Operator::Equal => {
                row.labels.tags.iter().any(|tag| wanted.text.is(tag))
            }
            _ => false,
        },
    }
}

fn ordered(number: f64, operator: Operator, wanted: f64) -> bool {
    match operator {
        Operator::Has | Operator::Equal => {
            // As many digits as a person reads off a table; the same otherwise.
            number == wanted || (number - wanted).abs() <= 1e-9 * wanted.abs()
        }
        Operator::Other => number != wanted,
        Operator::Less => number < wanted,
        Operator::AtMost => number <= wanted,
        Operator::More => number > wanted,
        Operator::AtLeast => number >= wanted,
    }
}

/// What a run has under a key.
enum Found<'a> {
    /// It has no such thing.
    Nothing,
    /// It could have it, but does not.
    Absent,
    Number(f64),
    Text(Cow<'a, str>),
    Tags,
}

fn has_field(row: &Row, field: &Field) -> bool {
    !matches!(found(row, field), Found::Nothing)
}

fn found<'a>(row: &'a Row, field: &Field) -> Found<'a> {
    match field {
        Field::Own(own) => found_own(row, *own),
        Field::Parameters(parameters) => {
            let own = parameters
                .iter()
                .filter(|own| own.system.is_none_or(|id| id == row.summary.system))
                .find_map(|own| row.value(&own.key));
            match own {
                None => Found::Nothing,
                Some(Value::Null) => Found::Absent,
                Some(value) => match (as_number(value), value) {
                    (Some(number), _) => Found::Number(number),
                    (None, Value::String(text)) => Found::Text(text.into()),
                    (None, value) => Found::Text(as_text(value).into()),
                },
            }
        }
        Field::Measures(names) => {
            let metrics = &row.summary.metrics;
            let own = names
                .iter()
                .find_map(|name| Some((name, metrics.get(name)?)));
            let Some((name, metric)) = own else {
                return Found::Absent;
            };
            let measures = systems::measures_of(&row.summary.system);
            Found::Number(value_of(metric, &measures.of(name)))
        }
    }
}

fn found_own(row: &Row, own: Own) -> Found<'_> {
    let summary = &row.summary;
    let text = |text: &'static str| Found::Text(text.into());
    let or_absent = |text: Cow<'_, str>| match text.is_empty() {
        true => Found::Absent,
        false => Found::Text(text.into_owned().into()),
    };
    match own {
        Own::Name => Found::Text(summary.name.as_str().into()),
        Own::Id => Found::Text(row.id.as_str().into()),
        Own::System => Found::Text(summary.system.as_str().into()),
        Own::Status => text(summary.status.word()),
        Own::Seed => Found::Number(summary.seed as f64),
        Own::Sweep => match &summary.sweep {
            Some(sweep) => Found::Text(sweep.id.as_str().into()),
            None => Found::Absent,
        },
        Own::Tag if row.labels.tags.is_empty() => Found::Absent,
        Own::Tag => Found::Tags,
        Own::Note => or_absent(row.labels.note.as_str().into()),
        Own::Pinned => text(if row.labels.pinned { "true" } else { "false" }),
        Own::Data => or_absent(data_name(row)),
        Own::Device => or_absent(summary.device.as_str().into()),
        Own::Created => or_absent(summary.created.as_str().into()),
        Own::Seconds => Found::Number(summary.seconds),
        Own::Step => Found::Number(summary.step as f64),
        Own::Epoch => Found::Number(summary.epoch),
    }
}
