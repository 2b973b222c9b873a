//! The predictions artifact: CSV with the header `user,item,rating,prediction` and the ids of the data's files.

use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;

use super::{ArtifactContent, CsvTable, files};

/// The columns, in order.
const HEADER: [&str; 4] = ["user", "item", "rating", "prediction"];
/// No line is longer than this on average; bounds how much of a file is read.
const MAX_LINE: u64 = 1024;

/// Test pairs with their predicted ratings.
#[derive(Debug, Clone, Default)]
pub struct Predictions {
    /// The ids of the users; of a file in order of first appearance.
    pub users: Vec<Box<str>>,
    /// The ids of the items; of a file in order of first appearance.
    pub items: Vec<Box<str>>,
    /// The rows, as in the file.
    pub rows: Vec<Prediction>,
    /// True if the file has more rows than were asked for.
    pub truncated: bool,
}

impl Predictions {
    /// As CSV.
    #[must_use]
    pub fn to_csv(&self) -> Vec<u8> {
        let mut table = CsvTable::new(&HEADER);
        for row in &self.rows {
            table.row(&[
                &*self.users[row.user as usize],
                &*self.items[row.item as usize],
                &row.rating.to_string(),
                &row.prediction.to_string(),
            ]);
        }
        table.bytes()
    }
}

impl ArtifactContent for Predictions {
    fn encode(&self) -> Cow<'_, [u8]> {
        Cow::Owned(self.to_csv())
    }
}

/// One row of a predictions file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prediction {
    /// Index in [`Predictions::users`].
    pub user: u32,
    /// Index in [`Predictions::items`].
    pub item: u32,
    /// The true rating.
    pub rating: f32,
    /// The predicted rating.
    pub prediction: f32,
}

/// Why a predictions file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum PredictionsError {
    /// It cannot be opened or read.
    #[error("cannot read {path}: {reason}")]
    Read {
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        reason: String,
    },
    /// It is not a predictions file, or a damaged one.
    #[error("{path}, line {line}: {problem}; run again to rewrite it")]
    Content {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: u64,
        /// The problem.
        problem: String,
    },
}

/// Reads at most `limit` rows of what [`Predictions::to_csv`] wrote.
///
/// # Errors
/// If the file cannot be read or a line is not as written.
pub fn read_predictions(path: &Path, limit: usize) -> Result<Predictions, PredictionsError> {
    let file = files::open(path).map_err(|error| PredictionsError::Read {
        path: path.to_owned(),
        reason: error.to_string(),
    })?;
    let most = (limit as u64).saturating_add(2).saturating_mul(MAX_LINE);
    read(BufReader::new(file).take(most), limit).map_err(|failure| match failure {
        Failure::Csv(error) if error.is_io_error() => PredictionsError::Read {
            path: path.to_owned(),
            reason: error.to_string(),
        },
        Failure::Csv(error) => PredictionsError::Content {
            path: path.to_owned(),
            line: error.position().map_or(1, csv::Position::line),
            problem: error.to_string(),
        },
        Failure::Content { line, problem } => PredictionsError::Content {
            path: path.to_owned(),
            line,
            problem,
        },
    })
}

enum Failure {
    Csv(csv::Error),
    Content { line: u64, problem: String },
}

impl From<csv::Error> for Failure {
    fn from(error: csv::Error) -> Self {
        Self::Csv(error)
    }
}

fn read(source: impl Read, limit: usize) -> Result<Predictions, Failure> {
    let mut reader = csv::Reader::from_reader(source);
    if reader.headers()? != HEADER[..] {
        return Err(Failure::Content {
            line: 1,
            problem: format!("the first line must be `{}`", HEADER.join(",")),
        });
    }
    let (mut users, mut items) = (Ids::default(), Ids::default());
    let mut predictions = Predictions::default();
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record)? {
        if predictions.rows.len() == limit {
            predictions.truncated = true;
            break;
        }
        let number = |column: usize| -> Result<f32, Failure> {
            record[column].parse().map_err(|_| Failure::Content {
                line: record.position().map_or(0, csv::Position::line),
                problem: format!(
                    "the {} `{}` is not a number",
                    HEADER[column], &record[column]
                ),
            })
        };
        let (rating, prediction) = (number(2)?, number(3)?);
        predictions.rows.push(Prediction {
            user: users.index(&record[0]),
            item: items.index(&record[1]),
            rating,
            prediction,
        });
    }
    predictions.users = users.list;
    predictions.items = items.list;
    Ok(predictions)
}

/// Numbers ids in order of first appearance.
#[derive(Default)]
struct Ids {
    list: Vec<Box<str>>,
    index: FxHashMap<Box<str>, u32>,
}

impl Ids {
    fn index(&mut self, id: &str) -> u32 {
        if let Some(&index) = self.index.get(id) {
            return index;
        }
        // The rows are bounded far below 2^32, so the ids are.
        let next = self.list.len() as u32;
        if let Entry::Vacant(entry) = self.index.entry(id.into()) {
            entry.insert(next);
            self.list.push(id.into());
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str, limit: usize) -> Result<Predictions, String> {
        read(text.as_bytes(), limit).map_err(|failure| match failure {
            Failure::Csv(error) => error.to_string(),
            Failure::Content { line, problem } => format!("line {line}: {problem}"),
        })
    }

    #[test]
    fn reads_rows_and_numbers_the_ids() {
        let text =
            "user,item,rating,prediction\nann,\"Heat, 1995\",4,3.75\nbob,\"Heat, 1995\",2.5,3\n";
        let predictions = parsed(text, 10).expect("right");
        assert_eq!(&*predictions.users[1], "bob");
        assert_eq!(&*predictions.items[0], "Heat, 1995");
        assert_eq!(predictions.items.len(), 1);
        assert_eq!(
            predictions.rows[1],
            Prediction {
                user: 1,
                item: 0,
                rating: 2.5,
                prediction: 3.0
            }
        );
        assert!(!predictions.truncated);
    }

    #[test]
    fn stops_at_the_limit_and_says_so() {
        let text = "user,item,rating,prediction\na,x,1,1\na,y,2,2\n";
        let predictions = parsed(text, 1).expect("right");
        assert_eq!(predictions.rows.len(), 1);
        assert!(predictions.truncated);
        assert!(!parsed(text, 2).expect("right").truncated);
    }

    #[test]
    fn wrong_files_are_told_with_the_line() {
        let error = |text: &str| parsed(text, 10).expect_err("wrong");
        assert!(error("").starts_with("line 1: the first line must be"));
        assert!(error("a,b\n1,2\n").starts_with("line 1"));
        assert_eq!(
            error("user,item,rating,prediction\na,x,1,1\na,y,good,2\n"),
            "line 3: the rating `good` is not a number"
        );
        assert!(error("user,item,rating,prediction\na,x,1\n").contains("3 fields"));
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = read_predictions(Path::new("no/such.csv"), 1).expect_err("missing");
        assert!(error.to_string().starts_with("cannot read no/such.csv: "));
    }
}
