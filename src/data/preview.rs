//! The beginning of a file as it would be read: what a person looks at before it is.

use std::path::Path;

use serde_json::Value;

use super::formats;
use super::{DataError, Monitor, RatingsSource, Source};

/// The beginning of a file as it would be read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Preview {
    /// The format, as words: `delimited text`. Empty if the file cannot be opened.
    pub format: String,
    /// What the columns of `rows` hold.
    pub columns: Vec<PreviewColumn>,
    /// The first lines.
    pub rows: Vec<PreviewRow>,
    /// True if there is more below.
    pub more: bool,
    /// Why no lines are shown of a file that could be read, and what to do; empty else.
    pub not_shown: String,
    /// What was found out about the file, each with the key that says otherwise.
    pub guesses: Vec<Guess>,
    /// What can be read, but looks odd.
    pub oddities: Vec<String>,
    /// Why it cannot be read.
    pub problem: Option<Problem>,
}

/// A column of a preview.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewColumn {
    /// The name above it; empty if it has none.
    pub name: String,
    /// What it holds.
    pub role: Role,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Who rates.
    User,
    /// What is rated.
    Item,
    /// The rating.
    Rating,
    /// When it was rated.
    Time,
    /// The row of a cell, in a list of cells.
    Row,
    /// The column of a cell, in a list of cells.
    Column,
    /// The value of a cell, in a list of cells.
    Value,
    /// The true class of a row.
    Class,
    /// The name of a row.
    Name,
    /// Cells of a matrix.
    Cell,
    /// Nothing that is read.
    NotUsed,
}

impl Role {
    /// The part of `data.columns` that gives a column this role, if there is one: `user`.
    #[must_use]
    pub fn key(self) -> Option<&'static str> {
        Some(match self {
            Self::User => "user",
            Self::Item => "item",
            Self::Rating => "rating",
            Self::Time => "time",
            Self::Row | Self::Name => "row",
            Self::Column => "column",
            Self::Value => "value",
            Self::Class => "class",
            Self::Cell | Self::NotUsed => return None,
        })
    }
}

/// A line of a preview.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewRow {
    /// Its number in the file, from 1.
    pub line: u64,
    /// Its fields; of a comment or a title, the line.
    pub cells: Vec<String>,
    /// What it is.
    pub part: RowPart,
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowPart {
    /// A comment, a title, a line whose rating is missing, or another that is not read.
    Skipped,
    /// The names of the columns.
    Header,
    /// Data.
    Data,
}

/// Something that was found out about a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Guess {
    /// The key of `[data]` that sets it.
    pub key: &'static str,
    /// The key as words: `Delimiter`.
    pub label: String,
    /// The value that the key would have.
    pub value: Value,
    /// The value as words: `tab`.
    pub shown: String,
    /// How sure it is.
    pub by: GuessedBy,
    /// What speaks for it.
    pub why: String,
    /// Other values to choose, with their words. Null takes the key away.
    pub choices: Vec<(Value, String)>,
}

/// How sure a guess is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GuessedBy {
    /// It is no guess: the key is set.
    You,
    /// Nothing else fits.
    Certain,
    /// Other values could be, but are less likely.
    Likely,
    /// It could well be another.
    Unsure,
}

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line, from 1, if it is one.
    pub line: Option<u64>,
    /// The field of the line, from 1, if it is one.
    pub column: Option<u64>,
    /// The problem.
    pub problem: String,
    /// The remedy.
    pub remedy: String,
    /// The keys of `[data]` that could mend it, the likeliest first.
    pub keys: Vec<&'static str>,
}

impl Problem {
    /// What an error says.
    #[must_use]
    pub fn of(error: DataError) -> Self {
        match error {
            DataError::Content {
                place,
                problem,
                remedy,
            } => Self {
                line: place.line,
                column: place.column,
                keys: keys_in(&remedy),
                problem,
                remedy,
            },
            DataError::Config { key, problem } => Self {
                line: None,
                column: None,
                problem: format!("data.{key}: {problem}"),
                remedy: String::new(),
                keys: vec![key],
            },
            error => Self {
                line: None,
                column: None,
                problem: error.to_string(),
                remedy: String::new(),
                keys: Vec::new(),
            },
        }
    }
}

/// The keys that a text names as `data.key`, in its order.
fn keys_in(text: &str) -> Vec<&'static str> {
    const KEYS: [&str; 15] = [
        "columns",
        "decimal",
        "thousands",
        "delimiter",
        "quote",
        "escape",
        "missing_words",
        "skip_lines",
        "comment",
        "header",
        "orientation",
        "date_order",
        "encoding",
        "member",
        "variable",
    ];
    let place = |key: &&str| text.find(&format!("data.{key}"));
    let mut found: Vec<_> = KEYS
        .into_iter()
        .filter_map(|key| Some((place(&key)?, key)))
        .collect();
    found.sort_unstable();
    found.into_iter().map(|(_, key)| key).collect()
}

/// The beginning of the file that `source` names, as it would be read; a relative path starts from `base`. It never fails: a file that
/// cannot be read has a `problem`. A folder of images has nothing to preview.
#[must_use]
pub fn preview(source: &Source, base: &Path, monitor: &Monitor) -> Preview {
    let mut preview = Preview::default();
    if let Err(error) = fill(source, base, monitor, &mut preview) {
        preview.problem = Some(Problem::of(error));
    }
    preview
}

/// True if a file is a list of ratings: it has columns of users, of items and of ratings, about which there is no doubt. False if it cannot
/// be read.
#[must_use]
pub fn holds_ratings(path: &Path) -> bool {
    let source = Source::Ratings(RatingsSource {
        path: path.to_owned(),
        ..RatingsSource::default()
    });
    let seen = preview(&source, Path::new(""), &Monitor::default());
    let is_there = |role| seen.columns.iter().any(|column| column.role == role);
    let is_unsure = |guess: &Guess| guess.key == "columns" && guess.by == GuessedBy::Unsure;
    seen.problem.is_none()
        && [Role::User, Role::Item, Role::Rating]
            .into_iter()
            .all(is_there)
        && !seen.guesses.iter().any(is_unsure)
}

/// The lines around one that cannot be read, each as a whole; none if they cannot be read either. The paths of `source` are absolute.
#[must_use]
pub fn lines_around(source: &Source, line: u64, monitor: &Monitor) -> Vec<PreviewRow> {
    formats::around(source, line, monitor).unwrap_or_default()
}

fn fill(
    source: &Source,
    base: &Path,
    monitor: &Monitor,
    preview: &mut Preview,
) -> Result<(), DataError> {
    let source = source.absolute(base).map_err(|error| DataError::Config {
        key: "path",
        problem: error.problem,
    })?;
    match &source {
        Source::Images(_) => Ok(()),
        Source::Ratings(_) | Source::Matrix(_) => {
            let filled = formats::preview(&source, monitor, preview);
            // What is chosen of a file as a whole comes first.
            let whole = formats::guesses(&source, monitor);
            preview.guesses.splice(..0, whole);
            filled
        }
    }
}
