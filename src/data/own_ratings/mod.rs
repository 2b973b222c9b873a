//! The ratings of one person, for predictions without training.

mod columns;
mod titles;

pub use titles::{Found, ItemFinder};

use std::collections::BTreeMap;
use std::path::Path;

use columns::Columns;

use super::formats::{SideText, read_text};
use super::{DataError, Labels, Place};

/// No file of one person is larger.
const MOST_BYTES: u64 = 64 << 20;
const WANTED: &str = "a file with an item and a rating on each line";
/// Lines that the columns are told from.
const LOOKED_AT: usize = 1000;
/// Names in a message.
const MOST_NAMES: usize = 4;
const NAME_THE_COLUMNS: &str =
    "Name the columns in the first line, such as item,rating or title,year,rating";

/// What a person rated.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OwnRatings {
    /// Items with their ratings, ascending by item.
    pub ratings: Vec<(u32, f32)>,
    /// Lines whose item is not known or not clear. They count for nothing.
    pub unmatched: Vec<Unmatched>,
    /// How the file was read.
    pub notices: Vec<String>,
}

/// A line whose item is not known or not clear.
#[derive(Debug, Clone, PartialEq)]
pub struct Unmatched {
    /// From 1.
    pub line: u64,
    /// The id or title that stands there.
    pub text: String,
    /// The rating that stands there.
    pub rating: f32,
    /// What it could be.
    pub found: Found,
}

impl Unmatched {
    /// In words: `line 4: Sabrina can be 2 (Sabrina (1954)) or 3 (Sabrina (1995))`.
    #[must_use]
    pub fn describe(&self, items: &Labels) -> String {
        let Self {
            line, text, found, ..
        } = self;
        let names = |all: &[u32]| {
            let name = |item: &u32| match items.title(*item as usize) {
                Some(title) => format!("{} ({title})", items.id(*item as usize)),
                None => items.id(*item as usize).to_owned(),
            };
            let named: Vec<String> = all.iter().take(MOST_NAMES).map(name).collect();
            named.join(" or ")
        };
        match found {
            Found::Item(item) => {
                format!(
                    "line {line}: {text} does not fit its id, which is {} here",
                    names(&[*item])
                )
            }
            Found::Several(all) => format!("line {line}: {text} can be {}", names(all)),
            Found::Unknown(near) if near.is_empty() => {
                format!("line {line}: {text} is not among the items of the run")
            }
            Found::Unknown(near) => format!(
                "line {line}: {text} is not among the items of the run; perhaps {}",
                names(near)
            ),
        }
    }
}

/// Reads what a person rated: an item, by id or title, and a rating on each line, with or without names of the columns in the first. `scale`:
/// the smallest and the largest rating of the run.
///
/// # Errors
/// If the file cannot be read, its columns cannot be told, it holds several people, or a rating is no number or outside the scale.
pub fn read_own_ratings(
    path: &Path,
    items: &Labels,
    scale: (f32, f32),
) -> Result<OwnRatings, DataError> {
    let SideText { text, notices } = read_text(path, MOST_BYTES, WANTED)?;
    let rows = rows(path, &text)?;
    let looked_at = &rows[..rows.len().min(LOOKED_AT)];
    let columns = columns::find(looked_at).ok_or_else(|| {
        let problem = match rows.is_empty() {
            true => "is empty",
            false => "does not say which column is the item and which the rating",
        };
        DataError::content(path, problem, NAME_THE_COLUMNS)
    })?;
    let mut own = OwnRatings {
        notices,
        ..OwnRatings::default()
    };
    let mut reader = Reader {
        path,
        columns,
        scale,
        finder: ItemFinder::new(items),
        user: None,
        ratings: BTreeMap::new(),
        twice: 0,
        unrated: 0,
    };
    for row in &rows[usize::from(columns.header)..] {
        reader.take(row, &mut own.unmatched)?;
    }
    if reader.twice > 0 {
        let text = match reader.twice {
            1 => "one item stands there twice: the later rating counts".to_owned(),
            count => format!("{count} ratings of an item are replaced by a later one"),
        };
        own.notices.push(text);
    }
    if reader.unrated > 0 {
        own.notices.push(match reader.unrated {
            1 => "one line without a rating is left out".to_owned(),
            count => format!("{count} lines without a rating are left out"),
        });
    }
    own.ratings = reader.ratings.into_iter().collect();
    Ok(own)
}

/// The lines of a table, by the delimiter that its first line has most of.
fn rows(path: &Path, text: &str) -> Result<Vec<csv::StringRecord>, DataError> {
    let first = text.lines().next().unwrap_or_default();
    let text = match first.contains("::") {
        true => &text.replace("::", "\t"),
        false => text,
    };
    let first = text.lines().next().unwrap_or_default();
    let count = |delimiter: u8| first.bytes().filter(|byte| *byte == delimiter).count();
    let delimiters = [b',', b';', b'|', b'\t'];
    let delimiter = delimiters.into_iter().max_by_key(|own| count(*own));
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .delimiter(delimiter.unwrap_or(b','))
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|error| {
            DataError::content(path, error.to_string(), format!("Give {WANTED}"))
        })?;
        rows.push(row);
    }
    Ok(rows)
}

struct Reader<'a> {
    path: &'a Path,
    columns: Columns,
    scale: (f32, f32),
    finder: ItemFinder<'a>,
    /// Of the lines so far.
    user: Option<String>,
    ratings: BTreeMap<u32, f32>,
    twice: u64,
    unrated: u64,
}

impl Reader<'_> {
    fn take(
        &mut self,
        row: &csv::StringRecord,
        unmatched: &mut Vec<Unmatched>,
    ) -> Result<(), DataError> {
        let line = row.position().map_or(0, csv::Position::line);
        let cell = |column: Option<usize>| column.and_then(|column| row.get(column));
        let cell = |column| cell(column).filter(|text| !text.is_empty());
        let Some(rating) = cell(self.columns.rating) else {
            self.unrated += 1;
            return Ok(());
        };
        let rating = self.rating(line, rating)?;
        if let Some(user) = cell(self.columns.user) {
            let first = self.user.get_or_insert_with(|| user.to_owned());
            if first != user {
                let problem = format!("holds the ratings of several users ({first} and {user})");
                return Err(self.wrong(line, problem, "Keep the lines of one of them"));
            }
        }
        let (id, title) = (cell(self.columns.id), cell(self.columns.title));
        let year = cell(self.columns.year).and_then(|year| year.parse().ok());
        let by_title = |title: &str| self.finder.by_title(title, year);
        let by_id = id.and_then(|id| self.finder.by_id(id));
        let (text, found) = match (cell(self.columns.item), by_id, title) {
            (Some(item), None, None) => (item, self.finder.find(item)),
            // An id of another catalog can be that of another item here.
            (_, Some(item), Some(title)) => match by_title(title) {
                Found::Unknown(_) if self.finder.has_title(item) => {
                    let found = Found::Item(item);
                    unmatched.push(Unmatched {
                        line,
                        text: title.to_owned(),
                        rating,
                        found,
                    });
                    return Ok(());
                }
                Found::Item(other) if other != item => (title, Found::Several(vec![item, other])),
                _ => (title, Found::Item(item)),
            },
            (_, Some(item), None) => (id.unwrap_or_default(), Found::Item(item)),
            (_, None, Some(title)) => (title, by_title(title)),
            (None, None, None) => {
                let text = id.unwrap_or_default();
                (text, Found::Unknown(Vec::new()))
            }
        };
        match found {
            Found::Item(item) => {
                if self.ratings.insert(item, rating).is_some() {
                    self.twice += 1;
                }
            }
            found => unmatched.push(Unmatched {
                line,
                text: text.to_owned(),
                rating,
                found,
            }),
        }
        Ok(())
    }

    fn rating(&self, line: u64, text: &str) -> Result<f32, DataError> {
        let (low, high) = self.scale;
        let Some(rating) = columns::number(text) else {
            let problem = format!("the rating `{text}` is not a number");
            return Err(self.wrong(line, problem, NAME_THE_COLUMNS));
        };
        if !(low..=high).contains(&rating) {
            let problem =
                format!("the rating {rating} is outside the run's scale, {low} to {high}");
            let remedy = "Write all ratings on that scale, and leave out what is not rated";
            return Err(self.wrong(line, problem, remedy));
        }
        Ok(rating)
    }

    fn wrong(&self, line: u64, problem: String, remedy: &str) -> DataError {
        DataError::Content {
            place: Place {
                line: Some(line),
                ..Place::file(self.path)
            },
            problem,
            remedy: remedy.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
