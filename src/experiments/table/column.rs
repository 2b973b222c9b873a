//! Columns and cells.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A column of a table of runs. As a text (for a file of settings): `name`, `parameter:hidden`, `measure:validation/rmse`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Column {
    /// The name that a person gave the run.
    Name,
    /// The folder's name.
    Id,
    /// The system's label.
    System,
    /// How it stands.
    Status,
    /// The seed.
    Seed,
    /// When it was created.
    Created,
    /// Seconds of training.
    Seconds,
    /// Updates of the weights done.
    Step,
    /// The name of the file or folder that it learned from.
    Data,
    /// Where it trained.
    Device,
    /// The sweep that it belongs to.
    Sweep,
    /// Its tags.
    Tags,
    /// Its note.
    Note,
    /// A parameter, by its key.
    Parameter(String),
    /// The value of a measure that stands for a run: the best of the whole run where it is measured on validation data, which is what
    /// they are for; the last otherwise.
    Measure(String),
    /// The best value of a measure over the run; of test data it is chosen by looking at the answer.
    Best(String),
    /// The last value of a measure.
    Last(String),
}

impl Column {
    /// Its text without a key.
    fn kind(&self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Id => "id",
            Self::System => "system",
            Self::Status => "status",
            Self::Seed => "seed",
            Self::Created => "created",
            Self::Seconds => "seconds",
            Self::Step => "step",
            Self::Data => "data",
            Self::Device => "device",
            Self::Sweep => "sweep",
            Self::Tags => "tags",
            Self::Note => "note",
            Self::Parameter(_) => "parameter",
            Self::Measure(_) => "measure",
            Self::Best(_) => "best",
            Self::Last(_) => "last",
        }
    }

    /// The parameter's or measure's own name.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        match self {
            Self::Parameter(key) | Self::Measure(key) | Self::Best(key) | Self::Last(key) => {
                Some(key)
            }
            _ => None,
        }
    }
}

impl fmt::Display for Column {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.kind())?;
        match self.key() {
            Some(key) => write!(formatter, ":{key}"),
            None => Ok(()),
        }
    }
}

impl From<Column> for String {
    fn from(column: Column) -> Self {
        column.to_string()
    }
}

/// A text that is no column.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no column")]
pub struct ColumnError(String);

impl TryFrom<String> for Column {
    type Error = ColumnError;

    fn try_from(text: String) -> Result<Self, ColumnError> {
        let (kind, key) = match text.split_once(':') {
            Some((kind, key)) => (kind, Some(key.to_owned())),
            None => (text.as_str(), None),
        };
        Ok(match (kind, key) {
            ("name", None) => Self::Name,
            ("id", None) => Self::Id,
            ("system", None) => Self::System,
            ("status", None) => Self::Status,
            ("seed", None) => Self::Seed,
            ("created", None) => Self::Created,
            ("seconds", None) => Self::Seconds,
            ("step", None) => Self::Step,
            ("data", None) => Self::Data,
            ("device", None) => Self::Device,
            ("sweep", None) => Self::Sweep,
            ("tags", None) => Self::Tags,
            ("note", None) => Self::Note,
            ("parameter", Some(key)) => Self::Parameter(key),
            ("measure", Some(key)) => Self::Measure(key),
            ("best", Some(key)) => Self::Best(key),
            ("last", Some(key)) => Self::Last(key),
            _ => return Err(ColumnError(text)),
        })
    }
}

/// A cell of a table of runs.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    /// The run has nothing here.
    Empty,
    /// A number; may be NaN.
    Number(f64),
    /// A number that a word stands for: 0, where it leaves the choice to the system.
    Word(f64, &'static str),
    /// A text.
    Text(Cow<'a, str>),
}

impl<'a> Cell<'a> {
    /// A text, or nothing.
    pub(super) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        if text.is_empty() {
            Self::Empty
        } else {
            Self::Text(text)
        }
    }

    /// The number, if it is one.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) | Self::Word(number, _) => Some(*number),
            Self::Empty | Self::Text(_) => None,
        }
    }

    /// The order in a sorted column: numbers, NaN, texts, and last, in either direction, what is empty.
    #[must_use]
    pub fn order(&self, other: &Self, descending: bool) -> Ordering {
        let rank = |cell: &Self| match cell {
            Self::Number(number) | Self::Word(number, _) if !number.is_nan() => 0,
            Self::Number(_) | Self::Word(..) => 1,
            Self::Text(_) => 2,
            Self::Empty => 3,
        };
        let by_value = match (self, other) {
            (
                Self::Number(one) | Self::Word(one, _),
                Self::Number(other) | Self::Word(other, _),
            ) => one.partial_cmp(other).unwrap_or(Ordering::Equal),
            (Self::Text(one), Self::Text(other)) => {
                natural(one, other).then_with(|| one.cmp(other))
            }
            _ => Ordering::Equal,
        };
        let by_value = if descending {
            by_value.reverse()
        } else {
            by_value
        };
        rank(self).cmp(&rank(other)).then(by_value)
    }
}

/// Letters without regard to their case, runs of digits as numbers: `run 9` stands before `Run 10`.
fn natural(one: &str, other: &str) -> Ordering {
    let (mut one, mut other) = (one, other);
    loop {
        let (a, b) = match (one.chars().next(), other.chars().next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(a), Some(b)) => (a, b),
        };
        if a.is_ascii_digit() && b.is_ascii_digit() {
            let (digits, rest) = split_digits(one);
            let (others, other_rest) = split_digits(other);
            let ordering = digits.len().cmp(&others.len()).then(digits.cmp(others));
            if ordering.is_ne() {
                return ordering;
            }
            (one, other) = (rest, other_rest);
        } else {
            let ordering = a.to_lowercase().cmp(b.to_lowercase());
            if ordering.is_ne() {
                return ordering;
            }
            (one, other) = (&one[a.len_utf8()..], &other[b.len_utf8()..]);
        }
    }
}

/// The digits at the start, without leading zeros, and what follows them.
fn split_digits(text: &str) -> (&str, &str) {
    let end = text
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(text.len());
    (text[..end].trim_start_matches('0'), &text[end..])
}
