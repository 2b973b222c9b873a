//! Where ratings come from, and which of them are held out.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::text::{DateOrder, Orientation, RatingColumns, TextSource};
use crate::data::DataError;
use crate::data::formats::{Options, TextKeys, Wanted};

/// Ends of the names of files of ratings.
const FILES: &[&str] = &[
    "csv", "tsv", "tab", "txt", "dat", "data", "base", "test", "arff", "json", "jsonl", "mtx",
    "npy", "npz", "zip", "tar", "tgz", "gz", "bz2", "xz", "zst",
];

/// The `[data]` table of a system that learns from ratings.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct RatingsSource {
    /// A file with a user, an item and a rating on each line, perhaps with a time; or a matrix of ratings.
    #[schemars(extend("format" = "path", "x-label" = "Ratings", "x-files" = FILES, "x-request" = "Choose a file of ratings"))]
    pub path: PathBuf,
    /// The file to read, of an archive (zip, tar) that holds several.
    #[schemars(extend("x-when" = "offered"))]
    pub member: Option<String>,
    /// The sheet to read, of a spreadsheet that holds several.
    #[schemars(extend("x-when" = "offered"))]
    pub variable: Option<String>,
    /// Ratings in a file of their own, as in u1.base and u1.test.
    #[schemars(extend(
        "format" = "path",
        "x-label" = "Test file",
        "x-files" = FILES,
        "x-request" = "Choose a file of test ratings",
        "x-set" = "Test ratings",
        "x-option" = "File",
        "x-no-option" = "Every rating is for training; there is no test error"
    ))]
    pub test: Option<PathBuf>,
    /// The file of test ratings to read, of an archive (zip, tar) that holds several.
    #[schemars(extend("x-label" = "Test member", "x-when" = "given"))]
    pub test_member: Option<String>,
    /// A share of the ratings, drawn with the seed. With 0 every rating is for training.
    #[schemars(
        range(min = 0.0, max = 1.0),
        extend("x-label" = "Test share", "x-percent" = true, "x-set" = "Test ratings", "x-option" = "Random", "x-first" = 0.1)
    )]
    pub test_fraction: Option<f32>,
    /// The newest share of the ratings by time, as if predicting the future. With 0 every rating is for training.
    #[schemars(
        range(min = 0.0, max = 1.0),
        extend("x-label" = "Test share", "x-percent" = true, "x-set" = "Test ratings", "x-option" = "Newest", "x-first" = 0.1)
    )]
    pub newest_fraction: Option<f32>,
    /// This many ratings of each user, drawn with the seed. With 0 every rating is for training.
    #[schemars(extend("x-label" = "Held out", "x-set" = "Test ratings", "x-option" = "Per user", "x-first" = 5))]
    pub leave_out: Option<usize>,
    /// A file of item titles, such as u.item or movies.csv. Found automatically beside the ratings.
    #[schemars(extend("format" = "path", "x-label" = "Titles", "x-files" = FILES, "x-request" = "Choose a file of item titles"))]
    pub items: Option<PathBuf>,
    /// The encoding of the text, such as windows-1252, where it is not UTF-8 and is guessed wrong.
    #[schemars(extend("x-group" = "Reading", "x-label" = "Encoding", "x-when" = "given"))]
    pub encoding: Option<String>,
    /// Which columns of a list of ratings hold what, each by its name or its number from 1: `{ user = 2, item = "asin" }`.
    #[schemars(extend("x-group" = "Reading", "x-when" = "given"))]
    pub columns: Option<RatingColumns>,
    /// Which side of a matrix of ratings holds the users.
    #[schemars(extend("x-group" = "Reading", "x-when" = "given"))]
    pub orientation: Option<Orientation>,
    /// What stands first in the times of a list of ratings where they are dates such as 03/04/2019, of which each could have the day or the month first.
    #[schemars(extend("x-group" = "Reading", "x-label" = "Dates", "x-when" = "given"))]
    pub date_order: Option<DateOrder>,
    /// How delimited text is read.
    #[serde(flatten)]
    pub text: TextSource,
}

/// How test ratings are held out: one of four keys, or none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Holdout<'a> {
    /// `test`: ratings in a file of their own.
    File(&'a Path),
    /// `test_fraction`: a random share, above 0 and below 1.
    Random(f32),
    /// `newest_fraction`: the newest share by time, above 0 and below 1.
    Newest(f32),
    /// `leave_out`: this many of each user, at least 1.
    LeaveOut(usize),
}

impl RatingsSource {
    /// How its files are read.
    pub(crate) fn options(&self) -> Options<'_> {
        let columns = self.columns.as_ref();
        Options {
            variable: self.variable.as_deref(),
            member: self.member.as_deref(),
            text: Some(TextKeys {
                text: &self.text,
                columns: Wanted {
                    user: columns.and_then(|own| own.user.as_ref()),
                    item: columns.and_then(|own| own.item.as_ref()),
                    rating: columns.and_then(|own| own.rating.as_ref()),
                    time: columns.and_then(|own| own.time.as_ref()),
                },
                class: None,
                orientation: self.orientation,
                date_order: self.date_order,
            }),
            encoding: self.encoding.as_deref(),
            ..Options::default()
        }
    }

    /// How test ratings are held out; `None` if every rating is for training.
    ///
    /// # Errors
    /// If two ways are given, or a share is out of range.
    pub fn holdout(&self) -> Result<Option<Holdout<'_>>, DataError> {
        if self.test_member.is_some() && self.test.is_none() {
            return Err(DataError::Config {
                key: "test_member",
                problem: "names a file in the archive of data.test, which is not given: set data.test too"
                    .to_owned(),
            });
        }
        let given = [
            self.test
                .as_deref()
                .map(|path| ("test", Holdout::File(path))),
            self.test_fraction
                .map(|share| ("test_fraction", Holdout::Random(share))),
            self.newest_fraction
                .map(|share| ("newest_fraction", Holdout::Newest(share))),
            self.leave_out
                .map(|count| ("leave_out", Holdout::LeaveOut(count))),
        ];
        let mut given = given.into_iter().flatten();
        let Some((key, holdout)) = given.next() else {
            return Ok(None);
        };
        if let Some((second, _)) = given.next() {
            return Err(DataError::Config {
                key: second,
                problem: format!("cannot be combined with data.{key}: keep one of them"),
            });
        }
        match holdout {
            Holdout::Random(share) | Holdout::Newest(share) if !(0.0..1.0).contains(&share) => {
                Err(DataError::Config {
                    key,
                    problem: format!(
                        "is {share}, but must be at least 0 and below 1: 0.1 is a tenth, 0 no test set"
                    ),
                })
            }
            Holdout::Random(0.0) | Holdout::Newest(0.0) | Holdout::LeaveOut(0) => Ok(None),
            holdout => Ok(Some(holdout)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_ways_to_hold_out_are_refused_by_name() {
        let source = RatingsSource {
            test_fraction: Some(0.1),
            leave_out: Some(2),
            ..RatingsSource::default()
        };
        let message = source.holdout().expect_err("two ways").to_string();
        assert!(message.contains("data.leave_out") && message.contains("data.test_fraction"));
    }

    #[test]
    fn shares_outside_zero_to_one_are_refused_and_zero_holds_nothing_out() {
        for share in [1.0, -0.5, 90.0, f32::NAN] {
            let source = RatingsSource {
                newest_fraction: Some(share),
                ..RatingsSource::default()
            };
            let message = source.holdout().expect_err("a wrong share").to_string();
            assert!(message.contains("data.newest_fraction"), "{message}");
        }
        for source in [
            RatingsSource {
                test_fraction: Some(0.0),
                ..RatingsSource::default()
            },
            RatingsSource {
                leave_out: Some(0),
                ..RatingsSource::default()
            },
            RatingsSource::default(),
        ] {
            assert_eq!(source.holdout().expect("a training set"), None);
        }
    }
}
